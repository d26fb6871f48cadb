//! Witness 2: every entry of the Jacobian of an op at a small shape, and its product with a random cotangent, in ulps.
//!
//! ```text
//! J·eⱼ                 column j of an input: one pass of jets in which its element j moves
//! Jᵀ(r·eᵢ) = r·Jᵢⱼ     row i: the rule for a cotangent of one element, of either sign and not 1
//! (Jᵀȳ)ⱼ = Σᵢ ȳᵢ·Jᵢⱼ   the rule for a full cotangent
//! ```
//!
//! A rule that mixes up elements can be right along a random direction by accident, and one that forgets its cotangent for a
//! cotangent of ones. No entry can be wrong here unseen. The sum over i has its largest term for a measure.

use diabolo_autodiff::{Dice, Domain, Gradients, Tape};
use diabolo_kernels::Scalar;
use diabolo_kernels::random::Key;
use ndarray::ArrayD;

use super::{Findings, Precision, ulps};
use crate::diagnosis::{Pair, diagnose};
use crate::draw::{fine, signed};
use crate::failure::{Failure, Place, Quantity, Witness};
use crate::precise::{DoubleDouble, Jet};
use crate::probe::position;
use crate::run::OnTape;
use crate::settings::{COTANGENT, SHAPE, SMALL, Settings};
use crate::subject::{Subject, Subjects};
use crate::textbook::Formula;

/// The most entries that are looked at, and passes that are made for them. Larger ones are left to forward mode.
const ENTRIES: usize = 4096;
const PASSES: usize = 64;

/// The largest extent of samples that are drawn.
const SIZE: usize = 5;

/// Holds an op against its textbook formula at the samples of its file and at drawn ones, every other of these with inputs of the
/// whole domain. For one that is not of the registry the formula is its own forward rule.
pub(super) fn check(settings: &Settings, op: &Subjects) -> Findings {
    let mut findings = Findings::default();
    for (draw, subject) in (0..).zip(&op.samples).filter(|(_, subject)| has_few_entries(subject)) {
        Small::new(subject).check(settings.key(SMALL, draw), draw, &mut findings);
    }
    for draw in (op.samples.len() as u32..).take(settings.samples as usize) {
        let key = settings.key(SMALL, draw);
        if let Some(subject) = drawn_small(op, key.site(SHAPE), draw % 2 == 0) {
            Small::new(&subject).check(key, draw, &mut findings);
        }
    }
    findings
}

/// The largest sample that is small enough, of those that the key draws.
fn drawn_small(op: &Subjects, key: Key, wide: bool) -> Option<Subject> {
    let drawn = (1..=SIZE).rev().map(|size| (op.any)(&mut Dice::new(key, size)));
    let mut sample = drawn.into_iter().find(has_few_entries)?;
    let domains = &op.whole_domain;
    if wide && !domains.is_empty() {
        let of = |i: usize| domains[i.min(domains.len() - 1)];
        sample.inputs.iter_mut().enumerate().for_each(|(i, (_, domain))| *domain = of(i));
    }
    Some(sample)
}

/// Whether the Jacobian is small enough to be looked at entry by entry.
fn has_few_entries(subject: &Subject) -> bool {
    let op = Small::new(subject);
    op.elements() <= PASSES && op.outputs() * op.elements() <= ENTRIES
}

/// An op with attributes, inputs to be drawn, and its formula.
struct Small<'a> {
    subject: &'a Subject,
    formula: Formula<'a>,
}

/// One draw in one precision, and what the formula says of it.
struct Exact {
    precision: Precision,
    draw: u32,
    inputs: Vec<ArrayD<f64>>,
    y: ArrayD<Jet>,
    /// Of each input, of each of its elements, the column of J.
    columns: Vec<Vec<ArrayD<Jet>>>,
}

/// What the rule says for a number of cotangents.
struct Answers {
    y: ArrayD<f64>,
    /// For each cotangent the gradient of each input.
    gradients: Vec<Vec<ArrayD<f64>>>,
}

