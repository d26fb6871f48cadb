//! A laboratory with made-up numbers: every kind of row and of figure.

use diabolo_report::lab::{
    Axis, Content, Curve, Figure, Finding, LabReport, Plane, PlanePath, PlaneStep, Prediction, Row, Weights,
};
use diabolo_report::{Image, Run, signed_limit};

fn row(what: &str, predicted: Prediction, measured: f64) -> Row {
    Row { what: what.into(), predicted, measured }
}

fn figure(name: &str, title: &str, content: Content) -> Figure {
    let caption = "What to see in it <b>here</b>".to_owned();
    Figure { name: name.into(), title: title.into(), caption, content }
}

fn curves(x: &str, logarithmic: (bool, bool), names: &[(&str, bool)]) -> Content {
    let curve = |(index, (name, line)): (usize, &(&str, bool))| {
        let fall = |t: f64| (1.0 + index as f64) * (-t / 300.0).exp() + 1e-9;
        let points = (0..80).map(|step| f64::from(step) * 40.0).map(|t| (t, fall(t)));
        let points = if *line { points.collect() } else { points.step_by(9).collect() };
        Curve { name: (*name).into(), line: *line, points }
    };
    let axis = |label: &str, logarithmic| Axis { label: label.into(), logarithmic };
    Content::Curves {
        x: axis(x, logarithmic.0),
        y: axis("largest principal angle", logarithmic.1),
        curves: names.iter().enumerate().map(curve).collect(),
    }
}

/// Waves, as eigen-digits of some kind.
fn directions(shift: f64) -> Vec<Vec<f64>> {
    let wave = |k: usize| {
        move |place: usize| {
            let (x, y) = ((place % 28) as f64 / 28.0, (place / 28) as f64 / 28.0);
            ((k as f64 + 1.0) * 3.0 * (x + shift * y)).sin() * (1.0 - y)
        }
    };
    (0..8).map(|k| (0..784).map(wave(k)).collect()).collect()
}

fn images(shift: f64) -> Vec<Image> {
    let image = |row: &Vec<f64>| Image::signed(row, 28, 28, signed_limit(row.iter()));
    directions(shift).iter().map(image).collect()
}

fn plane() -> Plane {
    let samples = (0..300).map(|i| (f64::from(i) * 0.7, f64::from(i) * 1.3));
    let samples = samples.map(|(a, b)| [0.9 * a.sin() + 0.2 * b.sin(), 0.5 * a.sin() - 0.35 * b.sin()]).collect();
    let path = |name: &str, turns: f64| {
        let step = |index: u32| {
            let share = f64::from(index) / 119.0;
            let (grown, angle) = (1.0 - (-12.0 * share).exp(), 0.45 + 0.9 * (1.0 - turns * share));
            PlaneStep {
                iteration: 10_f64.powf(4.0 * share).round() as u32,
                loss: 1.0 - grown * (2.0 - grown),
                alignment: 0.4 * (1.0 - turns * share),
                columns: [0.0, std::f64::consts::FRAC_PI_2]
                    .map(|more| [(angle + more).cos(), (angle + more).sin()].map(|x| x * grown)),
            }
        };
        PlanePath { name: name.into(), steps: (0..120).map(step).collect() }
    };
    let axes = [[0.72, 0.42], [-0.14, 0.25]];
    Plane { samples, axes, paths: vec![path("no penalty", 0.0), path("non-uniform decay", 0.6), path("RAG", 1.0)] }
}

fn finding(number: u8, title: &str, rows: Vec<Row>, figures: Vec<Figure>) -> Finding {
    Finding {
        number,
        title: title.into(),
        claim: "‖X − W₂W₁X‖² has one minimum, and all else are saddles <where the descent may linger>".into(),
        source: "Baldi & Hornik 1989, theorem 1".into(),
        setup: "5 random starts, N(0, 0.01²), Adam at 10⁻³ for 3,000 iterations, full batch".into(),
        rows,
        figures,
        seconds: 4.2,
    }
}

fn subspace() -> Finding {
    let near = |value: f64, within: f64| Prediction::Near { value, within };
    let starts = [("start 1", true), ("start 2", true)];
    let groups = vec![("principal directions".into(), images(0.0)), ("decoder columns".into(), images(0.7))];
    finding(
        1,
        "The same subspace",
        vec![
            row("gap to the error of PCA, worst of 5 starts", Prediction::AtMost(1e-6), 3.2e-9),
            row("largest principal angle in radians, worst of 5 starts", Prediction::AtMost(1e-3), 2.2e-5),
            row("axis alignment, best of 5 starts", Prediction::AtLeast(0.05), 0.42),
            row("saddles among 12 critical points that are not the top k", near(12.0, 0.0), 12.0),
        ],
        vec![
            figure("angles", "Principal angles by iteration", curves("iteration", (true, true), &starts)),
            figure("escape", "The escape from a saddle", curves("iteration", (false, false), &[("gap", true)])),
            figure("digits", "Eigen-digits and decoder columns", Content::Images(groups)),
        ],
    )
}

fn decay() -> Finding {
    let counts = [("predicted", false), ("measured", true)];
    let many = ["decay, SGD", "decay, Adam", "RAG, SGD", "RAG, Adam", "nested"].map(|name| (name, true));
    finding(
        4,
        "Weight decay",
        vec![
            row("transpose distance", Prediction::AtMost(1e-6), 3.0e-5),
            row("σ₁² from s₁", Prediction::Near { value: 151.3456, within: 1e-3 }, 151.3455),
            row("alignment published for MNIST", Prediction::Published(0.39), 0.41),
            row("iterations", Prediction::Nothing, 30_000.0),
        ],
        vec![
            figure("count", "Directions that are left", curves("μ", (true, false), &counts)),
            figure("alignment", "Alignment by iteration", curves("iteration", (true, true), &many)),
        ],
    )
}

fn in_plane() -> Finding {
    let loss = row("loss", Prediction::Near { value: 0.0, within: 1e-6 }, 0.0);
    let figures = vec![figure("plane", "Two columns of the decoder", Content::Plane(plane()))];
    finding(9, "The answer in the plane", vec![loss], figures)
}

/// What the laboratory finds on images.
pub(crate) fn laboratory() -> LabReport {
    LabReport {
        data: "built-in digits".into(),
        samples: 12_500,
        features: 784,
        rank: 620,
        latent: 8,
        eigenvalues: (0..784).map(|i| 0.93_f64.powi(i)).collect(),
        findings: vec![subspace(), decay(), in_plane()],
        settings: vec![("data".into(), "digits".into()), ("experiments".into(), "1, 4, 9".into())],
        run: Run { command: "diabolo lab --experiments 1,4,9".into(), ..Run::default() },
    }
}

/// The same of a table.
pub(crate) fn laboratory_of_table() -> LabReport {
    let columns = ["alcohol", "ash", "<i>hue</i>"].map(str::to_owned).to_vec();
    let group = |name: &str| Weights {
        name: name.into(),
        columns: columns.clone(),
        rows: vec![vec![0.2, -0.5, 0.7], vec![0.1, 0.4, -0.2]],
    };
    let groups = Content::Weights(vec![group("principal directions"), group("decoder columns")]);
    let figures = vec![figure("axes", "Directions", groups)];
    LabReport { data: "wine.csv".into(), findings: vec![finding(5, "Axes", vec![], figures)], ..LabReport::default() }
}
