//! A model of one's own, the contractive autoencoder of Rifai et al. (ICML 2011):
//! `cargo run --release -p diabolo-examples --example own_model`

use diabolo::nn::Path;
use diabolo::prelude::*;

/// z = σ(W₁·x + b₁), x̂ = W₂·z + b₂, trained on ‖x − x̂‖² + λ·‖∂z/∂x‖²: codes that hardly move with what is not needed.
#[derive(Debug)]
struct Contractive {
    halves: [Linear<f32>; 2],
    weight: f64,
}

/// Shows the parameters, under the names that checkpoints will have.
impl Module<f32> for Contractive {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<f32>)) {
        ["encoder", "decoder"].iter().zip(&self.halves).for_each(|(name, half)| half.visit(at.join(name), see));
    }
    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<f32>)) {
        ["encoder", "decoder"].iter().zip(&mut self.halves).for_each(|(name, half)| half.visit_mut(at.join(name), see));
    }
}

/// All that the trainer asks for.
impl Model<f32> for Contractive {
    fn loss<'t>(&self, context: &mut Context<'t, f32>, x: Var<'t, f32>) -> Loss<'t, f32> {
        let z = self.encoder(context, x);
        let error = self.decoder(context, z).squared_error(x).mean_all();
        // ∂zⱼ/∂x = σ′·W₁ⱼ with σ′ = zⱼ(1 − zⱼ), so the sum of all squares is Σⱼ σ′ⱼ²·‖W₁ⱼ‖².
        let weight = context.parameter(self.halves[0].weight());
        let slopes = z - z * z;
        let jacobian = (slopes.square() * weight.square().sum(&[1])).sum(&[1]).mean_all();
        Loss::new(error + jacobian * self.weight).with("error", error).with("jacobian", jacobian)
    }
}

/// What adds `encode`, `decode` and `reconstruct`.
impl Autoencoder<f32> for Contractive {
    fn inputs(&self) -> usize {
        self.halves[0].weight().shape()[1]
    }
    fn latent(&self) -> usize {
        self.halves[0].weight().shape()[0]
    }
    fn encoder<'t>(&self, context: &mut Context<'t, f32>, x: Var<'t, f32>) -> Var<'t, f32> {
        context.scope("encoder", |context| self.halves[0].forward(context, x))
    }
    fn decoder<'t>(&self, context: &mut Context<'t, f32>, z: Var<'t, f32>) -> Var<'t, f32> {
        context.scope("decoder", |context| self.halves[1].forward(context, z))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = split(&digits::generate(2_000, 1).images, 0.1, 1)?;
    for weight in [0.0, 3.0] {
        let keys = &mut Keys::new(1);
        let halves = [Linear::new(keys, 784, 60).activation(Activation::Sigmoid), Linear::new(keys, 60, 784)];
        let plan = Plan { epochs: 5, batch: 50, rate: 3e-3, seed: 1, ..Plan::default() };
        let mut trainer =
            Trainer::new(Contractive { halves, weight }, Box::new(Adam::new()), plan, Progress::default());
        trainer.run(&data.train, &data.test, &mut [])?;
        let test = &trainer.progress.history.last().expect("epochs were trained").test;
        let [error, jacobian] = ["error", "jacobian"].map(|name| test.mean(name));
        println!("λ = {weight}: squared error {error:.1}, squares of the slopes of the code {jacobian:.2}");
    }
    Ok(())
}
