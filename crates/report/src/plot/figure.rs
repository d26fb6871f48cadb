use std::fmt;

use maud::{Markup, PreEscaped, html};

use crate::theme;

/// White space around a figure in a file of its own.
const MARGIN: f64 = 12.0;

/// A finished vector figure, drawn in a box of `width` × `height` units and scaled to the room it is given.
#[derive(Clone, Debug)]
pub struct Figure {
    width: f64,
    height: f64,
    description: String,
    marks: Markup,
}

impl Figure {
    pub(crate) fn new(width: f64, height: f64, description: String, marks: Markup) -> Self {
        Self { width, height, description, marks }
    }

    /// The width of the box; a figure reads best at one to one and a half pixels per unit.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.width
    }

    /// The height of the box.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.height
    }

    /// One sentence that says what is drawn, for readers who do not see it.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What is drawn in the box.
    pub(crate) fn marks(&self) -> &Markup {
        &self.marks
    }

    /// The figure as part of a page of this crate, which defines its colours.
    pub(crate) fn inline(&self) -> Markup {
        html! {
            svg.plot viewBox={ "0 0 " (At(self.width)) " " (At(self.height)) } role="img" aria-label=(self.description) {
                (self.marks)
            }
        }
    }

    /// The figure as the text of an `.svg` file: it carries its style, follows the reader's light or dark theme and
    /// needs no other file.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let (width, height) = (self.width + 2.0 * MARGIN, self.height + 2.0 * MARGIN);
        let markup = html! {
            svg.plot xmlns="http://www.w3.org/2000/svg"
                viewBox={ (-MARGIN) " " (-MARGIN) " " (At(width)) " " (At(height)) }
                width=(At(width)) height=(At(height)) role="img" aria-label=(self.description) {
                style { (PreEscaped(theme::standalone())) }
                rect.paper x=(-MARGIN) y=(-MARGIN) width=(At(width)) height=(At(height)) {}
                (self.marks)
            }
        };
        markup.into_string()
    }
}

/// A coordinate with at most one decimal: a tenth of a unit is finer than a pixel, and figures stay small.
#[derive(Clone, Copy)]
pub(crate) struct At(pub(crate) f64);

impl fmt::Display for At {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Adding zero turns −0 into 0.
        write!(formatter, "{}", (self.0 * 10.0).round() / 10.0 + 0.0)
    }
}

impl maud::Render for At {
    fn render_to(&self, buffer: &mut String) {
        use fmt::Write as _;
        write!(buffer, "{self}").expect("a String takes every character");
    }
}

/// Room for a text of the larger, narrow-screen lettering: an upper estimate that needs no font.
pub(crate) fn text_width(text: &str) -> f64 {
    8.0 * text.chars().count() as f64
}

/// A text cut to `width`, with an ellipsis where something was cut.
pub(crate) fn shortened(text: &str, width: f64) -> String {
    let letters = (width / text_width("x")) as usize;
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    text.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}
