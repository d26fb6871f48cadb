//! Several runs on one page.

use std::fs;

use crate::program::{SMALL, Workplace};

#[test]
fn runs_stand_side_by_side() {
    let place = Workplace::new();
    place.succeed("train pca --set digits=300 --latent 2 --out pca -q");
    place.succeed(&format!("train vae {SMALL} --hidden 16 --out a/vae -q"));
    place.succeed(&format!("train vae {SMALL} --hidden 16 --beta 4 --out b/vae -q"));
    place.succeed(&format!("train denoising {SMALL} --hidden 16 --out denoising -q"));
    let ended = place.succeed("report pca a/vae b/vae denoising");
    assert_eq!(ended.stdout, "report: comparison.html\n");
    let page = place.text("comparison.html");
    assert!(page.contains("<title>4 runs compared</title>"));
    for word in ["test squared error", "PSNR of denoised samples", "beta", "a/vae", "b/vae", "KL per latent unit"] {
        assert!(page.contains(word), "{word}");
    }
    // The originals with four reconstructions below them, since all runs have the same test images; samples of two.
    assert_eq!(page.matches("<img").count(), 5 + 2);

    let event = place.succeed("report pca --out one.html --json").events().remove(0);
    assert_eq!(event["runs"], serde_json::json!(["pca"]));
    assert_eq!(event["report"], "one.html");
    assert!(place.text("one.html").contains("pca"));
}

#[test]
fn a_comparison_says_what_the_run_said() {
    let place = Workplace::new();
    let ended = place.succeed(&format!("train sparse {SMALL} --out sparse"));
    let row = |name: &str| {
        let line = ended.stdout.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name}"));
        let words = line.split_whitespace().find(|word| word.parse::<f64>().is_ok());
        words.unwrap_or_else(|| panic!("{line}")).to_owned()
    };
    place.succeed("report sparse");
    let page = place.text("comparison.html");
    for name in ["test loss", "test squared error", "active units", "training loss"] {
        assert!(page.contains(&row(name)), "{name}: {}", row(name));
    }
}

#[test]
fn rows_of_numbers_are_compared_without_pictures() {
    let place = Workplace::new();
    let rows: String = (0..50).map(|i| format!("{i},{},{}\n", i * i, 50 - i)).collect();
    fs::write(place.path("rows.csv"), format!("a,b,c\n{rows}")).unwrap();
    place.succeed("train pca --data rows.csv --latent 1 --out pca -q");
    place.succeed("train vae --data rows.csv --latent 1 --hidden 4 --epochs 2 --batch 8 --out vae -q");
    place.succeed("report pca vae");
    assert_eq!(place.text("comparison.html").matches("<img").count(), 0);
    assert!(place.text("pca/report.html").contains("root mean squared error"));
    assert!(place.text("vae/report.html").contains("in the units of the data"));
}

#[test]
fn what_cannot_be_compared_is_said_in_a_sentence() {
    let place = Workplace::new();
    place.succeed("train pca --set digits=300 --latent 2 --out pca -q");
    place.succeed("train pca --set digits=300 --latent 2 --out unfinished -q");
    fs::remove_file(place.path("unfinished/model.safetensors")).unwrap();
    place.succeed("train pca --set digits=300 --latent 2 --out damaged -q");
    fs::write(place.path("damaged/metrics.csv"), "epoch,train_loss,test_loss,train_seconds\n1,2\n").unwrap();
    for (arguments, exit, words) in [
        ("report", 2, &["<RUN>"][..]),
        ("report pca nowhere", 1, &["nowhere is not a run folder"]),
        ("report pca unfinished", 1, &["unfinished", "model.safetensors", "training"]),
        ("report damaged", 1, &["damaged/metrics.csv", "line 2"]),
        ("report pca --out nowhere.html/page.html/x", 1, &["page.html"]),
    ] {
        fs::write(place.path("nowhere.html"), "").unwrap();
        let ended = place.run(arguments);
        assert_eq!(ended.exit, exit, "{arguments}: {}", ended.stderr);
        words.iter().for_each(|word| assert!(ended.sentence().contains(word), "{arguments}: {}", ended.stderr));
    }
    assert!(!place.path("comparison.html").exists(), "what fails leaves no page");
}
