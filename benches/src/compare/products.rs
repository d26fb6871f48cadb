//! Products, ours and those of gemm, faer and matrixmultiply in turns within one process: the package `peer-products` of
//! the workspace of peers, which links all of them.

use std::process::Command;

use diabolo_meter::Case;

use super::{Options, peers};

/// The products by the widest vectors, or by AVX2 alone.
///
/// Ours takes the instruction set as an argument. Matrixmultiply takes the widest, but for a build that is told which to
/// know: that is made for itself, apart from the other.
pub(crate) fn run(options: &Options, avx2_alone: bool) -> Result<Vec<Case>, String> {
    let (threads, rounds) = (options.threads.to_string(), options.rounds(21).to_string());
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Built anew if anything has changed: it links our kernels.
    cargo.args(["run", "--quiet", "--release", "--package", "peer-products", "--manifest-path"]);
    cargo.arg(peers::folder().join("Cargo.toml"));
    if avx2_alone {
        cargo.env("MMTEST_FEATURE", "fma,avx2").arg("--target-dir").arg(peers::folder().join("target/avx2"));
    }
    let vectors = if avx2_alone { "avx2" } else { "widest" };
    cargo.args(["--", "--threads", &threads, "--rounds", &rounds, "--vectors", vectors]);
    if let Some(data) = &options.data {
        cargo.arg("--data").arg(data);
    }
    cargo.env("MATMUL_NUM_THREADS", &threads); // matrixmultiply takes it from nowhere else
    let output = cargo.output().map_err(|error| format!("cargo cannot be started ({error})"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let last = complaint.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it does not say why").trim();
        return Err(format!("peer-products failed: {last}"));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let cases: Result<Vec<Case>, _> = text.lines().map(serde_json::from_str).collect();
    let mut cases = cases.map_err(|error| format!("peer-products does not answer in JSON: {error}"))?;
    for case in &mut cases {
        for ours in case.contestants.iter_mut().filter(|contestant| contestant.name == "diabolo") {
            ours.about = super::about_ours();
        }
    }
    Ok(cases)
}
