//! Structured ops with mistakes that frameworks have shipped: the Jacobian at a small shape catches each, and names input and
//! element.

use diabolo_autodiff::{Card, Case, Cotangents, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};
use diabolo_gradcheck::{Failure, OpReport, Quantity, Settings, Witness, check_op};
use diabolo_kernels::{Buffer, Scalar};

const fn card(name: &'static str, forward: &'static str, backward: &'static [&'static str], reads: Reads) -> Card {
    Card { name, forward, backward, latex: "", reads, kinks: "none", linear: Linearity::Nowhere, ulps: Ulps::FOUR }
}

/// An op with its card, its samples and no edges.
macro_rules! case {
    ($op:ident, $card:expr, $sample:expr) => {
        impl $op {
            const CARD: Card = $card;
        }

        impl Case for $op {
            fn card() -> &'static Card {
                &Self::CARD
            }

            fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
                x[0].tape().record(*self, x)
            }

            fn samples() -> Vec<Sample<Self>> {
                vec![$sample]
            }

            fn edges() -> Vec<Edge<Self>> {
                vec![]
            }
        }
    };
}

/// Over the last axis of a matrix.
#[derive(Clone, Copy, Debug)]
struct Softmax;

case!(
    Softmax,
    card("softmax", "y = eˣ / Σ eˣ", &["x̄ = y · ȳ"], Reads::Y),
    Sample::new(Self).input(&[2, 3], Domain::REAL)
);

impl<S: Scalar> Op<S> for Softmax {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        Ok(x.shape(0))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        let columns = x.shape(0)[1];
        for (x, y) in x.value(0).chunks(columns).zip(y.chunks_mut(columns)) {
            let total: S = x.iter().map(|x| x.exp()).sum();
            y.iter_mut().zip(x).for_each(|(y, x)| *y = x.exp() / total);
        }
    }

    /// The term −y·Σ ȳ·y is forgotten.
    fn vjp(&self, _: Inputs<'_, S>, y: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| g.iter_mut().zip(y).zip(gy).for_each(|((g, y), gy)| *g = *y * *gy));
    }
}

/// y at rows 0, 2, 1 += s.
#[derive(Clone, Copy, Debug)]
struct ScatterAdd;

const ROWS: [usize; 3] = [0, 2, 1];

case!(
    ScatterAdd,
    card("scatter_add", "yₖ = xₖ + Σ sᵢ", &["x̄ᵢ = ȳ at row rᵢ", "s̄ = ȳ"], Reads::Nothing),
    Sample::new(Self).input(&[3], Domain::REAL).input(&[3], Domain::REAL)
);

impl<S: Scalar> Op<S> for ScatterAdd {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        Ok(x.shape(0))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        y.copy_from_slice(x.value(0));
        ROWS.iter().zip(x.value(1)).for_each(|(&row, s)| y[row] += *s);
    }

    /// The gradients are swapped.
    fn vjp(&self, _: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| g.iter_mut().zip(ROWS).for_each(|(g, row)| *g = gy[row]));
        gx.give(1, |g| g.copy_from_slice(gy));
    }
}

/// The largest element of two tensors; the first is all ties.
#[derive(Clone, Copy, Debug)]
struct Max;

case!(
    Max,
    card("max", "y = the largest", &["x̄ = ȳ where x = y", "x̄ = ȳ where x = y"], Reads::XY),
    Sample::new(Self).input(&[2], Domain::Between(3.0, 3.0)).input(&[3], Domain::Between(-1.0, 1.0))
);

impl<S: Scalar> Op<S> for Max {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, _: Inputs<'_, S>) -> Result<Shape, String> {
        Ok(Shape::new(&[]))
    }

    /// The mean of those that are the largest, so that forward mode gives them equal shares.
    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        let all = || x.value(0).iter().chain(x.value(1)).copied();
        let largest = all().reduce(|a, b| if b > a { b } else { a }).expect("an axis has an element");
        let ties = || all().filter(|x| *x == largest);
        y[0] = ties().sum::<S>() / S::of(ties().count() as f64);
    }

    /// Each of several that are the largest gets all of it.
    fn vjp(&self, x: Inputs<'_, S>, y: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        for i in 0..2 {
            let slope = |x: S| if x == y[0] { gy[0] } else { S::zero() };
            gx.give(i, |g| g.iter_mut().zip(x.value(i)).for_each(|(g, x)| *g = slope(*x)));
        }
    }
}

/// Over both axes of a matrix.
#[derive(Clone, Copy, Debug)]
struct Mean;

case!(
    Mean,
    card("mean", "y = Σ x / n", &["x̄ = ȳ / n"], Reads::Nothing),
    Sample::new(Self).input(&[2, 3], Domain::REAL)
);

