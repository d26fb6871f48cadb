//! Figures, image grids and the report of a run.
//!
//! This crate knows finished results only: numbers, names and pixels. It makes
//!
//! - vector figures with axes, units and legends ([`plot`]),
//! - crisp image grids as PNG ([`Image`], [`grid`]),
//! - pages: one HTML file that needs no other file and no network ([`html`]),
//! - and from all of these the report of a training run ([`TrainingReport`]), of several runs side by side
//!   ([`ComparisonReport`]), of a check of gradients ([`GradcheckReport`]) and of the laboratory of linear autoencoders
//!   ([`lab`]).
//!
//! Figures and pages follow the reader's light or dark theme, read well from a phone to a wide screen, and print.
#![forbid(unsafe_code)]

mod comparison;
mod error;
mod file;
mod gradcheck;
mod grid;
pub mod html;
mod image;
pub mod lab;
mod number;
pub mod plot;
mod theme;
mod training;

pub use comparison::{ComparedRun, ComparisonReport};
pub use error::Error;
pub use file::{check_writable, write_atomic};
pub use gradcheck::{
    CheckedEdge, CheckedModel, CheckedOp, CheckedRun, CheckedTensor, ErrorCurve, GradcheckReport, Precisions, Tally,
};
pub use grid::{Picture, grid};
pub use image::{Image, signed_limit};
pub use number::{count, duration, significant, subscript};
pub use training::{
    Asset, Baseline, Better, Cell, Codes, ColumnError, Epoch, Errors, Filters, Interpolation, LatentUnits, Layer,
    Losses, Metric, Plane, Run, Shape, Sparsity, Strip, TableData, TrainingReport, Traversal, Traversals, Weights,
    WorstRow,
};
