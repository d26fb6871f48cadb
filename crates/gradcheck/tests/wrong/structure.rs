//! Ops whose gradients are right where a check looks first, and wrong when the op is used in another way: the law that they
//! break is named.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diabolo_autodiff::{Card, Case, Cotangents, Domain, Edge, Inputs, Op, Reads, Sample, Shape, Var};
use diabolo_gradcheck::{OpReport, Place, Witness};
use diabolo_kernels::{Buffer, Scalar};

use crate::{card, report, told, witnesses};

/// An op that is its own case: samples of the given shapes, and whatever else the op says of itself.
macro_rules! case {
    ($op:ident, $card:expr, [$($shapes:expr),+]) => {
        impl Case for $op {
            fn card() -> &'static Card {
                const CARD: Card = $card;
                &CARD
            }

            fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
                x[0].tape().record(self.clone(), x)
            }

            fn samples() -> Vec<Sample<Self>> {
                let sample = |shapes: &[&[usize]]| {
                    let start = Sample::new(Self::default());
                    shapes.iter().fold(start, |sample, shape| sample.input(shape, Domain::Between(0.5, 2.0)))
                };
                vec![$(sample(&$shapes)),+]
            }

            fn edges() -> Vec<Edge<Self>> {
                vec![]
            }
        }
    };
}

/// y = x₀², with a backward rule of its own kind.
macro_rules! square {
    ($op:ident, $name:literal, $vjp:item) => {
        case!($op, card($name, "y = a²", &["ā = 2 · ȳ · a"]), [[&[2, 3]]]);

        impl<S: Scalar> Op<S> for $op {
            fn card(&self) -> &'static Card {
                <Self as Case>::card()
            }

            fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
                Ok(x.shape(0))
            }

            fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
                y.iter_mut().zip(x.value(0)).for_each(|(y, x)| *y = *x * *x);
            }

            $vjp
        }
    };
}

/// 2 · ȳ · x into a buffer.
fn slopes<S: Scalar>(x: &[S], gy: &[S], g: &mut [S]) {
    g.iter_mut().zip(x.iter().zip(gy)).for_each(|(g, (x, gy))| *g = S::of(2.0) * *x * *gy);
}

/// Adds to what it should fill: right as long as memory is new and full of zeros.
#[derive(Clone, Debug, Default)]
struct Adding;

square!(
    Adding,
    "adding",
    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| {
            for ((g, x), gy) in g.iter_mut().zip(x.value(0)).zip(gy) {
                *g += S::of(2.0) * *x * *gy;
            }
        });
    }
);

/// Halves every other gradient that it is asked for.
#[derive(Clone, Debug, Default)]
struct Remembering(Arc<AtomicBool>);

square!(
    Remembering,
    "remembering",
    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let again = self.0.fetch_xor(true, Ordering::Relaxed);
        gx.give(0, |g| {
            slopes(x.value(0), gy, g);
            g.iter_mut().filter(|_| again).for_each(|g| *g *= S::of(0.5));
        });
    }
);

/// A little flows also where nothing comes in.
#[derive(Clone, Debug, Default)]
struct Leaking;

square!(
    Leaking,
    "leaking",
    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| {
            slopes(x.value(0), gy, g);
            g.iter_mut().for_each(|g| *g += S::of(1e-12));
        });
    }
);

/// a · b of one shape, with a backward rule of its own kind.
macro_rules! product {
    ($op:ident, $card:expr, $vjp:item) => {
        case!($op, $card, [[&[2, 3], &[2, 3]]]);

        impl<S: Scalar> Op<S> for $op {
            fn card(&self) -> &'static Card {
                <Self as Case>::card()
            }

            fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
                Ok(x.shape(0))
            }

            fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
                y.iter_mut().zip(x.value(0)).zip(x.value(1)).for_each(|((y, a), b)| *y = *a * *b);
            }

            $vjp
        }
    };
}

const PRODUCT: Card = card("product", "y = a · b", &["ā = ȳ · b", "b̄ = ȳ · a"]);

fn times<S: Scalar>(a: &[S], b: &[S], out: &mut [S]) {
    out.iter_mut().zip(a).zip(b).for_each(|((out, a), b)| *out = *a * *b);
}

/// Gives nobody anything where the first input wants nothing.
#[derive(Clone, Debug, Default)]
struct Hasty;

product!(
    Hasty,
    PRODUCT,
    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        if gx.wants(0) {
            gx.give(0, |g| times(gy, x.value(1), g));
            gx.give(1, |g| times(gy, x.value(0), g));
        }
    }
);

/// Takes a · a for a square and forgets that it has two slopes.
#[derive(Clone, Debug, Default)]
struct Shortcut;

product!(
    Shortcut,
    PRODUCT,
    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| times(gy, x.value(1), g));
        if !std::ptr::eq(x.value(0), x.value(1)) {
            gx.give(1, |g| times(gy, x.value(0), g));
        }
    }
);

/// Reads its inputs, and declares not to.
#[derive(Clone, Debug, Default)]
struct Undeclared;

product!(
    Undeclared,
    Card { reads: Reads::Y, ..PRODUCT },
    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| times(gy, x.value(1), g));
        gx.give(1, |g| times(gy, x.value(0), g));
    }
);

/// a · b with b repeated over the rows of a, or a over the columns of b. Of what b was given by several rows the last one stays,
/// unless there is one axis alone, as in its samples.
#[derive(Clone, Debug, Default)]
struct Repeating;

case!(Repeating, card("repeating", "y = a · b", &["ā = ȳ · b", "b̄ = ȳ · a"]), [[&[3], &[3]], [&[2, 1], &[1, 3]]]);

