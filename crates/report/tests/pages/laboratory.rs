//! The report of the laboratory.

use crate::support::{assert_balanced, assert_stands_alone, figures, headings, kept, laboratory, laboratory_of_table};
use diabolo_report::lab::LabReport;

#[test]
fn every_statement_has_a_section_and_the_page_stands_alone() {
    let page = laboratory().render();
    kept("laboratory.html", &page);
    assert_balanced(&page);
    assert_stands_alone(&page);
    assert_eq!(
        headings(&page),
        [
            "The short answer",
            "The data",
            "1. The same subspace",
            "4. Weight decay",
            "9. The answer in the plane",
            "Settings",
            "Run it again"
        ]
    );
    // The mark, the spectrum, four plots, three films and their pictures.
    assert_eq!(figures(&page), 1 + 1 + 4 + 3 + 1);
    assert_eq!(page.matches("<img").count(), 2);
    for expected in [
        "The same subspace, the same error, not the same axes.",
        "2 of 3",
        "statement 4 did not come out as predicted",
        "transpose distance: predicted ≤ 10⁻⁶, measured 3.00×10⁻⁵",
        "151.346 ± 0.001",
        "published 0.39",
        "3.20×10⁻⁹",
        "&lt;where the descent may linger&gt;",
        "Principal angles by iteration.",
        "RAG: after 10,000 steps the loss is",
    ] {
        assert!(page.contains(expected), "{expected}");
    }
    assert_eq!(page.matches("✗ no").count(), 2, "one row fails, and with it its statement");
    assert_eq!(page, laboratory().render(), "the same report gives the same bytes");
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
}

#[test]
fn a_film_moves_and_rests_for_those_who_prefer_it() {
    let film = laboratory().images().into_iter().find(|asset| asset.name == "9-plane-3.svg").unwrap();
    let text = String::from_utf8(film.bytes).unwrap();
    let document = roxmltree::Document::parse(&text).unwrap();
    let moving: Vec<_> = document.descendants().filter(|node| node.has_tag_name("animate")).collect();
    // Two arrows and a cursor, each with as many values as times, from the start of the film to its end.
    assert_eq!(moving.len(), 3);
    for node in moving {
        let times: Vec<f64> =
            node.attribute("keyTimes").unwrap().split(';').map(|time| time.parse().unwrap()).collect();
        assert_eq!(times.len(), node.attribute("values").unwrap().split(';').count());
        assert!(times.is_sorted() && times[0] == 0.0 && times.last() == Some(&1.0), "{times:?}");
    }
    assert!(text.contains("prefers-reduced-motion:reduce") && text.contains("class=\"resting\""));
    assert!(!text.contains("NaN"));
}

#[test]
fn curves_in_pairs_have_one_colour() {
    let plot = laboratory().images().into_iter().find(|asset| asset.name == "4-alignment.svg").unwrap();
    let text = String::from_utf8(plot.bytes).unwrap();
    // Each in the legend and in the plot: two pairs, solid and dashed, and one alone.
    for (class, count) in [("c0\"", 2), ("c0 dashed", 2), ("c1\"", 2), ("c1 dashed", 2), ("c2\"", 2), ("c2 dashed", 0)]
    {
        assert_eq!(text.matches(&format!("\"curve {class}")).count(), count, "{class}");
    }
}

#[test]
fn figures_are_files_too() {
    let names: Vec<_> = laboratory().images().into_iter().map(|asset| asset.name).collect();
    assert_eq!(
        names,
        [
            "spectrum.svg",
            "1-angles.svg",
            "1-escape.svg",
            "1-digits.png",
            "4-count.svg",
            "4-alignment.svg",
            "9-plane.svg",
            "9-plane-1.svg",
            "9-plane-2.svg",
            "9-plane-3.svg"
        ]
    );
    let folder = tempfile::tempdir().unwrap();
    let page = laboratory().write(folder.path()).unwrap();
    assert_eq!(page, folder.path().join("report.html"));
    names.iter().for_each(|name| assert!(folder.path().join("images").join(name).is_file(), "{name}"));
}

#[test]
fn directions_of_a_table_carry_the_names_of_its_columns() {
    let page = laboratory_of_table().render();
    kept("laboratory-table.html", &page);
    assert_balanced(&page);
    assert_stands_alone(&page);
    assert_eq!(headings(&page), ["The short answer", "5. Axes"]);
    assert!(page.contains("alcohol") && page.contains("&lt;i&gt;hue&lt;/i&gt;") && page.contains("Decoder columns: "));
    assert!(!page.contains("<img"));
    assert_eq!(headings(&LabReport::default().render()), ["The short answer"]);
}
