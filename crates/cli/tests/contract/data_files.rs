//! Data files that are missing, damaged, or no data: one sentence with the name of the file, and no run folder.

use std::fs;
use std::io::Write;

use flate2::{Compress, Compression, FlushCompress, write::GzEncoder};

use crate::own_data::{idx, write_images};
use crate::program::{Ended, Workplace};

/// A NPY file of version 1.0.
fn npy(descr: &str, shape: &str, body: &[u8]) -> Vec<u8> {
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    header.push_str(&" ".repeat((64 - (header.len() + 11) % 64) % 64));
    header.push('\n');
    let length = u16::try_from(header.len()).unwrap().to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), body].concat()
}

fn doubles(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// About 10 MB that unpack to `start` and 10 GB of `piece` again and again.
fn bomb(start: &[u8], piece: &[u8]) -> Vec<u8> {
    let mut deflate = Compress::new(Compression::best(), false);
    let mut packed = |bytes: &[u8]| {
        let mut out = Vec::with_capacity(bytes.len() / 2 + 1024);
        deflate.compress_vec(bytes, &mut out, FlushCompress::Full).unwrap();
        out
    };
    let block = piece.repeat((16 << 20) / piece.len());
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let (first, again) = (packed(start), packed(&block));
    let mut file = [&header[..], &first].concat();
    while file.len() < 10 << 20 {
        file.extend(&again);
    }
    file
}

/// Training on each of these contents of a file is refused with these words.
#[track_caller]
fn refused(name: &str, more: &str, cases: &[(&[u8], &[&str])]) {
    let place = Workplace::new();
    for (contents, words) in cases {
        fs::write(place.path(name), contents).unwrap();
        let words: Vec<&str> = [&[name], *words].concat();
        place.refuse(&format!("train pca --data {name} --latent 1 --out run{more}"), 1, &words);
    }
}

#[test]
fn arrays() {
    let whole = doubles(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    refused(
        "x.npy",
        "",
        &[
            (b"", &["empty"]),
            (b"alcohol,ash\n1,2\n", &["not a NPY file", "numpy.save"]),
            (&npy("<f8", "(3, 2)", &whole)[..9], &["ends inside its NPY header"]),
            (&npy("<f8", "(3, 2)", &whole[..40]), &["promises 3×2 numbers", "only 40 follow"]),
            (&npy("<f8", "(3, 2)", &[&whole[..], b"more"].concat()), &["promises 3×2 numbers", "52 follow"]),
            (&npy("<f8", "(1000000000, 1000000)", &whole), &["promises 1000000000×1000000", "only 48 follow"]),
            (&npy("<f8", "(18446744073709551615, 18446744073709551615)", &whole), &["18446744073709551615"]),
            (&npy("<f8", "(6,)", &whole), &["reshape"]),
            (&npy("|O", "(3, 2)", &whole), &["|O"]),
            (&npy("<U1", "(6, 2)", &whole), &["<U1"]),
            (&npy("<f8", "(3, 2)", &doubles(&[1.0, 2.0, 3.0, f64::NAN, 5.0, 6.0])), &["column 2 of sample 2", "NaN"]),
            (&npy("<f8", "(3, 2)", &doubles(&[f64::INFINITY; 6])), &["column 1 of sample 1", "inf"]),
        ],
    );
}

#[test]
fn tables() {
    refused(
        "x.csv",
        "",
        &[
            (b"", &["empty"]),
            (b"\n\n", &["no lines"]),
            (b"alcohol,ash\n", &["only line holds names"]),
            (b"1,2\n3,4,5\n6,7\n", &["line 2 has 3 fields where the first has 2"]),
            (b"a,b\n1,2\n3,red\n", &["line 3", "b", "\"red\" where a number is needed"]),
            (b"a,b\n1,2\n3,nan\n", &["line 3", "b", "NaN"]),
            (b"a,b\n1,2\n3,-inf\n", &["line 3", "-inf"]),
            (b"a,b\n1,2\n3,1e999\n", &["line 3", "1e999", "largest number"]),
            (b"a,b\n1,2\n3,\n", &["line 3", "empty"]),
            (b"a,b\n1,2\n\"3,4\n", &["line 3", "quote"]),
            (b"a,b\n1,2\n3,4\xff\n", &["line 3", "UTF-8"]),
            (&gzip(b"1,2\n3,4\n5,6\n")[..20], &["gzip"]),
        ],
    );
    let table = b"alcohol,kind\n14.2,1\n13.2,2\n13.4,2\n12.9,1\n";
    refused("wine.csv", " --set label=knid", &[(table, &["knid", "did you mean 'kind'?"])]);
    refused("wine.csv", " --set label=9", &[(table, &["'9'", "alcohol"])]);
    Workplace::new().refuse("train pca --data nowhere.csv --latent 1", 2, &["nowhere.csv"]);
}

#[test]
fn idx_files() {
    let place = Workplace::new();
    write_images(&place.path("images"));
    let refused = |name: &str, contents: &[u8], words: &[&str]| {
        let path = place.path("images").join(name);
        let before = fs::read(&path).unwrap();
        fs::write(&path, contents).unwrap();
        place.refuse("train pca --data images --latent 1 --out run", 1, &[&[name], words].concat());
        fs::write(&path, before).unwrap();
    };
    let (images, labels) = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte");
    let whole = idx(&[40, 5, 3]);
    let promising = |dims: [u32; 3]| [&[0, 0, 8, 3], &dims.map(u32::to_be_bytes).concat()[..], b"few"].concat();
    refused(images, b"", &["empty"]);
    refused(images, b"no IDX file", &["not an IDX file"]);
    refused(images, &whole[..9], &["ends inside its IDX header"]);
    refused(images, &whole[..100], &["84 of the 600 bytes"]);
    refused(images, &[&whole[..], b"more"].concat(), &["goes on after the 600 bytes"]);
    refused(images, &promising([u32::MAX; 3]), &["3 of the"]);
    refused(images, &gzip(&promising([u32::MAX; 3])), &["promises", "4294967295"]);
    refused(images, &gzip(&whole)[..60], &["gzip"]);
    refused(images, &idx(&[40]), &["[40]"]);
    refused(labels, &idx(&[40, 5, 3]), &["[40, 5, 3]"]);
    for (name, dims, words) in [
        (images, &[40, 0, 3][..], ["images", "0×3×1 numbers are impossible"]),
        (images, &[39, 5, 3], ["39 images", "40 labels"]),
        ("t10k-images-idx3-ubyte", &[10, 4, 3], ["5×3", "4×3"]),
    ] {
        fs::write(place.path("images").join(name), idx(dims)).unwrap();
        place.refuse("train pca --data images --latent 1 --out run", 1, &words);
        fs::write(place.path("images").join(images), &whole).unwrap();
    }
}

#[test]
fn pictures() {
    let place = Workplace::new();
    fs::create_dir(place.path("faces")).unwrap();
    place.refuse("train pca --data faces --latent 1 --out run", 1, &["faces"]);
    let picture = |width: u32, height: u32| {
        let mut file = vec![];
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.write_header().unwrap().write_image_data(&vec![7; (width * height) as usize]).unwrap();
        file
    };
    let good = picture(6, 4);
    let mut huge = good.clone();
    huge[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    let mut sum = flate2::Crc::new();
    sum.update(&huge[12..29]);
    huge[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    fs::write(place.path("faces/a.png"), &good).unwrap();
    for (name, contents, words) in [
        ("b.png", &b""[..], &["empty"][..]),
        ("b.png", b"words", &[]),
        ("b.png", &good[..good.len() - 20], &[]),
        ("b.png", &huge, &["pixels"]),
        ("b.png", &picture(5, 4), &["5", "6", "resize"]),
        ("b.jpg", b"\xff\xd8\xff\xe0", &[]),
    ] {
        fs::write(place.path("faces").join(name), contents).unwrap();
        place.refuse("train pca --data faces --latent 1 --out run", 1, &[&[name], words].concat());
        fs::remove_file(place.path("faces").join(name)).unwrap();
    }
    fs::write(place.path("notes.txt"), "words").unwrap();
    place.refuse("train pca --data notes.txt --latent 1 --out run", 1, &["notes.txt", ".csv"]);
}

/// The program with 2 GB of address space.
#[cfg(unix)]
fn in_little_memory(place: &Workplace, arguments: &str) -> Ended {
    let mut command = place.command("bash");
    command.args(["-c", "ulimit -v 2000000; exec diabolo \"$@\"", "bash"]).args(arguments.split_whitespace());
    Ended::of(command.env("MALLOC_ARENA_MAX", "1").output().unwrap())
}

#[cfg(unix)]
#[test]
fn files_that_unpack_to_more_than_memory_holds() {
    let place = Workplace::new();
    fs::write(place.path("line.csv.gz"), bomb(b"", b"0")).unwrap();
    fs::write(place.path("lines.csv.gz"), bomb(b"", b"0,0\n")).unwrap();
    write_images(&place.path("images"));
    fs::remove_file(place.path("images/train-images-idx3-ubyte")).unwrap();
    // A header that is true: the bomb holds as much, and memory does not.
    let header = [&[0, 0, 8, 3][..], &[9_000_000_u32, 28, 28].map(u32::to_be_bytes).concat()].concat();
    fs::write(place.path("images/train-images-idx3-ubyte.gz"), bomb(&header, b"\0")).unwrap();
    let before = place.files();
    for (data, words) in [
        ("line.csv.gz", &["line.csv.gz", "line 1 has more than 16777216 bytes"][..]),
        ("lines.csv.gz", &["lines.csv.gz", "unpacks to more than 200 times its size", "gunzip"]),
        ("images", &["train-images-idx3-ubyte.gz", "promises", "memory"]),
    ] {
        let arguments = format!("train pca --data {data} --latent 1 --threads 2 --out run");
        in_little_memory(&place, &arguments).says(&arguments, 1, words);
    }
    place.are_the_files(&before, "train");
}

#[cfg(unix)]
#[test]
fn headers_that_promise_more_than_there_is_take_no_memory() {
    let place = Workplace::new();
    fs::write(place.path("x.npy"), npy("<f8", "(1000000000, 1000)", &[0; 64])).unwrap();
    write_images(&place.path("images"));
    let header = [&[0, 0, 8, 3][..], &[u32::MAX, 28, 28].map(u32::to_be_bytes).concat()].concat();
    fs::write(place.path("images/train-images-idx3-ubyte"), header).unwrap();
    for (data, words) in [("x.npy", &["x.npy", "promises"][..]), ("images", &["train-images-idx3-ubyte", "promises"])] {
        let arguments = format!("train pca --data {data} --latent 1 --threads 2 --out run");
        in_little_memory(&place, &arguments).says(&arguments, 1, words);
    }
    // What fits is still trained on.
    let small = "train vae --set digits=100 --batch 9 --epochs 1 --hidden 8 --latent 2 --threads 2 -q";
    assert_eq!(in_little_memory(&place, small).exit, 0);
}
