//! Solvers against each other, and what each of them loses.

use approx::assert_relative_eq;
use diabolo_models::pca::{Components, Pca, PcaError, Solver};
use ndarray::{Array1, Array2};

use super::{assert_near, samples};

const GRAM: Solver = Solver::Gram;
const RANDOMIZED: Solver = Solver::Randomized { seed: 5 };

#[test]
fn all_agree_where_the_spectrum_falls() {
    for (rows, features) in [(700, 30), (2500, 60), (60, 60), (40, 90)] {
        let data = samples(rows, features, 1);
        let exact = Pca::fit_with(data.view(), 5, Solver::Exact).unwrap();
        let gram = Pca::fit_with(data.view(), 5, GRAM).unwrap();
        assert_near(gram.components(), exact.components(), 1e-11);
        assert_near(gram.spectrum(), exact.spectrum(), 1e-7 * exact.spectrum()[0]);
        let randomized = Pca::fit_with(data.view(), 5, RANDOMIZED).unwrap();
        assert_near(&randomized.singular_values(), &exact.singular_values(), 1e-3 * exact.spectrum()[0]);
        assert_eq!(randomized.spectrum().len(), 5);
        for pca in [gram, randomized] {
            assert_eq!(pca.mean(), exact.mean());
            assert_relative_eq!(pca.total_variance(), exact.total_variance(), max_relative = 1e-13);
            assert_near(&pca.components().dot(&pca.components().t()), &Array2::eye(5), 1e-13);
        }
    }
}

/// Samples whose features have the standard deviations 1, 10⁻¹, 10⁻², …, turned by reflections.
fn graded(rows: usize, features: usize) -> Array2<f64> {
    let mut data = samples(rows, features, 2) - 3.0;
    for (j, mut column) in data.columns_mut().into_iter().enumerate() {
        column *= (1 + j) as f64 * 10_f64.powi(-(j as i32));
    }
    let mirror = Array1::from_shape_fn(features, |j| (1.0 + j as f64).sqrt());
    let along = data.dot(&mirror) * (2.0 / mirror.dot(&mirror));
    for (mut row, along) in data.rows_mut().into_iter().zip(&along) {
        row.scaled_add(-along, &mirror);
    }
    data
}

#[test]
fn a_covariance_matrix_loses_half_the_digits_and_no_more() {
    let data = graded(500, 10);
    let exact = Pca::fit_with(data.view(), 10, Solver::Exact).unwrap();
    let gram = Pca::fit_with(data.view(), 10, GRAM).unwrap();
    let largest = exact.spectrum()[0];
    let mut lost = 0.0_f64;
    for (ours, wanted) in gram.spectrum().iter().zip(exact.spectrum()) {
        assert!((ours.powi(2) - wanted.powi(2)).abs() <= 1e-14 * largest.powi(2), "{ours} for {wanted}");
        lost = lost.max((ours / wanted - 1.0).abs());
    }
    assert!(lost > 1e-3, "nothing was lost here, so the solver can be trusted further than it is");
}

#[test]
fn auto_takes_the_covariance_matrix_only_if_nothing_is_lost() {
    // 10⁴ × 110 is enough work, and tall.
    let mut data = samples(10_000, 110, 3);
    let fit = |data: &Array2<f64>, components, solver| Pca::fit_with(data.view(), components, solver).unwrap();
    let five = Components::Count(5);
    assert_eq!(fit(&data, five, Solver::Auto), fit(&data, five, GRAM));
    assert_near(&fit(&data, five, GRAM).singular_values(), &fit(&data, five, Solver::Exact).singular_values(), 1e-10);

    // The last variance is (1/110)² of the first; made smaller, it is kept only by the exact solver.
    data.column_mut(109).mapv_inplace(|x| (x - 3.0) * 1e-4);
    assert_eq!(fit(&data, five, Solver::Auto), fit(&data, five, GRAM));
    for components in [Components::Count(110), Components::Count(109), Components::Mle] {
        assert_eq!(fit(&data, components, Solver::Auto), fit(&data, components, Solver::Exact), "{components:?}");
    }
    let little = samples(300, 6, 4);
    assert_eq!(fit(&little, five, Solver::Auto), fit(&little, five, Solver::Exact));
}

#[test]
fn a_covariance_matrix_of_few_samples() {
    let data = samples(6, 15, 6);
    let gram = Pca::fit_with(data.view(), 5, GRAM).unwrap();
    let exact = Pca::fit_with(data.view(), 5, Solver::Exact).unwrap();
    assert_eq!(gram.spectrum().len(), 6);
    assert_near(gram.components(), exact.components(), 1e-12);
    let equal = Pca::fit_with(Array2::from_elem((9, 4), 0.7).view(), 2, GRAM).unwrap();
    assert_eq!((equal.norm(), equal.spectrum()), (0.0, &Array1::zeros(4)));
}

