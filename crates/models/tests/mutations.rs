//! Damaged checkpoints, states and settings: no loader panics or takes more memory than the file, whatever was done to it,
//! and what is wrong is one sentence.
//!
//! Each loader gets valid small files, changed at random: bits, bytes and digits replaced, pieces cut out, doubled and put
//! in; in half of the tensor files the header alone, with the length that it then has, so that more of it is looked at. An
//! input is a function of its loader and number. How many there are is read from `DIABOLO_MUTATIONS`; finds are kept in
//! `fixtures/finds`, under the name of their loader.

#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "what a helper of a test cannot do fails the test")]
#![expect(clippy::print_stdout, reason = "the counts are what a long run is for")]

use std::alloc::System;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::{env, fs};

use diabolo_data::Dataset;
use diabolo_kernels::random::{Generator, Key, Stream};
use diabolo_models::config::ModelKind;
use diabolo_models::pca::Solver;
use diabolo_models::trainer::{Progress, Trainer};
use diabolo_models::{Autoencoder, Config, Pca, checkpoint};
use rand::RngExt;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Inputs to a loader where `DIABOLO_MUTATIONS` does not say how many.
const INPUTS: u64 = 2000;
/// Bytes that a loader may allocate in all for a file of a few kilobytes.
const ALLOCATED: usize = 4 << 20;
/// The name that messages about files have to give.
const NAME: &str = "damaged";

/// Whether a file is taken, or the sentence that refuses it.
type Load = fn(&Path, &[u8]) -> Result<(), String>;

struct Loader {
    name: &'static str,
    valid: Vec<Vec<u8>>,
    load: Load,
}

const SETTINGS: &str = "hidden = [2]\nlatent = 1\nema = 0.5\nnorm = 'batch'\ndigits = 20\nbatch = 8";

fn config() -> Config {
    Config::with(ModelKind::Vae, &SETTINGS.parse().unwrap()).unwrap()
}

fn model() -> Box<dyn Autoencoder<f32>> {
    config().autoencoder(3).unwrap()
}

fn load_model(path: &Path, _: &[u8]) -> Result<(), String> {
    checkpoint::load(path, &mut model()).map_err(|error| error.to_string())
}

fn load_state(path: &Path, _: &[u8]) -> Result<(), String> {
    let mut optimizer = config().training.unwrap().optimizer();
    let progress = checkpoint::load_state(path, &mut model(), &mut *optimizer).map_err(|error| error.to_string())?;
    assert!(progress.epochs_since_best() <= progress.epoch);
    assert_eq!(progress.test_losses().count(), progress.epoch as usize);
    Ok(())
}

fn load_pca(path: &Path, _: &[u8]) -> Result<(), String> {
    let pca = checkpoint::load_pca::<f64>(path, 3).map_err(|error| error.to_string())?;
    assert_eq!((pca.mean().len(), pca.components().ncols()), (3, 3));
    assert!(pca.explained_variance_ratio().len() == pca.components().nrows());
    Ok(())
}

fn load_config(_: &Path, bytes: &[u8]) -> Result<(), String> {
    let text = str::from_utf8(bytes).map_err(|_| format!("{NAME}: no text"))?;
    let config = Config::parse(text).map_err(|error| format!("{NAME}: {error}"))?;
    assert_eq!(Config::parse(&config.to_toml()).unwrap(), config);
    Ok(())
}

fn loaders() -> [Loader; 4] {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    let written = || fs::read(&path).unwrap();

    let training = config().training.unwrap();
    let data = Dataset::table("rows", (0..24).map(|i| f64::from(i * i % 7) / 7.0).collect(), 3, vec![]).unwrap();
    let mut trainer = Trainer::new(model(), training.optimizer(), training.plan(0), Progress::default());
    checkpoint::save_state(&path, &trainer).unwrap();
    let fresh = written();
    trainer.run(&data, &data, &mut []).unwrap();
    checkpoint::save_state(&path, &trainer).unwrap();
    let trained = written();
    checkpoint::save(&path, &trainer.model).unwrap();
    let model = written();

    let fitted = |components: usize, solver| {
        let fill = |rows: std::ops::Range<usize>, out: &mut [f64]| {
            out.iter_mut().zip(rows.start * 3..).for_each(|(x, i)| *x = data.values().get(i));
        };
        checkpoint::save_pca(&path, &Pca::fit_rows_with(8, 3, components, solver, fill).unwrap()).unwrap();
        written()
    };
    let analyses = vec![fitted(2, Solver::Exact), fitted(1, Solver::Randomized { seed: 0 })];
    let mut settings: Vec<Vec<u8>> =
        ModelKind::ALL.iter().map(|kind| Config::new(*kind).to_toml().into_bytes()).collect();
    settings.push(Config { samples: Some(data.schema().clone()), ..config() }.to_toml().into_bytes());
    [
        Loader { name: "model", valid: vec![model], load: load_model },
        Loader { name: "state", valid: vec![fresh, trained], load: load_state },
        Loader { name: "pca", valid: analyses, load: load_pca },
        Loader { name: "config", valid: settings, load: load_config },
    ]
}

