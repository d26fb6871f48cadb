//! Ctrl-C saves, says how to go on, and going on leads to the same end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::program::{Ended, Workplace};

const TRAIN: &str = "train vae --set digits=300 --hidden 16 --latent 2 --batch 50";
/// More than anybody waits for.
const EPOCHS: &str = "--epochs 1000000";

/// Trains in the folder `a run` and presses Ctrl-C in some epoch after the first.
fn interrupted(place: &Workplace) -> Ended {
    let mut child = place
        .diabolo(&format!("{TRAIN} {EPOCHS} --json"))
        .args(["--out", "a run"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let (mut stdout, mut line) = (String::new(), String::new());
    while !line.contains("\"epoch\":1,") {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "the run ended by itself");
        stdout.push_str(&line);
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    lines.read_to_string(&mut stdout).unwrap();
    let rest = child.wait_with_output().unwrap();
    Ended { stdout, ..Ended::of(rest) }
}

#[test]
fn an_interrupted_run_goes_on_to_the_same_end() {
    let place = Workplace::new();
    let ended = interrupted(&place);
    assert_eq!(ended.exit, 130, "{}", ended.stderr);
    let last = ended.events().pop().unwrap();
    assert_eq!((&last["event"], &last["exit"]), (&Value::from("error"), &Value::from(130)));
    let sentence = ended.sentence();
    assert_eq!(last["message"], sentence);

    let (told, command) = sentence.split_once("go on with: ").unwrap();
    assert_eq!(command, format!("diabolo train vae --resume 'a run' {EPOCHS}"));
    let epoch = told.split("in epoch ").nth(1).unwrap().split(' ').next().unwrap().parse::<u32>().unwrap();
    assert!(epoch > 1, "the first epoch was told before the interrupt: {told}");

    // The rate is constant, so that fewer epochs take the same way.
    let epochs = format!("--epochs {}", epoch + 1);
    let command = format!("{} -q", command.replace(EPOCHS, &epochs));
    let resumed = Ended::of(place.command("sh").args(["-c", &command]).output().unwrap());
    assert_eq!(resumed.exit, 0, "{command}: {}", resumed.stderr);

    place.succeed(&format!("{TRAIN} {epochs} --out undisturbed -q"));
    assert_eq!(place.read("a run/model.safetensors"), place.read("undisturbed/model.safetensors"));
    let without_seconds = |name: &str| -> Vec<String> {
        place.text(name).lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned()).collect()
    };
    assert_eq!(without_seconds("a run/metrics.csv"), without_seconds("undisturbed/metrics.csv"));
}
