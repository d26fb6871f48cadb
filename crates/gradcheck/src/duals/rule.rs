//! A rule of single numbers against its textbook formula, at thousands of points, in ulps.

use diabolo_autodiff::{Card, Domain};
use diabolo_kernels::random::Key;
use ndarray::ArrayD;

use super::points::points;
use super::{Findings, Precision, ulps};
use crate::diagnosis::{Pair, diagnose};
use crate::draw::draw;
use crate::failure::{Failure, Place, Quantity, Witness};
use crate::precise::{DoubleDouble, Jet};
use crate::run::{OnTape, Passes, backward};
use crate::settings::COTANGENT;

/// A rule, called through pointers, so that this is compiled once and not for each op.
pub(crate) struct Rule<'a> {
    pub(crate) card: &'static Card,
    /// The op with its attributes.
    pub(crate) op: String,
    pub(crate) inputs: usize,
    pub(crate) domains: &'a [Domain],
    pub(crate) double: OnTape<'a, f64>,
    pub(crate) single: OnTape<'a, f32>,
    pub(crate) formula: &'a dyn Fn(&[ArrayD<Jet>]) -> ArrayD<Jet>,
}

/// What the rule gives at all points, in one precision, and the points.
struct Answers {
    precision: Precision,
    inputs: Vec<ArrayD<f64>>,
    cotangent: ArrayD<f64>,
    y: ArrayD<f64>,
    gradients: Vec<ArrayD<f64>>,
}

/// One number of the rule beside the exact one.
#[derive(Clone, Copy)]
struct Compared {
    ours: f64,
    exact: DoubleDouble,
    ulps: f64,
}

impl Compared {
    fn new(ours: f64, exact: DoubleDouble, size: DoubleDouble, precision: Precision) -> Self {
        Self { ours, exact, ulps: ulps(ours, exact, size, precision) }
    }
}

impl Rule<'_> {
    /// Compares value and gradients at `count` points in double precision, and at others in single precision.
    pub(crate) fn check(&self, [double, single]: [Key; 2], count: usize) -> Findings {
        let mut findings = Findings::default();
        for answers in [self.in_double(double, count), self.in_single(single, count)] {
            self.compare(&answers, &mut findings);
        }
        findings
    }

    fn in_double(&self, key: Key, count: usize) -> Answers {
        let precision = Precision::Double;
        let inputs = points(key, count, self.inputs, self.domains, precision);
        let cotangent = cotangent(key, count);
        let Passes { y, gradients, .. } = backward(self.double, &inputs, &|_| cotangent.clone());
        Answers { precision, inputs, cotangent, y, gradients }
    }

    fn in_single(&self, key: Key, count: usize) -> Answers {
        let precision = Precision::Single;
        let inputs = points(key, count, self.inputs, self.domains, precision);
        let cotangent = cotangent(key, count).mapv(|gy| precision.nearest(gy));
        let narrow = |x: &ArrayD<f64>| x.mapv(|x| x as f32);
        let wide = |x: &ArrayD<f32>| x.mapv(f64::from);
        let narrowed: Vec<_> = inputs.iter().map(narrow).collect();
        let Passes { y, gradients, .. } = backward(self.single, &narrowed, &|_| narrow(&cotangent));
        let gradients = gradients.iter().map(wide).collect();
        Answers { precision, inputs, cotangent, y: wide(&y), gradients }
    }

    fn compare(&self, answers: &Answers, findings: &mut Findings) {
        for input in 0..self.inputs {
            let exact = self.exact(&answers.inputs, input);
            if input == 0 {
                let new = |(&ours, y): (&f64, &Jet)| Compared::new(ours, y.value, y.value_size, answers.precision);
                let values: Vec<_> = answers.y.iter().zip(&exact).map(new).collect();
                self.record(answers, input, Quantity::Value, &values, findings);
            }
            let new = |((&ours, y), &gy): ((&f64, &Jet), &f64)| {
                let gy = DoubleDouble::from(gy);
                Compared::new(ours, gy * y.tangent, gy.abs() * y.tangent_size, answers.precision)
            };
            let slopes: Vec<_> = answers.gradients[input].iter().zip(&exact).zip(&answers.cotangent).map(new).collect();
            self.record(answers, input, Quantity::Gradient(format!("input {input}")), &slopes, findings);
            let curve = answers.inputs[input].iter().zip(&slopes).map(|(&x, slope)| [x, slope.ulps]);
            findings.curve(input, answers.precision).extend(curve);
        }
    }

    /// The formula, with one of the inputs moving.
    fn exact(&self, inputs: &[ArrayD<f64>], moving: usize) -> ArrayD<Jet> {
        let speed = |i| if i == moving { 1.0 } else { 0.0 };
        let jets: Vec<_> = inputs.iter().enumerate().map(|(i, x)| x.mapv(|x| Jet::variable(x, speed(i)))).collect();
        (self.formula)(&jets)
    }

    /// Notes the worst distance, and a failure if it is larger than the card allows.
    fn record(
        &self,
        answers: &Answers,
        input: usize,
        quantity: Quantity,
        compared: &[Compared],
        findings: &mut Findings,
    ) {
        let allowed = f64::from(answers.precision.of(self.card.ulps));
        let Some((at, worst)) = compared.iter().enumerate().max_by(|a, b| a.1.ulps.total_cmp(&b.1.ulps)) else {
            return;
        };
        findings.see(answers.precision, worst.ulps);
        if worst.ulps <= allowed {
            return;
        }
        let x = &answers.inputs[input];
        let wrong: Vec<(f64, Compared)> =
            x.iter().copied().zip(compared.iter().copied()).filter(|(_, c)| c.ulps > allowed).collect();
        findings.failures.push(Failure {
            card: Some(self.card),
            place: Place::Point {
                op: self.op.clone(),
                inputs: answers.inputs.iter().map(|x| x[at]).collect(),
                single: answers.precision == Precision::Single,
            },
            witness: Witness::Duals,
            quantity,
            element: Some(vec![at]),
            x: Some(x[at]),
            cotangent: vec![answers.cotangent[at]],
            ours: worst.ours,
            theirs: worst.exact.to_f64(),
            difference: worst.ulps,
            allowed,
            wrong: (wrong.len(), x.len()),
            reason: reason(&wrong, x.len(), input),
        });
    }
}

