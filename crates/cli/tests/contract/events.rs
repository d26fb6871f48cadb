//! `--json`: one object a line on standard output, and nothing else.

use serde_json::Value;

use crate::program::{SMALL, Workplace};

#[track_caller]
fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap_or_else(|| panic!("not an object: {value}")).keys().map(String::as_str).collect()
}

#[track_caller]
fn finite(value: &Value) -> f64 {
    value.as_f64().filter(|x| x.is_finite()).unwrap_or_else(|| panic!("not a number: {value}"))
}

#[test]
fn a_vae_tells_its_start_every_epoch_and_its_end() {
    let place = Workplace::new();
    let ended = place.succeed(&format!("train vae {SMALL} --hidden 16 --seed 7 --threads 2 --json --out run"));
    assert_eq!(ended.stderr, "", "without a terminal there are no words beside the events");
    let events = ended.events();
    let kinds: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["start", "epoch", "epoch", "done"]);

    let start = &events[0];
    assert_eq!(start["format"], 1);
    assert_eq!(start["model"], "vae");
    assert_eq!(start["data"], serde_json::json!({ "name": "digits", "train": 240, "test": 60, "dim": 784 }));
    assert_eq!(start["parameters"], (784 + 1) * 16 + (16 + 1) * 4 + (2 + 1) * 16 + (16 + 1) * 784);
    assert_eq!((&start["seed"], &start["threads"]), (&Value::from(7), &Value::from(2)));

    for (number, epoch) in (1..).zip(&events[1..3]) {
        assert_eq!(keys(epoch), ["event", "epoch", "train", "test", "train_seconds"]);
        assert_eq!(epoch["epoch"], number);
        assert!(finite(&epoch["train_seconds"]) > 0.0);
        for part in ["train", "test"] {
            let metrics = &epoch[part];
            assert_eq!(keys(metrics), ["loss", "reconstruction", "kl"]);
            let [loss, reconstruction, kl] = ["loss", "reconstruction", "kl"].map(|name| finite(&metrics[name]));
            assert!((loss - reconstruction - kl).abs() < 1e-3, "beta is 1: {metrics}");
        }
    }
    assert_eq!(events[3]["run"], "run");
    assert_eq!(events[3]["report"], "run/report.html");
    assert_eq!(events[3]["test"], events[2]["test"]);
    assert!(place.path("run/report.html").is_file());
}

#[test]
fn models_of_squared_error_tell_it_as_reconstruction() {
    let place = Workplace::new();
    for (model, hidden) in [("linear", ""), ("deep", "--hidden 16"), ("denoising", "--hidden 16")] {
        let events = place.succeed(&format!("train {model} {SMALL} {hidden} --json --out {model}")).events();
        for epoch in &events[1..3] {
            for part in ["train", "test"] {
                assert_eq!(finite(&epoch[part]["loss"]), finite(&epoch[part]["reconstruction"]), "{model}");
            }
        }
    }
}

#[test]
fn pca_has_one_epoch() {
    let place = Workplace::new();
    let events = place.succeed("train pca --set digits=300 --latent 3 --json --out run").events();
    let kinds: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["start", "epoch", "done"]);
    assert_eq!(events[1]["epoch"], 1);
    assert_eq!(finite(&events[1]["test"]["loss"]), finite(&events[1]["test"]["reconstruction"]));
    assert_eq!(events[2]["test"], events[1]["test"]);
}

#[test]
fn a_run_that_goes_on_tells_only_its_new_epochs() {
    let place = Workplace::new();
    place.succeed(&format!("train vae {SMALL} --hidden 16 -q --out run"));
    let events = place.succeed("train vae --resume run --epochs 3 --json").events();
    let epochs: Vec<&Value> =
        events.iter().filter(|event| event["event"] == "epoch").map(|event| &event["epoch"]).collect();
    assert_eq!(epochs, [3]);
}

#[test]
fn a_failure_is_an_event_too() {
    let place = Workplace::new();
    for (arguments, exit) in [
        ("train vae --json --nope", 2),
        ("train vae --json --set epoch=1", 2),
        ("train vae --json --data mnist", 1),
        ("sample nowhere --json", 1),
    ] {
        let ended = place.run(arguments);
        assert_eq!(ended.exit, exit, "{arguments}");
        let events = ended.events();
        assert_eq!(events.len(), 1, "{arguments}: {}", ended.stdout);
        assert_eq!(keys(&events[0]), ["event", "message", "exit"]);
        assert_eq!((&events[0]["event"], &events[0]["exit"]), (&Value::from("error"), &Value::from(exit)));
        assert_eq!(events[0]["message"], ended.sentence());
    }
    let ended = place.run(&format!("train vae {SMALL} --hidden 16 --lr 1e30 --json --out run"));
    let events = ended.events();
    assert_eq!((ended.exit, &events.last().unwrap()["exit"]), (3, &Value::from(3)));
}

#[test]
fn the_other_commands_speak_json_too() {
    let place = Workplace::new();
    place.succeed(&format!("train vae {SMALL} --hidden 16 -q --out run"));
    let only = |arguments: &str| {
        let events = place.succeed(arguments).events();
        assert_eq!(events.len(), 1, "{arguments}");
        events[0].clone()
    };
    let sampled = only("sample run --count 3 --out samples.csv --json");
    assert_eq!(
        (&sampled["event"], &sampled["samples"], &sampled["file"]),
        (&"done".into(), &3.into(), &"samples.csv".into())
    );
    let reconstructed = only("reconstruct run --json");
    assert!(finite(&reconstructed["results"]["test squared error"]) > 0.0);
    assert!(reconstructed["file"].is_null());
    let data = only("data --json");
    assert_eq!(data["shape"], serde_json::json!([28, 28, 1]));
    let classes = data["train"]["classes"].as_array().unwrap();
    let total: u64 = classes.iter().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!((classes.len(), Value::from(total)), (10, data["train"]["samples"].clone()));
}
