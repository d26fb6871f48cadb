//! A run stops at the step in which an op makes the first NaN or infinity, if it is asked to, though the loss stays finite.

use diabolo_autodiff::{NonFinite, Var};
use diabolo_data::{Dataset, digits, split};
use diabolo_models::trainer::{Outcome, Progress};
use diabolo_models::{Error, Loss, Model, Plan, Trainer};
use diabolo_nn::{Context, Module, Parameter, Path, Sgd};

/// √(3 − w) − w, with 0 for the root from w = 3 on, where it does not exist.
#[derive(Debug)]
struct Rooted {
    w: Parameter<f64>,
    /// Whether the mask stands behind the root, which then is NaN, or before it, which then has an infinite slope at 0.
    behind: bool,
}

impl Module<f64> for Rooted {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<f64>)) {
        see(at.join("w"), &self.w);
    }
    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<f64>)) {
        see(at.join("w"), &mut self.w);
    }
}

impl Model<f64> for Rooted {
    fn loss<'t>(&self, context: &mut Context<'t, f64>, _: Var<'t, f64>) -> Loss<'t, f64> {
        let (w, zero) = (context.parameter(&self.w), context.tape().scalar(0.0));
        let left = -(w - 3.0);
        let root = context.scope("root", |_| match self.behind {
            true => left.select(left.sqrt(), zero),
            false => left.select(left, zero).sqrt(),
        });
        Loss::new((root - w).sum_all())
    }
}

fn data() -> (Dataset, Dataset) {
    let all = split(&digits::generate(40, 1).images, 0.5, 1).expect("40 digits can be split");
    (all.train, all.test)
}

/// Trains from w = 0.5, two steps an epoch: w becomes 1.8, and then 3.3.
fn run(behind: bool, anomaly: bool) -> Result<Outcome, Error> {
    let (train, test) = data();
    let w = Parameter::new(&[1], |w| w.fill(0.5));
    let plan = Plan { epochs: 3, batch: 10, rate: 1.0, anomaly, ..Plan::default() };
    let mut trainer = Trainer::new(Rooted { w, behind }, Box::new(Sgd::new()), plan, Progress::default());
    trainer.run(&train, &test, &mut [])
}

fn cause(result: Result<Outcome, Error>) -> (u32, u32, NonFinite) {
    match result {
        Err(Error::Diverged { epoch, step, cause: Some(cause), .. }) => (epoch, step, *cause),
        other => panic!("the run must diverge: {other:?}"),
    }
}

#[test]
fn a_nan_that_a_mask_hides_from_the_loss_is_found_at_its_step() {
    assert_eq!(run(true, false).expect("the loss stays finite"), Outcome::Finished);
    let (epoch, step, cause) = cause(run(true, true));
    assert_eq!((epoch, step, cause.op, cause.scope.as_str()), (1, 0, "sqrt", "root"));
    assert_eq!((cause.what, cause.cotangent), ("value", None));
    assert!(matches!(cause.inputs[..], [(low, high)] if low == high && (-0.3..-0.2).contains(&low)), "{cause}");
    assert!(cause.place.file().ends_with("non_finite.rs"));
    let told = run(true, true).expect_err("it must diverge").to_string();
    assert!(
        told.starts_with("training diverged at epoch 2, step 1: the value of sqrt in root (recorded at "),
        "{told}"
    );
}

#[test]
fn an_infinite_slope_that_a_mask_hides_from_the_gradients_is_found_at_its_step() {
    assert_eq!(run(false, false).expect("loss and gradients stay finite"), Outcome::Finished);
    let (epoch, step, cause) = cause(run(false, true));
    assert_eq!((epoch, step, cause.op, cause.what), (1, 0, "sqrt", "gradient"));
    assert_eq!((cause.inputs.as_slice(), cause.cotangent), (&[(0.0, 0.0)][..], Some((1.0, 1.0))));
    assert_eq!(cause.scope, "root");
}
