//! Each statement by its experiment, on small data whose spectrum is known.

#![expect(clippy::unwrap_used, reason = "what a helper of a test cannot do fails the test")]

use std::ops::ControlFlow;

use diabolo_kernels::random::{Key, Stream, fill_normal};
use diabolo_lab::{Content, Effort, Error, Finding, Prediction, Settings, Statement, Subject, run, run_on};
use ndarray::{Array1, Array2};

/// Independent normal numbers in d directions of falling size, mixed by reflections.
fn data(n: usize, sizes: &[f64], seed: u64) -> Array2<f64> {
    let d = sizes.len();
    let mut values = vec![0.0; n * d];
    fill_normal(Key::new(seed, Stream::Data), 0.0, 1.0, &mut values);
    let mut data = Array2::from_shape_vec((n, d), values).unwrap() * &Array1::from(sizes.to_vec());
    for shift in 1..3 {
        let mirror = Array1::from_shape_fn(d, |j| ((j + shift) as f64).sqrt());
        let along = data.dot(&mirror) * (2.0 / mirror.dot(&mirror));
        for (mut row, along) in data.rows_mut().into_iter().zip(&along) {
            row.scaled_add(-along, &mirror);
        }
    }
    data + 3.0
}

fn usual() -> Array2<f64> {
    data(200, &[3.0, 2.4, 1.8, 1.3, 0.8, 0.5, 0.3, 0.2], 1)
}

fn settings(statement: Statement) -> Settings {
    Settings { latent: Some(3), statements: vec![statement], ..Settings::default() }
}

fn find(data: &Array2<f64>, settings: &Settings) -> Finding {
    run(data.view(), settings, &mut |_| ControlFlow::Continue(())).unwrap().remove(0)
}

#[track_caller]
fn assert_holds(finding: &Finding) {
    let failed = finding.rows.iter().filter(|row| row.holds() == Some(false));
    let failed: Vec<String> =
        failed.map(|row| format!("{}: {} for {}", row.what, row.measured, row.predicted)).collect();
    assert!(failed.is_empty(), "statement {}: {}", finding.statement, failed.join("; "));
    assert!(finding.rows.iter().any(|row| row.holds().is_some()), "nothing was judged");
    assert!(!finding.figures.is_empty() && !finding.setup.is_empty() && !finding.source.is_empty());
}

/// The number of the row whose description starts with `what`.
#[track_caller]
fn measured(finding: &Finding, what: &str) -> f64 {
    finding.rows.iter().find(|row| row.what.starts_with(what)).unwrap_or_else(|| panic!("no row {what}")).measured
}

#[test]
fn statement_1_the_same_subspace_and_no_other_minimum() {
    let finding = find(&usual(), &settings(Statement::Subspace));
    assert_holds(&finding);
    assert!(measured(&finding, "gap to PCA's error, largest") < 1e-8);
    assert!(measured(&finding, "smallest Hessian eigenvalue/‖H‖ at u4 in place of u1") < -1e-3);
    assert!(measured(&finding, "smallest Hessian eigenvalue/‖H‖ at the top k").abs() < 1e-8);
    let Content::Curves(angles) = &finding.figure("angles").unwrap().content else { panic!("angles are curves") };
    assert_eq!(angles.curves.len(), 3);
}

#[test]
fn statement_2_nonlinear_hidden_units_alone_do_not_help() {
    let curved = Array2::from_shape_fn((300, 6), |(i, j)| (0.05 * i as f64 * (1 + j) as f64 / 2.0).sin());
    let finding = find(&curved, &Settings { latent: Some(2), ..settings(Statement::Nonlinear) });
    assert_holds(&finding);
    assert!(measured(&finding, "training error over PCA's, deep") < 0.5);
}

#[test]
fn statement_3_the_loss_does_not_see_a_rotation() {
    let finding = find(&usual(), &settings(Statement::Rotation));
    assert_holds(&finding);
}

#[test]
fn statement_4_weight_decay() {
    let finding = find(&usual(), &settings(Statement::Decay));
    assert_holds(&finding);
    let kept: Vec<f64> =
        finding.rows.iter().filter(|row| row.what.starts_with("directions kept")).map(|row| row.measured).collect();
    assert_eq!(kept, [3.0, 2.0, 1.0, 0.0]);
}

#[test]
fn statement_5_the_axes_themselves() {
    let finding = find(&usual(), &settings(Statement::Axes));
    assert_holds(&finding);
    let free = measured(&finding, "alignment distance, uniform, Adam");
    assert!(measured(&finding, "alignment distance, RAG, Nesterov") < 1e-3 * free);
    assert!(measured(&finding, "alignment distance, non-uniform below λ_k, Adam") < 0.5 * free);
    assert_eq!(finding.rows.iter().filter(|row| matches!(row.predicted, Prediction::Published(_))).count(), 6);
}

#[test]
fn statement_6_all_nested_truncations() {
    assert_holds(&find(&usual(), &settings(Statement::Nested)));
}

#[test]
fn statement_7_probabilistic_pca_three_ways() {
    assert_holds(&find(&usual(), &settings(Statement::Probabilistic)));
}

#[test]
fn statement_8_the_linear_variational_autoencoder() {
    let finding = find(&usual(), &settings(Statement::LinearVae));
    assert_holds(&finding);
    let active: Vec<f64> =
        finding.rows.iter().filter(|row| row.what.starts_with("active units")).map(|row| row.measured).collect();
    assert_eq!(active, [3.0, 2.0, 1.0, 0.0]);
}

