use super::scale::{LARGEST, SMALLEST, Scale, Spacing};
use super::ticks;

/// What an axis says and how it is divided.
///
/// ```
/// use diabolo_report::plot::Axis;
/// let epochs = Axis::new("epoch").integer();
/// let loss = Axis::new("loss").unit("nats per image").log();
/// ```
#[derive(Clone, Debug, Default)]
pub struct Axis {
    label: String,
    unit: Option<String>,
    log: bool,
    signed_log: bool,
    integer: bool,
    from_zero: bool,
}

impl Axis {
    /// A linear axis with a name.
    #[must_use]
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// Adds a unit, written after the name.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// Spaces powers of ten evenly. Values of 0 and below are left out; without any positive value the axis is linear.
    #[must_use]
    pub fn log(mut self) -> Self {
        self.log = true;
        self
    }

    /// Spaces powers of ten evenly on both sides of zero, down to the smallest of them that there is; what is smaller still
    /// lies between them and zero. So every finite number has its place, of either sign and of any exponent.
    #[must_use]
    pub fn signed_log(mut self) -> Self {
        self.signed_log = true;
        self
    }

    /// Divides at whole numbers only and ends at the outermost values, as epochs and indices want it.
    #[must_use]
    pub fn integer(mut self) -> Self {
        self.integer = true;
        self
    }

    /// Begins at zero, as lengths of bars must.
    #[must_use]
    pub fn from_zero(mut self) -> Self {
        self.from_zero = true;
        self
    }

    /// Name, unit and common power of ten in one line.
    pub(crate) fn caption(&self, exponent: Option<i32>) -> String {
        let mut caption = self.label.clone();
        if let Some(unit) = &self.unit {
            caption.push_str(&format!(" ({unit})"));
        }
        if let Some(exponent) = exponent {
            caption.push_str(&format!(", ×{}", crate::number::power_of_ten(exponent)));
        }
        caption
    }

    /// The range that shows all `values`, with a little air.
    pub(crate) fn fit(&self, values: impl Iterator<Item = f64> + Clone) -> Scale {
        let logarithmic = if self.signed_log { signed(values.clone()) } else { None };
        let values = values.filter(|value| value.abs() <= LARGEST);
        let positive = values.clone().filter(|&value| value >= SMALLEST);
        let logarithmic = logarithmic.or_else(|| if self.log { powers(positive) } else { None });
        logarithmic.unwrap_or_else(|| self.linear(extent(values).unwrap_or((0.0, 1.0))))
    }

    fn linear(&self, (mut low, mut high): (f64, f64)) -> Scale {
        if self.from_zero {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        let size = low.abs().max(high.abs());
        let flat = high - low <= 1e-9 * size || size < SMALLEST;
        if flat {
            // Half a step for whole numbers; a tenth of the value, or one, for others.
            let air = if size < SMALLEST { 1.0 } else { size * 0.1 };
            let air = if self.integer { 0.5 } else { air };
            (low, high) = (low - air, high + air);
            if self.from_zero {
                low = low.max(0.0);
            }
        } else if !self.integer {
            let air = (high - low) * 0.05;
            let keeps_zero = |end: f64| self.from_zero && end == 0.0;
            (low, high) =
                (if keeps_zero(low) { low } else { low - air }, if keeps_zero(high) { high } else { high + air });
        }
        Scale { low, high, spacing: Spacing::Linear, ticks: ticks::linear(low, high, self.integer) }
    }
}

/// Powers of ten, of positive values.
fn powers(values: impl Iterator<Item = f64>) -> Option<Scale> {
    let (low, high) = extent(values)?;
    // Differences of logarithms, since the ratio may be too large for a number.
    let air = ((high.ln() - low.ln()) * 0.04).max(0.05).exp();
    let (lowest, highest) = ((low / air).max(f64::MIN_POSITIVE), (high * air).min(f64::MAX));
    Some(Scale { low: lowest, high: highest, spacing: Spacing::Log, ticks: ticks::logarithmic(low, high) })
}

/// Powers of ten on both sides of zero; none if there are not two of them to mark.
fn signed(values: impl Iterator<Item = f64> + Clone) -> Option<Scale> {
    let finite = values.filter(|value| value.is_finite());
    let (least, _) = extent(finite.clone().map(f64::abs).filter(|&size| size > 0.0))?;
    let (low, high) = extent(finite).filter(|(low, high)| low < high)?;
    let ticks = ticks::signed_logarithmic(low, high, least);
    (ticks.marks.len() > 1).then_some(Scale { low, high, spacing: Spacing::SignedLog { least }, ticks })
}

fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |extent, value| {
        let (low, high) = extent.unwrap_or((value, value));
        Some((value.min(low), value.max(high)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_is_finite_and_holds_its_values() {
        let series: [&[f64]; 11] = [
            &[1e-300, 1e300],
            &[],
            &[f64::NAN, f64::INFINITY],
            &[5.0],
            &[0.0, 0.0],
            &[-3.0, 7.0],
            &[1e299, -1e299],
            &[1e-320, 2e-320],
            &[1e9, 1e9 + 1e-3],
            &[1e-12, 1e12],
            &[f64::MAX, 2.0, 3.0],
        ];
        for values in series {
            let axis = || Axis::new("a");
            for axis in [axis(), axis().log(), axis().signed_log(), axis().integer(), axis().from_zero()] {
                let scale = axis.fit(values.iter().copied());
                assert!(
                    scale.low < scale.high && (scale.high - scale.low).is_finite(),
                    "{values:?} {axis:?} {scale:?}"
                );
                for place in values.iter().filter_map(|&value| scale.place(value)) {
                    assert!((0.0..=1.0).contains(&place), "{values:?} {axis:?}: {place}");
                }
                assert!(!scale.ticks.marks.is_empty(), "{values:?} {axis:?}");
            }
        }
    }

    #[test]
    fn log_axes_drop_what_they_cannot_show() {
        let scale = Axis::new("a").log().fit([0.0, 1.0, 100.0].into_iter());
        assert_eq!(scale.place(0.0), None);
        assert!((scale.place(10.0).unwrap() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_signed_axis_places_every_finite_number() {
        let values = [-f64::MAX, -1.0, -5e-324, 0.0, 5e-324, 1e-200, 1.0, f64::MAX];
        let scale = Axis::new("x").signed_log().fit(values.into_iter());
        let places: Vec<f64> = values.iter().map(|&value| scale.place(value).unwrap()).collect();
        assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{places:?}");
        assert_eq!((places[0], places[3], places[7]), (0.0, 0.5, 1.0));
        assert_eq!((scale.place(f64::NAN), scale.place(f64::INFINITY)), (None, None));
    }

    #[test]
    fn bars_stand_on_zero() {
        let scale = Axis::new("a").from_zero().fit([3.0, 4.0].into_iter());
        assert_eq!(scale.place(0.0), Some(0.0));
    }

    #[test]
    fn captions_carry_unit_and_power() {
        assert_eq!(Axis::new("loss").unit("nats").caption(Some(6)), "loss (nats), ×10⁶");
    }
}
