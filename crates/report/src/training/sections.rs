//! The page of a report: what stands where, and the words around it.

use super::pictures::{components, gallery, strip};
use super::{Codes, Filters, Metric, TrainingReport};
use crate::html::{Block, Card, Column, Page, Section, Table};
use crate::plot::Figure;
use crate::{count, duration, significant};

/// Significant digits of losses.
const DIGITS: usize = 5;

impl TrainingReport {
    /// The report as the text of one HTML file that needs no other file.
    #[must_use]
    pub fn render(&self) -> String {
        Page {
            title: format!("{} on {}", self.model, self.data),
            subtitle: self.description.clone(),
            cards: self.cards(),
            sections: vec![
                self.result(),
                self.reconstruction(),
                self.denoising(),
                self.sampling(),
                self.training(),
                self.code_plane(),
                self.features(),
                self.network(),
                self.setting_list(),
                self.reproduction(),
            ],
            footer: "Written by Diabolo. The page needs no network and no other file.".to_owned(),
        }
        .render()
    }

    fn cards(&self) -> Vec<Card> {
        let card = |label: &str, value: String, note: String| Card { label: label.to_owned(), value, note };
        let headline = |metric: &Metric| card(&metric.name, measured(metric.value), metric.unit.clone());
        let mut cards: Vec<Card> = self.metrics.iter().take(3).map(headline).collect();
        let epochs = self.history.len();
        if epochs > 0 {
            let each = format!("{} each", duration(self.seconds / epochs as f64));
            cards.push(card("epochs", count(epochs), each));
        }
        if self.seconds > 0.0 {
            cards.push(card("training time", duration(self.seconds), String::new()));
        }
        if !self.layers.is_empty() {
            cards.push(card("parameters", count(self.parameters()), String::new()));
        }
        cards
    }

    fn parameters(&self) -> usize {
        self.layers.iter().map(|layer| layer.parameters).sum()
    }

    fn result(&self) -> Section {
        let has_baseline = self.metrics.iter().any(|metric| metric.baseline.is_some());
        let has_published = self.metrics.iter().any(|metric| metric.published.is_some());
        let mut columns = vec![Column::text("measure"), Column::number("this run")];
        if has_baseline {
            let name = self.baseline.as_ref().map_or("baseline", |baseline| &baseline.name);
            columns.push(Column::number(name));
        }
        if has_published {
            columns.push(Column::number("published"));
        }
        columns.push(Column::text("unit"));
        if has_published {
            columns.push(Column::text("published in"));
        }
        let row = |metric: &Metric| {
            let shown = |value: Option<f64>| value.map_or_else(String::new, measured);
            let mut cells = vec![metric.name.clone(), measured(metric.value)];
            if has_baseline {
                cells.push(shown(metric.baseline));
            }
            let (published, source) = metric.published.clone().unzip();
            if has_published {
                cells.push(published.map_or_else(String::new, |value| value.to_string()));
            }
            cells.push(metric.unit.clone());
            cells.extend(source);
            cells
        };
        let table = Table { columns, rows: self.metrics.iter().map(row).collect(), caption: String::new() };
        let blocks = if table.rows.is_empty() { Vec::new() } else { vec![Block::Table(table)] };
        section("Results", "Measured on the test set, which training never saw, unless a row says otherwise.", blocks)
    }

    fn reconstruction(&self) -> Section {
        let typical = strip(
            self.reconstructions.as_ref(),
            "Each column is one test image with what is left of it after encoding and decoding.",
        );
        let worst = strip(
            self.worst.as_ref(),
            "The test images with the largest errors. The number under each column is the image's squared error.",
        );
        section(
            "Reconstructions",
            "What passes through the narrow waist of the model, and what is lost there.",
            typical.into_iter().chain(worst).collect(),
        )
    }

    fn denoising(&self) -> Section {
        let images = strip(
            self.denoising.as_ref(),
            "Each column is one test image, with noise added, and with the noise taken out by the model.",
        );
        section(
            "Denoising",
            "The model is given noisy images only; it was trained to return the clean ones.",
            images.into_iter().collect(),
        )
    }

    fn sampling(&self) -> Section {
        let samples = self.samples.as_ref().filter(|samples| !samples.is_empty());
        let images = samples.map(|samples| {
            Block::image(
                gallery(samples),
                "Each image is decoded from a random code; no image of the data was used to make it.",
            )
        });
        section("Samples", "Codes drawn from the prior, decoded to images.", images.into_iter().collect())
    }