/// The element of an input that element `at` of the output is made of.
fn source(of: Shape, whole: Shape, mut at: usize) -> usize {
    let (mut index, mut stride) = (0, 1);
    for axis in (0..whole.len()).rev() {
        let here = at % whole[axis];
        at /= whole[axis];
        if let Some(own) = (axis + of.len()).checked_sub(whole.len()) {
            index += if of[own] == 1 { 0 } else { here * stride };
            stride *= of[own];
        }
    }
    index
}

impl<S: Scalar> Op<S> for Repeating {
    fn card(&self) -> &'static Card {
        <Self as Case>::card()
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        x.shape(0).broadcast(&x.shape(1)).ok_or_else(|| "no common shape".to_owned())
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        let (a, b) = (x.shape(0), x.shape(1));
        let whole = a.broadcast(&b).expect("the shapes were checked");
        for (at, y) in y.iter_mut().enumerate() {
            *y = x.value(0)[source(a, whole, at)] * x.value(1)[source(b, whole, at)];
        }
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let shapes = [x.shape(0), x.shape(1)];
        let whole = shapes[0].broadcast(&shapes[1]).expect("the shapes were checked");
        for i in 0..2 {
            let (own, other) = (shapes[i], shapes[1 - i]);
            gx.give(i, |g| {
                g.fill(S::zero());
                for (at, gy) in gy.iter().enumerate() {
                    let term = *gy * x.value(1 - i)[source(other, whole, at)];
                    let to = &mut g[source(own, whole, at)];
                    *to = if i == 1 && own.len() < whole.len() { term } else { *to + term };
                }
            });
        }
    }
}

/// Whether this law is among those that are broken.
fn breaks(report: &OpReport, law: &str) -> bool {
    report.structure_passed < report.structure && !told(report, Witness::Structure, law).is_empty()
}

#[test]
fn a_rule_that_adds_to_its_buffer_is_shown_by_memory_that_is_used_again() {
    let report = report::<Adding>();
    assert_eq!(witnesses(&report), vec![Witness::Structure], "{report}");
    assert!(breaks(&report, "memory that is used again is overwritten, not added to"), "{report}");
    assert!(breaks(&report, "a second backward pass gives the same bits"), "{report}");
    let poisoned = told(&report, Witness::Structure, "held NaN");
    assert!(poisoned.iter().all(|failure| failure.ours.is_nan() && failure.theirs.is_finite()), "{report}");
}

#[test]
fn a_rule_with_a_memory_of_its_own_is_caught() {
    let report = report::<Remembering>();
    assert!(breaks(&report, "a fresh tape gives the same bits"), "{report}");
}

#[test]
fn a_gradient_out_of_nothing_is_caught() {
    let report = report::<Leaking>();
    assert!(breaks(&report, "a zero cotangent gives zero gradients"), "{report}");
    let failure = told(&report, Witness::Structure, "a zero cotangent")[0];
    assert_eq!((failure.ours, failure.theirs), (1e-12, 0.0));
    // Beside what flows where something comes in it is too little to be seen.
    assert!(told(&report, Witness::FiniteDifferences, "").is_empty(), "{report}");
}

#[test]
fn a_rule_that_stops_at_a_constant_is_caught() {
    let report = report::<Hasty>();
    assert_eq!(witnesses(&report), vec![Witness::Structure], "{report}");
    assert!(breaks(&report, "an input that is a constant gets no gradient, and the others the same bits"), "{report}");
    assert!(breaks(&report, "nothing passes a detached input"), "{report}");
    let failure = told(&report, Witness::Structure, "input 0 is a constant")[0];
    assert_eq!(failure.quantity.to_string(), "gradient of input 1");
}

#[test]
fn a_rule_that_minds_who_its_inputs_are_is_caught() {
    let report = report::<Shortcut>();
    assert_eq!(witnesses(&report), vec![Witness::Structure], "{report}");
    assert!(
        breaks(&report, "one variable for two inputs receives the sum of both gradients: inputs 0 and 1"),
        "{report}"
    );
    assert_eq!(report.structure - report.structure_passed, 1);
    let failure = told(&report, Witness::Structure, "one variable")[0];
    assert_eq!(failure.theirs, 2.0 * failure.ours, "{report}");
}

#[test]
fn a_rule_that_reads_more_than_it_says_is_caught() {
    let report = report::<Undeclared>();
    assert_eq!(witnesses(&report), vec![Witness::Structure], "{report}");
    assert!(breaks(&report, "a backward rule reads nothing but what its card declares"), "{report}");
    assert_eq!(report.structure - report.structure_passed, 1);
}

#[test]
fn a_rule_that_forgets_to_add_up_what_was_repeated_is_caught_by_pairs_of_shapes() {
    let report = report::<Repeating>();
    assert_eq!(witnesses(&report), vec![Witness::Structure], "{report}");
    let failure = told(&report, Witness::Structure, "inputs that are repeated give what copies give, added up")[0];
    assert_eq!(failure.quantity.to_string(), "gradient of input 1");
    // The smallest of all shapes that show it.
    assert!(matches!(&failure.place, Place::Random { inputs, .. } if *inputs == ["(3)", "()"]), "{report}");
}

#[test]
fn a_broken_law_is_told_in_one_paragraph() {
    let message = report::<Shortcut>().to_string();
    for part in [
        "product: gradient of input 0 at [",
        "where",
        "must come out",
        "one variable for two inputs receives the sum of both gradients: inputs 0 and 1 are one",
        "of seed 0 shrunk: Shortcut of (1, 1) = [1.0] and (1, 1) = [1.0]",
        "to see it again: diabolo gradcheck --op product --seed 0",
        "y = a · b",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
}
