//! How near a linear autoencoder is to PCA.
//!
//! Directions are the *rows* of matrices here: U_k as k × d with uᵢ as row i, and W₂ᵀ as k × d with decoder column w_j as
//! row j. Where a matrix holds NaN or infinity, so does the result.
//!
//! ```text
//! reconstruction gap   (MSE − Σ_{i>k} λᵢ) / Σ_{i>k} λᵢ
//! principal angles     θᵢ: cos θᵢ are the singular values of QᵀU, Q and U orthonormal bases
//! subspace distance    1 − tr(U_kU_kᵀQQᵀ)/k = Σ sin²θᵢ / k
//! alignment            (1/k) Σᵢ (1 − max_j cos²(uᵢ, w_j))
//! ordered alignment    (1/k) Σᵢ (1 − cos²(uᵢ, wᵢ))
//! transpose distance   ‖W₁ − W₂ᵀ‖²/k
//! ```
//!
//! All but the ordered alignment are those of Bao et al. 2020, section 6, who leave the angles out. Their code adds 10⁻⁸ to
//! the length of a column before it divides by it; here a column of length 0 has cosine 0 with everything, and others are
//! divided by their length.

use diabolo_models::pca::svd::svd;
use ndarray::{Array2, ArrayView1, Axis};

use crate::matrix::{dot, square, times, times_t};

/// (MSE − Σ_{i>k} λᵢ) / Σ_{i>k} λᵢ: how much larger the squared error a sample is than PCA's, `left_out`.
///
/// ```
/// assert_eq!(diabolo_lab::metrics::reconstruction_gap(3.0, 2.0), 0.5);
/// ```
pub fn reconstruction_gap(squared_error: f64, left_out: f64) -> f64 {
    (squared_error - left_out) / left_out
}

/// The principal angles between the spans of the rows of `a` and of `b`, in radians, the smallest first: as many as the
/// smaller of the two has rows.
///
/// Small ones are taken from the sines and large ones from the cosines, so that all are right to round-off (Björck & Golub
/// 1973, *Numerical methods for computing angles between linear subspaces*, section 4). Rows that depend on each other do not
/// say which subspace they span; the basis is then completed by arbitrary directions, as an SVD does.
///
/// # Panics
/// If rows of `a` and `b` differ in length, or there are more rows than that.
///
/// ```
/// use diabolo_lab::metrics::principal_angles;
/// use ndarray::array;
///
/// let plane = array![[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]];
/// let turned = array![[2.0, 0.0, 0.0], [0.0, 1.0, 1.0]];
/// let angles = principal_angles(&plane, &turned);
/// assert!(angles[0].abs() < 1e-14 && (angles[1] - std::f64::consts::FRAC_PI_4).abs() < 1e-14);
/// ```
#[track_caller]
pub fn principal_angles(a: &Array2<f64>, b: &Array2<f64>) -> Vec<f64> {
    assert_eq!(a.ncols(), b.ncols(), "directions in spaces of different dimension have no angle");
    let count = a.nrows().min(b.nrows());
    let (Some(large), Some(small)) = (basis(a), basis(b)) else { return vec![f64::NAN; count] };
    let (large, small) = if a.nrows() >= b.nrows() { (large, small) } else { (small, large) };
    let along = times_t(&small, &large);
    let across = &small - &times(&along, &large);
    let cosines = singular_values(&along);
    let sines = singular_values(&across);
    let pairs = cosines.iter().zip(sines.iter().rev());
    pairs.map(|(cosine, sine)| sine.atan2(*cosine)).collect()
}

/// Orthonormal rows that span what the rows of `matrix` span; `None` if these are not finite.
pub(crate) fn basis(matrix: &Array2<f64>) -> Option<Array2<f64>> {
    assert!(matrix.nrows() <= matrix.ncols(), "more directions than the space has dimensions");
    Some(svd(matrix.view()).ok()?.vt)
}

/// The singular values of a finite matrix with no more rows than columns, as many as it has rows.
fn singular_values(matrix: &Array2<f64>) -> Vec<f64> {
    svd(matrix.view()).expect("products of orthonormal rows are finite").singular_values.to_vec()
}

/// The largest of the [`principal_angles`].
#[track_caller]
pub fn largest_angle(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    principal_angles(a, b).last().copied().unwrap_or(0.0)
}

