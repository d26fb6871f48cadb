//! Every fused op equals the composition of its parts, in values and in gradients.

mod common;

use common::draw;
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
