//! # dropout
//!
//! ```text
//! y = x ⊙ m / (1 − p)
//! x̄ = ȳ ⊙ m / (1 − p)
//! ```
//!
//! where each element of the mask m is 0 with probability p and else 1, drawn from the key of the op (Srivastava, Hinton,
//! Krizhevsky, Sutskever and Salakhutdinov, *Dropout: a simple way to prevent neural networks from overfitting*, 2014, section
//! 4, with the scale in training: section 10). The expectation of y is x. With m held fixed, y is linear in x.
//!
//! p = 0 keeps everything: y = x. p = 1 drops everything: y = 0 · x, and 0/0 is taken as 0.
//!
//! Kinks: none. A dropped NaN stays NaN, as everywhere. The scaled mask is kept for the way back, in memory of the size of x:
//! to draw it again takes between four and twenty times as long as to read it.

use diabolo_kernels::random::{Key, Stream, fill_mask};
use diabolo_kernels::{Buffer, Rule, Scalar, map};

use crate::{Card, Case, Cotangents, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Inverted dropout: elements are dropped at random, and the others scaled so that the mean stays.
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    /// The probability that an element is dropped, in [0, 1].
    pub p: f64,
    /// Where the mask is drawn from: the same key draws the same.
    pub key: Key,
}

impl Dropout {
    const CARD: Card = Card {
        name: "dropout",
        forward: "y = x ⊙ m / (1 − p)",
        backward: &["x̄ = ȳ ⊙ m / (1 − p)"],
        latex: r"y = \frac{x \odot m}{1 - p}, \quad m_i \sim \operatorname{Bernoulli}(1 - p), \qquad
            \bar x = \frac{\bar y \odot m}{1 - p}",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };
}

impl<S: Scalar> Op<S> for Dropout {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        if (0.0..=1.0).contains(&self.p) {
            Ok(x.shape(0))
        } else {
            Err(format!("the probability {} does not lie in [0, 1]", self.p))
        }
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], kept: &mut Buffer<S>) {
        let keep = 1.0 - self.p;
        kept.resize(y.len());
        fill_mask(self.key, keep, 1.0 / keep, kept); // with p = 1 no element has this infinite scale
        map(Masked, [], [x.value(0), kept], y);
    }

    fn vjp(&self, _: Inputs<'_, S>, _: &[S], kept: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| map(Masked, [], [gy, kept], g));
    }
}

/// x · m, with the scale in m
#[derive(Clone, Copy)]
struct Masked;

impl<S: Scalar> Rule<S, 0, 2> for Masked {
    #[inline(always)]
    fn apply(self, []: [S; 0], [x, mask]: [S; 2]) -> S {
        x * mask
    }
}

impl<S: Scalar> Var<'_, S> {
    /// This tensor with each element dropped (set to 0) with probability `p` and else divided by 1 − p, as `key` draws.
    ///
    /// The same key drops the same; give each call and each step a key of its own. In evaluation, do not call it.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use diabolo_kernels::random::{Key, Stream};
    /// use ndarray::Array1;
    ///
    /// let tape = Tape::<f64>::new();
    /// let x = tape.variable(&Array1::ones(1000));
    /// let y = x.dropout(0.5, Key::new(0, Stream::Noise).at(0, 1));
    /// assert!(y.value().iter().all(|&y| y == 0.0 || y == 2.0));
    /// ```
    ///
    /// # Panics
    /// If `p` does not lie in [0, 1].
    #[must_use]
    #[track_caller]
    pub fn dropout(self, p: f64, key: Key) -> Self {
        self.tape.record(Dropout { p, key }, &[self])
    }
}

impl Case for Dropout {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].dropout(self.p, self.key)
    }

    fn samples() -> Vec<Sample<Self>> {
        let sample = |p, shape: &[usize]| Sample::new(at(p)).input(shape, Domain::REAL);
        vec![sample(0.5, &[3, 4]), sample(0.2, &[2, 1, 5]), sample(0.9, &[7]), sample(0.0, &[3]), sample(1.0, &[3])]
    }

    fn edges() -> Vec<Edge<Self>> {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        vec![
            Edge::point(at(0.0), [3.0], 3.0, [1.0], "p = 0 keeps everything as it is"),
            Edge::point(at(1.0), [3.0], 0.0, [0.0], "p = 1 drops everything, slopes included"),
            Edge::point(at(0.0), [inf], inf, [1.0], "∞ passes"),
            Edge::point(at(1.0), [inf], nan, [0.0], "0 · ∞ is kept as the NaN that it is"),
            Edge::point(at(0.0), [nan], nan, [1.0], "NaN passes"),
            Edge::point(at(1.0), [nan], nan, [0.0], "even where it is dropped"),
            Edge::point(at(0.0), [-inf], -inf, [1.0], "−∞ passes"),
            Edge::point(at(0.0), [5e-324], 5e-324, [1.0], "so does the smallest number"),
            Edge::point(at(1.0), [0.0], 0.0, [0.0], "what is 0 anyway is dropped too"),
            Edge::no_elements(at(0.5), [&[0]], &[], "nothing to drop"),
        ]
    }
}

fn at(p: f64) -> Dropout {
    Dropout { p, key: Key::new(7, Stream::Noise) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Dropout>();
    }
}
