//! What stands where on the page, and the words around it.

use super::{CheckedOp, GradcheckReport, Tally};
use crate::html::{Block, Card, Page, Section, Table};
use crate::{count, duration, significant};

impl GradcheckReport {
    /// The check as the text of one HTML file that needs no other file.
    #[must_use]
    pub fn render(&self) -> String {
        Page {
            title: if self.passed() { "Every gradient passed" } else { "Gradients that are wrong" }.to_owned(),
            subtitle: self.subtitle(),
            cards: self.cards(),
            sections: vec![
                self.failed(),
                Section::new("Ops", "Names lead to what the witnesses say of each op.", table(self.op_table())),
                Section::new("Models", MODELS, self.model_blocks()),
                self.explanation(),
                Section::new("Op by op", "", self.ops.iter().map(CheckedOp::part).collect()),
                self.again(),
            ],
            footer: "Written by Diabolo. The page needs no network and no other file.".to_owned(),
        }
        .render()
    }

    fn subtitle(&self) -> String {
        let mut parts = vec![];
        if !self.ops.is_empty() {
            parts.push("each op against witnesses that do not know how its rule is written");
        }
        if !self.models.is_empty() {
            parts.push("each model from its loss to its parameters");
        }
        let sentence = parts.join("; ");
        sentence.get(..1).map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), &sentence[1..]))
    }

    fn cards(&self) -> Vec<Card> {
        let card = |label: &str, value: String, note: String| Card { label: label.to_owned(), value, note };
        let failed = |failed: usize| if failed == 0 { "all passed".to_owned() } else { format!("{failed} failed") };
        let mut cards = vec![];
        if !self.ops.is_empty() {
            let bad = self.ops.iter().filter(|op| !op.passed()).count();
            cards.push(card("ops", count(self.ops.len()), failed(bad)));
        }
        if !self.models.is_empty() {
            let bad = self.models.iter().filter(|model| !model.passed()).count();
            cards.push(card("models", count(self.models.len()), failed(bad)));
        }
        let worst = |label: &str, measure: fn(&CheckedOp) -> f64| {
            let (op, value) = self.worst(measure)?;
            let name = if value == 0.0 { String::new() } else { op.name.clone() };
            Some(card(label, significant(value, 2), name))
        };
        cards.extend(worst("worst ulps, f64", |op| op.worst_ulps.f64));
        cards.extend(worst("worst ulps, f32", |op| op.worst_ulps.f32));
        cards.extend(worst("from finite differences", |op| op.worst_difference));
        cards.extend(worst("second order", |op| op.worst_second));
        let tally = |label: &str, of: fn(&CheckedOp) -> Tally| {
            let all = self.ops.iter().map(of).fold(Tally::default(), Tally::plus);
            (all.total > 0).then(|| card(label, all.to_string(), String::new()))
        };
        cards.extend(tally("edges", CheckedOp::edge_tally));
        cards.extend(tally("structure", |op| op.structure));
        cards.push(card("time", duration(self.seconds), format!("seed {}", self.seed)));
        cards
    }

    /// The op at which a measure is largest; one that is not a number is larger than all.
    fn worst(&self, measure: fn(&CheckedOp) -> f64) -> Option<(&CheckedOp, f64)> {
        let size = |op: &CheckedOp| if measure(op).is_nan() { f64::INFINITY } else { measure(op) };
        self.ops.iter().map(|op| (op, measure(op))).max_by(|a, b| size(a.0).total_cmp(&size(b.0)))
    }

    /// The first of each op and model; all of an op stand in its own part.
    fn failed(&self) -> Section {
        let mut all: Vec<(&str, &str)> = self.failures().collect();
        let disagreements = count(all.len());
        all.dedup_by_key(|(name, _)| *name);
        let code = |(name, text): &(&str, &str)| Block::Code { label: (*name).to_owned(), code: (*text).to_owned() };
        let intro = format!("The first of each op and model; in all there are {disagreements}.");
        Section::new("What disagrees", intro, all.iter().map(code).collect())
    }

    fn model_blocks(&self) -> Vec<Block> {
        let mut blocks = table(self.model_table());
        let tensors = self.tensor_table();
        if !tensors.rows.is_empty() {
            blocks
                .push(Block::Folded { summary: format!("All {} tensors", count(tensors.rows.len())), table: tensors });
        }
        blocks
    }

    fn explanation(&self) -> Section {
        let intro = "One ulp, a unit in the last place, is the distance between a number and the next.";
        let pairs = self.legend.clone();
        let blocks = if pairs.is_empty() { vec![] } else { vec![Block::Terms(pairs)] };
        Section::new("How to read the tables", intro, blocks)
    }

    fn again(&self) -> Section {
        let code = || Block::Code { label: String::new(), code: self.command.clone() };
        let blocks = if self.command.is_empty() { vec![] } else { vec![code()] };
        Section::new("Run it again", "The same seed checks at the same points.", blocks)
    }
}

const MODELS: &str = "The gradient of the loss of a batch with respect to each tensor of parameters, with several settings, \
                      before training and after some steps.";

fn table(table: Table) -> Vec<Block> {
    if table.rows.is_empty() { vec![] } else { vec![Block::Table(table)] }
}
