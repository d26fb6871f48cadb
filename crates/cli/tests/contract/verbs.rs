//! What is done with a trained model and people's own samples.

use std::fs;

use crate::mistakes::check;
use crate::program::{SMALL, Workplace, csv, decoded, npy, npy_of};

/// Sixty wines, in columns of very different size that depend on each other.
fn wine(i: usize) -> [f64; 3] {
    let wave = |phase: f64| (i as f64 * 0.37 + phase).sin();
    [13.0 + wave(0.0), 240.0 + 20.0 * wave(0.1), 1e4 + 100.0 * wave(1.3)].map(|x| (x * 1e3).round() / 1e3)
}

/// `wine.csv` with labels, `plain.csv` without, and `wine.npy`.
fn write_wines(place: &Workplace) {
    let (mut labelled, mut plain) = ("alcohol,ash,kind,hue\n".to_owned(), "alcohol,ash,hue\n".to_owned());
    for i in 0..60 {
        let ([alcohol, ash, hue], kind) = (wine(i), ["red", "white"][i % 2]);
        labelled.push_str(&format!("{alcohol},{ash},{kind},{hue}\n"));
        plain.push_str(&format!("{alcohol},{ash},{hue}\n"));
    }
    fs::write(place.path("wine.csv"), labelled).unwrap();
    fs::write(place.path("plain.csv"), plain).unwrap();
    let numbers: Vec<f64> = (0..60).flat_map(wine).collect();
    fs::write(place.path("wine.npy"), npy_of(&[60, 3], &numbers)).unwrap();
}

/// Wines, and a PCA of all their components.
fn with_wines() -> Workplace {
    let place = Workplace::new();
    write_wines(&place);
    place.succeed(
        "train pca --data wine.csv --latent 3 --precision f64 --set label=kind --set scaling=standard -q --out run",
    );
    place
}

/// Digits, and a small VAE of them.
fn with_digits() -> Workplace {
    let place = Workplace::new();
    place.succeed(&format!("train vae {SMALL} --hidden 16 -q --out run"));
    place
}

/// The rows of a CSV file below its line of names.
#[track_caller]
fn below(names: &str, text: &str) -> Vec<Vec<f64>> {
    let (head, rows) = text.split_once('\n').unwrap();
    assert_eq!(head, names);
    csv(rows)
}

#[track_caller]
fn assert_wines(rows: &[Vec<f64>]) {
    assert_eq!(rows.len(), 60);
    for (i, row) in rows.iter().enumerate() {
        let close = row.iter().zip(wine(i)).all(|(a, b)| (a - b).abs() < 1e-6);
        assert!(close && row.len() == 3, "wine {i} is {:?} and comes back as {row:?}", wine(i));
    }
}

#[test]
fn all_components_bring_a_table_back_in_its_own_units() {
    let place = with_wines();
    for data in ["wine.csv", "plain.csv", "wine.npy"] {
        let ended = place.succeed(&format!("reconstruct run --data {data} --out back.csv"));
        assert!(ended.stdout.ends_with("written: back.csv\n"), "{}", ended.stdout);
        assert_wines(&below("alcohol,ash,hue", &place.text("back.csv")));
    }
    place.succeed("reconstruct run --data wine.csv --count 5 --out five.npy");
    assert_eq!(npy(&place.read("five.npy")).0, [5, 3]);
}

