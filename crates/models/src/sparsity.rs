//! Penalties that keep most units of a code silent, one number for a batch, to be added to the mean loss of its samples.

use std::fmt;
use std::str::FromStr;

use diabolo_autodiff::Var;
use diabolo_kernels::Scalar;

/// A penalty on codes, and the nonlinearity of the code that belongs to it.
///
/// Written and read as `l1:0.1` and `kl:0.05,3`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sparsity {
    /// weight · Σⱼ |zⱼ|, averaged over samples, with z = max(a, 0): units that are not needed are exactly 0.
    L1 {
        /// The price of a unit of code.
        weight: f64,
    },
    /// weight · Σⱼ KL(ρ ‖ ρ̂ⱼ) with z = σ(a) and ρ̂ⱼ the mean of unit j over the batch, in nats: A. Ng, *Sparse autoencoder*
    /// (CS294A lecture notes, 2011), section 3.
    ///
    /// ```text
    /// KL(ρ ‖ ρ̂) = ρ ln(ρ/ρ̂) + (1 − ρ) ln((1 − ρ)/(1 − ρ̂))
    /// ```
    Kl {
        /// ρ, the mean that is wanted of each unit.
        rho: f64,
        /// The price of a nat.
        weight: f64,
    },
}

impl Default for Sparsity {
    fn default() -> Self {
        Self::L1 { weight: 0.3 }
    }
}

impl Sparsity {
    /// The code z from its pre-activation a.
    pub fn code<S: Scalar>(self, a: Var<'_, S>) -> Var<'_, S> {
        match self {
            Self::L1 { .. } => a.relu(),
            Self::Kl { .. } => a.sigmoid(),
        }
    }

    /// The penalty for a batch of codes z with pre-activations a, both (n, latent), weighted.
    pub fn penalty<'t, S: Scalar>(self, a: Var<'t, S>, z: Var<'t, S>) -> Var<'t, S> {
        match self {
            Self::L1 { weight } => z.sum(&[1]).mean_all() * weight, // z is its own size
            Self::Kl { rho, weight } => {
                let off = (-a).sigmoid(); // 1 − z, which would round to 0 for a unit that is always on
                let cross = z.mean(&[0]).ln() * rho + off.mean(&[0]).ln() * (1.0 - rho);
                let units = a.shape()[1] as f64;
                let entropy = rho * rho.ln() + (1.0 - rho) * (1.0 - rho).ln();
                (-cross.sum_all() + units * entropy) * weight
            }
        }
    }

    /// What a unit must exceed to count as active: 0 for rectified units, ½ for those between 0 and 1.
    pub fn active_above(self) -> f64 {
        match self {
            Self::L1 { .. } => 0.0,
            Self::Kl { .. } => 0.5,
        }
    }
}

impl fmt::Display for Sparsity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::L1 { weight } => write!(f, "l1:{weight}"),
            Self::Kl { rho, weight } => write!(f, "kl:{rho},{weight}"),
        }
    }
}

impl FromStr for Sparsity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let weight = |text: &str| text.trim().parse().ok().filter(|w: &f64| *w >= 0.0 && w.is_finite());
        let parsed = match text.split_once(':') {
            Some(("l1", rest)) => weight(rest).map(|weight| Self::L1 { weight }),
            Some(("kl", rest)) => rest.split_once(',').and_then(|(rho, rest)| {
                let rho = rho.trim().parse().ok().filter(|rho: &f64| *rho > 0.0 && *rho < 1.0)?;
                Some(Self::Kl { rho, weight: weight(rest)? })
            }),
            _ => None,
        };
        parsed.ok_or_else(|| {
            format!("sparsity is '{text}' where l1:WEIGHT or kl:RHO,WEIGHT is needed, with 0 < RHO < 1 and WEIGHT ≥ 0")
        })
    }
}

#[cfg(test)]
mod tests {
    use diabolo_autodiff::Tape;
    use ndarray::array;

    use super::*;

    #[test]
    fn penalties_are_what_their_formulas_say() {
        let tape = Tape::<f64>::new();
        let a = tape.constant(&array![[1.0, -2.0], [3.0, 0.5]]);
        let l1 = Sparsity::L1 { weight: 0.1 };
        assert!((l1.penalty(a, l1.code(a)).item() - 0.1 * 4.5 / 2.0).abs() < 1e-15);

        let kl = Sparsity::Kl { rho: 0.05, weight: 3.0 };
        let sigma = |x: f64| 1.0 / (1.0 + (-x).exp());
        let divergence = |q: f64| 0.05 * (0.05 / q).ln() + 0.95 * (0.95 / (1.0 - q)).ln();
        let expected =
            3.0 * (divergence((sigma(1.0) + sigma(3.0)) / 2.0) + divergence((sigma(-2.0) + sigma(0.5)) / 2.0));
        assert!((kl.penalty(a, kl.code(a)).item() - expected).abs() < 1e-13);
    }

    #[test]
    fn a_unit_that_is_always_on_has_a_finite_price() {
        let tape = Tape::<f32>::new();
        let a = tape.constant(&array![[40.0_f32], [40.0]]);
        let kl = Sparsity::Kl { rho: 0.5, weight: 1.0 };
        assert!((kl.penalty(a, kl.code(a)).item() - (20.0 - 2.0_f32.ln())).abs() < 1e-4);
    }

    #[test]
    fn texts_are_read_as_they_are_written() {
        for text in ["l1:0.1", "kl:0.05,3"] {
            assert_eq!(text.parse::<Sparsity>().unwrap().to_string(), text);
        }
        for text in ["", "l1", "l1:-1", "l1:nan", "kl:0.05", "kl:0,1", "kl:1,1", "l2:1"] {
            assert!(text.parse::<Sparsity>().unwrap_err().contains("kl:RHO,WEIGHT"), "{text}");
        }
    }
}
