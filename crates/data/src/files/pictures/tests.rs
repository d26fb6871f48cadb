use std::fs;

use ndarray::Array2;
use tempfile::TempDir;

use super::*;
use crate::files::{self, load};
use crate::{FileKind, Number};

/// 14×20 pixels in many forms, and what Pillow makes of them: see `make.py`.
fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures");
    fs::read(folder.join(name)).unwrap()
}

fn decoded(name: &str) -> Picture {
    Picture::decode(&fixture(name), Path::new(name)).unwrap()
}

/// The largest difference of two pictures.
#[track_caller]
fn difference(a: &[u8], b: &[u8]) -> u8 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

/// A PNG file of one colour.
fn plain(height: usize, width: usize, colour: &[u8]) -> Vec<u8> {
    let mut file = vec![];
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(if colour.len() == 3 { png::ColorType::Rgb } else { png::ColorType::Grayscale });
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&colour.repeat(height * width)).unwrap();
    writer.finish().unwrap();
    file
}

/// A folder with these files.
fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn options(size: Option<(usize, usize)>, colour: Colour) -> ReadOptions {
    ReadOptions { size, colour, ..ReadOptions::default() }
}

/// The sentence that reading a folder with these files leads to.
fn refused(files: &[(&str, Vec<u8>)]) -> String {
    let folder = folder(files);
    let error = load(folder.path(), &ReadOptions::default()).map(|data| data.len()).unwrap_err();
    let message = error.to_string();
    assert!(message.contains(&*folder.path().to_string_lossy()) && !message.contains('\n'), "{message}");
    message
}

#[test]
fn every_form_of_png_is_read_as_pillow_reads_it() {
    for name in ["grey.png", "rgb.png", "palette.png", "bits.png"] {
        assert_eq!(decoded(name).pixels, fixture(&format!("{name}.raw")), "{name}");
    }
    assert_eq!(decoded("rgb.png").shape, ImageShape { height: 14, width: 20, channels: 3 });
    assert_eq!(decoded("bits.png").shape.channels, 1);
}

#[test]
fn of_16_bits_the_upper_8_are_kept() {
    let expected: Vec<u8> = (0..280).map(|i| ((2500 * (i % 20) + 900 * (i / 20)) >> 8) as u8).collect();
    assert_eq!(decoded("grey16.png").pixels, expected);
}

#[test]
fn what_is_transparent_is_laid_over_black() {
    let (opaque, blended) = (decoded("rgb.png").pixels, decoded("rgba.png").pixels);
    for i in 0..280 {
        let alpha = if i % 20 < 10 { 255 } else { 51 * (i / 20 % 6) };
        for channel in 0..3 {
            let expected = (f64::from(opaque[3 * i + channel]) * alpha as f64 / 255.0).round();
            assert_eq!(f64::from(blended[3 * i + channel]), expected, "pixel {i}");
        }
    }
}

#[test]
fn every_form_of_jpeg_is_read_nearly_as_pillow_reads_it() {
    for (name, tolerance) in [("grey.jpg", 2), ("rgb.jpg", 6), ("progressive.jpg", 4), ("cmyk.jpg", 4)] {
        let picture = decoded(name);
        assert_eq!((picture.shape.height, picture.shape.width), (14, 20), "{name}");
        let far = difference(&picture.pixels, &fixture(&format!("{name}.raw")));
        assert!(far <= tolerance, "{name} is {far} away");
    }
}

#[test]
fn sizes_are_changed_and_colours_removed_as_pillow_does() {
    let rgb = decoded("rgb.png");
    assert!(difference(&luma(&rgb.pixels), &fixture("rgb-luma.raw")) <= 1);
    assert!(difference(&resize::resize(&rgb, 7, 9).pixels, &fixture("rgb-9x7.raw")) <= 1);
    let enlarged = resize::resize(&decoded("grey.png"), 21, 30).pixels;
    assert!(difference(&enlarged, &fixture("grey-30x21.raw")) <= 1);
}

#[test]
fn a_folder_is_read_in_the_order_of_its_paths_and_other_files_are_passed_over() {
    let files: Vec<(String, Vec<u8>)> = (0..40).map(|i| (format!("{i:02}.PNG"), plain(2, 3, &[i]))).collect();
    let mut files: Vec<(&str, Vec<u8>)> = files.iter().map(|(name, bytes)| (&**name, bytes.clone())).collect();
    files.reverse();
    files.extend([(".hidden.png", vec![]), ("notes.txt", vec![1]), ("deep/er/still.png", vec![])]);
    let folder = folder(&files);
    let data = load(folder.path(), &ReadOptions::default()).unwrap();
    assert_eq!((data.len(), data.shape()), (40, ImageShape { height: 2, width: 3, channels: 1 }));
    assert!((0..40).all(|i| data.bytes(i) == [i as u8; 6]));
    assert_eq!(data.labels(), None);

    let mut reader = files::open(folder.path(), &ReadOptions::default()).unwrap();
    assert_eq!(reader.samples(), Some(40));
    let lengths: Vec<usize> = (0..4).map(|_| reader.read(17).unwrap().values.len() / 6).collect();
    assert_eq!(lengths, [17, 17, 6, 0]);
}

