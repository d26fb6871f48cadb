//! What is wrong is said in one sentence, with the exit code that belongs to it.

use std::fs;

use crate::program::{SMALL, Workplace};

/// A command, its exit code, and words that its sentence must hold.
pub(crate) type Mistake = (&'static str, i32, &'static [&'static str]);

#[track_caller]
pub(crate) fn check(place: &Workplace, mistakes: &[Mistake]) {
    for (arguments, exit, words) in mistakes {
        place.refuse(arguments, *exit, words);
    }
}

#[test]
fn wrong_words() {
    let place = Workplace::new();
    check(
        &place,
        &[
            ("trian", 2, &["trian", "train"]),
            ("train", 2, &["<MODEL>"]),
            ("train vea", 2, &["vea", "vae", "denoising"]),
            ("train vae --nope", 2, &["--nope"]),
            ("train vae --epoch 3", 2, &["--epoch", "--epochs"]),
            ("train vae --data mnits", 2, &["mnits", "did you mean 'mnist'?"]),
            ("data --data digit", 2, &["did you mean 'digits'?"]),
            ("gradcheck --op tahn", 2, &["tahn", "did you mean 'tanh'?"]),
            ("train vae --epochs ten", 2, &["ten", "--epochs", "whole number"]),
            ("train vae --epochs -3", 2, &["-3", "--epochs", "whole number"]),
            ("train vae --hidden 16,-4", 2, &["-4", "--hidden", "whole number"]),
            ("train vae --seed -1", 2, &["-1", "--seed", "whole number from 0"]),
            ("sample run --seed -1", 2, &["-1", "--seed", "whole number from 0"]),
            ("train vae --set epoch=3", 2, &["epoch", "did you mean 'epochs'?"]),
            ("train vae --set epochs", 2, &["KEY=VALUE", "epochs"]),
            ("train vae --config nothing.toml", 2, &["nothing.toml"]),
            ("sample", 2, &["<RUN>"]),
            ("data --out grid.csv", 2, &["grid.csv", ".png"]),
        ],
    );
}

#[test]
fn settings_of_another_model() {
    check(
        &Workplace::new(),
        &[
            ("train vae --set tied=true", 2, &["vae", "tied", "linear"]),
            ("train pca --lr 0.1", 2, &["pca", "lr", "linear, deep, denoising, sparse, vae"]),
            ("train pca --epochs 3", 2, &["pca", "epochs"]),
            ("train linear --hidden 16", 2, &["linear", "hidden", "deep"]),
            ("train deep --beta 2", 2, &["deep", "beta", "vae"]),
            ("train deep --noise masking:0.1", 2, &["deep", "noise", "denoising"]),
            ("train vae --force", 2, &["--out"]),
            ("train vae --set model=deep", 2, &["model"]),
            ("train vae --set shape=[1,1,784]", 2, &["shape"]),
        ],
    );
}

#[test]
fn values_that_cannot_be() {
    check(
        &Workplace::new(),
        &[
            ("train vae --set epochs=ten", 2, &["epochs", "whole number", "ten"]),
            ("train vae --set epochs=5000000000", 2, &["epochs", "4294967295"]),
            ("train vae --set latent=1.5", 2, &["latent", "whole number", "1.5"]),
            ("train vae --set hidden=0", 2, &["hidden"]),
            ("train vae --set hidden=-3", 2, &["hidden"]),
            ("train vae --hidden 16,0", 2, &["hidden"]),
            ("train vae --hidden 100000000 --set digits=300", 2, &["weights", "100000000"]),
            ("train vae --set precision=f16", 2, &["precision", "f16", "f32"]),
            ("train vae --set likelihood=poisson", 2, &["poisson", "bernoulli"]),
            ("train vae --set optimizer=adma", 2, &["adma", "did you mean 'adam'?"]),
            ("train denoising --noise fog:1", 2, &["fog", "gaussian"]),
            ("train vae --lr -1", 2, &["lr", "above 0"]),
            ("train vae --lr nan", 2, &["lr", "above 0"]),
            ("train vae --epochs 0", 2, &["epochs", "at least 1"]),
            ("train vae --latent 0", 2, &["latent", "at least 1"]),
            ("train vae --latent 785 --set digits=300", 2, &["785", "784"]),
            ("train pca --latent 785 --set digits=300", 2, &["785", "784"]),
            ("train pca --variance 0.9 --latent 3", 2, &["--variance", "--latent"]),
            ("train pca --variance 0.9 --set latent=3", 2, &["latent", "rule"]),
            ("train pca --latent 3 --set components=mle", 2, &["latent", "rule"]),
            ("train pca --variance 1.5", 2, &["variance", "between 0 and 1", "1.5"]),
            ("train pca --variance -1", 2, &["variance", "between 0 and 1"]),
            ("train vae --variance 0.9", 2, &["--variance", "pca", "vae"]),
            ("train pca --set components=most", 2, &["most", "variance:0.95", "mle"]),
            ("train pca --set solver=gramm", 2, &["gramm", "did you mean 'gram'?"]),
            ("train pca --variance 0.9 --set solver=randomized", 2, &["randomized", "latent"]),
            ("train pca --set components=mle --set digits=300", 1, &["Minka", "240", "784"]),
            ("train vae --batch 241 --set digits=300", 2, &["241", "240"]),
            ("train vae --threads 0", 2, &["--threads", "at least 1"]),
            ("train vae --seed 18446744073709551615", 2, &["--seed", "18446744073709551615"]),
        ],
    );
}

#[test]
fn data_that_are_not_there() {
    let place = Workplace::new();
    fs::write(place.path("file.txt"), "words").unwrap();
    check(
        &place,
        &[
            ("train vae --data nowhere", 2, &["nowhere", "digits", "mnist"]),
            ("train vae --data mnist", 1, &["train-images-idx3-ubyte"]),
            ("train vae --data mnist --data-dir nowhere", 1, &["nowhere", "train-images-idx3-ubyte"]),
            ("data --data nowhere", 2, &["nowhere"]),
            ("train pca --latent 1 --set digits=2", 1, &["test", "2 and 0"]),
            ("train vae --resume nowhere", 1, &["nowhere", "config.toml"]),
            ("reconstruct nowhere", 1, &["nowhere", "config.toml"]),
            ("sample nowhere", 1, &["nowhere", "config.toml"]),
            ("train pca --set digits=300 --latent 2 --out file.txt/run", 1, &["file.txt/run", "--out"]),
        ],
    );
}

#[test]
fn a_run_that_does_not_fit() {
    let place = Workplace::new();
    place.succeed(&format!("train vae {SMALL} --hidden 16 --out run -q"));
    place.succeed("train pca --set digits=300 --latent 2 --out pca -q");
    let before = place.read("run/state.safetensors");
    fs::write(place.path("vae.toml"), "beta = 2.0").unwrap();
    check(
        &place,
        &[
            ("train vae --out run --set digits=300", 2, &["run", "not empty", "--force"]),
            ("train deep --resume run", 2, &["train vae", "train deep"]),
            ("train vae --resume run --lr 0.1", 2, &["--epochs", "lr"]),
            ("train vae --resume run --set beta=2", 2, &["--epochs", "beta"]),
            ("train vae --resume run --config vae.toml", 2, &["--config", "--resume"]),
            ("train vae --resume run --out other", 2, &["--out", "--resume"]),
            ("train vae --resume run --epochs 1", 2, &["--epochs", "2"]),
            ("train pca --resume pca", 2, &["pca", "resume"]),
            ("sample pca", 2, &["vae", "pca"]),
            ("sample run --out samples.gif", 2, &["samples.gif", ".png", ".csv", ".npy"]),
            ("sample run --count 0", 2, &["--count", "0"]),
            ("sample run --count 1000000000000", 2, &["--count"]),
            ("sample run --out nowhere/samples.png", 1, &["nowhere/samples.png"]),
            ("reconstruct run --count 0 --out pairs.png", 2, &["--count", "0"]),
            ("reconstruct run --out pairs.tiff", 2, &["pairs.tiff", ".png"]),
            ("reconstruct run --noise fog", 2, &["fog", "gaussian"]),
        ],
    );
    assert_eq!(place.read("run/state.safetensors"), before, "a mistake leaves the run alone");
    place.succeed(&format!("train vae {SMALL} --hidden 16 --out run --force -q"));
}

#[test]
fn files_of_a_run_that_were_damaged() {
    let place = Workplace::new();
    place.succeed(&format!("train vae {SMALL} --hidden 16 --out run -q"));
    let state = place.read("run/state.safetensors");
    fs::write(place.path("run/state.safetensors"), &state[..state.len() / 2]).unwrap();
    fs::write(place.path("run/model.safetensors"), "").unwrap();
    check(
        &place,
        &[
            ("train vae --resume run --epochs 4", 1, &["state.safetensors"]),
            ("sample run", 1, &["model.safetensors"]),
            ("reconstruct run", 1, &["model.safetensors"]),
        ],
    );
    let config = place.text("run/config.toml");
    for (text, word) in [
        (config.replace("format = 1", "format = 2"), "format 2"),
        (config.replace("beta =", "betta ="), "did you mean 'beta'?"),
        (config.replace("latent = 2", "latent = 3"), "model.safetensors"),
        (
            config.replace("shape = [28, 28, 1]", "shape = [4294967295, 4294967295, 4294967295]"),
            "description of the samples",
        ),
        ("model vae".to_owned(), "line 1"),
    ] {
        fs::write(place.path("run/config.toml"), text).unwrap();
        check(&place, &[("sample run", 1, &["run"])]);
        let ended = place.run("sample run");
        assert!(ended.sentence().contains(word), "{word}: {}", ended.stderr);
    }
}

#[test]
fn training_that_diverges() {
    let place = Workplace::new();
    let ended = place.run(&format!("train vae {SMALL} --hidden 16 --lr 1e30 --out a"));
    assert_eq!(ended.exit, 3, "{}", ended.stderr);
    for word in ["diverged", "epoch 1, step 2", "linear in encoder.1", "learning rate (now 1e30)"] {
        assert!(ended.sentence().contains(word), "{word}: {}", ended.stderr);
    }
    // The update itself leaves the numbers of 32 bits.
    let ended = place.run(&format!("train vae {SMALL} --hidden 16 --lr 1e39 --out c"));
    ended.says("--lr 1e39", 3, &["diverged", "epoch 1, step 1", "the update made encoder.0.weight", "(now 1e39)"]);
    // The only step of an epoch goes wrong, and its evaluation shows it.
    let ended = place.run("train linear --set digits=300 --latent 2 --batch 240 --set optimizer=sgd --lr 1e30 --out b");
    assert_eq!(ended.exit, 3, "{}", ended.stderr);
    for word in ["diverged", "epoch 1, step 1", "linear in decoder", "learning rate (now 1e30)"] {
        assert!(ended.sentence().contains(word), "{word}: {}", ended.stderr);
    }
}

#[test]
fn an_infinity_that_the_loss_does_not_show() {
    let place = Workplace::new();
    // w·z overflows before a tanh, which makes ±1 of it.
    let command =
        format!("train deep {SMALL} --hidden 16 --lr 1e20 --set activation=tanh --set likelihood=bernoulli --out");
    let ended = place.run(&format!("{command} a"));
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let ended = place.run(&format!("{command} b --set anomaly=true"));
    let words = ["epoch 1, step 2", "the value of linear in decoder.0", "linear.rs:", "its inputs range over ["];
    ended.says("anomaly", 3, &words);
}
