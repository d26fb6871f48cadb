use base64::Engine as _;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Block;
use crate::theme;

const STYLE: &str = include_str!("page.css");

/// The mark: two cones joined at a narrow waist. The colours are readable on light and dark.
const MARK: &str =
    r##"<path fill="#1f6fd0" d="M2 3v18l10-7.6v-2.8z"/><path fill="#d9730d" d="M22 3v18l-10-7.6v-2.8z"/>"##;

/// From so many sections on a page has a table of contents.
const CONTENTS_FROM: usize = 5;

/// A number for the top of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// What is counted or measured.
    pub label: String,
    /// The number, formatted.
    pub value: String,
    /// A unit or a comparison; may be empty.
    pub note: String,
}

/// A part of a page with a heading.
#[derive(Clone, Debug)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// A sentence or two on what the section shows; may be empty.
    pub intro: String,
    /// What the section holds, in order.
    pub blocks: Vec<Block>,
}

impl Section {
    pub(crate) fn new(title: impl Into<String>, intro: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { title: title.into(), intro: intro.into(), blocks }
    }
}

/// A self-contained page.
///
/// ```
/// use diabolo_report::html::{Block, Page, Section};
/// let page = Page {
///     title: "PCA on digits".into(),
///     subtitle: "Thirty components".into(),
///     cards: vec![],
///     sections: vec![Section {
///         title: "Result".into(),
///         intro: String::new(),
///         blocks: vec![Block::Text("All is well, as far as a < b.".into())],
///     }],
///     footer: "made by hand".into(),
/// };
/// assert!(page.render().contains("a &lt; b"));
/// ```
#[derive(Clone, Debug)]
pub struct Page {
    /// The name of the page, also in the browser's tab.
    pub title: String,
    /// One sentence under the title; may be empty.
    pub subtitle: String,
    /// Headline numbers.
    pub cards: Vec<Card>,
    /// The parts; sections without blocks are left out.
    pub sections: Vec<Section>,
    /// The last line; may be empty.
    pub footer: String,
}

impl Page {
    /// The text of the HTML file.
    #[must_use]
    pub fn render(&self) -> String {
        let sections: Vec<_> = self.sections.iter().filter(|section| !section.blocks.is_empty()).collect();
        let has_contents = sections.len() >= CONTENTS_FROM;
        let body = html! {
            main.with-contents[has_contents] {
                (self.header())
                @if has_contents { (contents(&sections)) }
                @for (index, section) in sections.iter().enumerate() {
                    section id=(anchor(index)) {
                        h2 { (section.title) }
                        @if !section.intro.is_empty() { p.intro { (section.intro) } }
                        (blocks(&section.blocks))
                    }
                }
                @if !self.footer.is_empty() { footer { (self.footer) } }
            }
        };
        self.document(&body)
    }

    fn document(&self, body: &Markup) -> String {
        let document = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) }
                    link rel="icon" href=(icon());
                    style {
                        (PreEscaped(theme::properties())) (PreEscaped(theme::PLOT))
                        (PreEscaped(theme::PLOT_NARROW)) (PreEscaped(STYLE))
                    }
                }
                body { (body) }
            }
        };
        document.into_string()
    }

    fn header(&self) -> Markup {
        html! {
            header {
                p.brand { svg viewBox="0 0 24 24" aria-hidden="true" { (PreEscaped(MARK)) } "Diabolo" }
                h1 { (self.title) }
                @if !self.subtitle.is_empty() { p.subtitle { (self.subtitle) } }
                @if !self.cards.is_empty() {
                    div.cards {
                        @for card in &self.cards {
                            div.card {
                                div.label { (card.label) }
                                div.value { (card.value) }
                                @if !card.note.is_empty() { div.note { (card.note) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn contents(sections: &[&Section]) -> Markup {
    html! {
        nav aria-label="Contents" {
            ol {
                @for (index, section) in sections.iter().enumerate() {
                    li { a href={ "#" (anchor(index)) } { (section.title) } }
                }
            }
        }
    }
}

/// Figures stand side by side if none is more than so many times as high as its neighbour.
const ALIKE: f64 = 1.5;

/// Blocks in order; figures of about the same height that follow each other stand side by side where there is room.
pub(super) fn blocks(blocks: &[Block]) -> Markup {
    let height = |block: &Block| match block {
        Block::Figure { figure, .. } => Some(figure.height()),
        _ => None,
    };
    let alike = |one: &Block, next: &Block| {
        height(one).zip(height(next)).is_some_and(|(one, next)| one < ALIKE * next && next < ALIKE * one)
    };
    html! {
        @for run in blocks.chunk_by(alike) {
            @if height(&run[0]).is_some() {
                div.figures.alone[run.len() == 1] { @for block in run { (block.render()) } }
            } @else {
                (run[0].render())
            }
        }
    }
}

fn anchor(index: usize) -> String {
    format!("section-{}", index + 1)
}

fn icon() -> String {
    let svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{MARK}</svg>"#);
    format!("data:image/svg+xml;base64,{}", base64::engine::general_purpose::STANDARD.encode(svg))
}
