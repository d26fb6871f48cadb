//! Thirty principal components of 60,000 images, beside scikit-learn's solvers, with the error of the singular values.
//!
//! The reference are singular values in `f64`, by LAPACK on the centred data: what scikit-learn's own solvers are held
//! against too. The floor is that of the upper half of XᵀX in `f32`.

use diabolo_data::matrix;
use diabolo_meter::{Case, Contestant, Reading, Unit};
use diabolo_models::Pca;
use diabolo_models::pca::Solver;
use ndarray::Array2;
use serde_json::json;
use std::time::Instant;

use super::peers::{self, Peer, python};
use super::{Options, mnist, ours, with_peak};

const COMPONENTS: usize = 30;

pub(crate) fn run(options: &Options) -> Result<Vec<Case>, String> {
    let data: Array2<f32> = matrix(&mnist::load(options)?.train);
    let (n, d) = (data.nrows() as f64, data.ncols() as f64);
    let sklearn = |solver: &str| python(options, "sklearn", "pca_sklearn.py", &["--solver", solver]);
    let reference = sklearn("reference").and_then(|mut peer| {
        peer.round()?;
        Ok(singular_values(&peer.contestant.readings[0]))
    });
    let measure = |name: &str, flops, solver, peers| in_turns(name, flops, &data, solver, peers, &reference, options);
    let exact = vec![sklearn("covariance_eigh"), sklearn("full")];
    let randomized = Solver::Randomized { seed: 1 };
    Ok(vec![
        measure("PCA, 30 components, exact", Some(n * d * (d + 1.0)), Solver::Auto, exact)?,
        measure("PCA, 30 components, randomized", None, randomized, vec![sklearn("randomized")])?,
    ])
}

fn in_turns(
    name: &str,
    flops: Option<f64>,
    data: &Array2<f32>,
    solver: Solver,
    peers: Vec<Result<Peer, String>>,
    reference: &Result<Vec<f64>, String>,
    options: &Options,
) -> Result<Case, String> {
    let (mut peers, mut skipped) = peers::started(peers);
    with_peak(name, Unit::time("s", 1.0), flops, || {
        let mut ours = ours();
        for _ in 0..options.rounds(5) {
            std::thread::sleep(super::REST);
            ours.readings.push(fit(data, solver)?);
            peers::round(&mut peers, &mut skipped);
        }
        let mut contestants: Vec<Contestant> =
            [ours].into_iter().chain(peers.iter().map(|p| p.contestant.clone())).collect();
        match reference {
            Ok(reference) => contestants.iter_mut().flat_map(|c| &mut c.readings).for_each(|r| judge(r, reference)),
            Err(reason) => skipped.push(format!("the errors of singular values: {reason}")),
        }
        Ok((contestants, skipped))
    })
}

fn fit(data: &Array2<f32>, solver: Solver) -> Result<Reading, String> {
    let begun = Instant::now();
    let pca = Pca::fit_with(data.view(), COMPONENTS, solver).map_err(|error| error.to_string())?;
    let mut reading = Reading::of(begun.elapsed().as_secs_f64());
    reading.beside.insert("singular_values".to_owned(), json!(pca.singular_values().to_vec()));
    Ok(reading)
}

/// Puts the largest relative error of a singular value beside the time.
fn judge(reading: &mut Reading, reference: &[f64]) {
    let off = singular_values(reading).iter().zip(reference).map(|(s, r)| (s / r - 1.0).abs()).fold(0.0, f64::max);
    reading.beside.insert("error".to_owned(), json!(off));
}

fn singular_values(reading: &Reading) -> Vec<f64> {
    let values = reading.beside.get("singular_values").and_then(serde_json::Value::as_array);
    values.map_or_else(Vec::new, |values| values.iter().filter_map(serde_json::Value::as_f64).collect())
}
