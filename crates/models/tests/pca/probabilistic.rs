//! Probabilistic PCA against its definition.

use approx::assert_relative_eq;
use diabolo_models::pca::{Pca, PcaError};
use ndarray::{Array1, Array2, Axis};

use super::{assert_near, samples};

/// ln N(x; μ, C) for every row, by Gauss's elimination on C.
fn normal_density(data: &Array2<f64>, mean: &Array1<f64>, covariance: &Array2<f64>) -> Array1<f64> {
    let d = mean.len();
    let mut rest = covariance.clone();
    let mut centred = (data - mean).reversed_axes();
    let (mut ln_determinant, mut distance) = (0.0, Array1::<f64>::zeros(data.nrows()));
    for p in 0..d {
        let pivot = rest[[p, p]];
        ln_determinant += pivot.ln();
        distance += &(centred.row(p).mapv(|x| x * x) / pivot);
        for i in p + 1..d {
            let factor = rest[[i, p]] / pivot;
            let (from, taken) = (rest.row(p).to_owned(), centred.row(p).to_owned());
            rest.row_mut(i).scaled_add(-factor, &from);
            centred.row_mut(i).scaled_add(-factor, &taken);
        }
    }
    (distance + ln_determinant + d as f64 * std::f64::consts::TAU.ln()) * -0.5
}

#[test]
fn the_likelihood_is_that_of_the_normal_distribution() {
    for (rows, features, k) in [(200, 9, 1), (200, 9, 4), (200, 9, 9), (7, 12, 3)] {
        let data = samples(rows, features, 1);
        let pca = Pca::fit(data.view(), k).unwrap();
        let wanted = normal_density(&data, pca.mean(), &pca.covariance());
        let ours = pca.log_likelihood(data.view()).unwrap();
        for (ours, wanted) in ours.iter().zip(&wanted) {
            assert_relative_eq!(ours, wanted, max_relative = 1e-10);
        }
        assert_relative_eq!(
            pca.mean_log_likelihood(data.view()).unwrap(),
            wanted.mean().unwrap(),
            max_relative = 1e-10
        );
    }
}

#[test]
fn covariance_of_all_components_is_that_of_the_data() {
    let data = samples(100, 6, 2);
    let centred = &data - &data.mean_axis(Axis(0)).unwrap();
    let wanted = centred.t().dot(&centred) / 99.0;
    assert_near(&Pca::fit(data.view(), 6).unwrap().covariance(), &wanted, 1e-14);
    let some = Pca::fit(data.view(), 2).unwrap();
    assert_relative_eq!(some.covariance().diag().sum(), some.total_variance(), max_relative = 1e-13);
}

#[test]
fn many_samples_as_one() {
    let data = samples(2500, 5, 3);
    let pca = Pca::fit(data.view(), 2).unwrap();
    let all = pca.log_likelihood(data.view()).unwrap();
    let one = pca.log_likelihood(data.slice(ndarray::s![2100..2101, ..])).unwrap();
    assert_relative_eq!(all[2100], one[0], max_relative = 1e-14);
    assert_eq!(pca.log_likelihood(Array2::zeros((0, 5)).view()).unwrap().len(), 0);
    assert!(pca.mean_log_likelihood(Array2::zeros((0, 5)).view()).unwrap().is_nan());
}

#[test]
fn single_precision() {
    let data = samples(300, 8, 4);
    let double = Pca::fit(data.view(), 3).unwrap().mean_log_likelihood(data.view()).unwrap();
    let single = data.mapv(|x| x as f32);
    let ours = Pca::fit(single.view(), 3).unwrap().mean_log_likelihood(single.view()).unwrap();
    assert_relative_eq!(ours, double, max_relative = 1e-5);
}

#[test]
fn flat_distributions_have_no_density() {
    let mut constant = samples(50, 4, 5);
    constant.column_mut(1).fill(0.1);
    let low_rank = samples(50, 2, 6).dot(&samples(2, 5, 7));
    for (data, k, defined) in [
        (&constant, 2, true),
        (&constant, 3, false),
        (&constant, 4, false),
        (&low_rank, 1, true),
        (&low_rank, 2, false),
    ] {
        let result = Pca::fit(data.view(), k).unwrap().log_likelihood(data.view());
        assert_eq!(result.is_ok(), defined, "{k} components");
        assert!(defined || result == Err(PcaError::NoDensity));
    }
    let wide = samples(5, 9, 8);
    assert!(Pca::fit(wide.view(), 5).unwrap().log_likelihood(wide.view()).is_err(), "noise of 0 in 9 − 5 directions");
}
