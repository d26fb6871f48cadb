use super::pictures::strip;
use super::{TableData, TrainingReport};
use crate::html::{Block, Section};
use crate::plot::{Axis, Figure, Histogram};
use crate::{count, significant};

/// Where the largest error is so many times the median, a logarithmic axis shows the bulk as well as the tail.
const LOG_FROM: f64 = 20.0;

/// Where the largest error is so many times the smallest, the axis begins at zero.
const NEAR_ZERO: f64 = 10.0;

/// The errors of single samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Errors {
    /// What is measured, with its unit: “squared error per image”.
    pub measure: String,
    /// The error of each test sample.
    pub test: Vec<f64>,
    /// The errors of training samples to compare with; may be empty.
    pub train: Vec<f64>,
    /// A line to be drawn at an error, with its name: “threshold for 1 %”.
    pub threshold: Option<(f64, String)>,
}

impl Errors {
    /// The finite test errors in ascending order.
    fn sorted(&self) -> Vec<f64> {
        let mut errors: Vec<f64> = self.test.iter().copied().filter(|error| error.is_finite()).collect();
        errors.sort_by(f64::total_cmp);
        errors
    }

    pub(super) fn figure(&self) -> Option<Figure> {
        let sorted = self.sorted();
        let (least, most) = (*sorted.first()?, *sorted.last()?);
        let mut axis = Axis::new(&self.measure);
        if least > 0.0 && most > LOG_FROM * sorted[sorted.len() / 2] {
            axis = axis.log();
        } else if least >= 0.0 && most > NEAR_ZERO * least {
            axis = axis.from_zero();
        }
        let mut plot = Histogram::new(axis);
        if !self.train.is_empty() {
            plot = plot.group("training", self.train.clone());
        }
        plot = plot.group("test", self.test.clone());
        if let Some((value, name)) = &self.threshold {
            plot = plot.mark(*value, name);
        }
        Some(plot.figure("how often errors of each size occur"))
    }

    fn caption(&self) -> String {
        let sorted = self.sorted();
        if sorted.is_empty() {
            return String::new();
        }
        let at = |share: f64| significant(sorted[((sorted.len() - 1) as f64 * share).round() as usize], 3);
        let mut caption = format!(
            "The errors of {} test samples: half are below {}, 95 % are below {}, and the largest is {}.",
            count(sorted.len()),
            at(0.5),
            at(0.95),
            at(1.0)
        );
        if let Some((threshold, name)) = &self.threshold {
            let above = sorted.iter().filter(|error| *error > threshold).count();
            caption.push_str(&format!(" {} of them are above the dotted line ({name}).", count(above)));
        }
        caption
    }
}

impl TrainingReport {
    pub(super) fn error_section(&self) -> Section {
        let histogram = self.errors.as_ref().and_then(|errors| Block::figure(errors.figure(), errors.caption()));
        let best =
            strip(self.best.as_ref(), "The test images with the smallest errors, which stand under the columns.");
        let worst =
            strip(self.worst.as_ref(), "The test images with the largest errors, which stand under the columns.");
        let table = self.table.as_ref().map_or_else(Vec::new, TableData::error_blocks);
        let blocks = histogram.into_iter().chain(table).chain(best).chain(worst).collect();
        Section::new("Errors", "How much is lost of single test samples, and of which most.", blocks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(test: Vec<f64>) -> Errors {
        Errors { measure: "squared error".into(), test, ..Errors::default() }
    }

    #[test]
    fn a_long_tail_makes_the_axis_logarithmic() {
        let even = errors((1..=100).map(f64::from).collect());
        assert!(!even.figure().unwrap().to_svg().contains("10⁶"));
        let mut tailed = even.clone();
        tailed.test.push(1e6);
        assert!(tailed.figure().unwrap().to_svg().contains("10⁶"));
    }

    #[test]
    fn the_caption_tells_quantiles_and_the_threshold() {
        let mut errors = errors((0..=100).map(f64::from).chain([f64::NAN]).collect());
        errors.threshold = Some((90.0, "p < 10 %".into()));
        let caption = errors.caption();
        assert!(caption.contains("101 test samples: half are below 50.0, 95 % are below 95.0"), "{caption}");
        assert!(caption.ends_with("10 of them are above the dotted line (p < 10 %)."), "{caption}");
        assert!(Errors::default().figure().is_none());
    }
}
