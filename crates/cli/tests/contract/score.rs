//! How unusual rows are.

use std::fs;

use diabolo_data::files::{self, ReadOptions};

use crate::program::Workplace;

/// 60 rows near a line, labelled usual, and 6 far from it.
fn write_table(place: &Workplace, name: &str, outliers: usize) {
    let mut text = "x,y,kind\n".to_owned();
    for i in 0..60 {
        let x = f64::from(i) / 10.0;
        text.push_str(&format!("{x},{},usual\n", 2.0 * x + 0.1 * f64::from(i % 7)));
    }
    (0..outliers).for_each(|i| text.push_str(&format!("{},{},\"odd, far\"\n", i, 40 - 9 * i)));
    fs::write(place.path(name), text).unwrap();
}

fn trained(place: &Workplace, model: &str) {
    write_table(place, "line.csv", 0);
    place.succeed(&format!("train {model} --data line.csv --set label=kind --latent 1 --out run -q"));
}

/// The lines of a CSV file as cells, without the first.
fn cells(text: &str) -> Vec<Vec<String>> {
    text.lines().skip(1).map(|line| line.splitn(4, ',').map(str::to_owned).collect()).collect()
}

#[test]
fn rows_far_from_the_training_data_are_flagged() {
    let place = Workplace::new();
    trained(&place, "pca");
    write_table(&place, "new.csv", 4);
    let scored = "score run --data new.csv --share 0.1";
    let ended = place.succeed(&format!("{scored} --out scores.csv"));
    assert!(ended.stderr.contains("0.9 quantile of the scores of the run's 48 training samples"), "{}", ended.stderr);
    let text = place.text("scores.csv");
    assert!(text.starts_with("row,score,anomalous,label\n1,"), "{text}");
    let rows = cells(&text);
    assert_eq!((rows.len(), &rows[63][3][..]), (64, "\"odd, far\""));
    assert!(rows[60..].iter().all(|row| row[2] == "1"), "{text}");

    let event = place.succeed(&format!("{scored} --json --out scores.npy")).events().remove(0);
    let threshold = event["threshold"].as_f64().unwrap();
    let above = rows.iter().filter(|row| row[1].parse::<f64>().unwrap() > threshold).count();
    assert_eq!((event["samples"].as_u64(), event["flagged"].as_u64()), (Some(64), Some(above as u64)));
    assert_eq!((event["score"].as_str(), event["auc"].is_null()), (Some("squared error"), true));
    let numbers = files::load(&place.path("scores.npy"), &ReadOptions::default()).unwrap();
    assert_eq!((numbers.len(), numbers.dim()), (64, 2));
    assert_eq!(numbers.values().get(126), rows[63][1].parse::<f64>().unwrap());
    assert_eq!(numbers.values().get(127), 1.0);
}

#[test]
fn known_anomalies_tell_how_good_the_scores_are() {
    let place = Workplace::new();
    trained(&place, "pca");
    write_table(&place, "new.csv", 4);
    let roc = |more: &str| place.run(&format!("score run --data new.csv --anomalous odd,usual {more}"));
    assert_eq!(roc("").exit, 2, "a comma stands between classes");

    let text = place.text("new.csv").replace("\"odd, far\"", "odd");
    fs::write(place.path("new.csv"), text).unwrap();
    let scored = "score run --data new.csv --anomalous odd";
    let ended = place.succeed(&format!("{scored} --roc roc.csv"));
    assert!(ended.stdout.contains("area under the ROC curve") && ended.stdout.contains("written: roc.csv"));
    let event = place.succeed(&format!("{scored} --roc roc.svg --json")).events().remove(0);
    assert_eq!((event["auc"].as_f64(), event["average_precision"].as_f64()), (Some(1.0), Some(1.0)));
    assert!(place.text("roc.svg").starts_with("<svg"));
    let curve = place.text("roc.csv");
    let last = curve.lines().last().unwrap();
    assert!(curve.starts_with("threshold,false_positive_rate,true_positive_rate\ninf,0,0\n"), "{curve}");
    assert!(last.ends_with(",1,1"), "{last}");
}

#[test]
fn a_vae_scores_by_its_elbo_with_the_same_noise_each_time() {
    let place = Workplace::new();
    place.succeed("train vae --set digits=300 --hidden 16 --latent 2 --epochs 1 --out run -q");
    let event = place.succeed("score run --out a.csv --anomalous 3 --json").events().remove(0);
    assert_eq!((event["score"].as_str(), event["unit"].as_str()), (Some("negative ELBO"), Some("nats per image")));
    assert!(event["auc"].as_f64().is_some_and(|auc| (0.0..=1.0).contains(&auc)));
    place.succeed("score run --out b.csv -q");
    assert_eq!(place.text("a.csv"), place.text("b.csv"));
    assert_eq!(cells(&place.text("a.csv")).len(), 60, "the test set of the run");
}

#[test]
fn a_file_may_lack_the_labels_of_the_run() {
    let place = Workplace::new();
    trained(&place, "linear --epochs 2 --batch 16");
    fs::write(place.path("new.csv"), "x,y\n1,2\n3,50\n").unwrap();
    place.succeed("score run --data new.csv --out scores.csv -q");
    let text = place.text("scores.csv");
    assert!(text.starts_with("row,score,anomalous\n1,"), "{text}");
    assert_eq!(text.lines().count(), 3);
}

#[test]
fn what_cannot_be_scored_is_said_in_a_sentence() {
    let place = Workplace::new();
    trained(&place, "pca");
    fs::write(place.path("new.csv"), "x,y\n1,2\n3,50\n").unwrap();
    fs::write(place.path("wide.csv"), "x,y,z\n1,2,3\n").unwrap();
    fs::write(place.path("half.csv"), "x,y,kind\n1,2,usual\n3,,usual\n").unwrap();
    for (arguments, exit, words) in [
        ("score run --share 0", 2, &["--share", "between 0 and 1"][..]),
        ("score run --share 1.5", 2, &["--share", "between 0 and 1"]),
        ("score run --share -1", 2, &["--share", "between 0 and 1"]),
        ("score run --share nan", 2, &["--share", "between 0 and 1"]),
        ("score run --roc roc.csv", 2, &["--anomalous"]),
        ("score run --anomalous usual --roc roc.txt", 2, &["roc.txt", ".svg"]),
        ("score run --out scores.png", 2, &["scores.png", ".csv", ".npy"]),
        ("score run --anomalous usul", 2, &["usul", "did you mean 'usual'?"]),
        ("score run --anomalous usual", 2, &["12 samples all are of class usual", "others"]),
        ("score run --data new.csv --anomalous usual", 2, &["no labels", "--anomalous"]),
        ("score run --data nowhere.csv", 2, &["nowhere.csv"]),
        ("score run --data wide.csv", 1, &["wide.csv"]),
        ("score run --data half.csv --out scores.csv", 1, &["half.csv", "line 3"]),
        ("score run --data digits", 1, &["digits", "28×28"]),
        ("score run --out nowhere/scores.csv", 1, &["nowhere/scores.csv"]),
        ("score nowhere", 1, &["nowhere", "config.toml"]),
    ] {
        let ended = place.run(arguments);
        assert_eq!(ended.exit, exit, "{arguments}: {}", ended.stderr);
        words.iter().for_each(|word| assert!(ended.sentence().contains(word), "{arguments}: {}", ended.stderr));
    }
    assert!(!place.path("scores.csv").exists(), "what fails leaves no file");
}
