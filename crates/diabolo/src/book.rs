//! The README and the chapters of the book, so that their Rust is compiled and run with the documentation tests.

#[doc = include_str!("../../../README.md")]
mod readme {}

#[doc = include_str!("../../../docs/01-engine.md")]
mod engine {}

#[doc = include_str!("../../../docs/02-pca.md")]
mod pca {}

#[doc = include_str!("../../../docs/03-linear.md")]
mod linear {}

#[doc = include_str!("../../../docs/03b-laboratory.md")]
mod laboratory {}

#[doc = include_str!("../../../docs/04-deep.md")]
mod deep {}

#[doc = include_str!("../../../docs/05-denoising.md")]
mod denoising {}

#[doc = include_str!("../../../docs/05b-sparse.md")]
mod sparse {}

#[doc = include_str!("../../../docs/06-vae.md")]
mod vae {}

#[doc = include_str!("../../../docs/07-kinks.md")]
mod kinks {}

#[doc = include_str!("../../../docs/08-randomness.md")]
mod randomness {}

#[doc = include_str!("../../../docs/09-files.md")]
mod files {}

#[doc = include_str!("../../../docs/10-results.md")]
mod results {}

#[doc = include_str!("../../../docs/11-performance.md")]
mod performance {}

#[doc = include_str!("../../../docs/12-gradient-checks.md")]
mod gradient_checks {}
