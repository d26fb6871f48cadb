//! `diabolo gradcheck`

use std::fs;
#[cfg(unix)]
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::program::{Ended, Workplace};

/// Few samples, since the program is what is tested here.
const FEW: &str = "--samples 1";

#[test]
fn every_op_and_model_passes_and_is_told_as_an_event() {
    let place = Workplace::new();
    let events = place.succeed(&format!("gradcheck --json {FEW}")).events();
    let (done, checks) = events.split_last().unwrap();
    let ops: Vec<&Value> = checks.iter().filter(|event| event["event"] == "op").collect();
    let models: Vec<&Value> = checks.iter().filter(|event| event["event"] == "model").collect();
    assert_eq!(
        (&done["event"], &done["passed"], &done["failed"]),
        (&"done".into(), &true.into(), &Value::Array(vec![]))
    );
    assert_eq!((&done["ops"], &done["models"]), (&ops.len().into(), &models.len().into()));
    assert_eq!(ops.len() + models.len(), checks.len());
    for name in ["linear", "tanh", "bce_with_logits", "reparameterize"] {
        let op = ops.iter().find(|op| op["op"] == name).unwrap_or_else(|| panic!("{name} is not checked"));
        assert_eq!(op["passed"], true);
        for number in ["worst_difference", "worst_forward", "worst_second"] {
            assert!(op[number].as_f64().is_some_and(|worst| worst < 1e-5), "{name}: {number} is {}", op[number]);
        }
        assert!(op["worst_ulps"]["f64"].is_number() && op["worst_ulps"]["f32"].is_number());
        assert!(op["samples"].as_u64() > Some(0) && op["edges"]["passed"] == op["edges"]["total"]);
        assert_eq!(op["structure"]["passed"], op["structure"]["total"]);
    }
    let names: Vec<&str> = models.iter().map(|model| model["model"].as_str().unwrap()).collect();
    assert_eq!(names, ["pca", "linear", "deep", "denoising", "sparse", "vae"]);
    assert!(models.iter().all(|model| model["tensors"].as_u64() > Some(0) && model["worst_difference"].is_number()));
}

#[test]
fn one_op_is_a_table_of_one_line() {
    let place = Workplace::new();
    let Ended { stdout, stderr, .. } = place.succeed(&format!("gradcheck --op tanh -q {FEW}"));
    assert_eq!((stdout.lines().count(), stderr.as_str()), (2, ""), "{stdout}");
    assert!(stdout.contains("y = tanh x") && stdout.contains("passed"), "{stdout}");
    let both = place.succeed(&format!("gradcheck --op tanh,div --op exp {FEW}"));
    assert_eq!(both.stdout.lines().count(), 4, "{}", both.stdout);
    for column in ["samples", "ulps", "differences", "second order", "edges", "structure"] {
        assert!(both.stdout.contains(column), "the table has no {column}");
        assert!(both.stderr.contains(&format!("  {column}: ")), "the legend does not explain {column}");
    }
}

#[test]
fn one_model_is_a_table_of_its_own() {
    let place = Workplace::new();
    let ended = place.succeed(&format!("gradcheck --model linear,vae {FEW}"));
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", ended.stdout);
    assert!(lines[1].trim().starts_with("linear") && lines[2].trim().starts_with("vae"));
    assert!(lines[1..].iter().all(|line| line.ends_with("passed")));
    let events = place.succeed(&format!("gradcheck --model pca --json {FEW}")).events();
    assert_eq!((events.len(), &events[0]["model"], &events[1]["ops"]), (2, &"pca".into(), &0.into()));
}

#[test]
fn the_same_seed_checks_at_the_same_points() {
    let place = Workplace::new();
    let check = |options: &str| {
        let mut events =
            place.succeed(&format!("gradcheck --op gelu,logsumexp --model vae --json {options} {FEW}")).events();
        events.last_mut().unwrap().as_object_mut().unwrap().remove("seconds");
        events
    };
    let seven = check("--seed 7");
    assert_eq!(seven, check("--seed 7 --threads 1"), "whatever the number of threads");
    assert_ne!(seven[0], check("--seed 8")[0]);
    assert_eq!(seven.last().unwrap()["seed"], 7);
}

