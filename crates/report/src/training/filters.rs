use super::TrainingReport;
use super::pictures::{components, gallery};
use crate::Image;
use crate::html::{Block, Section};
use crate::plot::{Axis, Bars, Figure, HeatMap, Lines, Series};
use crate::{count, significant};

/// Columns of a table that a heat map shows, and units or components beside them.
const ROWS: usize = 30;
const UNITS: usize = 32;

/// Shares of the variance for which the number of components is told.
const ROUND_SHARES: [f64; 3] = [0.9, 0.95, 0.99];

/// What a model looks for in its input.
#[derive(Clone, Debug, PartialEq)]
pub enum Filters {
    /// The weights of units of the first layer, made with [`Image::signed`].
    FirstLayer(Vec<Image>),
    /// The mean image and the principal components, made with [`Image::signed`].
    Components {
        /// The mean of the training images.
        mean: Image,
        /// The components, largest variance first.
        components: Vec<Image>,
    },
    /// The weights of units of the first layer of a model of data that are no images.
    FirstLayerWeights(Weights),
    /// The principal components of data that are no images, largest variance first.
    ComponentWeights(Weights),
}

/// The weights of units or components for the columns of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// For each unit or component one weight per column.
    pub rows: Vec<Vec<f64>>,
}

impl Weights {
    /// A heat map with a row for each column of the data: names are read more easily in lines.
    pub(crate) fn figure(&self, unit: &str) -> Option<Figure> {
        if self.rows.is_empty() || self.columns.is_empty() {
            return None;
        }
        let units = &self.rows[..self.rows.len().min(UNITS)];
        let row = |&column: &usize| {
            let weights = units.iter().map(|unit| unit.get(column).copied().unwrap_or(f64::NAN)).collect();
            (self.columns[column].clone(), weights)
        };
        let map = HeatMap::new(unit, self.heaviest(units).iter().map(row).collect());
        Some(map.figure(format!("the weight of each column of the data in each {unit}")))
    }

    /// The columns with the largest weights, in the order of the data.
    fn heaviest(&self, units: &[Vec<f64>]) -> Vec<usize> {
        let weight = |column: usize| -> f64 {
            let weights = units.iter().filter_map(|unit| unit.get(column)).filter(|weight| weight.is_finite());
            weights.map(|weight| weight * weight).sum()
        };
        let mut order: Vec<usize> = (0..self.columns.len()).collect();
        order.sort_by(|&one, &other| weight(other).total_cmp(&weight(one)));
        order.truncate(ROWS);
        order.sort_unstable();
        order
    }

    fn caption(&self, unit: &str) -> String {
        let (rows, columns) = (self.rows.len(), self.columns.len());
        let cut = match (rows > UNITS, columns > ROWS) {
            (false, false) => String::new(),
            (true, false) => format!(" Shown are the first {UNITS} of {}.", count(rows)),
            (false, true) => format!(" Shown are the {ROWS} of {} columns with the largest weights.", count(columns)),
            (true, true) => format!(
                " Shown are the first {UNITS} of {} and the {ROWS} of {} columns with the largest weights.",
                count(rows),
                count(columns)
            ),
        };
        format!(
            "How much each column of the data counts in each {unit}: red raises it, blue lowers it, and clear does not \
             matter.{cut}"
        )
    }
}

impl TrainingReport {
    /// The weights as a figure and what they are.
    pub(super) fn weights_figure(&self) -> Option<(Figure, String)> {
        let (weights, unit) = match &self.filters {
            Some(Filters::FirstLayerWeights(weights)) => (weights, "unit"),
            Some(Filters::ComponentWeights(weights)) => (weights, "component"),
            _ => return None,
        };
        Some((weights.figure(unit)?, weights.caption(unit)))
    }

    pub(super) fn features(&self) -> Section {
        let mut blocks = match &self.filters {
            Some(Filters::FirstLayer(units)) if !units.is_empty() => {
                vec![Block::image(gallery(units), first_layer_caption(units))]
            }
            Some(Filters::Components { mean, components: images }) => vec![components(mean, images)],
            _ => Vec::new(),
        };
        blocks.extend(self.weights_figure().map(|(figure, caption)| Block::Figure { figure, caption }));
        let explained = [
            Block::figure(self.shares_figure(), "The share of the total variance that each component carries."),
            Block::figure(self.cumulative_figure(), self.explained_caption()),
        ];
        blocks.extend(explained.into_iter().flatten());
        let is_layer = matches!(self.filters, Some(Filters::FirstLayer(_) | Filters::FirstLayerWeights(_)));
        Section::new(
            if is_layer { "First layer" } else { "Components" },
            "What the model looks for in its input.",
            blocks,
        )
    }

    pub(super) fn shares_figure(&self) -> Option<Figure> {
        let shares = self.spectrum.as_ref().filter(|shares| !shares.is_empty())?;
        let percent = shares.iter().map(|share| 100.0 * share).collect();
        let bars = Bars::new(Axis::new("component"), Axis::new("share of the total variance").unit("%"), percent);
        Some(bars.figure("share of the total variance of each component"))
    }

    pub(super) fn cumulative_figure(&self) -> Option<Figure> {
        let shares = self.spectrum.as_ref().filter(|shares| !shares.is_empty())?;
        let mut total = 0.0;
        let cumulative = shares.iter().enumerate().map(|(index, share)| {
            total += 100.0 * share;
            (index as f64 + 1.0, total)
        });
        let line = Lines::new(
            Axis::new("components").integer(),
            Axis::new("variance explained together").unit("%").from_zero(),
        )
        .series(Series::new("together", cumulative.collect()));
        Some(line.figure("share of the total variance that the first components explain together"))
    }

    fn explained_caption(&self) -> String {
        let shares = self.spectrum.as_deref().unwrap_or_default();
        let total: f64 = shares.iter().sum();
        let components = match shares.len() {
            1 => "The first component explains".to_owned(),
            n => format!("The first {} components together explain", count(n)),
        };
        let mut caption = format!("{components} {:.1} % of the variance.", 100.0 * total);
        if let Some(kept) = self.components_kept.filter(|&kept| kept < shares.len()) {
            let explained = 100.0 * shares[..kept].iter().sum::<f64>();
            caption.push_str(&format!(" The {} that are kept explain {explained:.1} %.", count(kept)));
        }
        let reached: Vec<String> = ROUND_SHARES
            .into_iter()
            .filter_map(|share| {
                Some(format!("{} reach {} %", count(reached(shares, share)?), significant(100.0 * share, 2)))
            })
            .collect();
        if shares.len() > 1 && !reached.is_empty() {
            caption.push_str(&format!(" {}.", reached.join(", ")));
        }
        caption
    }
}

fn first_layer_caption(units: &[Image]) -> String {
    let colours = match units.first().map_or(4, Image::channels) {
        3 => "brighter where more of a colour raises the unit, darker where it lowers it, middle grey",
        _ => "red where a bright pixel raises the unit, blue where it lowers it, clear",
    };
    format!("Each tile shows the weights of one unit of the first layer: {colours} where it does not matter.")
}

/// How many of the first components it takes to reach a share of the variance.
fn reached(shares: &[f64], wanted: f64) -> Option<usize> {
    let mut total = 0.0;
    let reaches = |share: &f64| {
        total += share;
        total >= wanted
    };
    shares.iter().position(reaches).map(|index| index + 1)
}
