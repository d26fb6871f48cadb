//! What is trained, and at which rates.

use crate::objective::Objective;
use crate::subject::Subject;

/// λ₁ of MNIST, pixels in [0, 1].
pub(super) const MNIST: f64 = 5.1168;

/// An objective and its rates.
pub(super) struct Variant {
    pub(super) name: &'static str,
    pub(super) objective: Objective,
    pub(super) turning: bool,
    pub(super) rates: [f64; 2],
    /// The alignment distance at the end, for both optimizers, read off figure 2.
    pub(super) published: Option<[f64; 2]>,
}

pub(super) fn variants(subject: &Subject, k: usize) -> Vec<Variant> {
    let last = subject.eigenvalues()[k - 1];
    let penalised = |penalty: &dyn Fn(usize) -> f64| Objective::penalised(&(0..k).map(penalty).collect::<Vec<_>>());
    let plain = Variant {
        name: "RAG",
        objective: Objective::plain(k),
        turning: true,
        rates: [3e-3, 1e-3],
        published: Some([0.0, 0.0]),
    };
    vec![
        Variant {
            name: "uniform",
            objective: penalised(&|_| 0.25 / MNIST),
            turning: false,
            rates: [1e-3, 1e-3],
            published: Some([0.73, 0.73]),
        },
        Variant {
            name: "non-uniform",
            objective: penalised(&|j| evenly(j, k).powi(2) / MNIST),
            turning: false,
            rates: [3e-4, 1e-2],
            published: Some([0.39, 0.10]),
        },
        Variant {
            name: "non-uniform below λ_k",
            objective: penalised(&|j| evenly(j, k) * last),
            turning: false,
            rates: [3e-4, 1e-2],
            published: None,
        },
        plain,
        Variant {
            name: "nested dropout",
            objective: Objective::nested(&geometric(k)),
            turning: false,
            rates: [3e-2, 1e-2],
            published: None,
        },
    ]
}

/// The share of the columns that vanish at the global minimum under the published penalties, those with ℓⱼ² ≥ λⱼ: what the
/// alignment distance cannot fall below.
pub(super) fn vanishing(subject: &Subject, k: usize) -> f64 {
    let vanishing = (0..k).filter(|&j| evenly(j, k).powi(2) / MNIST >= subject.eigenvalues()[j]).count();
    vanishing as f64 / k as f64
}

/// 0.1, …, 0.9 for j = 0, …, k − 1.
fn evenly(j: usize, k: usize) -> f64 {
    if k == 1 { 0.1 } else { 0.1 + 0.8 * j as f64 / (k - 1) as f64 }
}

/// pₜ = 0.1 · 0.9ᵗ⁻¹ for t < k, and the rest for t = k.
fn geometric(k: usize) -> Vec<f64> {
    let mut probabilities: Vec<f64> = (1..k).map(|t| 0.1 * 0.9_f64.powi(t as i32 - 1)).collect();
    probabilities.push(1.0 - probabilities.iter().sum::<f64>());
    probabilities
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_add_up_to_one() {
        for k in [1, 2, 20] {
            assert!((geometric(k).iter().sum::<f64>() - 1.0).abs() < 1e-15);
        }
        assert_eq!(geometric(1), [1.0]);
    }
}
