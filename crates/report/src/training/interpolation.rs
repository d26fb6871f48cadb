use super::Strip;
use super::traversal::coordinate;
use crate::Image;

/// Rows on the page.
const ROWS: usize = 12;

pub(super) const CAPTION: &str = "Each row begins and ends with two real test images. Between them stand their \
                                  reconstructions (0 and 1) and what is decoded on the way from one code to the other.";

/// The way from one test image to another, by way of their codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpolation {
    /// The test image at the start.
    pub from: Image,
    /// What is decoded at even steps between the two codes; the first and the last are the reconstructions.
    pub steps: Vec<Image>,
    /// The test image at the end.
    pub to: Image,
}

/// The first 12 interpolations as a strip; the notes fit the longest.
pub(super) fn strip(interpolations: &[Interpolation]) -> Option<Strip> {
    let row = |one: &Interpolation| {
        let ends = [&one.from, &one.to].map(|end| std::iter::once(end.clone()));
        let [from, to] = ends;
        (String::new(), from.chain(one.steps.iter().cloned()).chain(to).collect())
    };
    let shown = || interpolations.iter().filter(|one| !one.steps.is_empty()).take(ROWS);
    let steps = shown().map(|one| one.steps.len()).max()?;
    let last = steps.saturating_sub(1).max(1) as f64;
    let real = || std::iter::once("real".to_owned());
    let notes = real().chain((0..steps).map(|step| coordinate(step as f64 / last))).chain(real()).collect();
    Some(Strip { rows: shown().map(row).collect(), notes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_images_stand_at_both_ends() {
        let dot = |value: u8| Image::new(1, 1, 1, vec![value]);
        let one = Interpolation { from: dot(1), steps: vec![dot(2), dot(3), dot(4)], to: dot(5) };
        let strip = strip(&[one]).unwrap();
        assert_eq!(strip.notes, ["real", "0", "0.5", "1", "real"]);
        assert_eq!(strip.rows[0].1, [1, 2, 3, 4, 5].map(dot));
        assert_eq!(super::strip(&[]), None);
    }
}
