//! Test images above what a model makes of them.

use diabolo_data::{Corruption, Dataset};
use diabolo_kernels::Scalar;
use diabolo_models::Codec;
use diabolo_models::measure::{corrupted, rows};
use diabolo_report::{Strip, significant};
use ndarray::Array2;

use super::{Subject, View};

/// Images in a strip.
const SHOWN: usize = 10;

/// The numbers of the first samples.
pub(crate) fn first(data: &Dataset) -> Vec<u32> {
    (0..data.len().min(SHOWN) as u32).collect()
}

/// The first test samples above what the model and the baseline make of them.
pub(super) fn reconstructions<S: Scalar>(codec: &(impl Codec<S> + ?Sized), subject: &Subject<'_, S>) -> Strip {
    strip(codec, subject, &first(subject.test), vec![])
}

/// The test samples with the smallest errors, best first.
pub(super) fn best<S: Scalar>(codec: &(impl Codec<S> + ?Sized), subject: &Subject<'_, S>) -> Strip {
    extremes(codec, subject, by_error(subject.errors))
}

/// The test samples with the largest errors, worst first.
pub(super) fn worst<S: Scalar>(codec: &(impl Codec<S> + ?Sized), subject: &Subject<'_, S>) -> Strip {
    extremes(codec, subject, by_error(subject.errors).into_iter().rev())
}

/// The numbers of the samples by rising error.
pub(super) fn by_error(errors: &[f64]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..errors.len() as u32).collect();
    order.sort_by(|a, b| errors[*a as usize].total_cmp(&errors[*b as usize]));
    order
}

fn extremes<S: Scalar>(
    codec: &(impl Codec<S> + ?Sized),
    subject: &Subject<'_, S>,
    order: impl IntoIterator<Item = u32>,
) -> Strip {
    let chosen: Vec<u32> = order.into_iter().take(SHOWN).collect();
    let notes = chosen.iter().map(|i| significant(subject.errors[*i as usize], 4)).collect();
    strip(codec, subject, &chosen, notes)
}

fn strip<S: Scalar>(
    codec: &(impl Codec<S> + ?Sized),
    subject: &Subject<'_, S>,
    chosen: &[u32],
    notes: Vec<String>,
) -> Strip {
    let (samples, view) = (rows::<S>(subject.test, chosen), subject.view);
    let mut strip = vec![
        ("original".to_owned(), view.images(samples.view())),
        ("reconstruction".to_owned(), view.images(codec.reconstruct(samples.view()).view())),
    ];
    if let Some((name, pca)) = subject.baseline {
        strip.push((name.to_owned(), view.images(pca.reconstruct(samples.view()).view())));
    }
    Strip { rows: strip, notes }
}

/// Clean, noisy and denoised test samples.
pub(crate) fn denoising<S: Scalar>(
    codec: &(impl Codec<S> + ?Sized),
    corruption: &Corruption,
    test: &Dataset,
    view: &View,
    seed: u64,
) -> Strip {
    let clean = rows::<S>(test, &first(test));
    let noisy = corrupted(&clean, corruption, seed);
    let row = |name: &str, rows: &Array2<S>| (name.to_owned(), view.images(rows.view()));
    let denoised = codec.reconstruct(noisy.view());
    Strip { rows: vec![row("noisy", &noisy), row("denoised", &denoised), row("clean", &clean)], notes: vec![] }
}
