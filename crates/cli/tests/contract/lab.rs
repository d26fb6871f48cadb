//! `diabolo lab`: a table, events, files, and what cannot be investigated.

use std::fs;

use serde_json::Value;

use crate::mistakes::check;
use crate::program::{Workplace, decoded};

/// A place with 60 rows of five columns with names, of different variances.
fn with_rows() -> Workplace {
    let place = Workplace::new();
    let number = |i: usize, j: usize| (((i * i + 3) * (2 * j + 1)) as f64 * 0.37).sin() * (5 - j) as f64 + j as f64;
    let row = |i: usize| (0..5).map(|j| format!("{:.6}", number(i, j))).collect::<Vec<_>>().join(",");
    let rows: Vec<String> = (0..60).map(row).collect();
    fs::write(place.path("rows.csv"), format!("acid,sugar,salt,iron,zinc\n{}\n", rows.join("\n"))).unwrap();
    place
}

/// What was found, without what differs from run to run.
fn findings(place: &Workplace, folder: &str) -> Value {
    let mut all: Value = serde_json::from_str(&place.text(&format!("{folder}/findings.json"))).unwrap();
    for finding in all["findings"].as_array_mut().unwrap() {
        assert!(finding["seconds"].take().as_f64().unwrap() >= 0.0);
    }
    all
}

#[test]
fn own_rows_give_a_table_that_fits_a_terminal_and_a_folder() {
    let place = with_rows();
    let ended = place.succeed("lab --data rows.csv --latent 2 --experiments 1,3,4,9 --out run");
    assert!(ended.stdout.lines().all(|line| line.chars().count() <= 80), "{}", ended.stdout);
    for words in ["1  ", "3  ", "4  ", "9  ", "predicted", "measured", "holds", "gap to PCA's error"] {
        assert!(ended.stdout.contains(words), "{words}: {}", ended.stdout);
    }
    assert!(ended.stdout.ends_with("report: run/report.html\n"), "{}", ended.stdout);
    assert!(ended.stderr.contains("60 samples of 5 numbers"), "{}", ended.stderr);

    let page = place.text("run/report.html");
    for words in ["Does a linear autoencoder find PCA?", "The short answer", "sugar", "diabolo lab --data rows.csv"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("<img"), "rows of a table are no pictures");
    assert!(place.text("run/images/1-angles.svg").starts_with("<svg"));

    let all = findings(&place, "run");
    assert_eq!((&all["format"], &all["latent"], &all["data"]["dim"]), (&1.into(), &2.into(), &5.into()));
    let numbers: Vec<_> = all["findings"].as_array().unwrap().iter().map(|finding| &finding["statement"]).collect();
    assert_eq!(numbers, [1, 3, 4, 9]);
    assert!(all["findings"][0]["figures"][0]["content"].is_object());
    let leftovers = place.files().into_keys().filter(|path| path.extension().is_some_and(|ending| ending == "tmp"));
    assert_eq!(leftovers.count(), 0);
}

#[test]
fn events_tell_every_statement_with_its_rows() {
    let place = with_rows();
    let ended = place.succeed("lab --data rows.csv --latent 2 --experiments 4,3 --seed 5 --threads 2 --json --out run");
    assert_eq!(ended.stderr, "", "without a terminal there are no words beside the events");
    let events = ended.events();
    let kinds: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["start", "statement", "statement", "done"]);

    let start = &events[0];
    assert_eq!(start["format"], 1);
    assert_eq!(start["data"], serde_json::json!({ "name": "rows.csv", "samples": 60, "dim": 5, "rank": 5 }));
    assert_eq!((&start["experiments"], &start["full"]), (&serde_json::json!([4, 3]), &false.into()));
    assert_eq!((&start["latent"], &start["seed"], &start["threads"]), (&2.into(), &5.into(), &2.into()));

    for (event, number) in events[1..3].iter().zip([4, 3]) {
        assert_eq!(event["statement"], number);
        for text in ["title", "claim", "source", "setup"] {
            assert!(event[text].as_str().is_some_and(|text| !text.is_empty()), "{text}");
        }
        let rows = event["rows"].as_array().unwrap();
        assert!(!rows.is_empty());
        let fails = rows.iter().filter(|row| row["holds"] == false).count();
        assert_eq!(event["holds"], fails == 0);
        assert!(
            rows.iter().all(|row| row["what"].is_string() && row["prediction"].is_string() && row["measured"].is_f64())
        );
    }
    let done = &events[3];
    assert_eq!((&done["run"], &done["report"]), (&"run".into(), &"run/report.html".into()));
    assert_eq!(done["holds"], done["failed"].as_array().unwrap().is_empty());
    assert!(place.path("run/report.html").is_file());
}

#[test]
fn all_nine_run_on_own_rows_and_the_other_name_finds_the_same() {
    let place = with_rows();
    let ended = place.succeed("lab --data rows.csv --iterations 200 --json --threads 1 --out one");
    let told: Vec<Value> = ended.events().into_iter().filter(|event| event["event"] == "statement").collect();
    assert_eq!(
        told.iter().map(|event| event["statement"].as_u64().unwrap()).collect::<Vec<_>>(),
        (1..=9).collect::<Vec<_>>()
    );
    place.succeed("compare --data rows.csv --iterations 200 -q --threads 2 --out two");
    assert_eq!(findings(&place, "one"), findings(&place, "two"), "neither the name nor threads change what is found");
}

