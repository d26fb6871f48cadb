//! Noise on the input of a denoising autoencoder.

use std::fmt::{self, Display};
use std::str::FromStr;

use diabolo_kernels::random::{Key, Stream, fill_mask, fill_normal, fill_uniform};
use diabolo_kernels::{Scalar, parallel};

use crate::Error;

/// Values that are damaged together; part of what a key means.
const CHUNK: usize = 4096;

/// A way to damage the input of a denoising autoencoder, x̃ ~ q(x̃ | x), for values in [0, 1].
///
/// Written and read as `gaussian:0.5`, `masking:0.3`, `salt-and-pepper:0.1`.
///
/// Sources: P. Vincent, H. Larochelle, Y. Bengio, P.-A. Manzagol, *Extracting and composing robust features with denoising
/// autoencoders* (ICML 2008), section 2.3, for masking; P. Vincent et al., *Stacked denoising autoencoders* (JMLR 11,
/// 2010), section 3.3, for the other two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Corruption {
    /// x̃ = x + std · ε with ε ~ N(0, 1). As in the paper nothing is clipped: x̃ may leave [0, 1], its mean stays x.
    Gaussian {
        /// Standard deviation of the noise.
        std: f64,
    },
    /// x̃ = 0 with probability `fraction`, else x. (The paper masks a fixed number of values of each sample, here
    /// each value is masked independently.)
    Masking {
        /// Probability of a value to be masked.
        fraction: f64,
    },
    /// x̃ = 0 or 1, equally likely, with probability `fraction`, else x.
    SaltAndPepper {
        /// Probability of a value to be replaced.
        fraction: f64,
    },
}

impl Corruption {
    /// Damages `values` in place: the same for the same key, at any number of threads.
    ///
    /// ```
    /// use diabolo_data::Corruption;
    /// use diabolo_kernels::random::{Key, Stream};
    ///
    /// let noise: Corruption = "masking:0.3".parse()?;
    /// let mut values = vec![1.0_f32; 1000];
    /// noise.apply(Key::new(7, Stream::Noise), &mut values);
    /// let masked = values.iter().filter(|&&x| x == 0.0).count();
    /// assert!((250..350).contains(&masked));
    /// # Ok::<(), diabolo_data::Error>(())
    /// ```
    pub fn apply<S: Scalar>(&self, key: Key, values: &mut [S]) {
        parallel::pieces(values, CHUNK, &|first, values| {
            let mut draws = [S::zero(); CHUNK];
            self.damage(chunk_key(key, first / CHUNK), values, &mut draws[..values.len()]);
        });
    }

    /// Damages one chunk, with room for one draw a value.
    fn damage<S: Scalar>(&self, key: Key, values: &mut [S], draws: &mut [S]) {
        match *self {
            Self::Gaussian { std } => {
                fill_normal(key, 0.0, std, draws);
                combine(values, draws, |x, noise| x + noise);
            }
            Self::Masking { fraction } => {
                fill_mask(key, 1.0 - fraction, 1.0, draws);
                combine(values, draws, |x, kept| if kept.is_zero() { kept } else { x });
            }
            Self::SaltAndPepper { fraction } => {
                fill_uniform(key, 0.0, 1.0, draws);
                let [pepper, either] = [S::of(0.5 * fraction), S::of(fraction)];
                // u is never 0 but may round to 1, hence ≤: fractions 0 and 1 mean none and all.
                combine(values, draws, |x, u| match u {
                    u if u <= pepper => S::zero(),
                    u if u <= either => S::one(),
                    _ => x,
                });
            }
        }
    }
}

/// A key of its own for every chunk, so that chunks need no common buffer of draws: its seed is drawn at `key`.
fn chunk_key(key: Key, chunk: usize) -> Key {
    let chunk = u32::try_from(chunk).expect("a batch has fewer than 2³² chunks");
    let [low, high, ..] = key.words(chunk);
    Key::new(u64::from(low) | u64::from(high) << 32, Stream::Noise)
}

/// Replaces every value by `rule(value, draw)`.
fn combine<S: Scalar>(values: &mut [S], draws: &[S], rule: impl Fn(S, S) -> S) {
    for (value, &draw) in values.iter_mut().zip(draws) {
        *value = rule(*value, draw);
    }
}

impl Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gaussian { std } => write!(f, "gaussian:{std}"),
            Self::Masking { fraction } => write!(f, "masking:{fraction}"),
            Self::SaltAndPepper { fraction } => write!(f, "salt-and-pepper:{fraction}"),
        }
    }
}

