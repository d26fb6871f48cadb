//! PCA's reconstruction error as a function of its components:
//!
//! ```text
//! x̂ = μ + (x − μ) · Wᵀ · W
//! loss = ‖x − x̂‖², averaged over samples
//! ```
//!
//! with W (k × d). PCA itself finds the minimum by a singular value decomposition and needs no gradient; but over *all* W,
//! orthonormal or not, no other loss is lower, so there the gradient is zero (Baldi and Hornik 1989).

use diabolo_autodiff::Var;
use diabolo_gradcheck::Settings;
use diabolo_nn::{Context, Module, Parameter, Path};
use ndarray::{Array1, Array2, ArrayView2};

use super::{ModelReport, check_model_with};
use crate::model::{Loss, Model};
use crate::pca::Pca;

/// The reconstruction error of PCA, with components that are trained.
#[derive(Debug)]
pub(super) struct Reconstruction {
    mean: Array1<f64>,
    components: Parameter<f64>,
}

impl Reconstruction {
    pub(super) fn new(mean: Array1<f64>, components: &Array2<f64>) -> Self {
        let (k, d) = components.dim();
        let fill = |w: &mut [f64]| w.iter_mut().zip(components).for_each(|(to, from)| *to = *from);
        Self { mean, components: Parameter::new(&[k, d], fill) }
    }
}

impl Module<f64> for Reconstruction {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<f64>)) {
        see(at.join("components"), &self.components);
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<f64>)) {
        see(at.join("components"), &mut self.components);
    }
}

impl Model<f64> for Reconstruction {
    fn loss<'t>(&self, context: &mut Context<'t, f64>, x: Var<'t, f64>) -> Loss<'t, f64> {
        let (mean, w) = (context.tape().constant(&self.mean), context.parameter(&self.components));
        let again = (x - mean).matmul(w.t()).matmul(w) + mean;
        Loss::new(again.squared_error(x).mean_all())
    }
}

/// Checks the gradient of PCA's reconstruction error over `samples` with respect to its components, where they are.
///
/// ```
/// use diabolo_gradcheck::Settings;
/// use diabolo_models::Pca;
/// use diabolo_models::check::check_components;
/// use ndarray::Array2;
///
/// let waves = Array2::from_shape_fn((30, 8), |(i, j)| (0.3 * (i * j) as f64).sin());
/// let pca = Pca::fit(waves.view(), 3)?;
/// let report = check_components(&Settings::default(), &pca, waves.view());
/// assert!(report.passed(), "{report}");
/// assert!(report.tensors()[0].largest < 1e-13, "no other components have a smaller error");
/// # Ok::<(), diabolo_models::pca::PcaError>(())
/// ```
///
/// # Panics
/// If the samples have another number of columns than PCA was fitted to.
#[track_caller]
pub fn check_components(settings: &Settings, pca: &Pca<f64>, samples: ArrayView2<'_, f64>) -> ModelReport {
    let mut reconstruction = Reconstruction::new(pca.mean().clone(), pca.components());
    ModelReport { model: "pca".to_owned(), ..check_model_with(settings, &mut reconstruction, samples) }
}
