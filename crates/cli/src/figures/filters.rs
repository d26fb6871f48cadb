//! What a model looks for in its input.

use diabolo_kernels::Scalar;
use diabolo_models::Pca;
use diabolo_report::{Filters, Image, Weights, signed_limit};
use ndarray::{ArrayView1, Axis, Slice};

use super::View;

/// Filters of the first layer, or components.
const SHOWN: usize = 64;

/// The weights of the first units, pictures each on a scale of its own.
pub(crate) fn first_layer<S: Scalar>(weight: &[S], view: &View) -> Filters {
    let shape = view.schema().shape;
    let units = weight.chunks_exact(shape.len()).take(SHOWN);
    let units = units.map(|weights| weights.iter().map(|w| w.to_f64()).collect::<Vec<f64>>());
    if !view.shows_pictures() {
        return Filters::FirstLayerWeights(Weights { columns: view.columns(), rows: units.collect() });
    }
    let unit = |weights: Vec<f64>| Image::signed(&weights, shape.width, shape.height, signed_limit(weights.iter()));
    Filters::FirstLayer(units.map(unit).collect())
}

/// The mean and the components of PCA, pictures on one scale.
pub(crate) fn components<S: Scalar>(pca: &Pca<S>, view: &View) -> Filters {
    let shape = view.schema().shape;
    let shown = pca.components().slice_axis(Axis(0), Slice::from(..pca.components().nrows().min(SHOWN)));
    let shown = shown.mapv(Scalar::to_f64);
    if !view.shows_pictures() {
        let rows = shown.rows().into_iter().map(|row| row.to_vec()).collect();
        return Filters::ComponentWeights(Weights { columns: view.columns(), rows });
    }
    let limit = signed_limit(shown.iter());
    let image = |row: ArrayView1<'_, f64>| Image::signed(&row.to_vec(), shape.width, shape.height, limit);
    let mut mean = view.images(pca.mean().view().insert_axis(Axis(0)));
    Filters::Components { mean: mean.remove(0), components: shown.rows().into_iter().map(image).collect() }
}
