//! The part of the page that is about one op.

use super::tables::{relative, ulps};
use super::{CheckedOp, Precisions};
use crate::html::{Block, Column, Formula, Table};

impl CheckedOp {
    pub(super) fn part(&self) -> Block {
        let texts = [self.forward.as_str()].into_iter().chain(self.backward.iter().map(String::as_str));
        let mut blocks = vec![Block::Formulas(Formula::each(&self.latex, texts)), Block::Pairs(self.pairs())];
        blocks.extend(self.failures.iter().map(|text| Block::Code { label: String::new(), code: text.clone() }));
        blocks.extend(self.curves.iter().filter_map(|curve| curve.block(&self.name, self.bound)));
        blocks.extend(self.edge_table());
        Block::Part { anchor: self.anchor(), title: self.name.clone(), blocks }
    }

    fn pairs(&self) -> Vec<(String, String)> {
        let measured = |name: &str, value: String| (name.to_owned(), value);
        let of = |worst: f64, bound: f64| format!("{} of {} allowed", ulps(worst), ulps(bound).trim_end_matches(".00"));
        let Precisions { f64: double, f32: single } = self.worst_ulps;
        self.properties
            .iter()
            .cloned()
            .chain([
                measured("worst ulps, f64", of(double, self.bound.f64)),
                measured("worst ulps, f32", of(single, self.bound.f32)),
                measured("from finite differences", relative(self.worst_difference)),
                measured("reverse from forward mode", relative(self.worst_forward)),
                measured("second order", relative(self.worst_second)),
                measured("samples", crate::count(self.samples)),
                measured("structural laws that hold", self.structure.to_string()),
            ])
            .collect()
    }

    /// Open if something is wrong in it.
    fn edge_table(&self) -> Option<Block> {
        if self.edges.is_empty() {
            return None;
        }
        let row = |edge: &super::CheckedEdge| {
            let result = if edge.passed { "yes" } else { "NO" }.to_owned();
            vec![edge.inputs.clone(), edge.value.clone(), edge.gradients.clone(), edge.why.clone(), result]
        };
        let failed = self.edges.iter().enumerate().filter(|(_, edge)| !edge.passed);
        let table = Table {
            columns: ["inputs", "value", "gradients", "because", "so it is"].map(Column::text).into(),
            rows: self.edges.iter().map(row).collect(),
            strong: failed.map(|(line, _)| (line, 4)).collect(),
            ..Table::default()
        };
        let tally = self.edge_tally();
        let summary = format!("Edges: {} of {} come out as they must", tally.passed, tally.total);
        Some(if tally.passed == tally.total { Block::Folded { summary, table } } else { Block::Table(table) })
    }
}
