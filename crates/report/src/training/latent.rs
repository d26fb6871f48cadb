use crate::html::Block;
use crate::plot::{Axis, Bars, Figure, Lines, Series};
use crate::{significant, subscript};

/// Variances below this are drawn here: a logarithmic axis has no zero.
const SMALLEST: f64 = 1e-8;

/// What each unit of a variational code carries, measured on the test set.
///
/// A unit is active if the mean of its posterior varies over the data by more than [`LatentUnits::ACTIVE`]: Burda,
/// Grosse and Salakhutdinov, “Importance Weighted Autoencoders” (2016), section 5.2. The page uses this criterion and
/// no other; the KL divergence tells how many nats a unit carries, not whether it counts as active.
///
/// ```
/// use diabolo_report::LatentUnits;
/// let units = LatentUnits { kl: vec![1.4, 0.002], variance_of_mean: vec![0.93, 0.0004], warning: String::new() };
/// assert_eq!(units.active(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LatentUnits {
    /// KL divergence of each unit from the prior in nats, averaged over the samples.
    pub kl: Vec<f64>,
    /// The variance over the samples of each unit's posterior mean.
    pub variance_of_mean: Vec<f64>,
    /// What the reader has to know, such as a collapse of the posterior, in words; may be empty.
    pub warning: String,
}

impl LatentUnits {
    /// The variance of the posterior mean above which a unit is active.
    pub const ACTIVE: f64 = 0.01;

    /// How many units are active.
    #[must_use]
    pub fn active(&self) -> usize {
        self.variance_of_mean.iter().filter(|variance| **variance > Self::ACTIVE).count()
    }

    /// The units, largest KL first; those that are not numbers last.
    fn ranked(&self) -> Vec<usize> {
        let size = |unit: usize| if self.kl[unit].is_nan() { f64::NEG_INFINITY } else { self.kl[unit] };
        let mut units: Vec<usize> = (0..self.kl.len()).collect();
        units.sort_by(|&one, &other| size(other).total_cmp(&size(one)));
        units
    }

    fn variance(&self, unit: usize) -> Option<f64> {
        self.variance_of_mean.get(unit).copied()
    }

    pub(super) fn kl_figure(&self) -> Option<Figure> {
        let ranked = self.ranked();
        let quiet = |&unit: &usize| self.variance(unit).is_some_and(|variance| variance <= Self::ACTIVE);
        let bars = Bars::new(
            Axis::new("latent unit, by rank"),
            Axis::new("KL divergence").unit("nats"),
            ranked.iter().map(|&unit| self.kl[unit]).collect(),
        )
        .names(ranked.iter().map(|unit| format!("z{}", subscript(unit + 1))).collect())
        .quiet(ranked.iter().map(quiet).collect());
        (!ranked.is_empty()).then(|| bars.figure("KL divergence of each latent unit from the prior, largest first"))
    }

    pub(super) fn variance_figure(&self) -> Option<Figure> {
        let place = |(rank, &unit): (usize, &usize)| Some((rank as f64 + 1.0, self.variance(unit)?.max(SMALLEST)));
        let points: Vec<_> = self.ranked().iter().enumerate().filter_map(place).collect();
        let is_empty = points.is_empty();
        let plot = Lines::new(
            Axis::new("latent unit, in the same order").integer(),
            Axis::new("variance of the posterior mean").log(),
        )
        .series(Series::new("unit", points).dots())
        .level(Self::ACTIVE, format!("active above {}", significant(Self::ACTIVE, 1)));
        (!is_empty).then(|| plot.figure("variance over the test set of the posterior mean of each latent unit"))
    }

    pub(super) fn blocks(&self) -> Vec<Block> {
        let warning = (!self.warning.is_empty()).then(|| Block::Warning(self.warning.clone()));
        let kl = "How many nats each unit tells of a sample, largest first. Grey units are not active.";
        let variance = format!(
            "{} of {} units are active: their posterior mean varies over the test set by more than {} (Burda, Grosse \
             and Salakhutdinov 2016).",
            self.active(),
            self.variance_of_mean.len(),
            significant(Self::ACTIVE, 1),
        );
        let figures = [Block::figure(self.kl_figure(), kl), Block::figure(self.variance_figure(), variance)];
        warning.into_iter().chain(figures.into_iter().flatten()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_criterion_greys_bars_and_counts_units() {
        // The second unit has the smaller KL, yet is active.
        let units = LatentUnits {
            kl: vec![0.5, 0.005, f64::NAN],
            variance_of_mean: vec![0.009, 0.02, 0.0],
            warning: String::new(),
        };
        assert_eq!(units.active(), 1);
        let svg = units.kl_figure().unwrap().to_svg();
        assert_eq!((svg.matches("\"quiet\"").count(), svg.matches("\"f0\"").count()), (1, 1));
        assert!(svg.contains("<title>z₁: 0.5"));
        let Some(Block::Figure { caption, .. }) = units.blocks().pop() else { panic!("the last block is a figure") };
        assert!(caption.starts_with("1 of 3 units are active"), "{caption}");
    }

    #[test]
    fn a_variance_of_zero_is_still_drawn() {
        let units = LatentUnits { kl: vec![1.0, 0.0], variance_of_mean: vec![0.9, 0.0], warning: String::new() };
        assert_eq!(units.variance_figure().unwrap().to_svg().matches("points s0").count(), 2);
    }
}
