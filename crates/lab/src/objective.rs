//! Loss, gradient and curvature of a linear autoencoder over all samples at once, through their covariance.
//!
//! With V = W₂ᵀ (both W₁ and V are k × d), the codes' covariance H = W₁ΣW₁ᵀ and G = VVᵀ = W₂ᵀW₂ (both k × k):
//!
//! ```text
//! L = Σₜ pₜ ‖X − W₂IₜW₁X‖²/n + Σⱼ ℓⱼ² (‖row j of W₁‖² + ‖row j of V‖²) + ρ ‖W₂W₁‖²
//!   = c₁ tr Σ − 2 Σⱼ cⱼ (W₁ΣVᵀ)ⱼⱼ + Σᵢⱼ Mᵢⱼ Gᵢⱼ Hᵢⱼ + …      cⱼ = Σ_{t≥j} pₜ,  Mᵢⱼ = c_max(i,j)
//!
//! ∇W₁ = 2 ((M∘G) W₁Σ − c∘VΣ + ℓ²∘W₁ + ρ G W₁)
//! ∇V  = 2 ((M∘H) V − c∘W₁Σ + ℓ²∘V + ρ W₁W₁ᵀ V)
//! ```
//!
//! where Iₜ keeps the first t numbers of a code and c∘, ℓ²∘ multiply rows. The plain loss has p_k = 1 and all else 0, so that
//! c = M = 1. X enters through Σ = XXᵀ/n alone: a step costs the product of the 2k rows of W₁ and V with Σ, 4kd² operations in
//! place of 8knd, and is that of the whole data. Terms of k²d are small beside it. The tests hold gradient and curvature to
//! those of the tape.
//!
//! The mean over samples and the factor 2 are those of Bao et al. 2020 (equation 1 with λ = ℓ², and their code); penalties of
//! Kunin et al. 2019, who do not divide by n, are n times as large, μ = nℓ².
//!
//! Sources: Bao et al. 2020, section 3.1 (ℓ²) and 3.2 (nested dropout, pₜ the chance to keep t numbers); Kunin et al. 2019,
//! section 2 (sum loss ℓ² all equal, product loss ρ); Oftadeh et al. 2020, equation 4 (pₜ all equal).

use ndarray::{Array1, Array2, ArrayView2, Axis, Zip, concatenate};

use crate::matrix::{dot, square, times, times_t};

/// W₁ and W₂ᵀ, both k × d.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// W₁.
    pub encoder: Array2<f64>,
    /// W₂ᵀ: decoder column j is row j.
    pub decoder: Array2<f64>,
}

/// What is minimised; see [this module](self) for the formulas.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// cⱼ
    survival: Array1<f64>,
    /// ℓⱼ²
    penalties: Array1<f64>,
    /// ρ
    product_penalty: f64,
}

/// The loss at some weights, its gradient, and the covariance of the codes there.
#[derive(Clone, Debug)]
pub struct Gradient {
    /// L.
    pub loss: f64,
    /// ∇W₁ and ∇V.
    pub slope: Weights,
    /// H = W₁ΣW₁ᵀ = YYᵀ/n for the codes Y, k × k.
    pub codes: Array2<f64>,
}

impl Objective {
    /// ‖X − W₂W₁X‖²/n for codes of k numbers.
    pub fn plain(k: usize) -> Self {
        Self::penalised(&vec![0.0; k])
    }

    /// The same with ℓⱼ² on row j of W₁ and column j of W₂.
    pub fn penalised(penalties: &[f64]) -> Self {
        let survival = Array1::ones(penalties.len());
        Self { survival, penalties: Array1::from(penalties.to_vec()), product_penalty: 0.0 }
    }

    /// The plain loss with ρ‖W₂W₁‖².
    pub fn product_penalised(k: usize, rho: f64) -> Self {
        Self { product_penalty: rho, ..Self::plain(k) }
    }

    /// Σₜ pₜ ‖X − W₂IₜW₁X‖²/n over truncations to the first t = 1, …, k numbers of the code.
    pub fn nested(probabilities: &[f64]) -> Self {
        let mut survival = Array1::from(probabilities.to_vec());
        for j in (1..survival.len()).rev() {
            survival[j - 1] += survival[j];
        }
        Self { survival, ..Self::plain(probabilities.len()) }
    }

    /// L, ∇W₁, ∇V and H.
    ///
    /// # Panics
    /// If the shapes do not fit.
    pub fn gradient(
        &self,
        encoder: ArrayView2<'_, f64>,
        decoder: ArrayView2<'_, f64>,
        covariance: &Array2<f64>,
    ) -> Gradient {
        let k = encoder.nrows();
        let both = concatenate(Axis(0), &[encoder, decoder]).expect("encoder and decoder have the same shape");
        let spread = times(&both, covariance);
        let (encoder, decoder) = (encoder.to_owned(), decoder.to_owned());
        let (of_encoder, of_decoder) = spread.view().split_at(Axis(0), k);
        let (of_encoder, of_decoder) = (of_encoder.to_owned(), of_decoder.to_owned());
        let codes = times_t(&of_encoder, &encoder);
        let gram = times_t(&decoder, &decoder);
        let squares = Squares { encoder: times_t(&encoder, &encoder), gram: &gram };
        let crossed = dot(&self.weighted(&of_encoder), &decoder);
        let mut slope = Weights {
            encoder: times(&self.masked(&gram), &of_encoder) - self.weighted(&of_decoder),
            decoder: times(&self.masked(&codes), &decoder) - self.weighted(&of_encoder),
        };
        self.add_penalties(&mut slope, &Weights { encoder, decoder }, &squares);
        let whole = covariance.diag().sum() * self.survival[0];
        let loss = whole - 2.0 * crossed + dot(&self.masked(&gram), &codes) + self.penalty(&squares);
        slope.encoder *= 2.0;
        slope.decoder *= 2.0;
        Gradient { loss, slope, codes }
    }

