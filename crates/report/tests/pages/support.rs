//! Reports to look at, and ways to look into pages.

mod checks;
mod laboratory;
mod runs;

pub(crate) use checks::checked;
pub(crate) use laboratory::{laboratory, laboratory_of_table};
pub(crate) use runs::{colours, compared, full, images, table};

/// Headings of sections, in order.
pub(crate) fn headings(page: &str) -> Vec<&str> {
    page.split("<h2>").skip(1).map(|rest| rest.split_once("</h2>").expect("every heading ends").0).collect()
}

/// Checks that every tag is closed in order, knowing the elements of HTML that have no end tag.
pub(crate) fn assert_balanced(page: &str) {
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

/// Checks that a page refers to nothing outside itself, runs nothing and shows no value that is not a number.
pub(crate) fn assert_stands_alone(page: &str) {
    // The bytes of pictures may spell anything.
    let text: String = page.split(";base64,").map(|part| part.split_once('"').map_or(part, |(_, rest)| rest)).collect();
    for forbidden in ["http://", "https://", "<script", "NaN", "url("] {
        assert!(!text.contains(forbidden), "{forbidden}");
    }
    for source in page.split("src=\"").skip(1) {
        assert!(source.starts_with("data:image/png;base64,"));
    }
}

/// The vector figures in a page, each parsed as XML.
pub(crate) fn figures(page: &str) -> usize {
    let parts = page.split("<svg").skip(1);
    let svgs = parts.map(|part| format!("<svg{}</svg>", part.split_once("</svg>").expect("every figure ends").0));
    svgs.map(|svg| {
        roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{error}: {svg}")).root_element().has_children()
    })
    .filter(|has_children| *has_children)
    .count()
}

/// Writes a page where it can be looked at: into the folder that Cargo keeps for tests.
pub(crate) fn kept(name: &str, page: &str) {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages").join(name);
    diabolo_report::write_atomic(&path, page.as_bytes()).expect("the folder for tests is writable");
}
