//! Models held against the witnesses of [`diabolo_gradcheck`]: the loss, end to end, as a function of each parameter tensor.
//!
//! A model is checked in `f64`, in training mode, on one batch and with noise of one key, so that its loss is a function of
//! its parameters and of nothing else. What it would make of its buffers, such as the running statistics of a batch norm, is
//! dropped.

use std::any::type_name_of_val;
use std::fmt;

use diabolo_autodiff::{Tape, Var};
use diabolo_gradcheck::{GradientReport, InputReport, Recording, Settings, check_recording};
use diabolo_kernels::random::{Key, Stream};
use diabolo_nn::{Context, Parameter, Path};
use ndarray::{ArrayD, ArrayView, ArrayView2};

use crate::model::Model;

mod components;
mod variants;

pub use components::check_components;
pub use variants::{VARIANTS, Variant, check_all_models, check_models};

/// What the witnesses say of the gradients of a model.
#[derive(Clone, Debug)]
pub struct ModelReport {
    /// The name of the model.
    pub model: String,
    /// The settings in which it differs from its defaults, in TOML; empty for a model of one's own.
    pub settings: String,
    /// The optimizer steps that were done before, if the check did them.
    pub steps: u32,
    /// The loss of the batch.
    pub loss: f64,
    /// What was found; its inputs are the trained parameters under the names that checkpoints have.
    pub gradient: GradientReport,
}

impl ModelReport {
    /// Whether nothing disagreed.
    pub fn passed(&self) -> bool {
        self.gradient.passed()
    }

    /// Each trained parameter tensor.
    pub fn tensors(&self) -> &[InputReport] {
        &self.gradient.inputs
    }
}

impl fmt::Display for ModelReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.model)?;
        if !self.settings.is_empty() {
            write!(f, " ({})", self.settings.replace('\n', ", "))?;
        }
        if self.steps > 0 {
            write!(f, " after {} steps", self.steps)?;
        }
        writeln!(f, ", loss {:.6}", self.loss)?;
        let width = self.tensors().iter().map(|tensor| tensor.name.chars().count()).max().unwrap_or(0);
        for InputReport { name, shape, worst_difference, .. } in self.tensors() {
            writeln!(f, "  {name:width$}  {worst_difference:.1e}  {shape:?}")?;
        }
        write!(f, "{}", self.gradient)
    }
}

/// Checks the gradient of a model's loss with respect to every trained parameter. Afterwards the model is what it was, to
/// the last bit, also if its loss panics.
///
/// A report that fails names the parameter and the element, and the op that is at fault with its layer and line. Kinks are
/// differences' enemy: with relu a step may cross one, and the report then says so.
///
/// ```
/// use diabolo_models::check::check_model;
/// use diabolo_models::{Likelihood, Vae};
/// use diabolo_nn::{Activation, Keys};
/// use ndarray::Array2;
///
/// let mut vae = Vae::<f64>::new(&mut Keys::new(1), 6, &[5], 2, Activation::Tanh, Likelihood::Bernoulli);
/// let batch = Array2::from_shape_fn((4, 6), |(i, j)| f64::from(u8::from(i % 3 == j % 2)));
/// let report = check_model(&mut vae, batch.view());
/// assert!(report.passed(), "{report}");
/// assert_eq!(report.tensors().len(), 8);
/// assert_eq!((report.tensors()[0].name.as_str(), report.tensors()[0].shape.as_slice()), ("encoder.0.weight", &[5, 6][..]));
/// ```
#[track_caller]
pub fn check_model<M: Model<f64> + ?Sized>(model: &mut M, batch: ArrayView2<'_, f64>) -> ModelReport {
    check_model_with(&Settings::default(), model, batch)
}

