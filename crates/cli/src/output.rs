//! Writing to the terminal, without a panic when nobody reads.

use std::io::{self, IsTerminal, Write};

/// A line of results, to standard output.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stdout(), "{text}"); // a closed pipe is the reader's wish
}

/// A text that ends as it ends, to standard output.
pub(crate) fn text(text: &[u8]) {
    let _ = io::stdout().write_all(text); // a closed pipe is the reader's wish
}

/// A line of progress or explanation, to standard error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Whether progress can be redrawn in place.
pub(crate) fn is_live() -> bool {
    io::stderr().is_terminal()
}

/// How many letters fit in a line of standard output; none if it is no terminal.
pub(crate) fn width() -> Option<usize> {
    console::Term::stdout().size_checked().map(|(_, columns)| columns.into())
}

/// Rows with aligned columns: the first to the left, numbers to the right.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    table_with_gaps(head, rows, 3)
}

/// As [`table`], with so many spaces between columns.
pub(crate) fn table_with_gaps(head: &[&str], rows: &[Vec<String>], gap: usize) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([head[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let is_number = |column: usize| {
        column > 0 && rows.iter().filter_map(|r| r.get(column)).all(|c| !c.starts_with(|c: char| c.is_alphabetic()))
    };
    let write = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
            if is_number(column) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        format!("  {}", padded.collect::<Vec<_>>().join(&" ".repeat(gap))).trim_end().to_owned()
    };
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let lines = [write(&head)].into_iter().chain(rows.iter().map(|row| write(row)));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_aligned() {
        let rows = [vec!["loss".to_owned(), "105.6".to_owned()], vec!["kl".to_owned(), "25.1".to_owned()]];
        assert_eq!(super::table(&["metric", "test"], &rows), "  metric    test\n  loss     105.6\n  kl        25.1");
    }
}
