//! The instrumented copy of the workspace: autodiff with all its mutants, the gradient checks as they are, and a program
//! that asks them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

use serde_json::Value as Json;
use toml::{Table, Value};

use crate::mutant::Mutant;
use crate::schema::instrument;

/// The files of the driver, below the sources of autodiff.
const DRIVER: [&str; 5] = ["gradients.rs", "elementwise.rs", "rows.rs", "slices.rs", "extremes.rs"];
/// How often what does not compile may be taken out: borrows are checked after types.
const ROUNDS: usize = 8;

/// A copy on disk.
#[derive(Debug)]
pub(crate) struct Copy {
    root: PathBuf,
    folder: PathBuf,
    pub(crate) mutants: Vec<Mutant>,
}

impl Copy {
    /// Copies the workspace at `root` to a folder below its `target`.
    ///
    /// # Errors
    /// If a file cannot be read, written or understood.
    pub(crate) fn make(root: &Path) -> Result<Self, String> {
        let mut copy = Self { root: root.to_owned(), folder: root.join("target/mutants"), mutants: vec![] };
        for crate_name in ["autodiff", "gradcheck"] {
            let to = copy.folder.join(crate_name);
            if to.exists() {
                fs::remove_dir_all(&to).map_err(|error| failed("remove", &to, &error))?;
            }
            copy_folder(&root.join("crates").join(crate_name), &to)?;
            copy.manifest(crate_name)?;
        }
        copy.workspace()?;
        copy.mutants = copy.instrument(&BTreeSet::new())?;
        Ok(copy)
    }

    /// Builds the program, without the mutants that are no Rust in their place; these are taken from the list.
    ///
    /// # Errors
    /// If the copy does not compile for any other reason.
    pub(crate) fn build(&mut self) -> Result<PathBuf, String> {
        let mut without = BTreeSet::new();
        for _ in 0..ROUNDS {
            let messages = self.compile()?;
            let Some(messages) = messages else {
                self.mutants.retain(|mutant| !without.contains(&mutant.id));
                return Ok(self.folder.join("target/release/mutants-runner"));
            };
            let before = without.len();
            without.extend(messages.iter().flat_map(|message| self.traced(message)));
            if without.len() == before {
                let text: Vec<&str> = messages.iter().filter_map(|message| message["rendered"].as_str()).collect();
                return Err(format!("the instrumented copy does not compile:\n{}", text.join("\n")));
            }
            self.instrument(&without)?;
        }
        Err(format!("the instrumented copy still does not compile after {ROUNDS} rounds"))
    }

