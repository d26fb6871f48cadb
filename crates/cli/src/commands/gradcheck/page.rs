//! What was found as a page.

use diabolo_autodiff::{Card, Linearity, Reads};
use diabolo_gradcheck::{OpReport, Settings};
use diabolo_report::{CheckedEdge, CheckedOp, ErrorCurve, GradcheckReport, Precisions, Tally};

use super::{Found, legend};

pub(super) fn of(found: &[Found], settings: &Settings, seconds: f64) -> GradcheckReport {
    let (mut ops, mut models) = (vec![], vec![]);
    for found in found {
        match found {
            Found::Op(report, edges) => ops.push(op(report, edges)),
            Found::Model(model) => models.push(model.clone()),
        }
    }
    let mut meanings = if ops.is_empty() { vec![] } else { legend::of_ops() };
    if !models.is_empty() {
        let new = |column: &legend::Meaning| !meanings.iter().any(|known| known.names[0] == column.names[0]);
        let more: Vec<_> = legend::of_models().into_iter().filter(new).collect();
        meanings.extend(more);
    }
    GradcheckReport {
        ops,
        models,
        seed: settings.seed,
        seconds,
        legend: meanings.into_iter().map(|column| (column.names[0].to_owned(), sentence(&column.words))).collect(),
        command: std::env::args().skip(1).fold("diabolo".to_owned(), |line, word| format!("{line} {word}")),
    }
}

fn op(report: &OpReport, edges: &[CheckedEdge]) -> CheckedOp {
    let card = report.card;
    let curve = |curve: &diabolo_gradcheck::ErrorCurve| ErrorCurve {
        input: name(card, curve.input),
        f64: curve.f64.clone(),
        f32: curve.f32.clone(),
    };
    CheckedOp {
        name: card.name.to_owned(),
        forward: card.forward.to_owned(),
        backward: card.backward.iter().map(|&rule| rule.to_owned()).collect(),
        latex: card.latex.to_owned(),
        properties: properties(card),
        samples: report.samples,
        worst_ulps: Precisions { f64: report.worst_ulps.f64, f32: report.worst_ulps.f32 },
        bound: Precisions { f64: card.ulps.f64.into(), f32: card.ulps.f32.into() },
        worst_difference: report.worst_difference,
        worst_forward: report.worst_forward,
        worst_second: report.worst_second,
        edges: edges.to_vec(),
        structure: Tally { passed: report.structure_passed, total: report.structure },
        curves: report.curves.iter().map(curve).collect(),
        failures: report.failures.iter().map(ToString::to_string).collect(),
    }
}

/// The letter of an input in the formulas: the one with a bar in its backward formula.
fn name(card: &Card, input: usize) -> String {
    let letter = card.backward.get(input).and_then(|rule| rule.chars().next()).filter(|c| c.is_alphabetic());
    letter.map_or_else(|| format!("input {input}"), |letter| without_bar(letter).to_string())
}

/// Most letters and their bars are two characters; these are one.
fn without_bar(letter: char) -> char {
    let pairs = "āaĀAēeĒEīiĪIōoŌOūuŪUȳyȲY".chars().collect::<Vec<_>>();
    pairs.as_chunks::<2>().0.iter().find(|[with, _]| *with == letter).map_or(letter, |[_, without]| *without)
}

fn properties(card: &Card) -> Vec<(String, String)> {
    let reads = match card.reads {
        Reads::Nothing => "neither inputs nor output",
        Reads::X => "its inputs",
        Reads::Y => "its output",
        Reads::XY => "inputs and output",
    };
    let linear = match card.linear {
        Linearity::Nowhere => "no input".to_owned(),
        Linearity::Everywhere => "each input".to_owned(),
        Linearity::In(inputs) => inputs.iter().map(|&input| name(card, input)).collect::<Vec<_>>().join(", "),
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    vec![pair("kinks", card.kinks), pair("the backward rule reads", reads), pair("linear in", &linear)]
}

/// With a capital and a full stop.
fn sentence(words: &str) -> String {
    let (first, rest) = words.split_at(1);
    format!("{}{rest}.", first.to_uppercase())
}

#[cfg(test)]
mod tests {
    use diabolo_gradcheck::registered;

    #[test]
    fn inputs_go_by_their_letters() {
        let named = |name: &str| {
            let op = registered().into_iter().find(|op| op.card.name == name).expect("it is an op");
            (0..op.card.backward.len()).map(|input| super::name(op.card, input)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(named("div"), "a b");
        assert_eq!(named("linear"), "X W b");
        assert_eq!(named("gaussian_kl"), "μ λ");
    }
}
