//! Does a linear autoencoder find PCA?
//!
//! A linear autoencoder is z = W₁x, x̂ = W₂z, trained on ‖X − W₂W₁X‖². It finds the same subspace as PCA and the same error,
//! but not the same axes; what makes it find these too, and how fast, is the subject of nine [statements](Statement). Each is
//! put to the test by an experiment on the data that [`run`] is given, and comes back as a [`Finding`]: what was predicted,
//! what was measured, whether it holds, and the numbers of its figures.
//!
//! Notation: X (d × n) centred, Σ = XXᵀ/n = U Λ Uᵀ, encoder W₁ (k × d), decoder W₂ (d × k).
//!
//! | file | idea |
//! |---|---|
//! | `statement`, `settings`, `finding`, `figure` | what goes in, what comes out |
//! | `subject` | the data: their covariance and its eigenvectors |
//! | [`metrics`] | gap, angles, subspace distance, alignment, transpose distance |
//! | [`objective`] | loss, exact gradient and Hessian-vector product, through the covariance |
//! | `descent` | that gradient as an op on the tape, and the optimizers of `diabolo-nn` |
//! | `ppca`, `linear_vae`, `ascent` | two models with a likelihood, and how it is climbed |
//! | [`lanczos`] | the smallest and the largest eigenvalue of a Hessian |
//! | `experiments` | one statement a file |
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! use diabolo_lab::{Settings, Statement, run};
//! use ndarray::Array2;
//!
//! let data = Array2::from_shape_fn((60, 5), |(i, j)| ((i * (j + 2)) as f64 * 0.7).sin() / (1 + j) as f64);
//! let settings = Settings { latent: Some(2), statements: vec![Statement::Subspace], ..Settings::default() };
//! let findings = run(data.view(), &settings, &mut |_| ControlFlow::Continue(()))?;
//! assert!(findings[0].holds());
//! # Ok::<(), diabolo_lab::Error>(())
//! ```

#![forbid(unsafe_code)]

mod ascent;
mod descent;
mod error;
mod experiments;
mod figure;
mod finding;
pub mod lanczos;
mod linear_vae;
mod matrix;
pub mod metrics;
pub mod objective;
mod ppca;
mod run;
mod settings;
mod statement;
mod subject;

pub use error::Error;
pub use figure::{Axis, Content, Curves, Directions, Figure, Plane, PlanePath, PlaneStep, Series};
pub use finding::{Finding, Prediction, Row};
pub use objective::{Gradient, Objective, Weights};
pub use run::{Progress, run, run_on};
pub use settings::{Effort, Settings};
pub use statement::Statement;
pub use subject::Subject;
