//! Principal component analysis: what it promises, and its limits.

#![expect(clippy::unwrap_used, reason = "what a helper of a test cannot do fails the test")]

mod components;
mod incremental;
mod probabilistic;
mod reference;
mod solvers;

use approx::assert_relative_eq;
use diabolo_kernels::Scalar;
use diabolo_kernels::random::{Key, Stream};
use diabolo_models::checkpoint::{load_pca, save_pca};
use diabolo_models::pca::{Pca, PcaError, PcaParts, Solver};
use ndarray::{Array1, Array2, ArrayRef, Axis, Dimension, array};

/// Uniform on [−1, 1), the features of falling size around a mean that is not 0.
fn samples(rows: usize, features: usize, seed: u64) -> Array2<f64> {
    let key = Key::new(seed, Stream::Data);
    Array2::from_shape_fn((rows, features), |(i, j)| {
        let [word, ..] = key.words((i * features + j) as u32);
        3.0 + (f64::from(word) / f64::from(1_u32 << 31) - 1.0) / (1.0 + j as f64)
    })
}

#[track_caller]
fn assert_near<D: Dimension>(a: &ArrayRef<f64, D>, b: &ArrayRef<f64, D>, tolerance: f64) {
    assert_eq!(a.shape(), b.shape());
    let off = a.iter().zip(b).fold(0.0, |off: f64, (a, b)| off.max((a - b).abs()));
    assert!(off <= tolerance, "{off:e} apart:\n{a}\n{b}");
}

fn squared_error<S: Scalar>(a: &Array2<S>, b: &Array2<S>) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a.to_f64() - b.to_f64()).powi(2)).sum()
}

#[test]
fn known_by_hand() {
    // Two points at ±(2, 2) and two at ±(1, −1) from (1, 2).
    let data = array![[3.0, 4.0], [-1.0, 0.0], [2.0, 1.0], [0.0, 3.0]];
    let pca = Pca::fit(data.view(), 2).unwrap();
    let half = 0.5_f64.sqrt();
    assert_eq!(pca.mean(), &array![1.0, 2.0]);
    assert_near(pca.components(), &array![[half, half], [half, -half]], 1e-15);
    assert_near(&pca.singular_values(), &array![4.0, 2.0], 4e-15);
    assert_near(&pca.explained_variance(), &array![16.0 / 3.0, 4.0 / 3.0], 4e-15);
    assert_near(&pca.explained_variance_ratio(), &array![0.8, 0.2], 1e-15);
    assert_relative_eq!(pca.total_variance(), 20.0 / 3.0, max_relative = 1e-15);
    let codes = array![[8_f64.sqrt(), 0.0], [-8_f64.sqrt(), 0.0], [0.0, 2_f64.sqrt()], [0.0, -2_f64.sqrt()]];
    assert_near(&pca.transform(data.view()), &codes, 1e-14);
}

#[test]
fn codes_are_uncorrelated_with_the_explained_variances() {
    for (rows, features, k) in [(300, 20, 8), (12, 40, 8)] {
        let data = samples(rows, features, 1);
        let pca = Pca::fit(data.view(), k).unwrap();
        let codes = pca.transform(data.view());
        let covariance = codes.t().dot(&codes) / (rows as f64 - 1.0);
        assert_near(&covariance, &Array2::from_diag(&pca.explained_variance()), 1e-14);
        let gram = pca.components().dot(&pca.components().t());
        assert_near(&gram, &Array2::eye(k), 1e-14);
        assert_relative_eq!(pca.total_variance(), data.var_axis(Axis(0), 1.0).sum(), max_relative = 1e-13);
    }
}

#[test]
fn what_is_left_out_is_the_error() {
    let data = samples(500, 15, 2);
    let pca = Pca::fit(data.view(), 6).unwrap();
    let left_out: f64 = pca.spectrum().iter().skip(6).map(|sigma| sigma * sigma).sum();
    assert_relative_eq!(squared_error(&pca.reconstruct(data.view()), &data), left_out, max_relative = 1e-12);
}

