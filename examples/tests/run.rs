//! Every example runs to its end, without anything given to it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs an example, which Cargo has built beside this test, in `folder`, and returns what it printed.
fn run(name: &str, folder: &Path) -> String {
    let test = std::env::current_exe().expect("a running program has a path");
    let built = test.ancestors().nth(2).expect("a test lies in target/<profile>/deps");
    let program: PathBuf = built.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(program.is_file(), "{} is not built; run `cargo test -p diabolo-examples`", program.display());
    let mut command = Command::new(program);
    command.current_dir(folder).envs(["TMPDIR", "TMP", "TEMP"].map(|name| (name, folder))); // what they leave goes with it
    let output = command.output().expect("the example starts");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("examples print text")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is a place for temporary folders")
}

/// The number that stands in `text` after `words`.
fn number_after(text: &str, words: &str) -> f64 {
    let rest = text.split_once(words).unwrap_or_else(|| panic!("'{words}' is not in {text}")).1;
    let number = rest.trim_start().split(|c: char| c.is_whitespace() || c == ',').next();
    number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no number after '{words}' in {text}"))
}

#[test]
fn pca() {
    let printed = run("pca", folder().path());
    assert!(printed.contains("hold more than 99 % of the variance: 2"), "{printed}");
    assert!(number_after(&printed, "usual") > number_after(&printed, "large feet") + 10.0, "{printed}");
}

#[test]
fn read_a_gradient() {
    assert!(run("read_a_gradient", folder().path()).ends_with("constant x: None\n"));
}

#[test]
fn train_vae() {
    let folder = folder();
    assert!(run("train_vae", folder.path()).contains("epoch 5"));
    let image = std::fs::read(folder.path().join("reconstructions.pgm")).expect("it was written");
    assert_eq!(image.len(), "P5 280 56 255\n".len() + 280 * 56);
}

#[test]
fn vae_on_csv() {
    let folder = folder();
    let printed = run("vae_on_csv", folder.path());
    assert!(printed.starts_with("400 rows of length mm, width mm, weight mg\n"), "{printed}");
    // Three independent columns of variance 1 would cost ½·(1 + ln 2π) nats each.
    assert!(number_after(&printed, "test loss") < 3.0 * 1.42, "{printed}");

    let samples = std::fs::read_to_string(folder.path().join("beans.samples.csv")).expect("it was written");
    let mut lines = samples.lines();
    assert_eq!(lines.next(), Some("length mm,width mm,weight mg"));
    let rows: Vec<Vec<f64>> = lines.map(|line| line.split(',').map(|x| x.parse().unwrap()).collect()).collect();
    assert_eq!(rows.len(), 10);
    assert!(
        rows.iter().all(|bean| (0.0..30.0).contains(&bean[0]) && bean[0] > bean[1] && bean[2] > bean[0]),
        "{samples}"
    );
}

#[test]
fn denoise_images() {
    let folder = folder();
    let printed = run("denoise_images", folder.path());
    assert!(number_after(&printed, "with noise,") > number_after(&printed, "set aside:") + 5.0, "{printed}");
    let out = Path::new(printed.trim_end().rsplit_once(": ").expect("the last line names the folder").1).to_owned();
    let bytes = std::fs::read(out.join("00020.png")).expect("twenty pictures were cleaned");
    assert!(bytes.starts_with(b"\x89PNG"));
}

#[test]
fn anomaly_scores() {
    let printed = run("anomaly_scores", folder().path());
    assert!(number_after(&printed, "area under the ROC curve:") > 0.9, "{printed}");
}

#[test]
fn own_op() {
    let printed = run("own_op", folder().path());
    assert!(printed.contains("4 of 4 edges") && printed.lines().count() == 2, "{printed}");
}

#[test]
fn own_model() {
    let printed = run("own_model", folder().path());
    let slopes: Vec<f64> = printed.lines().map(|line| number_after(line, "slopes of the code")).collect();
    assert!(slopes.len() == 2 && slopes[1] < 0.5 * slopes[0], "{printed}");
}
