//! What models, data and units are called where people read of them.

use diabolo_data::{Kind, ScalingMethod, Schema};
use diabolo_models::config::ModelKind;
use diabolo_models::{Config, Likelihood};

use crate::source;

/// What a run ran on.
pub(crate) fn versions() -> Vec<(String, String)> {
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    vec![
        ("diabolo".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        ("system".to_owned(), system),
        ("threads".to_owned(), rayon_core::current_num_threads().to_string()),
    ]
}

/// The name of a model in titles.
pub(crate) fn title(model: ModelKind) -> &'static str {
    match model {
        ModelKind::Pca => "PCA",
        ModelKind::Linear => "Linear autoencoder",
        ModelKind::Deep => "Deep autoencoder",
        ModelKind::Denoising => "Denoising autoencoder",
        ModelKind::Sparse => "Sparse autoencoder",
        ModelKind::Vae => "Variational autoencoder",
    }
}

/// The name of the data in titles.
pub(crate) fn data_title(config: &Config) -> String {
    match config.data.as_str() {
        "digits" => "built-in digits".to_owned(),
        "mnist" => "MNIST".to_owned(),
        "fashion-mnist" => "Fashion-MNIST".to_owned(),
        _ => source::name(config),
    }
}

/// What the model's loss is, if it has one of its own.
pub(crate) fn likelihood(config: &Config) -> Likelihood {
    config.likelihood.as_deref().and_then(|text| text.parse().ok()).unwrap_or(Likelihood::SquaredError)
}

/// The units in which a run is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Units {
    kind: Kind,
    scaling: ScalingMethod,
    squared: bool,
}

impl Units {
    /// The units of a model of such samples.
    pub(crate) fn of(config: &Config, samples: &Schema) -> Self {
        let squared = likelihood(config) == Likelihood::SquaredError;
        Self { kind: samples.kind, scaling: config.scaling_method(samples), squared }
    }

    /// `images` or `rows`.
    pub(crate) fn samples(self) -> &'static str {
        match self.kind {
            Kind::Images => "images",
            Kind::Table => "rows",
        }
    }

    /// The unit of a sum of squared errors, as it stands behind a number.
    pub(crate) fn squares(self) -> &'static str {
        match (self.kind, self.scaling) {
            (Kind::Images, ScalingMethod::Standard) => "per image, in standard deviations squared",
            (Kind::Images, _) => "per image",
            (Kind::Table, ScalingMethod::Standard) => "per row, in standard deviations squared",
            (Kind::Table, ScalingMethod::Unit) => "per row, of columns from 0 to 1",
            (Kind::Table, ScalingMethod::None) => "per row, in units of the data squared",
        }
    }

    /// A squared error with its unit.
    pub(crate) fn squared_error(self) -> String {
        format!("squared error {}", self.squares())
    }

    /// The unit of the loss, as it stands behind a number.
    pub(crate) fn loss(self) -> &'static str {
        match (self.squared, self.kind) {
            (true, _) => self.squares(),
            (false, Kind::Images) => "nats per image",
            (false, Kind::Table) => "nats per row",
        }
    }

    /// The unit of the loss with what it measures.
    pub(crate) fn of_loss(self) -> String {
        if self.squared { self.squared_error() } else { self.loss().to_owned() }
    }

    /// A sentence on what the model sees, where its numbers are not those of the data.
    pub(crate) fn explanation(self) -> &'static str {
        match (self.kind, self.scaling) {
            (Kind::Table, ScalingMethod::Standard) => {
                " The model sees columns of mean 0 and variance 1, so the unit of squared errors is standard deviations \
                 squared; values are shown in the units of the data."
            }
            (Kind::Table, ScalingMethod::Unit) => {
                " The model sees columns from 0 to 1, and squared errors are those of such columns; values are shown in \
                 the units of the data."
            }
            (Kind::Images, ScalingMethod::Standard) => {
                " The model sees pixels of mean 0 and variance 1, so the unit of squared errors is standard deviations \
                 squared."
            }
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use diabolo_data::{FileKind, Number};

    use super::*;

    #[test]
    fn standardised_columns_have_errors_in_standard_deviations() {
        let wine = Schema::table(Number::F64, FileKind::Csv, 13, vec![]);
        let units = |model| Units::of(&Config::new(model), &wine);
        assert!(units(ModelKind::Deep).of_loss().ends_with("in standard deviations squared"));
        assert!(units(ModelKind::Deep).explanation().contains("standard deviations squared"));
        assert!(units(ModelKind::Pca).squared_error().ends_with("in units of the data squared"));
        let vae = units(ModelKind::Vae); // of bernoulli pixels, so columns are brought to [0, 1]
        assert_eq!((vae.loss(), vae.squares()), ("nats per row", "per row, of columns from 0 to 1"));
    }
}