#[test]
fn subfolders_are_classes() {
    let folder = folder(&[
        ("dog/a.png", plain(1, 1, &[1])),
        ("cat/b.jpg", fixture("grey.jpg")),
        ("cat/a.png", plain(1, 1, &[3])),
        ("empty/readme.md", vec![]),
        (".git/a.png", vec![]),
    ]);
    let data = load(folder.path(), &options(Some((1, 1)), Colour::Auto)).unwrap();
    assert_eq!(data.schema().classes, ["cat", "dog"]);
    assert_eq!(data.labels(), Some(&[0, 0, 1][..]));
    assert_eq!((data.bytes(0), data.bytes(2)), (&[3][..], &[1][..]));
}

#[test]
fn one_picture_is_one_sample() {
    let folder = folder(&[("only.jpeg", fixture("rgb.jpg"))]);
    let data = load(&folder.path().join("only.jpeg"), &options(Some((7, 10)), Colour::Grey)).unwrap();
    assert_eq!((data.len(), data.shape(), data.name()), (1, ImageShape { height: 7, width: 10, channels: 1 }, "only"));
}

#[test]
fn colours_are_as_asked_or_as_in_the_first_picture() {
    let (grey, red, grey_in_rgb) = (plain(1, 1, &[50]), plain(1, 1, &[200, 0, 0]), plain(1, 1, &[70, 70, 70]));
    let read = |files: &[(&str, Vec<u8>)], colour| {
        let folder = folder(files);
        load(folder.path(), &options(None, colour)).map(|data| match data.values() {
            Values::Bytes(pixels) => pixels.clone(),
            other => panic!("{other:?}"),
        })
    };
    let both = [("a.png", grey.clone()), ("b.png", red.clone())];
    assert_eq!(read(&both, Colour::Grey).unwrap(), [50, 60]);
    assert_eq!(read(&both, Colour::Rgb).unwrap(), [50, 50, 50, 200, 0, 0]);
    let message = read(&both, Colour::Auto).unwrap_err().to_string();
    for words in ["b.png: it is in colour", "a.png is grey", "colour=rgb", "colour=grey"] {
        assert!(message.contains(words), "{message}");
    }
    assert_eq!(read(&[("a.png", grey.clone()), ("b.png", grey_in_rgb)], Colour::Auto).unwrap(), [50, 70]);
    assert_eq!(read(&[("a.png", red), ("b.png", grey)], Colour::Auto).unwrap(), [200, 0, 0, 50, 50, 50]);
}

#[test]
fn what_cannot_be_read_together_is_refused() {
    let message = refused(&[("a.png", plain(28, 28, &[0])), ("b.png", plain(30, 28, &[0]))]);
    for words in ["b.png: it has 30×28 pixels", "a.png has 28×28", "--set resize=28x28"] {
        assert!(message.contains(words), "{message}");
    }
    let message = refused(&[("a.png", plain(1, 1, &[0])), ("sub/b.png", plain(1, 1, &[0]))]);
    assert!(message.contains("a.png") && message.contains("b.png") && message.contains("subfolders"), "{message}");
    let message = refused(&[("notes.txt", vec![])]);
    assert!(message.contains("no pictures") && message.contains("IDX") && message.contains(".jpg"), "{message}");
    assert!(refused(&[("a.png", vec![])]).contains("a.png is empty"));
    assert!(refused(&[("a.png", b"words".to_vec())]).contains("neither a PNG nor a JPEG"));
    assert!(load(Path::new("nowhere.png"), &ReadOptions::default()).unwrap_err().to_string().contains("nowhere.png"));
}

#[test]
fn a_damaged_file_is_named() {
    for name in ["grey.png", "rgb.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg"] {
        let whole = fixture(name);
        for keep in [9, 30, whole.len() / 2, whole.len() * 3 / 4, whole.len() - 12] {
            let message = refused(&[("a.png", fixture("rgb.png")), ("b.jpg", whole[..keep].to_vec())]);
            assert!(message.contains("b.jpg: the ") && message.contains("damaged"), "{name} to {keep}: {message}");
        }
    }
    let mut flipped = fixture("rgb.png");
    flipped[60] ^= 1;
    assert!(refused(&[("a.png", flipped)]).contains("damaged"));
}

#[test]
fn what_made_a_decoder_panic_is_refused() {
    let message = refused(&[("a.png", fixture("found/palette-of-7-bytes.png"))]);
    assert!(message.contains("not one of 1 to 256 colours"), "{message}");
}

