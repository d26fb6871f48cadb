//! Statement, predicted, measured, holds or not: a table that fits a terminal of 80 columns.

use diabolo_lab::Finding;
use diabolo_report::lab::Row;

use super::{Outcome, page};

const WIDTH: usize = 80;
const INDENT: usize = 3;
const GAP: usize = 2;
const HOLDS: usize = 5;

/// No column of words is narrower than this.
const NARROWEST: usize = 20;

/// One statement with its rows, and an empty line below.
pub(super) fn of(finding: &Finding) -> String {
    let told = page::finding(finding, None);
    let title = format!("{}  {}", told.number, told.title);
    let verdict = if told.judged() == 0 {
        ""
    } else if told.holds() {
        "holds"
    } else {
        "DOES NOT HOLD"
    };
    let used = title.chars().count() + verdict.chars().count();
    let mut lines = match WIDTH.checked_sub(used + GAP) {
        Some(room) => vec![format!("{title}{:GAP$}{:room$}{verdict}", "", "").trim_end().to_owned()],
        None => vec![title, format!("{verdict:>WIDTH$}")],
    };
    let words = format!("{} ({})", told.claim, told.source);
    lines.extend(wrapped(&words, WIDTH - INDENT).into_iter().map(|line| format!("{:INDENT$}{line}", "")));
    lines.extend(rows(&told.rows));
    lines.push(String::new());
    lines.join("\n")
}

fn rows(rows: &[Row]) -> Vec<String> {
    let cells: Vec<[String; 2]> = rows.iter().map(|row| [row.predicted.text(), row.text()]).collect();
    let width = |column: usize, head: &str| {
        let widest = cells.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
        widest.max(head.len())
    };
    let (predicted, measured) = (width(0, "predicted"), width(1, "measured"));
    let taken = INDENT + GAP + predicted + GAP + measured + GAP + HOLDS;
    let words = WIDTH.saturating_sub(taken).max(NARROWEST);
    let line = |what: &str, [p, m]: [&str; 2], holds: &str| {
        let line = format!(
            "{:INDENT$}{what:<words$}{:GAP$}{p:>predicted$}{:GAP$}{m:>measured$}{:GAP$}{holds}",
            "", "", "", ""
        );
        line.trim_end().to_owned()
    };
    let mut lines = vec![line("", ["predicted", "measured"], "holds")];
    for (row, [predicted, measured]) in rows.iter().zip(&cells) {
        let what = wrapped(&row.what, words);
        let (last, first) = what.split_last().expect("a text has a line");
        lines.extend(first.iter().map(|part| format!("{:INDENT$}{part}", "")));
        lines.push(line(last, [predicted, measured], holds(row)));
    }
    lines
}

fn holds(row: &Row) -> &'static str {
    match row.holds() {
        Some(true) => "yes",
        Some(false) => "NO",
        None => "–",
    }
}

/// How many statements hold, and which do not.
pub(super) fn summary(outcomes: &[Outcome]) -> String {
    let failed = outcomes.iter().filter(|outcome| !outcome.finding.holds());
    let failed: Vec<String> = failed.map(|outcome| outcome.finding.statement.to_string()).collect();
    let held = outcomes.len() - failed.len();
    match failed.as_slice() {
        [] if held == 1 => "The statement holds on these data.".to_owned(),
        [] => format!("All {held} statements hold on these data."),
        [one] => format!("{held} of {} statements hold on these data; statement {one} does not.", outcomes.len()),
        many => {
            format!("{held} of {} statements hold on these data; {} do not.", outcomes.len(), many.join(", "))
        }
    }
}

/// Lines of at most `width` letters, broken between words; a longer word has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a line from the start");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use diabolo_lab::{Prediction, Row, Statement};

    use super::*;

    fn finding(measured: f64) -> Finding {
        let what =
            "largest principal angle between the decoder and the principal directions, worst of five random starts";
        let near = Prediction::Near { value: 151.345_678, within: 1e-6 };
        Finding {
            statement: Statement::Subspace,
            title: "The same subspace",
            claim: "A claim that is so long that it does not go into a line of eighty letters, as claims are.",
            source: "Baldi & Hornik 1989",
            setup: String::new(),
            rows: vec![
                Row::new(what, Prediction::AtMost(1e-3), measured),
                Row::new("log-likelihood", near, 151.345_678_1),
            ],
            figures: vec![],
        }
    }

    #[test]
    fn a_statement_fits_eighty_columns_and_says_whether_it_holds() {
        let table = of(&finding(2.2e-5));
        assert!(table.lines().all(|line| line.chars().count() <= WIDTH), "{table}");
        assert!(
            table.starts_with("1  The same subspace") && table.lines().next().unwrap().ends_with(" holds"),
            "{table}"
        );
        assert!(table.contains("  ≤ 0.001    2.20×10⁻⁵  yes\n"), "{table}");
        let failing = of(&finding(0.5));
        assert!(failing.lines().next().unwrap().ends_with("DOES NOT HOLD") && failing.contains("NO\n"), "{failing}");
        let title = "Unequal penalties find the axes slowly, the rotation-augmented gradient fast";
        let long = of(&Finding { title, ..finding(0.5) });
        assert!(long.lines().all(|line| line.chars().count() <= WIDTH) && long.contains("DOES NOT HOLD"), "{long}");
    }

    #[test]
    fn the_summary_names_what_does_not_hold() {
        let outcome = |measured| Outcome { finding: finding(measured), seconds: 0.0 };
        assert_eq!(summary(&[outcome(0.0)]), "The statement holds on these data.");
        assert_eq!(summary(&[outcome(0.0), outcome(0.0)]), "All 2 statements hold on these data.");
        let mixed = summary(&[outcome(0.0), outcome(f64::NAN)]);
        assert_eq!(mixed, "1 of 2 statements hold on these data; statement 1 does not.");
    }
}
