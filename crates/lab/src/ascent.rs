//! Ascent on functions whose parameters need rates of their own, with Nesterov's momentum.
//!
//! ```text
//! b ← μ b + g,   θ ← θ + η (g + μ b)
//! ```
//!
//! The form of `diabolo_nn::Sgd`, upwards, which starts anew with b = 0 where the value has fallen (O'Donoghue & Candès 2015,
//! *Adaptive restart for accelerated gradient schemes*, section 3.2). What is climbed here are likelihoods: their gradients are written out below the
//! formulas, and a rate for each part undoes what the noise σ² does to its curvature.

/// Velocities b of all parts.
#[derive(Clone, Debug)]
pub(crate) struct Ascent {
    momentum: f64,
    velocities: Vec<Vec<f64>>,
    value: f64,
}

impl Ascent {
    pub(crate) fn new(momentum: f64) -> Self {
        Self { momentum, velocities: vec![], value: f64::NEG_INFINITY }
    }

    /// One step of all parts, (θ, g, η), the same ones in the same order each time, from where the function has this `value`.
    pub(crate) fn step(&mut self, value: f64, parts: &mut [(&mut [f64], &[f64], f64)]) {
        if value < self.value {
            self.velocities.clear();
        }
        self.value = value;
        self.velocities.resize_with(parts.len(), Vec::new);
        for ((theta, gradient, rate), velocity) in parts.iter_mut().zip(&mut self.velocities) {
            velocity.resize(theta.len(), 0.0);
            for ((theta, g), b) in theta.iter_mut().zip(*gradient).zip(velocity) {
                *b = self.momentum * *b + g;
                *theta += *rate * (g + self.momentum * *b);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parabola_is_climbed() {
        let (mut x, mut ascent) = ([3.0_f64, -1.0], Ascent::new(0.5));
        for _ in 0..100 {
            let slope = [-2.0 * x[0], -2.0 * (x[1] - 1.0)];
            let value = -x[0] * x[0] - (x[1] - 1.0) * (x[1] - 1.0);
            ascent.step(value, &mut [(&mut x, &slope, 0.1)]);
        }
        assert!(x[0].abs() < 1e-9 && (x[1] - 1.0).abs() < 1e-9);
    }
}