/// A number of the rule beside the exact one.
struct Compared<'a> {
    /// Its place in the tensor.
    element: usize,
    cotangent: &'a [f64],
    pair: Pair,
    ulps: f64,
}

impl<'a> Small<'a> {
    fn new(subject: &'a Subject) -> Self {
        Self { subject, formula: subject.formula() }
    }

    /// The numbers in all inputs.
    fn elements(&self) -> usize {
        self.subject.inputs.iter().map(|(shape, _)| shape.iter().product::<usize>()).sum()
    }

    /// The numbers in the output.
    fn outputs(&self) -> usize {
        (self.formula)(&self.constants()).len()
    }

    /// Inputs of the right shapes and any value of their domains.
    fn constants(&self) -> Vec<ArrayD<Jet>> {
        let of = |(shape, domain): &(Vec<usize>, Domain)| ArrayD::from_elem(&**shape, Jet::constant(domain.at(0.7)));
        self.subject.inputs.iter().map(of).collect()
    }

    /// Compares all entries in both precisions, at inputs that the key draws.
    fn check(&self, key: Key, draw: u32, findings: &mut Findings) {
        for precision in [Precision::Double, Precision::Single] {
            let exact = self.exact(key, draw, precision);
            let gy = signed(key.site(COTANGENT), exact.y.shape()).mapv(|gy| precision.nearest(gy));
            let alone = |i: usize| {
                let mut row = ArrayD::zeros(gy.shape());
                (&mut row).into_iter().zip(&gy).skip(i).take(1).for_each(|(to, r)| *to = *r);
                row
            };
            let cotangents: Vec<_> = (0..gy.len()).map(alone).chain([gy.clone()]).collect();
            let answers = match precision {
                Precision::Double => answers(self.subject.real(), &exact.inputs, &cotangents),
                Precision::Single => answers(self.subject.single(), &exact.inputs, &cotangents),
            };
            self.compare(&exact, &cotangents, &answers, findings);
        }
    }

    fn exact(&self, key: Key, at: u32, precision: Precision) -> Exact {
        let one = |(site, (shape, domain)): (u32, &(Vec<usize>, Domain))| {
            fine(key.site(site), shape, *domain).mapv(|x| precision.nearest(x))
        };
        let inputs: Vec<_> = (0..).zip(&self.subject.inputs).map(one).collect();
        let mut jets: Vec<_> = inputs.iter().map(|x| x.mapv(Jet::constant)).collect();
        let y = (self.formula)(&jets);
        let mut columns = vec![];
        for (input, x) in inputs.iter().enumerate() {
            let of_element = |(element, &x): (usize, &f64)| {
                let place = position(inputs[input].shape(), element);
                jets[input][&*place] = Jet::variable(x, 1.0);
                let column = (self.formula)(&jets);
                jets[input][&*place] = Jet::constant(x);
                column
            };
            columns.push(x.iter().enumerate().map(of_element).collect());
        }
        Exact { precision, draw: at, inputs, y, columns }
    }

    fn compare(&self, exact: &Exact, cotangents: &[ArrayD<f64>], answers: &Answers, findings: &mut Findings) {
        let precision = exact.precision;
        let whole = slice(&cotangents[cotangents.len() - 1]);
        let value = |(element, (&ours, y)): (usize, (&f64, &Jet))| Compared {
            element,
            cotangent: whole,
            pair: Pair { ours, theirs: y.value.to_f64() },
            ulps: ulps(ours, y.value, y.value_size, precision),
        };
        assert_eq!(answers.y.shape(), exact.y.shape(), "{} and its formula differ in shape", self.subject.op);
        let values: Vec<_> = answers.y.iter().zip(&exact.y).enumerate().map(value).collect();
        self.record(exact, None, &values, findings);
        for (input, columns) in exact.columns.iter().enumerate() {
            let mut compared = vec![];
            for (gy, gradients) in cotangents.iter().zip(&answers.gradients) {
                for (element, (&ours, column)) in gradients[input].iter().zip(columns).enumerate() {
                    let (sum, size) = product(gy, column);
                    let pair = Pair { ours, theirs: sum.to_f64() };
                    compared.push(Compared {
                        element,
                        cotangent: slice(gy),
                        pair,
                        ulps: ulps(ours, sum, size, precision),
                    });
                }
            }
            self.record(exact, Some(input), &compared, findings);
        }
    }

