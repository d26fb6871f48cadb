//! Measures and settings, with a column for each run.

use super::{ComparedRun, ComparisonReport};
use crate::html::{Column, Table};
use crate::number::measured;
use crate::training::Better;
use crate::{count, duration};

/// One measure of all runs.
pub(super) struct Measure<'a> {
    name: &'a str,
    unit: &'a str,
    better: Option<Better>,
    /// The value of each run.
    pub(super) values: Vec<Option<f64>>,
    /// The run with the best value, if values can be ranked and are not all the same.
    pub(super) best: Option<usize>,
}

impl Measure<'_> {
    pub(super) fn label(&self) -> String {
        if self.unit.is_empty() { self.name.to_owned() } else { format!("{} ({})", self.name, self.unit) }
    }

    /// The run with the best finite value; the first of equals.
    fn find_best(&self) -> Option<usize> {
        let sign = match self.better? {
            Better::Lower => 1.0,
            Better::Higher => -1.0,
        };
        let finite = self.values.iter().enumerate().filter_map(|(run, value)| Some((run, sign * (*value)?)));
        let ranked: Vec<_> = finite.filter(|(_, value)| value.is_finite()).collect();
        let best = ranked.iter().min_by(|one, other| one.1.total_cmp(&other.1))?;
        ranked.iter().any(|(_, value)| *value > best.1).then_some(best.0)
    }
}

impl ComparisonReport {
    /// All measures in the order in which they first appear.
    pub(super) fn measures(&self) -> Vec<Measure<'_>> {
        let mut measures: Vec<Measure<'_>> = Vec::new();
        for (run, compared) in self.runs.iter().enumerate() {
            for metric in &compared.metrics {
                let same = |known: &Measure<'_>| known.name == metric.name && known.unit == metric.unit;
                let index = measures.iter().position(same).unwrap_or_else(|| {
                    let (name, unit) = (metric.name.as_str(), metric.unit.as_str());
                    let values = vec![None; self.runs.len()];
                    measures.push(Measure { name, unit, better: metric.better, values, best: None });
                    measures.len() - 1
                });
                measures[index].values[run] = Some(metric.value);
            }
        }
        if self.same_data() {
            for measure in &mut measures {
                measure.best = measure.find_best();
            }
        }
        measures
    }

    pub(super) fn result_table(&self) -> Option<Table> {
        let mut rows = Vec::new();
        let mut strong = Vec::new();
        for measure in self.measures() {
            strong.extend(measure.best.map(|run| (rows.len(), run + 1)));
            let cells = measure.values.iter().map(|value| value.map_or_else(String::new, measured));
            rows.push(std::iter::once(measure.label()).chain(cells).collect());
        }
        let facts: [(&str, Fact); 5] = [
            ("model", |run| run.model.clone()),
            ("data", |run| run.data.clone()),
            ("parameters", |run| if run.parameters == 0 { String::new() } else { count(run.parameters) }),
            ("epochs", |run| if run.history.is_empty() { String::new() } else { count(run.history.len()) }),
            ("training time", |run| if run.seconds > 0.0 { duration(run.seconds) } else { String::new() }),
        ];
        for (name, fact) in facts {
            let cells: Vec<String> = self.runs.iter().map(fact).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push(std::iter::once(name.to_owned()).chain(cells).collect());
            }
        }
        (!rows.is_empty()).then(|| Table { columns: self.heads("measure"), rows, strong, ..Table::default() })
    }

    /// The settings that are not the same in all runs.
    pub(super) fn setting_table(&self) -> Option<Table> {
        let mut keys: Vec<&str> = Vec::new();
        for (key, _) in self.runs.iter().flat_map(|run| &run.settings) {
            if !keys.contains(&key.as_str()) {
                keys.push(key);
            }
        }
        let row = |key: &str| {
            let values: Vec<&str> = self.runs.iter().map(|run| setting(run, key)).collect();
            let differ = values.windows(2).any(|pair| pair[0] != pair[1]);
            differ.then(|| std::iter::once(key).chain(values).map(str::to_owned).collect())
        };
        let rows: Vec<Vec<String>> = keys.into_iter().filter_map(row).collect();
        let caption = "An empty cell is a setting that the run does not have.".to_owned();
        (!rows.is_empty()).then(|| Table { columns: self.heads("setting"), rows, caption, ..Table::default() })
    }

    fn heads(&self, first: &str) -> Vec<Column> {
        let runs = self.runs.iter().map(|run| Column::number(&run.name));
        std::iter::once(Column::text(first)).chain(runs).collect()
    }
}

type Fact = fn(&ComparedRun) -> String;

fn setting<'a>(run: &'a ComparedRun, key: &str) -> &'a str {
    run.settings.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Metric;

    fn run(name: &str, better: Option<Better>, value: f64) -> ComparedRun {
        ComparedRun {
            name: name.into(),
            metrics: vec![Metric { better, ..Metric::new("m", value) }],
            settings: vec![("latent".into(), name.into()), ("seed".into(), "0".into())],
            ..ComparedRun::default()
        }
    }

    fn best(better: Option<Better>, values: &[f64]) -> Option<usize> {
        let runs = values.iter().map(|&value| run("r", better, value)).collect();
        ComparisonReport { runs }.measures()[0].best
    }

    #[test]
    fn the_best_is_marked_where_values_can_be_ranked() {
        assert_eq!(best(Some(Better::Lower), &[3.0, 1.0, f64::NAN, 2.0]), Some(1));
        assert_eq!(best(Some(Better::Higher), &[3.0, 1.0, f64::INFINITY]), Some(0));
        assert_eq!(best(None, &[3.0, 1.0]), None);
        assert_eq!(best(Some(Better::Lower), &[2.0, 2.0]), None);
        assert_eq!(best(Some(Better::Lower), &[f64::NAN, f64::NAN]), None);
    }

    #[test]
    fn runs_on_different_data_are_not_ranked() {
        let mut report =
            ComparisonReport { runs: vec![run("a", Some(Better::Lower), 1.0), run("b", Some(Better::Lower), 2.0)] };
        assert_eq!(report.result_table().unwrap().strong, [(0, 1)]);
        report.runs[0].data = "digits".into();
        assert!(report.result_table().unwrap().strong.is_empty());
    }

    #[test]
    fn measures_with_another_unit_have_a_row_of_their_own() {
        let mut report = ComparisonReport { runs: vec![run("a", None, 1.0), run("b", None, 2.0)] };
        report.runs[1].metrics[0].unit = "nats".into();
        let rows = report.result_table().unwrap().rows;
        assert_eq!(rows, [vec!["m", "1", ""], vec!["m (nats)", "", "2"]]);
    }

    #[test]
    fn settings_that_all_share_are_left_out() {
        let report = ComparisonReport { runs: vec![run("2", None, 1.0), run("20", None, 1.0)] };
        assert_eq!(report.setting_table().unwrap().rows, [["latent", "2", "20"]]);
        assert!(ComparisonReport { runs: vec![run("2", None, 1.0); 2] }.setting_table().is_none());
    }
}
