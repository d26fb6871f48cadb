//! The page of a report: what stands where, and the words around it.

use super::pictures::{gallery, strip};
use super::{LatentUnits, Metric, Plane, Run, Sparsity, TableData, TrainingReport, interpolation};
use crate::html::{Block, Card, Column, Page, Section, Table};
use crate::number::measured;
use crate::{count, duration};

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
                self.error_section(),
                self.sampling(),
                self.interpolating(),
                self.traversing(),
                self.decoded_plane(),
                self.training(),
                self.latent(),
                self.sparse(),
                self.code_plane(),
                self.features(),
                self.network(),
                self.setting_list(),
                self.run.section(),
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
            let each = if self.seconds > 0.0 { each } else { String::new() };
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
        let has_units = self.metrics.iter().any(|metric| !metric.unit.is_empty());
        if has_units {
            columns.push(Column::text("unit"));
        }
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
            if has_units {
                cells.push(metric.unit.clone());
            }
            cells.extend(source);
            cells
        };
        let table = Table { columns, rows: self.metrics.iter().map(row).collect(), ..Table::default() };
        let blocks = if table.rows.is_empty() { Vec::new() } else { vec![Block::Table(table)] };
        Section::new(
            "Results",
            "Measured on the test set, which training never saw, unless a row says otherwise.",
            blocks,
        )
    }

    fn reconstruction(&self) -> Section {
        let typical = strip(
            self.reconstructions.as_ref(),
            "Each column is one test image with what is left of it after encoding and decoding.",
        );
        Section::new(
            "Reconstructions",
            "What passes through the narrow waist of the model, and what is lost there.",
            typical.into_iter().collect(),
        )
    }

    fn denoising(&self) -> Section {
        let images = strip(
            self.denoising.as_ref(),
            "Each column is one test image, with noise added, and with the noise taken out by the model.",
        );
        Section::new(
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
        let rows = self.table.as_ref().and_then(TableData::sample_table).map(Block::Table);
        Section::new("Samples", "Codes drawn from the prior, decoded.", images.into_iter().chain(rows).collect())
    }

    fn interpolating(&self) -> Section {
        let images = strip(interpolation::strip(&self.interpolations).as_ref(), interpolation::CAPTION);
        let intro = "On the straight line between two codes: a smooth code passes through plausible images.";
        Section::new("Interpolations", intro, images.into_iter().collect())
    }

    fn traversing(&self) -> Section {
        let images = self.traversals.as_ref().and_then(|units| strip(units.strip().as_ref(), &units.caption()));
        let intro = "What single units of the code stand for: one unit is moved while the others stay.";
        Section::new("Traversals", intro, images.into_iter().collect())
    }

    fn decoded_plane(&self) -> Section {
        let blocks = self.plane.as_ref().and_then(Plane::block).into_iter().collect();
        Section::new("The plane of codes", "What the decoder makes of each point of the plane.", blocks)
    }

    fn training(&self) -> Section {
        let level = self.baseline.as_ref().filter(|baseline| baseline.reconstruction.is_some());
        let compared = level
            .map_or_else(String::new, |baseline| format!(" The dotted line is {} on the test set.", baseline.name));
        let figures = [
            Block::figure(self.loss_figure(), "What is minimised."),
            Block::figure(
                self.reconstruction_figure(),
                format!("How far the reconstruction is from the input.{compared}"),
            ),
            Block::figure(
                self.kl_figure(),
                "How far the codes are from the prior: what a sample costs to describe by its code.",
            ),
        ];
        let mut blocks: Vec<Block> = figures.into_iter().flatten().collect();
        if !self.history.is_empty() {
            let summary = if self.history.len() == 1 { "The epoch in numbers" } else { "All epochs in numbers" };
            blocks.push(Block::Folded { summary: summary.to_owned(), table: self.history_table() });
        }
        let intro =
            "Training values are means over the steps of an epoch, as trained; test values are measured after it.";
        Section::new("Training", if self.history.is_empty() { "" } else { intro }, blocks)
    }

    fn latent(&self) -> Section {
        let blocks = self.latent_units.as_ref().map_or_else(Vec::new, LatentUnits::blocks);
        Section::new("Latent units", "What each unit of the code tells of a sample.", blocks)
    }

    fn sparse(&self) -> Section {
        let blocks = self.sparsity.as_ref().map_or_else(Vec::new, Sparsity::blocks);
        Section::new("Sparsity", "How often the units of the code are active on the test set.", blocks)
    }

    fn code_plane(&self) -> Section {
        let codes = self.codes.as_ref();
        let figure = codes.and_then(|codes| Block::figure(codes.figure(), codes.caption()));
        Section::new("Codes", "Where the encoder puts test samples.", figure.into_iter().collect())
    }

    fn network(&self) -> Section {
        let mut blocks: Vec<Block> = Block::figure(
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
                ..Table::default()
            }));
        }
        Section::new("Model", "", blocks)
    }

    fn setting_list(&self) -> Section {
        let blocks = if self.settings.is_empty() { Vec::new() } else { vec![Block::Pairs(self.settings.clone())] };
        Section::new("Settings", "Every key of the configuration, as used.", blocks)
    }
}

impl Run {
    pub(crate) fn section(&self) -> Section {
        if self.command.is_empty() {
            return Section::new("Run it again", "", Vec::new());
        }
        let code = |label: &str, code: &str| Block::Code { label: label.to_owned(), code: code.to_owned() };
        let mut blocks = vec![code("The command that made this run", &self.command)];
        blocks.extend(self.resume.as_ref().map(|resume| code("The command that continues it", resume)));
        let mut pairs = vec![("seed".to_owned(), self.seed.to_string())];
        pairs.extend(self.versions.iter().cloned());
        blocks.push(Block::Pairs(pairs));
        Section::new(
            "Run it again",
            "With the same seed, program and instruction set a run gives the same bits, at any number of threads.",
            blocks,
        )
    }
}