    /// Notes the worst distance, and a failure if it is larger than the card allows. Without an input it is of the value.
    fn record(&self, exact: &Exact, input: Option<usize>, compared: &[Compared<'_>], findings: &mut Findings) {
        let allowed = f64::from(exact.precision.of(self.subject.card.ulps));
        let Some(worst) = compared.iter().max_by(|a, b| a.ulps.total_cmp(&b.ulps)) else { return };
        findings.see(exact.precision, worst.ulps);
        if worst.ulps <= allowed {
            return;
        }
        let wrong: Vec<Pair> = compared.iter().filter(|c| c.ulps > allowed).map(|c| c.pair).collect();
        let x = input.map(|input| &exact.inputs[input]);
        let element = position(x.map_or(exact.y.shape(), |x| x.shape()), worst.element);
        findings.failures.push(Failure {
            card: Some(self.subject.card),
            place: Place::Drawn {
                op: self.subject.op.clone(),
                shapes: exact.inputs.iter().map(|x| x.shape().to_vec()).collect(),
                draw: exact.draw,
                single: exact.precision == Precision::Single,
            },
            witness: Witness::Duals,
            quantity: input.map_or(Quantity::Value, |input| Quantity::Gradient(format!("input {input}"))),
            x: x.map(|x| x[&*element]),
            element: Some(element),
            cotangent: worst.cotangent.to_vec(),
            ours: worst.pair.ours,
            theirs: worst.pair.theirs,
            difference: worst.ulps,
            allowed,
            wrong: (wrong.len(), compared.len()),
            reason: diagnose(&wrong),
        });
    }
}

/// Σᵢ ȳᵢ·Jᵢⱼ, and its largest term or the largest within one.
fn product(gy: &ArrayD<f64>, column: &ArrayD<Jet>) -> (DoubleDouble, DoubleDouble) {
    let moved = gy.iter().zip(column).filter(|(gy, _)| **gy != 0.0);
    moved.fold((DoubleDouble::ZERO, DoubleDouble::ZERO), |(sum, size), (&gy, y)| {
        let gy = DoubleDouble::from(gy);
        (sum + gy * y.tangent, size.larger((gy * y.tangent).abs()).larger(gy.abs() * y.tangent_size))
    })
}

/// One pass forward, and one back for each cotangent.
fn answers<S: Scalar>(function: OnTape<'_, S>, inputs: &[ArrayD<f64>], cotangents: &[ArrayD<f64>]) -> Answers {
    let tape = Tape::new();
    let x: Vec<_> = inputs.iter().map(|x| tape.variable(&x.mapv(S::of))).collect();
    let y = function(&tape, &x);
    let back = |gy: &ArrayD<f64>| {
        let mut gradients = Gradients::new();
        y.backward_from(&gy.mapv(S::of).view(), &mut gradients);
        let of = |(x, input): (_, &ArrayD<f64>)| {
            gradients.of(x).map_or_else(|| ArrayD::zeros(input.shape()), |g| g.mapv(S::to_f64))
        };
        x.iter().copied().zip(inputs).map(of).collect()
    };
    Answers { y: y.value().mapv(S::to_f64), gradients: cotangents.iter().map(back).collect() }
}

fn slice(array: &ArrayD<f64>) -> &[f64] {
    array.as_slice().expect("cotangents are in standard layout")
}
