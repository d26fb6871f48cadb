//! Ways through the space of codes: between two codes, along one dimension, over a plane.

use diabolo_kernels::Scalar;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

/// The way from one code to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// The straight line.
    #[default]
    Linear,
    /// The arc of a great circle, with the length changing evenly: stays where the normal prior of a VAE has its mass
    /// (White 2016, section 2.1). The straight line for codes that point in the same or in opposite directions.
    Spherical,
}

/// `steps` codes from `from` to `to`, both included: (steps, latent).
///
/// ```
/// use diabolo_models::walk::{Way, interpolate};
/// use ndarray::array;
///
/// let line = interpolate(array![0.0, 2.0].view(), array![1.0, 0.0].view(), 3, Way::Linear);
/// assert_eq!(line, array![[0.0, 2.0], [0.5, 1.0], [1.0, 0.0]]);
/// ```
///
/// # Panics
/// If there are fewer than two steps, or the codes differ in size.
#[track_caller]
pub fn interpolate<S: Scalar>(from: ArrayView1<'_, S>, to: ArrayView1<'_, S>, steps: usize, way: Way) -> Array2<S> {
    assert!(steps >= 2, "a way of {steps} codes");
    assert_eq!(from.len(), to.len(), "codes of different sizes");
    let at = |step: usize| step as f64 / (steps - 1) as f64;
    let weights: Vec<(f64, f64)> = match (way, angle(from, to)) {
        (Way::Spherical, Some(angle)) => {
            let sine = angle.sin();
            (0..steps).map(|step| (((1.0 - at(step)) * angle).sin() / sine, (at(step) * angle).sin() / sine)).collect()
        }
        _ => (0..steps).map(|step| (1.0 - at(step), at(step))).collect(),
    };
    Array2::from_shape_fn((steps, from.len()), |(step, j)| match step {
        0 => from[j],
        _ if step + 1 == steps => to[j],
        _ => S::of(weights[step].0 * from[j].to_f64() + weights[step].1 * to[j].to_f64()),
    })
}

/// The angle between two codes, unless it is near 0 or π, where the arc is not unique or cannot be computed.
fn angle<S: Scalar>(a: ArrayView1<'_, S>, b: ArrayView1<'_, S>) -> Option<f64> {
    let dot = |a: ArrayView1<'_, S>, b: ArrayView1<'_, S>| -> f64 {
        a.iter().zip(b).map(|(a, b)| a.to_f64() * b.to_f64()).sum()
    };
    let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
    (cosine.abs() < 1.0 - 1e-9).then(|| cosine.acos())
}

/// `base` with its number `dimension` replaced by each of `values`: (values, latent).
///
/// # Panics
/// If the code has no such dimension.
#[track_caller]
pub fn traverse<S: Scalar>(base: ArrayView1<'_, S>, dimension: usize, values: &[f64]) -> Array2<S> {
    assert!(dimension < base.len(), "dimension {dimension} of a code of {} numbers", base.len());
    let mut codes = Array2::from_shape_fn((values.len(), base.len()), |(_, j)| base[j]);
    codes.column_mut(dimension).iter_mut().zip(values).for_each(|(z, &value)| *z = S::of(value));
    codes
}

/// The codes (x, y) of a plane, row by row from the top: x runs along a row.
pub fn plane<S: Scalar>(columns: &[f64], rows: &[f64]) -> Array2<S> {
    Array2::from_shape_fn((columns.len() * rows.len(), 2), |(i, j)| {
        S::of(if j == 0 { columns[i % columns.len()] } else { rows[i / columns.len()] })
    })
}

/// `n` numbers that cut N(0, 1) into parts of equal probability, at the middles of n such parts, rising.
pub fn normal_quantiles(n: usize) -> Vec<f64> {
    (0..n).map(|i| normal_quantile((i as f64 + 0.5) / n as f64)).collect()
}

/// `n` numbers evenly from `low` to `high`, both included.
pub fn evenly(low: f64, high: f64, n: usize) -> Vec<f64> {
    let step = if n > 1 { (high - low) / (n - 1) as f64 } else { 0.0 };
    (0..n).map(|i| if i + 1 == n && n > 1 { high } else { low + step * i as f64 }).collect()
}

