//! Folders that cannot be written to, have no more room, or are gone.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::program::{Ended, SMALL, Workplace};

/// The program where no file may grow beyond so many kilobytes, as on a disk that is full.
fn with_room(place: &Workplace, kilobytes: u32, arguments: &str) -> Ended {
    let script = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec diabolo \"$@\"");
    let mut command = place.command("bash");
    Ended::of(command.args(["-c", &script, "bash"]).args(arguments.split_whitespace()).output().unwrap())
}

#[test]
fn a_run_that_finds_no_room_keeps_what_it_had_and_goes_on() {
    let place = Workplace::new();
    let train = format!("train vae {SMALL} --hidden 16");
    place.succeed(&format!("{train} --out run -q"));
    let kept = ["model.safetensors", "best.safetensors", "state.safetensors"];
    let before = kept.map(|file| place.read(&format!("run/{file}")));
    // Room for the settings and the metrics, and not for a model of 100 kB.
    let ended = with_room(&place, 40, "train vae --resume run --epochs 4 -q");
    let command = "go on with: diabolo train vae --resume run --epochs 4";
    ended.says("resume", 1, &["run/", ".safetensors", "what was saved before is whole", command]);
    assert!(before == kept.map(|file| place.read(&format!("run/{file}"))), "what was saved is as it was");
    place.succeed("sample run --out samples.png");
    place.succeed("train vae --resume run --epochs 4 -q");
    place.succeed(&format!("{} --out undisturbed -q", train.replace("--epochs 2", "--epochs 4")));
    assert_eq!(place.read("run/model.safetensors"), place.read("undisturbed/model.safetensors"));
}

#[test]
fn a_run_that_never_finds_room_says_so() {
    let place = Workplace::new();
    let ended = with_room(&place, 40, &format!("train vae {SMALL} --hidden 16 --out run -q"));
    ended.says("40 kB", 1, &["run/", ".safetensors", "nothing of the run is saved", "--out"]);
    let before = place.files();
    for arguments in [
        &format!("train vae {SMALL} --hidden 16 --out runs/deeper/run -q"),
        "train pca --set digits=100 --latent 2 --out runs/pca -q",
    ] {
        with_room(&place, 0, arguments).says(arguments, 1, &["runs/", "config.toml", "--out"]);
        place.are_the_files(&before, arguments);
    }
}

#[test]
fn results_that_find_no_room_leave_the_old_ones() {
    let place = Workplace::new();
    place.succeed("train pca --set digits=100 --latent 2 --out run -q");
    let before = place.files();
    // A new run in the place of an old one, which goes only when the new one can begin.
    let forced = "train pca --set digits=100 --latent 3 --out run --force -q";
    with_room(&place, 0, forced).says(forced, 1, &["config.toml"]);
    let now = place.files();
    assert!(before.iter().all(|(path, contents)| path.ends_with(".lock") || now.get(path) == Some(contents)));

    for (name, words) in [("pairs.png", "pairs.png"), ("x.npy", "x.npy"), ("x.csv", "x.csv")] {
        fs::write(place.path(name), "older").unwrap();
        let before = place.files();
        let arguments = format!("reconstruct run --count 20 --out {name}");
        with_room(&place, 1, &arguments).says(&arguments, 1, &[words]);
        place.are_the_files(&before, &arguments);
    }
}

#[test]
fn folders_that_cannot_be_written_to() {
    let place = Workplace::new();
    place.succeed("train pca --set digits=100 --latent 2 --out run -q");
    fs::write(place.path("file.txt"), "words").unwrap();
    place.refuse("train pca --set digits=100 --latent 2 --out file.txt/run", 1, &["file.txt/run", "--out"]);
    place.refuse("train pca --set digits=100 --latent 2 --out file.txt", 1, &["file.txt", "--out"]);
    place.refuse("reconstruct run --out file.txt/pairs.png", 1, &["file.txt/pairs.png"]);
    place.refuse("reconstruct run --out nowhere/pairs.npy", 1, &["nowhere/pairs.npy"]);
    if cfg!(target_os = "linux") {
        // Where not even root may write.
        place.refuse("train pca --set digits=100 --latent 2 --out /proc/run", 1, &["/proc/run", "--out"]);
        place.refuse("reconstruct run --out /proc/pairs.png", 1, &["/proc/pairs.png"]);
    }
}

#[test]
fn a_forced_run_removes_what_a_run_has_written_and_nothing_else() {
    let place = Workplace::new();
    place.succeed(&format!("train vae {SMALL} --hidden 16 --out run -q"));
    fs::write(place.path("run/notes.txt"), "mine").unwrap();
    fs::create_dir(place.path("run/mine")).unwrap();
    place.refuse(&format!("train vae {SMALL} --hidden 16 --out run"), 2, &["run is not empty", "--force"]);
    place.succeed("train pca --set digits=100 --latent 2 --out run --force -q");
    assert_eq!(place.text("run/notes.txt"), "mine");
    assert!(place.path("run/mine").is_dir());
    for gone in ["best.safetensors", "state.safetensors"] {
        assert!(!place.path("run").join(gone).exists(), "{gone} is of the run before");
    }
    place.succeed("reconstruct run --out pairs.png");
}

#[test]
fn a_folder_that_is_removed_while_a_run_writes_to_it() {
    let place = Workplace::new();
    let endless = "train vae --set digits=300 --hidden 16 --latent 2 --batch 50 --epochs 1000000 -q --out run";
    let child = place.diabolo(endless).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while !place.path("run/state.safetensors").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the run saves after its first epoch");
        thread::sleep(Duration::from_millis(20));
    }
    while fs::remove_dir_all(place.path("run")).is_err() && place.path("run").exists() {} // files come while others go
    let ended = Ended::of(child.wait_with_output().unwrap());
    ended.says(endless, 1, &["run/", "--out"]);
    assert!(place.files().is_empty());
}
