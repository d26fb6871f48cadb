use maud::{Markup, html};

use crate::plot::Figure;
use crate::{Image, Picture, grid};

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    head: String,
    numeric: bool,
}

impl Column {
    /// A column of words, set to the left.
    #[must_use]
    pub fn text(head: impl Into<String>) -> Self {
        Self { head: head.into(), numeric: false }
    }

    /// A column of numbers, set to the right.
    #[must_use]
    pub fn number(head: impl Into<String>) -> Self {
        Self { head: head.into(), numeric: true }
    }
}

/// Rows of cells under heads; a row may be shorter than the head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The cells, row by row.
    pub rows: Vec<Vec<String>>,
    /// A sentence or two under the table; may be empty.
    pub caption: String,
}

/// A row of images of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRow {
    /// What the images are; may be empty.
    pub label: String,
    /// The images as one picture.
    pub picture: Picture,
}

/// A piece of a section.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Block {
    /// A paragraph.
    Text(String),
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
    /// A table, which scrolls sideways where it does not fit.
    Table(Table),
    /// Names with values.
    Pairs(Vec<(String, String)>),
    /// Text to be copied as it stands, under a label that may be empty.
    Code {
        /// What the text is.
        label: String,
        /// The text.
        code: String,
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

    pub(crate) fn render(&self) -> Markup {
        match self {
            Self::Text(text) => html! { p { (text) } },
            Self::Figure { figure, caption } => render_figure(figure, caption),
            Self::Images { rows, notes, caption } => render_images(rows, notes, caption),
            Self::Table(table) => render_table(table),
            Self::Pairs(pairs) => html! {
                dl.pairs { @for (name, value) in pairs { div { dt { (name) } dd { (value) } } } }
            },
            Self::Code { label, code } => html! {
                div.code { @if !label.is_empty() { div.label { (label) } } pre { code { (code) } } }
            },
            Self::Folded { summary, table } => html! { details { summary { (summary) } (render_table(table)) } },
        }
    }
}

fn caption_of(caption: &str) -> Markup {
    html! { @if !caption.is_empty() { figcaption { (caption) } } }
}

fn render_figure(figure: &Figure, caption: &str) -> Markup {
    html! {
        figure.vector style={ "--width:" (figure.width()) } { (figure.inline()) (caption_of(caption)) }
    }
}

fn render_images(rows: &[ImageRow], notes: &[String], caption: &str) -> Markup {
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

/// A cell with more letters than this may be broken into lines.
const LONG: usize = 34;

fn render_table(table: &Table) -> Markup {
    let numeric = |index: usize| table.columns.get(index).is_some_and(|column| column.numeric);
    html! {
        figure.table {
            div.scroll tabindex="0" {
                table {
                    thead { tr { @for column in &table.columns {
                        th.number[column.numeric] scope="col" { (column.head) }
                    } } }
                    tbody { @for row in &table.rows {
                        tr { @for index in 0..table.columns.len().max(row.len()) {
                            @let cell = row.get(index).map_or("", String::as_str);
                            td.number[numeric(index)].long[cell.chars().count() > LONG] { (cell) }
                        } }
                    } }
                }
            }
            (caption_of(&table.caption))
        }
    }
}

/// The width that rows of images aim at: that of a page's text on a wide screen.
const ROOM: usize = 900;

/// The scale at which a row of `columns` images of `width` pixels fills the room.
pub(crate) fn scale_for(columns: usize, width: usize) -> usize {
    (ROOM / (columns * width).max(1)).clamp(1, 6)
}

/// Images as one picture that fills the room.
pub(crate) fn fitted(images: &[Image], columns: usize) -> Picture {
    let width = images.iter().map(Image::width).max().unwrap_or(1);
    grid(images, columns, scale_for(columns, width))
}
