//! Ways through the space of codes, decoded.

use diabolo_data::Dataset;
use diabolo_kernels::Scalar;
use diabolo_models::anomaly::quantile;
use diabolo_models::measure::{prior_samples, rows};
use diabolo_models::walk::{self, Way};
use diabolo_models::{Codec, LatentDimension};
use diabolo_report::{Image, Interpolation, Plane, Traversal, Traversals, significant, subscript};
use ndarray::{Array1, ArrayView2};

use super::View;

/// Samples from the prior.
const SAMPLES: usize = 64;
/// Pairs of samples with a way between them, and codes on it.
const PAIRS: usize = 4;
const STEPS: usize = 11;
/// Dimensions that are moved, values that they take, and how far from the middle these go.
const DIMENSIONS: usize = 10;
const VALUES: usize = 13;
const REACH: f64 = 3.0;
/// Codes along a side of the plane.
const SIDE: usize = 20;

/// The middle of the codes and the way they spread.
#[derive(Debug)]
pub(super) struct Chart<S> {
    centre: Array1<S>,
    /// What a step of 1 is in each dimension.
    units: Vec<f64>,
    /// The dimensions that vary most, with what is known of them.
    order: Vec<(usize, String)>,
    note: &'static str,
}

impl<S: Scalar> Chart<S> {
    /// The chart of a prior N(0, 1) with what its dimensions carry, or else of the codes themselves.
    pub(super) fn of(codes: ArrayView2<'_, S>, prior: Option<&[LatentDimension]>) -> Self {
        if let Some(dimensions) = prior {
            let kl = |j: usize| format!("KL {} nats", significant(dimensions[j].kl, 3));
            return Self {
                centre: Array1::from_elem(codes.ncols(), S::zero()),
                units: vec![1.0; codes.ncols()],
                order: most(dimensions.iter().map(|dimension| dimension.variance_of_mean), kl),
                note: "The others are 0, the middle of the prior; units are those whose means vary most.",
            };
        }
        let moments = walk::moments(codes);
        let deviation = |j: usize| format!("σ {}", significant(moments[j].1, 3));
        Self {
            centre: moments.iter().map(|(mean, _)| S::of(*mean)).collect(),
            order: most(moments.iter().map(|(_, deviation)| *deviation), deviation),
            units: moments.iter().map(|(_, deviation)| *deviation).collect(),
            note: "Values are standard deviations σ of the unit over the test set, from its mean, at which the others \
                   are; units are those that vary most.",
        }
    }
}

/// The dimensions with the largest values, with a note each.
fn most(values: impl Iterator<Item = f64>, note: impl Fn(usize) -> String) -> Vec<(usize, String)> {
    let mut ranked: Vec<(usize, f64)> = values.enumerate().collect();
    ranked.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    ranked.truncate(DIMENSIONS);
    ranked.into_iter().map(|(j, _)| (j, note(j))).collect()
}

/// What single dimensions of the code change.
pub(super) fn traversals<S: Scalar>(codec: &(impl Codec<S> + ?Sized), chart: &Chart<S>, view: &View) -> Traversals {
    let values = walk::evenly(-REACH, REACH, VALUES);
    let row = |(dimension, note): &(usize, String)| {
        let (middle, unit) = (chart.centre[*dimension].to_f64(), chart.units[*dimension]);
        let moved: Vec<f64> = values.iter().map(|value| middle + value * unit).collect();
        let codes = walk::traverse(chart.centre.view(), *dimension, &moved);
        Traversal {
            name: format!("z{}", subscript(dimension + 1)),
            note: note.clone(),
            images: view.images(codec.decode(codes.view()).view()),
        }
    };
    Traversals { rows: chart.order.iter().map(row).collect(), note: chart.note.to_owned(), values }
}

/// Straight lines between the codes of test samples, of different classes where there are classes.
pub(super) fn interpolations<S: Scalar>(
    codec: &(impl Codec<S> + ?Sized),
    test: &Dataset,
    view: &View,
) -> Vec<Interpolation> {
    let between = |pair: &[u32]| {
        let ends = rows::<S>(test, pair);
        let codes = codec.encode(ends.view());
        let line = walk::interpolate(codes.row(0), codes.row(1), STEPS, Way::Linear);
        let mut ends = view.images(ends.view()).into_iter();
        let steps = view.images(codec.decode(line.view()).view());
        Some(Interpolation { from: ends.next()?, steps, to: ends.next()? })
    };
    partners(test).chunks_exact(2).filter_map(between).collect()
}

