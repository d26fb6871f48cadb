use crate::html::Block;
use crate::plot::{Axis, Bars, Figure};
use crate::{count, significant};

/// How often the units of a sparse code are active, measured on the test set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sparsity {
    /// For each unit the share of samples in which it is active, between 0 and 1.
    pub active: Vec<f64>,
    /// The mean activation of each unit; may be empty.
    pub mean_activation: Vec<f64>,
    /// The mean activation that training aims at, if it aims at one.
    pub target: Option<f64>,
    /// When a unit counts as active: “its activation is above 0.1”. May be empty.
    pub criterion: String,
}

impl Sparsity {
    /// The units, most often active first; those that are not numbers last.
    fn ranked(&self) -> Vec<usize> {
        let size = |unit: usize| if self.active[unit].is_nan() { f64::NEG_INFINITY } else { self.active[unit] };
        let mut units: Vec<usize> = (0..self.active.len()).collect();
        units.sort_by(|&one, &other| size(other).total_cmp(&size(one)));
        units
    }

    pub(super) fn active_figure(&self) -> Option<Figure> {
        let shares = |&unit: &usize| 100.0 * self.active[unit];
        let y = Axis::new("samples in which the unit is active").unit("%");
        let figure = self.bars("unit, by rank", y, shares)?;
        Some(figure.figure("share of samples in which each unit is active, most often first"))
    }

    pub(super) fn activation_figure(&self) -> Option<Figure> {
        let mean = |&unit: &usize| self.mean_activation.get(unit).copied().unwrap_or(f64::NAN);
        let mut bars = self.bars("unit, in the same order", Axis::new("mean activation"), mean)?;
        if let Some(target) = self.target {
            bars = bars.level(target, format!("target {target}"));
        }
        (!self.mean_activation.is_empty()).then(|| bars.figure("mean activation of each unit"))
    }

    fn bars(&self, x: &str, y: Axis, value: impl Fn(&usize) -> f64) -> Option<Bars> {
        let ranked = self.ranked();
        let names = ranked.iter().map(|unit| format!("unit {}", unit + 1)).collect();
        let bars = || Bars::new(Axis::new(x), y, ranked.iter().map(value).collect()).names(names);
        (!ranked.is_empty()).then(bars)
    }

    pub(super) fn blocks(&self) -> Vec<Block> {
        let shares = || self.active.iter().filter(|share| share.is_finite());
        let mean = 100.0 * shares().sum::<f64>() / shares().count().max(1) as f64;
        let dead = shares().filter(|share| **share == 0.0).count();
        let criterion =
            if self.criterion.is_empty() { String::new() } else { format!(" A unit is active if {}.", self.criterion) };
        let never = match dead {
            0 => "No unit is silent on all samples.".to_owned(),
            1 => "One unit is never active.".to_owned(),
            units => format!("{} units are never active.", count(units)),
        };
        let share =
            format!("On average a sample activates {} % of the units. {never}{criterion}", significant(mean, 3));
        let activation = "The mean of each unit over all samples.";
        [Block::figure(self.active_figure(), share), Block::figure(self.activation_figure(), activation)]
            .into_iter()
            .flatten()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_count_what_the_bars_show() {
        let sparsity = Sparsity {
            active: vec![0.1, 0.0, 0.2],
            mean_activation: vec![0.04, 0.0, 0.07],
            target: Some(0.05),
            criterion: "its activation is above 0.1".into(),
        };
        let blocks = sparsity.blocks();
        assert_eq!(blocks.len(), 2);
        let Block::Figure { figure, caption } = &blocks[0] else { panic!("a figure comes first") };
        assert!(caption.contains("10.0 % of the units. One unit is never active."), "{caption}");
        let svg = figure.to_svg();
        assert!(svg.find("unit 3: 20").unwrap() < svg.find("unit 1: 10").unwrap());
    }

    #[test]
    fn without_units_there_is_nothing() {
        assert!(Sparsity::default().blocks().is_empty());
    }
}
