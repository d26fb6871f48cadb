use maud::{Markup, PreEscaped, html};
use pulldown_latex::config::DisplayMode;
use pulldown_latex::event::{Content, Event};
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

/// A formula, set as MathML, which browsers draw by themselves.
///
/// ```
/// use diabolo_report::html::Formula;
/// assert!(Formula::latex(r"\bar x = \bar y\, e^x").is_some());
/// assert!(Formula::latex(r"\frac{1}{").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    markup: String,
}

impl Formula {
    /// From LaTeX; none if it cannot be read.
    #[must_use]
    pub fn latex(latex: &str) -> Option<Self> {
        let storage = Storage::new();
        let parsed: Result<Vec<_>, _> = Parser::new(latex, &storage).collect();
        let events = parsed.ok().filter(|events| !events.iter().any(is_strange_name))?;
        let config = RenderConfig { display_mode: DisplayMode::Block, ..RenderConfig::default() };
        let mut markup = String::new();
        push_mathml(&mut markup, events.into_iter().map(Ok::<_, std::convert::Infallible>), config).ok()?;
        // The crate writes single signs as they are.
        let markup = markup.replace("><<", ">&lt;<").replace(">&<", ">&amp;<");
        Some(Self { markup })
    }

    /// From text that is shown as it is.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self { markup: html! { div { (text) } }.into_string() }
    }

    /// The formulas of a line of LaTeX with `\quad` or `\qquad` between them; if one cannot be read, `texts` as they are.
    #[must_use]
    pub fn each<'a>(latex: &str, texts: impl IntoIterator<Item = &'a str>) -> Vec<Self> {
        let line = latex.replace(r"\qquad", r"\quad");
        let parts = line.split(r"\quad").map(|part| part.trim().trim_end_matches(','));
        let formulas: Option<Vec<Self>> = parts.filter(|part| !part.is_empty()).map(Self::latex).collect();
        formulas.filter(|formulas| !formulas.is_empty()).unwrap_or_else(|| texts.into_iter().map(Self::text).collect())
    }

    pub(super) fn render(&self) -> Markup {
        PreEscaped(self.markup.clone())
    }
}

/// A function whose name the crate would write as markup.
fn is_strange_name(event: &Event<'_>) -> bool {
    matches!(event, Event::Content(Content::Function(name)) if !name.chars().all(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::Formula;

    #[test]
    fn a_line_of_latex_becomes_a_formula_each() {
        let formulas = Formula::each(r"y = \frac{1}{1 + e^{-x}}, \qquad \bar x = \bar y, \quad k = 1", ["unused"]);
        assert_eq!(formulas.len(), 3);
        assert!(formulas.iter().all(|formula| formula.markup.starts_with("<math") && !formula.markup.contains("http")));
        assert!(formulas[0].markup.contains("<mfrac>"), "{:?}", formulas[0]);
    }

    #[test]
    fn nothing_in_a_formula_is_taken_for_markup() {
        for latex in [r"a < b \le c > d", r"\text{<b> \& x}", r"<\&>", r"\mathrm{<u>}"] {
            let Formula { markup } = Formula::latex(latex).expect("it is LaTeX");
            let document = roxmltree::Document::parse(&markup).unwrap_or_else(|error| panic!("{error}: {markup}"));
            let names = document.descendants().filter(roxmltree::Node::is_element).map(|node| node.tag_name().name());
            assert!(names.into_iter().all(|name| name.starts_with('m')), "{markup}");
        }
        assert_eq!(Formula::latex(r"\operatorname{<i>}"), None);
    }

    #[test]
    fn what_cannot_be_read_is_shown_as_text() {
        let formulas = Formula::each(r"y = \frac{1}{, \qquad \bar x", ["y < 1", "x̄ = ȳ"]);
        assert_eq!(formulas, [Formula::text("y < 1"), Formula::text("x̄ = ȳ")]);
        assert!(formulas[0].markup.contains("&lt;"));
    }
}
