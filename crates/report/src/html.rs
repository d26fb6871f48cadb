//! Pages: one HTML file that carries its figures, images and style and needs nothing else.
//!
//! A [`Page`] has a title, headline numbers and sections; a [`Section`] has [`Block`]s. What a page looks like is
//! decided here once.

mod block;
mod formula;
mod images;
mod page;
mod table;

pub use block::Block;
pub use formula::Formula;
pub use images::{ImagePlane, ImageRow};
pub(crate) use images::{fitted, fitted_beside};
pub use page::{Card, Page, Section};
pub use table::{Column, Table};
