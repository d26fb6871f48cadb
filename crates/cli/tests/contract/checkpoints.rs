//! Run folders that are damaged, or hold something else.

use std::fs;

use crate::program::{SMALL, Workplace};

/// A run of a VAE whose files can be put back as they were.
struct Run {
    place: Workplace,
    whole: Vec<(&'static str, Vec<u8>)>,
}

impl Run {
    fn new() -> Self {
        let place = Workplace::new();
        place.succeed(&format!("train vae {SMALL} --hidden 16 --out run -q"));
        let files = ["config.toml", "model.safetensors", "state.safetensors"];
        let whole = files.map(|name| (name, place.read(&format!("run/{name}")))).to_vec();
        Self { place, whole }
    }

    fn whole(&self, name: &str) -> Vec<u8> {
        self.whole.iter().find(|(known, _)| *known == name).unwrap().1.clone()
    }

    /// With these contents in a file, the commands that need it are refused with these words.
    #[track_caller]
    fn refused(&self, name: &str, contents: &[u8], words: &[&str]) {
        fs::write(self.place.path("run").join(name), contents).unwrap();
        let commands: &[&str] = match name {
            "state.safetensors" => &["train vae --resume run --epochs 4"],
            "config.toml" => &["train vae --resume run --epochs 4", "sample run", "reconstruct run"],
            _ => &["sample run", "reconstruct run"],
        };
        for command in commands {
            self.place.refuse(command, 1, &[&[name], words].concat());
        }
        fs::write(self.place.path("run").join(name), self.whole(name)).unwrap();
    }
}

/// The file with a text in its header replaced by one of the same length.
fn renamed(file: &[u8], old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let at = file.windows(old.len()).position(|piece| piece == old.as_bytes()).unwrap();
    [&file[..at], new.as_bytes(), &file[at + old.len()..]].concat()
}

#[test]
fn tensors_that_are_damaged() {
    let run = Run::new();
    for name in ["model.safetensors", "state.safetensors"] {
        let whole = run.whole(name);
        let tensor = if name == "model.safetensors" { "encoder.0.weight" } else { "model.encoder.0.weight" };
        for (contents, words) in [
            (vec![], &["not a whole safetensors file"][..]),
            (b"words".to_vec(), &["not a whole safetensors file"]),
            (whole[..5].to_vec(), &["not a whole safetensors file"]),
            (whole[..whole.len() / 2].to_vec(), &["not a whole safetensors file"]),
            (whole[..whole.len() - 1].to_vec(), &["not a whole safetensors file"]),
            ([&whole[..], b"more"].concat(), &["not a whole safetensors file"]),
            ([&whole[..], &vec![0; 8 << 20]].concat(), &["larger than the checkpoint"]),
            // A header that says it is longer than the file, and one that is no JSON.
            ([&u64::MAX.to_le_bytes(), &whole[8..]].concat(), &["not a whole safetensors file"]),
            ([&whole[..8], b"[", &whole[9..]].concat(), &["not a whole safetensors file"]),
            (renamed(&whole, "\"format\":\"1\"", "\"format\":\"2\""), &["format is 2", "format 1"]),
            (renamed(&whole, "\"format\"", "\"farmot\""), &["not written by Diabolo"]),
            (renamed(&whole, tensor, &tensor.replace('0', "7")), &["tensor", tensor]),
            (renamed(&whole, "\"F32\"", "\"I32\""), &["I32", "F32"]),
        ] {
            run.refused(name, &contents, words);
        }
    }
    let state = run.whole("state.safetensors");
    run.refused("state.safetensors", &renamed(&state, "optimizer.step", "optimizer.stop"), &["optimizer.step"]);
    run.refused("state.safetensors", &renamed(&state, "\\\"epoch\\\":2", "\\\"epoch\\\":x"), &["progress"]);
    run.refused("state.safetensors", &run.whole("model.safetensors"), &["model."]);
    run.place.succeed("sample run --out samples.png");
    run.place.succeed("train vae --resume run --epochs 3 -q");
}

#[test]
fn numbers_that_are_none() {
    let run = Run::new();
    for name in ["model.safetensors", "state.safetensors"] {
        let mut file = run.whole(name);
        let end = file.len();
        file[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
        run.refused(name, &file, &["the tensor '", "not finite"]);
    }
}

#[test]
fn files_of_another_run() {
    let run = Run::new();
    let place = &run.place;
    place.succeed(&format!("train deep {SMALL} --hidden 16 --out deep -q"));
    place.succeed(&format!("train vae {SMALL} --hidden 20 --out wider -q"));
    place.succeed(&format!("train vae {SMALL} --hidden 16 --precision f64 --out double -q"));
    place.succeed(&format!("train vae {SMALL} --hidden 16 --set optimizer=sgd --out sgd -q"));
    place.succeed("train pca --set digits=300 --latent 2 --out pca -q");
    run.refused("model.safetensors", &place.read("deep/model.safetensors"), &["encoder.1", "where the model has"]);
    run.refused("model.safetensors", &place.read("wider/model.safetensors"), &["[20, 784]", "[16, 784]"]);
    run.refused("model.safetensors", &place.read("double/model.safetensors"), &["F64", "F32"]);
    run.refused("model.safetensors", &place.read("pca/model.safetensors"), &["lacks the tensor"]);
    run.refused("state.safetensors", &place.read("deep/state.safetensors"), &["encoder.1", "where the model has"]);
    run.refused("state.safetensors", &place.read("sgd/state.safetensors"), &["lacks", "optimizer.exp_avg"]);
    fs::write(place.path("pca/model.safetensors"), run.whole("model.safetensors")).unwrap();
    place.refuse("reconstruct pca", 1, &["pca/model.safetensors", "samples"]);
    fs::remove_file(place.path("run/model.safetensors")).unwrap();
    place.refuse("sample run", 1, &["run/model.safetensors"]);
}

#[test]
fn settings_that_are_damaged() {
    let run = Run::new();
    let whole = String::from_utf8(run.whole("config.toml")).unwrap();
    for (contents, words) in [
        (String::new(), &["model = "][..]),
        ("words".to_owned(), &["line 1"]),
        (whole[..whole.len() / 2].to_owned(), &[]),
        (whole.replace("format = 1", "format = 2"), &["format 2", "format 1"]),
        (whole.replace("model = \"vae\"", "model = \"vea\""), &["vea", "did you mean 'vae'?"]),
        (whole.replace("latent = 2", "latent = 0"), &["latent"]),
        (whole.replace("latent = 2", "latent = -2"), &["latent", "-2"]),
        (whole.replace("latent = 2", "latent = \"two\""), &["latent", "whole number"]),
        (whole.replace("precision = \"f32\"", "precision = \"f16\""), &["precision", "f16"]),
        (whole.replace("hidden = [16]", "hidden = [4000000000, 4000000000]"), &["weights"]),
        (whole.replace("digits = 300", "digitz = 300"), &["digitz", "did you mean 'digits'?"]),
        (whole.replace("shape = [28, 28, 1]", "shape = [28, 28]"), &["shape"]),
        (whole.replace("shape = [28, 28, 1]", "shape = [0, 28, 1]"), &["samples"]),
    ] {
        assert_ne!(contents, whole);
        run.refused("config.toml", contents.as_bytes(), words);
    }
    run.refused("config.toml", b"model = \"vae\xff\"", &["UTF-8"]);
    run.refused("config.toml", &vec![b'#'; 65 << 20], &["larger"]);
    let place = &run.place;
    for contents in [&b"model = \"vae\xff\""[..], b"words", b"latent = 2\nlatent = 3"] {
        fs::write(place.path("mine.toml"), contents).unwrap();
        place.refuse("train vae --config mine.toml --out new", 2, &["mine.toml"]);
    }
    fs::write(place.path("mine.toml"), "latnet = 2").unwrap();
    place.refuse("train vae --config mine.toml --out new", 2, &["latnet", "did you mean 'latent'?"]);
    place.refuse("sample mine.toml", 1, &["mine.toml", "not a run folder"]);
}