#[test]
fn ratios_are_shares_of_the_total() {
    let data = samples(200, 10, 3);
    let some = Pca::fit(data.view(), 4).unwrap();
    let all = Pca::fit(data.view(), 10).unwrap();
    assert!(some.explained_variance_ratio().sum() < 0.99);
    assert_relative_eq!(all.explained_variance_ratio().sum(), 1.0, max_relative = 1e-14);
    assert_eq!(some.explained_variance_ratio().as_slice(), all.explained_variance_ratio().as_slice().map(|r| &r[..4]));
    assert_eq!(some, all.truncated(4).unwrap());
}

#[test]
fn components_to_explain_a_share() {
    let pca = Pca::fit(samples(200, 10, 4).view(), 2).unwrap();
    let shares = Pca::fit(samples(200, 10, 4).view(), 10).unwrap().explained_variance_ratio();
    let mut sum = 0.0;
    for (i, share) in shares.iter().enumerate() {
        assert_eq!(pca.components_to_explain(sum + share / 2.0), i + 1);
        sum += share;
    }
    assert_eq!(pca.components_to_explain(0.0), 1);
    assert_eq!(pca.components_to_explain(1.0), 10);
}

#[test]
fn reconstruction_is_a_projection() {
    let data = samples(50, 12, 5);
    let pca = Pca::fit(data.view(), 5).unwrap();
    let once = pca.reconstruct(data.view());
    assert_near(&pca.reconstruct(once.view()), &once, 1e-14);
    let codes = pca.transform(data.view());
    assert_near(&pca.transform(pca.inverse_transform(codes.view()).view()), &codes, 1e-14);
    let all = Pca::fit(data.view(), 12).unwrap();
    assert_near(&all.reconstruct(data.view()), &data, 1e-13);
}

#[test]
fn largest_entry_of_each_component_is_positive() {
    for seed in 0..20 {
        let pca = Pca::fit(samples(30, 8, seed).view(), 8).unwrap();
        for component in pca.components().rows() {
            let leader = component.iter().copied().fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a });
            assert!(leader > 0.0, "{component}");
        }
    }
    let falling = Pca::fit(array![[1.0, -1.0], [-1.0, 1.0]].view(), 1).unwrap();
    assert!(falling.components()[[0, 0]] > 0.0, "of two equal entries the first is positive");
}

#[test]
fn mirrored_data_has_the_same_components() {
    let data = samples(40, 6, 7);
    let mirrored = Pca::fit((-&data).view(), 6).unwrap();
    assert_near(mirrored.components(), Pca::fit(data.view(), 6).unwrap().components(), 1e-12);
}

#[test]
fn constant_features_have_no_variance_at_all() {
    let mut data = samples(1000, 5, 8);
    data.column_mut(1).fill(0.1);
    data.column_mut(3).fill(1.0 / 3.0);
    let pca = Pca::fit(data.view(), 5).unwrap();
    assert_eq!((pca.mean()[1], pca.mean()[3]), (0.1, 1.0 / 3.0));
    assert_eq!((pca.spectrum()[3], pca.spectrum()[4]), (0.0, 0.0));
    assert_near(&pca.components().dot(&pca.components().t()), &Array2::eye(5), 1e-14);
    assert_near(&pca.reconstruct(data.view()), &data, 1e-14);
}

#[test]
fn a_large_mean_costs_no_more_digits_than_the_data_lost() {
    // Steps of 1/1024 are exact at 2³⁰ too, so moving the data there loses nothing but the last bit of the mean.
    let steps = samples(400, 4, 9).mapv(|x| (x * 1024.0).round() / 1024.0);
    let near = Pca::fit(steps.view(), 4).unwrap();
    let far = Pca::fit((steps + 2_f64.powi(30)).view(), 4).unwrap();
    assert_near(far.spectrum(), near.spectrum(), 1e-12 * near.spectrum()[0]);
}

