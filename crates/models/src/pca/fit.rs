//! From samples to components.

use std::ops::Range;

use diabolo_data::{Dataset, gather};
use diabolo_kernels::Scalar;
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis, Slice};

use super::Pca;
use super::components::Components;
use super::error::PcaError;
use super::mean::moments;
use super::samples::{Filled, InMemory, Samples};
use super::solver::Solver;
use super::svd::Columns;
use crate::error::Error;
use crate::real::Real;

/// Entries this near to the largest of a component count as equally large.
const EQUAL_BUT_FOR_ROUND_OFF: f64 = 1.0 - 1e-9;

impl<S: Real> Pca<S> {
    /// Fits principal components of a dataset, straight from its bytes.
    ///
    /// # Errors
    /// [`Error::Pca`] for all that [`fit_with`](Self::fit_with) fails for.
    pub fn fit_dataset(data: &Dataset, components: impl Into<Components>, solver: Solver) -> Result<Self, Error> {
        S::fit_pca(data, components.into(), solver)
    }
}

impl<S: Scalar> Pca<S> {
    pub(crate) fn of_dataset(data: &Dataset, components: Components, solver: Solver) -> Result<Self, Error> {
        let fill = |rows: Range<usize>, out: &mut [S]| {
            let rows: Vec<u32> = rows.map(|row| row as u32).collect();
            gather(data, &rows, out);
        };
        Ok(Self::fit_rows_with(data.len(), data.dim(), components, solver, fill)?)
    }

    /// Fits principal components of the rows of `data` (n samples × d features), by [`Solver::Auto`]: `components` of
    /// them, or as many as a [rule](Components) says.
    ///
    /// # Errors
    /// If there is no sample, if `components` is 0 or more than min(n, d) or a rule that does not apply, or if a value is
    /// NaN, infinite or beyond 1e140.
    pub fn fit(data: ArrayView2<'_, S>, components: impl Into<Components>) -> Result<Self, PcaError> {
        Self::fit_with(data, components, Solver::Auto)
    }

    /// The same by a solver of choice.
    ///
    /// # Errors
    /// As [`fit`](Self::fit); and [`PcaError::SpectrumUnknown`] if the randomized solver is not told a number.
    ///
    /// # Examples
    /// ```
    /// use diabolo_models::pca::{Pca, Solver};
    /// use ndarray::Array2;
    ///
    /// let waves = Array2::from_shape_fn((60, 40), |(i, j)| (0.01 * (i * j) as f64).sin());
    /// let exact = Pca::fit_with(waves.view(), 3, Solver::Exact)?;
    /// for solver in [Solver::Gram, Solver::Randomized { seed: 1 }] {
    ///     let pca = Pca::fit_with(waves.view(), 3, solver)?;
    ///     let off = pca.singular_values() - exact.singular_values();
    ///     assert!(off.iter().all(|off: &f64| off.abs() < 1e-8));
    /// }
    /// # Ok::<(), diabolo_models::pca::PcaError>(())
    /// ```
    pub fn fit_with(
        data: ArrayView2<'_, S>,
        components: impl Into<Components>,
        solver: Solver,
    ) -> Result<Self, PcaError> {
        let (count, features) = data.dim();
        if let Some(rows) = data.as_slice() {
            return Self::fit_samples(&mut InMemory { rows, count, features }, components.into(), solver);
        }
        Self::fit_rows_with(count, features, components, solver, |range, rows| {
            let shape = (range.len(), features);
            let mut rows = ArrayViewMut2::from_shape(shape, rows).expect("rows have the shape that was announced");
            rows.assign(&data.slice_axis(Axis(0), Slice::from(range)));
        })
    }

    /// Fits `samples` rows of `features` values that need not lie in memory as scalars: `fill(range, rows)` writes the
    /// rows `range`, one after the other. It is asked for each row twice or more and must give the same each time.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    ///
    /// # Examples
    /// Pixels stay bytes:
    /// ```
    /// use diabolo_models::pca::Pca;
    ///
    /// let pixels: [u8; 6] = [0, 255, 51, 204, 102, 153]; // three images of two pixels
    /// let pca = Pca::<f32>::fit_rows(3, 2, 1, |range, rows| {
    ///     for (x, pixel) in rows.iter_mut().zip(&pixels[range.start * 2..]) {
    ///         *x = f32::from(*pixel) / 255.0;
    ///     }
    /// })?;
    /// assert_eq!(pca.components().dim(), (1, 2));
    /// # Ok::<(), diabolo_models::pca::PcaError>(())
    /// ```
    pub fn fit_rows(
        samples: usize,
        features: usize,
        components: impl Into<Components>,
        fill: impl FnMut(Range<usize>, &mut [S]),
    ) -> Result<Self, PcaError> {
        Self::fit_rows_with(samples, features, components, Solver::Auto, fill)
    }

    /// The same by a solver of choice.
    ///
    /// # Errors
    /// As [`fit_with`](Self::fit_with).
    pub fn fit_rows_with(
        samples: usize,
        features: usize,
        components: impl Into<Components>,
        solver: Solver,
        fill: impl FnMut(Range<usize>, &mut [S]),
    ) -> Result<Self, PcaError> {
        Self::fit_samples(&mut Filled::new(samples, features, fill), components.into(), solver)
    }

    #[inline(never)]
    fn fit_samples(data: &mut dyn Samples<S>, components: Components, solver: Solver) -> Result<Self, PcaError> {
        let (samples, features) = data.dim();
        components.check(samples, features)?;
        solver.check(components)?;
        let moments = moments(data)?;
        let found = solver.decompose(data, &moments, components)?;
        let count = components.count(&found.spectrum, found.norm, samples);
        Ok(Self {
            mean: moments.mean.iter().map(|&mean| S::of(mean)).collect(),
            components: signed(&found.directions, count),
            spectrum: Array1::from(found.spectrum),
            norm: found.norm,
            samples,
            whiten: false,
        })
    }
}

/// The first k columns of V as rows, each with the sign that the rule asks for.
pub(super) fn signed<S: Scalar>(directions: &Columns, components: usize) -> Array2<S> {
    let signs: Vec<f64> = (0..components).map(|i| sign(directions.column(i))).collect();
    Array2::from_shape_fn((components, directions.height), |(i, j)| S::of(signs[i] * directions.column(i)[j]))
}

/// 1 if the first entry of largest size is positive, −1 otherwise.
fn sign(direction: &[f64]) -> f64 {
    let largest = direction.iter().fold(0.0, |largest: f64, w| largest.max(w.abs()));
    let leader = direction.iter().find(|w| w.abs() >= EQUAL_BUT_FOR_ROUND_OFF * largest);
    leader.map_or(1.0, |w| w.signum())
}