impl FromStr for Corruption {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let fault = |reason: String| Error::Corruption { text: text.into(), reason };
        let (kind, level) = text.split_once(':').ok_or_else(|| fault("it has no colon".into()))?;
        let level: f64 = level.trim().parse().map_err(|_| fault(format!("{level:?} is not a number")))?;
        let fraction = || match level {
            0.0..=1.0 => Ok(level),
            _ => Err(fault(format!("a fraction lies between 0 and 1, not at {level}"))),
        };
        match kind.trim() {
            "gaussian" if level >= 0.0 && level.is_finite() => Ok(Self::Gaussian { std: level }),
            "gaussian" => Err(fault(format!("a standard deviation is at least 0 and finite, not {level}"))),
            "masking" => Ok(Self::Masking { fraction: fraction()? }),
            "salt-and-pepper" => Ok(Self::SaltAndPepper { fraction: fraction()? }),
            other => Err(fault(format!("there is no kind {other:?}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: usize = 200_000;

    fn corrupted<S: Scalar>(noise: Corruption, seed: u64) -> Vec<S> {
        let mut values = vec![S::of(0.25); N];
        noise.apply(Key::new(seed, Stream::Noise), &mut values);
        values
    }

    fn share(values: &[f64], value: f64) -> f64 {
        values.iter().filter(|&&x| x == value).count() as f64 / N as f64
    }

    #[test]
    fn gaussian_noise_has_its_moments_and_is_not_clipped() {
        let values: Vec<f64> = corrupted(Corruption::Gaussian { std: 0.5 }, 1);
        let mean = values.iter().sum::<f64>() / N as f64;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / N as f64;
        assert!((mean - 0.25).abs() < 0.005, "mean {mean}");
        assert!((variance - 0.25).abs() < 0.005, "variance {variance}");
        assert!(values.iter().any(|&x| x < 0.0) && values.iter().any(|&x| x > 1.0));
    }

    #[test]
    fn masking_zeroes_its_fraction_and_keeps_the_rest() {
        let values: Vec<f64> = corrupted(Corruption::Masking { fraction: 0.3 }, 2);
        let masked = share(&values, 0.0);
        assert!((masked - 0.3).abs() < 0.005, "masked {masked}");
        assert_eq!(masked + share(&values, 0.25), 1.0);
    }

    #[test]
    fn salt_and_pepper_are_equally_frequent() {
        let values: Vec<f64> = corrupted(Corruption::SaltAndPepper { fraction: 0.2 }, 3);
        let [pepper, salt, kept] = [0.0, 1.0, 0.25].map(|value| share(&values, value));
        assert!((pepper - 0.1).abs() < 0.004 && (salt - 0.1).abs() < 0.004, "{pepper} and {salt}");
        assert!((pepper + salt + kept - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_extremes_change_nothing_or_everything() {
        assert!(corrupted::<f32>(Corruption::Gaussian { std: 0.0 }, 1).iter().all(|&x| x == 0.25));
        for noise in [|fraction| Corruption::Masking { fraction }, |fraction| Corruption::SaltAndPepper { fraction }] {
            assert!(corrupted::<f32>(noise(0.0), 1).iter().all(|&x| x == 0.25));
            assert!(corrupted::<f32>(noise(1.0), 1).iter().all(|&x| x == 0.0 || x == 1.0));
        }
    }

    #[test]
    fn the_key_alone_decides() {
        for text in ["gaussian:0.5", "masking:0.3", "salt-and-pepper:0.1"] {
            let noise: Corruption = text.parse().unwrap();
            let [one, many] = [1, 8].map(|threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| corrupted::<f32>(noise, 9))
            });
            assert!(one == many, "{text} depends on the number of threads");
            assert!(one != corrupted::<f32>(noise, 10), "{text} ignores the key");
        }
    }

    #[test]
    fn no_two_chunks_are_damaged_alike() {
        let values: Vec<f32> = corrupted(Corruption::Gaussian { std: 0.5 }, 4);
        let (first, rest) = values.split_at(CHUNK);
        assert!(rest.chunks(CHUNK).all(|chunk| chunk != &first[..chunk.len()]));
    }

    #[test]
    fn text_and_value_agree() {
        for text in ["gaussian:0.5", "masking:0.3", "salt-and-pepper:0.1", "gaussian:0", "masking:1"] {
            assert_eq!(text.parse::<Corruption>().unwrap().to_string(), text);
        }
        for (text, reason) in [
            ("gaussian", "it has no colon"),
            ("gaussian:", "\"\" is not a number"),
            ("gaussian:-1", "at least 0"),
            ("gaussian:inf", "finite"),
            ("masking:1.5", "between 0 and 1"),
            ("masking:NaN", "between 0 and 1"),
            ("salt-and-pepper:x", "is not a number"),
            ("blur:0.5", "there is no kind \"blur\""),
        ] {
            let message = text.parse::<Corruption>().unwrap_err().to_string();
            assert!(message.contains(reason), "{text}: {message}");
        }
    }
}
