use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use ndarray::array;

use super::*;
use crate::Dataset;
use crate::files;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn options(header: Header, label: &str) -> ReadOptions {
    ReadOptions { header, label: (!label.is_empty()).then(|| label.to_owned()), ..ReadOptions::default() }
}

fn reading(text: &[u8], options: &ReadOptions) -> Result<Dataset, Error> {
    let mut reader = CsvReader::new(Cursor::new(text.to_vec()), Path::new("table.csv"), options)?;
    files::load_from(&mut reader, "table")
}

fn table(text: &str, label: &str) -> Dataset {
    reading(text.as_bytes(), &options(Header::Auto, label)).unwrap()
}

/// The message for a file with this text, the same whether it is gzipped or not.
#[track_caller]
fn refusal(text: &str, options: &ReadOptions) -> String {
    let [plain, gzipped] =
        [text.as_bytes(), &gzip(text.as_bytes())].map(|bytes| reading(bytes, options).unwrap_err().to_string());
    assert_eq!(plain, gzipped);
    assert!(!plain.contains('\n') && plain.contains("table"), "{plain}");
    plain
}

fn values(data: &Dataset) -> &[f64] {
    match data.values() {
        Values::Double(values) => values,
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_and_numbers_are_read_in_every_dress() {
    for text in [
        "ash,mass\n1.5,-2e-3\n.5,3\n",
        "ash,mass\r\n1.5,-2e-3\r\n.5,3",
        "\u{feff}ash;mass\n1.5;-2e-3\n\n+0.5;3.\n",
        "ash\tmass\n1.5\t-.002\n5e-1\t3e0\n",
        "\"ash\" , mass \n\"1.5\",-2E-3\n 0.5 ,\"3\" \n",
    ] {
        for bytes in [text.as_bytes(), &gzip(text.as_bytes())] {
            let data = reading(bytes, &ReadOptions::default()).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            assert_eq!(values(&data), [1.5, -0.002, 0.5, 3.0], "{text:?}");
            assert_eq!(data.schema().columns, ["ash", "mass"], "{text:?}");
        }
    }
    let bare = table("1,2\n3,4\n", "");
    assert_eq!((values(&bare), &bare.schema().columns[..]), (&[1.0, 2.0, 3.0, 4.0][..], &[][..]));
}

#[test]
fn a_header_can_be_told() {
    let rows = |header| reading(b"1,2\n3,4\n", &options(header, "")).unwrap();
    assert_eq!((rows(Header::Yes).len(), &rows(Header::Yes).schema().columns[..]), (1, &["1".into(), "2".into()][..]));
    assert_eq!((rows(Header::No).len(), rows(Header::Auto).len()), (2, 2));
    let message = refusal("a,b\n1,2\n", &options(Header::No, ""));
    assert!(message.contains("column 1 in line 1 is \"a\" where a number is needed") && message.contains("header"));
}

#[test]
fn labels_are_kept_apart_as_names_of_classes() {
    for (text, label) in
        [("x,kind,y\n1, red ,2\n3,white,4\n5,red,6\n", "kind"), ("1,red,2\n3,white,4\n5,\"red\",6\n", "2")]
    {
        let data = table(text, label);
        assert_eq!(values(&data), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(data.schema().classes, ["red", "white"]);
        assert_eq!(data.labels(), Some(&[0, 1, 0][..]));
        assert_eq!(data.schema().label.as_deref(), Some(label));
    }
    assert_eq!(table("x,kind,y\n1,a,2\n", "kind").schema().columns, ["x", "y"]);
}

#[test]
fn blocks_end_where_they_shall() {
    let text = "x,kind\n1,a\n2,b\n3,a\n".as_bytes();
    let mut reader = CsvReader::new(text, Path::new("table.csv"), &options(Header::Auto, "kind")).unwrap();
    assert_eq!((reader.samples(), reader.read(0).unwrap().values), (None, Values::Double(vec![])));
    let block = reader.read(2).unwrap();
    assert_eq!(block, Block { values: Values::Double(vec![1.0, 2.0]), labels: Some(vec!["a".into(), "b".into()]) });
    assert_eq!(reader.read(2).unwrap().values, Values::Double(vec![3.0]));
    assert!(reader.read(2).unwrap().values.is_empty());
}

#[test]
fn every_fault_is_named_with_its_line_and_column() {
    for (text, label, words) in [
        ("a,b\n1,2\n3\n", "", "line 3 has 1 fields where the first has 2"),
        ("a,b\n1,2\n\n3,4,5\n", "", "line 4 has 3 fields where the first has 2"),
        ("a,b\n1,x\n", "", "column 'b' in line 2 is \"x\" where a number is needed"),
        ("1,2\n3,x\n", "", "column 2 in line 2 is \"x\" where a number is needed"),
        ("a;b\n1;1,5\n", "", "write decimals with a point"),
        ("a,b\n1,\n", "", "column 'b' in line 2 is empty where a number is needed"),
        ("a,b\n1,NaN\n", "", "column 'b' in line 2 is NaN"),
        ("a,b\n-inf,2\n", "", "column 'a' in line 2 is -inf"),
        ("a,b\n1e999,2\n", "", "column 'a' in line 2 is 1e999, beyond"),
        ("a,b\n1_000,2\n", "", "\"1_000\" where a number"),
        ("a,b\n0x10,2\n", "", "\"0x10\" where a number"),
        ("a,kind\n1, \n", "kind", "column 'kind' in line 2 is empty where a label is needed"),
        ("a,kind\n1,x\n", "kin", "did you mean 'kind'?"),
        ("a,b\n", "", "its only line holds names"),
        ("\n\r\n", "", "no lines"),
        ("\u{feff}", "", "no lines"),
        ("a,b\n\"1,2\n3,4\n", "", "line 2 has a quote that is not closed"),
        ("a,b\n1,2\n3,\"4", "", "line 3 has a quote that is not closed"),
        ("a,b\n1,\"x\ny\"\n", "", "\"x\\ny\" where a number"),
    ] {
        let message = refusal(text, &options(Header::Auto, label));
        assert!(message.contains(words), "{text:?}: {message}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let message = |bytes: &[u8]| reading(bytes, &ReadOptions::default()).unwrap_err().to_string();
    assert!(message(b"a,b\n1,\xff\n").contains("line 2 is not UTF-8 text; save the file as UTF-8"));
    assert!(message(b"\xff\xfea\0,\0b\0").contains("line 1 is not UTF-8"));
    assert!(message(b"").contains("table.csv is empty"));
    assert!(message(&gzip(b"")).contains("no lines"));
    let whole = gzip("1,2\n".repeat(1000).as_bytes());
    for damaged in [&whole[..12], &whole[..whole.len() - 4], &[0x1f, 0x8b, 1][..]] {
        assert!(matches!(reading(damaged, &ReadOptions::default()), Err(Error::Gzip { .. })), "{}", damaged.len());
    }
}

#[test]
fn a_small_file_that_unpacks_to_one_endless_line_is_refused() {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::default());
    std::io::copy(&mut std::io::repeat(b'1').take(64 << 20), &mut bomb).unwrap();
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 1 << 17);
    let message = reading(&bomb, &ReadOptions::default()).unwrap_err().to_string();
    assert!(message.contains("line 1 has more than 16777216 bytes"), "{message}");
}

#[test]
fn files_are_known_by_their_endings() {
    let folder = tempfile::tempdir().unwrap();
    for (name, packed) in [("a.csv", false), ("a.CSV", false), ("a.csv.gz", true), ("b.csv", true), ("a.tsv", false)] {
        let path = folder.path().join(name);
        fs::write(&path, if packed { gzip(b"1,2\n") } else { b"1,2\n".to_vec() }).unwrap();
        assert_eq!(values(&files::load(&path, &ReadOptions::default()).unwrap()), [1.0, 2.0], "{name}");
    }
    let path = folder.path().join("a.xlsx");
    fs::write(&path, b"PK").unwrap();
    assert!(files::open(&path, &ReadOptions::default()).unwrap_err().to_string().contains("give a .npy, .csv"));
}

fn written(number: Number, columns: Vec<String>, rows: ndarray::ArrayView2<'_, f64>) -> (String, Dataset) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("written.csv");
    let mut writer = files::create(&path, &Schema::table(number, FileKind::Csv, rows.ncols(), columns)).unwrap();
    writer.write(rows).unwrap();
    writer.finish().unwrap();
    (fs::read_to_string(&path).unwrap(), files::load(&path, &ReadOptions::default()).unwrap())
}

#[test]
fn numbers_are_written_with_as_few_digits_as_tell_them_apart() {
    let rows = array![[0.1, -2.0], [1.0 / 3.0, 1e-7], [1e300, 123_456_789.0]];
    let (text, data) = written(Number::F64, vec![], rows.view());
    assert_eq!(text, "0.1,-2\n0.3333333333333333,1e-7\n1e300,123456789\n");
    assert_eq!(values(&data), rows.as_slice().unwrap());
    let (text, _) = written(Number::F32, vec![], array![[f64::from(0.1_f32), 1e-30, 16_777_217.0]].view());
    assert_eq!(text, "0.1,1e-30,16777216\n");
    let (text, _) = written(Number::U8, vec![], array![[0.5, 254.4, 999.0, -1.0]].view());
    assert_eq!(text, "1,254,255,0\n");
}

#[test]
fn names_are_quoted_where_that_is_needed() {
    let names = vec!["a, b".to_owned(), "say \"x\"".to_owned(), "ash".to_owned()];
    let (text, data) = written(Number::F64, names.clone(), array![[1.0, 2.0, 3.0]].view());
    assert_eq!(text, "\"a, b\",\"say \"\"x\"\"\",ash\n1,2,3\n");
    assert_eq!(data.schema().columns, names);
}

#[test]
fn labels_are_the_last_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labelled.csv");
    let schema = Schema::table(Number::F32, FileKind::Csv, 2, vec!["z1".to_owned(), "z2".to_owned()]);
    let mut writer = CsvWriter::labelled(&path, &schema, "kind").unwrap();
    writer.write_labelled(array![[1.5, 2.0], [0.0, -1.0]].view(), &["red".to_owned(), "a, b".to_owned()]).unwrap();
    files::Writer::finish(Box::new(writer)).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "z1,z2,kind\n1.5,2,red\n0,-1,\"a, b\"\n");
}