/// Samples to be joined, two by two: in turn one of each class, or simply the first.
fn partners(test: &Dataset) -> Vec<u32> {
    let mut of_classes = vec![vec![]; test.classes()];
    for (&label, sample) in test.labels().unwrap_or_default().iter().zip(0_u32..) {
        of_classes[label as usize].push(sample);
    }
    of_classes.retain(|samples| !samples.is_empty());
    if of_classes.len() < 2 {
        return (0..test.len() as u32).take(2 * PAIRS).collect();
    }
    let in_turn = (0..2 * PAIRS).flat_map(|turn| of_classes.iter().filter_map(move |samples| samples.get(turn)));
    in_turn.copied().take(2 * PAIRS).collect()
}

/// What the decoder makes of the plane, for codes of two numbers.
pub(super) fn plane<S: Scalar>(
    codec: &(impl Codec<S> + ?Sized),
    codes: ArrayView2<'_, S>,
    has_prior: bool,
    view: &View,
) -> Option<Plane> {
    if codes.ncols() != 2 {
        return None;
    }
    let (columns, mut rows, note) = if has_prior {
        let note = "Rows and columns stand at quantiles of the prior, so that each image has the same probability.";
        (walk::normal_quantiles(SIDE), walk::normal_quantiles(SIDE), note)
    } else {
        let range = |axis: usize| {
            let values: Vec<f64> = codes.column(axis).iter().map(|z| z.to_f64()).collect();
            walk::evenly(quantile(&values, 0.01), quantile(&values, 0.99), SIDE)
        };
        (range(0), range(1), "Rows and columns cover the middle 98 % of the codes of test samples.")
    };
    rows.reverse();
    let images = view.images(codec.decode(walk::plane(&columns, &rows).view()).view());
    Some(Plane { columns, rows, images, note: note.to_owned() })
}

/// What the decoder makes of codes drawn from N(0, 1).
pub(crate) fn prior_images<S: Scalar>(
    codec: &(impl Codec<S> + ?Sized),
    latent: usize,
    seed: u64,
    view: &View,
) -> Vec<Image> {
    view.images(prior_samples(codec, latent, SAMPLES, seed).view())
}

#[cfg(test)]
mod tests {
    use diabolo_data::ImageShape;
    use ndarray::array;

    use super::*;

    #[test]
    fn pairs_are_of_different_classes_where_there_are_classes() {
        let data = |labels: Option<Vec<u8>>| {
            let shape = ImageShape { height: 1, width: 1, channels: 1 };
            Dataset::images("dots", vec![0; 6], labels, shape).unwrap()
        };
        assert_eq!(partners(&data(Some(vec![2, 2, 0, 0, 1, 1]))), [2, 4, 0, 3, 5, 1]);
        assert_eq!(partners(&data(Some(vec![0; 6]))), [0, 1, 2, 3, 4, 5]);
        assert_eq!(partners(&data(None)), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_chart_goes_where_the_codes_go() {
        let codes = array![[1.0, 10.0], [1.0, 30.0]];
        let chart = Chart::of(codes.view(), None);
        assert_eq!((chart.centre, chart.units), (array![1.0, 20.0], vec![0.0, 10.0]));
        assert_eq!(chart.order[0], (1, "σ 10.0".to_owned()));
        let quiet = LatentDimension { kl: 0.5, mean_of_mean: 1.0, variance_of_mean: 0.2 };
        let loud = LatentDimension { kl: 0.4, variance_of_mean: 0.9, ..quiet };
        let chart = Chart::of(codes.view(), Some(&[quiet, loud]));
        assert_eq!((chart.centre, chart.units), (array![0.0, 0.0], vec![1.0, 1.0]));
        assert_eq!(chart.order[0], (1, "KL 0.400 nats".to_owned()));
    }
}
