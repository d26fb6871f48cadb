//! # bce
//!
//! ```text
//! yᵢ = −Σⱼ (tᵢⱼ · ln pᵢⱼ + (1 − tᵢⱼ) · ln(1 − pᵢⱼ))
//! p̄ᵢⱼ = ȳᵢ · ((1 − tᵢⱼ) / (1 − pᵢⱼ) − tᵢⱼ / pᵢⱼ)
//! t̄ᵢⱼ = ȳᵢ · (ln(1 − pᵢⱼ) − ln pᵢⱼ)
//! ```
//!
//! The cross-entropy in nats of Bernoulli variables with the probabilities p, for 0 ≤ t ≤ 1; ln(1 − p) is computed as
//! ln1p(−p), which keeps its digits where p is small. A term whose weight t or 1 − t is 0 is 0, since 0·ln 0 stands for the
//! limit of t·ln t.
//!
//! Kinks: at p = 0 and at p = 1. Where t agrees the loss is 0 and the slope that of the side within; where t does not agree the
//! loss and its slope are infinite, since what was called impossible came true. Nothing is clamped: a clamped loss is a wrong
//! score, and hides that σ(l) has been rounded to 0 or 1. To train on logits there is bce_with_logits, where that does not
//! happen. A sample with cotangent 0 gives a zero gradient to p, also where the slope is infinite.

use diabolo_kernels::{Buffer, Rule, Scalar, TermRule, map_rows, sum_rows};

use crate::rows;
use crate::{Card, Case, Cotangents, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Binary cross-entropy of each sample in nats, from probabilities, summed over the last axis.
#[derive(Clone, Copy, Debug)]
pub struct Bce;

impl Bce {
    const CARD: Card = Card {
        name: "bce",
        forward: "yᵢ = −Σⱼ (tᵢⱼ · ln pᵢⱼ + (1 − tᵢⱼ) · ln(1 − pᵢⱼ))",
        backward: &["p̄ᵢⱼ = ȳᵢ · ((1 − tᵢⱼ) / (1 − pᵢⱼ) − tᵢⱼ / pᵢⱼ)", "t̄ᵢⱼ = ȳᵢ · (ln(1 − pᵢⱼ) − ln pᵢⱼ)"],
        latex: r"y_i = -\sum_j \left(t_{ij} \ln p_{ij} + (1 - t_{ij}) \ln(1 - p_{ij})\right), \qquad
            \bar p_{ij} = \bar y_i \left(\frac{1 - t_{ij}}{1 - p_{ij}} - \frac{t_{ij}}{p_{ij}}\right), \quad
            \bar t_{ij} = \bar y_i \left(\ln(1 - p_{ij}) - \ln p_{ij}\right)",
        reads: Reads::X,
        kinks: "infinite at p = 0 and p = 1 where the target disagrees",
        linear: Linearity::In(&[1]),
        ulps: Ulps::FOUR,
    };
}

impl<S: Scalar> Op<S> for Bce {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        rows::shape(x)
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        sum_rows(Term, [x.value(0), x.value(1)], [], y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| map_rows(SlopeOfP, gy, [x.value(0), x.value(1)], g));
        gx.give(1, |g| map_rows(SlopeOfT, gy, [x.value(0)], g));
    }
}

/// `weight · value`, but 0 where the weight is 0 and the value infinite.
#[inline(always)]
fn weighted<S: Scalar>(weight: S, value: S) -> S {
    if weight.is_zero() && !value.is_nan() { S::zero() } else { weight * value }
}

/// −t · ln p − (1 − t) · ln(1 − p)
#[derive(Clone, Copy)]
struct Term;

impl<S: Scalar> TermRule<S, 0, 2> for Term {
    #[inline(always)]
    fn apply(self, [p, t]: [S; 2]) -> ([S; 0], S) {
        ([], -weighted(t, p.ln()) - weighted(S::one() - t, (-p).ln_1p()))
    }
}

/// ȳ · ((1 − t) / (1 − p) − t / p)
#[derive(Clone, Copy)]
struct SlopeOfP;

impl<S: Scalar> Rule<S, 1, 2> for SlopeOfP {
    #[inline(always)]
    fn apply(self, [gy]: [S; 1], [p, t]: [S; 2]) -> S {
        let one = S::one();
        let slope = weighted(one - t, one / (one - p)) - weighted(t, one / p);
        if gy.is_zero() { S::zero() } else { gy * slope }
    }
}

/// ȳ · (ln(1 − p) − ln p)
#[derive(Clone, Copy)]
struct SlopeOfT;