/// As [`check_model`], with settings: the seed of noise and directions, and how many elements of a tensor are moved.
#[track_caller]
pub fn check_model_with<M: Model<f64> + ?Sized>(
    settings: &Settings,
    model: &mut M,
    batch: ArrayView2<'_, f64>,
) -> ModelReport {
    let key = noise(settings);
    let (tape, kept) = (Tape::new(), Kept::of(model));
    let named = kept.named();
    let inputs: Vec<(&str, ArrayD<f64>)> = named.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let loss = total(kept.model, &tape, key, batch).item();
    let gradient = check_recording(settings, &inputs, |tape, values| {
        put(kept.model, values);
        let output = total(kept.model, tape, key, batch);
        let mut inputs = vec![];
        each_trained(kept.model, |_, parameter| inputs.push(join(tape, parameter)));
        Recording { inputs, output }
    });
    let model = short(type_name_of_val(kept.model)).to_owned();
    ModelReport { model, settings: String::new(), steps: 0, loss, gradient }
}

/// Halfway through the first epoch, where a schedule such as that of β has left its start.
const PROGRESS: f64 = 0.5;

/// The key of a model's noise.
fn noise(settings: &Settings) -> Key {
    Key::new(settings.seed, Stream::Noise)
}

/// The loss of a batch on a tape.
#[track_caller]
fn total<'t, M: Model<f64> + ?Sized>(
    model: &M,
    tape: &'t Tape<f64>,
    key: Key,
    batch: ArrayView2<'_, f64>,
) -> Var<'t, f64> {
    model.loss(&mut Context::training(tape, key, PROGRESS), tape.constant(&batch)).total
}

/// A parameter on the tape; the node that it has already, if the loss has used it.
fn join<'t>(tape: &'t Tape<f64>, parameter: &Parameter<f64>) -> Var<'t, f64> {
    tape.join(parameter.shared(), parameter.shape(), true)
}

fn each_trained<M: Model<f64> + ?Sized>(model: &M, mut see: impl FnMut(Path<'_>, &Parameter<f64>)) {
    model.visit(Path::ROOT, &mut |name, parameter| {
        if parameter.is_trained() {
            see(name, parameter);
        }
    });
}

/// Gives the trained parameters these values.
fn put<M: Model<f64> + ?Sized>(model: &mut M, values: &[ArrayD<f64>]) {
    let mut values = values.iter();
    model.visit_mut(Path::ROOT, &mut |_, parameter| {
        if parameter.is_trained() {
            let value = values.next().expect("there is a value for each parameter");
            parameter.value_mut().iter_mut().zip(value).for_each(|(to, from)| *to = *from);
        }
    });
}

/// A model that gets its parameters and buffers back in the end, also when a panic passes through.
struct Kept<'a, M: Model<f64> + ?Sized> {
    model: &'a mut M,
    before: Vec<Parameter<f64>>,
}

impl<'a, M: Model<f64> + ?Sized> Kept<'a, M> {
    fn of(model: &'a mut M) -> Self {
        let mut before = vec![];
        model.visit(Path::ROOT, &mut |_, parameter| before.push(parameter.clone()));
        Self { model, before }
    }

    /// The trained parameters.
    fn named(&self) -> Vec<(String, ArrayD<f64>)> {
        let mut named = vec![];
        each_trained(self.model, |name, parameter| {
            let value = ArrayView::from_shape(&*parameter.shape(), parameter.value());
            named.push((name.to_string(), value.expect("a parameter has its shape").to_owned()));
        });
        named
    }
}

impl<M: Model<f64> + ?Sized> Drop for Kept<'_, M> {
    fn drop(&mut self) {
        let mut before = self.before.drain(..);
        self.model.visit_mut(Path::ROOT, &mut |_, parameter| {
            if let Some(before) = before.next() {
                *parameter = before;
            }
        });
    }
}

/// `Vae<f64>` of `diabolo_models::vae::Vae<f64>`.
fn short(name: &str) -> &str {
    let path = &name[..name.find('<').unwrap_or(name.len())];
    &name[path.rfind("::").map_or(0, |colons| colons + 2)..]
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_type_is_called_by_its_last_name() {
        assert_eq!(super::short("diabolo_models::vae::Vae<f64>"), "Vae<f64>");
        assert_eq!(super::short("Own"), "Own");
    }
}
