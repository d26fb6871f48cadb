//! # reparameterize
//!
//! ```text
//! z = μ + e^(λ/2) ⊙ ε
//! μ̄ = z̄
//! λ̄ = ½ · z̄ ⊙ ε ⊙ e^(λ/2)
//! ```
//!
//! A sample z ~ N(μ, σ²) with λ = ln σ², as a function of μ and λ (Kingma and Welling, *Auto-encoding variational Bayes*, 2014,
//! section 2.4): ε ~ N(0, 1) is drawn by the forward rule from the key of the op, and kept. With ε held fixed,
//! dz = dμ + ½·e^(λ/2)·ε·dλ, so the gradient of one draw is an unbiased estimate of the gradient of the expectation.
//!
//! Ulps: ε is drawn in the precision of μ, and in single precision is two or three off itself.
//!
//! Kinks: none. Why not λ̄ = ½ z̄·(z − μ), which needs no ε: z − μ loses the digits of σ·ε where σ is small beside μ.

use diabolo_kernels::random::{Key, Stream, fill_normal};
use diabolo_kernels::{Buffer, Rule, Scalar, Source, map};

use crate::{Card, Case, Cotangents, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// A draw from N(μ, e^λ), differentiable in μ and λ.
#[derive(Clone, Copy, Debug)]
pub struct Reparameterize {
    /// Where ε is drawn from: the same key draws the same.
    pub key: Key,
}

impl Reparameterize {
    const CARD: Card = Card {
        name: "reparameterize",
        forward: "z = μ + e^(λ/2) ⊙ ε",
        backward: &["μ̄ = z̄", "λ̄ = ½ · z̄ ⊙ ε ⊙ e^(λ/2)"],
        latex: r"z = \mu + e^{\lambda/2} \odot \varepsilon, \quad \varepsilon \sim \mathcal N(0, 1), \qquad
            \bar\mu = \bar z, \quad \bar\lambda = \tfrac12 \bar z \odot \varepsilon \odot e^{\lambda/2}",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::In(&[0]),
        ulps: Ulps { f64: 4, f32: 6 },
    };
}

impl<S: Scalar> Op<S> for Reparameterize {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        let shape = x.shape(0);
        if shape == x.shape(1) { Ok(shape) } else { Err("mean and log-variance must have the same shape".to_owned()) }
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], kept: &mut Buffer<S>) {
        kept.resize(y.len());
        fill_normal(self.key, 0.0, 1.0, kept);
        map(Draw, [x.value(0), x.value(1), kept].map(Source::Whole), [], y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], kept: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| g.copy_from_slice(gy));
        gx.give(1, |g| map(SlopeOfLogVar, [gy, x.value(1), kept].map(Source::Whole), [], g));
    }
}

/// μ + e^(λ/2) · ε
#[derive(Clone, Copy)]
struct Draw;

impl<S: Scalar> Rule<S, 3, 0> for Draw {
    #[inline(always)]
    fn apply(self, [mu, log_var, epsilon]: [S; 3], []: [S; 0]) -> S {
        mu + (S::of(0.5) * log_var).exp() * epsilon
    }
}

/// ½ · z̄ · ε · e^(λ/2)
#[derive(Clone, Copy)]
struct SlopeOfLogVar;

impl<S: Scalar> Rule<S, 3, 0> for SlopeOfLogVar {
    #[inline(always)]
    fn apply(self, [gz, log_var, epsilon]: [S; 3], []: [S; 0]) -> S {
        let half = S::of(0.5);
        half * gz * epsilon * (half * log_var).exp()
    }
}

impl<S: Scalar> Var<'_, S> {
    /// A draw from N(μ, σ²) for means `self` and `log_var` = ln σ², elementwise: μ + e^(log_var/2)·ε with ε ~ N(0, 1) from `key`.
    ///
    /// The same key draws the same ε; give each call and each step a key of its own.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use diabolo_kernels::random::{Key, Stream};
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let mu = tape.variable(&array![[0.5, -0.5]]);
    /// let log_var = tape.variable(&array![[0.0, 0.0]]);
    /// let key = Key::new(0, Stream::Noise);
    /// let z = mu.reparameterize(log_var, key.at(0, 1));
    /// assert_eq!(z.value(), mu.reparameterize(log_var, key.at(0, 1)).value());
    /// assert_ne!(z.value(), mu.reparameterize(log_var, key.at(0, 2)).value());
    /// ```
    ///
    /// # Panics
    /// If the shapes differ.
    #[must_use]
    #[track_caller]
    pub fn reparameterize(self, log_var: Self, key: Key) -> Self {
        self.tape.record(Reparameterize { key }, &[self, log_var])
    }
}

impl Case for Reparameterize {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].reparameterize(x[1], self.key)
    }

    fn samples() -> Vec<Sample<Self>> {
        let op = Self { key: Key::new(7, Stream::Noise) };
        let shapes: [&[usize]; 3] = [&[3, 4], &[], &[2, 1, 3]];
        shapes.map(|shape| Sample::new(op).input(shape, Domain::REAL).input(shape, Domain::REAL)).to_vec()
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::REAL, Domain::Between(-80.0, 80.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let op = Self { key: Key::new(7, Stream::Noise) };
        vec![
            Edge::point(op, [1.5, f64::NEG_INFINITY], 1.5, [1.0, 0.0], "without variance there is only the mean"),
            Edge::point(op, [1e20, 0.0], 1e20, [1.0, slope_at_0(op)], "z − μ is 0 here, the slope is not"),
            Edge::point(op, [5e-324, f64::NEG_INFINITY], 5e-324, [1.0, 0.0], "not even the smallest mean is lost"),
            Edge::point(op, [f64::INFINITY, f64::NEG_INFINITY], f64::INFINITY, [1.0, 0.0], "∞ passes"),
            Edge::point(op, [f64::NAN, f64::NEG_INFINITY], f64::NAN, [1.0, 0.0], "NaN mean"),
            Edge::point(op, [0.0, f64::NAN], f64::NAN, [1.0, f64::NAN], "NaN variance"),
            Edge::no_elements(op, [&[0]; 2], &[], "nothing to draw"),
        ]
    }
}

/// ½ε, the slope in λ at λ = 0.
fn slope_at_0(op: Reparameterize) -> f64 {
    let mut epsilon = [0.0];
    fill_normal(op.key, 0.0, 1.0, &mut epsilon);
    0.5 * epsilon[0]
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Reparameterize>();
    }
}
