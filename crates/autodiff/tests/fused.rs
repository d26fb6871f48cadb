//! Every fused op equals the composition of its parts, in values and in gradients.

mod common;

use common::draw;
use std::f64::consts::SQRT_2;

use diabolo_autodiff::ops::linear::Fused;
use diabolo_autodiff::{Domain, Gradients, Tape, Var};
use diabolo_kernels::random::{Key, Stream, fill_mask, fill_normal};
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
fn variance_is_the_mean_square_of_deviations() {
    assert_equal(
        &[MATRIX],
        |x| x[0].variance(&[1], 0),
        |x| (x[0] - x[0].mean(&[1]).reshape(&[5, 1])).square().mean(&[1]),
    );
    assert_equal(&[MATRIX], |x| x[0].variance_all(1), |x| (x[0] - x[0].mean_all()).square().sum_all() / 19.0);
}

#[test]
fn products_running_sums_and_extremes_are_what_they_say() {
    assert_equal(&[(&[5, 4], Domain::POSITIVE)], |x| x[0].prod(&[1]), |x| x[0].ln().sum(&[1]).exp());
    assert_equal(
        &[MATRIX],
        |x| x[0].cumsum(1),
        |x| {
            let [a, b, c, d] = [0, 1, 2, 3].map(|j| x[0].slice(1, j..j + 1));
            Var::concat(&[a, a + b, a + b + c, a + b + c + d], 1)
        },
    );
    assert_equal(&[MATRIX], |x| x[0].min(&[0]), |x| -(-x[0]).max(&[0]));
}

#[test]
fn softmaxes_are_exponentials_over_their_sum() {
    fn naive<'t>(x: &[Var<'t, f64>]) -> Var<'t, f64> {
        x[0].exp() / x[0].exp().sum(&[1]).reshape(&[5, 1])
    }
    assert_equal(&[MATRIX], |x| x[0].logsumexp(&[1]), |x| x[0].exp().sum(&[1]).ln());
    assert_equal(&[MATRIX], |x| x[0].softmax(&[1]), naive);
    assert_equal(&[MATRIX], |x| x[0].log_softmax(&[1]), |x| naive(x).ln());
    assert_equal(&[MATRIX], |x| x[0].softmax(&[0]), |x| x[0].t().softmax(&[1]).t());
    assert_equal(&[MATRIX], |x| x[0].softmax(&[0, 1]), |x| (x[0] - x[0].logsumexp(&[0, 1])).exp());
}

#[test]
fn cross_entropy_is_the_log_softmax_at_the_label() {
    let labels = [2, 0, 3, 3, 1];
    assert_equal(
        &[MATRIX],
        |x| x[0].cross_entropy(labels),
        |x| {
            let one_hot = x[0].tape().constant_with(&[5, 4], |out| {
                out.fill(0.0);
                labels.iter().enumerate().for_each(|(row, label)| out[4 * row + label] = 1.0);
            });
            -(x[0].log_softmax(&[1]) * one_hot).sum(&[1])
        },
    );
}

#[test]
fn cross_entropy_of_two_classes_is_that_of_a_sigmoid() {
    assert_equal(
        &[(&[3, 1], Domain::Between(-20.0, 20.0))],
        |x| Var::concat(&[x[0] * 0.0, x[0]], 1).cross_entropy([1, 0, 1]),
        |x| x[0].bce_with_logits(x[0].tape().constant(&ndarray::array![[1.0], [0.0], [1.0]])),
    );
}

#[test]
fn bce_of_a_sigmoid_is_bce_with_logits() {
    let inputs: Inputs<'_> = &[MATRIX, (&[5, 4], Domain::UNIT)];
    assert_equal(inputs, |x| x[0].sigmoid().bce(x[1]), |x| x[0].bce_with_logits(x[1]));
    assert_equal(
        &[(&[5, 4], Domain::Between(0.1, 0.9)), (&[5, 4], Domain::UNIT)],
        |x| x[0].bce(x[1]),
        |x| -(x[1] * x[0].ln() + (-x[1] + 1.0) * (-x[0] + 1.0).ln()).sum(&[1]),
    );
}

#[test]
fn gaussian_nll_is_its_formula() {
    assert_equal(
        &[MATRIX, MATRIX, MATRIX],
        |x| x[0].gaussian_nll(x[1], x[2]),
        |x| {
            let squares = (x[0] - x[1]).square() / x[2].exp();
            (squares + x[2] + std::f64::consts::TAU.ln()).sum(&[1]) * 0.5
        },
    );
}

