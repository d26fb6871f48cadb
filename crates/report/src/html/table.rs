use maud::{Markup, html};

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
    /// Cells to be read first, by row and column, such as the best of a row; may be empty.
    pub strong: Vec<(usize, usize)>,
    /// For the first cell of each row, the [part](super::Block::Part) of the page that it leads to; may be empty.
    pub leads: Vec<String>,
    /// A sentence or two under the table; may be empty.
    pub caption: String,
}

/// A cell with more letters than this may be broken into lines.
const LONG: usize = 34;

/// So may a head.
const LONG_HEAD: usize = 18;

/// More columns than this stand closer together.
const MANY: usize = 8;

pub(super) fn render(table: &Table) -> Markup {
    let numeric = |index: usize| table.columns.get(index).is_some_and(|column| column.numeric);
    let strong = |row: usize, column: usize| table.strong.contains(&(row, column));
    html! {
        figure.table {
            div.scroll tabindex="0" {
                table.dense[table.columns.len() > MANY] {
                    thead { tr { @for column in &table.columns {
                        th.number[column.numeric].broken[column.head.chars().count() > LONG_HEAD] scope="col" { (column.head) }
                    } } }
                    tbody { @for (line, row) in table.rows.iter().enumerate() {
                        tr { @for index in 0..table.columns.len().max(row.len()) {
                            @let cell = row.get(index).map_or("", String::as_str);
                            td.number[numeric(index)].long[cell.chars().count() > LONG].strong[strong(line, index)] {
                                @match table.leads.get(line).filter(|_| index == 0) {
                                    Some(anchor) => a href={ "#" (anchor) } { (cell) },
                                    None => (cell),
                                }
                            }
                        } }
                    } }
                }
            }
            (super::block::caption_of(&table.caption))
        }
    }
}
