//! Folders with IDX files of the user's own.

use std::fs;
use std::path::Path;

use crate::program::Workplace;

/// An IDX file of bytes.
pub(crate) fn idx(dims: &[u32]) -> Vec<u8> {
    let size: u32 = dims.iter().product();
    let header = [0, 0, 8, dims.len() as u8].into_iter().chain(dims.iter().flat_map(|dim| dim.to_be_bytes()));
    header.chain((0..size).map(|i| (i * i % 251) as u8 * u8::from(dims.len() > 1) + (i % 3) as u8)).collect()
}

/// 40 images to train on and 10 to test with, 5×3 pixels, in three classes.
pub(crate) fn write_images(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for (name, dims) in [
        ("train-images-idx3-ubyte", &[40, 5, 3][..]),
        ("train-labels-idx1-ubyte", &[40]),
        ("t10k-images-idx3-ubyte", &[10, 5, 3]),
        ("t10k-labels-idx1-ubyte", &[10]),
    ] {
        fs::write(folder.join(name), idx(dims)).unwrap();
    }
}

const TRAIN: &str = "train vae --data images --hidden 8 --latent 2 --epochs 2 --batch 16";

#[test]
fn a_model_is_trained_on_them() {
    let place = Workplace::new();
    write_images(&place.path("images"));
    let events = place.succeed(&format!("{TRAIN} --json --out run")).events();
    assert_eq!(events[0]["data"], serde_json::json!({ "name": "images", "train": 40, "test": 10, "dim": 15 }));
    assert!(place.text("run/config.toml").contains("shape = [5, 3, 1]"));
    place.succeed("reconstruct run --out pairs.png");
    place.succeed("sample run --out samples.csv --count 2");
    assert_eq!(place.text("samples.csv").lines().next().unwrap().split(',').count(), 15);

    let ended = place.run("reconstruct run --data digits");
    assert_eq!(ended.exit, 1);
    assert!(ended.sentence().contains("28×28") && ended.sentence().contains("5×3"), "{}", ended.stderr);
}

#[test]
fn a_folder_that_is_not_whole_is_refused_by_the_name_of_the_file() {
    let place = Workplace::new();
    fs::create_dir(place.path("images")).unwrap();
    let refused = |words: &[&str]| {
        let ended = place.run(TRAIN);
        assert_eq!(ended.exit, 1, "{}", ended.stderr);
        assert!(words.iter().all(|word| ended.sentence().contains(word)), "{words:?}: {}", ended.stderr);
    };
    refused(&["images", "IDX"]);

    write_images(&place.path("images"));
    let labels = place.path("images/train-labels-idx1-ubyte");
    fs::remove_file(&labels).unwrap();
    refused(&["images", "train-labels-idx1-ubyte"]);

    fs::write(&labels, "").unwrap();
    refused(&["train-labels-idx1-ubyte", "empty"]);

    fs::write(&labels, &idx(&[40])[..30]).unwrap();
    refused(&["train-labels-idx1-ubyte", "22 of the 40 bytes"]);

    fs::write(&labels, idx(&[39])).unwrap();
    refused(&["40 images", "39 labels"]);

    fs::write(&labels, b"\x00\x00\x08\x01\xff\xff\xff\xff").unwrap();
    refused(&["train-labels-idx1-ubyte", "4294967295"]);
    assert!(!place.path("runs").exists(), "data that cannot be read leave no run");
}

/// 30 pictures of two sizes of stripes, as PNG files in two subfolders.
fn write_pictures(folder: &Path) {
    for i in 0..30_u8 {
        let class = folder.join(["narrow", "wide"][usize::from(i % 2)]);
        fs::create_dir_all(&class).unwrap();
        let file = fs::File::create(class.join(format!("{i:02}.png"))).unwrap();
        let mut encoder = png::Encoder::new(file, 8, 6);
        encoder.set_color(png::ColorType::Rgb);
        let pixels: Vec<u8> = (0..48).flat_map(|j| [j * 5, (j >> (i % 2)) % 2 * 200, i * 8]).collect();
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    }
}

#[test]
fn folders_of_pictures_are_read_in_any_size_and_colour() {
    let place = Workplace::new();
    write_pictures(&place.path("stripes"));
    assert_eq!(place.succeed("data --data stripes --json").events()[0]["shape"], serde_json::json!([6, 8, 3]));
    let train = "train pca --data stripes --latent 2 --set test_share=0.2 --set colour=grey --json --out";
    let events = place.succeed(&format!("{train} run --set resize=3x4")).events();
    assert_eq!(events[0]["data"], serde_json::json!({ "name": "stripes", "train": 24, "test": 6, "dim": 12 }));

    fs::write(place.path("stripes/wide/broken.png"), "not a picture").unwrap();
    let ended = place.run(&format!("{train} broken"));
    assert_eq!(ended.exit, 1);
    assert!(ended.sentence().contains("broken.png"), "{}", ended.stderr);
    assert!(!place.path("broken").exists());
}