#[test]
fn more_samples_are_more_checks() {
    let place = Workplace::new();
    let samples = |options: &str| {
        let events = place.succeed(&format!("gradcheck --op softmax --json {options}")).events();
        events[0]["samples"].as_u64().unwrap()
    };
    assert!(samples("--samples 9") > samples("--samples 1"));
}

#[test]
fn a_page_shows_every_op_with_formulas_that_browsers_can_draw() {
    let place = Workplace::new();
    let ended = place.succeed(&format!("gradcheck --html pages/gradients.html {FEW}"));
    assert!(ended.stdout.ends_with("\nreport: pages/gradients.html\n"), "{}", ended.stdout);
    let page = place.text("pages/gradients.html");
    assert!(page.contains("<title>Every gradient passed</title>"));
    for op in ["tanh", "gaussian_kl_between", "where"] {
        assert!(page.contains(&format!("<article id=\"op-{op}\">")), "{op} is not on the page");
    }
    let formulas: Vec<&str> = page.split("<math").skip(1).filter_map(|rest| rest.split("</math>").next()).collect();
    assert!(formulas.len() > 130, "each op has a forward and a backward formula; {} are set", formulas.len());
    for formula in formulas {
        let formula = format!("<math{formula}</math>");
        let document = roxmltree::Document::parse(&formula).unwrap_or_else(|error| panic!("{error}: {formula}"));
        for element in document.descendants().filter(roxmltree::Node::is_element) {
            let parts = element.children().filter(roxmltree::Node::is_element).count();
            let wanted = match element.tag_name().name() {
                "msup" | "msub" | "mover" | "munder" | "mfrac" | "mroot" => 2,
                "msubsup" | "munderover" => 3,
                "merror" => panic!("{formula}"),
                _ => continue,
            };
            assert_eq!(parts, wanted, "{formula}");
        }
    }
    assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("<script"));
    assert_eq!(fs::read_dir(place.path("pages")).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn mistakes_are_told_before_anything_is_computed() {
    let place = Workplace::new();
    place.refuse("gradcheck --op tahn", 2, &["tahn", "did you mean 'tanh'?", "--op takes"]);
    place.refuse("gradcheck --op tanh,", 2, &["op"]);
    place.refuse(
        "gradcheck --model vea",
        2,
        &["vea", "did you mean 'vae'?", "pca, linear, deep, denoising, sparse, vae"],
    );
    place.refuse("gradcheck --samples 0", 2, &["--samples", "at least 1"]);
    place.refuse("gradcheck --samples -3", 2, &["--samples", "whole number"]);
    place.refuse("gradcheck --seed x", 2, &["--seed", "whole number"]);
    place.refuse("gradcheck --threads 0", 2, &["--threads", "at least 1"]);
    fs::write(place.path("file"), "").unwrap();
    fs::create_dir(place.path("folder")).unwrap();
    place.refuse("gradcheck --html file/page.html", 1, &["cannot create the folder file"]);
    place.refuse("gradcheck --html folder", 1, &["cannot write folder"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_and_writes_nothing() {
    let place = Workplace::new();
    let mut child = place
        .diabolo("gradcheck --json --samples 1000 --html page.html")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first: Value = serde_json::from_str(&lines.next().unwrap()).unwrap();
    assert_eq!(first["event"], "op");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let last = lines.last().unwrap();
    let ended = Ended::of(child.wait_with_output().unwrap());
    ended.says("gradcheck", 130, &["interrupted"]);
    let error: Value = serde_json::from_str(&last).unwrap();
    assert_eq!((&error["event"], &error["exit"]), (&"error".into(), &130.into()));
    assert!(place.files().is_empty());
}
