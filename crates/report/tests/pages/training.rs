//! The whole report, from plain data to a page and files.

use crate::support::{assert_balanced, assert_stands_alone, colours, figures, full, headings, images, kept, table};
use diabolo_report::{
    Codes, Epoch, Errors, Filters, LatentUnits, Losses, Plane, Shape, Sparsity, Strip, TableData, TrainingReport,
    Traversals, Weights,
};

/// A page may have so many bytes.
const MOST: usize = 4_000_000;

#[test]
fn a_full_report_has_every_part_and_stands_alone() {
    let page = full().render();
    kept("full.html", &page);
    assert_balanced(&page);
    assert_eq!(
        headings(&page),
        [
            "Results",
            "Reconstructions",
            "Denoising",
            "Errors",
            "Samples",
            "Interpolations",
            "Traversals",
            "The plane of codes",
            "Training",
            "Latent units",
            "Sparsity",
            "Codes",
            "First layer",
            "Model",
            "Settings",
            "Run it again"
        ]
    );
    // The mark, the histogram, three curves, two of the latent units, two of sparsity, codes, two of the spectrum, the
    // network.
    assert_eq!(figures(&page), 13);
    // Strips, samples, interpolations, traversals, the plane, filters.
    assert_eq!(page.matches("<img").count(), 3 + 3 + 2 + 2 + 1 + 4 + 5 + 1 + 1);
    assert_stands_alone(&page);
    for expected in [
        "Variational &lt;auto&gt;encoder on blobs &amp; &quot;rings&quot;",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "105.42",
        "PCA, 20 components",
        "14 of 20 units are active: their posterior mean varies over the test set by more than 0.01",
        "&lt;Lower β&gt; or use fewer units",
        "are above the dotted line (threshold for 2 %)",
        "Codes have 20 dimensions",
        "61 % of the codes’ variance",
        "which hold 83 % of the codes’ variance",
        "z1\nKL 2.00 nats",
        "--resume runs/vae",
    ] {
        assert!(page.contains(expected), "{expected}");
    }
    assert!(page.contains("<nav"), "a long page has a table of contents");
    assert!(page.len() < MOST, "{} bytes", page.len());
    assert_eq!(page, full().render(), "the same report gives the same bytes");
}

#[test]
fn a_report_of_a_table_has_no_images() {
    let page = table().render();
    kept("table.html", &page);
    assert_balanced(&page);
    assert_stands_alone(&page);
    assert_eq!(headings(&page), ["Results", "Errors", "Samples", "Training", "Codes", "Components"]);
    assert!(!page.contains("<img"));
    // The mark, the histogram, the columns, the curve, the codes, the weights, two of the spectrum.
    assert_eq!(figures(&page), 8);
    for expected in ["&lt;b&gt;residual&lt;/b&gt; sugar", "Shown are 30 of 48 columns", "the first 30 of 48 columns"] {
        assert!(page.contains(expected), "{expected}");
    }
    let names: Vec<_> = table().images().into_iter().map(|asset| asset.name).collect();
    let plots = ["errors", "column-errors", "reconstruction", "codes", "weights", "variance", "variance-cumulative"];
    assert_eq!(names, plots.map(|name| format!("{name}.svg")));
}

#[test]
fn large_colour_images_are_reduced_to_the_page() {
    let page = colours(160).render();
    kept("colours.html", &page);
    assert_balanced(&page);
    assert_stands_alone(&page);
    assert!(page.len() < MOST, "{} bytes", page.len());
    for width in page.split("<img").skip(1).filter_map(|tag| tag.split("width=\"").nth(1)) {
        let width: usize = width.split('"').next().unwrap().parse().unwrap();
        assert!((200..=1000).contains(&width), "{width}");
    }
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
        best: Some(Strip::default()),
        errors: Some(Errors::default()),
        table: Some(TableData::default()),
        samples: Some(vec![]),
        interpolations: vec![],
        traversals: Some(Traversals::default()),
        plane: Some(Plane::default()),
        codes: Some(Codes::default()),
        filters: Some(Filters::FirstLayer(vec![])),
        spectrum: Some(vec![]),
        latent_units: Some(LatentUnits::default()),
        sparsity: Some(Sparsity::default()),
        shape: Some(Shape { widths: vec![], code: 0 }),
        ..report
    };
    assert_eq!(headings(&empty_lists.render()), [""; 0]);
    assert!(empty_lists.images().is_empty());
    let weightless = TrainingReport { filters: Some(Filters::ComponentWeights(Weights::default())), ..empty_lists };
    assert_eq!(headings(&weightless.render()), [""; 0]);
}

#[test]
fn one_epoch_shows_points_and_a_plain_loss_is_drawn_once() {
    let epoch =
        Epoch { train: Losses::of_reconstruction(21.0), test: Some(Losses::of_reconstruction(14.0)), seconds: 0.5 };
    let report = TrainingReport { history: vec![epoch], ..TrainingReport::default() };
    let names: Vec<_> = report.images().into_iter().map(|asset| asset.name).collect();
    assert_eq!(names, ["reconstruction.svg"]);
    assert_eq!(report.render().matches("class=\"points ").count(), 2);
}

#[test]
fn a_diverged_run_still_has_a_report() {
    let mut report = full();
    report.history[4].train = Losses { loss: f64::NAN, reconstruction: Some(f64::INFINITY), kl: Some(f64::NAN) };
    report.metrics[0].value = f64::NAN;
    report.codes.as_mut().unwrap().points[0] = [f64::NAN; 2];
    report.latent_units =
        Some(LatentUnits { kl: vec![f64::NAN; 3], variance_of_mean: vec![f64::NAN; 3], warning: String::new() });
    report.sparsity = Some(Sparsity { active: vec![f64::NAN; 3], ..Sparsity::default() });
    report.errors.as_mut().unwrap().test.fill(f64::INFINITY);
    report.spectrum = Some(vec![f64::NAN; 3]);
    let page = report.render();
    assert_balanced(&page);
    // Without the histogram, which has nothing to show, and the mean activation, which is not known.
    assert_eq!(figures(&page), 11);
    for drawing in page.split(" d=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(!drawing.contains("NaN") && !drawing.contains("inf"), "{drawing}");
    }
}

#[test]
fn components_come_with_their_mean() {
    let report = TrainingReport {
        filters: Some(Filters::Components { mean: images(1).remove(0), components: images(12) }),
        spectrum: Some(vec![0.5, 0.25]),
        ..TrainingReport::default()
    };
    let page = report.render();
    assert_eq!(headings(&page), ["Components"]);
    assert!(page.contains("The first 2 components together explain 75.0 % of the variance."));
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
            "active-units.svg",
            "best.png",
            "codes.svg",
            "denoising.png",
            "errors.svg",
            "filters.png",
            "interpolations.png",
            "kl-per-unit.svg",
            "kl.svg",
            "loss.svg",
            "mean-activation.svg",
            "network.svg",
            "plane.png",
            "reconstruction.svg",
            "reconstructions.png",
            "samples.png",
            "traversals.png",
            "variance-cumulative.svg",
            "variance-of-means.svg",
            "variance.svg",
            "worst.png"
        ]
    );
}
