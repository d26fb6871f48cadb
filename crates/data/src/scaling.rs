//! From the numbers of the data to those that a model sees, and back.
//!
//! x′ = (x − shift)/scale, with one shift and scale for all numbers or one for each column. Fitted to training data,
//! applied by [`gather`](crate::gather), kept with the model, and undone on whatever the model makes.

use std::fmt;
use std::str::FromStr;

use diabolo_kernels::Scalar;
use serde::{Deserialize, Serialize};

use crate::{Dataset, Error, Kind, Number};

/// Which numbers a model shall see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalingMethod {
    /// Those of the data.
    None,
    /// Numbers in [0, 1]: bytes divided by 255; otherwise from the smallest to the largest number, of each column of a
    /// table, of all pixels together of images.
    Unit,
    /// Columns of mean 0 and variance 1 (divided by n, not n − 1).
    Standard,
}

impl FromStr for ScalingMethod {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "none" => Ok(Self::None),
            "unit" => Ok(Self::Unit),
            "standard" => Ok(Self::Standard),
            _ => Err(Error::Option { name: "scaling", text: text.to_owned(), expected: "none, unit or standard" }),
        }
    }
}

impl fmt::Display for ScalingMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Unit => "unit",
            Self::Standard => "standard",
        })
    }
}

/// x′ = (x − shift)/scale.
///
/// ```
/// use diabolo_data::{Dataset, Scaling, ScalingMethod};
///
/// let data = Dataset::table("two columns", vec![1.0, 10.0, 3.0, 30.0], 2, vec![])?;
/// let scaling = Scaling::fit(ScalingMethod::Unit, &data);
/// let mut rows = [1.0, 20.0];
/// scaling.apply(&mut rows);
/// assert_eq!(rows, [0.0, 0.5]);
/// scaling.undo(&mut rows);
/// assert_eq!(rows, [1.0, 20.0]);
/// # Ok::<(), diabolo_data::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    shift: Vec<f64>,
    scale: Vec<f64>,
}

impl Scaling {
    /// Numbers stay as they are.
    pub fn none() -> Self {
        Self::uniform(0.0, 1.0)
    }

    /// The same for all numbers.
    ///
    /// # Panics
    /// If `scale` is not above 0.
    #[track_caller]
    pub fn uniform(shift: f64, scale: f64) -> Self {
        assert!(scale > 0.0, "a scale of {scale}");
        Self { shift: vec![shift], scale: vec![scale] }
    }

    /// What brings `data` to the wanted form. A column that never changes is shifted and not scaled.
    pub fn fit(method: ScalingMethod, data: &Dataset) -> Self {
        let bytes = data.schema().number == Number::U8;
        match method {
            ScalingMethod::None => Self::none(),
            ScalingMethod::Unit if bytes => Self::uniform(0.0, 255.0),
            ScalingMethod::Unit => Self::to_unit(data),
            ScalingMethod::Standard => Self::to_standard(data),
        }
    }

    fn to_unit(data: &Dataset) -> Self {
        let columns = if data.schema().kind == Kind::Images { 1 } else { data.dim() };
        let (mut low, mut high) = (vec![f64::INFINITY; columns], vec![f64::NEG_INFINITY; columns]);
        for i in 0..data.values().len() {
            let (x, column) = (data.values().get(i), i % columns);
            low[column] = low[column].min(x);
            high[column] = high[column].max(x);
        }
        let shift: Vec<f64> = low.iter().map(|low| if low.is_finite() { *low } else { 0.0 }).collect();
        let scale = shift.iter().zip(&high).map(|(low, high)| usable(high - low)).collect();
        Self { shift, scale }
    }

    fn to_standard(data: &Dataset) -> Self {
        let (n, d) = (data.len().max(1) as f64, data.dim());
        let sums = |term: &dyn Fn(usize, f64) -> f64| {
            let mut sums = vec![0.0; d];
            (0..data.values().len()).for_each(|i| sums[i % d] += term(i % d, data.values().get(i)));
            sums
        };
        let shift: Vec<f64> = sums(&|_, x| x).into_iter().map(|sum| sum / n).collect();
        let squares = sums(&|column, x| (x - shift[column]).powi(2));
        // Round-off of the mean of a constant column is not variance.
        let noise = |column: usize| n * f64::EPSILON * shift[column].abs();
        let deviation = |(column, sum): (usize, f64)| Some((sum / n).sqrt()).filter(|std| *std > noise(column));
        let scale = squares.into_iter().enumerate().map(|pair| deviation(pair).map_or(1.0, usable)).collect();
        Self { shift, scale }
    }

