//! A step of Adam over the 652,824 parameters of the reference VAE, beside what memory alone allows.
//!
//! ```text
//! Adam     reads θ, m, v, g and writes θ, m, v: 7 numbers a parameter, in 4 arrays
//! triad    a ← b + s·c: 3 numbers an element, in 3 arrays, over as many elements as make the same bytes
//! streams  θ ← θ + s·g, m ← m + s·g, v ← v + s·g: the arrays of Adam with next to no arithmetic
//! ```
//!
//! The triad of the same bytes spans more memory than Adam, and writes where it has not read; the streams are the floor.

use diabolo_autodiff::{Gradients, Tape};
use diabolo_benches::data::uniform;
use diabolo_benches::reference::Reference;
use diabolo_kernels::random::{Key, Stream};
use diabolo_kernels::{Buffer, Rule, UpdateRule, map, update};
use diabolo_meter::turns::{Turn, in_turns};
use diabolo_meter::{Case, Unit};
use diabolo_nn::{Adam, Context, Optimizer, count};

use super::{Options, about_ours, with_peak};

pub(crate) fn run(options: &Options) -> Result<Case, String> {
    let mut model = Reference::vae().config.autoencoder::<f32>(784).map_err(|error| error.to_string())?;
    let parameters = count(&*model);
    let (mut tape, mut gradients, mut adam) = (Tape::new(), Gradients::new(), Adam::new());
    let pixels = uniform(128 * 784, 1);
    let x = tape.constant_with(&[128, 784], |out| out.copy_from_slice(&pixels));
    model.loss(&mut Context::training(&tape, Key::new(1, Stream::Noise), 0.0), x).total.backward(&mut gradients);
    tape.reset(); // lets go of the parameters, so that a step changes them in place

    let elements = parameters * 7 / 3;
    let (b, c, mut a) = (uniform(elements, 2), uniform(elements, 3), Buffer::zeros(elements));
    let (mut theta, mut m, mut v, g) =
        (uniform(parameters, 4), uniform(parameters, 5), uniform(parameters, 6), uniform(parameters, 7));
    with_peak(&format!("Adam, {parameters} parameters"), Unit::time("µs", 1e6), None, || {
        let turns = vec![
            // A rate so small that many steps leave the parameters where they are.
            Turn::new("diabolo", &about_ours(), || adam.step(&mut *model, &gradients, 1e-12)),
            Turn::new("triad", "the same bytes", || map(Triad(0.5), [], [&b, &c], &mut a)),
            Turn::new("streams", "the same arrays", || update(Streams(1e-6), [&mut theta, &mut m, &mut v], [&g])),
        ];
        Ok((in_turns(options.rounds(51), turns), vec![]))
    })
}

#[derive(Clone, Copy)]
struct Triad(f32);

impl Rule<f32, 0, 2> for Triad {
    #[inline(always)]
    fn apply(self, []: [f32; 0], [b, c]: [f32; 2]) -> f32 {
        b + self.0 * c
    }
}

#[derive(Clone, Copy)]
struct Streams(f32);

impl UpdateRule<f32, 3, 1> for Streams {
    #[inline(always)]
    fn apply(self, state: [f32; 3], [g]: [f32; 1]) -> [f32; 3] {
        state.map(|x| x + self.0 * g)
    }
}