#[test]
fn codes_are_written_with_labels_and_read_again() {
    let place = with_wines();
    let event = &place.succeed("encode run --data wine.csv --json").events()[0];
    assert_eq!(*event, serde_json::json!({ "event": "done", "samples": 60, "latent": 3, "file": "codes.csv" }));
    let codes = place.text("codes.csv");
    assert!(codes.starts_with("z1,z2,z3,kind\n"), "{codes}");
    assert!(codes.lines().nth(1).unwrap().ends_with(",red") && codes.ends_with(",white\n"), "{codes}");
    place.succeed("decode run codes.csv");
    assert_wines(&below("alcohol,ash,hue", &place.text("decoded.csv")));

    place.succeed("encode run --data plain.csv --out plain-codes.csv");
    let rows = below("z1,z2,z3", &place.text("plain-codes.csv"));
    fs::write(place.path("bare.csv"), rows.iter().map(|z| format!("{},{},{}\n", z[0], z[1], z[2])).collect::<String>())
        .unwrap();
    place.succeed("encode run --data wine.npy --out codes.npy");
    for codes in ["plain-codes.csv", "bare.csv", "codes.npy"] {
        place.succeed(&format!("decode run {codes} --out back.csv"));
        assert_wines(&below("alcohol,ash,hue", &place.text("back.csv")));
    }
    assert_eq!(npy(&place.read("codes.npy")), (vec![60, 3], rows.concat()), "the same codes in every format");
}

#[test]
fn decoded_codes_are_reconstructions() {
    let place = with_digits();
    place.succeed("encode run -q");
    assert_eq!(npy(&place.read("codes.npy")).0, [60, 2]);
    place.succeed("encode run --out codes.csv");
    assert!(place.text("codes.csv").starts_with("z1,z2,label\n"));
    place.succeed("reconstruct run --out reconstructions.npy");
    for codes in ["codes.npy", "codes.csv"] {
        place.succeed(&format!("decode run {codes} --out decoded.npy"));
        assert_eq!(place.read("decoded.npy"), place.read("reconstructions.npy"));
    }
    place.succeed("decode run codes.npy");
    let (width, height, _) = decoded(&place.read("decoded.png"));
    assert_eq!(width, height, "60 pictures fill a square of 64");
    place.succeed("reconstruct run --out pairs.png");
    let (width, height, _) = decoded(&place.read("pairs.png"));
    assert!(width > 16 * 28 && height < width / 4, "sixteen above sixteen, here {width}×{height}");
}

#[test]
fn pictures_are_written_as_files_and_read_as_data() {
    let place = with_digits();
    place.succeed("sample run --count 3 --out pictures");
    place.succeed("sample run --count 3 --out samples.npy");
    assert_eq!(decoded(&place.read("pictures/00003.png")), (28, 28, 1));
    for data in ["pictures", "samples.npy"] {
        place.succeed(&format!("encode run --data {data} --out {data}.codes.npy"));
    }
    assert_eq!(place.read("pictures.codes.npy"), place.read("samples.npy.codes.npy"));
    place.succeed("encode run --data pictures/00002.png --out one.npy");
    assert_eq!(npy(&place.read("one.npy")).1, npy(&place.read("samples.npy.codes.npy")).1[2..4]);
}

