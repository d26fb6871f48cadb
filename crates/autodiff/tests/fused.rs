//! Every fused op equals the composition of its parts, in values and in gradients.

mod common;

use common::draw;
use std::f64::consts::SQRT_2;

use diabolo_autodiff::ops::linear::Fused;
use diabolo_autodiff::{Domain, Gradients, Tape, Var};
use diabolo_kernels::random::{Key, Stream, fill_normal};
use ndarray::ArrayD;

type Inputs<'a> = &'a [(&'a [usize], Domain)];

/// The value, and the gradient of each input for a random signed cotangent.
fn run(inputs: Inputs<'_>, f: impl for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>) -> Vec<ArrayD<f64>> {
    let tape = Tape::new();
    let x: Vec<_> =
        (0..).zip(inputs).map(|(site, &(shape, domain))| tape.variable(&draw(site, shape, domain))).collect();
    let y = f(&x);
    let mut gradients = Gradients::new();
    y.backward_from(&draw(100, &y.shape(), Domain::REAL).view(), &mut gradients);
    let slopes = x.iter().map(|&x| gradients.of(x).expect("every input matters").to_owned());
    std::iter::once(y.value()).chain(slopes).collect()
}

fn assert_equal(
    inputs: Inputs<'_>,
    fused: impl for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
    parts: impl for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
) {
    for (i, (a, b)) in run(inputs, fused).iter().zip(&run(inputs, parts)).enumerate() {
        assert_eq!(a.shape(), b.shape(), "tensor {i} (0 is the value)");
        for (a, b) in a.iter().zip(b) {
            assert!((a - b).abs() <= 1e-13 * (1.0 + b.abs()), "tensor {i} (0 is the value): {a} fused, {b} in parts");
        }
    }
}

const MATRIX: (&[usize], Domain) = (&[5, 4], Domain::REAL);

#[test]
fn linear_is_a_product_a_sum_and_an_activation() {
    let inputs: Inputs<'_> = &[(&[5, 4], Domain::REAL), (&[3, 4], Domain::REAL), (&[3], Domain::REAL)];
    fn affine<'t>(x: &[Var<'t, f64>]) -> Var<'t, f64> {
        x[0].matmul(x[1].t()) + x[2]
    }
    assert_equal(inputs, |x| x[0].linear(x[1], Some(x[2]), Fused::Identity), affine);
    assert_equal(inputs, |x| x[0].linear(x[1], Some(x[2]), Fused::Relu), |x| affine(x).relu());
    assert_equal(
        inputs,
        |x| x[0].linear(x[1], Some(x[2]), Fused::LeakyRelu(0.2)),
        |x| affine(x).relu() - (-affine(x)).relu() * 0.2,
    );
    assert_equal(&inputs[..2], |x| x[0].linear(x[1], None, Fused::Relu), |x| x[0].matmul(x[1].t()).relu());
}

#[test]
fn activations_and_powers_are_their_formulas() {
    assert_equal(&[MATRIX], |x| x[0].log_sigmoid(), |x| x[0].sigmoid().ln());
    assert_equal(&[MATRIX], |x| x[0].silu(), |x| x[0] * x[0].sigmoid());
    assert_equal(&[MATRIX], |x| x[0].gelu(), |x| x[0] * ((x[0] / SQRT_2).erf() + 1.0) * 0.5);
    assert_equal(&[MATRIX], |x| x[0].leaky_relu(0.2), |x| x[0].relu() - (-x[0]).relu() * 0.2);
    assert_equal(&[MATRIX], |x| x[0].elu(0.5), |x| x[0].relu() + x[0].clamp(f64::NEG_INFINITY, 0.0).expm1() * 0.5);
    assert_equal(&[MATRIX], |x| x[0].expm1().log1p(), |x| x[0] * 1.0);
    assert_equal(&[MATRIX], |x| x[0].sin().square() + x[0].cos().square(), |x| x[0] * 0.0 + 1.0);
    assert_equal(&[MATRIX], |x| x[0].powi(3), |x| x[0] * x[0] * x[0]);
    assert_equal(&[MATRIX], |x| x[0].powf(4.0), |x| x[0].powi(4));
    let positive: Inputs<'_> = &[(&[5, 4], Domain::POSITIVE)];
    assert_equal(positive, |x| x[0].rsqrt(), |x| x[0].sqrt().reciprocal());
    assert_equal(positive, |x| x[0].powf(-0.5), |x| x[0].rsqrt());
    assert_equal(positive, |x| x[0].powi(-2), |x| x[0].reciprocal().square());
}