#[test]
fn a_header_that_promises_too_much_is_refused_before_anything_is_allocated() {
    let with_size = |height: u32, width: u32| {
        let mut file = plain(1, 1, &[0]);
        file[16..20].copy_from_slice(&width.to_be_bytes());
        file[20..24].copy_from_slice(&height.to_be_bytes());
        let mut checksum = flate2::Crc::new();
        checksum.update(&file[12..29]);
        file[29..33].copy_from_slice(&checksum.sum().to_be_bytes());
        refused(&[("a.png", file)])
    };
    assert!(with_size(1 << 14, 1 << 13).contains("the limit is 67108864"));
    assert!(with_size(u32::MAX >> 1, u32::MAX >> 1).contains("the limit is 67108864"));
    assert!(with_size(1 << 13, 1 << 13).contains("more than a PNG file of this length can hold"));

    let mut jpeg = fixture("grey.jpg");
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x20, 0, 0x20, 0]);
    assert!(refused(&[("a.jpg", jpeg.clone())]).contains("more than a JPEG file of this length can hold"));
    jpeg[frame + 5..frame + 9].fill(0xff);
    assert!(refused(&[("a.jpg", jpeg)]).contains("the limit is 67108864"));
}

#[test]
fn samples_come_back_as_they_were_written() {
    let parent = tempfile::tempdir().unwrap();
    let out = parent.path().join("deep/out");
    let shape = ImageShape { height: 2, width: 2, channels: 3 };
    let mut writer = files::create(&out, &Schema::images(shape)).unwrap();
    let rows = Array2::from_shape_fn((3, 12), |(i, j)| (i * 80 + j * 3) as f64 + 0.4);
    writer.write(rows.view()).unwrap();
    assert!(!out.exists(), "the folder appears when it is whole");
    writer.write(Array2::from_shape_fn((1, 12), |(_, j)| [-7.0, f64::NAN, 254.6, 1e9][j % 4]).view()).unwrap();
    writer.finish().unwrap();

    let names: Vec<_> =
        list(&out).unwrap().into_iter().map(|listed| listed.path.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, ["00001.png", "00002.png", "00003.png", "00004.png"]);
    let data = load(&out, &ReadOptions::default()).unwrap();
    assert_eq!((data.len(), data.shape()), (4, shape));
    assert!((0..3).all(|i| (0..12).all(|j| usize::from(data.bytes(i)[j]) == i * 80 + j * 3)));
    assert_eq!(data.bytes(3), [0, 0, 255, 255].repeat(3));
    assert_eq!(fs::read_dir(out.parent().unwrap()).unwrap().count(), 1, "nothing temporary is left");
}

#[test]
fn numbers_that_are_no_bytes_run_from_black_to_white_as_their_scaling_does() {
    let parent = tempfile::tempdir().unwrap();
    let shape = ImageShape { height: 1, width: 3, channels: 1 };
    let floats = Schema { number: Number::F32, scaling: Scaling::uniform(-1.0, 2.0), ..Schema::images(shape) };
    for (name, schema, row) in [
        ("signed", floats.clone(), [-1.0, 0.0, 1.0]),
        ("unit", Schema { scaling: Scaling::none(), ..floats.clone() }, [0.0, 0.5, 1.0]),
    ] {
        let out = parent.path().join(name);
        let mut writer = files::create(&out, &schema).unwrap();
        writer.write(Array2::from_shape_vec((1, 3), row.to_vec()).unwrap().view()).unwrap();
        writer.finish().unwrap();
        assert_eq!(load(&out, &ReadOptions::default()).unwrap().bytes(0), [0, 128, 255]);
    }
}

#[test]
fn what_cannot_be_written_is_refused() {
    let parent = folder(&[("full/a.txt", vec![]), ("file", vec![])]);
    fs::create_dir(parent.path().join("empty")).unwrap();
    let shape = ImageShape { height: 1, width: 1, channels: 1 };
    let images = Schema::images(shape);
    for name in ["full", "file"] {
        let message = files::create(&parent.path().join(name), &images).unwrap_err().to_string();
        assert!(message.contains(name) && message.contains("not an empty folder"), "{message}");
    }
    files::create(&parent.path().join("empty"), &images).unwrap().finish().unwrap();
    drop(files::create(&parent.path().join("given-up"), &images).unwrap());
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 3, "a writer that is dropped leaves nothing");

    let many = Schema::images(ImageShape { channels: 5, ..shape });
    assert!(files::create(&parent.path().join("out"), &many).unwrap_err().to_string().contains(".npy"));
    let table = Schema::table(Number::F64, FileKind::Npy, 3, vec![]);
    assert!(files::create(&parent.path().join("out"), &table).is_err());
}
