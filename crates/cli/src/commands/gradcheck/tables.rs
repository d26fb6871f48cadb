//! The tables on the terminal.

use diabolo_gradcheck::OpReport;
use diabolo_report::CheckedModel;

use super::{Found, legend};
use crate::output;

pub(super) fn print(found: &[Found], quiet: bool) {
    let ops: Vec<&OpReport> =
        found.iter().filter_map(|found| if let Found::Op(r, _) = found { Some(&**r) } else { None }).collect();
    let models: Vec<&CheckedModel> =
        found.iter().filter_map(|found| if let Found::Model(m) = found { Some(m) } else { None }).collect();
    let width = output::width();
    let mut meanings = vec![];
    if !ops.is_empty() {
        let Table { text, short } = of_ops(&ops, width);
        output::line(&text);
        meanings.extend(legend::of_ops().into_iter().map(|column| (column.names[usize::from(short)], column.words)));
    }
    if !models.is_empty() {
        let space = if ops.is_empty() { "" } else { "\n" };
        output::line(&format!("{space}{}", of_models(&models)));
        let of_models = legend::of_models().into_iter().map(|column| (column.names[0], column.words));
        let known: Vec<&str> = meanings.iter().map(|(name, _)| *name).collect();
        meanings.extend(of_models.filter(|(name, _)| !known.contains(name)).collect::<Vec<_>>());
    }
    for report in ops.iter().filter(|report| !report.passed()) {
        output::line(&format!("\n{report}"));
    }
    for failure in models.iter().flat_map(|model| model.failures()) {
        output::line(&format!("\n{failure}"));
    }
    if !quiet {
        output::note("");
        meanings.iter().for_each(|(name, meaning)| output::note(&format!("  {name}: {meaning}")));
    }
}

/// Heads where there is room for them, and where there is not.
const HEADS: [&str; 10] =
    ["op", "formula", "samples", "ulps f64", "ulps f32", "differences", "second order", "edges", "structure", "result"];
const SHORT_HEADS: [&str; 10] = ["op", "formula", "runs", "f64", "f32", "differ", "second", "edges", "laws", "result"];
const FORMULA: usize = 1;
/// Of a formula less than this says nothing.
const LEAST: usize = 12;

/// A table, and whether it has short heads.
struct Table {
    text: String,
    short: bool,
}

/// The table of ops. Where lines are `width` long, formulas are cut to what is left by the numbers.
fn of_ops(reports: &[&OpReport], width: Option<usize>) -> Table {
    let rows: Vec<Vec<String>> = reports.iter().map(|report| row(report)).collect();
    let Some(width) = width else { return Table { text: output::table(&HEADS, &rows), short: false } };
    let room = |heads: &[&str; 10], gap| width.saturating_sub(taken(heads, &rows, gap));
    let enough = longest(&rows, FORMULA).min(2 * LEAST);
    if room(&HEADS, 3) >= enough {
        let rows = with_formulas(&rows, room(&HEADS, 3));
        return Table { text: output::table(&HEADS, &rows), short: false };
    }
    let room = room(&SHORT_HEADS, 2);
    if room >= enough.min(LEAST) {
        let rows = with_formulas(&rows, room);
        return Table { text: output::table_with_gaps(&SHORT_HEADS, &rows, 2), short: true };
    }
    let heads = [&SHORT_HEADS[..FORMULA], &SHORT_HEADS[FORMULA + 1..]].concat();
    let without: Vec<_> = rows.iter().map(|row| [&row[..FORMULA], &row[FORMULA + 1..]].concat()).collect();
    Table { text: output::table_with_gaps(&heads, &without, 2), short: true }
}

fn with_formulas(rows: &[Vec<String>], room: usize) -> Vec<Vec<String>> {
    let mut rows = rows.to_vec();
    rows.iter_mut().for_each(|row| row[FORMULA] = shortened(&row[FORMULA], room));
    rows
}

/// What a line takes but for its formula.
fn taken(heads: &[&str; 10], rows: &[Vec<String>], gap: usize) -> usize {
    let wide = |column: usize| longest(rows, column).max(heads[column].chars().count());
    (0..heads.len()).filter(|&column| column != FORMULA).map(wide).sum::<usize>() + gap * (heads.len() - 1) + 2
}

fn longest(rows: &[Vec<String>], column: usize) -> usize {
    rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
}

fn shortened(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

fn row(report: &OpReport) -> Vec<String> {
    vec![
        report.card.name.to_owned(),
        report.card.forward.to_owned(),
        report.samples.to_string(),
        ulps(report.worst_ulps.f64),
        ulps(report.worst_ulps.f32),
        format!("{:.1e}", report.worst_difference),
        format!("{:.1e}", report.worst_second),
        format!("{}/{}", report.edges_passed, report.edges),
        format!("{}/{}", report.structure_passed, report.structure),
        result(report.passed()),
    ]
}

fn of_models(models: &[&CheckedModel]) -> String {
    let row = |model: &&CheckedModel| {
        let worst = [model.worst_difference(), model.worst_asymmetry()].map(|worst| format!("{worst:.1e}"));
        let counts = [model.runs.len(), model.tensors()].map(|count| count.to_string());
        let cells = [model.name.clone()].into_iter().chain(counts).chain(worst);
        cells.chain([result(model.passed())]).collect()
    };
    let heads = ["model", "variants", "tensors", "differences", "asymmetry", "result"];
    output::table(&heads, &models.iter().map(row).collect::<Vec<_>>())
}

fn ulps(distance: f64) -> String {
    if distance < 1000.0 { format!("{distance:.2}") } else { format!("{distance:.1e}") }
}

fn result(passed: bool) -> String {
    if passed { "passed" } else { "FAILED" }.to_owned()
}

#[cfg(test)]
mod tests {
    use diabolo_gradcheck::{OpReport, Settings, registered};

    fn table(width: Option<usize>) -> String {
        let settings = Settings { draws: 1, samples: 1, ..Settings::default() };
        let wanted = registered().into_iter().filter(|op| ["gaussian_kl_between", "tanh"].contains(&op.card.name));
        let reports: Vec<OpReport> = wanted.map(|op| op.check(&settings)).collect();
        super::of_ops(&reports.iter().collect::<Vec<_>>(), width).text
    }

    #[test]
    fn formulas_are_whole_where_nobody_looks() {
        let table = table(None);
        assert!(table.contains("· e^−κᵢⱼ)") && table.contains("y = tanh x") && !table.contains('…'), "{table}");
    }

    #[test]
    fn no_line_is_longer_than_the_terminal() {
        for width in 80..220 {
            let table = table(Some(width));
            let longest = table.lines().map(|line| line.chars().count()).max();
            assert!(longest <= Some(width), "{width}:\n{table}");
        }
        assert!(!table(Some(80)).contains("tanh x"));
        assert!(table(Some(110)).contains("yᵢ = ½ Σⱼ") && table(Some(110)).contains('…'));
    }
}
