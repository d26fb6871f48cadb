//! One statement on the page.

use super::finding::{Finding, Row};
use crate::duration;
use crate::html::{Block, Column, Section, Table};

impl Finding {
    pub(super) fn section(&self) -> Section {
        let mut blocks = vec![Block::Text(self.verdict())];
        if !self.setup.is_empty() {
            blocks.push(Block::Text(format!("How: {}", self.setup)));
        }
        if !self.holds() {
            blocks.push(Block::Warning(self.failed()));
        }
        blocks.extend((!self.rows.is_empty()).then(|| Block::Table(self.table())));
        blocks.extend(self.figures.iter().flat_map(super::Figure::blocks));
        Section::new(format!("{}. {}", self.number, self.title), &self.claim, blocks)
    }

    fn verdict(&self) -> String {
        let verdict = match (self.judged(), self.met()) {
            (0, _) => "Nothing is judged here.".to_owned(),
            (1, 1) => "It holds here.".to_owned(),
            (judged, met) if met == judged => format!("It holds here, in all {judged} numbers that are judged."),
            (judged, met) => format!("It does not hold here: {met} of {judged} numbers are as predicted."),
        };
        let time = if self.seconds > 0.0 { format!(" Measured in {}.", duration(self.seconds)) } else { String::new() };
        format!("{verdict} Source: {}.{time}", self.source.trim_end_matches('.'))
    }

    /// What is not as predicted, in words.
    fn failed(&self) -> String {
        let failed = self.rows.iter().filter(|row| row.holds() == Some(false));
        let told =
            failed.map(|row| format!("{}: predicted {}, measured {}", row.what, row.predicted.text(), row.text()));
        format!("Not as predicted. {}.", told.collect::<Vec<_>>().join("; "))
    }

    fn table(&self) -> Table {
        // A sign stays with its number where a phone breaks the line.
        let predicted = |row: &Row| row.predicted.text().replace("≤ ", "≤\u{a0}").replace("≥ ", "≥\u{a0}");
        let cells = |row: &Row| vec![row.what.clone(), predicted(row), row.text(), mark(row.holds()).to_owned()];
        let fails = |(line, row): (usize, &Row)| (row.holds() == Some(false)).then_some([(line, 2), (line, 3)]);
        Table {
            columns: vec![
                Column::text("what"),
                Column::number("predicted"),
                Column::number("measured"),
                Column::text("holds"),
            ],
            rows: self.rows.iter().map(cells).collect(),
            strong: self.rows.iter().enumerate().filter_map(fails).flatten().collect(),
            ..Table::default()
        }
    }
}

/// Whether something holds, for those who see colours and those who do not.
pub(super) fn mark(holds: Option<bool>) -> &'static str {
    match holds {
        Some(true) => "✓ yes",
        Some(false) => "✗ no",
        None => "–",
    }
}
