//! From a random sample that fails to a small one that fails in the same way, which is easier to understand.
//!
//! First the extents: samples of size 1, 2, … are drawn until some fail, and of these the one with the fewest elements is taken.
//! Then the elements, one at a time: each becomes the first of 0, 1, −1 and its neighbouring whole numbers that lies in the
//! domain and at which the sample still fails. A kink that was not there before is not taken for a failure.

use diabolo_autodiff::Domain;
use ndarray::ArrayD;

use crate::differences::kink;
use crate::draw::{domain_holds, signed};
use crate::failure::{Failure, Place};
use crate::probe::elements;
use crate::run::forward;
use crate::subject::Subject;
use diabolo_kernels::random::Key;

/// How many samples of one size are drawn.
const ATTEMPTS: u32 = 32;
/// How many times an element may be tried.
const WORK: usize = 400;
/// Elements are shown of tensors that have no more than these.
const SHOWN: usize = 12;

/// The failure of an op at these inputs, if it fails.
type Fails<'a> = &'a dyn Fn(&Subject, &[ArrayD<f64>]) -> Option<Failure>;

/// An op and its inputs.
type Drawn = (Subject, Vec<ArrayD<f64>>);

/// Where a smaller sample is looked for.
pub(crate) struct Hunt<'a> {
    pub(crate) key: Key,
    /// The sample of an attempt and a size; attempt 0 at the first size is the one that failed.
    pub(crate) draw: &'a dyn Fn(u32, usize) -> Drawn,
    /// The failure of a sample, by the witness that the first failed by.
    pub(crate) fails: Fails<'a>,
}

impl Hunt<'_> {
    /// The failure of the smallest sample found, from one of this size that fails.
    pub(crate) fn run(&self, size: usize, found: Failure) -> Failure {
        let (subject, mut inputs) = self.smallest(size).unwrap_or_else(|| (self.draw)(0, size));
        self.simplify(&subject, &mut inputs);
        let failure = (self.fails)(&subject, &inputs).unwrap_or(found);
        let Place::Random { seed, draw, .. } = failure.place else { return failure };
        let place =
            Place::Random { seed, draw, op: subject.op, inputs: inputs.iter().map(described).collect(), shrunk: true };
        Failure { place, ..failure }
    }

    fn smallest(&self, size: usize) -> Option<Drawn> {
        // Every size while they are small, and then fewer.
        let smaller = (1..=12).chain([16, 24, 32, 48]).filter(|smaller| *smaller < size).chain([size]);
        let failing = |size| {
            let drawn = (0..ATTEMPTS).map(|attempt| (self.draw)(attempt, size));
            let failing = drawn.filter(|(subject, inputs)| (self.fails)(subject, inputs).is_some());
            failing.min_by_key(|(_, inputs)| inputs.iter().map(ArrayD::len).sum::<usize>())
        };
        smaller.into_iter().find_map(failing)
    }

    fn simplify(&self, subject: &Subject, inputs: &mut [ArrayD<f64>]) {
        let mut work = 0;
        for input in 0..inputs.len() {
            let domain = subject.inputs[input].1;
            for element in 0..inputs[input].len() {
                let x = elements(&inputs[input])[element];
                for simple in simpler(x, domain) {
                    if work == WORK {
                        return;
                    }
                    work += 1;
                    set(&mut inputs[input], element, simple);
                    if self.is_smooth(subject, inputs, input, element) && (self.fails)(subject, inputs).is_some() {
                        break;
                    }
                    set(&mut inputs[input], element, x);
                }
            }
        }
    }

    /// Whether the op has one slope in this element.
    fn is_smooth(&self, subject: &Subject, inputs: &[ArrayD<f64>], input: usize, element: usize) -> bool {
        let x = elements(&inputs[input])[element];
        let mut y = |step: f64| {
            let mut moved = inputs.to_vec();
            set(&mut moved[input], element, x + step);
            forward(subject.real(), &moved)
        };
        let cotangent = signed(self.key, y(0.0).shape());
        kink(&cotangent, x.abs(), &mut y).is_none()
    }
}

/// The numbers of the domain that are easier to read than `x`, the easiest first.
fn simpler(x: f64, domain: Domain) -> impl Iterator<Item = f64> {
    let candidates = [0.0, 1.0, -1.0, x.trunc(), x.trunc() + x.signum()];
    candidates.into_iter().take_while(move |simple| *simple != x).filter(move |simple| domain_holds(domain, *simple))
}

fn set(x: &mut ArrayD<f64>, element: usize, value: f64) {
    x.as_slice_mut().expect("inputs are in standard layout")[element] = value;
}

fn described(x: &ArrayD<f64>) -> String {
    let shape = diabolo_autodiff::Shape::new(x.shape());
    if x.len() > SHOWN { shape.to_string() } else { format!("{shape} = {:?}", elements(x)) }
}

#[cfg(test)]
mod tests {
    use diabolo_autodiff::Domain;

    #[test]
    fn simpler_numbers_lie_in_the_domain_and_end_at_the_number_itself() {
        let of = |x, domain| super::simpler(x, domain).collect::<Vec<f64>>();
        assert_eq!(of(-2.3, Domain::REAL), [0.0, 1.0, -1.0, -2.0, -3.0]);
        assert_eq!(of(-2.3, Domain::AwayFromZero(0.5)), [1.0, -1.0, -2.0, -3.0]);
        assert_eq!(of(0.4, Domain::Between(0.05, 0.95)), [] as [f64; 0]);
        assert_eq!(of(1.0, Domain::REAL), [0.0]);
        assert_eq!(of(0.0, Domain::REAL), [] as [f64; 0]);
    }
}