#[test]
fn a_seed_decides_about_the_random_vectors() {
    let data = samples(300, 40, 7);
    let fit = |seed| Pca::fit_with(data.view(), 3, Solver::Randomized { seed }).unwrap();
    assert_eq!(fit(1), fit(1));
    assert_ne!(fit(1), fit(2));
    let short = Pca::fit_with(samples(2, 1, 8).view(), 1, RANDOMIZED).unwrap();
    assert_eq!(short.components(), &ndarray::array![[1.0]]);
}

#[test]
fn the_randomized_solver_loses_nothing_to_its_powers() {
    // Variances down to 10⁻¹² of the largest: too small for powers of XᵀX, in `f32` from the fourth on.
    let data = graded(500, 10);
    let single = data.mapv(|x| x as f32);
    let double = single.mapv(f64::from);
    let off = |found: Array1<f64>, exact: Array1<f64>| (found / exact - 1.0).fold(0.0, |off: f64, x| off.max(x.abs()));
    for k in 1..=7 {
        let found = Pca::fit_with(data.view(), k, RANDOMIZED).unwrap().singular_values();
        let found = off(found, Pca::fit_with(data.view(), k, Solver::Exact).unwrap().singular_values());
        assert!(found <= 1e-8, "{k} components: {found:e}");
        let found = Pca::fit_with(single.view(), k, RANDOMIZED).unwrap().singular_values();
        let found = off(found, Pca::fit_with(double.view(), k, Solver::Exact).unwrap().singular_values());
        assert!(found <= 1e-6, "{k} components in f32: {found:e}");
    }
}

#[test]
fn blocks_of_samples_are_all_of_them() {
    // Neither the rows nor the features fill blocks, tasks or vectors.
    for (rows, features) in [(9001, 30), (4100, 3), (1025, 129)] {
        let data = samples(rows, features, 13);
        let exact = Pca::fit_with(data.view(), 3, Solver::Exact).unwrap();
        for solver in [GRAM, RANDOMIZED] {
            let found = Pca::fit_with(data.view(), 3, solver).unwrap();
            assert_near(&found.singular_values(), &exact.singular_values(), 1e-6 * exact.norm());
            assert_relative_eq!(found.total_variance(), exact.total_variance(), max_relative = 1e-13);
        }
    }
}

#[test]
fn rows_of_whole_pages() {
    let data = samples(600, 512, 14);
    let exact = Pca::fit_with(data.view(), 4, Solver::Exact).unwrap();
    let gram = Pca::fit_with(data.view(), 4, GRAM).unwrap();
    assert_near(&gram.singular_values(), &exact.singular_values(), 1e-12 * exact.norm());
    assert_near(gram.components(), exact.components(), 1e-10);
}

#[test]
fn the_randomized_solver_must_be_told_a_number() {
    let data = samples(30, 4, 9);
    for rule in [Components::Variance(0.5), Components::Mle] {
        assert_eq!(Pca::fit_with(data.view(), rule, RANDOMIZED).unwrap_err(), PcaError::SpectrumUnknown);
    }
}

#[test]
fn a_spectrum_that_is_known_in_part() {
    let data = samples(400, 20, 10);
    let exact = Pca::fit(data.view(), 8).unwrap();
    let part = Pca::fit_with(data.view(), 8, RANDOMIZED).unwrap();
    assert_relative_eq!(part.noise_variance(), exact.noise_variance(), max_relative = 1e-3);
    let (theirs, ours) = (exact.truncated(3).unwrap(), part.truncated(3).unwrap());
    assert_relative_eq!(ours.noise_variance(), theirs.noise_variance(), max_relative = 1e-3);
    assert_eq!(ours.components_to_explain(0.5), theirs.components_to_explain(0.5));
    assert_eq!(ours.components_to_explain(0.999), 20, "more than the spectrum shows");
}

#[test]
fn same_bits_at_any_number_of_threads() {
    let tall = samples(2500, 150, 11);
    let wide = samples(40, 130, 12);
    for (data, solver) in [(&tall, GRAM), (&tall, RANDOMIZED), (&wide, GRAM), (&wide, RANDOMIZED)] {
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| Pca::fit_with(data.view(), 7, solver).unwrap())
        };
        let alone = run(1);
        for threads in [2, 3, 8] {
            assert_eq!(run(threads), alone, "{solver:?}, {threads} threads");
        }
    }
}