    /// The errors of the compiler, if there are any.
    fn compile(&self) -> Result<Option<Vec<Json>>, String> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let output = Command::new(cargo)
            .args(["build", "--release", "--message-format=json", "--package", "mutants-runner"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .stderr(Stdio::piped())
            .output()
            .map_err(|error| format!("cannot start cargo: {error}"))?;
        if output.status.success() {
            return Ok(None);
        }
        let lines = String::from_utf8_lossy(&output.stdout);
        let errors: Vec<Json> = lines
            .lines()
            .filter_map(|line| serde_json::from_str::<Json>(line).ok())
            .map(|line| line["message"].clone())
            .filter(|message| message["level"] == "error")
            .collect();
        if errors.is_empty() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        Ok(Some(errors))
    }

    /// The mutants that an error of the compiler speaks of: each marks its code with its number.
    fn traced(&self, message: &Json) -> Vec<usize> {
        let spans = message["spans"].as_array().map(Vec::as_slice).unwrap_or_default();
        let primary = spans.iter().filter(|span| span["is_primary"] == true);
        primary
            .filter_map(|span| self.mutant_at(span["file_name"].as_str()?, span["line_start"].as_u64()? as usize))
            .collect()
    }

    fn mutant_at(&self, file: &str, line: usize) -> Option<usize> {
        let source = fs::read_to_string(self.folder.join(file)).ok()?;
        let before: Vec<&str> = source.lines().take(line).collect();
        let marked = before.iter().rev().find_map(|line| line.split_once("crate::mutant::on("))?;
        marked.1.split("usize").next()?.parse().ok()
    }

    /// Writes the sources with all mutants but those in `without`, and lists them all.
    fn instrument(&self, without: &BTreeSet<usize>) -> Result<Vec<Mutant>, String> {
        let sources = self.root.join("crates/autodiff/src");
        let mut files: Vec<String> = read_folder(&sources.join("ops"))?
            .into_iter()
            .filter_map(|path| Some(format!("ops/{}", path.file_name()?.to_str()?)))
            .filter(|file| file != "ops/mod.rs")
            .collect();
        files.sort();
        files.extend(DRIVER.map(str::to_owned));
        let mut mutants = vec![];
        for file in files {
            let source = read(&sources.join(&file))?;
            let (changed, found) =
                instrument(&file, &source, mutants.len() + 1, without).map_err(|error| format!("{file}: {error}"))?;
            write(&self.folder.join("autodiff/src").join(&file), &changed)?;
            mutants.extend(found);
        }
        Ok(mutants)
    }

    /// A manifest without lints and tests, which are not for code that is wrong on purpose.
    fn manifest(&self, crate_name: &str) -> Result<(), String> {
        let path = self.folder.join(crate_name).join("Cargo.toml");
        let mut manifest = table(&read(&path)?)?;
        manifest.remove("lints");
        manifest.remove("dev-dependencies");
        write(&path, &manifest.to_string())
    }

    /// The workspace, with the versions of the real one and its kernels, and the program.
    fn workspace(&self) -> Result<(), String> {
        let mut manifest = table(&read(&self.root.join("Cargo.toml"))?)?;
        manifest.retain(|key, _| key == "workspace" || key == "profile");
        let crates = self.root.join("crates");
        let workspace = manifest["workspace"].as_table_mut().ok_or("the workspace has no table")?;
        workspace.retain(|key, _| ["resolver", "package", "dependencies"].contains(&key));
        workspace.insert("members".to_owned(), Value::from(vec!["autodiff", "gradcheck", "runner"]));
        let dependencies = workspace["dependencies"].as_table_mut().ok_or("the workspace has no dependencies")?;
        for (name, value) in dependencies.iter_mut() {
            if let (Some(own), Some(spec)) = (name.strip_prefix("diabolo-"), value.as_table_mut()) {
                let here = ["autodiff", "gradcheck"].contains(&own);
                let path = if here { PathBuf::from(own) } else { crates.join(own) };
                spec.insert("path".to_owned(), Value::from(path.to_string_lossy().into_owned()));
            }
        }
        dependencies.remove("diabolo");
        // A mutant that leaves the range of an index must panic, and not read elsewhere.
        manifest
            .insert("profile".to_owned(), Value::from(table("release = { opt-level = 2, overflow-checks = true }")?));
        write(&self.folder.join("Cargo.toml"), &manifest.to_string())?;
        let lock = self.root.join("Cargo.lock");
        fs::copy(&lock, self.folder.join("Cargo.lock")).map_err(|error| failed("copy", &lock, &error))?;

        let runner = self.folder.join("runner/src");
        fs::create_dir_all(&runner).map_err(|error| failed("make", &runner, &error))?;
        write(&self.folder.join("runner/Cargo.toml"), include_str!("../copy/runner.toml"))?;
        write(&runner.join("main.rs"), include_str!("../copy/main.rs"))?;
        write(&self.folder.join("autodiff/src/mutant.rs"), include_str!("../copy/mutant.rs"))?;
        let library = self.folder.join("autodiff/src/lib.rs");
        let source = read(&library)?.replacen("mod op;", "pub mod mutant;\nmod op;", 1);
        write(&library, &source)
    }
}

fn table(text: &str) -> Result<Table, String> {
    text.parse().map_err(|error| format!("not TOML: {error}"))
}

fn failed(what: &str, path: &Path, error: &io::Error) -> String {
    format!("cannot {what} {}: {error}", path.display())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| failed("read", path, &error))
}

/// Leaves a file that is so already as it is, so that it is not compiled again.
fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| failed("write", path, &error))
}

fn read_folder(path: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(path).map_err(|error| failed("read", path, &error))?;
    Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| failed("make", to, &error))?;
    for path in read_folder(from)? {
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(|error| failed("copy", &path, &error))?;
        }
    }
    Ok(())
}
