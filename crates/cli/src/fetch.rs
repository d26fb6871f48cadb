//! MNIST and Fashion-MNIST: where they lie, or else from the network.

use std::env;
use std::path::{Path, PathBuf};

use diabolo_data::Error;
use diabolo_data::download::{self, Download};
use diabolo_data::mnist::{Collection, Folder};
use indicatif::{ProgressBar, ProgressStyle};

use crate::arguments::Talk;
use crate::failure::Failure;
use crate::output;
use crate::source::Places;

/// The folder of a collection, after its files were fetched if they are nowhere.
pub(crate) fn find(collection: Collection, places: &Places, talk: Talk) -> Result<Folder, Failure> {
    if places.folders.is_empty() {
        let title = collection.title();
        return Err(Failure::run(format!("no folder to look for {title} in is known here; name one with --data-dir")));
    }
    let missing = match collection.find(&places.folders) {
        Ok(folder) => return Ok(folder),
        Err(error) => error,
    };
    let kept = places.kept.as_ref().map(|kept| kept.join(collection.name()));
    let Some(kept) = kept.filter(|kept| may_fill(kept, &missing)) else {
        return Err(missing.into());
    };
    fetch(collection, &kept, talk).map_err(|error| match error {
        Error::Download { .. } => Failure::run(format!("{missing}; {error}")),
        error => error.into(),
    })?;
    Ok(collection.find(&places.folders)?)
}

/// Whether files may be added to this folder: none are anywhere, or an earlier fetch ended early. Files that people put
/// elsewhere are not completed with others.
fn may_fill(kept: &Path, missing: &Error) -> bool {
    match missing {
        Error::NoFolder { .. } => true,
        Error::IncompleteFolder { folder, .. } => folder == kept,
        _ => false,
    }
}

fn fetch(collection: Collection, folder: &Path, talk: Talk) -> Result<(), Error> {
    let mut download = Download::new(collection);
    if let Some(mirrors) = variable(&["DIABOLO_MIRROR"]) {
        download.mirrors = mirrors.split_whitespace().map(str::to_owned).collect();
    }
    download.proxy = variable(&["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]);
    let mut shown = Shown::new(collection, folder, talk);
    download.run(folder, &mut |progress| shown.update(progress))
}

/// The first of these environment variables that says something.
fn variable(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| env::var(name).ok().filter(|value| !value.trim().is_empty()))
}

/// A line for each file that arrives, redrawn where that can be.
#[derive(Debug)]
struct Shown {
    collection: Collection,
    folder: PathBuf,
    talk: Talk,
    bar: Option<ProgressBar>,
    file: &'static str,
}

impl Shown {
    fn new(collection: Collection, folder: &Path, talk: Talk) -> Self {
        let bar = (!talk.quiet && output::is_live()).then(|| {
            let style = ProgressStyle::with_template("  {msg} {bar:24} {bytes} of {total_bytes}, {bytes_per_sec}")
                .expect("the template is fixed");
            ProgressBar::no_length().with_style(style.progress_chars("━╸─"))
        });
        Self { collection, folder: folder.to_owned(), talk, bar, file: "" }
    }

    fn update(&mut self, progress: download::Progress) {
        if self.file.is_empty() && !self.talk.quiet && !self.talk.json {
            let text = format!("fetching {} into {}", self.collection.title(), self.folder.display());
            match &self.bar {
                Some(bar) => bar.println(text),
                None => output::note(&text),
            }
        }
        if let Some(bar) = &self.bar {
            if self.file != progress.file {
                bar.reset();
                bar.set_message(format!("{:<24}", progress.file));
            }
            bar.set_length(progress.total.unwrap_or(progress.received));
            bar.set_position(progress.received);
        }
        self.file = progress.file;
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
