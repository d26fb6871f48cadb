//! Functions of single numbers on 100,000 of them: nanoseconds an element a core.
//!
//! Ours are the forward rules of the ops, the very code that is differentiated. The standard library's are beside them,
//! number by number on one core; it has no gelu.

use std::hint::black_box;

use diabolo_autodiff::Elementwise;
use diabolo_autodiff::ops::{exp::Exp, gelu::Gelu, sigmoid::Sigmoid, softplus::Softplus, tanh::Tanh};
use diabolo_benches::data::uniform;
use diabolo_kernels::{Buffer, Rule, map};
use diabolo_meter::turns::{Turn, in_turns};
use diabolo_meter::{Case, Unit};

use super::{Options, about_ours, with_peak};

const ELEMENTS: usize = 100_000;

pub(crate) fn run(options: &Options) -> Vec<Case> {
    vec![
        measure("exp", Exp, Some(f32::exp), options),
        measure("sigmoid", Sigmoid, Some(|x| 1.0 / (1.0 + (-x).exp())), options),
        measure("tanh", Tanh, Some(f32::tanh), options),
        measure("softplus", Softplus, Some(|x| x.exp().ln_1p()), options),
        measure("gelu", Gelu, None, options),
    ]
}

fn measure(name: &str, op: impl Elementwise<1>, library: Option<fn(f32) -> f32>, options: &Options) -> Case {
    let x: Vec<f32> = uniform(ELEMENTS, 1).iter().map(|x| 10.0 * x).collect();
    let (mut ours, mut theirs) = (Buffer::zeros(ELEMENTS), Buffer::<f32>::zeros(ELEMENTS));
    let cores = options.threads as f64;
    let unit = Unit::time("ns/element", 1e9 / ELEMENTS as f64);
    with_peak(&format!("{name}, a core"), unit, None, || {
        let mut turns = vec![Turn::new("diabolo", &about_ours(), || map(Forward(op), [], [&x], &mut ours))];
        if let Some(library) = library {
            let (x, y) = (&x, &mut theirs);
            let each = move || y.iter_mut().zip(x).for_each(|(y, x)| *y = library(black_box(*x)));
            turns.push(Turn::new("std", "one core", each));
        }
        let mut contestants = in_turns(options.rounds(21), turns);
        // Of so many cores the time of one: what each spends.
        contestants[0].readings.iter_mut().for_each(|reading| reading.seconds *= cores);
        Ok((contestants, vec![]))
    })
    .expect("this case cannot fail")
}

#[derive(Clone, Copy)]
struct Forward<O>(O);

impl<O: Elementwise<1>> Rule<f32, 0, 1> for Forward<O> {
    #[inline(always)]
    fn apply(self, []: [f32; 0], x: [f32; 1]) -> f32 {
        self.0.forward(x)
    }
}
