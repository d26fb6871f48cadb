//! The instrumented copy of the workspace: autodiff with all its mutants, the gradient checks as they are, and a program
//! that asks them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

use serde_json::Value as Json;
use toml::{Table, Value};

use crate::mutant::Mutant;
use crate::schema::instrument;

/// The files of the driver, below the sources of autodiff: the pass, what it adds up, and what several rules share. Not the
/// search for NaN and infinity in `gradients/`: it changes no gradient, so no check of an op could object.
const DRIVER: [&str; 6] = ["gradients.rs", "elementwise.rs", "rows.rs", "slices.rs", "extremes.rs", "difference.rs"];
/// How often what does not compile may be taken out: borrows are checked after types.
const ROUNDS: usize = 8;

/// The list of what did not compile, in the folder of the copy.
const NO_RUST: &str = "no_rust.json";

/// A copy on disk.
#[derive(Debug)]
pub(crate) struct Copy {
    root: PathBuf,
    folder: PathBuf,
    pub(crate) mutants: Vec<Mutant>,
}

impl Copy {
    /// The copy of the workspace at `root`, which will lie below its `target`, with all its mutants.
    ///
    /// # Errors
    /// If a source cannot be read or understood.
    pub(crate) fn of(root: &Path) -> Result<Self, String> {
        let mut copy = Self { root: root.to_owned(), folder: root.join("target/mutants"), mutants: vec![] };
        copy.mutants = copy.instrumented(&BTreeSet::new())?.1;
        Ok(copy)
    }

    /// Writes the copy. Files that are there already stay as they are, so that what has not changed is not compiled again.
    fn make(&self, without: &BTreeSet<usize>) -> Result<(), String> {
        let mut wanted = self.fixed()?;
        wanted.extend(self.instrumented(without)?.0);
        for folder in ["autodiff", "gradcheck", "runner"] {
            for path in files_below(&self.folder.join(folder))? {
                let name = path.strip_prefix(&self.folder).unwrap_or(&path);
                if !wanted.contains_key(name) {
                    fs::remove_file(&path).map_err(|error| failed("remove", &path, &error))?;
                }
            }
        }
        self.write(&wanted)
    }

