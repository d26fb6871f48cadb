//! An op of one's own, swish(x) = x·σ(x), and what the witnesses say of its gradient:
//! `cargo run --release -p diabolo-examples --example own_op`

use diabolo::autodiff::{Card, Case, Domain, Edge, Elementwise, Map, Reads, Sample};
use diabolo::gradcheck::{Settings, check_op};
use diabolo::ndarray::array;
use diabolo::prelude::*;

#[derive(Clone, Copy, Debug)]
struct Swish;

/// y = x·σ(x), so dy = (σ(x) + x·σ′(x))·dx, and σ′(x) = σ(x)·σ(−x).
impl Elementwise<1> for Swish {
    const CARD: Card = Card {
        name: "swish",
        forward: "y = x · σ(x)",
        backward: &["x̄ = ȳ · σ(x) · (1 + x · σ(−x))"],
        latex: r"y = x\,\sigma(x), \qquad \bar x = \bar y\,\sigma(x)\,(1 + x\,\sigma(-x))",
        reads: Reads::X,
        kinks: "none",
    };

    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x * x.sigmoid()
    }

    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy * x.sigmoid() * (S::one() + x * (-x).sigmoid())]
    }
}

/// Where the op is checked.
impl Case for Swish {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].tape().record(Map(Swish), &[x[0]])
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![Sample::new(Self).input(&[3, 4], Domain::REAL)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![Edge::point(Self, [0.0], 0.0, [0.5], "half the slope of a line at the origin")]
    }
}

fn main() {
    let tape = Tape::<f32>::new();
    let x = tape.variable(&array![-2.0, 0.0, 2.0]);
    let mut gradients = Gradients::new();
    tape.record(Map(Swish), &[x]).sum_all().backward(&mut gradients);
    println!("slopes at −2, 0 and 2: {}", gradients.of(x).expect("the sum depends on x"));
    println!("{}", check_op::<Swish>(&Settings::default()));
}
