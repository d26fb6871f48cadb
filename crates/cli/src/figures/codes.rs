//! Where codes lie, and what their dimensions carry.

use diabolo_data::Dataset;
use diabolo_kernels::Scalar;
use diabolo_models::measure::{Activity, rows};
use diabolo_models::{Codec, LatentDimension, Pca, Sparsity, posterior_collapse};
use diabolo_report::{Codes, LatentUnits};
use ndarray::{Array2, ArrayView2};

/// Test samples whose codes are shown.
const POINTS: usize = 3000;

/// The codes of the first test samples.
pub(super) fn of_test<S: Scalar>(codec: &(impl Codec<S> + ?Sized), test: &Dataset) -> Array2<S> {
    let chosen: Vec<u32> = (0..test.len().min(POINTS) as u32).collect();
    codec.encode(rows::<S>(test, &chosen).view())
}

/// Codes of the first test samples in the plane: as they are, or their first two principal components.
pub(super) fn in_plane<S: Scalar>(codes: ArrayView2<'_, S>, test: &Dataset) -> Option<Codes> {
    let codes = codes.mapv(Scalar::to_f64);
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
    let points: Vec<[f64; 2]> = plane.rows().into_iter().map(|row| [row[0], row[1]]).collect();
    let labels = test.labels().unwrap_or_default();
    let classes = labels.iter().take(points.len()).map(|&label| label as usize).collect();
    let class_names = (0..test.classes() as u32).map(|class| test.schema().class_name(class)).collect();
    Some(Codes { points, classes, class_names, dimensions, shares })
}

/// What each dimension of the code carries.
pub(crate) fn latent_units(dimensions: &[LatentDimension], beta: Option<f64>) -> LatentUnits {
    LatentUnits {
        kl: dimensions.iter().map(|dimension| dimension.kl).collect(),
        variance_of_mean: dimensions.iter().map(|dimension| dimension.variance_of_mean).collect(),
        warning: posterior_collapse(dimensions, beta.unwrap_or(1.0)).unwrap_or_default(),
    }
}

/// How often the units of a sparse code are active.
pub(crate) fn sparsity(activity: &Activity, penalty: Sparsity) -> diabolo_report::Sparsity {
    diabolo_report::Sparsity {
        active: activity.active.clone(),
        mean_activation: activity.mean.clone(),
        target: match penalty {
            Sparsity::Kl { rho, .. } => Some(rho),
            Sparsity::L1 { .. } => None,
        },
        criterion: format!("its activation is above {}", penalty.active_above()),
    }
}
