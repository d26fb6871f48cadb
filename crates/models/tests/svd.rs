//! The singular value decomposition against its definition, against `faer`, and against cases known by hand.

use diabolo_kernels::random::{Key, Stream};
use diabolo_models::pca::svd::{Svd, SvdError, svd};
use ndarray::{Array1, Array2, Axis, Slice, array};

/// Uniform on [−1, 1).
fn random(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let key = Key::new(seed, Stream::Data);
    Array2::from_shape_fn((rows, columns), |(i, j)| {
        let [word, ..] = key.words((i * columns + j) as u32);
        f64::from(word) / f64::from(1_u32 << 31) - 1.0
    })
}

/// A matrix with given singular values, between random orthonormal bases.
fn with_spectrum(rows: usize, columns: usize, spectrum: &[f64], seed: u64) -> Array2<f64> {
    let left = svd(random(rows, spectrum.len(), seed).view()).expect("the matrix is finite").u;
    let right = svd(random(columns, spectrum.len(), seed + 1).view()).expect("the matrix is finite").u;
    (left * Array1::from(spectrum.to_vec())).dot(&right.t())
}

fn singular_values_by_faer(a: &Array2<f64>) -> Vec<f64> {
    let matrix = faer::Mat::from_fn(a.nrows(), a.ncols(), |i, j| a[[i, j]]);
    matrix.singular_values().expect("the matrix is finite")
}

fn largest(a: &Array2<f64>) -> f64 {
    a.iter().fold(0.0, |largest, x| f64::max(largest, x.abs()))
}

/// ‖MᵀM − I‖, entry by entry.
fn distance_from_orthonormal(columns: &Array2<f64>) -> f64 {
    largest(&(columns.t().dot(columns) - Array2::<f64>::eye(columns.ncols())))
}

/// Holds U, Σ and V to the definition and Σ to `faer`'s.
#[track_caller]
fn check(a: &Array2<f64>) -> Svd<f64> {
    let factors = svd(a.view()).expect("the matrix is finite");
    let Svd { u, singular_values: sigma, vt } = &factors;
    let rank = a.nrows().min(a.ncols());
    assert_eq!((u.dim(), sigma.len(), vt.dim()), ((a.nrows(), rank), rank, (rank, a.ncols())));
    assert!(sigma.iter().all(|&s| s >= 0.0), "a negative singular value in {sigma}");
    assert!(sigma.iter().zip(sigma.iter().skip(1)).all(|(a, b)| a >= b), "not in falling order: {sigma}");

    let first = sigma.iter().copied().next().unwrap_or(0.0);
    let unit = if first > 0.0 { first } else { 1.0 };
    // Of the two, faer's are the less accurate: with 30 digits, ours are off by 1e-15 where faer's are by 1e-14.
    for (ours, theirs) in sigma.iter().zip(singular_values_by_faer(a)) {
        assert!((ours - theirs).abs() <= 3e-14 * unit, "{ours} against {theirs} by faer, the largest being {first}");
    }
    let off = largest(&((u * sigma).dot(vt) - a)) / unit;
    assert!(off <= 1e-14, "U Σ Vᵀ is off by {off:e}");
    let off = distance_from_orthonormal(u);
    assert!(off <= 2e-14, "UᵀU is off by {off:e}");
    let off = distance_from_orthonormal(&vt.t().to_owned());
    assert!(off <= 2e-14, "VᵀV is off by {off:e}");
    factors
}

#[test]
fn random_matrices_of_many_shapes() {
    let sizes = [1, 2, 3, 5, 8, 9, 17, 31, 33, 64, 65, 100];
    for (i, &rows) in sizes.iter().enumerate() {
        for (j, &columns) in sizes.iter().enumerate() {
            check(&random(rows, columns, (100 * i + j) as u64));
        }
    }
}

#[test]
fn large_tall_and_wide() {
    check(&random(2500, 70, 1));
    check(&random(70, 1500, 2));
    check(&random(200, 200, 3));
}

#[test]
fn rank_deficient() {
    let product = random(60, 7, 1).dot(&random(7, 40, 2));
    let sigma = check(&product).singular_values;
    assert!(sigma[6] > 1.0 && sigma[7] < 1e-14 * sigma[0]);
    check(&product.t().to_owned());

    let repeated = ndarray::concatenate![Axis(1), random(30, 5, 3), random(30, 5, 3)];
    let sigma = check(&repeated).singular_values;
    assert!(sigma[5] < 1e-14 * sigma[0]);
}

#[test]
fn zero_constant_and_missing_columns() {
    check(&Array2::zeros((6, 4)));
    check(&Array2::zeros((3, 5)));
    let sigma = check(&Array2::from_elem((7, 5), -2.0)).singular_values;
    approx::assert_relative_eq!(sigma[0], 2.0 * 35_f64.sqrt(), max_relative = 1e-15);
    assert!(sigma[1] < 1e-15 * sigma[0]);

    let mut holes = random(50, 12, 4);
    holes.column_mut(0).fill(0.0);
    holes.column_mut(7).fill(0.0);
    let factors = check(&holes);
    assert_eq!((factors.singular_values[10], factors.singular_values[11]), (0.0, 0.0));
}

