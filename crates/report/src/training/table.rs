use crate::html::{Block, Column, Table};
use crate::plot::{Figure, Ranking};
use crate::{count, number, significant};

/// Columns of the data on the page.
const COLUMNS: usize = 30;

/// Columns of the data in the list that unfolds.
const LISTED: usize = 500;

/// Rows of the data on the page.
const ROWS: usize = 20;

/// Columns told of a sample that is reconstructed badly, and letters of their names.
const PARTS: usize = 3;
const NAME: usize = 18;

/// What is shown of data that are rows of named columns and no images, all in the units of the data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableData {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// What is lost of each column over the test set; may be empty.
    pub column_errors: Vec<ColumnError>,
    /// The test samples that are reconstructed worst, worst first; the first 20 are shown.
    pub worst: Vec<WorstRow>,
    /// Samples decoded from the prior, each with a value per column; the first 20 are shown.
    pub samples: Vec<Vec<f64>>,
}

/// How far the reconstructions of a column are from its values, in units of the column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ColumnError {
    /// The root of the mean squared error.
    pub error: f64,
    /// The standard deviation of the column, which would be the error if its mean were always given.
    pub deviation: f64,
}

impl ColumnError {
    /// The error in per cent of the standard deviation, by which columns of all units can be compared; none for a column
    /// that never changes.
    fn relative(self) -> Option<f64> {
        Some(100.0 * self.error / self.deviation).filter(|percent| percent.is_finite())
    }
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

    /// The columns with the largest errors, relative to how much they vary.
    pub(super) fn column_figure(&self) -> Option<Figure> {
        let ranked = self.ranked();
        let bars = ranked.iter().take(COLUMNS).map(|&(column, percent)| (self.name(column), percent)).collect();
        let plot = Ranking::new("error, % of the column’s standard deviation", bars);
        (!ranked.is_empty()).then(|| plot.figure("the error of each column, largest first"))
    }

    /// The columns that vary, with their relative errors, largest first.
    fn ranked(&self) -> Vec<(usize, f64)> {
        let errors = self.column_errors.iter().enumerate();
        let mut ranked: Vec<_> = errors.filter_map(|(column, error)| Some((column, error.relative()?))).collect();
        ranked.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        ranked
    }

    /// The columns and the samples with the largest errors.
    pub(super) fn error_blocks(&self) -> Vec<Block> {
        let shown = match self.column_errors.len() {
            all if all > COLUMNS => format!(" Shown are {COLUMNS} of {} columns.", count(all)),
            _ => String::new(),
        };
        let caption = format!(
            "The root mean squared error of each column over the test set, relative to its standard deviation, the \
             hardest first. At 100 % a column is known no better than by its mean.{shown}"
        );
        let columns = Block::figure(self.column_figure(), caption);
        let numbers = self
            .column_table()
            .map(|table| Block::Folded { summary: "The errors of all columns in their own units".to_owned(), table });
        columns.into_iter().chain(numbers).chain(self.worst_table().map(Block::Table)).collect()
    }

    /// The errors in the units of the columns, in the order of the data.
    fn column_table(&self) -> Option<Table> {
        let row = |(column, error): (usize, &ColumnError)| {
            let [own, deviation] = [error.error, error.deviation].map(|value| significant(value, 4));
            let percent = error.relative().map_or_else(String::new, |percent| significant(percent, 3));
            vec![self.name(column), own, deviation, percent]
        };
        let heads = ["root mean squared error", "standard deviation", "error, %"].map(Column::number);
        (!self.column_errors.is_empty()).then(|| Table {
            columns: std::iter::once(Column::text("column")).chain(heads).collect(),
            rows: self.column_errors.iter().take(LISTED).enumerate().map(row).collect(),
            ..Table::default()
        })
    }

    fn worst_table(&self) -> Option<Table> {
        let worst = &self.worst[..self.worst.len().min(ROWS)];
        let parts = worst.iter().map(|row| row.cells.len()).max()?.min(PARTS);
        let cell = |cell: &Cell| {
            let [original, reconstruction] = [cell.original, cell.reconstruction].map(|value| significant(value, 4));
            format!("{}: {original} → {reconstruction}", excerpt(&self.name(cell.column)))
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

/// A name short enough to stand three times in a line.
fn excerpt(name: &str) -> String {
    match name.char_indices().nth(NAME) {
        Some(_) => name.chars().take(NAME - 1).chain(['…']).collect(),
        None => name.to_owned(),
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
    fn long_names_of_cells_are_cut() {
        assert_eq!(excerpt("nonflavanoid_phenols"), "nonflavanoid_phen…");
        assert_eq!(excerpt("alcalinity_of_ash1"), "alcalinity_of_ash1");
    }

    #[test]
    fn wide_tables_are_cut_and_say_so() {
        let table = TableData {
            columns: (0..500).map(|column| format!("c{column}")).collect(),
            column_errors: (0..500).map(|column| ColumnError { error: f64::from(column), deviation: 1e3 }).collect(),
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

    #[test]
    fn columns_are_ranked_by_what_they_vary_and_told_in_their_units() {
        let error = |error: f64, deviation: f64| ColumnError { error, deviation };
        let table = TableData {
            columns: ["proline", "hue", "constant"].map(str::to_owned).to_vec(),
            column_errors: vec![error(30.0, 300.0), error(0.1, 0.2), error(0.0, 0.0)],
            ..TableData::default()
        };
        assert_eq!(table.ranked(), [(1, 50.0), (0, 10.0)]);
        assert_eq!(table.column_table().unwrap().rows[0], ["proline", "30.00", "300.0", "10.0"]);
        assert_eq!(table.column_table().unwrap().rows[2], ["constant", "0", "0", ""]);
    }
}
