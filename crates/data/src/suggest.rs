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

/// The number of letters to insert, delete, replace, or exchange with the next (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before = vec![0; b.len() + 1];
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let replaced = row[j] + usize::from(a[i] != b[j]);
            let mut least = replaced.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn slips_of_the_finger_count_one() {
        for (typed, meant, slips) in [
            ("adam", "adam", 0),
            ("vea", "vae", 1),
            ("mnits", "mnist", 1),
            ("epoch", "epochs", 1),
            ("latennt", "latent", 1),
            ("lotent", "latent", 1),
            ("", "vae", 3),
            ("pca", "", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(typed, meant), slips, "{typed}");
            assert_eq!(distance(meant, typed), slips, "{meant}");
        }
    }
}
