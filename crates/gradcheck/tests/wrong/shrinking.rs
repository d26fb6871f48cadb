//! Random samples that fail are made as small and as simple as they can be.

use diabolo_autodiff::{Card, Case, Cotangents, Domain, Edge, Elementwise, Inputs, Map, Op, Sample, Shape, Var};
use diabolo_gradcheck::{OpReport, Settings, Witness, check_op};
use diabolo_kernels::{Buffer, Scalar};

use crate::{card, report, shrunk, told, witnesses};

/// Σ x² over the last axis, whose slope is wrong in the elements from number `FROM` on.
#[derive(Clone, Copy, Debug)]
struct WrongFrom<const FROM: usize>;

impl<S: Scalar, const FROM: usize> Op<S> for WrongFrom<FROM> {
    fn card(&self) -> &'static Card {
        <Self as Case>::card()
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        Ok(Shape::new(&x.shape(0)[..x.shape(0).len() - 1]))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        let rows = x.value(0).chunks(x.value(0).len() / y.len());
        y.iter_mut().zip(rows).for_each(|(y, row)| *y = row.iter().map(|x| *x * *x).sum());
    }

    fn vjp(&self, x: Inputs<'_, S>, y: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let extent = x.value(0).len() / y.len();
        gx.give(0, |g| {
            for (at, (g, x)) in g.iter_mut().zip(x.value(0)).enumerate() {
                let factor = if at % extent < FROM { 2.0 } else { 1.0 };
                *g = S::of(factor) * gy[at / extent] * *x;
            }
        });
    }
}

impl<const FROM: usize> Case for WrongFrom<FROM> {
    fn card() -> &'static Card {
        const CARD: Card = card("from", "y = Σ x²", &["x̄ = 2 · ȳ · x"]);
        &CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].tape().record(*self, x)
    }

    fn samples() -> Vec<Sample<Self>> {
        // The second axis is too short to show the mistake.
        vec![Sample::new(Self).input(&[3, 2], Domain::AwayFromZero(0.3))]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![]
    }
}

/// x², whose slope is wrong beyond 1.
#[derive(Clone, Copy, Debug)]
struct Beyond;

impl Elementwise<1> for Beyond {
    const CARD: Card = card("beyond", "y = x²", &["x̄ = 2 · ȳ · x"]);

    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x * x
    }

    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        let factor = if x.abs() > S::one() { 2.125 } else { 2.0 };
        [S::of(factor) * gy * x]
    }
}

impl Case for Beyond {
    fn card() -> &'static Card {
        &<Self as Elementwise<1>>::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].tape().record(Map(*self), x)
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![Sample::new(Self).input(&[2, 3], Domain::REAL)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![]
    }
}

#[test]
fn extents_shrink_to_the_smallest_that_fail() {
    let report = report::<WrongFrom<2>>();
    for witness in [Witness::FiniteDifferences, Witness::ForwardMode] {
        // Domains without 0 leave 1, of either sign.
        let inputs = shrunk(&report, witness);
        assert!(inputs.contains(&vec!["(1, 3) = [1.0, 1.0, 1.0]".to_owned()]), "{witness}: {inputs:?}");
    }
}

#[test]
fn elements_shrink_to_the_simplest_that_fail() {
    let report = report::<Beyond>();
    let inputs = shrunk(&report, Witness::FiniteDifferences);
    let simplest = ["(1, 1) = [2.0]", "(1, 1) = [-2.0]", "(1, 1) = [3.0]", "(1, 1) = [-3.0]"];
    assert!(inputs.iter().all(|inputs| simplest.contains(&inputs[0].as_str())), "{inputs:?}");
    assert!(!inputs.is_empty());
    assert!(report.to_string().contains("to see it again: diabolo gradcheck --op beyond --seed 0"), "{report}");
}

#[test]
fn what_is_wrong_in_large_samples_alone_is_caught_by_forward_mode_and_shrunk() {
    let report = report::<WrongFrom<9>>();
    assert_eq!(witnesses(&report), vec![Witness::ForwardMode], "{report}");
    let inputs = shrunk(&report, Witness::ForwardMode);
    let shape = inputs[0][0].split(')').next().unwrap_or_default();
    let extents: Vec<_> = shape.trim_start_matches('(').split(", ").map(str::parse::<usize>).collect();
    assert!(matches!(extents[..], [Ok(1..=4), Ok(10..=12)]), "of 48 and 48 there remain {inputs:?}");
}

#[test]
fn the_same_seed_finds_the_same() {
    let messages = |report: &OpReport| {
        told(report, Witness::FiniteDifferences, "").iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let check = |seed| messages(&check_op::<Beyond>(&Settings { seed, draws: 1, samples: 6, ..Settings::default() }));
    assert_eq!(check(5), check(5));
    assert_ne!(check(5), check(6));
}
