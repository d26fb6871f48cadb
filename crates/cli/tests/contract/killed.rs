//! A run that is killed at any moment goes on from what it saved, to the bits of a run that nobody disturbed.

use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use diabolo_kernels::random::{Key, Stream, fill_uniform};

use crate::program::Workplace;

/// Half of the time goes into saving, so that many kills meet a save.
const TRAIN: &str = "train vae --set digits=300 --hidden 16 --latent 2 --batch 10 --epochs 6 --set save_every=0.001 -q";

/// How many runs are killed; `DIABOLO_KILLS=200` for the long version.
fn kills() -> usize {
    env::var("DIABOLO_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(8)
}

/// Starts a process and kills it after `time`, unless it ends before.
fn kill(place: &Workplace, arguments: &str, time: Duration) {
    let mut child = place.diabolo(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(time);
    let _ = child.kill(); // it may have ended
    child.wait().unwrap();
}

/// The command that goes on with the run, or begins it where not even its settings were written.
fn go_on(place: &Workplace, run: &str) -> String {
    if place.path(run).join("config.toml").exists() {
        format!("train vae --resume {run} --epochs 6 -q")
    } else {
        format!("{TRAIN} --out {run}")
    }
}

#[test]
fn killed_runs_end_with_the_bits_of_an_undisturbed_one() {
    let place = Workplace::new();
    let begun = Instant::now();
    place.succeed(&format!("{TRAIN} --out undisturbed"));
    let whole = begun.elapsed();
    let mut moments = vec![0.0_f64; 2 * kills()];
    fill_uniform(Key::new(29, Stream::Data), 0.0, 1.0, &mut moments);
    for (i, pair) in moments.chunks(2).enumerate() {
        let run = format!("run-{i}");
        kill(&place, &go_on(&place, &run), whole.mul_f64(pair[0]));
        kill(&place, &go_on(&place, &run), whole.mul_f64(pair[1] * (1.0 - pair[0])));
        place.succeed(&go_on(&place, &run));
        for file in ["model.safetensors", "best.safetensors"] {
            let [ours, theirs] = [&run, "undisturbed"].map(|run| place.read(&format!("{run}/{file}")));
            assert!(ours == theirs, "{file} of {run}, killed at {pair:?} of {whole:?}");
        }
        let files = fs::read_dir(place.path(&run)).unwrap().map(|entry| entry.unwrap().path());
        let left: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "tmp")).collect();
        assert!(left.is_empty(), "unfinished files are removed: {left:?}");
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
        assert!(ended.sentence().contains("another process is training in run"), "{}", ended.stderr);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(place.path("run/state.safetensors").exists(), "the second process has removed nothing");
    place.succeed("sample run --out samples.png");
}
