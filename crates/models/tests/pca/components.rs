//! How many components a rule keeps.

use diabolo_kernels::random::{Key, Stream, fill_normal};
use diabolo_models::pca::{Components, Pca, PcaError};
use ndarray::{Array2, array};

use super::samples;

#[test]
fn components_by_a_share_of_the_variance() {
    let data = samples(200, 10, 4);
    let shares = Pca::fit(data.view(), 10).unwrap().explained_variance_ratio();
    let mut sum = 0.0;
    for (i, share) in shares.iter().enumerate().take(9) {
        let pca = Pca::fit(data.view(), Components::Variance(sum + share / 2.0)).unwrap();
        assert_eq!(pca.components().nrows(), i + 1);
        assert!(pca.explained_variance_ratio().sum() > sum + share / 2.0);
        sum += share;
    }
    let all = Pca::fit(data.view(), Components::Variance(1.0 - f64::EPSILON / 2.0)).unwrap();
    assert_eq!(all.components().nrows(), 10);
    let equal = Pca::fit(Array2::from_elem((9, 4), 0.7).view(), Components::Variance(0.5)).unwrap();
    assert_eq!(equal.components().nrows(), 1);
    // Exactly half is not more than half.
    let halves = array![[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]];
    assert_eq!(Pca::fit(halves.view(), Components::Variance(0.5)).unwrap().components().nrows(), 2);
    for share in [0.0, 1.0, -0.5, 1.5, f64::NAN] {
        assert_eq!(Pca::fit(data.view(), Components::Variance(share)).unwrap_err(), PcaError::Share);
    }
}

#[test]
fn minkas_estimate_finds_the_signals() {
    for signals in [1, 3, 6] {
        let key = Key::new(signals as u64, Stream::Data);
        let mut noise = vec![0.0; 500 * 12];
        fill_normal(key, 0.0, 1.0, &mut noise);
        let data = Array2::from_shape_fn((500, 12), |(i, j)| {
            noise[i * 12 + j] * if j < signals { 3.0 + j as f64 } else { 0.5 }
        });
        assert_eq!(Pca::fit(data.view(), Components::Mle).unwrap().components().nrows(), signals);
    }
    let wide = Pca::fit(samples(5, 9, 1).view(), Components::Mle).unwrap_err();
    assert_eq!(wide, PcaError::TooFewSamples { samples: 5, features: 9 });
    assert_eq!(Pca::fit(array![[1.0], [2.0]].view(), Components::Mle).unwrap().components().nrows(), 1);
}
