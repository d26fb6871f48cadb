use std::fs;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};

use ndarray::{Array2, ArrayView2, array};

use super::*;
use crate::files::{self, ReadOptions, Writer};
use crate::{Dataset, Kind, Values};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/npy").join(name)
}

fn load(path: &Path) -> Dataset {
    files::load(path, &ReadOptions::default()).unwrap()
}

fn numbers(values: &Values) -> Vec<f64> {
    (0..values.len()).map(|i| values.get(i)).collect()
}

/// A file of version 1.0 with this header and these numbers.
fn file(header: &str, numbers: &[u8]) -> Vec<u8> {
    [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), numbers].concat()
}

fn described(kind: &str, shape: &str, numbers: &[u8]) -> Vec<u8> {
    file(&format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n"), numbers)
}

/// The message for a file of these bytes, read to its end.
#[track_caller]
fn refusal(bytes: &[u8]) -> String {
    let read = || {
        let mut reader = NpyReader::new(Cursor::new(bytes), Path::new("numbers.npy"))?;
        while !reader.read(2)?.values.is_empty() {}
        Ok::<_, Error>(())
    };
    let message = read().unwrap_err().to_string();
    assert!(!message.contains('\n') && message.contains("numbers.npy"), "{message}");
    message
}

#[test]
fn all_types_of_numpy_are_read() {
    let all = |number: fn(f64) -> f64| (0..12).map(|i| number(i.into())).collect::<Vec<_>>();
    for (kind, orders, number, expected) in [
        ("b1", &[""][..], Number::F32, all(|i| i % 2.0)),
        ("u1", &[""], Number::U8, all(|i| i)),
        ("i1", &[""], Number::F64, all(|i| i - 5.0)),
        ("u2", &["", "-big"], Number::F64, all(|i| i)),
        ("i2", &["", "-big"], Number::F64, all(|i| i - 5.0)),
        ("u4", &["", "-big"], Number::F64, all(|i| i)),
        ("i4", &["", "-big"], Number::F64, all(|i| i - 5.0)),
        ("u8", &["", "-big"], Number::F64, all(|i| i)),
        ("i8", &["", "-big"], Number::F64, all(|i| i - 5.0)),
        ("f2", &["", "-big"], Number::F32, all(|i| i / 4.0 - 1.0)),
        ("f4", &["", "-big"], Number::F32, all(|i| i / 4.0 - 1.0)),
        ("f8", &["", "-big"], Number::F64, all(|i| i / 4.0 - 1.0)),
    ] {
        for order in orders {
            let data = load(&fixture(&format!("{kind}{order}.npy")));
            assert_eq!((data.len(), data.dim(), data.schema().number), (3, 4, number), "{kind}{order}");
            assert_eq!(numbers(data.values()), expected, "{kind}{order}");
            assert_eq!((data.schema().kind, data.schema().file), (Kind::Table, FileKind::Npy));
        }
    }
}

#[test]
fn all_versions_hold_the_same() {
    let expected = load(&fixture("f4.npy"));
    for version in 1..=3 {
        assert_eq!(load(&fixture(&format!("version-{version}.npy"))).values(), expected.values());
    }
}

#[test]
fn fortran_order_gives_the_same_samples_in_blocks_of_any_size() {
    for (name, [height, width, channels]) in
        [("u1-3x2x4x3", [2, 4, 3]), ("i4-big-3x2x4", [2, 4, 1]), ("f4-3x2x4x1", [2, 4, 1]), ("f8-3x4", [1, 4, 1])]
    {
        let expected = load(&fixture(&format!("{name}.npy")));
        assert_eq!(expected.shape(), ImageShape { height, width, channels }, "{name}");
        assert_eq!(expected.is_images(), name != "f8-3x4");
        for most in 1..=4 {
            let mut reader = NpyReader::open(&fixture(&format!("{name}-fortran.npy"))).unwrap();
            let mut values = Values::none(reader.schema().number);
            for _ in 0..=3 / most {
                values.append(reader.read(most).unwrap().values);
            }
            assert_eq!((&values, reader.samples()), (expected.values(), Some(3)), "{name} by {most}");
        }
    }
}

#[test]
fn what_is_no_array_of_samples_is_refused_by_name() {
    for (name, words) in [
        ("complex.npy", "complex numbers"),
        ("objects.npy", "Python objects"),
        ("records.npy", "records"),
        ("text.npy", "text"),
        ("dates.npy", "dates"),
        ("one-axis.npy", "x.reshape(-1, 1)"),
        ("no-axis.npy", "its shape is []"),
        ("channels-first.npy", "moveaxis"),
        ("five-axes.npy", "x.reshape(len(x), -1)"),
        ("no-numbers.npy", "at least one number"),
        ("archive.npz", "numpy.save"),
    ] {
        let path = fixture(&format!("refused-{name}"));
        let message = files::open(&path, &ReadOptions::default()).unwrap_err().to_string();
        assert!(message.contains(words) && message.contains(name) && !message.contains('\n'), "{message}");
    }
    let message = refusal(&fs::read(fixture("refused-archive.npz")).unwrap());
    assert!(message.contains("archive"), "the bytes show it too: {message}");
}

#[test]
fn the_length_of_the_file_must_be_what_the_header_promises() {
    let shape = "(10, 784)";
    let message = refusal(&described("<f4", shape, &[0; 31000]));
    assert!(message.contains("promises 10×784 numbers in 31360 bytes, and only 31000 follow; fetch"), "{message}");
    let message = refusal(&described("<f4", shape, &[0; 31361]));
    assert!(message.contains("promises 10×784 numbers in 31360 bytes, and 31361 follow"), "{message}");
    let most = usize::MAX.to_string();
    for shape in [format!("({most}, 1)"), format!("({most}, 1024, 1024, 3)"), "(1000000000, 1000000000)".to_owned()] {
        let message = refusal(&described("<f8", &shape, &[0; 8]));
        assert!(message.contains("promises") || message.contains("samples have"), "{message}");
    }
    for shape in [format!("(0, {most})"), format!("(0, {most}, {most}, 3)"), "(0, 2000000000)".to_owned()] {
        assert!(refusal(&described("<f8", &shape, &[])).contains("samples have at least one number and at most 2^30"));
    }
}

#[test]
fn a_header_must_be_whole() {
    let whole = described("<f4", "(1, 1)", &[0; 4]);
    for length in 1..whole.len() - 4 {
        assert!(refusal(&whole[..length]).contains("ends inside its NPY header"), "{length}");
    }
    assert!(refusal(&[&whole[..8], &[0xff, 0xff], &whole[10..]].concat()).contains("ends inside"));
    assert!(refusal(b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}").contains("ends inside"));
    let long = [b"\x93NUMPY\x02\x00\x00\x00\x02\x00", &vec![b' '; 1 << 17][..]].concat();
    assert!(refusal(&long).contains("no header of an array"));
    assert!(refusal(&[b"\x93NUMPY\x03\x00\x01\x00\x00\x00", &[0xff][..]].concat()).contains("UTF-8"));
    let message = NpyReader::new(Cursor::new(vec![]), Path::new("numbers.npy")).unwrap_err().to_string();
    assert!(message.contains("numbers.npy is empty"), "{message}");
}

#[test]
fn a_file_of_another_kind_is_refused() {
    assert!(refusal(b"x,y\n1,2\n").contains("not a NPY file"));
    assert!(refusal(b"\x1f\x8b\x08 gzip").contains("gunzip"));
    assert!(refusal(b"\x93NUMPY\x04\x00\x00\x00").contains("version 4.0"));
    assert!(refusal(b"\x93NUMPX\x01\x00").contains("not a NPY file"));
}

#[test]
fn a_number_that_is_none_is_named() {
    let bytes: Vec<u8> =
        [1.0, 2.0, 3.0, 4.0, f64::NAN, f64::INFINITY].iter().flat_map(|x: &f64| x.to_le_bytes()).collect();
    assert!(refusal(&described("<f8", "(3, 2)", &bytes)).contains("column 1 of sample 3 is NaN"));
    assert!(refusal(&described("<f8", "(3, 2)", &bytes.repeat(2)[8..56])).contains("column 2 of sample 2 is NaN"));
    let bytes: Vec<u8> = [1, (1 << 53) + 1].iter().flat_map(|x: &i64| x.to_le_bytes()).collect();
    let message = refusal(&described("<i8", "(1, 2)", &bytes));
    assert!(message.contains("column 2 of sample 1 is 9007199254740992, beyond"), "{message}");
}

#[test]
fn an_array_of_no_samples_has_none() {
    let bytes = described("<f8", "(0, 2)", &[]);
    let mut reader = NpyReader::new(Cursor::new(bytes), Path::new("none.npy")).unwrap();
    assert_eq!((reader.samples(), reader.read(5).unwrap().values), (Some(0), Values::Double(vec![])));
    assert!(files::load_from(&mut reader, "none").unwrap_err().to_string().contains("no samples"));
}

fn written(schema: &Schema, blocks: &[ArrayView2<'_, f64>]) -> (Vec<u8>, Dataset) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("written.npy");
    let mut writer: Box<dyn Writer> = files::create(&path, schema).unwrap();
    blocks.iter().for_each(|&rows| writer.write(rows).unwrap());
    assert!(!path.exists());
    writer.finish().unwrap();
    (fs::read(&path).unwrap(), load(&path))
}

#[test]
fn what_is_written_is_what_numpy_writes() {
    let rows = Array2::from_shape_fn((3, 4), |(i, j)| (4 * i + j) as f64);
    for (name, number) in [("u1.npy", Number::U8), ("f4.npy", Number::F32), ("f8.npy", Number::F64)] {
        let rows = if number == Number::U8 { rows.clone() } else { &rows / 4.0 - 1.0 };
        let schema = Schema::table(number, FileKind::Npy, 4, vec![]);
        let (head, tail) = rows.view().split_at(ndarray::Axis(0), 2);
        let (bytes, data) = written(&schema, &[head, tail]);
        assert_eq!(bytes, fs::read(fixture(name)).unwrap(), "{name}");
        assert_eq!(data.schema(), &schema);
    }
}

#[test]
fn images_keep_their_shape_and_bytes_are_rounded() {
    for channels in [1, 3] {
        let schema = images(Number::U8, ImageShape { height: 2, width: 2, channels });
        let row = array![[0.4, 0.6, 254.5, 300.0, -7.0, 1e300, -1e300, 128.0, 0.0, 0.0, 0.0, 0.0]];
        let (row, _) = row.view().split_at(ndarray::Axis(1), 4 * channels);
        let (_, data) = written(&schema, &[row]);
        assert_eq!((data.schema(), &data.bytes(0)[..4]), (&schema, &[0, 1, 255, 255][..]));
        assert!(channels == 1 || data.bytes(0)[4..8] == [0, 255, 0, 128]);
    }
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let schema = Schema::table(Number::F32, FileKind::Npy, 4, vec![]);
    let message = |name: &str| files::create(&folder.path().join(name), &schema).unwrap_err().to_string();
    assert!(message("none/x.npy").contains("none/x.npy"));
    assert!(message("x.parquet").contains(".npy or .csv"));
    assert!(matches!(NpyReader::open(folder.path()), Err(Error::Io { .. })));
    let missing = files::open(&folder.path().join("x.npy"), &ReadOptions::default()).unwrap_err();
    assert!(matches!(&missing, Error::Io { source, .. } if source.kind() == io::ErrorKind::NotFound), "{missing}");
}
