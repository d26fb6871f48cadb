//! Metrics where the answer is known, and PCA against the project's own.

#![expect(clippy::unwrap_used, reason = "what a helper of a test cannot do fails the test")]

use std::f64::consts::FRAC_PI_2;

use diabolo_kernels::random::{Key, Stream, fill_normal};
use diabolo_lab::Subject;
use diabolo_lab::metrics::*;
use diabolo_models::Pca;
use ndarray::{Array2, Axis, array};

fn normal(seed: u64, rows: usize, columns: usize) -> Array2<f64> {
    let mut values = vec![0.0; rows * columns];
    fill_normal(Key::new(seed, Stream::Data), 0.0, 1.0, &mut values);
    Array2::from_shape_vec((rows, columns), values).unwrap()
}

#[test]
fn angles_are_what_they_were_made_to_be() {
    // Two planes in six dimensions that share nothing but these angles.
    for (first, second) in [(0.3, 1.1), (1e-9, 1.5), (0.0, FRAC_PI_2), (1e-12, 1e-6)] {
        let (a, b) = (f64::sin_cos(first), f64::sin_cos(second));
        let plane = array![[1.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]];
        let other = array![[a.1, 0.0, a.0, 0.0, 0.0, 0.0], [0.0, b.1, 0.0, b.0, 0.0, 0.0]];
        // A basis of any kind will do.
        let mixed = array![[2.0, 1.0], [-1.0, 0.5]].dot(&other);
        let angles = principal_angles(&plane, &mixed);
        assert!((angles[0] - first).abs() < 1e-15 && (angles[1] - second).abs() < 1e-15, "{angles:?}");
        assert_eq!(largest_angle(&plane, &mixed), angles[1]);
        let distance = subspace_distance(&plane, &mixed);
        assert!((distance - (first.sin().powi(2) + second.sin().powi(2)) / 2.0).abs() < 1e-15);
    }
}

#[test]
fn subspace_distance_is_the_trace_formula() {
    let (a, b) = (normal(1, 3, 8), normal(2, 3, 8));
    let basis = |m: &Array2<f64>| diabolo_models::pca::svd::svd(m.view()).unwrap().vt;
    let (u, q) = (basis(&a), basis(&b));
    let (first, second) = (u.t().dot(&u), q.t().dot(&q));
    let trace = first.dot(&second).diag().sum();
    assert!((subspace_distance(&u, &b) - (1.0 - trace / 3.0)).abs() < 1e-14);
    assert!(principal_angles(&a.slice_axis(Axis(0), ndarray::Slice::from(..2)).to_owned(), &b).len() == 2);
}

#[test]
fn alignment_sees_directions_and_neither_order_sign_nor_length() {
    let u = Array2::<f64>::eye(4).select(Axis(0), &[0, 1, 2]);
    let w = array![[0.0, -3.0, 0.0, 0.0], [0.0, 0.0, 1e-7, 0.0], [5.0, 0.0, 0.0, 0.0]];
    assert_eq!(alignment(&u, &w), 0.0);
    assert_eq!(ordered_alignment(&u, &w), 1.0);
    // One column in between of two axes: half of each, and the third is found.
    let between = array![[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 1.0]];
    assert!((alignment(&u, &between) - 1.0 / 3.0).abs() < 1e-15);
    // 1 − cos² of a small angle keeps its digits.
    let tilted = array![[1.0, 1e-9, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]];
    assert!((alignment(&u, &tilted) - 1e-18 / 3.0).abs() < 1e-30);
}

#[test]
fn what_is_no_number_stays_none() {
    let u = array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    let broken = array![[f64::NAN, 0.0, 0.0], [0.0, 1.0, 0.0]];
    assert!(alignment(&u, &broken).is_nan() && ordered_alignment(&u, &broken).is_nan());
    assert!(largest_angle(&u, &broken).is_nan() && subspace_distance(&u, &broken).is_nan());
    assert!(transpose_distance(&broken, &u).is_nan());
}

#[test]
fn the_error_is_that_of_the_samples() {
    let (x, w, v) = (normal(3, 50, 6), normal(4, 2, 6), normal(5, 2, 6));
    let covariance = x.t().dot(&x) / 50.0;
    let errors = x.dot(&w.t()).dot(&v) - &x;
    let wanted = errors.iter().map(|e| e * e).sum::<f64>() / 50.0;
    assert!((squared_error(&w, &v, &covariance) - wanted).abs() < 1e-12 * wanted);
    assert!((transpose_distance(&w, &v) - (&w - &v).mapv(|x| x * x).sum() / 2.0).abs() < 1e-14);
}

#[test]
fn the_subject_is_what_pca_finds() {
    let data = normal(6, 70, 9) * &array![3.0, 2.5, 2.0, 1.5, 1.2, 1.0, 0.8, 0.6, 0.4] + 5.0;
    let subject = Subject::new(data.view(), Some(4)).unwrap();
    let pca = Pca::fit(data.view(), 9).unwrap();
    for i in 0..9 {
        let lambda = subject.eigenvalues()[i] * subject.unit() * 70.0 / 69.0;
        assert!((lambda / pca.explained_variance()[i] - 1.0).abs() < 1e-12);
        let off = &subject.eigenvectors().column(i) - &pca.components().row(i);
        assert!(off.iter().all(|x| x.abs() < 1e-11), "direction {i}: {off}");
    }
    let principal = pca.components().select(Axis(0), &[0, 1, 2, 3]);
    let error = squared_error(&principal, &principal, subject.covariance());
    let left_out: f64 = subject.eigenvalues().iter().skip(4).sum();
    assert!(reconstruction_gap(error, left_out).abs() < 1e-13);
}
