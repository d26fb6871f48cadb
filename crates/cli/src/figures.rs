//! From a trained model and its data to the plain numbers and images of a report.

use diabolo_data::{Corruption, Dataset, ImageShape};
use diabolo_kernels::Scalar;
use diabolo_models::measure::{corrupted, prior_samples, rows};
use diabolo_models::trainer::EpochReport;
use diabolo_models::{Codec, LatentDimension, Pca, posterior_collapse};
use diabolo_report::{Codes, Epoch, Filters, Image, LatentUnits, Losses, Strip, signed_limit, significant};
use ndarray::{Array2, ArrayView2, Axis, Slice};

/// Test images in a strip.
const SHOWN: usize = 10;
/// Codes in the plane.
const POINTS: usize = 5000;
/// Samples from the prior.
const SAMPLES: usize = 64;
/// Filters of the first layer.
const FILTERS: usize = 64;

/// Rows as images, if the data are images that can be shown.
pub(crate) fn images<S: Scalar>(rows: ArrayView2<'_, S>, shape: ImageShape) -> Vec<Image> {
    crate::export::images(rows, shape)
}

/// The first test samples above what the model and the baseline make of them.
pub(crate) fn reconstructions<S: Scalar>(
    codec: &(impl Codec<S> + ?Sized),
    baseline: Option<(&str, &Pca<S>)>,
    test: &Dataset,
) -> Strip {
    let first: Vec<u32> = (0..test.len().min(SHOWN) as u32).collect();
    strip(codec, baseline, test, &first, vec![])
}

/// The test samples with the largest errors, worst first.
pub(crate) fn worst<S: Scalar>(
    codec: &(impl Codec<S> + ?Sized),
    baseline: Option<(&str, &Pca<S>)>,
    test: &Dataset,
    errors: &[f64],
) -> Strip {
    let mut order: Vec<u32> = (0..errors.len() as u32).collect();
    order.sort_by(|a, b| errors[*b as usize].total_cmp(&errors[*a as usize]));
    order.truncate(SHOWN);
    let notes = order.iter().map(|i| significant(errors[*i as usize], 4)).collect();
    strip(codec, baseline, test, &order, notes)
}

fn strip<S: Scalar>(
    codec: &(impl Codec<S> + ?Sized),
    baseline: Option<(&str, &Pca<S>)>,
    test: &Dataset,
    chosen: &[u32],
    notes: Vec<String>,
) -> Strip {
    let (samples, shape) = (rows::<S>(test, chosen), test.shape());
    let mut strip = vec![
        ("original".to_owned(), images(samples.view(), shape)),
        ("reconstruction".to_owned(), images(codec.reconstruct(samples.view()).view(), shape)),
    ];
    if let Some((name, pca)) = baseline {
        strip.push((name.to_owned(), images(pca.reconstruct(samples.view()).view(), shape)));
    }
    Strip { rows: strip, notes }
}

/// Clean, noisy and denoised test samples.
pub(crate) fn denoising<S: Scalar>(
    codec: &(impl Codec<S> + ?Sized),
    corruption: &Corruption,
    test: &Dataset,
    seed: u64,
) -> Strip {
    let first: Vec<u32> = (0..test.len().min(SHOWN) as u32).collect();
    let (clean, shape) = (rows::<S>(test, &first), test.shape());
    let noisy = corrupted(&clean, corruption, seed);
    let row = |name: &str, rows: &Array2<S>| (name.to_owned(), images(rows.view(), shape));
    let denoised = codec.reconstruct(noisy.view());
    Strip { rows: vec![row("noisy", &noisy), row("denoised", &denoised), row("clean", &clean)], notes: vec![] }
}

/// Samples for the report.
pub(crate) fn sample_images<S: Scalar>(
    codec: &(impl Codec<S> + ?Sized),
    latent: usize,
    seed: u64,
    shape: ImageShape,
) -> Vec<Image> {
    images(prior_samples(codec, latent, SAMPLES, seed).view(), shape)
}

/// The codes of test samples in the plane: as they are, or their first two principal components.
pub(crate) fn codes<S: Scalar>(codec: &(impl Codec<S> + ?Sized), test: &Dataset) -> Option<Codes> {
    let chosen: Vec<u32> = (0..test.len().min(POINTS) as u32).collect();
    let codes = codec.encode(rows::<S>(test, &chosen).view()).mapv(Scalar::to_f64);
    let dimensions = codes.ncols();
    let (plane, shares) = match dimensions {
        1 => return None,
        2 => (codes, None),
        _ => {
            let pca = Pca::fit(codes.view(), 2).ok()?;
            let ratio = pca.explained_variance_ratio();
            (pca.transform(codes.view()), Some([ratio[0], ratio[1]]))
        }
    };
    let points = plane.rows().into_iter().map(|row| [row[0], row[1]]).collect();
    let classes = chosen.iter().filter_map(|&i| test.label(i as usize)).map(|label| label as usize).collect();
    Some(Codes { points, classes, class_names: vec![], dimensions, shares })
}

/// The weights of the first units, each on a scale of its own.
pub(crate) fn first_layer<S: Scalar>(weight: &[S], shape: ImageShape) -> Filters {
    let unit = |weights: &[S]| {
        let weights: Vec<f64> = weights.iter().map(|w| w.to_f64()).collect();
        Image::signed(&weights, shape.width, shape.height, signed_limit(weights.iter()))
    };
    Filters::FirstLayer(weight.chunks_exact(shape.len()).take(FILTERS).map(unit).collect())
}

/// The mean and the components of PCA, on one scale.
pub(crate) fn components<S: Scalar>(pca: &Pca<S>, shape: ImageShape) -> Filters {
    let mean: Vec<f64> = pca.mean().iter().map(|x| x.to_f64()).collect();
    let shown = pca.components().slice_axis(Axis(0), Slice::from(..pca.components().nrows().min(FILTERS)));
    let shown = shown.mapv(Scalar::to_f64);
    let limit = signed_limit(shown.iter());
    let image = |row: ndarray::ArrayView1<'_, f64>| Image::signed(&row.to_vec(), shape.width, shape.height, limit);
    let components = shown.rows().into_iter().map(image).collect();
    Filters::Components { mean: Image::from_unit(&mean, shape.width, shape.height), components }
}

/// The curves.
pub(crate) fn history(history: &[EpochReport]) -> Vec<Epoch> {
    let losses = |metrics: &diabolo_models::trainer::Metrics| {
        let known = |name: &str| metrics.means().find(|(n, _)| *n == name).map(|(_, mean)| mean);
        Losses { loss: metrics.mean("loss"), reconstruction: known("reconstruction"), kl: known("kl") }
    };
    let epoch =
        |e: &EpochReport| Epoch { train: losses(&e.train), test: Some(losses(&e.test)), seconds: e.train_seconds };
    history.iter().map(epoch).collect()
}

/// What each dimension of the code carries.
pub(crate) fn latent_units(dimensions: &[LatentDimension], beta: Option<f64>) -> LatentUnits {
    LatentUnits {
        kl: dimensions.iter().map(|dimension| dimension.kl).collect(),
        variance_of_mean: dimensions.iter().map(|dimension| dimension.variance_of_mean).collect(),
        warning: posterior_collapse(dimensions, beta.unwrap_or(1.0)).unwrap_or_default(),
    }
}
