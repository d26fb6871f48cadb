//! An op of one's own, ln cosh x, and what the witnesses say of its gradient:
//! `cargo run --release -p diabolo-examples --example own_op`

use diabolo::autodiff::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps};
use diabolo::gradcheck::{Settings, check_op};
use diabolo::ndarray::array;
use diabolo::prelude::*;

/// As an error it is ½x² for small x and |x| − ln 2 for large ones, so that outliers pull no harder than others.
#[derive(Clone, Copy, Debug)]
struct LnCosh;

/// With cosh′ = sinh, the slope is sinh / cosh = tanh.
impl Elementwise<1> for LnCosh {
    const CARD: Card = Card {
        name: "ln_cosh",
        forward: "y = ln cosh x",
        backward: &["x̄ = ȳ · tanh x"],
        latex: r"y = \ln \cosh x, \qquad \bar x = \bar y \tanh x",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        // cosh x itself overflows from x = 711 on, in `f32` from 90: e^|x| is taken out of it.
        let a = x.abs();
        a + ((-a - a).exp_m1() * S::of(0.5)).ln_1p()
    }

    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy * x.tanh()]
    }
}

/// Where the op is checked: at random places, and where it could fail.
impl Case for LnCosh {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].tape().record(Map(LnCosh), &[x[0]])
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![Sample::new(Self).input(&[3, 4], Domain::REAL)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [0.0], 0.0, [0.0], "the minimum"),
            Edge::point(Self, [-1e3], 999.306_852_819_440_1, [-1.0], "where cosh overflows"),
            Edge::point(Self, [f64::INFINITY], f64::INFINITY, [1.0], "the limit on the right"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
        ]
    }
}

fn main() {
    let tape = Tape::<f32>::new();
    let x = tape.variable(&array![-2.0, 0.0, 100.0]);
    let mut gradients = Gradients::new();
    tape.record(Map(LnCosh), &[x]).sum_all().backward(&mut gradients);
    println!("slopes at −2, 0 and 100: {}", gradients.of(x).expect("the sum depends on x"));
    println!("{}", check_op::<LnCosh>(&Settings::default()));
}