    /// The Hessian of L at `weights` times `direction`: the derivative of the gradient along it.
    ///
    /// # Panics
    /// If the shapes do not fit.
    pub fn curvature(&self, weights: &Weights, direction: &Weights, covariance: &Array2<f64>) -> Weights {
        let (w, v) = (&weights.encoder, &weights.decoder);
        let (dw, dv) = (&direction.encoder, &direction.decoder);
        let (of_w, of_dw, of_dv) = (times(w, covariance), times(dw, covariance), times(dv, covariance));
        let (codes, gram) = (times_t(&of_w, w), times_t(v, v));
        let (d_codes, d_gram) = (symmetric_sum(&times_t(&of_dw, w)), symmetric_sum(&times_t(dv, v)));
        let mut result = Weights {
            encoder: times(&self.masked(&d_gram), &of_w) + times(&self.masked(&gram), &of_dw) - self.weighted(&of_dv),
            decoder: times(&self.masked(&d_codes), v) + times(&self.masked(&codes), dv) - self.weighted(&of_dw),
        };
        let squares = Squares { encoder: times_t(w, w), gram: &gram };
        self.add_penalties(&mut result, direction, &squares);
        if self.product_penalty != 0.0 {
            result.encoder.scaled_add(self.product_penalty, &times(&d_gram, w));
            result.decoder.scaled_add(self.product_penalty, &times(&symmetric_sum(&times_t(dw, w)), v));
        }
        result.encoder *= 2.0;
        result.decoder *= 2.0;
        result
    }

    /// M∘A
    fn masked(&self, matrix: &Array2<f64>) -> Array2<f64> {
        Array2::from_shape_fn(matrix.dim(), |(i, j)| self.survival[i.max(j)] * matrix[[i, j]])
    }

    /// c∘A
    fn weighted(&self, matrix: &Array2<f64>) -> Array2<f64> {
        matrix * &self.survival.view().insert_axis(Axis(1))
    }

    /// Half of what the penalties add to a slope, where they act on `on`.
    fn add_penalties(&self, slope: &mut Weights, on: &Weights, squares: &Squares<'_>) {
        let penalties = self.penalties.view().insert_axis(Axis(1));
        for (slope, on) in [(&mut slope.encoder, &on.encoder), (&mut slope.decoder, &on.decoder)] {
            Zip::from(slope).and(on).and_broadcast(penalties).for_each(|slope, on, penalty| *slope += penalty * on);
        }
        if self.product_penalty != 0.0 {
            slope.encoder.scaled_add(self.product_penalty, &times(squares.gram, &on.encoder));
            slope.decoder.scaled_add(self.product_penalty, &times(&squares.encoder, &on.decoder));
        }
    }

    /// Σⱼ ℓⱼ² (…) + ρ‖W₂W₁‖²
    fn penalty(&self, squares: &Squares<'_>) -> f64 {
        let lengths = &squares.encoder.diag() + &squares.gram.diag();
        self.penalties.dot(&lengths) + self.product_penalty * dot(&squares.encoder, squares.gram)
    }
}

/// W₁W₁ᵀ and VVᵀ.
struct Squares<'a> {
    encoder: Array2<f64>,
    gram: &'a Array2<f64>,
}

/// A + Aᵀ
fn symmetric_sum(matrix: &Array2<f64>) -> Array2<f64> {
    matrix + &matrix.t()
}

impl Weights {
    /// √(‖W₁‖² + ‖V‖²)
    pub fn norm(&self) -> f64 {
        (square(&self.encoder) + square(&self.decoder)).sqrt()
    }

    /// Γ = ½(T − Tᵀ) with T the strict upper triangle of H, times W₁ and V: what the rotation-augmented gradient subtracts
    /// from the slope, ∇W₁ − ΓW₁ and ∇V − ΓV (Bao et al. 2020, algorithm 1).
    ///
    /// It turns the codes, W₁ ← (I + αΓ)W₁ and W₂ ← W₂(I + αΓ)ᵀ, and since Γᵀ = −Γ, W₂W₁ changes by α²W₂ΓᵀΓW₁ only.
    pub fn rotation(&self, codes: &Array2<f64>) -> Self {
        let gamma = Array2::from_shape_fn(codes.dim(), |(i, j)| match i.cmp(&j) {
            std::cmp::Ordering::Less => 0.5 * codes[[i, j]],
            std::cmp::Ordering::Equal => 0.0,
            std::cmp::Ordering::Greater => -0.5 * codes[[j, i]],
        });
        Self { encoder: times(&gamma, &self.encoder), decoder: times(&gamma, &self.decoder) }
    }
}