#[test]
fn gaussian_kl_between_is_its_formula() {
    assert_equal(
        &[MATRIX, MATRIX, MATRIX, MATRIX],
        |x| x[0].gaussian_kl_between(x[1], x[2], x[3]),
        |x| {
            let ratio = (x[1].exp() + (x[0] - x[2]).square()) / x[3].exp();
            (ratio - 1.0 - x[1] + x[3]).sum(&[1]) * 0.5
        },
    );
    assert_equal(
        &[MATRIX, MATRIX],
        |x| x[0].gaussian_kl_between(x[1], x[0] * 0.0, x[1] * 0.0),
        |x| x[0].gaussian_kl(x[1]),
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

#[test]
fn dropout_is_a_product_with_a_random_mask() {
    let key = Key::new(5, Stream::Noise).at(2, 3).site(4);
    assert_equal(
        &[MATRIX],
        |x| x[0].dropout(0.25, key),
        |x| x[0] * x[0].tape().constant_with(&x[0].shape(), |mask| fill_mask(key, 0.75, 1.0 / 0.75, mask)),
    );
}

#[test]
fn two_axes_that_change_places_are_a_transposition() {
    assert_equal(&[MATRIX], |x| x[0].permute(&[1, 0]), |x| x[0].t());
}

#[test]
fn a_stack_is_a_concatenation_of_what_was_reshaped() {
    assert_equal(
        &[MATRIX, MATRIX],
        |x| Var::stack(x, 1),
        |x| Var::concat(&[x[0].reshape(&[5, 1, 4]), x[1].reshape(&[5, 1, 4])], 1),
    );
}

#[test]
fn what_is_padded_with_zeros_is_sliced_out_again() {
    assert_equal(&[MATRIX], |x| x[0].pad(&[(1, 2), (3, 0)], 0.5).slice(0, 1..6).slice(1, 3..), |x| x[0] * 1.0);
}

#[test]
fn gathered_and_scattered_rows_are_products_with_a_matrix_of_zeros_and_ones() {
    const ROWS: [u32; 7] = [4, 0, 0, 3, 4, 4, 0];
    fn choice<'t>(x: &[Var<'t, f64>]) -> Var<'t, f64> {
        let one = |out: &mut [f64]| ROWS.iter().zip(out.chunks_mut(5)).for_each(|(&row, to)| to[row as usize] = 1.0);
        x[0].tape().constant_with(&[7, 5], |out| {
            out.fill(0.0);
            one(out);
        })
    }
    assert_equal(&[MATRIX], |x| x[0].gather_rows(&ROWS), |x| choice(x).matmul(x[0]));
    let inputs: Inputs<'_> = &[MATRIX, (&[7, 4], Domain::REAL)];
    assert_equal(inputs, |x| x[0].scatter_add(x[1], &ROWS), |x| x[0] + choice(x).t().matmul(x[1]));
}

#[test]
fn a_batched_product_is_the_stack_of_its_products() {
    fn matrix<'t>(x: Var<'t, f64>, i: usize, rows: usize, columns: usize) -> Var<'t, f64> {
        x.slice(0, i..i + 1).reshape(&[rows, columns])
    }
    let (a, b): (&[usize], &[usize]) = (&[3, 2, 5], &[3, 5, 4]);
    assert_equal(
        &[(a, Domain::REAL), (b, Domain::REAL)],
        |x| x[0].batched_matmul(x[1]),
        |x| Var::stack(&[0, 1, 2].map(|i| matrix(x[0], i, 2, 5).matmul(matrix(x[1], i, 5, 4))), 0),
    );
    assert_equal(
        &[(a, Domain::REAL), (&[5, 4], Domain::REAL)],
        |x| x[0].batched_matmul(x[1]),
        |x| Var::stack(&[0, 1, 2].map(|i| matrix(x[0], i, 2, 5).matmul(x[1])), 0),
    );
    assert_equal(
        &[(&[2, 1, 2, 5], Domain::REAL), (b, Domain::REAL)],
        |x| x[0].batched_matmul(x[1]),
        |x| x[0].broadcast_to(&[2, 3, 2, 5]).batched_matmul(x[1].broadcast_to(&[2, 3, 5, 4])),
    );
}
