//! Rows of images and grids of images over a plane.

use maud::{Markup, html};

use super::block::caption_of;
use crate::{Image, Picture, grid};

/// A row of images of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRow {
    /// What the images are; may be empty.
    pub label: String,
    /// The images as one picture.
    pub picture: Picture,
}

/// Images over a plane, with the coordinates of their columns and rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImagePlane {
    /// All images as one picture.
    pub picture: Picture,
    /// What is counted from left to right.
    pub x: String,
    /// The coordinate of each column; an empty one is not marked.
    pub columns: Vec<String>,
    /// What is counted from bottom to top.
    pub y: String,
    /// The coordinate of each row, from the top; an empty one is not marked.
    pub rows: Vec<String>,
}

pub(super) fn render_rows(rows: &[ImageRow], notes: &[String], caption: &str) -> Markup {
    let labelled = rows.iter().any(|row| !row.label.is_empty());
    html! {
        figure.images.labelled[labelled] {
            @for row in rows {
                @if labelled { div.row-label { (row.label) } }
                img src=(row.picture.data_uri()) width=(row.picture.width()) height=(row.picture.height())
                    alt=(if row.label.is_empty() { caption } else { &row.label });
            }
            @if !notes.is_empty() && !rows.is_empty() {
                @let width = rows[0].picture.width();
                div.notes style={ "width:" (width) "px;grid-template-columns:repeat(" (notes.len()) ",1fr)" } {
                    @for note in notes { span { (note) } }
                }
            }
            (caption_of(caption))
        }
    }
}

/// A plane that is wider than this may be shown smaller than it is, and must be smoothed then.
const PLANE_ROOM: usize = 1040;

pub(super) fn render_plane(plane: &ImagePlane, caption: &str) -> Markup {
    let (width, height) = (plane.picture.width(), plane.picture.height());
    html! {
        figure.images.plane.reduced[width > PLANE_ROOM] style={ "--width:" (width) "px" } {
            div.axis-name { (plane.y) }
            div.across style={ "grid-template-rows:repeat(" (plane.rows.len()) ",1fr)" } {
                @for value in &plane.rows { span { (value) } }
            }
            img src=(plane.picture.data_uri()) width=(width) height=(height) alt=(caption);
            div.notes style={ "grid-template-columns:repeat(" (plane.columns.len()) ",1fr)" } {
                @for value in &plane.columns { span { (value) } }
            }
            div.axis-name.end { (plane.x) }
            (caption_of(caption))
        }
    }
}

/// The width that rows of images aim at: that of a page's text on a wide screen.
const ROOM: usize = 900;

/// The scale at which a row of `columns` images of `width` pixels fills the room.
pub(crate) fn scale_for(columns: usize, width: usize) -> usize {
    (ROOM / (columns * width).max(1)).clamp(1, 6)
}

/// Images as one picture that fills the room; images of which a row would be wider than the room are reduced first, so
/// that a picture has no more pixels than can be seen.
pub(crate) fn fitted(images: &[Image], columns: usize) -> Picture {
    fitted_beside(images, columns, columns)
}

/// Images in `columns` columns at the size they would have in `total` columns.
pub(crate) fn fitted_beside(images: &[Image], columns: usize, total: usize) -> Picture {
    let reduced: Vec<Image> = images.iter().map(|image| image.within(ROOM / total.max(1))).collect();
    let width = reduced.iter().map(Image::width).max().unwrap_or(1);
    grid(&reduced, columns, scale_for(total, width))
}
