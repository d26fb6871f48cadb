//! Every pair of shapes that can be repeated to a common one, up to rank 4.
//!
//! ```text
//! extents 2, 3, 2, 3, each of them or 1, with any number of leading axes dropped: 16 + 8 + 4 + 2 + 1 = 31 shapes
//! ```
//!
//! What an op makes of shapes that differ must be what it makes of copies that are repeated by hand: the value to the last
//! bit, and the gradients added up over the copies.

use diabolo_kernels::random::Key;
use ndarray::{ArrayD, Axis, Zip};

use super::{Broken, Ruling};
use crate::claim::Claim;
use crate::draw::{draw, signed};
use crate::failure::{Place, Quantity};
use crate::run::{OnTape, Passes, backward, forward};
use crate::settings::COTANGENT;
use crate::subject::Subject;
use crate::tolerance::REPEATED;

/// The law.
pub(crate) const LAW: &str = "inputs that are repeated give what copies give, added up";

/// The extents of all axes.
const WHOLE: [usize; 4] = [2, 3, 2, 3];

/// The law, if the op repeats its inputs to a common shape: all its samples have outputs of the common shape, and in one of
/// them each of two inputs is repeated. Returns the claim where it is broken, or any.
pub(crate) fn check(seed: u64, key: Key, samples: &[Subject]) -> Option<(Claim, Ruling)> {
    let subject = samples.iter().find(|subject| both_are_repeated(subject))?;
    if !samples.iter().all(|subject| gives_common_shape(subject, key)) {
        return None;
    }
    let count = subject.inputs.len();
    let whole: Vec<ArrayD<f64>> =
        (0..).zip(&subject.inputs).map(|(site, (_, domain))| draw(key.site(site), &WHOLE, *domain)).collect();
    let shapes = shapes();
    let number = shapes.len();
    let mut last = None;
    // Of three inputs each pair of neighbours takes all pairs of shapes.
    for first in 0..if count == 2 { 1 } else { count } {
        for pair in 0..number * number {
            let (a, b) = (pair / number, pair % number);
            let chosen = |i: usize| match (i + count - first) % count {
                0 => &shapes[a],
                1 => &shapes[b],
                _ => &shapes[(a + b) % number],
            };
            let inputs: Vec<ArrayD<f64>> = whole.iter().enumerate().map(|(i, x)| part(x, chosen(i))).collect();
            let (claim, ruling) = at(subject, seed, key, inputs);
            if ruling.is_err() {
                return Some((claim, ruling));
            }
            last = Some((claim, ruling));
        }
    }
    last
}

/// All shapes, small ones first.
fn shapes() -> Vec<Vec<usize>> {
    let of_rank = |rank: usize| {
        let extents = &WHOLE[WHOLE.len() - rank..];
        let shape = |ones: usize| {
            let extent = |(axis, extent): (usize, &usize)| if ones >> axis & 1 == 1 { *extent } else { 1 };
            extents.iter().enumerate().map(extent).collect()
        };
        (0..1 << rank).map(shape)
    };
    (0..=WHOLE.len()).flat_map(of_rank).collect()
}

/// The shape that all can be repeated to.
fn common<'a>(shapes: impl IntoIterator<Item = &'a [usize]>) -> Option<Vec<usize>> {
    let mut common: Vec<usize> = vec![];
    for shape in shapes {
        let lead = common.len().max(shape.len());
        let extent = |of: &[usize], axis: usize| (axis + of.len()).checked_sub(lead).map_or(1, |at| of[at]);
        let extents = (0..lead).map(|axis| match (extent(&common, axis), extent(shape, axis)) {
            (1, b) => Some(b),
            (a, b) if a == b || b == 1 => Some(a),
            _ => None,
        });
        common = extents.collect::<Option<_>>()?;
    }
    Some(common)
}

fn both_are_repeated(subject: &Subject) -> bool {
    let shapes = || subject.inputs.iter().map(|(shape, _)| shape.as_slice());
    common(shapes()).is_some_and(|common| shapes().filter(|shape| *shape != common).count() >= 2)
}

fn gives_common_shape(subject: &Subject, key: Key) -> bool {
    common(subject.inputs.iter().map(|(shape, _)| shape.as_slice()))
        .is_some_and(|common| forward(subject.real(), &subject.draw(key)).shape() == common)
}

