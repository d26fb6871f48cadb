//! The whole report, from plain data to a page and files.

use diabolo_report::{
    Baseline, Codes, Epoch, Filters, Image, Layer, Losses, Metric, Run, Shape, Strip, TrainingReport, signed_limit,
};

/// A round blob on a square of `side` pixels: something with a shape, as digits have one.
fn blob(side: usize, phase: f64) -> Vec<f64> {
    let (row, column) = (0.5 + 0.3 * phase.sin(), 0.5 + 0.3 * phase.cos());
    let at = |index: usize| (index as f64 + 0.5) / side as f64;
    let value = |pixel: usize| {
        let (y, x) = (at(pixel / side), at(pixel % side));
        (-30.0 * ((y - row).powi(2) + (x - column).powi(2))).exp()
    };
    (0..side * side).map(value).collect()
}

fn images(count: usize) -> Vec<Image> {
    (0..count).map(|index| Image::from_unit(&blob(12, index as f64), 12, 12)).collect()
}

fn filters(count: usize) -> Vec<Image> {
    (0..count)
        .map(|index| {
            let values: Vec<f64> = blob(12, index as f64).iter().zip(blob(12, 2.0)).map(|(a, b)| a - b).collect();
            Image::signed(&values, 12, 12, signed_limit(values.iter()))
        })
        .collect()
}

fn strip(names: &[&str], notes: &[&str]) -> Strip {
    Strip {
        rows: names.iter().map(|name| ((*name).to_owned(), images(5))).collect(),
        notes: notes.iter().map(|note| (*note).to_owned()).collect(),
    }
}

fn full() -> TrainingReport {
    let losses = |reconstruction: f64, kl: f64| Losses {
        loss: reconstruction + kl,
        reconstruction: Some(reconstruction),
        kl: Some(kl),
    };
    let history = (1..=10).map(f64::from).map(|epoch| Epoch {
        train: losses(80.0 + 60.0 / epoch, 25.0 - 9.0 / epoch),
        test: Some(losses(79.0 + 40.0 / epoch, 25.2 - 9.0 / epoch)),
        seconds: 0.48,
    });
    TrainingReport {
        model: "Variational <auto>encoder".into(),
        data: "blobs & \"rings\"".into(),
        description: "A small model of blobs.".into(),
        settings: vec![("latent".into(), "3".into()), ("data".into(), "<script>alert(1)</script>".into())],
        layers: vec![Layer { name: "encoder.0 Linear".into(), output: "(batch, 60)".into(), parameters: 8700 }],
        shape: Some(Shape { widths: vec![144, 60, 3, 60, 144], code: 2 }),
        unit: "nats per image".into(),
        history: history.collect(),
        seconds: 4.8,
        metrics: vec![
            Metric { published: Some((105.6, "a paper".into())), ..Metric::new("test loss", 105.4217) },
            Metric { baseline: Some(18.41), ..Metric::new("test squared error", 11.87) },
        ],
        baseline: Some(Baseline { name: "PCA, 3 components".into(), reconstruction: Some(90.0) }),
        reconstructions: Some(strip(&["original", "this model", "PCA, 3 components"], &[])),
        worst: Some(strip(&["original", "this model"], &["9.1", "8.7", "8.5", "8.1", "7.9"])),
        denoising: Some(strip(&["clean", "noisy", "denoised"], &[])),
        samples: Some(images(24)),
        codes: Some(Codes {
            points: (0..5000).map(|index| [f64::from(index).sin(), f64::from(index).cos()]).collect(),
            classes: (0..5000).map(|index| index % 10).collect(),
            class_names: Vec::new(),
            dimensions: 3,
            shares: Some([0.61, 0.22]),
        }),
        filters: Some(Filters::FirstLayer(filters(16))),
        spectrum: Some(vec![0.4, 0.2, 0.1]),
        kl_per_unit: Some(vec![2.0, 0.001, 1.5]),
        run: Run {
            command: "diabolo train vae --data 'my data'".into(),
            resume: Some("diabolo train vae --resume runs/vae --epochs 20".into()),
            seed: 7,
            versions: vec![("diabolo".into(), "0.1.0".into())],
        },
    }
}

/// Headings of sections, in order.
fn headings(page: &str) -> Vec<&str> {
    page.split("<h2>").skip(1).map(|rest| rest.split_once("</h2>").expect("every heading ends").0).collect()
}