impl<S: Scalar> Op<S> for Mean {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, _: Inputs<'_, S>) -> Result<Shape, String> {
        Ok(Shape::new(&[]))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        y[0] = x.value(0).iter().copied().sum::<S>() / S::of(x.value(0).len() as f64);
    }

    /// Only the rows are counted.
    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| g.fill(gy[0] / S::of(x.shape(0)[0] as f64)));
    }
}

/// Of a vector, unbiased.
#[derive(Clone, Copy, Debug)]
struct Variance;

case!(
    Variance,
    card("variance", "y = Σ (x − m)² / (n − 1)", &["x̄ = 2 · ȳ · (x − m) / n"], Reads::X),
    Sample::new(Self).input(&[3], Domain::REAL)
);

fn deviations<S: Scalar>(x: &[S]) -> impl Iterator<Item = S> {
    let m = x.iter().copied().sum::<S>() / S::of(x.len() as f64);
    x.iter().map(move |x| *x - m)
}

impl<S: Scalar> Op<S> for Variance {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, _: Inputs<'_, S>) -> Result<Shape, String> {
        Ok(Shape::new(&[]))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        y[0] = deviations(x.value(0)).map(S::square).sum::<S>() / S::of(x.value(0).len() as f64 - 1.0);
    }

    /// Divided by n, where the value is divided by n − 1.
    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let factor = S::of(2.0 / x.value(0).len() as f64) * gy[0];
        gx.give(0, |g| g.iter_mut().zip(deviations(x.value(0))).for_each(|(g, d)| *g = factor * d));
    }
}

/// What the Jacobian says of the gradient of an input, in both precisions.
fn of_input(report: &OpReport, input: usize) -> Vec<&Failure> {
    let gradient = Quantity::Gradient(format!("input {input}"));
    report.failures.iter().filter(|f| f.witness == Witness::Duals && f.quantity == gradient).collect()
}

/// At the sample of the op alone.
fn report<C: Case>() -> OpReport {
    check_op::<C>(&Settings { draws: 1, samples: 0, ..Settings::default() })
}

#[test]
fn a_softmax_that_forgets_a_term_is_caught_at_the_element_that_moved() {
    let report = report::<Softmax>();
    let failures = of_input(&report, 0);
    assert!(!failures.is_empty(), "{report}");
    for failure in failures {
        // One row of the cotangent alone, and the element whose slope misses −y·Σ ȳ·y.
        let [row, column] = failure.element.as_deref().unwrap() else { panic!("two indices: {report}") };
        let of_row: f64 = failure.cotangent[3 * row..3 * row + 3].iter().map(|gy| gy.abs()).sum();
        assert!(of_row > 0.0 && *column < 3, "{failure}");
        assert!(failure.difference > 1e3 && failure.theirs.abs() < 3.0, "{failure}");
        assert!(failure.reason.contains("a term is missing"), "{failure}");
    }
    assert!(report.worst_ulps.f64 > 1e12 && report.worst_ulps.f32 > 1e3, "{report}");
}

#[test]
fn swapped_gradients_are_caught_where_rows_change_places() {
    let report = report::<ScatterAdd>();
    for input in [0, 1] {
        let failures = of_input(&report, input);
        assert!(!failures.is_empty(), "{report}");
        for failure in failures {
            // Row 0 stays where it is: nothing is wrong there.
            assert_ne!(failure.element, Some(vec![0]), "{failure}");
            assert!(failure.to_string().contains("inputs of shape [3] and [3]"), "{failure}");
        }
    }
}

#[test]
fn ties_that_all_get_everything_are_caught_in_their_input_alone() {
    let report = report::<Max>();
    let failures = of_input(&report, 0);
    assert!(!failures.is_empty() && of_input(&report, 1).is_empty(), "{report}");
    for failure in failures {
        assert_eq!((failure.ours / failure.theirs, failure.x), (2.0, Some(3.0)), "{failure}");
        assert!(failure.reason.contains("ours is 2.000000 times the witness's"), "{failure}");
    }
}

#[test]
fn a_mean_that_forgets_an_axis_is_caught_by_its_factor() {
    let report = report::<Mean>();
    let failures = of_input(&report, 0);
    assert!(!failures.is_empty(), "{report}");
    for failure in failures {
        assert_eq!(failure.element.as_ref().map(Vec::len), Some(2), "{failure}");
        assert!((failure.ours / failure.theirs - 3.0).abs() < 1e-6, "{failure}");
        assert!(failure.reason.contains("3.000000 times the witness's: a factor too many"), "{failure}");
    }
}

#[test]
fn a_variance_with_the_wrong_correction_is_caught_by_its_factor() {
    let report = report::<Variance>();
    let failures = of_input(&report, 0);
    assert!(!failures.is_empty(), "{report}");
    assert!(failures.iter().all(|failure| failure.reason.contains("is missing")), "{report}");
    assert!(failures.iter().all(|f| (f.ours / f.theirs - 2.0 / 3.0).abs() < 1e-6), "{report}");
}