    fn training(&self) -> Section {
        let level = self.baseline.as_ref().filter(|baseline| baseline.reconstruction.is_some());
        let compared = level
            .map_or_else(String::new, |baseline| format!(" The dotted line is {} on the test set.", baseline.name));
        let active = self.active_units().map_or_else(String::new, |(active, all)| {
            format!(
                "How much each latent unit says about an image, largest first: {active} of {all} are above 0.01 nats."
            )
        });
        let figures = [
            figure(self.loss_figure(), "What is minimised."),
            figure(self.reconstruction_figure(), &format!("How far the reconstruction is from the image.{compared}")),
            figure(
                self.kl_figure(),
                "How far the codes are from the prior: what an image costs to describe by its code.",
            ),
            figure(self.kl_per_unit_figure(), &active),
        ];
        let mut blocks: Vec<Block> = figures.into_iter().flatten().collect();
        if !self.history.is_empty() {
            let summary = if self.history.len() == 1 { "The epoch in numbers" } else { "All epochs in numbers" };
            blocks.push(Block::Folded { summary: summary.to_owned(), table: self.history_table() });
        }
        let intro =
            "Training values are means over the steps of an epoch, as trained; test values are measured after it.";
        section("Training", if self.history.is_empty() { "" } else { intro }, blocks)
    }

    fn code_plane(&self) -> Section {
        let caption = self.codes.as_ref().map_or_else(String::new, codes_caption);
        let blocks = figure(self.codes_figure(), &caption).into_iter().collect();
        section("Codes", "Where the encoder puts test images.", blocks)
    }

    fn features(&self) -> Section {
        let mut blocks = match &self.filters {
            Some(Filters::FirstLayer(units)) if !units.is_empty() => vec![Block::image(
                gallery(units),
                "Each tile shows the weights of one unit of the first layer: red where a bright pixel raises the unit, \
                 blue where it lowers it, clear where it does not matter.",
            )],
            Some(Filters::Components { mean, components: images }) => vec![components(mean, images)],
            _ => Vec::new(),
        };
        let explained = [
            figure(self.shares_figure(), "The share of the total variance that each component carries."),
            figure(self.cumulative_figure(), &self.explained_caption()),
        ];
        blocks.extend(explained.into_iter().flatten());
        let is_pca = matches!(self.filters, Some(Filters::Components { .. })) || self.filters.is_none();
        let title = if is_pca { "Components" } else { "First layer" };
        section(title, "What the model looks for in an image.", blocks)
    }

    fn explained_caption(&self) -> String {
        let shares = self.spectrum.as_deref().unwrap_or_default();
        let total = 100.0 * shares.iter().sum::<f64>();
        let components = if shares.len() == 1 { "component explains" } else { "components together explain" };
        format!("The {} {components} {total:.1} % of the variance.", count(shares.len()))
    }

    fn network(&self) -> Section {
        let mut blocks: Vec<Block> = figure(
            self.network_figure(),
            "Units per layer from input to output, the code in the second colour. \
             Heights grow with the square root of the width.",
        )
        .into_iter()
        .collect();
        if !self.layers.is_empty() {
            let row = |layer: &super::Layer| vec![layer.name.clone(), layer.output.clone(), count(layer.parameters)];
            let total = vec!["all layers".to_owned(), String::new(), count(self.parameters())];
            blocks.push(Block::Table(Table {
                columns: vec![Column::text("layer"), Column::text("output"), Column::number("parameters")],
                rows: self.layers.iter().map(row).chain([total]).collect(),
                caption: String::new(),
            }));
        }
        section("Model", "", blocks)
    }

    fn setting_list(&self) -> Section {
        let blocks = if self.settings.is_empty() { Vec::new() } else { vec![Block::Pairs(self.settings.clone())] };
        section("Settings", "Every key of the configuration, as used.", blocks)
    }

    fn reproduction(&self) -> Section {
        if self.run.command.is_empty() {
            return section("Run it again", "", Vec::new());
        }
        let code = |label: &str, code: &str| Block::Code { label: label.to_owned(), code: code.to_owned() };
        let mut blocks = vec![code("The command that made this run", &self.run.command)];
        blocks.extend(self.run.resume.as_ref().map(|resume| code("The command that continues it", resume)));
        let mut pairs = vec![("seed".to_owned(), self.run.seed.to_string())];
        pairs.extend(self.run.versions.iter().cloned());
        blocks.push(Block::Pairs(pairs));
        section(
            "Run it again",
            "With the same seed, program and instruction set a run gives the same bits, at any number of threads.",
            blocks,
        )
    }
}

/// A measured value; counts are whole.
fn measured(value: f64) -> String {
    let digits = match value.abs() {
        size if size < 1e6 && size.fract() == 0.0 => 1,
        size if size < 10.0 => DIGITS - 1,
        _ => DIGITS,
    };
    significant(value, digits)
}

fn section(title: &str, intro: &str, blocks: Vec<Block>) -> Section {
    Section { title: title.to_owned(), intro: intro.to_owned(), blocks }
}

fn figure(figure: Option<Figure>, caption: &str) -> Option<Block> {
    Some(Block::Figure { figure: figure?, caption: caption.to_owned() })
}

fn codes_caption(codes: &Codes) -> String {
    let what = match codes.dimensions {
        0..=2 => "Each dot is the code of one test image.".to_owned(),
        dimensions => format!(
            "Each dot is the code of one test image. Codes have {dimensions} dimensions; \
             shown are the first two principal components of the codes."
        ),
    };
    if codes.classes.is_empty() {
        what
    } else {
        format!(
            "{what} Colours and labels are the true classes, which the model never saw; \
             a label stands at the median of its class."
        )
    }
}
