//! # bce_with_logits
//!
//! ```text
//! yᵢ = Σⱼ (max(lᵢⱼ, 0) − lᵢⱼ · tᵢⱼ + ln(1 + e^−|lᵢⱼ|))
//! l̄ᵢⱼ = ȳᵢ · (σ(lᵢⱼ) − tᵢⱼ)
//! t̄ᵢⱼ = −ȳᵢ · lᵢⱼ
//! ```
//!
//! The cross-entropy −t·ln p − (1 − t)·ln(1 − p) of a Bernoulli variable, in nats, with p = σ(l) and 0 ≤ t ≤ 1.
//! Since −ln σ(l) = softplus(−l) = softplus(l) − l and −ln(1 − σ(l)) = softplus(l), it is softplus(l) − l·t;
//! and softplus(l) = max(l, 0) + ln(1 + e^−|l|) has slope σ(l).
//!
//! With s = [l ≥ 0] and q = σ(−|l|), max(l, 0) − l·t is computed as l·(s − t) and σ(l) − t as (s − t) ± q. For t = 0 or 1 and
//! a logit of the right sign s − t is exactly 0, and what is left, about e^−|l|, survives in both. One exponential serves
//! both rules: the forward rule keeps σ(l) − t.
//!
//! Kinks: none; those of max and |l| at l = 0 cancel. At l = ±∞ the loss is ∞ where t disagrees and 0·∞ = NaN where it agrees;
//! the slope σ(l) − t is exact in both.

use diabolo_kernels::{Buffer, Scalar, TermRule, sum_rows};

use crate::rows;
use crate::{Card, Case, Cotangents, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Binary cross-entropy of each sample in nats, from logits, summed over the last axis.
#[derive(Clone, Copy, Debug)]
pub struct BceWithLogits;

impl BceWithLogits {
    const CARD: Card = Card {
        name: "bce_with_logits",
        forward: "yᵢ = Σⱼ (max(lᵢⱼ, 0) − lᵢⱼ · tᵢⱼ + ln(1 + e^−|lᵢⱼ|))",
        backward: &["l̄ᵢⱼ = ȳᵢ · (σ(lᵢⱼ) − tᵢⱼ)", "t̄ᵢⱼ = −ȳᵢ · lᵢⱼ"],
        latex: r"y_i = \sum_j \left(\max(l_{ij}, 0) - l_{ij} t_{ij} + \ln(1 + e^{-|l_{ij}|})\right), \qquad
            \bar l_{ij} = \bar y_i (\sigma(l_{ij}) - t_{ij}), \quad \bar t_{ij} = -\bar y_i\, l_{ij}",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::In(&[1]),
        ulps: Ulps::FOUR,
    };
}

impl<S: Scalar> Op<S> for BceWithLogits {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        rows::shape(x)
    }

    /// Keeps the slopes σ(l) − t.
    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], kept: &mut Buffer<S>) {
        kept.resize(x.value(0).len());
        sum_rows(SlopeAndTerm, [x.value(0), x.value(1)], [kept], y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], kept: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| rows::scale(1.0, gy, kept, g));
        gx.give(1, |g| rows::scale(-1.0, gy, x.value(0), g));
    }
}

/// σ(l) − t and max(l, 0) − l·t + ln(1 + e^−|l|)
#[derive(Clone, Copy)]
struct SlopeAndTerm;

impl<S: Scalar> TermRule<S, 1, 2> for SlopeAndTerm {
    /// −|l| is a selection and not `-l.abs()`, whose slope at 0 would count in the tangent of a dual number.
    #[inline(always)]
    fn apply(self, [l, t]: [S; 2]) -> ([S; 1], S) {
        let (zero, one) = (S::zero(), S::one());
        let negative = l < zero;
        let e = (if negative { l } else { -l }).exp();
        let q = e / (one + e);
        let miss = (if negative { zero } else { one }) - t;
        ([miss + if negative { q } else { -q }], l * miss + e.ln_1p_of_unit())
    }
}

impl<S: Scalar> Var<'_, S> {
    /// Binary cross-entropy in nats between σ(self) and `target` in [0, 1], summed over the last axis: one number a sample.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let logits = tape.variable(&array![[0.0, 0.0]]);
    /// let target = tape.constant(&array![[1.0, 0.0]]);
    /// let nats = logits.bce_with_logits(target).item();
    /// assert!((nats - 2.0 * 2.0_f64.ln()).abs() < 1e-15);
    /// ```
    ///
    /// # Panics
    /// If the shapes differ or have no axis.
    #[must_use]
    #[track_caller]
    pub fn bce_with_logits(self, target: Self) -> Self {
        self.tape.record(BceWithLogits, &[self, target])
    }
}

impl Case for BceWithLogits {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].bce_with_logits(x[1])
    }

    fn samples() -> Vec<Sample<Self>> {
        let wide = Domain::Between(-20.0, 20.0);
        vec![
            Sample::new(Self).input(&[3, 5], Domain::REAL).input(&[3, 5], Domain::UNIT),
            Sample::new(Self).input(&[4], wide).input(&[4], Domain::UNIT),
            Sample::new(Self).input(&[2, 3, 2], wide).input(&[2, 3, 2], Domain::UNIT),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Between(-80.0, 80.0), Domain::UNIT]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |l: f64, t: f64, value: f64, slopes: [f64; 2], why| Edge {
            op: Self,
            inputs: vec![(vec![1, 1], vec![l]), (vec![1, 1], vec![t])],
            value: vec![value],
            gradients: slopes.map(|slope| vec![slope]).to_vec(),
            why,
        };
        let (inf, nan, tiny) = (f64::INFINITY, f64::NAN, f64::MIN_POSITIVE / 4.0);
        let tail = 3.720_075_976_020_836e-44; // e⁻¹⁰⁰
        vec![
            edge(0.0, 0.0, std::f64::consts::LN_2, [0.5, 0.0], "one bit is ln 2 nats; no kink at 0"),
            edge(-0.0, 1.0, std::f64::consts::LN_2, [-0.5, 0.0], "no kink at the other zero"),
            edge(100.0, 1.0, tail, [-tail, -100.0], "sure and right on the right: both survive"),
            edge(100.0, 0.0, 100.0, [1.0, -100.0], "sure and wrong on the right"),
            edge(-100.0, 0.0, tail, [tail, 100.0], "sure and right on the left: both survive"),
            edge(-100.0, 1.0, 100.0, [-1.0, 100.0], "sure and wrong on the left"),
            edge(1e4, 0.0, 1e4, [1.0, -1e4], "eˡ alone would overflow"),
            edge(inf, 0.0, inf, [1.0, -inf], "infinitely wrong"),
            edge(-inf, 1.0, inf, [-1.0, inf], "infinitely wrong on the left"),
            edge(inf, 1.0, nan, [0.0, -inf], "infinitely right: 0 · ∞ in the value, the slope exact"),
            edge(nan, 0.5, nan, [nan, nan], "NaN logit"),
            edge(1.0, nan, nan, [nan, -1.0], "NaN target"),
            edge(tiny, 0.0, std::f64::consts::LN_2, [0.5, -tiny], "a subnormal logit is the slope of the target"),
            Edge::no_elements(Self, [&[2, 0]; 2], &[0.0; 2], "no terms"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::BceWithLogits>();
    }
}
