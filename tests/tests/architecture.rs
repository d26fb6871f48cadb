//! The map of the workspace holds: who depends on whom, where unsafe code may be, and what libraries never do.

#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "what a helper of a test cannot do fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// The crates in the order of the map, each with those listed above it that it must never know.
const MAP: [(&str, &[&str]); 10] = [
    ("diabolo-kernels", &[]),
    ("diabolo-autodiff", &[]),
    ("diabolo-gradcheck", &[]),
    ("diabolo-nn", &["diabolo-gradcheck"]),
    ("diabolo-data", &["diabolo-autodiff", "diabolo-gradcheck", "diabolo-nn"]),
    ("diabolo-models", &[]),
    ("diabolo-lab", &["diabolo-gradcheck"]),
    ("diabolo-report", &["diabolo-autodiff", "diabolo-gradcheck", "diabolo-nn", "diabolo-models"]),
    ("diabolo", &[]),
    ("diabolo-cli", &[]),
];

fn workspace() -> Metadata {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).no_deps().exec().expect("cargo describes the workspace")
}

/// The packages of the map; the workspace's tests, examples and benches may depend on everything.
fn crates(metadata: &Metadata) -> Vec<&Package> {
    let folder = metadata.workspace_root.join("crates");
    let in_crates = |package: &&Package| package.manifest_path.starts_with(&folder);
    metadata.packages.iter().filter(in_crates).collect()
}

fn place(name: &str) -> Option<usize> {
    MAP.iter().position(|(known, _)| *known == name)
}

#[test]
fn every_crate_depends_only_on_crates_above_it() {
    let metadata = workspace();
    let mut wrong = vec![];
    for package in crates(&metadata) {
        let Some(own) = place(&package.name) else {
            wrong.push(format!("{} is not on the map", package.name));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development) {
            let ours = dependency.path.is_some();
            let allowed =
                place(&dependency.name).is_some_and(|at| at < own) && !MAP[own].1.contains(&&*dependency.name);
            if ours && !allowed {
                wrong.push(format!("{} must not depend on {}", package.name, dependency.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(crates(&metadata).len() >= 9, "the workspace has lost crates");
}

#[test]
fn no_crate_has_unsafe_code_of_its_own() {
    for package in crates(&workspace()) {
        let expected =
            if *package.name == "diabolo-kernels" { "#![deny(unsafe_code)]" } else { "#![forbid(unsafe_code)]" };
        let libraries = package.targets.iter().filter(|target| target.is_lib() || target.is_bin());
        for target in libraries {
            let text = fs::read_to_string(&target.src_path).unwrap();
            assert!(text.lines().any(|line| line == expected), "{} lacks {expected}", target.src_path);
        }
    }
}

/// What a library must not do, as it is written in source.
const FORBIDDEN: [&str; 7] = ["println!", "print!", "dbg!", "std::env", "env::var", "env::args", "process::exit"];

#[test]
fn libraries_never_print_never_read_the_environment_and_never_exit() {
    let metadata = workspace();
    let mut wrong = vec![];
    for package in crates(&metadata).into_iter().filter(|package| *package.name != "diabolo-cli") {
        let folder = package.manifest_path.parent().expect("a manifest lies in a folder").join("src");
        for file in rust_files(folder.as_std_path()) {
            let text = fs::read_to_string(&file).unwrap();
            for (number, line) in library_lines(&text) {
                let found = FORBIDDEN.into_iter().filter(|word| line.contains(word));
                wrong.extend(found.map(|word| format!("{}:{number}: {word}", file.display())));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All Rust files below a folder, apart from those of tests.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = vec![];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    files
}

/// The numbered lines of a file up to its tests, without comments.
fn library_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let tests = |line: &str| line.trim() == "#[cfg(test)]";
    let lines = text.lines().zip(1..).map(|(line, number)| (number, line));
    let mut lines = lines.peekable();
    let mut in_tests = false;
    std::iter::from_fn(move || {
        loop {
            let (number, line) = lines.next()?;
            in_tests |= tests(line) && lines.peek().is_some_and(|(_, next)| next.trim().ends_with("mod tests {"));
            let code = line.split("//").next().unwrap_or_default();
            if !in_tests && !code.trim().is_empty() {
                return Some((number, code));
            }
        }
    })
}

#[test]
fn comments_and_tests_are_not_library_code() {
    let text =
        "fn a() {}\n// println!\n#[cfg(test)]\nmod b;\nfn c() {} // dbg!\n#[cfg(test)]\nmod tests {\n  println!()\n}";
    let lines: Vec<_> = library_lines(text).collect();
    assert_eq!(lines, [(1, "fn a() {}"), (3, "#[cfg(test)]"), (4, "mod b;"), (5, "fn c() {} ")]);
}
