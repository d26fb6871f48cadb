//! A model of one's own, with a sparse code: `cargo run --release -p diabolo-examples --example own_model`

use diabolo::models::SummaryRow;
use diabolo::nn::{Path, count};
use diabolo::prelude::*;

/// z = relu(W₁·x + b₁), x̂ = W₂·z + b₂, trained on ‖x − x̂‖² + 0.1·Σ|z|.
#[derive(Debug)]
struct Sparse([Linear<f32>; 2]);

impl Module<f32> for Sparse {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<f32>)) {
        ["encoder", "decoder"].iter().zip(&self.0).for_each(|(name, half)| half.visit(at.join(name), see));
    }
    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<f32>)) {
        ["encoder", "decoder"].iter().zip(&mut self.0).for_each(|(name, half)| half.visit_mut(at.join(name), see));
    }
}

/// All that the trainer asks for.
impl Model<f32> for Sparse {
    fn loss<'t>(&self, context: &mut Context<'t, f32>, x: Var<'t, f32>) -> Loss<'t, f32> {
        let z = self.encoder(context, x);
        let error = self.decoder(context, z).squared_error(x).mean_all();
        let sparsity = z.abs().sum(&[1]).mean_all();
        Loss::new(error + sparsity * 0.1).with("error", error).with("sparsity", sparsity)
    }
    fn summary(&self) -> Vec<SummaryRow> {
        vec![SummaryRow { name: "all".into(), layer: "784-100-784".into(), output: vec![784], parameters: count(self) }]
    }
}

/// What adds `encode`, `decode` and `reconstruct`.
impl Autoencoder<f32> for Sparse {
    fn inputs(&self) -> usize {
        self.0[0].weight().shape()[1]
    }
    fn latent(&self) -> usize {
        self.0[0].weight().shape()[0]
    }
    fn encoder<'t>(&self, context: &mut Context<'t, f32>, x: Var<'t, f32>) -> Var<'t, f32> {
        context.scope("encoder", |context| self.0[0].forward(context, x))
    }
    fn decoder<'t>(&self, context: &mut Context<'t, f32>, z: Var<'t, f32>) -> Var<'t, f32> {
        context.scope("decoder", |context| self.0[1].forward(context, z))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = split(&digits::generate(2_000, 1).images, 0.1, 1)?;
    let keys = &mut Keys::new(1);
    let halves = [Linear::new(keys, 784, 100).activation(Activation::Relu), Linear::new(keys, 100, 784)];
    let plan = Plan { epochs: 5, batch: 50, rate: 1e-3, seed: 1, ..Plan::default() };
    let mut trainer = Trainer::new(Sparse(halves), Box::new(Adam::new()), plan, Progress::default());
    trainer.run(&data.train, &data.test, &mut [])?;
    let codes = trainer.model.encode(matrix(&data.test).view());
    let zeros = codes.iter().filter(|z| **z == 0.0).count();
    println!("{zeros} of the {} numbers in the codes of the test set are 0", codes.len());
    Ok(())
}
