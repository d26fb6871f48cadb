//! How well scores tell anomalies from the rest, at every threshold.

/// The receiver operating characteristic of scores against known anomalies: Fawcett, *An introduction to ROC analysis*
/// (Pattern Recognition Letters 27, 2006).
///
/// Samples of equal score are told apart by no threshold, so they share a point.
///
/// ```
/// use diabolo_models::anomaly::Roc;
///
/// let roc = Roc::new(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true]).expect("both kinds are there");
/// assert_eq!(roc.auc, 0.75); // of the four pairs one is in the wrong order
/// assert!((roc.average_precision - 5.0 / 6.0).abs() < 1e-15);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Roc {
    /// The curve from (0, 0) to (1, 1), by falling threshold.
    pub points: Vec<RocPoint>,
    /// The area under it: the probability that an anomaly scores higher than another sample, ties counting half, which is
    /// the statistic U of Mann and Whitney (1947) divided by the number of pairs.
    pub auc: f64,
    /// Σ (recallᵢ − recallᵢ₋₁)·precisionᵢ over the points: the mean of the precision at each anomaly.
    pub average_precision: f64,
}

/// What a threshold makes of the samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RocPoint {
    /// Samples with this score or more are called anomalous; infinite for the first point, where none is.
    pub threshold: f64,
    /// The share of the other samples that are called anomalous.
    pub false_positives: f64,
    /// The share of anomalies that are called so: the recall.
    pub true_positives: f64,
}

impl Roc {
    /// The curve of these scores; `None` unless there are anomalies and other samples. A score that is NaN counts as the
    /// highest.
    ///
    /// # Panics
    /// If there are not as many scores as marks.
    #[track_caller]
    pub fn new(scores: &[f64], anomalous: &[bool]) -> Option<Self> {
        assert_eq!(scores.len(), anomalous.len(), "each score needs a mark");
        let positives = anomalous.iter().filter(|anomalous| **anomalous).count() as f64;
        let negatives = anomalous.len() as f64 - positives;
        if positives == 0.0 || negatives == 0.0 {
            return None;
        }
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_unstable_by(|&a, &b| rank(scores[b]).total_cmp(&rank(scores[a])));

        let mut roc = Self { points: vec![], auc: 0.0, average_precision: 0.0 };
        let mut last = RocPoint { threshold: f64::INFINITY, false_positives: 0.0, true_positives: 0.0 };
        roc.points.push(last);
        let (mut found, mut seen) = (0.0, 0.0);
        for tied in order.chunk_by(|&a, &b| rank(scores[a]) == rank(scores[b])) {
            seen += tied.len() as f64;
            found += tied.iter().filter(|&&i| anomalous[i]).count() as f64;
            let threshold = scores[tied[0]];
            let next =
                RocPoint { threshold, false_positives: (seen - found) / negatives, true_positives: found / positives };
            let across = next.false_positives - last.false_positives;
            roc.auc += across * 0.5 * (next.true_positives + last.true_positives);
            roc.average_precision += (next.true_positives - last.true_positives) * found / seen;
            roc.points.push(next);
            last = next;
        }
        Some(roc)
    }

    /// The points at which the curve turns: all that a drawing needs.
    pub fn corners(&self) -> Vec<RocPoint> {
        let straight = |a: &RocPoint, b: &RocPoint, c: &RocPoint| {
            let (across, up) = (b.false_positives - a.false_positives, b.true_positives - a.true_positives);
            let (across_next, up_next) = (c.false_positives - b.false_positives, c.true_positives - b.true_positives);
            across * up_next == across_next * up
        };
        let inner = self.points.windows(3).filter(|three| !straight(&three[0], &three[1], &three[2]));
        let ends = |at: Option<&RocPoint>| at.copied().into_iter();
        ends(self.points.first()).chain(inner.map(|three| three[1])).chain(ends(self.points.last())).collect()
    }
}

/// The score as a number that can be compared.
fn rank(score: f64) -> f64 {
    if score.is_nan() { f64::INFINITY } else { score + 0.0 } // −0 + 0 is 0
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    fn marks(text: &str) -> Vec<bool> {
        text.chars().map(|mark| mark == '+').collect()
    }

    fn roc(scores: &[f64], text: &str) -> Roc {
        Roc::new(scores, &marks(text)).expect("both kinds are there")
    }

    #[test]
    fn areas_are_those_counted_by_hand() {
        assert_eq!(roc(&[1.0, 2.0, 3.0, 4.0], "--++").auc, 1.0);
        assert_eq!(roc(&[1.0, 2.0, 3.0, 4.0], "++--").auc, 0.0);
        assert_eq!(roc(&[5.0; 4], "+--+").auc, 0.5, "ties count half");
        // Pairs: 3 against 1, 2, 2 won; 2 against 1 won, against 2 and 2 tied: (3 + 1 + 1)/6.
        let tied = roc(&[1.0, 2.0, 2.0, 2.0, 3.0], "---++");
        assert!((tied.auc - 5.0 / 6.0).abs() < 1e-15);
        // Precision 1 at the first anomaly, 2/4 at the tie in which the second is found.
        assert!((tied.average_precision - (0.5 * 1.0 + 0.5 * 0.5)).abs() < 1e-15);
        assert_eq!(tied.points.len(), 4);
        assert_eq!(tied.points[2], RocPoint { threshold: 2.0, false_positives: 2.0 / 3.0, true_positives: 1.0 });
    }

    #[test]
    fn one_kind_alone_has_no_curve() {
        assert_eq!(Roc::new(&[1.0, 2.0], &[true, true]), None);
        assert_eq!(Roc::new(&[1.0, 2.0], &[false, false]), None);
        assert_eq!(Roc::new(&[], &[]), None);
    }

    #[test]
    fn scores_that_are_no_numbers_have_a_place() {
        assert_eq!(roc(&[f64::NAN, 1.0, f64::INFINITY], "+-+").auc, 1.0);
        assert_eq!(roc(&[-0.0, 0.0], "+-").auc, 0.5);
    }

    #[test]
    fn corners_keep_the_ends_and_the_turns() {
        let corners = roc(&[6.0, 5.0, 4.0, 3.0, 2.0, 1.0], "++--+-").corners();
        let at = |point: &RocPoint| (point.false_positives, point.true_positives);
        let expected = [(0.0, 0.0), (0.0, 2.0 / 3.0), (2.0 / 3.0, 2.0 / 3.0), (2.0 / 3.0, 1.0), (1.0, 1.0)];
        assert_eq!(corners.iter().map(at).collect::<Vec<_>>(), expected);
    }

    /// Made by tests/fixtures/roc.py.
    #[derive(Deserialize)]
    struct Fixture {
        scores: Vec<f64>,
        anomalous: Vec<bool>,
        auc: f64,
        average_precision: f64,
        false_positives: Vec<f64>,
        true_positives: Vec<f64>,
    }

    #[test]
    fn curves_are_those_of_scikit_learn() {
        let text = include_str!("../../tests/fixtures/roc.json");
        for case in serde_json::from_str::<Vec<Fixture>>(text).expect("the fixture is JSON") {
            let roc = Roc::new(&case.scores, &case.anomalous).expect("both kinds are there");
            assert!((roc.auc - case.auc).abs() < 1e-12);
            assert!((roc.average_precision - case.average_precision).abs() < 1e-12);
            assert_eq!(roc.points.len(), case.false_positives.len());
            for (point, (x, y)) in roc.points.iter().zip(case.false_positives.iter().zip(&case.true_positives)) {
                assert!((point.false_positives - x).abs() < 1e-12 && (point.true_positives - y).abs() < 1e-12);
            }
        }
    }
}
