//! What people may have meant.

/// `; did you mean 'epochs'?` if one of `known` is close to `text`, otherwise nothing.
///
/// ```
/// use diabolo_data::suggest;
///
/// assert_eq!(suggest("speces", &["ash", "species"]), "; did you mean 'species'?");
/// assert_eq!(suggest("colour", &["ash", "species"]), "");
/// ```
pub fn suggest(text: &str, known: &[&str]) -> String {
    let nearest = known.iter().map(|name| (distance(text, name), name)).min();
    match nearest {
        Some((d, name)) if d <= 1 + text.chars().count() / 4 => format!("; did you mean '{name}'?"),
        _ => String::new(),
    }
}

/// The number of letters to insert, delete or replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
