//! The score: for each op, for each kind, for each witness, and in all.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::ask::Verdict;
use crate::mutant::{Kind, Mutant};
use crate::survivors::Survivors;

/// What was found out.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) verdicts: Vec<(Mutant, Verdict)>,
    /// Entries of the list that name no mutant.
    pub(crate) unknown: Vec<String>,
}

/// How many of how many were killed.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    killed: usize,
    listed: usize,
    all: usize,
}

impl Score {
    fn row(self, name: &str) -> String {
        let Self { killed, listed, all } = self;
        let missed = all - killed - listed;
        let percent = 100.0 * killed as f64 / all.max(1) as f64;
        format!("{name:<24}{all:>9}{killed:>9}{listed:>9}{missed:>9}{percent:>9.1} %\n")
    }
}

impl Outcome {
    /// Mutants that survived and are not listed.
    fn missed<'a>(&'a self, survivors: &'a Survivors) -> impl Iterator<Item = &'a Mutant> {
        let survived = self.verdicts.iter().filter(|(_, verdict)| *verdict == Verdict::Survived);
        survived.map(|(mutant, _)| mutant).filter(|mutant| survivors.reason(mutant).is_none())
    }

    /// Mutants that are listed and were killed all the same.
    fn listed_and_killed<'a>(&'a self, survivors: &'a Survivors) -> impl Iterator<Item = &'a Mutant> {
        let killed = self.verdicts.iter().filter(|(_, verdict)| *verdict != Verdict::Survived);
        killed.map(|(mutant, _)| mutant).filter(|mutant| survivors.reason(mutant).is_some())
    }

    /// Whether the list says what is so.
    pub(crate) fn passed(&self, survivors: &Survivors) -> bool {
        self.missed(survivors).next().is_none()
            && self.listed_and_killed(survivors).next().is_none()
            && self.unknown.is_empty()
    }

    fn scores<K: Ord>(&self, survivors: &Survivors, key: impl Fn(&Mutant) -> K) -> BTreeMap<K, Score> {
        let mut scores = BTreeMap::<K, Score>::new();
        for (mutant, verdict) in &self.verdicts {
            let score = scores.entry(key(mutant)).or_default();
            score.all += 1;
            match verdict {
                Verdict::Killed(_) => score.killed += 1,
                Verdict::Survived if survivors.reason(mutant).is_some() => score.listed += 1,
                Verdict::Survived => {}
            }
        }
        scores
    }

    /// For each witness: how many mutants it objects to, and to how many it is the only one.
    fn witnesses(&self) -> BTreeMap<&str, (usize, usize)> {
        let mut counts = BTreeMap::<&str, (usize, usize)>::new();
        for (_, verdict) in &self.verdicts {
            let Verdict::Killed(witnesses) = verdict else { continue };
            for witness in witnesses {
                let count = counts.entry(witness).or_default();
                *count = (count.0 + 1, count.1 + usize::from(witnesses.len() == 1));
            }
        }
        counts
    }

    /// The report as text.
    pub(crate) fn table(&self, survivors: &Survivors) -> String {
        let head =
            |what| format!("{what:<24}{:>9}{:>9}{:>9}{:>9}{:>11}\n", "mutants", "killed", "listed", "missed", "score");
        let mut text = head("rule");
        for (group, score) in self.scores(survivors, |mutant| mutant.group().to_owned()) {
            text += &score.row(&group);
        }
        text += &format!("\n{}", head("kind"));
        let kinds = self.scores(survivors, |mutant| mutant.kind);
        for kind in Kind::ALL {
            text += &kinds.get(&kind).map(|score| score.row(&kind.to_string())).unwrap_or_default();
        }
        let all = self.scores(survivors, |_| ()).remove(&()).unwrap_or_default();
        text += &format!("\n{}\n{:<24}{:>9}{:>9}\n", all.row("all"), "witness", "objects", "alone");
        for (witness, (objects, alone)) in self.witnesses() {
            let _ = writeln!(text, "{witness:<24}{objects:>9}{alone:>9}");
        }
        let mut list = |title: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                text += &format!("\n{title}:\n  {}\n", lines.join("\n  "));
            }
        };
        list("survived", self.missed(survivors).map(ToString::to_string).collect());
        list("listed as surviving, and killed", self.listed_and_killed(survivors).map(ToString::to_string).collect());
        list("listed, and no mutant", self.unknown.clone());
        text
    }

    /// The report for programs.
    pub(crate) fn json(&self, survivors: &Survivors) -> Value {
        let mutants: Vec<Value> = self
            .verdicts
            .iter()
            .map(|(mutant, verdict)| {
                let witnesses = match verdict {
                    Verdict::Killed(witnesses) => witnesses.as_slice(),
                    Verdict::Survived => &[],
                };
                json!({ "mutant": mutant, "killed_by": witnesses, "listed": survivors.reason(mutant) })
            })
            .collect();
        json!({ "passed": self.passed(survivors), "mutants": mutants, "unknown": self.unknown })
    }
}