#[test]
fn statement_9_the_answer_in_the_plane() {
    let finding = find(&usual(), &settings(Statement::Plane));
    assert_holds(&finding);
    let Content::Plane(plane) = &finding.figure("plane").unwrap().content else { panic!("the film is in the plane") };
    assert_eq!((plane.samples.dim(), plane.paths.len()), ((200, 2), 5));
    let (first, last) = (plane.paths[3].steps[0], plane.paths[3].steps[plane.paths[3].steps.len() - 1]);
    assert!(first.alignment > 0.4 && last.alignment < 1e-4);
}

#[test]
fn wide_flat_and_constant_data_and_small_codes() {
    let wide = data(12, &[3.0, 2.0, 1.5, 1.0, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2, 0.18, 0.16, 0.14, 0.12, 0.1, 0.08], 2);
    let flat = data(60, &[2.0, 1.4, 1.0, 0.5, 0.0, 0.0, 0.0], 3);
    let mut constant = data(80, &[3.0, 2.0, 1.0], 4);
    constant.column_mut(1).fill(0.1);
    for (name, data, latent, rank) in [
        ("wide", &wide, 3, 11),
        ("flat", &flat, 2, 4),
        ("constant", &constant, 1, 2),
        ("large units", &(&flat * 1e9), 2, 4),
    ] {
        let subject = Subject::new(data.view(), Some(latent)).unwrap();
        assert_eq!(subject.rank(), rank, "{name}");
        let shallow = |statement: &Statement| *statement != Statement::Nonlinear || name == "wide";
        let statements = Statement::ALL.into_iter().filter(shallow).collect();
        let settings = Settings { iterations: Some(4_000), statements, ..Settings::default() };
        let findings = run_on(&subject, &settings, &mut |_| ControlFlow::Continue(())).unwrap();
        for finding in &findings {
            assert!(finding.rows.iter().all(|row| row.measured.is_finite()), "{name}: {finding:#?}");
        }
        for statement in [Statement::Subspace, Statement::Decay, Statement::Nested] {
            assert_holds(findings.iter().find(|finding| finding.statement == statement).unwrap());
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_finding_at_any_number_of_threads() {
    let settings = Settings { iterations: Some(50), ..settings(Statement::Axes) };
    let data = usual();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| find(&data, &settings))
    };
    assert_eq!(with(1), with(3));
    assert_ne!(find(&data, &settings).rows, find(&data, &Settings { seed: 1, ..settings.clone() }).rows);
}

#[test]
fn progress_rises_and_can_stop_the_run() {
    let both = vec![Statement::Plane, Statement::Probabilistic];
    let settings = Settings { statements: both.clone(), ..settings(Statement::Plane) };
    let mut seen = vec![];
    let findings = run(usual().view(), &settings, &mut |progress| {
        seen.push(progress);
        ControlFlow::Continue(())
    });
    assert_eq!(findings.unwrap().len(), 2);
    assert!(seen.iter().all(|p| p.statement == both[p.index] && p.count == 2 && (0.0..=1.0).contains(&p.done)));
    assert!(seen.is_sorted_by(|a, b| (a.index, a.done) <= (b.index, b.done)));
    let mut calls = 0;
    let stopped = run(usual().view(), &settings, &mut |_| {
        calls += 1;
        if calls == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!((stopped, calls), (Err(Error::Cancelled), 3));
}

#[test]
fn what_is_wrong_is_said_in_a_sentence() {
    let refuse = |data: &Array2<f64>, latent| Subject::new(data.view(), latent).unwrap_err();
    assert_eq!(refuse(&Array2::zeros((1, 3)), None), Error::TooFewSamples(1));
    assert_eq!(refuse(&Array2::zeros((0, 3)), None), Error::TooFewSamples(0));
    assert_eq!(refuse(&Array2::from_elem((9, 4), 0.7), None), Error::NoVariance { rank: 0 });
    assert_eq!(refuse(&Array2::from_shape_fn((9, 2), |(i, j)| (i * j) as f64), None), Error::NoVariance { rank: 1 });
    assert_eq!(refuse(&Array2::zeros((3, 5000)), None), Error::TooManyFeatures { features: 5000, most: 4096 });
    assert_eq!(refuse(&Array2::zeros((3, 0)), None), Error::NoVariance { rank: 0 });
    for bad in [f64::NAN, f64::INFINITY, 1e200] {
        let mut data = usual();
        data[[7, 2]] = bad;
        assert_eq!(refuse(&data, None), Error::OutOfRange { sample: 7, feature: 2 });
    }
    for latent in [0, 8, 100] {
        assert_eq!(refuse(&usual(), Some(latent)), Error::Latent { latent, most: 7 });
    }
    assert_eq!(
        refuse(&usual(), Some(8)).to_string(),
        "a code of 8 numbers does not fit: choose k from 1 to 7, one less than the 8 directions in which the data vary"
    );
    assert_eq!(Subject::new(usual().view(), None).unwrap().latent(), 4);
}

#[test]
fn longer_efforts_are_a_setting() {
    let quick = find(&usual(), &settings(Statement::Probabilistic));
    let full = find(&usual(), &Settings { effort: Effort::Full, ..settings(Statement::Probabilistic) });
    assert_eq!(quick.statement, full.statement);
    assert_holds(&full);
}
