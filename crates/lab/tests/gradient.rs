//! The exact gradient through the covariance against the tape, which sees the samples.

#![expect(clippy::unwrap_used, reason = "what a helper of a test cannot do fails the test")]

use diabolo_autodiff::{Dual, Gradients, Tape, Var};
use diabolo_kernels::Scalar;
use diabolo_kernels::random::{Key, Stream, fill_normal};
use diabolo_lab::lanczos::extremes;
use diabolo_lab::{Objective, Weights};
use diabolo_models::pca::svd::symmetric_eigen;
use ndarray::{Array2, ArrayRef2, Ix2, Zip};

const N: usize = 40;
const D: usize = 6;
const K: usize = 3;

fn normal(site: u32, rows: usize, columns: usize) -> Array2<f64> {
    let mut values = vec![0.0; rows * columns];
    fill_normal(Key::new(7, Stream::Data).site(site), 0.0, 0.7, &mut values);
    Array2::from_shape_vec((rows, columns), values).unwrap()
}

/// Every kind of objective, with what it is made of.
struct Case {
    objective: Objective,
    chances: [f64; K],
    penalties: [f64; K],
    rho: f64,
}

fn cases() -> Vec<Case> {
    let plain = [0.0, 0.0, 1.0];
    let case = |objective, chances, penalties, rho| Case { objective, chances, penalties, rho };
    vec![
        case(Objective::plain(K), plain, [0.0; K], 0.0),
        case(Objective::penalised(&[0.3; K]), plain, [0.3; K], 0.0),
        case(Objective::penalised(&[0.1, 0.5, 0.9]), plain, [0.1, 0.5, 0.9], 0.0),
        case(Objective::product_penalised(K, 0.4), plain, [0.0; K], 0.4),
        case(Objective::nested(&[0.2, 0.3, 0.5]), [0.2, 0.3, 0.5], [0.0; K], 0.0),
    ]
}

/// The loss as it is defined, sample by sample.
fn loss<'t, S: Scalar>(case: &Case, tape: &'t Tape<S>, x: &Array2<f64>, w: Var<'t, S>, v: Var<'t, S>) -> Var<'t, S> {
    let x = tape.constant(&x.mapv(S::of));
    let codes = x.matmul(w.t());
    let penalties = tape.constant(&Array2::from_shape_fn((K, D), |(j, _)| S::of(case.penalties[j])));
    let mut sum = (penalties * w.square()).sum_all() + (penalties * v.square()).sum_all();
    sum = sum + v.t().matmul(w).square().sum_all() * case.rho;
    for (t, chance) in (1..).zip(case.chances) {
        let part = codes.slice(1, 0..t).matmul(v.slice(0, 0..t));
        sum = sum + part.squared_error(x).mean_all() * chance;
    }
    sum
}

/// Loss and gradients by the tape, in any scalar.
fn on_the_tape<S: Scalar>(case: &Case, x: &Array2<f64>, w: &Array2<S>, v: &Array2<S>) -> (S, Array2<S>, Array2<S>) {
    let tape = Tape::new();
    let (w, v) = (tape.variable(w), tape.variable(v));
    let loss = loss(case, &tape, x, w, v);
    let mut gradients = Gradients::new();
    loss.backward(&mut gradients);
    let of = |var| gradients.of(var).unwrap().to_owned().into_dimensionality::<Ix2>().unwrap();
    (loss.item(), of(w), of(v))
}

#[track_caller]
fn assert_near(ours: &ArrayRef2<f64>, theirs: &ArrayRef2<f64>) {
    for (a, b) in ours.iter().zip(theirs) {
        assert!((a - b).abs() <= 1e-12 * (1.0 + b.abs()), "{a} for {b}");
    }
}

#[test]
fn gradients_of_all_objectives() {
    let (x, w, v) = (normal(1, N, D), normal(2, K, D), normal(3, K, D));
    let covariance = x.t().dot(&x) / N as f64;
    for case in cases() {
        let ours = case.objective.gradient(w.view(), v.view(), &covariance);
        let (loss, of_encoder, of_decoder) = on_the_tape(&case, &x, &w, &v);
        assert!((ours.loss - loss).abs() <= 1e-12 * loss, "{} for {loss}", ours.loss);
        assert_near(&ours.slope.encoder, &of_encoder);
        assert_near(&ours.slope.decoder, &of_decoder);
        let codes = x.dot(&w.t());
        assert_near(&ours.codes, &(codes.t().dot(&codes) / N as f64));
    }
}

