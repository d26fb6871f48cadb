//! The book says what the code says: every chapter is compiled, every link leads somewhere, every setting is listed.

use std::fs;
use std::path::{Path, PathBuf};

use diabolo::autodiff::ops::each_op;
use diabolo::autodiff::{Card, Case, Visitor};
use diabolo::models::config::ModelKind;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The pages at the root and in `docs`.
fn pages() -> Vec<PathBuf> {
    let in_folder = |folder: PathBuf| {
        let entries = fs::read_dir(folder).expect("the folder is in the repository");
        entries.map(|entry| entry.expect("a folder that was opened can be read").path())
    };
    let all = in_folder(root()).chain(in_folder(root().join("docs")));
    all.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect()
}

#[test]
fn every_chapter_is_compiled_and_listed() {
    let compiled = read(&root().join("crates/diabolo/src/book.rs"));
    let index = read(&root().join("docs/README.md"));
    let mut chapters = 0;
    for page in pages() {
        let name = page.file_name().unwrap().to_str().unwrap();
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            chapters += 1;
            assert!(compiled.contains(&format!("docs/{name}\"")), "{name} is not in crates/diabolo/src/book.rs");
            assert!(index.contains(&format!("({name})")), "{name} is not in docs/README.md");
        }
    }
    assert_eq!(chapters, 14);
}

#[test]
fn every_link_to_a_file_leads_there() {
    let mut links = 0;
    for page in pages() {
        for link in read(&page).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.contains("://") {
                links += 1;
                let target = page.parent().unwrap().join(link);
                assert!(target.exists(), "{} links to {link}, which is not there", page.display());
            }
        }
    }
    assert!(links > 20);
}

#[test]
fn every_setting_is_in_the_chapter_on_files() {
    let chapter = read(&root().join("docs/09-files.md"));
    for model in ModelKind::ALL {
        let defaults = model.documented_defaults();
        let keys = defaults.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
        for (key, _) in keys {
            assert!(chapter.contains(&format!("`{key}`")), "docs/09-files.md lacks the setting `{key}` of {model}");
        }
    }
}

/// The cards of all ops.
#[derive(Default)]
struct Cards(Vec<&'static Card>);

impl Visitor for Cards {
    fn op<C: Case>(&mut self) {
        self.0.push(C::card());
    }
}

#[test]
fn every_op_is_in_the_table_of_chapter_1_with_the_formulas_of_its_card() {
    let chapter = read(&root().join("docs/01-engine.md"));
    let mut cards = Cards::default();
    each_op(&mut cards);
    for card in &cards.0 {
        let backward = if card.backward.is_empty() { "nothing".to_owned() } else { card.backward.join("; ") };
        let [forward, backward] = [card.forward, &backward].map(|formula| formula.replace('|', r"\|"));
        let row = format!("| [`{0}`](../crates/autodiff/src/ops/{0}.rs) | {forward} | {backward} |\n", card.name);
        assert!(chapter.contains(&row), "docs/01-engine.md lacks the row\n{row}");
    }
    assert_eq!(chapter.matches("\n| [`").count(), cards.0.len());
    assert!(chapter.contains(&format!("There are {}.", cards.0.len())));
}
