//! The ROC curve as a file: all its points, or a drawing.

use std::path::{Path, PathBuf};

use diabolo_models::anomaly::Roc;
use diabolo_report::plot::{Axis, Lines, Series};
use diabolo_report::{significant, write_atomic};

use crate::failure::Failure;

/// Points of a drawing.
const DRAWN: usize = 1000;

/// A file that will hold a curve.
pub(super) struct CurveFile {
    path: PathBuf,
    is_drawing: bool,
}

impl CurveFile {
    pub(super) fn at(path: &Path) -> Result<Self, Failure> {
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        let is_drawing = match ending.as_deref() {
            Some("svg") => true,
            Some("csv") => false,
            _ => return Err(Failure::usage(format!("{}: the curve's file must end in .csv or .svg", path.display()))),
        };
        Ok(Self { path: path.to_owned(), is_drawing })
    }

    pub(super) fn write(&self, roc: &Roc) -> Result<(), Failure> {
        let text = if self.is_drawing { drawing(roc) } else { table(roc) };
        Ok(write_atomic(&self.path, text.as_bytes())?)
    }
}

fn table(roc: &Roc) -> String {
    let line = |point: &diabolo_models::anomaly::RocPoint| {
        format!("{},{},{}\n", point.threshold, point.false_positives, point.true_positives)
    };
    let lines: String = roc.points.iter().map(line).collect();
    format!("threshold,false_positive_rate,true_positive_rate\n{lines}")
}

fn drawing(roc: &Roc) -> String {
    let corners = roc.corners();
    let every = corners.len().div_ceil(DRAWN).max(1);
    let shown = corners.iter().enumerate().filter(|(i, _)| i % every == 0 || i + 1 == corners.len());
    let points = shown.map(|(_, point)| (100.0 * point.false_positives, 100.0 * point.true_positives)).collect();
    let axis = |name: &str| Axis::new(name).unit("%").from_zero();
    Lines::new(axis("others called anomalous"), axis("anomalies found"))
        .series(Series::new(format!("area {}", significant(roc.auc, 4)), points))
        .series(Series::new("by chance", vec![(0.0, 0.0), (100.0, 100.0)]).dashed())
        .figure("the share of anomalies found against the share of other samples called anomalous, at every threshold")
        .to_svg()
}
