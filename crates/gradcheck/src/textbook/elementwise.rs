//! Functions of single numbers.
//!
//! At kinks the documented slope is taken, since there a formula has none to offer.

use std::any::Any;

use diabolo_autodiff::ops::{
    abs::Abs, add::Add, clamp::Clamp, cos::Cos, div::Div, elu::Elu, erf::Erf, exp::Exp, expm1::Expm1, gelu::Gelu,
    leaky_relu::LeakyRelu, ln::Ln, log_sigmoid::LogSigmoid, log1p::Log1p, maximum::Maximum, minimum::Minimum, mul::Mul,
    neg::Neg, powf::Powf, powi::Powi, reciprocal::Reciprocal, relu::Relu, rsqrt::Rsqrt, sigmoid::Sigmoid, silu::Silu,
    sin::Sin, softplus::Softplus, sqrt::Sqrt, square::Square, sub::Sub, tanh::Tanh, r#where::Where,
};
use diabolo_kernels::Scalar;
use ndarray::{ArrayD, ArrayViewD};

use super::Formula;
use crate::precise::Jet;

/// One of the functions below.
type OfNumbers = Box<dyn Fn(&[Jet]) -> Jet>;

pub(super) fn formula(op: &dyn Any) -> Option<Formula<'_>> {
    let function = of_numbers(op)?;
    Some(Box::new(move |x| map(&*function, x)))
}

fn of_numbers(op: &dyn Any) -> Option<OfNumbers> {
    of_one(op).or_else(|| of_parameters(op)).or_else(|| of_several(op))
}

/// Boxes a function, whose type is written nowhere else.
fn boxed(function: impl Fn(&[Jet]) -> Jet + 'static) -> Option<OfNumbers> {
    Some(Box::new(function))
}

fn of_one(op: &dyn Any) -> Option<OfNumbers> {
    let one = Jet::of(1.0);
    let plain: fn(Jet) -> Jet = match op {
        op if op.is::<Abs>() => |x| x.abs(),
        op if op.is::<Cos>() => |x| x.cos(),
        op if op.is::<Erf>() => |x| x.erf(),
        op if op.is::<Exp>() => |x| x.exp(),
        op if op.is::<Expm1>() => |x| x.exp_m1(), // eˣ − 1 has no digits left next to 0
        op if op.is::<Gelu>() => |x| x * x.normal_cdf(),
        op if op.is::<Ln>() => |x| x.ln(),
        op if op.is::<Log1p>() => |x| x.ln_1p(), // 1 + x has lost x next to 0
        op if op.is::<Neg>() => |x| -x,
        op if op.is::<Relu>() => |x| if x > Jet::zero() { x } else { x * Jet::zero() },
        op if op.is::<Sin>() => |x| x.sin(),
        op if op.is::<Sqrt>() => |x| x.sqrt(),
        op if op.is::<Square>() => |x| x * x,
        op if op.is::<Tanh>() => |x| x.tanh(), // (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ) has no digits left next to 0
        op if op.is::<Reciprocal>() => return boxed(move |x| one / x[0]),
        op if op.is::<Rsqrt>() => return boxed(move |x| one / x[0].sqrt()),
        op if op.is::<Sigmoid>() => return boxed(move |x| one / (one + (-x[0]).exp())),
        op if op.is::<Silu>() => return boxed(move |x| x[0] / (one + (-x[0]).exp())),
        op if op.is::<Softplus>() => return boxed(|x| logarithm_of_one_plus_exp(x[0])),
        op if op.is::<LogSigmoid>() => return boxed(|x| -logarithm_of_one_plus_exp(-x[0])),
        _ => return None,
    };
    boxed(move |x| plain(x[0]))
}

fn of_parameters(op: &dyn Any) -> Option<OfNumbers> {
    if let Some(&Clamp { low, high }) = op.downcast_ref() {
        return boxed(move |x| match x[0].to_f64() {
            value if value < low => Jet::of(low),
            value if value > high => Jet::of(high),
            _ => x[0],
        });
    }
    if let Some(&Elu { alpha }) = op.downcast_ref() {
        return boxed(move |x| if x[0] > Jet::zero() { x[0] } else { Jet::of(alpha) * x[0].exp_m1() });
    }
    if let Some(&LeakyRelu { slope }) = op.downcast_ref() {
        return boxed(move |x| if x[0] > Jet::zero() { x[0] } else { Jet::of(slope) * x[0] });
    }
    if let Some(&Powf { exponent }) = op.downcast_ref() {
        return boxed(move |x| x[0].powf(exponent));
    }
    let &Powi { exponent } = op.downcast_ref()?;
    boxed(move |x| x[0].powi(exponent.into()))
}

fn of_several(op: &dyn Any) -> Option<OfNumbers> {
    let half = Jet::of(0.5);
    match op {
        op if op.is::<Add>() => boxed(|x| x[0] + x[1]),
        op if op.is::<Div>() => boxed(|x| x[0] / x[1]),
        op if op.is::<Mul>() => boxed(|x| x[0] * x[1]),
        op if op.is::<Sub>() => boxed(|x| x[0] - x[1]),
        op if op.is::<Maximum>() => boxed(move |x| match () {
            () if x[0] > x[1] => x[0],
            () if x[0] < x[1] => x[1],
            () => half * x[0] + half * x[1],
        }),
        op if op.is::<Minimum>() => boxed(move |x| match () {
            () if x[0] < x[1] => x[0],
            () if x[0] > x[1] => x[1],
            () => half * x[0] + half * x[1],
        }),
        op if op.is::<Where>() => boxed(|x| if x[0] > Jet::zero() { x[1] } else { x[2] }),
        _ => None,
    }
}

/// ln (1 + eˣ); where even here eˣ has no number, it is x.
fn logarithm_of_one_plus_exp(x: Jet) -> Jet {
    if x.to_f64() > 1e15 { x } else { x.exp().ln_1p() }
}

/// The function of each element, with inputs repeated to a common shape.
fn map(function: &dyn Fn(&[Jet]) -> Jet, x: &[ArrayD<Jet>]) -> ArrayD<Jet> {
    let axes = x.iter().map(ArrayD::ndim).max().unwrap_or(0);
    let mut shape = vec![1; axes];
    for (extents, x) in x.iter().map(|x| (x.shape(), x)) {
        let own = shape[axes - x.ndim()..].iter_mut();
        own.zip(extents).filter(|(_, extent)| **extent != 1).for_each(|(common, extent)| *common = *extent);
    }
    let repeated: Vec<ArrayViewD<'_, Jet>> =
        x.iter().map(|x| x.broadcast(&*shape).expect("the op has taken inputs of these shapes")).collect();
    ArrayD::from_shape_fn(&*shape, |index| {
        let numbers: Vec<Jet> = repeated.iter().map(|x| x[&index]).collect();
        function(&numbers)
    })
}