#[test]
fn what_does_not_hold_is_a_finding_and_no_failure() {
    let place = with_rows();
    let ended = place.succeed("lab --data rows.csv --latent 2 --experiments 5 --iterations 1 --out run");
    assert!(ended.stdout.contains("DOES NOT HOLD") && ended.stdout.contains("  NO\n"), "{}", ended.stdout);
    assert!(ended.stdout.contains("0 of 1 statements hold on these data; statement 5 does not."), "{}", ended.stdout);
    assert!(place.text("run/report.html").contains("statement 5 did not come out as predicted"));
}

#[test]
fn directions_of_pictures_are_pictures() {
    let place = Workplace::new();
    let ended = place.succeed("lab --set digits=150 --latent 2 --experiments 3 -q --out run");
    assert_eq!(ended.stdout, "report: run/report.html\n");
    assert_eq!(ended.stderr, "");
    let pictures: Vec<_> =
        place.files().into_keys().filter(|path| path.extension().is_some_and(|e| e == "png")).collect();
    assert!(!pictures.is_empty());
    pictures.iter().for_each(|path| assert!(decoded(&fs::read(path).unwrap()).0 >= 28));
    assert!(place.text("run/report.html").contains("built-in digits"));
    assert_eq!(findings(&place, "run")["data"]["samples"], 150, "nothing is set apart");
}

#[test]
fn what_cannot_be_investigated_is_said_in_a_sentence() {
    let place = with_rows();
    fs::write(place.path("one.csv"), "a,b\n1,2\n").unwrap();
    fs::write(place.path("constant.csv"), "a,b\n1,2\n1,2\n1,2\n").unwrap();
    fs::write(place.path("line.csv"), "a,b\n1,2\n2,4\n3,6\n").unwrap();
    fs::write(place.path("words.csv"), "a,b\n1,2\nx,4\n").unwrap();
    fs::create_dir(place.path("full")).unwrap();
    fs::write(place.path("full/mine.txt"), "mine").unwrap();
    fs::write(place.path("file"), "").unwrap();
    check(
        &place,
        &[
            ("lab --data rows.csv --latent 5", 2, &["5", "from 1 to 4", "5 directions"]),
            ("lab --data rows.csv --latent 0", 2, &["0", "from 1 to 4"]),
            ("lab --data rows.csv --latent two", 2, &["two", "--latent", "whole number"]),
            ("lab --data one.csv", 1, &["one.csv", "at least 2 samples"]),
            ("lab --data constant.csv", 1, &["constant.csv", "0 independent directions"]),
            ("lab --data line.csv", 1, &["line.csv", "1 independent directions"]),
            ("lab --data words.csv", 1, &["words.csv", "line 3"]),
            ("lab --data nothing.csv", 2, &["nothing.csv", "digits"]),
            ("lab --experiments 10", 2, &["no experiment '10'", "from 1 to 9", "all"]),
            ("lab --experiments 1,x", 2, &["no experiment 'x'"]),
            ("lab --experiments -1", 2, &["no experiment '-1'"]),
            ("lab --iterations 0", 2, &["--iterations", "at least 1"]),
            ("lab --threads 0", 2, &["--threads"]),
            ("lab --seed -1", 2, &["-1", "--seed"]),
            ("lab --force", 2, &["--out"]),
            ("lab --set epochs=3", 2, &["epochs", "digits, label"]),
            ("lab --set digit=3", 2, &["digit", "did you mean 'digits'?"]),
            ("lab --set digits", 2, &["KEY=VALUE"]),
            ("lab --data rows.csv --out full", 2, &["full is not empty", "--force"]),
            ("lab --data rows.csv --out file/run", 1, &["file/run", "--out"]),
        ],
    );
}

#[test]
fn a_folder_is_taken_over_when_there_is_something_to_put_into_it() {
    let place = with_rows();
    place.succeed("train pca --data rows.csv --latent 2 --out run -q");
    place.succeed("lab --data rows.csv --latent 2 --experiments 3 --out run --force -q");
    assert!(place.path("run/findings.json").is_file());
    assert!(!place.path("run/model.safetensors").exists() && !place.path("run/config.toml").exists());
    place.refuse("encode run", 1, &["run", "not a run folder"]);
    place.succeed("train pca --data rows.csv --latent 2 --out run --force -q");
    assert!(place.path("run/model.safetensors").is_file() && !place.path("run/findings.json").exists());
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};
    use std::time::Duration;

    let place = with_rows();
    let before = place.files();
    let mut child = place
        .diabolo("lab --data rows.csv --latent 2 --experiments 5 --iterations 4000000000 --json --out deep/run")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut stdout = String::new();
    lines.read_line(&mut stdout).unwrap();
    assert!(stdout.contains("\"start\""), "{stdout}");
    std::thread::sleep(Duration::from_millis(300)); // into the descent
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    lines.read_to_string(&mut stdout).unwrap();
    let ended = crate::program::Ended { stdout, ..crate::program::Ended::of(child.wait_with_output().unwrap()) };
    ended.says("lab", 130, &["interrupted", "no file was written"]);
    assert_eq!(ended.events().last().unwrap()["exit"], 130);
    place.are_the_files(&before, "lab, interrupted");
}
