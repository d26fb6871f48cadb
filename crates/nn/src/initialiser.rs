//! How parameters start.

use std::str::FromStr;

use diabolo_kernels::Scalar;
use diabolo_kernels::random::{Key, Stream, fill_normal, fill_uniform};

use crate::error::Error;

mod orthogonal;

/// The distribution that a weight of shape (out, in) is drawn from; fan_in and fan_out are its sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Initialiser {
    /// U(−1/√fan_in, 1/√fan_in), for weight and bias: what PyTorch does in `nn.Linear`.
    #[default]
    PyTorch,
    /// U(−a, a) with a = √(6 / (fan_in + fan_out)): Glorot and Bengio 2010, equation 16.
    XavierUniform,
    /// N(0, 2 / (fan_in + fan_out)): Glorot and Bengio 2010, equation 12 with both constraints averaged.
    XavierNormal,
    /// U(−a, a) with a = √(6 / fan_in), for relu: He et al. 2015, equation 10.
    KaimingUniform,
    /// N(0, 2 / fan_in), for relu: He et al. 2015, equation 10.
    KaimingNormal,
    /// A gain times a matrix drawn evenly from those with orthonormal rows, or columns if there are fewer of them: Saxe,
    /// McClelland and Ganguli 2014, section 3. It keeps lengths, so that many linear layers keep them too.
    Orthogonal(f64),
    /// N(0, σ²).
    Normal(f64),
    /// 0
    Zeros,
}

impl Initialiser {
    /// Fills a weight.
    pub fn fill<S: Scalar>(self, key: Key, fan_in: usize, fan_out: usize, weight: &mut [S]) {
        let (columns, fan_in, fan_out) = (fan_in, fan_in as f64, fan_out as f64);
        let uniform = |bound: f64, weight: &mut [S]| fill_uniform(key, -bound, bound, weight);
        match self {
            Self::PyTorch => uniform((1.0 / fan_in).sqrt(), weight),
            Self::XavierUniform => uniform((6.0 / (fan_in + fan_out)).sqrt(), weight),
            Self::XavierNormal => fill_normal(key, 0.0, (2.0 / (fan_in + fan_out)).sqrt(), weight),
            Self::KaimingUniform => uniform((6.0 / fan_in).sqrt(), weight),
            Self::KaimingNormal => fill_normal(key, 0.0, (2.0 / fan_in).sqrt(), weight),
            Self::Orthogonal(gain) => orthogonal::fill(key, gain, columns, weight),
            Self::Normal(sigma) => fill_normal(key, 0.0, sigma, weight),
            Self::Zeros => weight.fill(S::zero()),
        }
    }

    /// Fills a bias: as PyTorch does for its own, with 0 for every other.
    pub fn fill_bias<S: Scalar>(self, key: Key, fan_in: usize, bias: &mut [S]) {
        match self {
            Self::PyTorch => self.fill(key, fan_in, bias.len(), bias),
            _ => bias.fill(S::zero()),
        }
    }
}

/// As people write the initialisers of weights: the others are for biases and experiments.
impl FromStr for Initialiser {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "default" => Ok(Self::PyTorch),
            "orthogonal" => Ok(Self::Orthogonal(1.0)),
            "xavier" => Ok(Self::XavierUniform),
            "kaiming" => Ok(Self::KaimingNormal),
            _ => text
                .strip_prefix("orthogonal:")
                .and_then(|gain| gain.parse().ok())
                .filter(|gain: &f64| *gain > 0.0 && gain.is_finite())
                .map(Self::Orthogonal)
                .ok_or_else(|| Error::Initialiser(text.to_owned())),
        }
    }
}

/// A key for each parameter of a model, in the order in which the model is built.
#[derive(Clone, Debug)]
pub struct Keys {
    key: Key,
    sites: u32,
}

impl Keys {
    /// The keys of a seed.
    pub fn new(seed: u64) -> Self {
        Self { key: Key::new(seed, Stream::Init), sites: 0 }
    }

    /// The next key.
    pub fn next_key(&mut self) -> Key {
        self.sites += 1;
        self.key.site(self.sites)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_are_as_published() {
        let cases = [
            (Initialiser::PyTorch, 1.0 / (3.0 * 300.0)),
            (Initialiser::XavierUniform, 2.0 / 500.0),
            (Initialiser::XavierNormal, 2.0 / 500.0),
            (Initialiser::KaimingUniform, 2.0 / 300.0),
            (Initialiser::KaimingNormal, 2.0 / 300.0),
            (Initialiser::Normal(0.5), 0.25),
        ];
        for (initialiser, variance) in cases {
            let mut weight = vec![0.0_f64; 300 * 200];
            initialiser.fill(Keys::new(7).next_key(), 300, 200, &mut weight);
            let measured = weight.iter().map(|w| w * w).sum::<f64>() / weight.len() as f64;
            assert!((measured / variance - 1.0).abs() < 0.03, "{initialiser:?}: {measured} for {variance}");
        }
    }
}
