//! Pages: one HTML file that carries its figures, images and style and needs nothing else.
//!
//! A [`Page`] has a title, headline numbers and sections; a [`Section`] has [`Block`]s. What a page looks like is
//! decided here once.

mod block;
mod page;

pub use block::{Block, Column, ImageRow, Table};
pub(crate) use block::{fitted, scale_for};
pub use page::{Card, Page, Section};