/// Where N(0, 1) has the share `p` below it, found by halving: it is asked for a few numbers a run.
fn normal_quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..120 {
        let middle = 0.5 * (low + high);
        if normal_share_below(middle) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Φ(z) = ½ + φ(z)·(z + z³/3 + z⁵/(3·5) + …), a series of positive terms: Abramowitz and Stegun, 26.2.11.
fn normal_share_below(z: f64) -> f64 {
    let z = z.clamp(-8.0, 8.0);
    let (mut term, mut sum, mut odd) = (z, z, 1.0);
    while term.abs() > 1e-17 * sum.abs() {
        odd += 2.0;
        term *= z * z / odd;
        sum += term;
    }
    0.5 + sum * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt()
}

/// The mean and the standard deviation of each number of the codes (n, latent), the latter divided by n.
pub fn moments<S: Scalar>(codes: ArrayView2<'_, S>) -> Vec<(f64, f64)> {
    let mut moments = Moments::new(codes.ncols());
    moments.add(codes);
    moments.means_and_deviations()
}

/// [`moments`] of codes that come block by block, by the rule of Chan, Golub and LeVeque 1983, equation 2.1.
///
/// ```
/// use diabolo_models::walk::{Moments, moments};
/// use ndarray::array;
///
/// let mut blocks = Moments::new(1);
/// blocks.add(array![[1.0], [2.0]].view());
/// blocks.add(array![[6.0]].view());
/// assert_eq!(blocks.means_and_deviations(), moments(array![[1.0], [2.0], [6.0]].view()));
/// ```
#[derive(Clone, Debug)]
pub struct Moments {
    count: f64,
    mean: Array1<f64>,
    /// Σ (z − mean)²
    squares: Array1<f64>,
}

impl Moments {
    /// Those of no codes, `latent` numbers each.
    pub fn new(latent: usize) -> Self {
        Self { count: 0.0, mean: Array1::zeros(latent), squares: Array1::zeros(latent) }
    }

    /// Takes more codes (n, latent) into account.
    ///
    /// # Panics
    /// If they have another size.
    #[track_caller]
    pub fn add<S: Scalar>(&mut self, codes: ArrayView2<'_, S>) {
        let codes = codes.mapv(Scalar::to_f64);
        let Some(mean) = codes.mean_axis(Axis(0)) else { return };
        let (before, more) = (self.count, codes.nrows() as f64);
        let apart = &mean - &self.mean;
        self.count += more;
        self.squares += &(&codes - &mean).mapv(|z| z * z).sum_axis(Axis(0));
        self.squares += &apart.mapv(|z| z * z * (before * more / self.count));
        self.mean += &(apart * (more / self.count));
    }

    /// The mean and the standard deviation of each number of a code, the latter divided by n; 0 without codes.
    pub fn means_and_deviations(&self) -> Vec<(f64, f64)> {
        let variances = self.squares.iter().map(|squares| squares / self.count.max(1.0));
        self.mean.iter().copied().zip(variances.map(f64::sqrt)).collect()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn an_arc_keeps_its_length_and_ends_where_it_should() {
        let (a, b) = (array![3.0, 0.0], array![0.0, 3.0]);
        let arc = interpolate(a.view(), b.view(), 5, Way::Spherical);
        assert_eq!((arc.row(0), arc.row(4)), (a.view(), b.view()));
        assert!(arc.rows().into_iter().all(|z| (z.dot(&z) - 9.0).abs() < 1e-12));
        let line = interpolate(a.view(), (-&a).view(), 3, Way::Spherical);
        assert_eq!(line.row(1), array![0.0, 0.0], "opposite codes are joined by a line");
    }

    #[test]
    fn one_dimension_moves() {
        let codes = traverse(array![1.0_f32, 2.0].view(), 1, &[-3.0, 3.0]);
        assert_eq!(codes, array![[1.0, -3.0], [1.0, 3.0]]);
        assert_eq!(plane::<f32>(&[0.0, 1.0], &[5.0, 4.0]), array![[0.0, 5.0], [1.0, 5.0], [0.0, 4.0], [1.0, 4.0]]);
        assert_eq!(evenly(-3.0, 3.0, 3), [-3.0, 0.0, 3.0]);
    }

    #[test]
    fn quantiles_are_those_of_the_normal_distribution() {
        let quantiles = normal_quantiles(5); // 0.1, 0.3, 0.5, 0.7, 0.9
        let expected =
            [-1.281_551_565_544_600_5, -0.524_400_512_708_040_8, 0.0, 0.524_400_512_708_040_8, 1.281_551_565_544_600_5];
        assert!(quantiles.iter().zip(expected).all(|(q, e)| (q - e).abs() < 1e-9), "{quantiles:?}");
    }

    #[test]
    fn moments_of_codes() {
        assert_eq!(moments(array![[1.0, 5.0], [3.0, 5.0]].view()), [(2.0, 1.0), (5.0, 0.0)]);
    }
}
