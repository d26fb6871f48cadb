//! The table of edges of an op in words.

use diabolo_autodiff::Edge;
use diabolo_gradcheck::{OpReport, Place};
use diabolo_report::CheckedEdge;

/// Each edge, with what the report says of it.
pub(super) fn of(edges: &[Edge<()>], report: &OpReport) -> Vec<CheckedEdge> {
    let failed = |edge: usize| {
        let at_edge = |place: &Place| matches!(place, Place::Edge { index, .. } if *index == edge);
        report.failures.iter().any(|failure| at_edge(&failure.place))
    };
    edges.iter().enumerate().map(|(index, edge)| in_words(edge, !failed(index))).collect()
}

fn in_words(edge: &Edge<()>, passed: bool) -> CheckedEdge {
    let inputs: Vec<String> = edge.inputs.iter().map(|(shape, x)| tensor(shape, x)).collect();
    // A gradient has the shape of its input.
    let shapes = edge.inputs.iter().map(|(shape, _)| shape);
    let gradients: Vec<String> = shapes.zip(&edge.gradients).map(|(shape, g)| tensor(shape, g)).collect();
    let value = match edge.value.as_slice() {
        [one] => number(*one),
        many => tensor(&[many.len()], many),
    };
    CheckedEdge { inputs: inputs.join("; "), value, gradients: gradients.join("; "), why: edge.why.to_owned(), passed }
}

/// `0.5`, `(1, 2, ∞)`, and from two axes on with its shape: `2×3: (1, 2, 3, 4, …)`.
fn tensor(shape: &[usize], elements: &[f64]) -> String {
    const SHOWN: usize = 6;
    if let ([], [one]) = (shape, elements) {
        return number(*one);
    }
    let mut shown: Vec<String> = elements.iter().take(SHOWN).map(|&x| number(x)).collect();
    if elements.len() > SHOWN {
        shown.push("…".to_owned());
    }
    let list = format!("({})", shown.join(", "));
    match shape {
        [] | [_] => list,
        _ => format!("{}: {list}", shape.iter().map(usize::to_string).collect::<Vec<_>>().join("×")),
    }
}

/// With all digits that it has.
fn number(x: f64) -> String {
    let digits = format!("{x:?}").replace('-', "−").replace("inf", "∞");
    digits.strip_suffix(".0").map_or(digits.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::tensor;

    #[test]
    fn tensors_are_short() {
        assert_eq!(tensor(&[], &[-0.5]), "−0.5");
        assert_eq!(tensor(&[3], &[1.0, f64::NEG_INFINITY, f64::NAN]), "(1, −∞, NaN)");
        assert_eq!(tensor(&[2, 4], &[1e-200; 8]), "2×4: (1e−200, 1e−200, 1e−200, 1e−200, 1e−200, 1e−200, …)");
        assert_eq!(tensor(&[2, 0], &[]), "2×0: ()");
    }
}
