//! Ctrl-C and termination at any moment: exit 130, one sentence, nothing lost.

use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

use crate::disturbed::{Disturbed, KINDS, moments, times};
use crate::program::{Ended, Workplace};

fn send(signal: &str, child: &Child) {
    // The process may have ended.
    let _ = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
}

/// How a process ended, unless the signal met it before it listened.
fn end_of(child: Child) -> Option<Ended> {
    let output = child.wait_with_output().unwrap();
    output.status.code()?;
    Some(Ended::of(output))
}

#[test]
fn interrupted_at_any_moment_a_run_goes_on_to_the_same_end() {
    let kinds = KINDS.map(Disturbed::new);
    for (i, [moment, _]) in moments(31, times(8)).into_iter().enumerate() {
        let (runs, run) = (&kinds[i % kinds.len()], format!("run-{i}"));
        let child = runs.start(&run);
        thread::sleep(runs.whole.mul_f64(moment));
        send(if i % 3 == 2 { "-TERM" } else { "-INT" }, &child);
        if let Some(ended) = end_of(child).filter(|ended| ended.exit != 0) {
            ended.says(&runs.command(&run), 130, &["interrupted"]);
        }
        runs.finish(&run);
    }
}

#[test]
fn who_presses_twice_does_not_wait() {
    let runs = Disturbed::new(KINDS[0]);
    for (i, [moment, _]) in moments(37, times(3)).into_iter().enumerate() {
        let run = format!("run-{i}");
        let child = runs.start(&run);
        thread::sleep(runs.whole.mul_f64(moment));
        send("-INT", &child);
        send("-INT", &child);
        if let Some(ended) = end_of(child).filter(|ended| ended.exit != 0) {
            ended.says(&runs.command(&run), 130, &["interrupted"]);
        }
        runs.finish(&run);
    }
}

#[test]
fn before_there_is_anything_to_save_nothing_is_left() {
    let place = Workplace::new();
    let mut met = 0;
    for (arguments, wait) in [
        ("train vae --set digits=1000000 --out run", 0.4), // in the data
        ("train vae --set digits=1000000 --out run --json", 0.4),
        ("train pca --set digits=60000 --set solver=exact --out run", 0.4),
        ("data --out grid.png --seed 3", 0.1),
    ] {
        let mut command = place.diabolo(arguments);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let child = command.spawn().unwrap();
        thread::sleep(Duration::from_secs_f64(wait));
        send("-INT", &child);
        let Some(ended) = end_of(child).filter(|ended| ended.exit != 0) else { continue };
        ended.says(arguments, 130, &["interrupted before anything was written"]);
        if arguments.contains("--json") {
            let events = ended.events();
            assert_eq!((&events[0]["event"], &events[0]["exit"]), (&"error".into(), &130.into()));
        }
        assert!(place.files().is_empty(), "`{arguments}` leaves {:?}", place.files().keys());
        met += 1;
    }
    assert!(met > 0, "no command was met while it read its data");
}
