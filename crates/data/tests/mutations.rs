//! Damaged files: no loader panics, fills the memory or takes what makes no sense, whatever was done to its bytes.
//!
//! Each loader gets valid small files, changed at random: bits, bytes and digits replaced, pieces cut out, doubled, moved
//! and put in. An input is a function of its loader and number, so that a find can be made again. The number of inputs to
//! a loader is read from `DIABOLO_MUTATIONS`; finds are kept in `fixtures/finds`, and are given to every loader first.

#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "what a helper of a test cannot do fails the test")]
#![expect(clippy::print_stdout, reason = "the counts are what a long run is for")]

use std::alloc::System;
use std::io::{Cursor, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::{env, fs};

use diabolo_data::files::{CsvReader, Header, NpyReader, ReadOptions, Reader, load_from};
use diabolo_data::idx::{self, Idx};
use diabolo_data::{Dataset, Error, ImageShape, Values};
use diabolo_kernels::random::{Generator, Key, Stream};
use flate2::{Compression, write::GzEncoder};
use rand::RngExt;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Inputs to a loader where `DIABOLO_MUTATIONS` does not say how many.
const INPUTS: u64 = 3000;
/// Bytes that a loader may allocate in all for an input of a few hundred bytes.
const ALLOCATED: usize = 4 << 20;
/// The name that messages have to give.
const NAME: &str = "damaged";

/// Reads bytes in one of several ways.
type Load = fn(Vec<u8>, u64) -> Result<Dataset, Error>;

struct Loader {
    name: &'static str,
    valid: Vec<Vec<u8>>,
    /// Whether files are damaged before they are compressed, every other time.
    gzipped: bool,
    load: Load,
}

fn loaders() -> [Loader; 5] {
    let plain = |name, valid, load| Loader { name, valid, gzipped: false, load };
    let gzipped = |name, valid, load| Loader { name, valid, gzipped: true, load };
    [
        plain("npy", npy_files(), load_npy as Load),
        plain("csv", csv_files(), load_csv),
        gzipped("csv.gz", csv_files(), load_csv),
        plain("idx", idx_files(), load_idx),
        gzipped("idx.gz", idx_files(), load_idx),
    ]
}

fn fixtures(folder: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).unwrap()).collect()
}

fn npy_files() -> Vec<Vec<u8>> {
    fixtures("npy")
}