/// The first of every repeated row.
fn part(whole: &ArrayD<f64>, shape: &[usize]) -> ArrayD<f64> {
    let mut part = whole.view();
    while part.ndim() > shape.len() {
        part = part.index_axis_move(Axis(0), 0);
    }
    for (axis, &extent) in shape.iter().enumerate() {
        part.slice_axis_inplace(Axis(axis), (..extent).into());
    }
    part.as_standard_layout().into_owned()
}

/// The sum over what was repeated, of the shape of one copy.
fn added_up(whole: &ArrayD<f64>, shape: &[usize]) -> ArrayD<f64> {
    let mut sum = whole.clone();
    while sum.ndim() > shape.len() {
        sum = sum.sum_axis(Axis(0));
    }
    for (axis, _) in
        shape.iter().enumerate().filter(|(axis, extent)| sum.shape()[*axis] != **extent).collect::<Vec<_>>()
    {
        sum = sum.sum_axis(Axis(axis)).insert_axis(Axis(axis));
    }
    sum
}

/// The law for inputs of these shapes.
fn at(subject: &Subject, seed: u64, key: Key, inputs: Vec<ArrayD<f64>>) -> (Claim, Ruling) {
    let function: OnTape<'_, f64> = subject.real();
    let Passes { y, cotangent, gradients } = backward(function, &inputs, &|shape| signed(key.site(COTANGENT), shape));
    let copies = |x: &ArrayD<f64>| x.broadcast(y.shape()).map_or_else(|| x.clone(), |copies| copies.to_owned());
    let repeated: Vec<ArrayD<f64>> = inputs.iter().map(copies).collect();
    let by_hand = backward(function, &repeated, &|_| cotangent.clone());

    let place = Place::Random {
        seed,
        draw: 0,
        op: subject.op.clone(),
        inputs: inputs.iter().map(|x| diabolo_autodiff::Shape::new(x.shape()).to_string()).collect(),
        shrunk: false,
    };
    let names = (0..inputs.len()).map(|i| format!("input {i}")).collect();
    let claim = Claim { card: Some(subject.card), place, names, inputs, gradients, cotangent };
    let ruling = compare(&claim, &y, &by_hand);
    (claim, ruling)
}

fn compare(claim: &Claim, y: &ArrayD<f64>, by_hand: &Passes<f64>) -> Ruling {
    let how = || "beside the same op on inputs that were repeated by hand".to_owned();
    Broken::unless_close(Quantity::Value, None, [y, &by_hand.y, &by_hand.y], 0.0, &how)?;
    for (i, (x, ours)) in claim.inputs.iter().zip(&claim.gradients).enumerate() {
        let wanted = added_up(&by_hand.gradients[i], x.shape());
        let mut size = added_up(&by_hand.gradients[i].mapv(f64::abs), x.shape());
        Zip::from(&mut size).and(ours).for_each(|size, ours| *size = size.max(ours.abs()));
        let quantity = Quantity::Gradient(claim.names[i].clone());
        Broken::unless_close(quantity, Some(x), [ours, &wanted, &size], REPEATED, &how)?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use ndarray::{ArrayD, array};

    use super::{added_up, common, part, shapes};

    #[test]
    fn all_pairs_of_shapes_have_a_common_one() {
        let all = shapes();
        assert_eq!((all.len(), all[0].len(), &*all[30]), (31, 0, &[2, 3, 2, 3][..]));
        for a in &all {
            for b in &all {
                assert!(common([a.as_slice(), b.as_slice()]).is_some(), "{a:?} and {b:?}");
            }
        }
        assert_eq!(common([&[2, 3][..], &[4][..]]), None);
        assert_eq!(common([&[2, 1][..], &[4, 1, 5][..]]), Some(vec![4, 2, 5]));
    }

    #[test]
    fn parts_are_added_up_from_copies() {
        let whole = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]].into_dyn();
        assert_eq!(part(&whole, &[2, 1]), array![[1.0], [4.0]].into_dyn());
        assert_eq!(part(&whole, &[3]), array![1.0, 2.0, 3.0].into_dyn());
        assert_eq!(added_up(&whole, &[2, 1]), array![[6.0], [15.0]].into_dyn());
        assert_eq!(added_up(&whole, &[1]), array![21.0].into_dyn());
        assert_eq!(added_up(&whole, &[]), ArrayD::from_elem(vec![], 21.0));
    }
}
