use crate::plot::{Axis, Figure, Scatter};

/// Codes in the plane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Codes {
    /// The codes, or their first two principal components where `dimensions` is above 2.
    pub points: Vec<[f64; 2]>,
    /// The class of each point; empty where there are no classes.
    pub classes: Vec<usize>,
    /// The names of the classes; a class without one is called by its number.
    pub class_names: Vec<String>,
    /// How many numbers a code has.
    pub dimensions: usize,
    /// The shares of the codes' variance that the two axes hold, between 0 and 1.
    pub shares: Option<[f64; 2]>,
}

impl Codes {
    pub(super) fn figure(&self) -> Option<Figure> {
        if self.points.is_empty() {
            return None;
        }
        let [x, y] = [0, 1].map(|axis| self.axis(axis));
        let mut plot = Scatter::new(x, y, self.points.clone());
        if !self.classes.is_empty() {
            plot = plot.classes(self.classes.clone(), self.class_names.clone());
        }
        Some(plot.figure("codes of test samples in the plane, coloured by class"))
    }

    fn axis(&self, axis: usize) -> Axis {
        if self.dimensions <= 2 {
            return Axis::new(["z₁", "z₂"][axis]);
        }
        let name = Axis::new(["first principal component", "second principal component"][axis]);
        match self.shares {
            Some(shares) => name.unit(format!("{:.0} % of the codes’ variance", 100.0 * shares[axis])),
            None => name,
        }
    }

    pub(super) fn caption(&self) -> String {
        let what = match (self.dimensions, self.shares) {
            (0..=2, _) => "Each dot is the code of one test sample.".to_owned(),
            (dimensions, shares) => {
                let together = shares.map_or_else(String::new, |[x, y]| {
                    format!(", which hold {:.0} % of the codes’ variance", 100.0 * (x + y))
                });
                format!(
                    "Each dot is the code of one test sample. Codes have {dimensions} dimensions; shown are the first \
                     two principal components of the codes{together}."
                )
            }
        };
        if self.classes.is_empty() {
            return what;
        }
        format!(
            "{what} Colours and labels are the true classes, which the model never saw; a label stands at the median \
             of its class."
        )
    }
}
