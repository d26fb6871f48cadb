//! What the first line of a CSV file says: how many columns there are, their names, and which holds labels.

use csv::StringRecord;

use crate::files::{Header, ReadOptions, excerpt};
use crate::suggest;

/// Names that are listed where one is not found.
const LISTED: usize = 20;

/// The columns of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    /// How many there are, the label's too.
    pub(super) count: usize,
    /// Their names; none if the first line is a sample.
    pub(super) names: Vec<String>,
    /// The place of the one that holds labels.
    pub(super) label: Option<usize>,
}

impl Columns {
    /// What the first line says, or why it cannot be.
    pub(super) fn of(first: &StringRecord, options: &ReadOptions) -> Result<Self, String> {
        let label = options.label.as_deref().map(str::trim);
        let count = first.len();
        let mut columns = Self { count, names: vec![], label: None };
        if has_names(first, options.header, label) {
            let name = |(j, field): (usize, &str)| match clean(field) {
                name if name.is_empty() => format!("column {}", j + 1),
                name => name,
            };
            columns.names = first.iter().enumerate().map(name).collect();
        }
        columns.label = label.map(|label| columns.find(label)).transpose()?;
        if columns.label.is_some() && count == 1 {
            return Err("it has no column but that of the labels; leave the label out, or give another file".to_owned());
        }
        Ok(columns)
    }

    /// The place of the column that is called `label`, or else has that number.
    fn find(&self, label: &str) -> Result<usize, String> {
        let mut places = (0..self.names.len()).filter(|&j| self.names[j] == label);
        match (places.next(), places.next(), number(label, self.count)) {
            (Some(place), None, _) | (None, None, Some(place)) => Ok(place),
            (Some(_), Some(_), _) => {
                let label = excerpt(label);
                Err(format!("several columns are called '{label}'; give the label's column by its number, from 1"))
            }
            (None, _, _) if self.names.is_empty() => {
                Err(format!("its columns have no names, and '{label}' is no number from 1 to {}", self.count))
            }
            (None, _, _) => {
                let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
                let listed: Vec<String> = names.iter().take(LISTED).map(|name| excerpt(name)).collect();
                let more = names.len() - listed.len();
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let listed = listed.join(", ");
                Err(format!("it has no column '{label}', but {listed}{more}{}", suggest(label, &names)))
            }
        }
    }

    /// `column 'ash'`, `column 3`.
    pub(super) fn describe(&self, j: usize) -> String {
        let number = format!("column {}", j + 1);
        match self.names.get(j) {
            Some(name) if *name != number => format!("column '{}'", excerpt(name)),
            _ => number,
        }
    }
}

/// A name as it fits in a line: without spaces around it, and with spaces for what breaks a line.
pub(super) fn clean(field: &str) -> String {
    field.trim().replace(char::is_control, " ")
}

/// Whether the first line holds names.
fn has_names(first: &StringRecord, header: Header, label: Option<&str>) -> bool {
    match header {
        Header::Yes => true,
        Header::No => false,
        Header::Auto => {
            let place = label.and_then(|label| number(label, first.len()));
            let is_name = |(j, field): (usize, &str)| {
                let is_label = Some(j) == place;
                !is_label && !field.trim().is_empty() && field.trim().parse::<f64>().is_err()
            };
            first.iter().enumerate().any(is_name)
        }
    }
}

/// The place of a column that is given by its number.
fn number(label: &str, count: usize) -> Option<usize> {
    label.parse::<usize>().ok().filter(|number| (1..=count).contains(number)).map(|number| number - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(first: &[&str], header: Header, label: &str) -> Result<Columns, String> {
        let label = (!label.is_empty()).then(|| label.to_owned());
        Columns::of(&StringRecord::from(first.to_vec()), &ReadOptions { label, header, ..ReadOptions::default() })
    }

    #[test]
    fn names_are_told_from_numbers() {
        for (first, label, named) in [
            (&["alcohol", "ash"][..], "", true),
            (&["", "0", "1"], "", false),
            (&["", "x", "1"], "", true),
            (&["5.1", " 3.5 ", "setosa"], "3", false),
            (&["5.1", "3.5", "setosa"], "", true),
            (&["1", "2", "species"], "species", true),
            (&["-1e-5", "+.5", "inf"], "", false),
        ] {
            assert_eq!(!columns(first, Header::Auto, label).unwrap().names.is_empty(), named, "{first:?} {label}");
        }
        assert_eq!(columns(&["1", " 2 "], Header::Yes, "").unwrap().names, ["1", "2"]);
        assert!(columns(&["a", "b"], Header::No, "").unwrap().names.is_empty());
        assert_eq!(columns(&["", "b\nc "], Header::Auto, "").unwrap().names, ["column 1", "b c"]);
    }

    #[test]
    fn a_label_is_found_by_name_or_else_by_number() {
        let place = |first: &[&str], label| columns(first, Header::Yes, label).unwrap().label;
        assert_eq!(place(&["a", "b", "c"], " b "), Some(1));
        assert_eq!(place(&["a", "b", "c"], "3"), Some(2));
        assert_eq!(place(&["2", "1"], "1"), Some(1));
    }

    #[test]
    fn a_label_that_is_not_there_is_refused() {
        let reason = |first: &[&str], header, label| columns(first, header, label).unwrap_err();
        let unknown = reason(&["ash", "species"], Header::Auto, "speces");
        assert!(unknown.contains("no column 'speces', but ash, species; did you mean 'species'?"), "{unknown}");
        let many: Vec<String> = (0..30).map(|j| format!("x{j}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(reason(&many, Header::Auto, "colour").ends_with("x19 and 10 more"));
        assert!(reason(&["1", "2"], Header::No, "3").contains("no number from 1 to 2"));
        assert!(reason(&["1", "2"], Header::No, "0").contains("no number from 1 to 2"));
        assert!(reason(&["a", "a"], Header::Yes, "a").contains("several"));
        assert!(reason(&["a"], Header::Yes, "a").contains("no column but"));
    }
}
