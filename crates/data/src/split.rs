//! Training and test set.

use diabolo_kernels::random::{Key, Stream, shuffle};

use crate::{Dataset, Error};

/// A training set and a test set of the same kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// What a model is fitted to.
    pub train: Dataset,
    /// What it is measured on.
    pub test: Dataset,
}

/// Sets the nearest whole number of samples to `test_fraction · n` apart for testing, chosen by `seed`.
///
/// Both sides keep the order of the original; no sample is in both.
///
/// ```
/// use diabolo_data::{digits, split};
///
/// let data = split(&digits::generate(50, 7).images, 0.2, 7)?;
/// assert_eq!((data.train.len(), data.test.len()), (40, 10));
/// # Ok::<(), diabolo_data::Error>(())
/// ```
///
/// # Errors
/// [`Error::Split`] if `test_fraction` is not in [0, 1) or leaves nothing to train on.
pub fn split(dataset: &Dataset, test_fraction: f64, seed: u64) -> Result<Split, Error> {
    let n = dataset.len();
    let fault = || Error::Split { test_fraction, n };
    if !(0.0..1.0).contains(&test_fraction) {
        return Err(fault());
    }
    let tests = (test_fraction * n as f64).round() as usize;
    if tests >= n {
        return Err(fault());
    }
    let mut rows: Vec<u32> = (0..n as u32).collect();
    // Site 1: the order of an epoch is drawn at site 0.
    shuffle(Key::new(seed, Stream::Shuffle).site(1), &mut rows);
    let (test, train) = rows.split_at_mut(tests);
    test.sort_unstable();
    train.sort_unstable();
    Ok(Split { train: dataset.subset(train), test: dataset.subset(test) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ImageShape;

    fn numbered(n: u8) -> Dataset {
        let shape = ImageShape { height: 1, width: 1, channels: 1 };
        Dataset::images("numbered", (0..n).collect(), Some((0..n).collect()), shape).unwrap()
    }

    fn pixels(data: &Dataset) -> Vec<u8> {
        (0..data.len()).map(|i| data.bytes(i)[0]).collect()
    }

    #[test]
    fn every_sample_is_on_exactly_one_side() {
        let data = split(&numbered(101), 0.25, 3).unwrap();
        assert_eq!((data.train.len(), data.test.len()), (76, 25));
        let mut all = [pixels(&data.train), pixels(&data.test)].concat();
        all.sort_unstable();
        assert_eq!(all, (0..101).collect::<Vec<u8>>());
        assert!(pixels(&data.test).is_sorted() && pixels(&data.train).is_sorted());
        assert!(data.test.labels().unwrap().iter().copied().eq(pixels(&data.test).into_iter().map(u32::from)));
    }

    #[test]
    fn the_seed_chooses_the_sides() {
        let data = numbered(100);
        assert_eq!(split(&data, 0.5, 1).unwrap(), split(&data, 0.5, 1).unwrap());
        assert_ne!(split(&data, 0.5, 1).unwrap(), split(&data, 0.5, 2).unwrap());
    }

    #[test]
    fn a_fraction_must_leave_something_to_train_on() {
        assert_eq!(split(&numbered(10), 0.0, 1).unwrap().train, numbered(10));
        for fraction in [-0.1, 1.0, 1.5, f64::NAN, 0.99] {
            let error = split(&numbered(10), fraction, 1).unwrap_err();
            assert!(matches!(error, Error::Split { n: 10, .. }), "{fraction} gave {error}");
        }
        assert!(split(&numbered(0), 0.5, 1).is_err());
    }
}
