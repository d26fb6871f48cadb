//! Values and gradients at the points where rules go wrong.

use diabolo_autodiff::{Card, Edge};
use ndarray::ArrayD;

use crate::failure::{Failure, Place, Quantity, Witness};
use crate::probe::{elements, position};
use crate::run::{Passes, backward};
use crate::subject::Subject;
use crate::tolerance::{EDGES, relative};

/// The disagreements with one edge; none if all is as its table says.
///
/// # Panics
/// If the table does not have as many numbers as the shapes ask for.
pub(crate) fn check(index: usize, edge: &Edge<Subject>) -> Vec<Failure> {
    let fits = "the elements of an edge fit its shapes";
    let array = |(shape, x): &(Vec<usize>, Vec<f64>)| ArrayD::from_shape_vec(&**shape, x.clone()).expect(fits);
    let inputs: Vec<ArrayD<f64>> = edge.inputs.iter().map(array).collect();
    let Passes { y, gradients, .. } = backward(edge.op.real(), &inputs, &|shape| ArrayD::ones(shape));
    assert_eq!(gradients.len(), edge.gradients.len(), "an edge lists the gradient of each input: {edge:?}");

    let place = Place::Edge { index, why: edge.why, op: edge.op.op.clone() };
    let row = Row { card: edge.op.card, place, why: edge.why, outputs: y.len() };
    let of_inputs = gradients.iter().zip(&edge.gradients).enumerate().filter_map(|(i, (ours, table))| {
        row.compare(Quantity::Gradient(format!("input {i}")), ours, table, Some(&inputs[i]))
    });
    row.compare(Quantity::Value, &y, &edge.value, None).into_iter().chain(of_inputs).collect()
}

/// A row of an op's table of edges.
struct Row {
    card: &'static Card,
    place: Place,
    why: &'static str,
    /// How many elements the output has.
    outputs: usize,
}

impl Row {
    /// The worst of the elements that are not what the table says.
    fn compare(
        &self,
        quantity: Quantity,
        ours: &ArrayD<f64>,
        table: &[f64],
        input: Option<&ArrayD<f64>>,
    ) -> Option<Failure> {
        assert_eq!(ours.len(), table.len(), "an edge lists every element of the {quantity}: {:?}", self.place);
        let pairs = || elements(ours).iter().zip(table);
        let differences: Vec<f64> = pairs().map(|(&ours, &table)| distance(ours, table)).collect();
        let wrong = differences.iter().filter(|&&difference| difference > EDGES).count();
        let (at, &difference) = differences.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        (wrong > 0).then(|| Failure {
            card: Some(self.card),
            place: self.place.clone(),
            witness: Witness::EdgeTable,
            quantity,
            element: Some(position(ours.shape(), at)),
            x: input.map(|x| elements(x)[at]),
            cotangent: vec![1.0; self.outputs],
            ours: elements(ours)[at],
            theirs: table[at],
            difference,
            allowed: EDGES,
            wrong: (wrong, table.len()),
            reason: format!("the table says so because: {}", self.why),
        })
    }
}

/// Relative to the table; NaN is close to NaN alone.
fn distance(ours: f64, table: f64) -> f64 {
    if ours.is_nan() && table.is_nan() { 0.0 } else { relative(ours, table, table.abs()) }
}

#[cfg(test)]
mod tests {
    use super::distance;
    use crate::tolerance::EDGES;

    #[test]
    fn special_values_answer_to_themselves_alone() {
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        for (a, b) in [(nan, nan), (inf, inf), (-inf, -inf), (0.0, -0.0), (5e-324, 5e-324), (1.0, 1.0 + 1e-15)] {
            assert!(distance(a, b) <= EDGES, "{a} and {b}");
        }
        for (a, b) in [(nan, 0.0), (0.0, nan), (inf, -inf), (1e308, inf), (inf, nan), (1e-300, 0.0), (1.0, 1.0 + 1e-13)]
        {
            assert!(distance(a, b) > EDGES, "{a} and {b}");
        }
    }
}