impl<S: Scalar> Rule<S, 1, 1> for SlopeOfT {
    #[inline(always)]
    fn apply(self, [gy]: [S; 1], [p]: [S; 1]) -> S {
        let slope = (-p).ln_1p() - p.ln();
        if gy.is_zero() { S::zero() } else { gy * slope }
    }
}

impl<S: Scalar> Var<'_, S> {
    /// Binary cross-entropy in nats between the probabilities `self` and `target`, both in [0, 1], summed over the last axis:
    /// one number a sample.
    ///
    /// It is ∞ where a probability is exactly 0 or 1 and the target disagrees, and NaN for a probability outside of [0, 1]. To
    /// train, use [`bce_with_logits`](Self::bce_with_logits), which loses nothing to rounding.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let p = tape.variable(&array![[0.5, 0.0], [1.0, 0.0]]);
    /// let target = tape.constant(&array![[1.0, 0.0], [0.0, 0.0]]);
    /// assert_eq!(p.bce(target).value(), array![2.0_f64.ln(), f64::INFINITY].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If the shapes differ or have no axis.
    #[must_use]
    #[track_caller]
    pub fn bce(self, target: Self) -> Self {
        self.tape.record(Bce, &[self, target])
    }
}

impl Case for Bce {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].bce(x[1])
    }

    fn samples() -> Vec<Sample<Self>> {
        let inside = Domain::Between(0.05, 0.95);
        let shapes: [&[usize]; 3] = [&[3, 5], &[4], &[2, 3, 2]];
        shapes.map(|shape| Sample::new(Self).input(shape, inside).input(shape, Domain::UNIT)).to_vec()
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Odds(14.0), Domain::UNIT]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |p: f64, t: f64, value: f64, slopes: [f64; 2], why| Edge {
            op: Self,
            inputs: vec![(vec![1, 1], vec![p]), (vec![1, 1], vec![t])],
            value: vec![value],
            gradients: slopes.map(|slope| vec![slope]).to_vec(),
            why,
        };
        let (inf, nan, ln_2) = (f64::INFINITY, f64::NAN, std::f64::consts::LN_2);
        let (tiny, below_1) = (f64::MIN_POSITIVE / 4.0, 1.0_f64.next_down());
        vec![
            edge(0.5, 0.0, ln_2, [2.0, 0.0], "one bit is ln 2 nats"),
            edge(0.5, 0.5, ln_2, [0.0, 0.0], "p = t is the minimum"),
            edge(1e-20, 0.0, 1e-20, [1.0, 46.051_701_859_880_914], "ln(1 − p) is not rounded away"),
            edge(tiny, 0.0, tiny, [1.0, 709.782_712_893_384], "nor is a subnormal p, whose logarithm is −1024 · ln 2"),
            edge(
                below_1,
                1.0,
                1.110_223_024_625_156_5e-16,
                [-1.0, -36.736_800_569_677_1],
                "next to 1, 1 − p is exactly 2⁻⁵³",
            ),
            edge(0.0, 0.0, 0.0, [1.0, inf], "impossible, and did not happen: 0 · ln 0 is 0"),
            edge(1.0, 1.0, 0.0, [-1.0, -inf], "certain, and happened"),
            edge(0.0, 1.0, inf, [-inf, inf], "impossible, and happened"),
            edge(1.0, 0.0, inf, [inf, -inf], "certain, and did not happen"),
            edge(0.0, 0.5, inf, [-inf, inf], "impossible, and happened half the time"),
            edge(-0.5, 0.0, nan, [2.0 / 3.0, nan], "not a probability, and the value says so"),
            edge(inf, 0.0, nan, [0.0, nan], "nor is this one"),
            edge(0.5, -inf, nan, [inf, 0.0], "∞ − ∞ in the value: not a target"),
            edge(nan, 0.0, nan, [nan, nan], "NaN probability"),
            edge(0.5, nan, nan, [nan, 0.0], "NaN target"),
            Edge::no_elements(Self, [&[2, 0]; 2], &[0.0; 2], "no terms"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Bce>();
    }

    #[test]
    fn a_sample_that_is_left_out_stays_out() {
        let tape = crate::Tape::<f64>::new();
        let p = tape.variable(&array![[0.0], [0.5]]);
        let target = tape.variable(&array![[1.0], [1.0]]);
        let mut gradients = crate::Gradients::new();
        p.bce(target).backward_from(&array![0.0, 1.0].into_dyn().view(), &mut gradients);
        assert_eq!(gradients.of(p).unwrap().to_owned(), array![[0.0], [-2.0]].into_dyn());
        assert_eq!(gradients.of(target).unwrap().to_owned(), array![[0.0], [0.0]].into_dyn());
    }
}