    /// Whether it fits samples of `dim` numbers, and can be undone.
    pub fn fits(&self, dim: usize) -> bool {
        let n = self.shift.len();
        n == self.scale.len()
            && (n == 1 || n == dim)
            && self.shift.iter().all(|x| x.is_finite())
            && self.scale.iter().all(|x| x.is_finite() && *x > 0.0)
    }

    /// The shift and the scale of all numbers, if it is the same for all.
    pub fn same_for_all(&self) -> Option<(f64, f64)> {
        match (&*self.shift, &*self.scale) {
            (&[shift], &[scale]) => Some((shift, scale)),
            _ => None,
        }
    }

    /// The shift and the scale of each column, over and over.
    pub fn columns(&self) -> impl Iterator<Item = (f64, f64)> + Clone + '_ {
        self.shift.iter().copied().zip(self.scale.iter().copied()).cycle()
    }

    /// x ← (x − shift)/scale, for whole samples that lie one after the other.
    pub fn apply<S: Scalar>(&self, samples: &mut [S]) {
        samples.iter_mut().zip(self.columns()).for_each(|(x, (shift, scale))| *x = S::of((x.to_f64() - shift) / scale));
    }

    /// x ← x·scale + shift, for whole samples that lie one after the other.
    pub fn undo<S: Scalar>(&self, samples: &mut [S]) {
        samples.iter_mut().zip(self.columns()).for_each(|(x, (shift, scale))| *x = S::of(x.to_f64() * scale + shift));
    }
}

/// A range that can be divided by.
fn usable(range: f64) -> f64 {
    if range > 0.0 && range.is_finite() { range } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ImageShape;

    fn table() -> Dataset {
        Dataset::table("table", vec![1.0, 5.0, -2.0, 3.0, 5.0, 2.0], 3, vec![]).unwrap()
    }

    #[test]
    fn columns_come_to_the_unit_interval_and_back() {
        let data = table();
        let scaling = Scaling::fit(ScalingMethod::Unit, &data);
        let mut rows = [1.0, 5.0, -2.0, 3.0, 5.0, 2.0];
        scaling.apply(&mut rows);
        assert_eq!(rows, [0.0, 0.0, 0.0, 1.0, 0.0, 1.0]); // the second column is constant
        scaling.undo(&mut rows);
        assert_eq!(rows, [1.0, 5.0, -2.0, 3.0, 5.0, 2.0]);
    }

    #[test]
    fn standardised_columns_have_mean_0_and_variance_1() {
        let scaling = Scaling::fit(ScalingMethod::Standard, &table());
        let mut rows = [1.0, 5.0, -2.0, 3.0, 5.0, 2.0];
        scaling.apply(&mut rows);
        assert_eq!(rows, [-1.0, 0.0, -1.0, 1.0, 0.0, 1.0]);
        assert!(scaling.fits(3) && !scaling.fits(2));
    }

    #[test]
    fn a_column_that_is_constant_but_for_round_off_is_not_blown_up() {
        let data = Dataset::table("constant", vec![0.1; 1000], 1, vec![]).unwrap();
        let mut row = [0.1];
        Scaling::fit(ScalingMethod::Standard, &data).apply(&mut row);
        assert!(row[0].abs() < 1e-12, "{row:?}");
    }

    #[test]
    fn images_share_one_scale() {
        let shape = ImageShape { height: 1, width: 2, channels: 1 };
        let bytes = Dataset::images("bytes", vec![0, 51], None, shape).unwrap();
        assert_eq!(Scaling::fit(ScalingMethod::Unit, &bytes), Scaling::uniform(0.0, 255.0));
        assert_eq!(Scaling::fit(ScalingMethod::None, &bytes), Scaling::none());
    }
}