/// Checks that every tag is closed in order, knowing the elements of HTML that have no end tag.
fn assert_balanced(page: &str) {
    let mut open = Vec::new();
    let mut rest = page.strip_prefix("<!DOCTYPE html>").expect("the page begins with its document type");
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').expect("every tag ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let name = tag.split_whitespace().next().expect("every tag has a name");
        if name == "style" {
            rest = &rest[rest.find("</style>").expect("the style ends")..];
        }
        if !tag.ends_with('/') && !matches!(name, "meta" | "link" | "img") {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

/// The vector figures in a page, each parsed as XML.
fn figures(page: &str) -> usize {
    let parts = page.split("<svg").skip(1);
    let svgs = parts.map(|part| format!("<svg{}</svg>", part.split_once("</svg>").expect("every figure ends").0));
    svgs.map(|svg| {
        roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{error}: {svg}")).root_element().has_children()
    })
    .filter(|has_children| *has_children)
    .count()
}

#[test]
fn a_full_report_has_every_part_and_stands_alone() {
    let page = full().render();
    assert_balanced(&page);
    assert_eq!(
        headings(&page),
        [
            "Results",
            "Reconstructions",
            "Denoising",
            "Samples",
            "Training",
            "Codes",
            "First layer",
            "Model",
            "Settings",
            "Run it again"
        ]
    );
    // The mark, three curves, KL per unit, codes, two of the spectrum, the network.
    assert_eq!(figures(&page), 9);
    assert_eq!(page.matches("<img").count(), 3 + 2 + 3 + 1 + 1);
    for forbidden in ["http://", "https://", "<script", "NaN", "url("] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    for source in page.split("src=\"").skip(1) {
        assert!(source.starts_with("data:image/png;base64,"));
    }
    for expected in [
        "Variational &lt;auto&gt;encoder on blobs &amp; &quot;rings&quot;",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "105.42",
        "PCA, 3 components",
        "2 of 3 are above 0.01 nats",
        "Codes have 3 dimensions",
        "61 % of the variance",
        "--resume runs/vae",
    ] {
        assert!(page.contains(expected), "{expected}");
    }
    assert!(page.contains("<nav"), "a long page has a table of contents");
    assert_eq!(page, full().render(), "the same report gives the same bytes");
}

#[test]
fn missing_parts_leave_no_trace() {
    let report = TrainingReport { model: "PCA".into(), data: "blobs".into(), ..TrainingReport::default() };
    let page = report.render();
    assert_balanced(&page);
    assert_eq!(headings(&page), [""; 0]);
    assert!(!page.contains("<nav") && !page.contains("<img") && !page.contains("<table"));
    assert_eq!(figures(&page), 1, "the mark alone");
    assert!(report.images().is_empty());

    let empty_lists = TrainingReport {
        reconstructions: Some(Strip::default()),
        worst: Some(Strip { rows: vec![("original".into(), vec![])], notes: vec![] }),
        samples: Some(vec![]),
        codes: Some(Codes::default()),
        filters: Some(Filters::FirstLayer(vec![])),
        spectrum: Some(vec![]),
        kl_per_unit: Some(vec![]),
        shape: Some(Shape { widths: vec![], code: 0 }),
        ..report
    };
    assert_eq!(headings(&empty_lists.render()), [""; 0]);
    assert!(empty_lists.images().is_empty());
}

#[test]
fn one_epoch_shows_points_and_a_plain_loss_is_drawn_once() {
    let epoch =
        Epoch { train: Losses::of_reconstruction(21.0), test: Some(Losses::of_reconstruction(14.0)), seconds: 0.5 };
    let report = TrainingReport { history: vec![epoch], ..TrainingReport::default() };
    let names: Vec<_> = report.images().into_iter().map(|asset| asset.name).collect();
    assert_eq!(names, ["reconstruction.svg"]);
    assert_eq!(report.render().matches("<circle").count(), 2);
}

#[test]
fn a_diverged_run_still_has_a_report() {
    let mut report = full();
    report.history[4].train = Losses { loss: f64::NAN, reconstruction: Some(f64::INFINITY), kl: Some(f64::NAN) };
    report.metrics[0].value = f64::NAN;
    report.codes.as_mut().unwrap().points[0] = [f64::NAN; 2];
    report.kl_per_unit = Some(vec![f64::NAN; 3]);
    report.spectrum = Some(vec![f64::NAN; 3]);
    let page = report.render();
    assert_balanced(&page);
    assert_eq!(figures(&page), 9);
    for drawing in page.split(" d=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(!drawing.contains("NaN") && !drawing.contains("inf"), "{drawing}");
    }
}

#[test]
fn components_come_with_their_mean() {
    let report = TrainingReport {
        filters: Some(Filters::Components { mean: images(1).remove(0), components: filters(12) }),
        spectrum: Some(vec![0.5, 0.25]),
        ..TrainingReport::default()
    };
    let page = report.render();
    assert_eq!(headings(&page), ["Components"]);
    assert!(page.contains("2 components together explain 75.0 % of the variance"));
    let names: Vec<_> = report.images().into_iter().map(|asset| asset.name).collect();
    assert_eq!(names, ["mean.png", "components.png", "variance.svg", "variance-cumulative.svg"]);
}

#[test]
fn files_are_written_whole_and_stand_alone() {
    let folder = tempfile::tempdir().unwrap();
    let report = full();
    let page = report.write(folder.path()).unwrap();
    assert_eq!(std::fs::read_to_string(&page).unwrap(), report.render());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder.path().join("images")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        if path.extension().unwrap() == "svg" {
            let text = String::from_utf8(bytes).unwrap();
            let document = roxmltree::Document::parse(&text).unwrap();
            assert_eq!(document.root_element().tag_name().namespace(), Some("http://www.w3.org/2000/svg"));
            assert!(!text.contains("var(--"), "{}", path.display());
        } else {
            assert!(png::Decoder::new(std::io::Cursor::new(bytes)).read_info().is_ok(), "{}", path.display());
        }
        names.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    names.sort();
    assert_eq!(
        names,
        [
            "codes.svg",
            "denoising.png",
            "filters.png",
            "kl-per-unit.svg",
            "kl.svg",
            "loss.svg",
            "network.svg",
            "reconstruction.svg",
            "reconstructions.png",
            "samples.png",
            "variance-cumulative.svg",
            "variance.svg",
            "worst.png"
        ]
    );
}