/// 1 − tr(U_kU_kᵀQQᵀ)/k for an orthonormal basis Q of the span of `decoder`'s rows, computed as Σ sin²θᵢ/k.
///
/// ```
/// use diabolo_lab::metrics::subspace_distance;
/// use ndarray::array;
///
/// let axes = array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
/// assert_eq!(subspace_distance(&axes, &array![[3.0, 3.0, 0.0], [0.0, 1.0, 0.0]]), 0.0);
/// assert!((subspace_distance(&axes, &array![[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]]) - 0.5).abs() < 1e-15);
/// ```
#[track_caller]
pub fn subspace_distance(principal: &Array2<f64>, decoder: &Array2<f64>) -> f64 {
    let angles = principal_angles(principal, decoder);
    angles.iter().map(|angle| angle.sin().powi(2)).sum::<f64>() / principal.nrows() as f64
}

/// (1/k) Σᵢ (1 − max_j cos²(uᵢ, w_j)): 0 if every principal direction is that of a decoder column, in whatever order.
///
/// ```
/// use diabolo_lab::metrics::alignment;
/// use ndarray::array;
///
/// let axes = array![[1.0, 0.0], [0.0, 1.0]];
/// assert_eq!(alignment(&axes, &array![[0.0, -2.0], [5.0, 0.0]]), 0.0);
/// assert!((alignment(&axes, &array![[1.0, 1.0], [-1.0, 1.0]]) - 0.5).abs() < 1e-15);
/// assert_eq!(alignment(&axes, &array![[1.0, 0.0], [0.0, 0.0]]), 0.5);
/// ```
pub fn alignment(principal: &Array2<f64>, decoder: &Array2<f64>) -> f64 {
    mean_distance(principal, |_, u| {
        decoder
            .rows()
            .into_iter()
            .map(|w| square_of_sine(u, w))
            .fold(1.0, |least, s| if s < least || s.is_nan() { s } else { least })
    })
}

/// (1/k) Σᵢ (1 − cos²(uᵢ, wᵢ)): 0 if decoder column i is principal direction i.
///
/// ```
/// use diabolo_lab::metrics::ordered_alignment;
/// use ndarray::array;
///
/// let axes = array![[1.0, 0.0], [0.0, 1.0]];
/// assert_eq!(ordered_alignment(&axes, &array![[3.0, 0.0], [0.0, -1.0]]), 0.0);
/// assert_eq!(ordered_alignment(&axes, &array![[0.0, 1.0], [1.0, 0.0]]), 1.0);
/// ```
pub fn ordered_alignment(principal: &Array2<f64>, decoder: &Array2<f64>) -> f64 {
    mean_distance(principal, |i, u| square_of_sine(u, decoder.row(i)))
}

fn mean_distance(principal: &Array2<f64>, distance: impl Fn(usize, ArrayView1<'_, f64>) -> f64) -> f64 {
    let rows = principal.axis_iter(Axis(0)).enumerate();
    rows.map(|(i, u)| distance(i, u)).sum::<f64>() / principal.nrows() as f64
}

/// 1 − cos² of the angle between u, of length 1, and w; 1 if w is 0. Computed as ‖u − (u·ŵ)ŵ‖², which keeps its digits
/// near 0.
fn square_of_sine(u: ArrayView1<'_, f64>, w: ArrayView1<'_, f64>) -> f64 {
    let length = w.dot(&w).sqrt();
    if length == 0.0 {
        return 1.0;
    }
    let along = u.dot(&w) / length;
    u.iter().zip(w).map(|(u, w)| (u - along * w / length).powi(2)).sum()
}

/// ‖W₁ − W₂ᵀ‖²/k, with `encoder` W₁ and `decoder` W₂ᵀ (both k × d).
///
/// ```
/// use diabolo_lab::metrics::transpose_distance;
/// use ndarray::array;
///
/// assert_eq!(transpose_distance(&array![[1.0, 2.0], [0.0, 0.0]], &array![[1.0, 0.0], [0.0, 2.0]]), 4.0);
/// ```
pub fn transpose_distance(encoder: &Array2<f64>, decoder: &Array2<f64>) -> f64 {
    square(&(encoder - decoder)) / encoder.nrows() as f64
}

/// ‖x − W₂W₁x‖², a mean over samples: tr Σ − 2 tr(W₁ΣW₂) + tr(W₁ΣW₁ᵀ · W₂ᵀW₂), from `encoder` W₁ and `decoder` W₂ᵀ.
pub fn squared_error(encoder: &Array2<f64>, decoder: &Array2<f64>, covariance: &Array2<f64>) -> f64 {
    let spread = times(encoder, covariance);
    let whole: f64 = covariance.diag().sum();
    whole - 2.0 * dot(&spread, decoder) + dot(&times_t(&spread, encoder), &times_t(decoder, decoder))
}
