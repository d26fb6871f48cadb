//! Against scikit-learn's figures, see `fixtures/pca.py`, and against the decomposition of `faer`.

use diabolo_models::pca::{Components, IncrementalPca, Pca, Solver};
use ndarray::{Array1, Array2, ArrayRef, Axis, Dimension, s};
use serde_json::Value;

/// Absolute, for numbers of size 1, and relative for larger ones.
const TOLERANCE: f64 = 1e-10;

fn cases() -> Vec<Value> {
    serde_json::from_str(include_str!("../fixtures/pca.json")).unwrap()
}

fn list(value: &Value) -> Array1<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Array1<f64>> = value.as_array().unwrap().iter().map(list).collect();
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(i, j)| rows[i][j])
}

fn count(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

#[track_caller]
fn assert_near<D: Dimension>(ours: &ArrayRef<f64, D>, theirs: &ArrayRef<f64, D>, what: &str, case: &Value) {
    assert_eq!(ours.shape(), theirs.shape(), "{what} of {}", case["name"]);
    for (a, b) in ours.iter().zip(theirs) {
        let off = (a - b).abs() / b.abs().max(1.0);
        assert!(off <= TOLERANCE, "{what} of {}: {a} for {b}, {off:e} apart", case["name"]);
    }
}

#[track_caller]
fn check_fit(pca: &Pca<f64>, data: &Array2<f64>, fit: &Value, case: &Value) {
    let near = |ours: &Array1<f64>, what: &str| assert_near(ours, &list(&fit[what]), what, case);
    assert_near(pca.components(), &matrix(&fit["components"]), "components", case);
    assert_near(pca.mean(), &list(&case["mean"]), "mean", case);
    near(&pca.singular_values(), "singular_values");
    near(&pca.explained_variance(), "explained_variance");
    near(&pca.explained_variance_ratio(), "explained_variance_ratio");
    near(&pca.covariance().diag().to_owned(), "covariance_diagonal");
    let noise = fit["noise_variance"].as_f64().unwrap();
    assert!((pca.noise_variance() - noise).abs() <= TOLERANCE, "noise of {}: {noise}", case["name"]);

    let first = data.slice(s![..10.min(data.nrows()), ..]);
    assert_near(&pca.clone().whitened().transform(first), &matrix(&fit["whitened"]), "whitened", case);
    if !fit["score"].is_null() {
        near(&pca.log_likelihood(first).unwrap(), "log_likelihood");
        near(&pca.clone().whitened().log_likelihood(first).unwrap(), "log_likelihood");
        let mean = Array1::from_elem(1, pca.mean_log_likelihood(data.view()).unwrap());
        assert_near(&mean, &Array1::from_elem(1, fit["score"].as_f64().unwrap()), "score", case);
    }
}

#[test]
fn every_solver_gives_the_figures_of_scikit_learn() {
    for case in &cases() {
        let data = matrix(&case["data"]);
        for fit in case["fits"].as_array().unwrap() {
            let k = fit["components"].as_array().unwrap().len();
            for solver in [Solver::Auto, Solver::Exact, Solver::Gram, Solver::Randomized { seed: 3 }] {
                check_fit(&Pca::fit_with(data.view(), k, solver).unwrap(), &data, fit, case);
            }
        }
    }
}

#[test]
fn a_share_of_the_variance_gives_as_many_components() {
    for case in &cases() {
        let data = matrix(&case["data"]);
        for pair in case["fractions"].as_array().unwrap() {
            let (share, wanted) = (pair[0].as_f64().unwrap(), count(&pair[1]));
            for solver in [Solver::Exact, Solver::Gram] {
                let pca = Pca::fit_with(data.view(), Components::Variance(share), solver).unwrap();
                assert_eq!(pca.components().nrows(), wanted, "{share} of {}", case["name"]);
                assert_eq!(pca.components_to_explain(share), wanted);
            }
        }
    }
}

#[test]
fn minkas_estimate_gives_as_many_components() {
    let mut checked = 0;
    for case in cases().iter().filter(|case| !case["mle"].is_null()) {
        let pca = Pca::fit(matrix(&case["data"]).view(), Components::Mle).unwrap();
        assert_eq!(pca.components().nrows(), count(&case["mle"]), "{}", case["name"]);
        checked += 1;
    }
    assert_eq!(checked, 5);
}

#[test]
fn blocks_one_after_the_other() {
    for case in &cases() {
        let (data, fit) = (matrix(&case["data"]), &case["incremental"]);
        let mut incremental = IncrementalPca::new(data.ncols(), count(&fit["count"])).unwrap();
        for block in data.axis_chunks_iter(Axis(0), count(&fit["block"])) {
            incremental.partial_fit(block).unwrap();
        }
        let pca = incremental.finish().unwrap();
        assert_near(pca.components(), &matrix(&fit["components"]), "components", case);
        assert_near(pca.mean(), &list(&fit["mean"]), "mean", case);
        let near = |ours: &Array1<f64>, what: &str| assert_near(ours, &list(&fit[what]), what, case);
        near(&pca.singular_values(), "singular_values");
        near(&pca.explained_variance(), "explained_variance");
        near(&pca.explained_variance_ratio(), "explained_variance_ratio");
        let noise = fit["noise_variance"].as_f64().unwrap();
        assert!((incremental.last_noise_variance() - noise).abs() <= TOLERANCE, "noise of {}", case["name"]);
    }
}

/// The entry of largest size positive, as in `svd_flip`.
fn flipped(mut direction: Array1<f64>) -> Array1<f64> {
    let leader = direction.iter().fold(0.0, |leader: f64, &x| if x.abs() > leader.abs() { x } else { leader });
    direction *= leader.signum();
    direction
}

#[test]
fn faer_gives_the_same_components_and_variances() {
    for case in &cases() {
        let data = matrix(&case["data"]);
        let centred = &data - &data.mean_axis(Axis(0)).unwrap();
        let theirs = faer::Mat::from_fn(data.nrows(), data.ncols(), |i, j| centred[[i, j]]).thin_svd().unwrap();
        let (v, sigma) = (theirs.V(), theirs.S().column_vector());
        for fit in case["fits"].as_array().unwrap() {
            let k = fit["components"].as_array().unwrap().len();
            let pca = Pca::fit(data.view(), k).unwrap();
            let variances = Array1::from_shape_fn(k, |i| sigma[i] * sigma[i] / (data.nrows() as f64 - 1.0));
            assert_near(&pca.explained_variance(), &variances, "variances by faer", case);
            for (i, ours) in pca.components().rows().into_iter().enumerate() {
                let direction = flipped(Array1::from_shape_fn(data.ncols(), |j| v[(j, i)]));
                assert_near(&ours.to_owned(), &direction, "component by faer", case);
            }
        }
    }
}
