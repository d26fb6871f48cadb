use super::{Epoch, Losses, TrainingReport};
use crate::html::{Column, Table};
use crate::{count, duration, number};

type Side = fn(&Epoch) -> Option<&Losses>;
type Part = fn(&Losses) -> Option<f64>;

const SIDES: [(&str, Side); 2] = [("train", |epoch| Some(&epoch.train)), ("test", |epoch| epoch.test.as_ref())];

const PARTS: [(&str, Part); 3] = [
    ("loss", |losses| Some(losses.loss)),
    ("reconstruction", |losses| losses.reconstruction),
    ("KL", |losses| losses.kl),
];

impl TrainingReport {
    /// All epochs in numbers; a column without any value is left out.
    pub(super) fn history_table(&self) -> Table {
        let mut columns = vec![("epoch".to_owned(), (1..=self.history.len()).map(count).collect())];
        for (side, losses) in SIDES {
            for (part, value) in PARTS {
                let values: Vec<_> = self.history.iter().map(|epoch| losses(epoch).and_then(value)).collect();
                if values.iter().any(Option::is_some) {
                    columns.push((format!("{side} {part}"), number::aligned(&values)));
                }
            }
        }
        columns.push(("time".to_owned(), self.history.iter().map(|epoch| duration(epoch.seconds)).collect()));
        Table {
            rows: (0..self.history.len())
                .map(|row| columns.iter().map(|(_, cells): &(String, Vec<String>)| cells[row].clone()).collect())
                .collect(),
            columns: columns.into_iter().map(|(head, _)| Column::number(head)).collect(),
            ..Table::default()
        }
    }
}
