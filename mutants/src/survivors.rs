//! The list of mutants that are known to survive, each with the reason.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::mutant::Mutant;

/// The list, as `survivors.toml` has it.
#[derive(Debug, Deserialize)]
pub(crate) struct Survivors {
    #[serde(default)]
    survivor: Vec<Survivor>,
}

#[derive(Clone, Debug, Deserialize)]
struct Survivor {
    file: String,
    change: String,
    reason: String,
}

impl Survivors {
    /// # Errors
    /// If the text is not such a list.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let survivors: Self = toml::from_str(text).map_err(|error| format!("survivors.toml: {error}"))?;
        match survivors.survivor.iter().find(|survivor| survivor.reason.trim().is_empty()) {
            Some(survivor) => Err(format!("survivors.toml: `{}` has no reason", survivor.change)),
            None => Ok(survivors),
        }
    }

    /// Why a mutant may survive.
    pub(crate) fn reason(&self, mutant: &Mutant) -> Option<&str> {
        let found = self.survivor.iter().find(|s| s.file == mutant.file && s.change == mutant.change);
        found.map(|survivor| survivor.reason.as_str())
    }

    /// Entries that name no mutant.
    pub(crate) fn unknown(&self, mutants: &[Mutant]) -> Vec<String> {
        let known: BTreeMap<(&str, &str), ()> =
            mutants.iter().map(|mutant| ((mutant.file.as_str(), mutant.change.as_str()), ())).collect();
        let unknown = self.survivor.iter().filter(|s| !known.contains_key(&(s.file.as_str(), s.change.as_str())));
        unknown.map(|survivor| format!("{}: {}", survivor.file, survivor.change)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Survivors;

    #[test]
    fn every_survivor_has_a_reason() {
        let entry = |reason| format!("[[survivor]]\nfile = \"ops/a.rs\"\nchange = \"f: a → b\"\nreason = \"{reason}\"");
        assert!(Survivors::parse(&entry("equal")).is_ok());
        assert!(Survivors::parse(&entry(" ")).is_err());
        assert!(Survivors::parse(include_str!("../survivors.toml")).is_ok());
    }
}
