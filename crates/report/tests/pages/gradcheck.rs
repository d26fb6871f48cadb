//! The page of a gradient check.

use crate::support::{assert_balanced, assert_stands_alone, checked, figures, headings};
use diabolo_report::{CheckedOp, GradcheckReport};

/// The page without cells that say, rightly, that something is not a number.
fn without_nan(page: &str) -> String {
    page.replace(">NaN<", "><").replace("NaN in, NaN out", "")
}

#[test]
fn a_check_shows_every_op_and_stands_alone() {
    let report = checked();
    let page = report.render();
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages/gradcheck.html");
    report.write(&path).unwrap();
    assert_eq!(std::fs::read_to_string(path).unwrap(), page);

    assert_balanced(&page);
    assert_stands_alone(&without_nan(&page));
    assert_eq!(
        headings(&page),
        ["What disagrees", "Ops", "Models", "How to read the tables", "Op by op", "Run it again"]
    );
    // The mark, and the error over the domain of each input.
    assert_eq!(figures(&page), 1 + 4);
    for op in &report.ops {
        let name = &op.name;
        assert!(page.contains(&format!("<a href=\"#op-{name}\">{name}</a>")), "the table leads to {name}");
        assert!(page.contains(&format!("<article id=\"op-{name}\">")), "{name} has a part of its own");
    }
    assert!(page.contains("<summary>All 18 tensors</summary>") && page.contains("6 × 7"));
    assert!(page.contains("<math display=\"block\"") && !page.contains("merror"));
    assert!(page.len() < 200_000, "{} bytes", page.len());
}

#[test]
fn what_is_wrong_comes_first_and_in_full() {
    let page = checked().render();
    assert!(page.contains("<title>Gradients that are wrong</title>"));
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("'{text}' is not on the page"));
    assert!(place("a term is missing &lt;or wrong&gt;") < place("<h2>Ops</h2>"));
    assert_eq!(page.matches("a term is missing &lt;or wrong&gt;").count(), 2, "at the top and in the part of the op");
    assert_eq!(page.matches(">FAILED</td>").count(), 1);
    // Edges that hold are folded, as are the tensors of models; a table with an edge that does not hold is open.
    assert_eq!((page.matches("<details>").count() - 1, page.matches(">NO</td>").count()), (4, 1));
    for worst in ["6.1×10¹⁴", "∞", "0.080"] {
        assert!(page.contains(worst), "{worst}");
    }
}

#[test]
fn a_check_that_passes_has_nothing_to_show_first() {
    let mut report = checked();
    report.ops.retain(|op| op.failures.is_empty());
    report.legend.clear();
    report.command.clear();
    report.models.clear();
    let page = report.render();
    assert!(page.contains("<title>Every gradient passed</title>"));
    assert_eq!(headings(&page), ["Ops", "Op by op"]);
    assert_eq!(headings(&GradcheckReport::default().render()), [""; 0]);
    let bare =
        CheckedOp { name: "own".into(), forward: "y = f(x)".into(), latex: r"\frac{".into(), ..CheckedOp::default() };
    let page = GradcheckReport { ops: vec![bare], ..GradcheckReport::default() }.render();
    assert!(page.contains("<div>y = f(x)</div>"), "what is no LaTeX is shown as text");
}
