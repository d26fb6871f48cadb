use crate::html::{Block, Column, Table};
use crate::plot::{Figure, Ranking};
use crate::{count, number, significant};

/// Columns of the data on the page.
const COLUMNS: usize = 30;

/// Rows of the data on the page.
const ROWS: usize = 20;

/// Columns told of a sample that is reconstructed badly.
const PARTS: usize = 3;

/// What is shown of data that are rows of named columns and no images, all in the units of the data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableData {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The mean squared error of each column over the test set; may be empty.
    pub column_errors: Vec<f64>,
    /// How these errors are measured: “mean squared error, standardised columns”.
    pub measure: String,
    /// The test samples that are reconstructed worst, worst first; the first 20 are shown.
    pub worst: Vec<WorstRow>,
    /// Samples decoded from the prior, each with a value per column; the first 20 are shown.
    pub samples: Vec<Vec<f64>>,
}

/// A sample that is reconstructed badly.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorstRow {
    /// The number of its row in the data, from 1.
    pub row: usize,
    /// Its error.
    pub error: f64,
    /// The cells that contribute most to the error, largest first; the first three are shown.
    pub cells: Vec<Cell>,
}

/// A cell of a table and what is left of it after encoding and decoding.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cell {
    /// The index of the column, from 0.
    pub column: usize,
    /// The value in the data.
    pub original: f64,
    /// The value in the reconstruction.
    pub reconstruction: f64,
}

impl TableData {
    fn name(&self, column: usize) -> String {
        self.columns.get(column).cloned().unwrap_or_else(|| format!("column {}", column + 1))
    }

    /// The columns with the largest errors.
    pub(super) fn column_figure(&self) -> Option<Figure> {
        let size = |column: usize| if self.column_errors[column].is_nan() { -1.0 } else { self.column_errors[column] };
        let mut order: Vec<usize> = (0..self.column_errors.len()).collect();
        order.sort_by(|&one, &other| size(other).total_cmp(&size(one)));
        order.truncate(COLUMNS);
        let bars: Vec<_> = order.iter().map(|&column| (self.name(column), self.column_errors[column])).collect();
        let measure = if self.measure.is_empty() { "mean squared error" } else { &self.measure };
        (!bars.is_empty()).then(|| Ranking::new(measure, bars).figure("the error of each column, largest first"))
    }

    /// The columns and the samples with the largest errors.
    pub(super) fn error_blocks(&self) -> Vec<Block> {
        let shown = match self.column_errors.len() {
            all if all > COLUMNS => format!(" Shown are {COLUMNS} of {} columns.", count(all)),
            _ => String::new(),
        };
        let columns = Block::figure(
            self.column_figure(),
            format!("The columns in the order of their errors over the test set, the hardest first.{shown}"),
        );
        columns.into_iter().chain(self.worst_table().map(Block::Table)).collect()
    }

    fn worst_table(&self) -> Option<Table> {
        let worst = &self.worst[..self.worst.len().min(ROWS)];
        let parts = worst.iter().map(|row| row.cells.len()).max()?.min(PARTS);
        let cell = |cell: &Cell| {
            let [original, reconstruction] = [cell.original, cell.reconstruction].map(|value| significant(value, 4));
            format!("{}: {original} → {reconstruction}", self.name(cell.column))
        };
        let row = |row: &WorstRow| {
            let numbers = [count(row.row), significant(row.error, 4)];
            numbers.into_iter().chain(row.cells.iter().take(parts).map(cell)).collect()
        };
        let heads = ["contributes most: original → reconstruction", "second", "third"];
        let texts = heads.iter().take(parts).map(|head| Column::text(*head));
        Some(Table {
            columns: [Column::number("row"), Column::number("error")].into_iter().chain(texts).collect(),
            rows: worst.iter().map(row).collect(),
            caption: "The test samples with the largest errors and the columns that contribute most to them."
                .to_owned(),
            ..Table::default()
        })
    }

    /// Samples from the prior, with the names of the columns.
    pub(super) fn sample_table(&self) -> Option<Table> {
        let samples = &self.samples[..self.samples.len().min(ROWS)];
        let all = samples.iter().map(Vec::len).max().filter(|&columns| columns > 0)?;
        let columns = all.min(COLUMNS);
        let cells: Vec<Vec<String>> = (0..columns)
            .map(|column| number::aligned(&samples.iter().map(|row| row.get(column).copied()).collect::<Vec<_>>()))
            .collect();
        let shown = match all > columns {
            true => format!(" Shown are the first {columns} of {} columns.", count(all)),
            false => String::new(),
        };
        Some(Table {
            columns: (0..columns).map(|column| Column::number(self.name(column))).collect(),
            rows: (0..samples.len()).map(|row| cells.iter().map(|column| column[row].clone()).collect()).collect(),
            caption: format!("Each row is decoded from a random code, in the units of the data.{shown}"),
            ..Table::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worst_rows_name_their_columns() {
        let table = TableData {
            columns: vec!["age".into(), "<b>".into()],
            worst: vec![WorstRow {
                row: 12_345,
                error: 9.5,
                cells: vec![
                    Cell { column: 1, original: 3.0, reconstruction: -1.25 },
                    Cell { column: 7, ..Cell::default() },
                ],
            }],
            ..TableData::default()
        };
        let worst = table.worst_table().unwrap();
        assert_eq!(worst.rows[0], ["12,345", "9.500", "<b>: 3.000 → −1.250", "column 8: 0 → 0"]);
        assert_eq!(worst.columns.len(), 4);
    }

    #[test]
    fn wide_tables_are_cut_and_say_so() {
        let table = TableData {
            columns: (0..500).map(|column| format!("c{column}")).collect(),
            column_errors: (0..500).map(f64::from).collect(),
            samples: vec![vec![0.5; 500]; 100],
            ..TableData::default()
        };
        let samples = table.sample_table().unwrap();
        assert_eq!((samples.columns.len(), samples.rows.len()), (30, 20));
        assert!(samples.caption.ends_with("the first 30 of 500 columns."));
        let svg = table.column_figure().unwrap().to_svg();
        assert!(svg.contains(">c499<") && svg.contains(">c470<") && !svg.contains(">c469<"));
        assert!(TableData::default().error_blocks().is_empty());
    }
}
