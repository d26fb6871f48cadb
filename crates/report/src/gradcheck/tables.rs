//! The tables of ops and of models.

use std::fmt;

use super::{CheckedModel, CheckedOp, CheckedRun, CheckedTensor, GradcheckReport, Tally};
use crate::html::{Column, Table};
use crate::significant;

impl GradcheckReport {
    pub(super) fn op_table(&self) -> Table {
        let row = |op: &CheckedOp| {
            vec![
                op.name.clone(),
                op.forward.clone(),
                op.samples.to_string(),
                ulps(op.worst_ulps.f64),
                ulps(op.worst_ulps.f32),
                relative(op.worst_difference),
                relative(op.worst_second),
                op.edge_tally().to_string(),
                op.structure.to_string(),
                result(op.passed()),
            ]
        };
        let heads = ["samples", "ulps, f64", "ulps, f32", "differences", "second order", "edges", "structure"];
        let columns = [Column::text("op"), Column::text("formula")]
            .into_iter()
            .chain(heads.map(Column::number))
            .chain([Column::text("result")])
            .collect();
        let failed = self.ops.iter().enumerate().filter(|(_, op)| !op.passed());
        Table {
            columns,
            rows: self.ops.iter().map(row).collect(),
            strong: failed.map(|(line, _)| (line, RESULT)).collect(),
            leads: self.ops.iter().map(CheckedOp::anchor).collect(),
            ..Table::default()
        }
    }

    pub(super) fn model_table(&self) -> Table {
        let row = |model: &CheckedModel| {
            vec![
                model.name.clone(),
                model.runs.len().to_string(),
                model.tensors().to_string(),
                relative(model.worst_difference()),
                relative(model.worst_asymmetry()),
                result(model.passed()),
            ]
        };
        let failed = self.models.iter().enumerate().filter(|(_, model)| !model.passed());
        let heads = ["variants", "tensors", "differences", "asymmetry"].map(Column::number);
        Table {
            columns: [Column::text("model")].into_iter().chain(heads).chain([Column::text("result")]).collect(),
            rows: self.models.iter().map(row).collect(),
            strong: failed.map(|(line, _)| (line, 5)).collect(),
            ..Table::default()
        }
    }

    /// Every tensor of every model, in all its variants.
    pub(super) fn tensor_table(&self) -> Table {
        let row = |model: &CheckedModel, run: &CheckedRun, tensor: &CheckedTensor| {
            let shape: Vec<String> = tensor.shape.iter().map(usize::to_string).collect();
            vec![
                model.name.clone(),
                run.settings.clone(),
                run.steps.to_string(),
                tensor.name.clone(),
                shape.join(" × "),
                relative(tensor.worst_difference),
            ]
        };
        let rows = self.models.iter().flat_map(|model| {
            model.runs.iter().flat_map(move |run| run.tensors.iter().map(move |tensor| row(model, run, tensor)))
        });
        let columns = vec![
            Column::text("model"),
            Column::text("settings"),
            Column::number("steps before"),
            Column::text("tensor"),
            Column::number("shape"),
            Column::number("differences"),
        ];
        Table { columns, rows: rows.collect(), ..Table::default() }
    }
}

/// The column of the result in the table of ops.
const RESULT: usize = 9;

/// A distance in units in the last place.
pub(super) fn ulps(distance: f64) -> String {
    if distance < 1000.0 { crate::number::fixed(distance, 2) } else { significant(distance, 2) }
}

/// A relative difference.
pub(super) fn relative(difference: f64) -> String {
    significant(difference, 2)
}

fn result(passed: bool) -> String {
    if passed { "passed" } else { "FAILED" }.to_owned()
}

impl Tally {
    pub(super) fn plus(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, total: self.total + other.total }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.passed, self.total)
    }
}