#[test]
fn a_way_leads_from_one_sample_to_another() {
    let place = with_wines();
    let event = &place.succeed("interpolate run --data plain.csv --from 4 --to 9 --steps 3 --json").events()[0];
    assert_eq!((&event["pairs"], &event["samples"]), (&1.into(), &3.into()));
    let rows = below("alcohol,ash,hue", &place.text("interpolation.csv"));
    let middle = [0, 1, 2].map(|j| (wine(4)[j] + wine(9)[j]) / 2.0);
    for (row, expected) in rows.iter().zip([wine(4), middle, wine(9)]) {
        assert!(row.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{row:?} {expected:?}");
    }
    place.succeed("interpolate run --data plain.csv --from 4 --to 9 --steps 3 --spherical --out arc.csv");
    assert_ne!(place.text("arc.csv"), place.text("interpolation.csv"));
    let event = &place.succeed("interpolate run --json").events()[0];
    assert_eq!(event["pairs"], 6, "the test set has twelve samples");

    let place = with_digits();
    place.succeed("interpolate run");
    let (width, height, _) = decoded(&place.read("interpolation.png"));
    assert!(width > height, "eight lines of ten, here {width}×{height}");
}

#[test]
fn one_dimension_of_a_code_moves_at_a_time() {
    let place = with_wines();
    place.succeed("encode run --data plain.csv --out codes.npy");
    let (_, codes) = npy(&place.read("codes.npy"));
    let of = |j: usize| codes.iter().skip(j).step_by(3);
    let mean = of(1).sum::<f64>() / 60.0;
    let deviation = (of(1).map(|z| (z - mean).powi(2)).sum::<f64>() / 60.0).sqrt();

    let traverse = "traverse run --data plain.csv --dimensions 1 --steps 3 --range 2 --sample 7 --out t.csv";
    let event = &place.succeed(&format!("{traverse} --json")).events()[0];
    assert_eq!(event["dimensions"], serde_json::json!([1]));
    let told: Vec<f64> = event["values"][0].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
    let expected = [mean - 2.0 * deviation, mean, mean + 2.0 * deviation];
    assert!(told.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{told:?} {expected:?}");
    place.succeed("encode run --data t.csv --out moved.npy");
    let (_, moved) = npy(&place.read("moved.npy"));
    for (z, value) in moved.chunks(3).zip(expected) {
        let wanted = [codes[21], value, codes[23]];
        assert!(z.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-9), "{z:?} {wanted:?}");
    }
    let event = &place.succeed("traverse run --data plain.csv --steps 2 --json").events()[0];
    assert_eq!(event["dimensions"], serde_json::json!([0, 1, 2]), "PCA has the largest variance first");

    let place = with_digits();
    let event = &place.succeed("traverse run --steps 3 --json").events()[0];
    assert_eq!(event["values"], serde_json::json!([[-3.0, 0.0, 3.0], [-3.0, 0.0, 3.0]]), "units of the prior");
    let (width, height, _) = decoded(&place.read("traversal.png"));
    assert!(width > height, "two lines of three, here {width}×{height}");
}

#[test]
fn shells_complete_every_command() {
    let place = Workplace::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = place.succeed(&format!("completions {shell}")).stdout;
        for word in ["interpolate", "traverse", "spherical", "completions"] {
            assert!(script.contains(word), "{shell} does not complete {word}");
        }
    }
    check(&place, &[("completions csh", 2, &["csh", "bash"])]);
}

#[test]
fn words_that_cannot_be() {
    let place = with_wines();
    check(
        &place,
        &[
            ("encode nowhere", 1, &["nowhere", "config.toml"]),
            ("encode run --data nowhere.csv", 2, &["nowhere.csv"]),
            ("encode run --out codes.png", 2, &["codes.png", "rows of numbers"]),
            ("encode run --out codes", 2, &["codes", ".npy"]),
            ("encode run --out nowhere/codes.npy", 1, &["nowhere/codes.npy"]),
            ("reconstruct run --out pairs.png", 2, &["pairs.png", "rows of 3 numbers", ".csv"]),
            ("reconstruct run --out folder", 2, &["folder", "rows of 3 numbers"]),
            ("decode run", 2, &["<CODES>"]),
            ("decode run nowhere.npy", 1, &["nowhere.npy"]),
            ("interpolate run --from 1", 2, &["--to"]),
            ("interpolate run --from 0 --to 12", 2, &["no sample 12", "wine", "12"]),
            ("interpolate run --data plain.csv --from 60 --to 0", 2, &["no sample 60", "plain.csv", "60"]),
            ("interpolate run --steps 1", 2, &["--steps"]),
            ("traverse run --dimensions 0,3", 2, &["dimension 3", "3, counted from 0"]),
            ("traverse run --sample 99", 2, &["no sample 99"]),
            ("traverse run --range -1", 2, &["--range", "above 0"]),
            ("traverse run --range nan", 2, &["--range", "above 0"]),
        ],
    );
    let ended = place.run("encode nowhere --json");
    assert_eq!((ended.exit, &ended.events()[0]["exit"]), (1, &1.into()));
}

