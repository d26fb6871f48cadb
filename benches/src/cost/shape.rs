//! An autoencoder of hidden layers of one width.

use diabolo_benches::data::drawn;
use diabolo_benches::reference::flops;
use diabolo_benches::training::Run;
use diabolo_models::config::ModelKind;
use diabolo_models::{Config, Error};
use serde::Serialize;
use toml::{Table, Value};

const INPUTS: usize = 784;
const LATENT: usize = 32;

/// 784 → `depth` layers of `width` → 32, and back; ReLU, squared error, Adam.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Shape {
    pub(super) batch: usize,
    pub(super) width: usize,
    pub(super) depth: usize,
}

impl Shape {
    /// What does not vary in a figure.
    pub(super) const USUAL: Self = Self { batch: 128, width: 512, depth: 2 };

    /// A run of it on drawn digits, of which an epoch has some steps at least.
    pub(super) fn run(self) -> Result<Run, Error> {
        let whole = |n: usize| Value::Integer(n as i64);
        let settings = Table::from_iter([
            ("batch".to_owned(), whole(self.batch)),
            ("latent".to_owned(), whole(LATENT)),
            ("hidden".to_owned(), Value::Array(vec![whole(self.width); self.depth])),
            ("schedule".to_owned(), Value::String("constant".to_owned())),
        ]);
        Run::of_steps(&Config::with(ModelKind::Deep, &settings)?, drawn(8 * self.batch.max(32)))
    }

    /// Operations of the products of a step.
    pub(super) fn flops(self) -> f64 {
        let sizes: Vec<usize> =
            [INPUTS].into_iter().chain(std::iter::repeat_n(self.width, self.depth)).chain([LATENT]).collect();
        let down = sizes.windows(2).map(|pair| (pair[0], pair[1]));
        let layers: Vec<(usize, usize)> = down.clone().chain(down.rev().map(|(a, b)| (b, a))).collect();
        flops(&layers, self.batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_those_of_every_layer_but_the_first_gradient() {
        let shape = Shape { batch: 3, width: 10, depth: 2 };
        let half = (784 * 10 + 10 * 10 + 10 * 32) as f64;
        assert_eq!(shape.flops(), 2.0 * 3.0 * (6.0 * half - 7840.0));
    }
}
