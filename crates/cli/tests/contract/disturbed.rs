//! Runs that are disturbed at random moments, beside one that nobody disturbs.

use std::fs;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use diabolo_kernels::random::{Key, Stream, fill_uniform};

use crate::program::Workplace;

/// All that a state has to carry: noise, moments of several kinds, averages, running statistics, a rate that follows the
/// losses; and what has no state. Half of the time goes into saving, so that many disturbances meet a save.
pub(crate) const KINDS: [&str; 4] = [
    "vae --epochs 6",
    "deep --epochs 6 --set optimizer=rmsprop --set momentum=0.5 --set norm=batch --set ema=0.9 \
     --set schedule=plateau:patience=1,threshold=0.05 --set clip=1",
    "denoising --epochs 6 --set optimizer=sgd --set momentum=0.9 --lr 0.001 --precision f64 --noise masking:0.3 \
     --set norm=layer --set schedule=one-cycle",
    "pca",
];

/// Runs of one kind in a folder of their own, one of them undisturbed.
pub(crate) struct Disturbed {
    pub(crate) place: Workplace,
    kind: &'static str,
    /// How long the undisturbed one took.
    pub(crate) whole: Duration,
}

impl Disturbed {
    pub(crate) fn new(kind: &'static str) -> Self {
        let (place, begun) = (Workplace::new(), Instant::now());
        let new = Self { place, kind, whole: Duration::ZERO };
        new.place.succeed(&new.command("undisturbed"));
        Self { whole: begun.elapsed(), ..new }
    }

    /// The command that goes on with a run, or begins it where not even its settings were written.
    pub(crate) fn command(&self, run: &str) -> String {
        let kind = self.kind;
        if kind == "pca" {
            return format!("train pca --set digits=2000 --latent 5 --out {run} --force -q");
        }
        if self.place.path(run).join("config.toml").exists() {
            let model = kind.split(' ').next().unwrap();
            return format!("train {model} --resume {run} --epochs 6 -q");
        }
        let common = "--set digits=300 --hidden 16 --latent 2 --batch 10 --set save_every=0.001";
        format!("train {kind} {common} --out {run} -q")
    }

    pub(crate) fn start(&self, run: &str) -> Child {
        let mut command = self.place.diabolo(&self.command(run));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Lets a run come to its end, which must be that of the undisturbed one.
    #[track_caller]
    pub(crate) fn finish(&self, run: &str) {
        self.place.succeed(&self.command(run));
        for file in ["model.safetensors", "best.safetensors"] {
            let [ours, theirs] = [run, "undisturbed"].map(|run| fs::read(self.place.path(run).join(file)).ok());
            assert!(ours == theirs, "{file} of {run}: {}", self.kind);
            assert!(theirs.is_some() || self.kind == "pca", "{file}");
        }
        let files = fs::read_dir(self.place.path(run)).unwrap().map(|entry| entry.unwrap().path());
        let left: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "tmp")).collect();
        assert!(left.is_empty(), "unfinished files are removed: {left:?}");
    }
}

/// Pairs of shares of a whole.
pub(crate) fn moments(seed: u64, pairs: usize) -> Vec<[f64; 2]> {
    let mut moments = vec![0.0_f64; 2 * pairs];
    fill_uniform(Key::new(seed, Stream::Data), 0.0, 1.0, &mut moments);
    moments.as_chunks().0.to_vec()
}

/// How often a test disturbs a run: more often if `DIABOLO_KILLS` says so.
pub(crate) fn times(few: usize) -> usize {
    std::env::var("DIABOLO_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}
