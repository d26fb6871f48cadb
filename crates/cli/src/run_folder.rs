//! The folder of a run and the files in it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use diabolo_kernels::Scalar;
use diabolo_models::checkpoint::{self, write_atomically};
use diabolo_models::trainer::{Callback, Control, EpochReport, StepReport};
use diabolo_models::{Config, Error, Model, Trainer};

use crate::failure::Failure;
use crate::{metrics_csv, settings, source};

/// The file whose lock says that a process is writing to the folder.
const LOCK: &str = ".lock";

/// The settings of a run.
const CONFIG: &str = "config.toml";

/// What the laboratory found.
pub(crate) const FINDINGS: &str = "findings.json";

/// `runs/vae-digits-20261121-093012/`
#[derive(Clone, Debug)]
pub(crate) struct RunFolder {
    path: PathBuf,
    /// Held by the process that writes to the folder, if this is it.
    _lock: Option<Arc<File>>,
}

impl RunFolder {
    /// A new folder: `out`, which must be empty unless `force`, or one named after model, data and time.
    pub(crate) fn create(out: Option<&Path>, force: bool, config: &Config) -> Result<Self, Failure> {
        let stem = format!("{}-{}", config.model, source::name(config));
        Self::create_with(out, force, &stem, (CONFIG, config.to_toml().as_bytes()))
    }

    /// The same for any kind of run, whose default name begins with `stem`, with its first file: name and bytes.
    pub(crate) fn create_with(
        out: Option<&Path>,
        force: bool,
        stem: &str,
        first: (&str, &[u8]),
    ) -> Result<Self, Failure> {
        let path = out.map_or_else(|| default_path(stem), Path::to_owned);
        let new = missing(&path);
        Self::begin(path, force, first).inspect_err(|_| remove_empty(&new)) // a refusal leaves nothing
    }

    /// Refuses what [`create_with`](Self::create_with) would refuse, before a run that writes at its end; changes nothing.
    pub(crate) fn probe(out: Option<&Path>, force: bool, stem: &str) -> Result<(), Failure> {
        let path = out.map_or_else(|| default_path(stem), Path::to_owned);
        let new = missing(&path);
        let is_locked = path.join(LOCK).exists();
        let free = Self::free(path.clone(), force).and_then(|(folder, _)| folder.locked());
        if !is_locked {
            let _ = fs::remove_file(path.join(LOCK)); // what is not there need not go
        }
        remove_empty(&new);
        free.map(drop)
    }

    /// The folder, if it can be used, and whether something is in it.
    fn free(path: PathBuf, force: bool) -> Result<(Self, bool), Failure> {
        let fail = |error: io::Error| {
            Failure::run(format!("cannot use {} as a run folder: {error}; give another with --out", path.display()))
        };
        fs::create_dir_all(&path).map_err(fail)?;
        let mut entries = fs::read_dir(&path).map_err(fail)?.filter_map(Result::ok).map(|entry| entry.path());
        let occupied = entries.any(|path| !path.ends_with(LOCK) && !is_unfinished(&path));
        if occupied && !force {
            let path = path.display();
            return Err(Failure::usage(format!(
                "{path} is not empty; give another --out, or --force to write into it"
            )));
        }
        Ok((Self { path, _lock: None }, occupied))
    }

    fn begin(path: PathBuf, force: bool, (name, bytes): (&str, &[u8])) -> Result<Self, Failure> {
        let (folder, occupied) = Self::free(path, force)?;
        let folder = folder.locked()?;
        if let Err(error) = write_atomically(&folder.path.join(name), bytes) {
            let _ = fs::remove_file(folder.path.join(LOCK)); // or the folder would not be empty
            return Err(Failure::run(format!("{error}; give another folder with --out")));
        }
        if occupied {
            folder.clear(name); // only now that the new run can be written
        }
        Ok(folder)
    }

