//! What a training run leaves behind.

use std::fs;

use diabolo_models::Config;

use crate::program::{SMALL, Workplace, decoded};

const MODELS: [(&str, &str); 5] = [
    ("pca", "--set digits=300 --latent 2"),
    ("linear", SMALL),
    ("deep", "--set digits=300 --hidden 16 --latent 2 --epochs 2 --batch 50"),
    ("denoising", "--set digits=300 --hidden 16 --latent 2 --epochs 2 --batch 50"),
    ("vae", "--set digits=300 --hidden 16 --latent 2 --epochs 2 --batch 50"),
];

#[test]
fn the_files_of_every_model_are_whole() {
    let place = Workplace::new();
    for (model, settings) in MODELS {
        let ended = place.succeed(&format!("train {model} {settings} --out {model}"));
        assert!(ended.stdout.contains("squared error"), "{model}: {}", ended.stdout);
        assert!(
            ended.stdout.trim_end().ends_with(&format!("report: {model}/report.html")),
            "{model}: {}",
            ended.stdout
        );

        let config = Config::parse(&place.text(&format!("{model}/config.toml"))).unwrap();
        assert_eq!((config.model.name(), config.latent, config.digits), (model, 2, 300));
        assert_eq!(config.samples.map(|samples| samples.shape.into()), Some([28, 28, 1]));

        let epochs = if model == "pca" { 1 } else { 2 };
        metrics_are_a_table(&place.text(&format!("{model}/metrics.csv")), epochs);
        report_stands_alone(&place.text(&format!("{model}/report.html")));
        images_decode(&place, model);
        for file in ["model.safetensors", "best.safetensors", "state.safetensors"] {
            let there = place.path(&format!("{model}/{file}")).is_file();
            assert_eq!(there, model != "pca" || file == "model.safetensors", "{model}/{file}");
        }
        let temporary = fs::read_dir(place.path(model))
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".tmp"));
        assert_eq!(temporary.count(), 0, "{model} leaves temporary files");
    }
}

#[test]
fn a_share_of_the_variance_decides_about_components() {
    let place = Workplace::new();
    let ended = place.succeed("train pca --set digits=300 --variance 0.5 --set whiten=true --out run");
    let config = Config::parse(&place.text("run/config.toml")).unwrap();
    assert_eq!(config.components.as_deref(), Some("variance:0.5"));
    assert!(config.latent > 1 && config.latent != 30, "{}", config.latent);
    assert!(ended.stderr.contains(&format!("kept {} components", config.latent)), "{}", ended.stderr);
    assert!(place.text("run/report.html").contains(&format!("{} principal components", config.latent)));

    let again = place.succeed("reconstruct run --count 3 --out x.npy --json").events();
    let trained = place.succeed(&format!(
        "train pca --config run/config.toml --latent {} --set whiten=false --json --out same",
        config.latent
    ));
    let events = trained.events();
    assert_eq!(events[0]["parameters"], (config.latent + 1) * 784);
    let same = Config::parse(&place.text("same/config.toml")).unwrap();
    assert_eq!((same.latent, same.components.as_deref()), (config.latent, Some("latent")));
    let (ours, theirs) = (&again[0]["results"]["test squared error"], &events[1]["test"]["reconstruction"]);
    assert!((ours.as_f64().unwrap() - theirs.as_f64().unwrap()).abs() < 1e-4, "{ours} and {theirs}");
}

fn metrics_are_a_table(text: &str, epochs: usize) {
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), epochs + 1, "{text}");
    assert_eq!(lines[0].first(), Some(&"epoch"));
    assert_eq!(lines[0].last(), Some(&"train_seconds"));
    for name in ["train_loss", "test_loss", "train_reconstruction", "test_reconstruction"] {
        assert!(lines[0].contains(&name), "{name}: {text}");
    }
    for (epoch, line) in lines[1..].iter().enumerate() {
        assert_eq!(line.len(), lines[0].len(), "{text}");
        assert_eq!(line[0], (epoch + 1).to_string());
        assert!(line.iter().all(|cell| cell.parse::<f64>().unwrap().is_finite()), "{text}");
    }
}

