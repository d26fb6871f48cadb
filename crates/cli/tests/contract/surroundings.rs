//! The program somewhere else: other folders, other names, no home, nobody who reads.

use std::fs;
use std::process::Stdio;

use crate::program::{Ended, SMALL, Workplace};

#[test]
fn without_a_home() {
    let place = Workplace::new();
    let run = |arguments: &str| {
        let mut command = place.diabolo(arguments);
        Ended::of(command.env_remove("HOME").output().unwrap())
    };
    assert_eq!(run("train pca --set digits=100 --latent 2 --out run -q").exit, 0);
    run("train pca --data mnist").says("mnist", 1, &["MNIST", "--data-dir"]);
}

#[test]
fn nothing_is_coloured_where_nobody_looks() {
    let place = Workplace::new();
    for arguments in ["--help", "train vea", "gradcheck --op tanh"] {
        let ended = Ended::of(place.diabolo(arguments).env("NO_COLOR", "1").output().unwrap());
        let plain = place.run(arguments);
        assert!(!format!("{ended:?}{plain:?}").contains("\\u{1b}"), "{arguments}");
        assert_eq!((ended.stdout, ended.stderr), (plain.stdout, plain.stderr));
    }
}

#[test]
fn a_run_finds_its_data_from_any_folder() {
    let place = Workplace::new();
    fs::create_dir_all(place.path("my data")).unwrap();
    fs::create_dir_all(place.path("else where")).unwrap();
    let table: String = (0..40).map(|i| format!("{i},{},{}\n", i * i % 7, i * 3 % 5)).collect();
    fs::write(place.path("my data/x.csv"), table).unwrap();
    let here = |folder: &str, arguments: &[&str]| {
        let mut command = place.diabolo("");
        let ended = Ended::of(command.current_dir(place.path(folder)).args(arguments).output().unwrap());
        assert_eq!(ended.exit, 0, "{arguments:?}: {}", ended.stderr);
        ended
    };
    let train = ["train", "deep", "--data", "my data/x.csv", "--latent", "1", "--hidden", "4", "--batch", "8"];
    here("", &[&train[..], &["--epochs", "1", "--out", "a run", "-q"]].concat());
    here("else where", &["reconstruct", "../a run", "--out", "rows.csv"]);
    here("else where", &["train", "deep", "--resume", "../a run", "--epochs", "2", "-q"]);
    here("else where", &["train", "deep", "--config", "../a run/config.toml", "--out", "again", "-q"]);
    assert!(place.path("else where/again/report.html").exists());
    let data = place.path("my data/x.csv");
    assert!(place.text("a run/config.toml").contains(data.to_str().unwrap()));
}

#[cfg(target_os = "linux")] // elsewhere a name is text
#[test]
fn names_that_are_no_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let place = Workplace::new();
    let strange = OsStr::from_bytes(b"run-\xff");
    let end = |arguments: &str, named: &OsStr| {
        let mut command = place.diabolo(arguments);
        Ended::of(command.arg(named).output().unwrap())
    };
    let trained = end("train vae --set digits=300 --hidden 16 --latent 2 --epochs 1 --batch 50 -q --out", strange);
    assert_eq!(trained.exit, 0, "{}", trained.stderr);
    assert_eq!(end("sample --out samples.png", strange).exit, 0);
    assert_eq!(end("reconstruct --out pairs.png", strange).exit, 0);
    assert_eq!(end("train vae --epochs 2 -q --resume", strange).exit, 0);
    let before = place.files();
    end("train pca --latent 2 --data", strange).says("--data", 2, &["run-", "not UTF-8", "rename"]);
    end("train pca --latent 2 --data-dir", strange).says("--data-dir", 2, &["run-", "not UTF-8", "rename"]);
    end("train pca --latent 2 --config", strange).says("--config", 2, &["run-"]);
    end("strange", strange).says("a word too many", 2, &["strange"]);
    place.are_the_files(&before, "names that are no text");
}

#[test]
fn nobody_reads_what_is_printed() {
    let place = Workplace::new();
    for arguments in [
        "--help",
        "train vae --defaults",
        "gradcheck --op tanh",
        "data --json",
        &format!("train vae {SMALL} --hidden 16 --out run --json"),
    ] {
        let mut child = place.diabolo(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = Ended::of(child.wait_with_output().unwrap());
        assert_eq!((ended.exit, ended.stderr.contains("panicked")), (0, false), "{arguments}: {}", ended.stderr);
    }
    assert!(place.path("run/report.html").exists());
}

#[test]
fn defaults_are_an_event_for_programs() {
    let place = Workplace::new();
    let events = place.succeed("train vae --defaults --json").events();
    assert_eq!(events.len(), 1);
    assert_eq!((&events[0]["event"], &events[0]["settings"]["model"]), (&"done".into(), &"vae".into()));
    assert!(events[0]["settings"]["epochs"].is_u64());
}