/// The input of this number.
fn input(loader: &Loader, number: u64) -> Vec<u8> {
    let seed = loader.name.bytes().fold(0, |seed, byte| seed * 31 + u64::from(byte));
    let mut random = Key::new(seed, Stream::Data).at((number >> 32) as u32, number as u32).generator();
    let mut bytes = loader.valid[random.random_range(0..loader.valid.len())].clone();
    let header_alone = loader.name != "config" && random.random_bool(0.5);
    let tensors = header_alone.then(|| {
        let (length, rest) = bytes.split_first_chunk().unwrap();
        let (header, tensors) = rest.split_at(u64::from_le_bytes(*length) as usize);
        let tensors = tensors.to_vec();
        bytes = header.to_vec();
        tensors
    });
    for _ in 0..random.random_range(1..=3) {
        damage(&mut bytes, &mut random);
    }
    match tensors {
        Some(tensors) => [&(bytes.len() as u64).to_le_bytes(), &bytes[..], &tensors].concat(),
        None => bytes,
    }
}

/// Bytes that mean something to JSON, TOML or numbers.
const MEANINGFUL: &[u8] = b"\0\x7f\x80\xff,:\"'\n\\ -+.019eEF[]{}=#";

/// Changes the bytes in one of eight ways.
fn damage(bytes: &mut Vec<u8>, random: &mut Generator) {
    if bytes.is_empty() {
        bytes.push(MEANINGFUL[random.random_range(0..MEANINGFUL.len())]);
    }
    let at = random.random_range(0..bytes.len());
    let to = (at + random.random_range(1..=32)).min(bytes.len());
    let place = random.random_range(0..=bytes.len());
    match random.random_range(0..8) {
        0 => bytes[at] ^= 1 << random.random_range(0..8),
        1 => bytes[at] = MEANINGFUL[random.random_range(0..MEANINGFUL.len())],
        2 => replace_a_digit(bytes, &[b'0' + random.random_range(0..10)], random),
        3 => {
            let large = [&b"4294967296"[..], b"18446744073709551615", b"-1", b"1e309", b"nan"];
            replace_a_digit(bytes, large[random.random_range(0..large.len())], random);
        }
        4 => bytes.truncate(at),
        5 => drop(bytes.drain(at..to)),
        6 => {
            let piece = bytes[at..to].to_vec();
            drop(bytes.splice(place..place, piece));
        }
        _ => bytes.insert(place, MEANINGFUL[random.random_range(0..MEANINGFUL.len())]),
    }
}

fn replace_a_digit(bytes: &mut Vec<u8>, by: &[u8], random: &mut Generator) {
    let digits: Vec<usize> = (0..bytes.len()).filter(|&i| bytes[i].is_ascii_digit()).collect();
    if let Some(&at) = digits.get(random.random_range(0..digits.len().max(1))) {
        drop(bytes.splice(at..=at, by.iter().copied()));
    }
}

/// Whether the file is taken.
fn check(load: Load, path: &Path, bytes: &[u8]) -> bool {
    fs::write(path, bytes).unwrap();
    let before = ALLOCATOR.stats().bytes_allocated;
    let result = load(path, bytes);
    let allocated = ALLOCATOR.stats().bytes_allocated - before;
    assert!(allocated <= ALLOCATED, "{allocated} bytes allocated");
    if let Err(message) = &result {
        assert!(!message.contains('\n') && message.len() < 1000, "{message}");
        assert!(message.contains(NAME), "{message}");
    }
    result.is_ok()
}

/// [`check`] with the input in the message if it fails.
fn check_named(loader: &Loader, path: &Path, what: &str, bytes: &[u8]) -> bool {
    let checked = panic::catch_unwind(AssertUnwindSafe(|| check(loader.load, path, bytes)));
    checked.unwrap_or_else(|_| panic!("{} fails at {what}: {}", loader.name, bytes.escape_ascii()))
}

fn finds(loader: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/finds");
    let paths = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|ending| ending == loader)).collect();
    paths.sort();
    paths
}

/// One test, so that no other allocates beside it.
#[test]
fn damaged_files_are_read_or_refused() {
    let inputs = env::var("DIABOLO_MUTATIONS").map_or(INPUTS, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    for loader in loaders() {
        for find in finds(loader.name) {
            check_named(&loader, &path, &find.display().to_string(), &fs::read(&find).unwrap());
        }
        let taken = |&n: &u64| check_named(&loader, &path, &format!("input {n}"), &input(&loader, n));
        let read = (0..inputs).filter(taken).count();
        println!("{}: {inputs} inputs, {read} of them read, {} refused", loader.name, inputs as usize - read);
        assert!(read > 0 && (read as u64) < inputs, "{}: {read} of {inputs} inputs are read", loader.name);
    }
}
