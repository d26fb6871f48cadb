//! The models that everyone trains, and the arithmetic that they cost.

use diabolo_models::Config;
use diabolo_models::config::ModelKind;

/// A published setting, trained with Adam at the rate 10⁻³, which stays.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Its name, as peers know it.
    pub name: &'static str,
    /// All of its settings.
    pub config: Config,
    /// (inputs, outputs) of its layers.
    layers: &'static [(usize, usize)],
}

impl Reference {
    /// The variational autoencoder 784-400-20 on Bernoulli pixels, batch 128: Kingma and Welling 2014, appendix C.
    ///
    /// # Panics
    /// Never: its settings are those of a model.
    pub fn vae() -> Self {
        let layers = &[(784, 400), (400, 40), (20, 400), (400, 784)];
        Self { name: "vae", config: settings(ModelKind::Vae, "batch = 128"), layers }
    }

    /// The deep autoencoder 784-1000-500-250-30 on the squared error, batch 256: the shape of Hinton and Salakhutdinov 2006.
    ///
    /// # Panics
    /// Never: its settings are those of a model.
    pub fn deep() -> Self {
        let layers =
            &[(784, 1000), (1000, 500), (500, 250), (250, 30), (30, 250), (250, 500), (500, 1000), (1000, 784)];
        Self { name: "deep", config: settings(ModelKind::Deep, "batch = 256\nschedule = 'constant'"), layers }
    }

    /// Floating-point operations in the products of training steps over `samples`.
    pub fn flops(&self, samples: usize) -> f64 {
        flops(self.layers, samples)
    }
}

fn settings(model: ModelKind, overrides: &str) -> Config {
    let table = overrides.parse().expect("settings are TOML");
    Config::with(model, &table).expect("a reference takes the settings of its model")
}

/// 2 · samples · (3 Σ in·out − in₁·out₁): forward, the gradient of the weight, and that of the input, which the first
/// layer does not need.
pub fn flops(layers: &[(usize, usize)], samples: usize) -> f64 {
    let size = |&(inputs, outputs): &(usize, usize)| (inputs * outputs) as f64;
    let all: f64 = layers.iter().map(size).sum();
    2.0 * samples as f64 * (3.0 * all - layers.first().map_or(0.0, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_of_the_references_costs_what_is_counted_by_hand() {
        assert!((Reference::vae().flops(60_000) / 1e9 - 196.8).abs() < 0.1);
        assert!((Reference::deep().flops(60_000) / 1e9 - 925.8).abs() < 0.1);
    }
}