#[test]
fn data_and_codes_that_do_not_fit() {
    let place = with_wines();
    for (name, text) in [
        ("wide.csv", "alcohol,ash,hue,extra\n1,2,3,4\n"),
        ("swapped.csv", "ash,alcohol,hue\n1,2,3\n"),
        ("words.csv", "z1,z2,z3\n1,two,3\n"),
        ("names.csv", "alcohol,ash,hue\n"),
        ("empty.csv", ""),
        ("codes.txt", "1 2 3\n"),
    ] {
        fs::write(place.path(name), text).unwrap();
    }
    fs::write(place.path("none.npy"), npy_of(&[0, 3], &[])).unwrap();
    fs::write(place.path("cube.npy"), npy_of(&[1, 1, 3], &[1.0, 2.0, 3.0])).unwrap();
    fs::create_dir(place.path("nothing")).unwrap();
    check(
        &place,
        &[
            ("encode run --data wide.csv", 1, &["wide.csv", "4 numbers", "3 numbers"]),
            ("encode run --data swapped.csv", 1, &["swapped.csv", "'ash'", "'alcohol'"]),
            ("encode run --data words.csv", 1, &["words.csv", "'z1'"]),
            ("encode run --data names.csv", 1, &["names.csv"]),
            ("encode run --data empty.csv", 1, &["empty.csv"]),
            ("encode run --data none.npy", 1, &["none.npy", "no samples"]),
            ("encode run --data nothing", 1, &["nothing", "no pictures"]),
            ("encode run --data digits", 1, &["28×28", "rows of 3 numbers"]),
            ("decode run wide.csv", 1, &["wide.csv", "4 numbers", "row of 3"]),
            ("decode run words.csv", 1, &["words.csv", "two", "line 2"]),
            ("decode run cube.npy", 1, &["cube.npy", "1×3"]),
            ("decode run none.npy", 1, &["none.npy", "no samples"]),
            ("decode run codes.txt", 1, &["codes.txt", ".npy"]),
        ],
    );
    for name in ["codes.csv", "codes.npy", "decoded.csv"] {
        assert!(!place.path(name).exists(), "a mistake leaves no {name}");
    }
    let unfinished = place.path("").read_dir().unwrap().map(|entry| entry.unwrap().path());
    assert!(unfinished.into_iter().all(|path| path.extension().is_none_or(|ending| ending != "tmp")));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_to() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = with_wines();
    fs::create_dir(place.path("locked")).unwrap();
    fs::set_permissions(place.path("locked"), fs::Permissions::from_mode(0o555)).unwrap();
    let ended = place.run("encode run --out locked/codes.csv");
    if ended.exit == 0 {
        return; // the superuser writes everywhere
    }
    assert_eq!(ended.exit, 1);
    assert!(ended.sentence().contains("locked/codes.csv"), "{}", ended.stderr);
}

#[test]
fn a_file_that_is_there_is_replaced_and_may_be_the_input() {
    let place = with_wines();
    fs::write(place.path("out.csv"), "old").unwrap();
    place.succeed("reconstruct run --data plain.csv --out out.csv");
    assert_wines(&below("alcohol,ash,hue", &place.text("out.csv")));
    place.succeed("reconstruct run --data out.csv --out out.csv");
    assert_wines(&below("alcohol,ash,hue", &place.text("out.csv")));
}

#[cfg(unix)]
#[test]
fn an_interrupt_between_blocks_leaves_no_file() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use crate::program::Ended;

    let place = with_wines();
    assert!(place.command("mkfifo").arg("endless.csv").status().unwrap().success());
    let child = place
        .diabolo("encode run --data endless.csv --out codes.csv")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Opening waits for the program to open the other end, which it does after it has begun to listen for signals.
    let mut pipe = fs::OpenOptions::new().write(true).open(place.path("endless.csv")).unwrap();
    pipe.write_all(b"alcohol,ash,hue\n").unwrap();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    while pipe.write_all(b"13.2,240.1,10000\n").is_ok() {}
    let ended = Ended::of(child.wait_with_output().unwrap());
    assert_eq!(ended.exit, 130, "{}", ended.stderr);
    assert!(ended.sentence().contains("interrupted"), "{}", ended.stderr);
    let names = place.path("").read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| !name.starts_with("codes")));
}
