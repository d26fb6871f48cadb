//! What the incremental analysis promises, beside equality with scikit-learn's.

use approx::assert_relative_eq;
use diabolo_models::pca::{IncrementalPca, Pca, PcaError};
use ndarray::{Array2, Axis, s};

use super::{assert_near, samples};

fn in_blocks(data: &Array2<f64>, components: usize, rows: usize) -> Pca<f64> {
    let mut incremental = IncrementalPca::new(data.ncols(), components).unwrap();
    for block in data.axis_chunks_iter(Axis(0), rows) {
        incremental.partial_fit(block).unwrap();
    }
    assert_eq!(incremental.samples(), data.nrows());
    incremental.finish().unwrap()
}

#[test]
fn exact_if_nothing_is_forgotten() {
    let data = samples(100, 6, 1);
    let exact = Pca::fit(data.view(), 6).unwrap();
    for rows in [1, 7, 100] {
        let pca = in_blocks(&data, 6, rows);
        assert_near(pca.spectrum(), exact.spectrum(), 1e-12);
        assert_near(pca.components(), exact.components(), 1e-12);
        assert_eq!(pca.mean(), exact.mean());
    }
    let low_rank = samples(60, 3, 2).dot(&samples(3, 20, 3));
    let exact = Pca::fit(low_rank.view(), 3).unwrap();
    assert_near(in_blocks(&low_rank, 3, 9).components(), exact.components(), 1e-11);
}

#[test]
fn total_variance_and_noise_count_what_was_forgotten() {
    let data = samples(300, 12, 4);
    let exact = Pca::fit(data.view(), 3).unwrap();
    let pca = in_blocks(&data, 3, 20);
    assert_relative_eq!(pca.total_variance(), exact.total_variance(), max_relative = 1e-12);
    assert_relative_eq!(pca.noise_variance(), exact.noise_variance(), max_relative = 0.05);
    assert!(pca.explained_variance().sum() <= exact.explained_variance().sum());
    assert_near(&pca.components().dot(&pca.components().t()), &Array2::eye(3), 1e-13);
    assert_relative_eq!(
        pca.mean_log_likelihood(data.view()).unwrap(),
        exact.mean_log_likelihood(data.view()).unwrap(),
        max_relative = 0.05
    );
}

#[test]
fn small_blocks_empty_blocks_and_bad_values() {
    let data = samples(10, 5, 5);
    let mut incremental = IncrementalPca::new(5, 3).unwrap();
    assert_eq!(incremental.finish().unwrap_err(), PcaError::NoSamples);
    incremental.partial_fit(data.slice(s![..2, ..])).unwrap();
    let few = PcaError::TooManyComponents { components: 3, most: 2 };
    assert_eq!(incremental.finish().unwrap_err(), few);
    incremental.partial_fit(data.slice(s![..0, ..])).unwrap();
    let mut bad = data.clone();
    bad[[1, 3]] = f64::NAN;
    assert_eq!(incremental.partial_fit(bad.view()), Err(PcaError::OutOfRange { sample: 1, feature: 3 }));
    incremental.partial_fit(data.slice(s![2.., ..])).unwrap();
    assert_eq!(incremental.finish().unwrap().components().dim(), (3, 5));
    assert_eq!(IncrementalPca::<f64>::new(5, 0).unwrap_err(), PcaError::NoComponents);
    assert!(matches!(IncrementalPca::<f64>::new(5, 6), Err(PcaError::TooManyComponents { most: 5, .. })));
}

#[test]
#[should_panic(expected = "a block of 4 features given to a PCA of 5")]
fn a_block_of_another_width() {
    let _ = IncrementalPca::new(5, 3).unwrap().partial_fit(samples(4, 4, 6).view());
}

#[test]
fn single_precision() {
    let data = samples(80, 6, 7).mapv(|x| x as f32);
    let mut incremental = IncrementalPca::new(6, 2).unwrap();
    for block in data.axis_chunks_iter(Axis(0), 20) {
        incremental.partial_fit(block).unwrap();
    }
    let double = in_blocks(&data.mapv(f64::from), 2, 20);
    let single = incremental.finish().unwrap();
    assert_eq!(single.spectrum(), double.spectrum());
    assert_eq!(single.components(), &double.components().mapv(|x| x as f32));
}