fn csv_files() -> Vec<Vec<u8>> {
    [
        "alcohol,ash,kind\n14.2,2.43,red\n13.2,2.14,white\n13.16,2.67,red\n14.37,2.5,rosé\n",
        "1,2,3\r\n4,5,6\r\n-7e-1,+.8,9.\r\n10,11,12\r\n",
        "\u{feff}\"a; b\";\"say \"\"x\"\"\";class\n1;2;3\n\n4;5;6\n",
        "a\tb\n1\t2\n3\t4\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

fn idx_files() -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("idx");
    let file = |dims: &[usize]| {
        let bytes = (0..dims.iter().product::<usize>()).map(|i| i as u8).collect();
        idx::write(&path, &Idx { dims: dims.to_vec(), bytes }).unwrap();
        fs::read(&path).unwrap()
    };
    [&[3, 4, 5][..], &[7], &[2, 3], &[2, 2, 2, 2]].map(file).to_vec()
}

fn load_npy(bytes: Vec<u8>, number: u64) -> Result<Dataset, Error> {
    whole_or_in_blocks(number, &mut || NpyReader::new(Cursor::new(bytes.clone()), Path::new(NAME)))
}

fn load_csv(bytes: Vec<u8>, number: u64) -> Result<Dataset, Error> {
    let header = [Header::Auto, Header::Yes, Header::No][(number % 3) as usize];
    let label = [None, Some("kind"), Some("3"), Some("3")][(number / 3 % 4) as usize].map(str::to_owned);
    let options = ReadOptions { label, header, ..ReadOptions::default() };
    whole_or_in_blocks(number, &mut || CsvReader::new(Cursor::new(bytes.clone()), Path::new(NAME), &options))
}

fn load_idx(bytes: Vec<u8>, _: u64) -> Result<Dataset, Error> {
    let size = bytes.len() as u64;
    let Idx { dims, bytes } = idx::read_from(Cursor::new(bytes), size, Path::new(NAME))?;
    let count = dims.iter().product::<usize>();
    assert_eq!(bytes.len(), count, "{dims:?}");
    let width = dims.iter().skip(1).fold(1, |width: usize, &dim| width.saturating_mul(dim));
    Dataset::images(NAME, bytes, None, ImageShape { height: 1, width, channels: 1 })
}

/// All samples; where they can be read at once and a few at a time, the two are compared.
fn whole_or_in_blocks<R: Reader>(number: u64, open: &mut dyn FnMut() -> Result<R, Error>) -> Result<Dataset, Error> {
    let whole = load_from(&mut open()?, NAME);
    if let Ok(data) = &whole {
        let mut reader = open()?;
        let mut values = Values::none(reader.schema().number);
        loop {
            let block = reader.read(1 + (number % 3) as usize)?;
            if block.values.is_empty() {
                break;
            }
            values.append(block.values);
        }
        assert!(!values.is_empty());
        assert_eq!(&values, data.values(), "whole and in blocks");
    }
    whole
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The input of this number.
fn input(loader: &Loader, number: u64) -> Vec<u8> {
    let seed = loader.name.bytes().fold(0, |seed, byte| seed * 31 + u64::from(byte));
    let mut random = Key::new(seed, Stream::Data).at((number >> 32) as u32, number as u32).generator();
    let mut bytes = loader.valid[random.random_range(0..loader.valid.len())].clone();
    let packed_first = loader.gzipped && number.is_multiple_of(2);
    if packed_first {
        bytes = gzip(&bytes);
    }
    let ways = if random.random_bool(0.5) { 4 } else { 10 };
    for _ in 0..random.random_range(1..=3) {
        damage(&mut bytes, &mut random, ways);
    }
    if loader.gzipped && !packed_first { gzip(&bytes) } else { bytes }
}

/// Bytes that mean something to one of the formats.
const MEANINGFUL: &[u8] = b"\0\x01\x03\x7f\x80\xff\x93,;\t\"'\r\n -+.0189eELTF([{}])NaPK\x1f\x8b";

/// Changes the bytes in one of ten ways, the first four of which keep their number.
fn damage(bytes: &mut Vec<u8>, random: &mut Generator, ways: u32) {
    if bytes.is_empty() {
        bytes.push(MEANINGFUL[random.random_range(0..MEANINGFUL.len())]);
    }
    let at = random.random_range(0..bytes.len());
    let to = (at + random.random_range(1..=32)).min(bytes.len());
    let piece = bytes[at..to].to_vec();
    let place = random.random_range(0..=bytes.len());
    match random.random_range(0..ways) {
        0 => bytes[at] ^= 1 << random.random_range(0..8),
        1 => bytes[at] = MEANINGFUL[random.random_range(0..MEANINGFUL.len())],
        2 => bytes[at..to].iter_mut().for_each(|byte| *byte = random.random()),
        3 => {
            let digit = vec![b'0' + random.random_range(0..10)];
            replace_a_digit(bytes, digit, random);
        }
        4 => bytes.truncate(at),
        5 => drop(bytes.drain(at..to)),
        6 => drop(bytes.splice(place..place, piece)),
        7 => drop(bytes.splice(place..place, piece.repeat(20))),
        8 => bytes.insert(place, MEANINGFUL[random.random_range(0..MEANINGFUL.len())]),
        _ => {
            let large = [&b"4294967296"[..], b"18446744073709551615", b"99999999999999999999999", b"1e309"];
            replace_a_digit(bytes, large[random.random_range(0..large.len())].to_vec(), random);
        }
    }
}

fn replace_a_digit(bytes: &mut Vec<u8>, by: Vec<u8>, random: &mut Generator) {
    let digits: Vec<usize> = (0..bytes.len()).filter(|&i| bytes[i].is_ascii_digit()).collect();
    if let Some(&at) = digits.get(random.random_range(0..digits.len().max(1))) {
        drop(bytes.splice(at..=at, by));
    }
}

/// Whether samples were found.
fn check(load: Load, bytes: Vec<u8>, number: u64) -> bool {
    let before = ALLOCATOR.stats();
    let result = load(bytes, number);
    let after = ALLOCATOR.stats();
    let allocated = after.bytes_allocated - before.bytes_allocated;
    assert!(allocated <= ALLOCATED, "{allocated} bytes allocated");
    match &result {
        Ok(data) => {
            assert!(data.schema().is_consistent());
            assert_eq!(data.len() * data.dim(), data.values().len());
            assert_eq!(data.values().first_not_finite(), None);
            assert!(data.labels().is_none_or(|labels| labels.len() == data.len()));
        }
        Err(error) => {
            let message = error.to_string();
            assert!(!message.contains('\n') && message.len() < 1000, "{message}");
            assert!(message.contains(NAME), "{message}");
        }
    }
    result.is_ok()
}

/// [`check`] with the input in the message if it fails.
fn check_named(loader: &Loader, what: &str, bytes: &[u8], number: u64) -> bool {
    let checked = panic::catch_unwind(AssertUnwindSafe(|| check(loader.load, bytes.to_vec(), number)));
    checked.unwrap_or_else(|_| panic!("{} fails at {what}: {}", loader.name, bytes.escape_ascii()))
}

/// One test, so that no other allocates beside it.
#[test]
fn damaged_files_are_read_or_refused() {
    let inputs = env::var("DIABOLO_MUTATIONS").map_or(INPUTS, |text| text.parse().unwrap());
    let finds = fixtures("finds");
    for loader in loaders() {
        for (i, find) in finds.iter().enumerate() {
            for number in 0..12 {
                check_named(&loader, &format!("find {i}"), find, number);
            }
        }
        let read = (0..inputs).filter(|&n| check_named(&loader, &format!("input {n}"), &input(&loader, n), n)).count();
        println!("{}: {inputs} inputs, {read} of them read, {} refused", loader.name, inputs as usize - read);
        assert!(read > 0 && (read as u64) < inputs, "{}: {read} of {inputs} inputs are read", loader.name);
    }
}