/// Of both signs, between 1 and 2: a slope that is too large for a number need not come out where a smaller cotangent makes it one, nor
/// does the rounding of a subnormal slope grow with a larger one.
fn cotangent(key: Key, count: usize) -> ArrayD<f64> {
    let drawn = draw(key.site(COTANGENT), &[count], Domain::Between(-1.0, 1.0));
    drawn.mapv_into(|gy| gy + 1_f64.copysign(gy))
}

/// What the points that are wrong have in common.
fn reason(wrong: &[(f64, Compared)], asked: usize, input: usize) -> String {
    let pairs: Vec<Pair> = wrong.iter().map(|(_, c)| Pair { ours: c.ours, theirs: c.exact.to_f64() }).collect();
    let cause = match 10 * wrong.len() < 9 * asked && pairs.iter().all(|pair| !pair.ours.is_nan()) {
        true => "right at other points: digits are lost at these".to_owned(),
        false => diagnose(&pairs),
    };
    let (from, to) = wrong.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), (x, _)| (a.min(*x), b.max(*x)));
    format!("{cause}; they have input {input} between {from:?} and {to:?}")
}

#[cfg(test)]
mod tests {
    use diabolo_autodiff::ops::gelu::Gelu;
    use diabolo_autodiff::{Case, Domain, Var};
    use diabolo_kernels::Scalar;
    use diabolo_kernels::random::{Key, Stream};

    use super::{Quantity, Rule};
    use crate::textbook;

    /// x/2 · (1 + tanh (√(2/π) · (x + 0.044715·x³))), whose backward pass is exactly the derivative of that.
    fn by_tanh<'t, S: Scalar>(x: Var<'t, S>) -> Var<'t, S> {
        let inner = (x + x.powi(3) * 0.044_715) * (2.0 / std::f64::consts::PI).sqrt();
        x * 0.5 * (inner.tanh() + 1.0)
    }

    #[test]
    fn a_wrong_forward_that_agrees_with_its_own_backward_is_seen_by_the_textbook() {
        let formula = textbook::formula(&Gelu).unwrap();
        let rule = |double, single| Rule {
            card: Gelu::card(),
            op: "Gelu".to_owned(),
            inputs: 1,
            domains: &[Domain::Between(-3.0, 3.0)],
            double,
            single,
            formula: &*formula,
        };
        let keys = [0, 1].map(|draw| Key::new(1, Stream::Sample).at(draw, 0));
        let right = rule(&|_, x| x[0].gelu(), &|_, x| x[0].gelu()).check(keys, 500);
        assert!(right.failures.is_empty(), "{:?}", right.failures);
        let wrong = rule(&|_, x| by_tanh(x[0]), &|_, x| by_tanh(x[0])).check(keys, 500);
        for quantity in [Quantity::Value, Quantity::Gradient("input 0".to_owned())] {
            assert!(wrong.failures.iter().any(|failure| failure.quantity == quantity), "{quantity}");
        }
        assert!(wrong.worst.f64 > 1e9 && wrong.worst.f32 > 1e3, "{:?}", wrong.worst);
    }
}