#[test]
fn single_row_column_and_entry() {
    let row = check(&array![[3.0, 0.0, -4.0]]);
    approx::assert_relative_eq!(row.singular_values[0], 5.0, max_relative = 1e-15);
    let column = check(&array![[3.0], [0.0], [-4.0]]);
    approx::assert_relative_eq!(column.singular_values[0], 5.0, max_relative = 1e-15);
    assert_eq!(check(&array![[-2.5]]).singular_values, array![2.5]);
    assert_eq!(check(&array![[0.0]]).singular_values, array![0.0]);
}

#[test]
fn empty_matrices() {
    for shape in [(0, 0), (4, 0), (0, 4)] {
        let factors = svd(Array2::<f64>::zeros(shape).view()).unwrap();
        assert_eq!((factors.u.dim(), factors.vt.dim()), ((shape.0, 0), (0, shape.1)));
        assert!(factors.singular_values.is_empty());
    }
}

#[test]
fn known_by_hand() {
    // [[1, 1], [0, 1]]: the golden ratio and its inverse.
    let golden = f64::midpoint(1.0, 5_f64.sqrt());
    let sigma = check(&array![[1.0, 1.0], [0.0, 1.0]]).singular_values.to_vec();
    approx::assert_relative_eq!(sigma[..], [golden, 1.0 / golden], max_relative = 1e-15);

    // AᵀA = [[333, 81], [81, 117]] has the eigenvalues 360 and 90.
    let sigma = check(&array![[4.0, 8.0], [11.0, 7.0], [14.0, -2.0]]).singular_values.to_vec();
    approx::assert_relative_eq!(sigma[..], [360_f64.sqrt(), 90_f64.sqrt()], max_relative = 1e-15);

    assert_eq!(check(&Array2::eye(5)).singular_values, Array1::<f64>::ones(5));
}

#[test]
fn known_in_closed_form() {
    // The inverse of the n × n lower triangle of ones is a first difference, whose singular values are sines.
    for n in [3, 40, 150] {
        let ones = Array2::from_shape_fn((n, n), |(i, j)| if i >= j { 1.0 } else { 0.0 });
        for (k, sigma) in check(&ones).singular_values.iter().enumerate() {
            let angle = (2 * k + 1) as f64 * std::f64::consts::PI / (4 * n + 2) as f64;
            approx::assert_relative_eq!(*sigma, 0.5 / angle.sin(), max_relative = 2e-14);
        }
    }
}

#[test]
fn graded_singular_values() {
    let spectrum: Vec<f64> = (0..=15).map(|i| 10_f64.powi(-i)).collect();
    for (rows, columns) in [(16, 16), (80, 20), (20, 80)] {
        let sigma = check(&with_spectrum(rows, columns, &spectrum, 5)).singular_values;
        for (ours, wanted) in sigma.iter().zip(&spectrum) {
            assert!((ours - wanted).abs() < 2e-15, "{ours} for {wanted}");
        }
    }
}

#[test]
fn tiny_singular_values_of_scaled_columns_keep_their_digits() {
    // Columns of very different length, well conditioned apart from that: to first order, the triangle of a QR
    // factorisation is scaled likewise, and so are the singular values. Golub–Kahan methods lose those below 1e-16.
    let plain = random(40, 10, 6);
    let scale = |j: i32| 10_f64.powi(-6 * j);
    let scaled = Array2::from_shape_fn((40, 10), |(i, j)| plain[[i, j]] * scale(j as i32));
    let forward = svd(scaled.view()).unwrap().singular_values;
    let reversed = svd(scaled.slice_axis(Axis(1), Slice::new(0, None, -1))).unwrap().singular_values;
    for (a, b) in forward.iter().zip(&reversed) {
        approx::assert_relative_eq!(a, b, max_relative = 1e-14);
    }
    assert!(forward[9] > 0.1 * scale(9) && forward[9] < 10.0 * scale(9));
}

#[test]
fn very_large_and_very_small_entries() {
    let plain = svd(random(9, 6, 7).view()).unwrap();
    for scale in [2_f64.powi(1000), 2_f64.powi(-1000)] {
        let scaled = svd((random(9, 6, 7) * scale).view()).unwrap();
        assert_eq!(scaled.singular_values, plain.singular_values.clone() * scale);
        assert_eq!((&scaled.u, &scaled.vt), (&plain.u, &plain.vt));
    }
    let smallest = svd(array![[5e-324, 0.0], [0.0, 0.0]].view()).unwrap();
    assert_eq!(smallest.singular_values, array![5e-324, 0.0]);
}

#[test]
fn values_that_are_not_finite_are_an_error() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut tall = random(6, 3, 8);
        tall[[4, 1]] = bad;
        assert_eq!(svd(tall.view()).unwrap_err(), SvdError::NonFinite { row: 4, column: 1 });
        assert_eq!(svd(tall.t()).unwrap_err(), SvdError::NonFinite { row: 1, column: 4 });
    }
}

#[test]
fn single_precision_is_rounded_once() {
    let wide = random(30, 45, 9).mapv(|x| x as f32);
    let single = svd(wide.view()).unwrap();
    let double = svd(wide.mapv(f64::from).view()).unwrap();
    assert_eq!(single.singular_values, double.singular_values.mapv(|x| x as f32));
    assert_eq!(single.vt, double.vt.mapv(|x| x as f32));
}

#[test]
fn same_bits_at_any_number_of_threads() {
    let matrix = random(700, 150, 10);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| svd(matrix.view()).unwrap())
    };
    let alone = run(1);
    for threads in [2, 3, 8] {
        assert_eq!(run(threads), alone, "{threads} threads");
    }
}