    /// Builds the program, without the mutants that are no Rust in their place; these are taken from the list.
    ///
    /// # Errors
    /// If the copy does not compile for any other reason.
    pub(crate) fn build(&mut self) -> Result<PathBuf, String> {
        let known = self.known_as_no_rust();
        let known = self.mutants.iter().filter(|mutant| known.contains(&name(mutant)));
        let mut without: BTreeSet<usize> = known.map(|mutant| mutant.id).collect();
        self.make(&without)?;
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
            let names = self.mutants.iter().filter(|mutant| without.contains(&mutant.id)).map(name);
            let names = serde_json::to_string_pretty(&names.collect::<Vec<_>>()).map_err(|error| error.to_string())?;
            let mut files = self.instrumented(&without)?.0;
            files.insert(PathBuf::from(NO_RUST), names);
            self.write(&files)?;
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

    /// What a build before this one found to be no Rust.
    fn known_as_no_rust(&self) -> Vec<String> {
        let list = fs::read_to_string(self.folder.join(NO_RUST)).ok();
        list.and_then(|list| serde_json::from_str(&list).ok()).unwrap_or_default()
    }

    /// The sources with all mutants but those in `without`, and a list of them all.
    fn instrumented(&self, without: &BTreeSet<usize>) -> Result<(Files, Vec<Mutant>), String> {
        let sources = self.root.join("crates/autodiff/src");
        let ops = files_below(&sources.join("ops"))?;
        let mut names: Vec<String> = ops
            .iter()
            .filter_map(|path| Some(path.strip_prefix(&sources).ok()?.to_str()?.to_owned()))
            .filter(|name| name != "ops/mod.rs")
            .collect();
        names.sort();
        names.extend(DRIVER.map(str::to_owned));
        let (mut files, mut mutants) = (Files::new(), vec![]);
        for name in names {
            let source = read(&sources.join(&name))?;
            let (changed, found) =
                instrument(&name, &source, mutants.len() + 1, without).map_err(|error| format!("{name}: {error}"))?;
            files.insert(Path::new("autodiff/src").join(&name), changed);
            mutants.extend(found);
        }
        Ok((files, mutants))
    }

    /// All that does not change with the mutants: the crates as they are, the program, and the workspace of both.
    fn fixed(&self) -> Result<Files, String> {
        let mut files = Files::new();
        let crates = self.root.join("crates");
        for part in ["autodiff/src", "autodiff/Cargo.toml", "gradcheck/src", "gradcheck/tests", "gradcheck/Cargo.toml"]
        {
            for path in files_below(&crates.join(part))? {
                let name = path.strip_prefix(&crates).unwrap_or(&path).to_owned();
                // What is no text is not compiled.
                if let Ok(text) = fs::read_to_string(&path) {
                    files.insert(name, text);
                }
            }
        }
        for name in ["autodiff/Cargo.toml", "gradcheck/Cargo.toml"] {
            // Lints and tests are not for code that is wrong on purpose.
            let mut manifest = table(&files[Path::new(name)])?;
            manifest.remove("lints");
            manifest.remove("dev-dependencies");
            files.insert(PathBuf::from(name), manifest.to_string());
        }
        let library = files[Path::new("autodiff/src/lib.rs")].replacen("mod op;", "pub mod mutant;\nmod op;", 1);
        let own = [
            ("autodiff/src/lib.rs", library),
            ("autodiff/src/mutant.rs", include_str!("../copy/mutant.rs").to_owned()),
            ("runner/Cargo.toml", include_str!("../copy/runner.toml").to_owned()),
            ("runner/src/main.rs", include_str!("../copy/main.rs").to_owned()),
            ("Cargo.toml", self.workspace()?),
        ];
        files.extend(own.map(|(name, text)| (PathBuf::from(name), text)));
        if !self.folder.join("Cargo.lock").exists() {
            files.insert(PathBuf::from("Cargo.lock"), read(&self.root.join("Cargo.lock"))?);
        }
        Ok(files)
    }

    /// The manifest of the workspace, with the versions of the real one, and its kernels.
    fn workspace(&self) -> Result<String, String> {
        let mut manifest = table(&read(&self.root.join("Cargo.toml"))?)?;
        manifest.retain(|key, _| key == "workspace");
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
        // Compiling takes longer than checking. A mutant that leaves the range of an index must panic, and not read elsewhere.
        let profile = table("release = { opt-level = 1, overflow-checks = true }")?;
        manifest.insert("profile".to_owned(), Value::from(profile));
        Ok(manifest.to_string())
    }

    fn write(&self, files: &Files) -> Result<(), String> {
        for (name, text) in files {
            let path = self.folder.join(name);
            if fs::read_to_string(&path).is_ok_and(|there| there == *text) {
                continue;
            }
            let folder = path.parent().unwrap_or(&path);
            fs::create_dir_all(folder).map_err(|error| failed("make", folder, &error))?;
            fs::write(&path, text).map_err(|error| failed("write", &path, &error))?;
        }
        Ok(())
    }
}

/// Files by their names below the folder of the copy.
type Files = BTreeMap<PathBuf, String>;

fn name(mutant: &Mutant) -> String {
    format!("{}: {}", mutant.file, mutant.change)
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

/// All files below a folder, or the file itself; none if there is nothing.
fn files_below(path: &Path) -> Result<Vec<PathBuf>, String> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    if !path.exists() {
        return Ok(vec![]);
    }
    let entries = fs::read_dir(path).map_err(|error| failed("read", path, &error))?;
    let mut files = vec![];
    for entry in entries.filter_map(Result::ok) {
        files.extend(files_below(&entry.path())?);
    }
    Ok(files)
}