fn report_stands_alone(html: &str) {
    assert!(html.trim_start().to_lowercase().starts_with("<!doctype html>"));
    assert!(html.trim_end().ends_with("</html>"));
    for attribute in ["src=\"", "href=\"", "url("] {
        for reference in html.split(attribute).skip(1) {
            let inside = ["data:", "#"].iter().any(|start| reference.trim_start_matches('"').starts_with(start));
            assert!(inside, "the report needs {attribute}{}", reference.chars().take(60).collect::<String>());
        }
    }
    assert!(!html.contains("@import") && !html.contains("fetch("), "the report loads something");
    assert!(html.contains("data:image/png;base64,"), "the report shows no image");
    // An embedded image may hold these three letters, but none of the characters before them.
    let shown = [">NaN", " NaN", "\"NaN", "−NaN"].iter().any(|text| html.contains(text));
    assert!(!shown, "the report shows NaN");
}

fn images_decode(place: &Workplace, model: &str) {
    let mut pngs = 0;
    for entry in fs::read_dir(place.path(&format!("{model}/images"))).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "png") {
            let (width, height, _) = decoded(&fs::read(&path).unwrap());
            assert!(width >= 28 && height >= 28, "{}", path.display());
            pngs += 1;
        }
    }
    assert!(pngs >= 3, "{model} has {pngs} images");
}

#[test]
fn the_same_command_gives_the_same_bytes() {
    let place = Workplace::new();
    let train =
        |more: &str| place.succeed(&format!("train vae --set digits=300 --hidden 16 --latent 2 --epochs 1 -q {more}"));
    train("--out a");
    train("--out b --threads 1");
    train("--out c --threads 3");
    train("--out d --seed 1");
    for file in ["model.safetensors", "best.safetensors"] {
        let first = place.read(&format!("a/{file}"));
        assert_eq!(first, place.read(&format!("b/{file}")), "{file} on one thread");
        assert_eq!(first, place.read(&format!("c/{file}")), "{file} on three threads");
        assert_ne!(first, place.read(&format!("d/{file}")), "{file} of another seed");
    }
}

#[test]
fn settings_of_a_run_make_the_same_run() {
    let place = Workplace::new();
    place.succeed(&format!("train denoising {SMALL} --hidden 16 --noise masking:0.4 --seed 3 --out first -q"));
    place.succeed("train denoising --config first/config.toml --out second -q");
    assert_eq!(place.read("first/model.safetensors"), place.read("second/model.safetensors"));
    let settings =
        |run: &str| Config { command: None, ..Config::parse(&place.text(&format!("{run}/config.toml"))).unwrap() };
    assert_eq!(settings("first"), settings("second"), "all but the command that began the run");
    place.succeed("train denoising --config first/config.toml --latent 3 --out third -q");
    assert!(place.text("third/config.toml").contains("latent = 3"), "flags beat the file");
}

#[test]
fn a_finished_run_goes_on() {
    let place = Workplace::new();
    let small = "--set digits=300 --hidden 16 --latent 2 --batch 50 -q";
    place.succeed(&format!("train vae {small} --epochs 2 --out short"));
    place.succeed("train vae --resume short --epochs 4 -q");
    place.succeed(&format!("train vae {small} --epochs 4 --out long"));
    assert_eq!(place.read("short/model.safetensors"), place.read("long/model.safetensors"));
    assert_eq!(place.text("short/metrics.csv").lines().count(), 5);
}

#[test]
fn a_run_without_a_name_lies_in_runs() {
    let place = Workplace::new();
    let ended = place.succeed("train pca --set digits=100 --latent 2 -q");
    let folders: Vec<_> = fs::read_dir(place.path("runs")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(folders.len(), 1);
    let name = folders[0].to_string_lossy();
    assert!(name.starts_with("pca-digits-") && name.len() == "pca-digits-20261121-093012".len(), "{name}");
    assert_eq!(ended.stdout, format!("report: runs/{name}/report.html\n"));
    assert_eq!(ended.stderr, "", "-q says nothing more");
}

#[test]
fn defaults_are_settings() {
    let place = Workplace::new();
    for (model, _) in MODELS {
        let text = place.succeed(&format!("train {model} --defaults")).stdout;
        assert!(text.lines().any(|line| line.starts_with("# ")) && text.contains("latent ="), "{model}: {text}");
    }
}