#[test]
fn selections_are_sums_with_a_mask() {
    let inputs: Inputs<'_> = &[MATRIX, (&[4], Domain::REAL)];
    assert_equal(inputs, |x| x[0].maximum(x[1]), |x| (x[0] - x[1]).relu() + x[1]);
    assert_equal(inputs, |x| x[0].maximum(x[1]) + x[0].minimum(x[1]), |x| x[0] + x[1]);
    fn mask<'t>(x: Var<'t, f64>) -> Var<'t, f64> {
        x.tape().constant_with(&[5, 4], |out| out.iter_mut().enumerate().for_each(|(i, m)| *m = (i % 3 / 2) as f64))
    }
    assert_equal(inputs, |x| mask(x[0]).select(x[0], x[1]), |x| mask(x[0]) * x[0] + (-mask(x[0]) + 1.0) * x[1]);
}

#[test]
fn mean_is_a_sum_over_the_number_of_terms() {
    assert_equal(&[MATRIX], |x| x[0].mean(&[1]), |x| x[0].sum(&[1]) / 4.0);
    assert_equal(&[MATRIX], |x| x[0].mean_all(), |x| x[0].sum_all() / 20.0);
}

#[test]
fn squared_error_is_a_sum_of_squares_of_differences() {
    assert_equal(&[MATRIX, MATRIX], |x| x[0].squared_error(x[1]), |x| (x[0] - x[1]).square().sum(&[1]));
}

#[test]
fn bce_with_logits_is_the_cross_entropy_of_a_sigmoid() {
    let inputs: Inputs<'_> = &[MATRIX, (&[5, 4], Domain::UNIT)];
    assert_equal(inputs, |x| x[0].bce_with_logits(x[1]), |x| (x[0].softplus() - x[0] * x[1]).sum(&[1]));
    assert_equal(
        inputs,
        |x| x[0].bce_with_logits(x[1]),
        |x| {
            let p = x[0].sigmoid();
            -(x[1] * p.ln() + (-x[1] + 1.0) * (-p + 1.0).ln()).sum(&[1])
        },
    );
}

#[test]
fn gaussian_kl_is_its_formula() {
    assert_equal(
        &[MATRIX, MATRIX],
        |x| x[0].gaussian_kl(x[1]),
        |x| (x[0].square() + x[1].exp() - x[1] - 1.0).sum(&[1]) * 0.5,
    );
}

#[test]
fn reparameterize_scales_and_shifts_normal_noise() {
    let key = Key::new(5, Stream::Noise).at(2, 3).site(4);
    assert_equal(
        &[MATRIX, MATRIX],
        |x| x[0].reparameterize(x[1], key),
        |x| {
            let epsilon = x[0].tape().constant_with(&x[0].shape(), |out| fill_normal(key, 0.0, 1.0, out));
            x[0] + (x[1] * 0.5).exp() * epsilon
        },
    );
}

#[test]
fn slices_of_a_concatenation_are_its_parts() {
    let inputs: Inputs<'_> = &[(&[2, 3], Domain::REAL), (&[2, 4], Domain::REAL)];
    assert_equal(
        inputs,
        |x| {
            let both = Var::concat(x, 1);
            both.slice(1, ..3).square().sum_all() + both.slice(1, 3..).exp().sum_all()
        },
        |x| x[0].square().sum_all() + x[1].exp().sum_all(),
    );
}

#[test]
fn broadcast_is_what_arithmetic_does_by_itself() {
    let inputs: Inputs<'_> = &[MATRIX, (&[4], Domain::REAL)];
    assert_equal(inputs, |x| x[0] * x[1].broadcast_to(&[5, 4]), |x| x[0] * x[1]);
    assert_equal(
        inputs,
        |x| (x[0].reshape(&[20]) * x[1].broadcast_to(&[5, 4]).reshape(&[20])).reshape(&[5, 4]),
        |x| x[0] * x[1],
    );
}