    /// The same folder for this process alone to write to, until it ends however it ends.
    pub(crate) fn locked(self) -> Result<Self, Failure> {
        let path = self.path.display();
        let file = File::create(self.path.join(LOCK)).map_err(|error| {
            Failure::run(format!("cannot write into {path}: {error}; a run needs a folder that can be written to"))
        })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::run(format!(
                    "another process is writing to {path}; wait for its end or give another --out"
                )));
            }
            // A file system without locks: nothing can be promised there.
            Err(TryLockError::Error(_)) => {}
        }
        self.remove_unfinished();
        Ok(Self { _lock: Some(Arc::new(file)), ..self })
    }

    /// Removes files that a process that was killed has begun and not finished.
    fn remove_unfinished(&self) {
        let entries = fs::read_dir(&self.path).into_iter().flatten().filter_map(Result::ok);
        for path in entries.map(|entry| entry.path()).filter(|path| is_unfinished(path)) {
            let _ = fs::remove_file(path); // it only takes room
        }
    }

    /// Removes what an earlier run left but for the file that was just written, and nothing else, so that no file of it
    /// stands beside the new ones.
    fn clear(&self, new: &str) {
        let others = [CONFIG, FINDINGS, "report.html"].into_iter().filter(|name| *name != new);
        let others = others.map(|name| self.path.join(name));
        for file in [self.model(), self.best(), self.state(), self.metrics_file()].into_iter().chain(others) {
            let _ = fs::remove_file(file); // what is not there need not go; what cannot go fails when it is written
        }
        let _ = fs::remove_dir_all(self.path.join("images"));
    }

    /// The folder of an earlier run, with its settings.
    pub(crate) fn open(path: &Path) -> Result<(Self, Config), Failure> {
        let folder = Self { path: path.to_owned(), _lock: None };
        let text = settings::read(&folder.config()).map_err(|error| {
            Failure::run(format!("{} is not a run folder: config.toml cannot be read ({error})", path.display()))
        })?;
        let damaged = |error: Error| Failure::run(format!("{}: {error}", folder.config().display()));
        let config = Config::parse(&text).map_err(damaged)?;
        if let Some(samples) = &config.samples {
            config.check_sizes(samples.dim()).map_err(damaged)?;
        }
        Ok((folder, config))
    }

    /// Saves settings that have become known or have changed.
    pub(crate) fn save_config(&self, config: &Config) -> Result<(), Failure> {
        Ok(write_atomically(&self.config(), config.to_toml().as_bytes())?)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn model(&self) -> PathBuf {
        self.path.join("model.safetensors")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path.join("state.safetensors")
    }

    fn best(&self) -> PathBuf {
        self.path.join("best.safetensors")
    }

    fn config(&self) -> PathBuf {
        self.path.join(CONFIG)
    }

    /// Saves what the epochs measured.
    pub(crate) fn save_metrics(&self, history: &[EpochReport]) -> Result<(), Error> {
        let Some(text) = metrics_csv::text_of(history) else { return Ok(()) };
        write_atomically(&self.metrics_file(), text.as_bytes())
    }

    /// What the epochs measured.
    pub(crate) fn metrics(&self) -> Result<Vec<EpochReport>, Failure> {
        let path = self.metrics_file();
        let fail = |reason: String| Failure::run(format!("{}: {reason}", path.display()));
        let text = fs::read_to_string(&path).map_err(|error| fail(error.to_string()))?;
        metrics_csv::history_of(&text).map_err(fail)
    }

    fn metrics_file(&self) -> PathBuf {
        self.path.join("metrics.csv")
    }

    /// Saves the model on its own, and last all that is needed to go on: whoever finds the state of an epoch finds the rest.
    pub(crate) fn save<S: Scalar, M: Model<S>>(&self, trainer: &Trainer<S, M>) -> Result<(), Error> {
        checkpoint::save(&self.model(), &trainer.model)?;
        checkpoint::save_state(&self.state(), trainer)
    }
}

/// Saves state, model, best model and metrics after every epoch, and the state within long ones.
#[derive(Debug)]
pub(crate) struct Saving {
    folder: RunFolder,
    every: Option<Duration>,
    last: Instant,
}

impl Saving {
    /// Saves into `folder` after every epoch, and after the first step that ends `seconds` after the last time; 0 for never.
    pub(crate) fn new(folder: &RunFolder, seconds: f64) -> Self {
        let every = (seconds > 0.0).then(|| Duration::from_secs_f64(seconds));
        Self { folder: folder.clone(), every, last: Instant::now() }
    }
}

impl<S: Scalar, M: Model<S>> Callback<S, M> for Saving {
    fn step(&mut self, _: &StepReport) -> Control {
        if self.every.is_some_and(|every| self.last.elapsed() >= every) { Control::Save } else { Control::Continue }
    }

    fn save(&mut self, trainer: &Trainer<S, M>) -> Result<(), Error> {
        self.folder.save(trainer)?;
        self.last = Instant::now();
        Ok(())
    }

    fn epoch(&mut self, trainer: &Trainer<S, M>) -> Result<Control, Error> {
        self.folder.save_metrics(&trainer.progress.history)?;
        if trainer.progress.epochs_since_best() == 0 {
            checkpoint::save(&self.folder.best(), &trainer.model)?;
        }
        self.save(trainer)?;
        Ok(Control::Continue)
    }
}

/// Whether a file is one that was begun by [`write_atomically`] and not finished.
fn is_unfinished(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "tmp")
}

/// The folders on the way to `path` that are not there, the innermost first.
fn missing(path: &Path) -> Vec<PathBuf> {
    let is_new = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
    path.ancestors().take_while(is_new).map(Path::to_owned).collect()
}

/// Removes the folders that are empty.
fn remove_empty(folders: &[PathBuf]) {
    folders.iter().for_each(|folder| drop(fs::remove_dir(folder)));
}

fn default_path(stem: &str) -> PathBuf {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let stem = format!("runs/{stem}-{}", utc(seconds));
    let numbered = (2..).map(|n| PathBuf::from(format!("{stem}-{n}")));
    [PathBuf::from(&stem)]
        .into_iter()
        .chain(numbered)
        .find(|path| !path.exists())
        .unwrap_or_else(|| PathBuf::from(stem))
}

/// Seconds since 1970 as `20261121-093012`, in the proleptic Gregorian calendar.
fn utc(seconds: u64) -> String {
    let (mut day, time) = (seconds / 86_400, seconds % 86_400);
    let mut year = 1970;
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while day >= lengths[month] {
        day -= lengths[month];
        month += 1;
    }
    format!("{year}{:02}{:02}-{:02}{:02}{:02}", month + 1, day + 1, time / 3600, time / 60 % 60, time % 60)
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn times_are_written_in_utc() {
        assert_eq!(utc(0), "19700101-000000");
        assert_eq!(utc(951_782_400), "20000229-000000");
        assert_eq!(utc(1_795_253_412), "20261121-093012");
    }
}
