//! Datasets, batches and corruption.
//!
//! A [`Dataset`] keeps numbers as they are stored, pixels as bytes; [`gather`] scales the rows of a batch straight inside the
//! caller's buffer, and [`Corruption`] makes the noisy input of a denoising autoencoder from it.
//! [`digits`] draws a dataset of any size from strokes, [`mnist`] and [`idx`] read the files of MNIST and Fashion-MNIST, and
//! [`files`] those of people's own. A [`Schema`] says what samples look like, and how they are scaled and brought back.
//!
//! ```
//! use diabolo_data::{digits, gather, order_into, split};
//!
//! let drawn = digits::generate(100, 7);
//! let data = split(&drawn.images, 0.2, 7)?;
//! let (mut order, mut batch) = (Vec::new(), vec![0.0_f32; 32 * data.train.dim()]);
//! order_into(&mut order, 7, 0, data.train.len());
//! for rows in order.chunks(32) {
//!     let batch = &mut batch[..rows.len() * data.train.dim()];
//!     gather(&data.train, rows, batch);
//!     assert!(batch.iter().all(|x| (0.0..=1.0).contains(x)));
//! }
//! # Ok::<(), diabolo_data::Error>(())
//! ```

#![forbid(unsafe_code)]

mod atomic;
mod batches;
mod corruption;
mod dataset;
pub mod digits;
#[cfg(feature = "download")]
pub mod download;
mod error;
pub mod files;
pub mod idx;
pub mod mnist;
mod scaling;
mod schema;
mod split;
mod suggest;
mod values;

pub use atomic::{AtomicFile, write_atomically};
pub use batches::{epoch_order, gather, matrix, order_into};
pub use corruption::Corruption;
pub use dataset::{Dataset, ImageShape};
pub use error::Error;
pub use scaling::{Scaling, ScalingMethod};
pub use schema::{FileKind, Kind, Schema};
pub use split::{Split, split};
pub use suggest::suggest;
pub use values::{Number, Values};