#[test]
fn one_sample_or_equal_samples() {
    let one = Pca::fit(array![[1.0, 2.0, 3.0]].view(), 1).unwrap();
    assert_eq!((one.mean(), one.spectrum()), (&array![1.0, 2.0, 3.0], &array![0.0]));
    assert_eq!((one.explained_variance(), one.explained_variance_ratio()), (array![0.0], array![0.0]));
    assert_eq!(one.reconstruct(array![[1.0, 2.0, 3.0]].view()), array![[1.0, 2.0, 3.0]]);

    let equal = Pca::fit(Array2::from_elem((9, 4), 0.7).view(), 4).unwrap();
    assert_eq!((equal.spectrum(), equal.total_variance()), (&Array1::zeros(4), 0.0));
    assert_near(&equal.components().dot(&equal.components().t()), &Array2::eye(4), 1e-15);
    assert_eq!(Pca::fit(array![[5.0]].view(), 1).unwrap().components(), &array![[1.0]]);
}

#[test]
fn errors_say_what_is_wrong() {
    let fit = |data: Array2<f64>, k| Pca::fit(data.view(), k).unwrap_err();
    assert_eq!(fit(Array2::zeros((0, 3)), 1), PcaError::NoSamples);
    assert_eq!(fit(Array2::zeros((4, 3)), 0), PcaError::NoComponents);
    assert_eq!(fit(Array2::zeros((4, 3)), 4), PcaError::TooManyComponents { components: 4, most: 3 });
    assert_eq!(fit(Array2::zeros((2, 3)), 3), PcaError::TooManyComponents { components: 3, most: 2 });
    assert_eq!(fit(Array2::zeros((2, 0)), 1), PcaError::TooManyComponents { components: 1, most: 0 });
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e200] {
        let mut data = samples(300, 3, 10);
        data[[200, 2]] = bad;
        data[[250, 0]] = bad;
        assert_eq!(fit(data, 1), PcaError::OutOfRange { sample: 200, feature: 2 });
    }
    let message = fit(Array2::zeros((2, 3)), 3).to_string();
    assert_eq!(message, "PCA cannot give 3 components, there are only 2: ask for 2 or fewer");
}

#[test]
fn parts_make_the_same_analysis() {
    let data = samples(20, 6, 11);
    let pca = Pca::fit(data.view(), 3).unwrap();
    assert_eq!(Pca::from_parts(pca.clone().into_parts()).unwrap(), pca);
    let with = |change: fn(&mut PcaParts<f64>)| {
        let mut parts = pca.clone().into_parts();
        change(&mut parts);
        Pca::from_parts(parts)
    };
    assert_eq!(with(|parts| parts.norm = None).unwrap(), pca);
    assert!(matches!(with(|parts| parts.mean = Array1::zeros(5)), Err(PcaError::Parts { mean: 5, features: 6, .. })));
    assert!(matches!(with(|parts| parts.samples = 2), Err(PcaError::Parts { samples: 2, .. })));
    for norm in [f64::NAN, f64::INFINITY, 0.5 * pca.norm()] {
        let mut parts = pca.clone().into_parts();
        parts.norm = Some(norm);
        assert!(matches!(Pca::from_parts(parts), Err(PcaError::Parts { .. })), "norm {norm}");
    }
    let short = |parts: &mut PcaParts<f64>| parts.spectrum = parts.spectrum.iter().take(3).copied().collect();
    assert_relative_eq!(with(short).unwrap().noise_variance(), pca.noise_variance(), max_relative = 1e-12);
    let without_norm = with(|parts| {
        parts.spectrum = parts.spectrum.iter().take(3).copied().collect();
        parts.norm = None;
    });
    assert!(matches!(without_norm, Err(PcaError::Parts { spectrum: 3, .. })));

    let mut parts = pca.clone().into_parts();
    parts.components = parts.components.t().as_standard_layout().into_owned().reversed_axes();
    assert_eq!(Pca::from_parts(parts).unwrap().transform(data.view()), pca.transform(data.view()));
}

#[test]
fn whitened_codes_have_variance_one_and_the_same_reconstructions() {
    for (rows, features, k) in [(300, 20, 8), (12, 40, 8)] {
        let data = samples(rows, features, 21);
        let plain = Pca::fit(data.view(), k).unwrap();
        let white = plain.clone().whitened();
        assert!(white.is_whitened() && !plain.is_whitened());
        let codes = white.transform(data.view());
        assert_near(&(codes.t().dot(&codes) / (rows as f64 - 1.0)), &Array2::eye(k), 1e-13);
        assert_near(&white.reconstruct(data.view()), &plain.reconstruct(data.view()), 1e-14);
    }
}

