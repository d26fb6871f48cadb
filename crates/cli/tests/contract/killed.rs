//! A run that is killed at any moment goes on from what it saved, to the bits of a run that nobody disturbed.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::disturbed::{Disturbed, KINDS, moments, times};
use crate::program::Workplace;

/// Starts a process and kills it after `time`, unless it ends before.
fn kill(runs: &Disturbed, run: &str, time: Duration) {
    let mut child = runs.start(run);
    thread::sleep(time);
    let _ = child.kill(); // it may have ended
    child.wait().unwrap();
}

#[test]
fn killed_runs_end_with_the_bits_of_an_undisturbed_one() {
    let kinds = KINDS.map(Disturbed::new);
    for (i, [first, second]) in moments(29, times(8)).into_iter().enumerate() {
        let (runs, run) = (&kinds[i % kinds.len()], format!("run-{i}"));
        kill(runs, &run, runs.whole.mul_f64(first));
        kill(runs, &run, runs.whole.mul_f64(second * (1.0 - first)));
        runs.finish(&run);
    }
}

#[test]
fn two_processes_do_not_write_to_one_folder() {
    let place = Workplace::new();
    let endless = "train vae --set digits=300 --hidden 16 --latent 2 --batch 50 --epochs 1000000 -q --out run";
    let mut child = place.diabolo(endless).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while !place.path("run/state.safetensors").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the run saves after its first epoch");
        thread::sleep(Duration::from_millis(20));
    }
    for second in ["train vae --resume run --epochs 2000000", "train vae --out run --force"] {
        let ended = place.run(second);
        assert_eq!(ended.exit, 1, "{second}: {}", ended.stderr);
        assert!(ended.sentence().contains("another process is writing to run"), "{}", ended.stderr);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(place.path("run/state.safetensors").exists(), "the second process has removed nothing");
    place.succeed("sample run --out samples.png");
}
