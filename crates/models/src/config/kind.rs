//! The models that have settings, and their defaults.

use std::fmt;
use std::str::FromStr;

use diabolo_data::suggest;
use serde::{Deserialize, Serialize};
use toml::Table;

use crate::error::Error;

/// The models that can be trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModelKind {
    /// Principal component analysis.
    Pca,
    /// [`LinearAutoencoder`](crate::LinearAutoencoder)
    Linear,
    /// [`DeepAutoencoder`](crate::DeepAutoencoder)
    Deep,
    /// [`DenoisingAutoencoder`](crate::DenoisingAutoencoder)
    Denoising,
    /// [`SparseAutoencoder`](crate::SparseAutoencoder)
    Sparse,
    /// [`Vae`](crate::Vae)
    Vae,
}

impl ModelKind {
    /// All models, in the order in which a course meets them.
    pub const ALL: [Self; 6] = [Self::Pca, Self::Linear, Self::Deep, Self::Denoising, Self::Sparse, Self::Vae];

    /// The name as it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pca => "pca",
            Self::Linear => "linear",
            Self::Deep => "deep",
            Self::Denoising => "denoising",
            Self::Sparse => "sparse",
            Self::Vae => "vae",
        }
    }

    /// The defaults as TOML texts with comments; a later text overrides an earlier one.
    fn default_texts(self) -> Vec<&'static str> {
        let (common, training) = (include_str!("common.toml"), include_str!("training.toml"));
        match self {
            Self::Pca => vec![common, include_str!("pca.toml")],
            Self::Linear => vec![common, training, include_str!("linear.toml")],
            Self::Deep => vec![common, training, include_str!("deep.toml")],
            Self::Denoising => vec![common, training, include_str!("denoising.toml")],
            Self::Sparse => vec![common, training, include_str!("sparse.toml")],
            Self::Vae => vec![common, training, include_str!("vae.toml")],
        }
    }

    /// The defaults as one TOML text: each key once, under the comment that says what it means.
    pub fn documented_defaults(self) -> String {
        let mut entries: Vec<(&str, String)> = vec![];
        for text in self.default_texts() {
            let mut comment = String::new();
            for line in text.lines() {
                let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) else {
                    comment.push_str(&format!("{line}\n"));
                    continue;
                };
                let known = entries.iter().position(|(other, _)| *other == key);
                let entry = format!("{}{line}\n", std::mem::take(&mut comment));
                match known {
                    Some(at) if entry.starts_with('#') => entries[at].1 = entry,
                    Some(at) => {
                        let words = entries[at].1.lines().filter(|line| line.starts_with('#'));
                        entries[at].1 = words.chain([line]).map(|line| format!("{line}\n")).collect();
                    }
                    None => entries.push((key, entry)),
                }
            }
        }
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    pub(super) fn defaults(self) -> Table {
        self.documented_defaults().parse().expect("a test parses the defaults of every model")
    }
}

impl fmt::Display for ModelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ModelKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::name);
            Error::Setting(format!("unknown model '{text}'{}; there are {}", suggest(text, &names), names.join(", ")))
        })
    }
}
