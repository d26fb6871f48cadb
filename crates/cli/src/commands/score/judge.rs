//! The scores that a model gives, and how well they tell known anomalies.

use std::collections::BTreeSet;

use diabolo_data::{Dataset, suggest};
use diabolo_kernels::Scalar;
use diabolo_models::anomaly::{self, Roc};
use diabolo_models::measure::{self, CHUNK};
use ndarray::ArrayView2;

use crate::commands::saved::Saved;
use crate::failure::Failure;

/// Classes that are listed where one is unknown.
const LISTED: usize = 20;

/// A trained model that scores samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judge<'a, S> {
    model: &'a Saved<S>,
    seed: u64,
}

impl<'a, S: Scalar> Judge<'a, S> {
    pub(super) fn new(model: &'a Saved<S>, seed: u64) -> Self {
        Self { model, seed }
    }

    /// The scores of samples, of which the first has the number `first`, counted from 0, among all.
    pub(super) fn scores(&self, samples: ArrayView2<'_, S>, first: usize) -> Vec<f64> {
        match self.model {
            Saved::Pca(pca) => measure::squared_errors(samples, pca.reconstruct(samples).view()),
            Saved::Network(model) => anomaly::row_losses(&**model, samples, first, self.seed),
        }
    }

    /// The scores of a dataset in memory.
    pub(super) fn scores_of(&self, data: &Dataset) -> Vec<f64> {
        let of_chunk = |first: usize| {
            let chunk: Vec<u32> = (first as u32..data.len().min(first + CHUNK) as u32).collect();
            self.scores(measure::rows::<S>(data, &chunk).view(), first)
        };
        (0..data.len()).step_by(CHUNK).flat_map(of_chunk).collect()
    }
}

/// What is known of the samples: which are anomalies.
pub(super) struct Truth<'a> {
    anomalous: &'a [String],
    seen: BTreeSet<String>,
    scores: Vec<f64>,
    marks: Vec<bool>,
}

impl<'a> Truth<'a> {
    /// Nothing is kept if no class is anomalous.
    pub(super) fn new(anomalous: &'a [String]) -> Self {
        Self { anomalous, seen: BTreeSet::new(), scores: vec![], marks: vec![] }
    }

    pub(super) fn add(&mut self, score: f64, label: Option<&str>) {
        let Some(label) = label.filter(|_| !self.anomalous.is_empty()) else { return };
        if !self.seen.contains(label) {
            self.seen.insert(label.to_owned());
        }
        self.scores.push(score);
        self.marks.push(self.anomalous.iter().any(|class| class == label));
    }

    /// The curve, if a class is anomalous; `known` are the classes that the model was trained with.
    pub(super) fn roc(mut self, known: &[String]) -> Result<Option<Roc>, Failure> {
        if self.anomalous.is_empty() {
            return Ok(None);
        }
        self.seen.extend(known.iter().cloned());
        let classes: Vec<&str> = self.seen.iter().map(String::as_str).collect();
        if let Some(unknown) = self.anomalous.iter().find(|class| !classes.contains(&class.as_str())) {
            let hint = match suggest(unknown, &classes) {
                hint if hint.is_empty() => format!("; there are {}", listed(&classes)),
                hint => hint,
            };
            return Err(Failure::usage(format!("there is no class '{unknown}' in the data{hint}")));
        }
        let anomalies = self.marks.iter().filter(|mark| **mark).count();
        Roc::new(&self.scores, &self.marks).map(Some).ok_or_else(|| {
            let (all, which) = (self.marks.len(), self.anomalous.join(", "));
            let kind = if anomalies == 0 { "none is" } else { "all are" };
            Failure::usage(format!(
                "of the {all} samples {kind} of class {which}, so there is nothing to tell apart; give data with \
                 anomalies and others"
            ))
        })
    }
}

fn listed(classes: &[&str]) -> String {
    let more = if classes.len() > LISTED { ", …" } else { "" };
    classes.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ") + more
}
