//! The top of the page: the short answer, all statements in a table, and the data.

use super::LabReport;
use super::finding::Finding;
use super::section::mark;
use crate::html::{Block, Card, Column, Section, Table};
use crate::plot::{self, Lines, Series};
use crate::{count, duration, significant};

/// Eigenvalues that are drawn: the first ones, and beyond the code as many again.
const DRAWN: usize = 60;

const ANSWER: [&str; 3] = [
    "The same subspace, the same error, not the same axes. Gradient descent on ‖X − W₂W₁X‖² ends in the plane of the \
     first k principal directions, since every other critical point is a saddle. But the loss does not change when \
     the code is turned or sheared, so it does not say which axes to take in that plane: the start decides.",
    "What makes the axes the same: weight decay on both matrices makes them the singular vectors of the decoder; \
     decay that differs from unit to unit makes them its columns, slowly; the rotation-augmented gradient, nested \
     dropout, or the summed losses of all truncations make them its columns, in order.",
    "And in the probabilistic picture: PCA is the most probable linear Gaussian model, and a linear variational \
     autoencoder has it as the maximum of its bound.",
];

impl LabReport {
    pub(super) fn subtitle(&self) -> String {
        format!(
            "Put to the test on {}: {} samples of {} numbers, which vary in {} directions, through a code of {}.",
            self.data,
            count(self.samples),
            count(self.features),
            count(self.rank),
            count(self.latent)
        )
    }

    pub(super) fn cards(&self) -> Vec<Card> {
        let hold = self.findings.iter().filter(|finding| finding.holds()).count();
        let (judged, met) = (total(&self.findings, Finding::judged), total(&self.findings, Finding::met));
        let card = |label: &str, value: String, note: String| Card { label: label.to_owned(), value, note };
        let mut cards = vec![
            card("statements that hold", format!("{hold} of {}", self.findings.len()), String::new()),
            card("numbers as predicted", format!("{met} of {judged}"), String::new()),
            card("code", format!("k = {}", count(self.latent)), self.kept().unwrap_or_default()),
        ];
        let seconds: f64 = self.findings.iter().map(|finding| finding.seconds).sum();
        if seconds > 0.0 {
            cards.push(card("time", duration(seconds), "for all experiments".to_owned()));
        }
        cards
    }

    pub(super) fn answer(&self) -> Section {
        let mut blocks: Vec<Block> = ANSWER.iter().map(|text| Block::Text((*text).to_owned())).collect();
        let fails = self.findings.iter().filter(|finding| !finding.holds());
        let fails: Vec<String> = fails.map(|finding| finding.number.to_string()).collect();
        if !fails.is_empty() {
            let which = if fails.len() == 1 { "statement" } else { "statements" };
            let text = "as predicted in every number; their sections say where, and with what settings";
            blocks.push(Block::Warning(format!("On these data {which} {} did not come out {text}.", fails.join(", "))));
        }
        blocks.extend((!self.findings.is_empty()).then(|| Block::Table(self.table())));
        Section::new("The short answer", "", blocks)
    }

    fn table(&self) -> Table {
        let row = |finding: &Finding| {
            let (judged, met) = (finding.judged(), finding.met());
            let holds = (judged > 0).then_some(met == judged);
            vec![
                format!("{}. {}", finding.number, finding.title),
                mark(holds).to_owned(),
                format!("{met} of {judged}"),
                finding.source.clone(),
            ]
        };
        let fails = |(line, finding): (usize, &Finding)| (!finding.holds()).then_some((line, 1));
        Table {
            columns: vec![
                Column::text("statement"),
                Column::text("holds"),
                Column::number("as predicted"),
                Column::text("source"),
            ],
            rows: self.findings.iter().map(row).collect(),
            strong: self.findings.iter().enumerate().filter_map(fails).collect(),
            ..Table::default()
        }
    }

    pub(super) fn data_section(&self) -> Option<Section> {
        let kept = self.kept().map_or_else(String::new, |kept| format!(" They hold {kept}."));
        let caption = format!(
            "The eigenvalues λᵢ of the covariance. The first {} are those that a code of k numbers can keep.{kept}",
            count(self.latent)
        );
        let figure = Block::figure(self.spectrum(), caption)?;
        let intro = "All a linear autoencoder can see of the data is their covariance Σ = XXᵀ/n = U Λ Uᵀ.";
        Some(Section::new("The data", intro, vec![figure]))
    }

    /// The eigenvalues, those that are kept apart from those that are not.
    pub(super) fn spectrum(&self) -> Option<plot::Figure> {
        let shown = self.eigenvalues.iter().take(DRAWN.max(2 * self.latent)).enumerate();
        let (kept, left): (Vec<_>, Vec<_>) = shown
            .map(|(index, &value)| (index as f64 + 1.0, value))
            .filter(|(_, value)| *value > 0.0)
            .partition(|(place, _)| *place <= self.latent as f64);
        if kept.is_empty() {
            return None;
        }
        let plot = Lines::new(plot::Axis::new("i").integer(), plot::Axis::new("λᵢ, in units of λ₁").log())
            .series(Series::new("left out", left).dots())
            .series(Series::new("kept", kept).dots());
        Some(plot.figure("eigenvalues of the covariance, largest first"))
    }

    /// “81.3 % of the variance”
    fn kept(&self) -> Option<String> {
        let all: f64 = self.eigenvalues.iter().sum();
        let kept: f64 = self.eigenvalues.iter().take(self.latent).sum();
        (all > 0.0).then(|| format!("{} % of the variance", significant(100.0 * kept / all, 3)))
    }

    pub(super) fn setting_list(&self) -> Section {
        let blocks = if self.settings.is_empty() { Vec::new() } else { vec![Block::Pairs(self.settings.clone())] };
        Section::new("Settings", "", blocks)
    }
}

fn total(findings: &[Finding], count: fn(&Finding) -> usize) -> usize {
    findings.iter().map(count).sum()
}
