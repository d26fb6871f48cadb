use maud::{Markup, html};

use super::formula::Formula;
use super::images::{self, ImagePlane, ImageRow};
use super::table::{self, Table};
use crate::Picture;
use crate::plot::Figure;

/// A piece of a section.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A paragraph that must not be missed.
    Warning(String),
    /// A vector figure. Figures that follow each other stand side by side where there is room.
    Figure {
        /// The figure.
        figure: Figure,
        /// A sentence or two on what is seen.
        caption: String,
    },
    /// Rows of images, one above the other, with a label to each row and a note under each column.
    Images {
        /// The rows, all of the same width.
        rows: Vec<ImageRow>,
        /// Notes under the columns of the last row, evenly spaced; may be empty.
        notes: Vec<String>,
        /// A sentence or two on what is seen.
        caption: String,
    },
    /// Images over a plane, as large as the page allows.
    Plane {
        /// The images and their coordinates.
        plane: ImagePlane,
        /// A sentence or two on what is seen.
        caption: String,
    },
    /// A table, which scrolls sideways where it does not fit.
    Table(Table),
    /// Names with values.
    Pairs(Vec<(String, String)>),
    /// Terms with an explanation each.
    Terms(Vec<(String, String)>),
    /// Text to be copied as it stands, under a label that may be empty.
    Code {
        /// What the text is.
        label: String,
        /// The text.
        code: String,
    },
    /// Formulas, one below the other.
    Formulas(Vec<Formula>),
    /// Blocks under a heading of their own, which a cell of a [`Table`] can lead to.
    Part {
        /// What an address of this part ends with: letters, digits and `_`.
        anchor: String,
        /// The heading.
        title: String,
        /// The blocks, in order.
        blocks: Vec<Block>,
    },
    /// A table that is closed until the reader opens it.
    Folded {
        /// What can be opened.
        summary: String,
        /// The table.
        table: Table,
    },
}

impl Block {
    /// One picture without labels.
    #[must_use]
    pub fn image(picture: Picture, caption: impl Into<String>) -> Self {
        let rows = vec![ImageRow { label: String::new(), picture }];
        Self::Images { rows, notes: Vec::new(), caption: caption.into() }
    }

    /// A figure, if there is one.
    pub(crate) fn figure(figure: Option<Figure>, caption: impl Into<String>) -> Option<Self> {
        Some(Self::Figure { figure: figure?, caption: caption.into() })
    }

    pub(crate) fn render(&self) -> Markup {
        match self {
            Self::Text(text) => html! { p { (text) } },
            Self::Warning(text) => html! { p.warning role="note" { (text) } },
            Self::Figure { figure, caption } => render_figure(figure, caption),
            Self::Images { rows, notes, caption } => images::render_rows(rows, notes, caption),
            Self::Plane { plane, caption } => images::render_plane(plane, caption),
            Self::Table(table) => table::render(table),
            Self::Pairs(pairs) => html! {
                dl.pairs { @for (name, value) in pairs { div { dt { (name) } dd { (value) } } } }
            },
            Self::Terms(terms) => html! {
                dl.terms { @for (term, meaning) in terms { dt { (term) } dd { (meaning) } } }
            },
            Self::Code { label, code } => html! {
                div.code { @if !label.is_empty() { div.label { (label) } } pre { code { (code) } } }
            },
            Self::Formulas(formulas) => html! { div.formulas { @for formula in formulas { (formula.render()) } } },
            Self::Part { anchor, title, blocks } => html! {
                article id=(anchor) { h3 { (title) } (super::page::blocks(blocks)) }
            },
            Self::Folded { summary, table } => html! { details { summary { (summary) } (table::render(table)) } },
        }
    }
}

pub(super) fn caption_of(caption: &str) -> Markup {
    html! { @if !caption.is_empty() { figcaption { (caption) } } }
}

fn render_figure(figure: &Figure, caption: &str) -> Markup {
    html! {
        figure.vector style={ "--width:" (figure.width()) } { (figure.inline()) (caption_of(caption)) }
    }
}