#[test]
fn hessian_vector_products_are_tangents_of_gradients() {
    let (x, w, v) = (normal(1, N, D), normal(2, K, D), normal(3, K, D));
    let direction = Weights { encoder: normal(4, K, D), decoder: normal(5, K, D) };
    let covariance = x.t().dot(&x) / N as f64;
    let dual = |at: &Array2<f64>, along: &Array2<f64>| Zip::from(at).and(along).map_collect(|&x, &v| Dual::new(x, v));
    for case in cases() {
        let weights = Weights { encoder: w.clone(), decoder: v.clone() };
        let ours = case.objective.curvature(&weights, &direction, &covariance);
        let (w, v) = (dual(&w, &direction.encoder), dual(&v, &direction.decoder));
        let (_, of_encoder, of_decoder) = on_the_tape(&case, &x, &w, &v);
        assert_near(&ours.encoder, &of_encoder.mapv(|g| g.tangent));
        assert_near(&ours.decoder, &of_decoder.mapv(|g| g.tangent));
    }
}

#[test]
fn the_rotation_is_that_of_the_codes() {
    let (x, w, v) = (normal(1, N, D), normal(2, K, D), normal(3, K, D));
    let covariance = x.t().dot(&x) / N as f64;
    let gradient = Objective::plain(K).gradient(w.view(), v.view(), &covariance);
    let turn = Weights { encoder: w.clone(), decoder: v.clone() }.rotation(&gradient.codes);
    // Γ as the paper writes it, from the samples, and W₂Γᵀ.
    let y = w.dot(&x.t());
    let upper = Array2::from_shape_fn((K, K), |(i, j)| if i < j { y.row(i).dot(&y.row(j)) / N as f64 } else { 0.0 });
    let gamma = (&upper - &upper.t()) * 0.5;
    assert_near(&turn.encoder, &gamma.dot(&w));
    assert_near(&turn.decoder.t().to_owned(), &v.t().dot(&gamma.t()));
}

#[test]
fn lanczos_finds_the_ends_of_a_hessian() {
    let (x, w, v) = (normal(1, N, D), normal(2, K, D), normal(3, K, D));
    let (covariance, size) = (x.t().dot(&x) / N as f64, 2 * K * D);
    let weights = Weights { encoder: w, decoder: v };
    let unflat = |x: &[f64]| {
        let half = |range: std::ops::Range<usize>| Array2::from_shape_vec((K, D), x[range].to_vec()).unwrap();
        Weights { encoder: half(0..K * D), decoder: half(K * D..size) }
    };
    for case in cases() {
        let product = |x: &[f64]| -> Vec<f64> {
            let image = case.objective.curvature(&weights, &unflat(x), &covariance);
            image.encoder.iter().chain(&image.decoder).copied().collect()
        };
        let mut dense = Array2::zeros((size, size));
        for (j, mut column) in dense.columns_mut().into_iter().enumerate() {
            let unit: Vec<f64> = (0..size).map(|i| f64::from(u8::from(i == j))).collect();
            column.iter_mut().zip(product(&unit)).for_each(|(to, from)| *to = from);
        }
        assert_near(&dense, &dense.t().to_owned());
        let values = symmetric_eigen(dense.view()).unwrap().values;
        let ends = extremes(product, size, size, Key::new(1, Stream::Sample)).unwrap();
        let norm = ends.norm();
        assert!((ends.smallest - values[size - 1]).abs() <= 1e-12 * norm, "{ends:?} for {values}");
        assert!((ends.largest - values[0]).abs() <= 1e-12 * norm, "{ends:?} for {values}");
    }
}

#[test]
fn lanczos_stops_where_there_is_no_direction_left() {
    let once = |x: &[f64]| x.iter().map(|x| 3.0 * x).collect();
    let ends = extremes(once, 50, 40, Key::new(2, Stream::Sample)).unwrap();
    assert!((ends.smallest - 3.0).abs() < 1e-14 && ends.steps == 1, "{ends:?}");
    let nothing = |x: &[f64]| vec![0.0; x.len()];
    assert_eq!(extremes(nothing, 5, 40, Key::new(2, Stream::Sample)).unwrap().largest, 0.0);
    let spoilt = |x: &[f64]| vec![f64::NAN; x.len()];
    assert!(extremes(spoilt, 5, 40, Key::new(2, Stream::Sample)).is_err());
}
