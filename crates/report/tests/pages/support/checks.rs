//! Made-up results of a gradient check.

use diabolo_report::{
    CheckedEdge, CheckedModel, CheckedOp, CheckedRun, CheckedTensor, ErrorCurve, GradcheckReport, Precisions, Tally,
};

/// A number between 0 and 1 that jumps from one `i` to the next.
fn noise(i: i32) -> f64 {
    (f64::from(i) * 12.9898).sin().abs()
}

fn curve(input: &str, xs: impl Iterator<Item = f64> + Clone, size: f64) -> ErrorCurve {
    let distances = |factor: f64| (0..).zip(xs.clone()).map(|(i, x)| [x, noise(i) * size * factor]).collect();
    ErrorCurve { input: input.to_owned(), f64: distances(1.0), f32: distances(1.3) }
}

fn edge(inputs: &str, value: &str, gradients: &str, why: &str) -> CheckedEdge {
    let [inputs, value, gradients, why] = [inputs, value, gradients, why].map(str::to_owned);
    CheckedEdge { inputs, value, gradients, why, passed: true }
}

fn op(name: &str, forward: &str, backward: &[&str], latex: &str) -> CheckedOp {
    let property = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    CheckedOp {
        name: name.into(),
        forward: forward.into(),
        backward: backward.iter().map(|&rule| rule.to_owned()).collect(),
        latex: latex.into(),
        properties: vec![
            property("at kinks", "none"),
            property("the backward rule reads", "its inputs"),
            property("linear in", "none of its inputs"),
        ],
        samples: 220,
        worst_ulps: Precisions { f64: 1.62, f32: 2.13 },
        bound: Precisions { f64: 4.0, f32: 4.0 },
        worst_difference: 4.1e-12,
        worst_forward: 2.2e-16,
        worst_second: 8.3e-11,
        edges: vec![
            edge("0", "0", "1", "slope 1 at the origin"),
            edge("20", "1", "1.6993417021166355e-17", "the tail survives"),
            edge("NaN", "NaN", "NaN", "NaN in, NaN out"),
        ],
        structure: Tally { passed: 11, total: 11 },
        ..CheckedOp::default()
    }
}

fn models() -> [CheckedModel; 3] {
    let tensor = |name: &str, shape: &[usize], worst_difference| CheckedTensor {
        name: name.to_owned(),
        shape: shape.to_vec(),
        worst_difference,
    };
    let run = |settings: &str, steps| CheckedRun {
        settings: settings.to_owned(),
        steps,
        tensors: vec![tensor("encoder.0.weight", &[6, 7], 3.3e-11), tensor("encoder.0.bias", &[6], 1.2e-12)],
        asymmetry: Some(2.1e-16),
        failures: vec![],
    };
    ["pca", "linear", "vae"].map(|name| CheckedModel {
        name: name.to_owned(),
        runs: vec![run("", 0), run("", 20), run("hidden = [6], activation = 'tanh'", 0)],
    })
}

/// An op that every witness contradicts.
fn wrong(curve: ErrorCurve) -> CheckedOp {
    let failure = "gelu: gradient of input 0 at [1]: ours 0.9131, duals of higher precision 0.8412\n  \
                 distance 6.1e14 ulps, allowed 4; 12 of 12 elements disagree\n  no common factor: a term is missing <or wrong>";
    let mut gelu = CheckedOp {
        curves: vec![curve],
        worst_ulps: Precisions { f64: 6.1e14, f32: f64::INFINITY },
        worst_difference: 0.08,
        worst_second: f64::INFINITY,
        failures: vec![failure.to_owned()],
        ..op(
            "gelu",
            "y = x · Φ(x)",
            &["x̄ = ȳ · (Φ(x) + x · φ(x))"],
            r"y = x\, \Phi(x), \qquad \bar x = \bar y\,(\Phi(x) + x\, \varphi(x))",
        )
    };
    gelu.edges[1].passed = false;
    gelu
}

/// An op of every kind that the page tells apart; one of them is wrong.
pub(crate) fn checked() -> GradcheckReport {
    let every_exponent = (0..3000).map(|i| {
        let exponent = f64::from(i - 1500) / 1500.0;
        exponent.signum() * 10_f64.powf(616.0 * exponent.abs() - 308.0)
    });
    let tanh = CheckedOp {
        curves: vec![curve("x", (-1200..1200).map(|i| f64::from(i) / 60.0), 1.6)],
        ..op("tanh", "y = tanh x", &["x̄ = ȳ · sech² x"], r"y = \tanh x, \qquad \bar x = \bar y\, \mathrm{sech}^2\, x")
    };
    let div = CheckedOp {
        curves: vec![curve("a", every_exponent.clone(), 1.0), curve("b", every_exponent.clone(), 1.9)],
        ..op(
            "div",
            "y = a / b",
            &["ā = ȳ / b", "b̄ = −ȳ / b · y"],
            r"y = a / b, \qquad \bar a = \bar y / b, \quad \bar b = -\bar y\, y / b",
        )
    };
    let gelu = wrong(curve("x", every_exponent.clone(), 6e14));
    let nll = CheckedOp {
        bound: Precisions { f64: 24.0, f32: 40.0 },
        ..op(
            "gaussian_nll",
            "yᵢ = ½ Σⱼ (ln 2π + λᵢⱼ + (xᵢⱼ − μᵢⱼ)² · e^−λᵢⱼ)",
            &["x̄ᵢⱼ = ȳᵢ · (xᵢⱼ − μᵢⱼ) · e^−λᵢⱼ"],
            r"y_i = \tfrac12 \sum_j \left(\ln 2\pi + \lambda_{ij} + (x_{ij} - \mu_{ij})^2 e^{-\lambda_{ij}}\right), \qquad
            \bar x_{ij} = -\bar\mu_{ij} = \bar y_i (x_{ij} - \mu_{ij})\, e^{-\lambda_{ij}}",
        )
    };
    let elu = op(
        "elu",
        "y = x where x > 0, else α · (eˣ − 1)",
        &["x̄ = ȳ where x > 0, else ȳ · α · eˣ"],
        r"y = \begin{cases} x & x > 0 \\ \alpha (e^x - 1) & \text{else} \end{cases}, \qquad
            \bar x = \begin{cases} \bar y & x > 0 \\ \bar y\, \alpha e^x & \text{else} \end{cases}",
    );
    GradcheckReport {
        ops: vec![tanh, div, gelu, nll, elu],
        models: models().into(),
        seed: 7,
        seconds: 21.4,
        legend: vec![
            ("ulps".to_owned(), "The worst distance from duals of higher precision.".to_owned()),
            ("differences".to_owned(), "The worst relative difference from finite differences.".to_owned()),
        ],
        command: "diabolo gradcheck --seed 7".to_owned(),
    }
}