#[test]
fn whitening_without_variance_stays_finite() {
    let mut data = samples(30, 4, 22);
    data.column_mut(2).fill(0.1);
    let white = Pca::fit(data.view(), 4).unwrap().whitened();
    let codes = white.transform(data.view());
    assert!(codes.iter().all(|z| z.is_finite()));
    assert_near(&white.reconstruct(data.view()), &data, 1e-14);
    let single = data.mapv(|x| x as f32);
    let white = Pca::fit(single.view(), 4).unwrap().whitened();
    assert!(white.transform(single.view()).iter().all(|z| z.abs() < 10.0));
    assert!(squared_error(&white.reconstruct(single.view()), &single) < 1e-11);
}

#[test]
fn checkpoints_keep_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let data = samples(50, 12, 18);
    let single = data.mapv(|x| x as f32);
    let whole = Pca::fit(data.view(), 3).unwrap();
    let part = Pca::fit_with(single.view(), 3, Solver::Randomized { seed: 0 }).unwrap().whitened();
    save_pca(&path, &whole).unwrap();
    assert_eq!(load_pca::<f64>(&path, 12).unwrap(), whole);
    assert!(load_pca::<f64>(&path, 11).unwrap_err().to_string().contains("12 numbers"));
    assert!(load_pca::<f32>(&path, 12).unwrap_err().to_string().contains("F64"));
    save_pca(&path, &part).unwrap();
    assert_eq!(load_pca::<f32>(&path, 12).unwrap(), part);
}

#[test]
fn rows_in_blocks_equal_rows_in_memory_however_these_lie() {
    let data = samples(3000, 7, 12);
    let whole = Pca::fit(data.view(), 7).unwrap();
    let by_rows = Pca::fit_rows(3000, 7, 7, |range, rows| {
        rows.copy_from_slice(&data.as_slice().unwrap()[range.start * 7..range.end * 7]);
    });
    assert_eq!(by_rows.unwrap(), whole);
    let by_columns = data.t().as_standard_layout().into_owned();
    assert_eq!(Pca::fit(by_columns.t(), 7).unwrap(), whole);
    assert_eq!(whole.transform(by_columns.t()), whole.transform(data.view()));
}

#[test]
fn no_rows_to_transform() {
    let pca = Pca::fit(samples(20, 6, 13).view(), 2).unwrap();
    assert_eq!(pca.transform(Array2::zeros((0, 6)).view()).dim(), (0, 2));
    assert_eq!(pca.inverse_transform(Array2::zeros((0, 2)).view()).dim(), (0, 6));
}

#[test]
#[should_panic(expected = "data of 5 features given to a PCA of 6 features")]
fn data_of_another_width() {
    let pca = Pca::fit(samples(20, 6, 14).view(), 2).unwrap();
    pca.transform(Array2::zeros((1, 5)).view());
}

#[test]
fn single_precision() {
    let data = samples(400, 12, 15).mapv(|x| x as f32);
    let single = Pca::fit(data.view(), 5).unwrap();
    let double = Pca::fit(data.mapv(f64::from).view(), 5).unwrap();
    assert_eq!(single.spectrum(), double.spectrum());
    assert_eq!(single.components(), &double.components().mapv(|x| x as f32));
    let error = squared_error(&single.reconstruct(data.view()), &data);
    let wide = data.mapv(f64::from);
    assert_relative_eq!(error, squared_error(&double.reconstruct(wide.view()), &wide), max_relative = 1e-5);
}

#[test]
fn same_bits_at_any_number_of_threads() {
    let tall = samples(2500, 60, 16);
    let wide = samples(40, 200, 17);
    for data in [tall, wide] {
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let pca = Pca::fit(data.view(), 30).unwrap();
                (pca.reconstruct(data.view()), pca)
            })
        };
        let alone = run(1);
        for threads in [2, 3, 8] {
            assert_eq!(run(threads), alone, "{threads} threads");
        }
    }
}
