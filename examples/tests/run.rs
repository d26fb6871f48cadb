//! Every example runs to its end.

use std::path::PathBuf;
use std::process::Command;

/// Runs an example, which Cargo has built beside this test, and returns what it printed.
fn run(name: &str) -> String {
    let test = std::env::current_exe().expect("a running program has a path");
    let folder = test.ancestors().nth(2).expect("a test lies in target/<profile>/deps");
    let program: PathBuf = folder.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(program.is_file(), "{} is not built; run `cargo test -p diabolo-examples`", program.display());
    let output = Command::new(program).current_dir(env!("CARGO_TARGET_TMPDIR")).output().expect("the example starts");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("examples print text")
}

#[test]
fn pca() {
    assert!(run("pca").contains("of the total variance"));
}

#[test]
fn read_a_gradient() {
    assert!(run("read_a_gradient").ends_with("constant x: None\n"));
}

#[test]
fn train_vae() {
    assert!(run("train_vae").contains("epoch 5"));
    let image = std::fs::read(concat!(env!("CARGO_TARGET_TMPDIR"), "/reconstructions.pgm")).expect("it was written");
    assert_eq!(image.len(), "P5 280 56 255\n".len() + 280 * 56);
}

#[test]
fn own_op() {
    let printed = run("own_op");
    assert!(printed.contains("1 of 1 edges") && printed.lines().count() == 2, "{printed}");
}

#[test]
fn own_model() {
    assert!(run("own_model").contains("in the codes of the test set are 0"));
}
