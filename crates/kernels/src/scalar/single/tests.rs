use super::*;

/// The distance between `y` and the exact value, in units in the last place of the exact value as an `f32`.
fn ulps(y: f32, exact: f64) -> f64 {
    let rounded = exact as f32;
    if y == rounded || y.is_nan() && exact.is_nan() {
        return 0.0;
    }
    if !y.is_finite() || exact.is_nan() {
        // Infinity for a number just below the largest is as far as that number is from 2¹²⁸.
        let y = if y.is_infinite() { 2f64.powi(128).copysign(y.into()) } else { f64::from(y) };
        return (y - exact).abs() / 2f64.powi(104);
    }
    let exponent = exact.abs().log2().floor().clamp(-126.0, 127.0);
    (f64::from(y) - exact).abs() / 2f64.powi(exponent as i32 - 23)
}

type Checked = (&'static str, fn(f32) -> f32, fn(f64) -> f64, f64);

const FUNCTIONS: [Checked; 19] = [
    ("exp", Scalar::exp, f64::exp, 1.0),
    ("3·exp", |x| (-x.abs()).exp_times(3.0), |x| 3.0 * (-x.abs()).exp(), 2.0),
    ("10²⁰·exp", |x| (-x.abs()).exp_times(1e20), |x| f64::from(1e20_f32) * (-x.abs()).exp(), 2.0),
    ("exp_m1", Scalar::exp_m1, f64::exp_m1, 2.0),
    ("ln", Scalar::ln, f64::ln, 1.0),
    ("ln_1p", Scalar::ln_1p, f64::ln_1p, 1.0),
    ("tanh", Scalar::tanh, f64::tanh, 3.0),
    ("sech", Scalar::sech, |x| 1.0 / x.cosh(), 2.0),
    ("sigmoid", Scalar::sigmoid, |x| 1.0 / (1.0 + (-x).exp()), 2.0),
    ("softplus", Scalar::softplus, |x| x.max(0.0) + (-x.abs()).exp().ln_1p(), 2.0),
    ("sin", Scalar::sin, f64::sin, 1.0),
    ("cos", Scalar::cos, f64::cos, 1.0),
    ("erf", Scalar::erf, Scalar::erf, 2.0),
    ("normal_cdf", Scalar::normal_cdf, Scalar::normal_cdf, 4.0),
    ("normal_pdf", Scalar::normal_pdf, Scalar::normal_pdf, 3.0),
    ("powf 0.3", |x| Scalar::powf(x, 0.3), |x| x.powf(0.3), 1.0),
    ("powf 7", |x| Scalar::powf(x, 7.0), |x| x.powf(7.0), 1.0),
    ("powf −2.5", |x| Scalar::powf(x, -2.5), |x| x.powf(-2.5), 1.0),
    ("powf 1e-3", |x| Scalar::powf(x, 1e-3), |x| x.powf(1e-3), 1.0),
];

/// Every `stride`-th bit pattern, NaN and infinities among them.
fn sweep(stride: usize) {
    for (name, function, exact, bound) in FUNCTIONS {
        let error = |bits: u32| {
            let x = f32::from_bits(bits);
            // softplus of NaN is NaN, though f64::max in the reference drops it
            let exact = if x.is_nan() { f64::NAN } else { exact(x.into()) };
            (ulps(function(x), exact), x)
        };
        let (worst, at) = (0..=u32::MAX)
            .step_by(stride)
            .map(error)
            .fold((0.0, 0.0), |a, b| if b.0 > a.0 || b.0.is_nan() { b } else { a });
        assert!(worst <= bound, "{name}({at:e}) is off by {worst} units in the last place");
    }
}

#[test]
fn functions_are_within_their_bounds() {
    sweep(997);
}

#[test]
#[ignore = "exhaustive: 4 billion values, run on demand"]
fn functions_are_within_their_bounds_everywhere() {
    sweep(1);
}

#[test]
fn edges() {
    let (inf, nan) = (f32::INFINITY, f32::NAN);
    for (_, function, ..) in FUNCTIONS {
        assert!(function(nan).is_nan());
    }
    assert_eq!([inf, -inf, 0.0, 88.8, -104.0].map(Scalar::exp), [inf, 0.0, 1.0, inf, 0.0]);
    assert_eq!([inf, -inf, 1e-40, 88.8].map(Scalar::exp_m1), [inf, -1.0, 1e-40, inf]);
    assert_eq!([inf, 0.0, -0.0, 1.0].map(Scalar::ln), [inf, -inf, -inf, 0.0]);
    assert!([-1.0, -inf, -1e-45].map(Scalar::ln).into_iter().all(f32::is_nan));
    assert_eq!([inf, -1.0, 0.0, 1e-45].map(Scalar::ln_1p), [inf, -inf, 0.0, 1e-45]);
    assert!([-1.000_000_1, -inf].map(Scalar::ln_1p).into_iter().all(f32::is_nan));
    assert_eq!([inf, -inf, 1e-45].map(Scalar::tanh), [1.0, -1.0, 1e-45]);
    assert_eq!([inf, -inf, 0.0].map(Scalar::sech), [0.0, 0.0, 1.0]);
    assert_eq!([inf, -inf, 0.0].map(Scalar::sigmoid), [1.0, 0.0, 0.5]);
    assert_eq!([inf, -inf, 200.0].map(Scalar::softplus), [inf, 0.0, 200.0]);
    assert!([inf, -inf].into_iter().all(|x| Scalar::sin(x).is_nan() && Scalar::cos(x).is_nan()));
    assert_eq!([inf, -inf, 4.0].map(Scalar::erf), [1.0, -1.0, 1.0]);
    assert_eq!([inf, -inf, 0.0].map(Scalar::normal_cdf), [1.0, 0.0, 0.5]);
    assert_eq!([inf, -inf, 1e30].map(Scalar::normal_pdf), [0.0; 3]);
    for odd in [Scalar::exp_m1, Scalar::ln_1p, Scalar::tanh, Scalar::sin, Scalar::erf] as [fn(f32) -> f32; 5] {
        assert!(odd(-0.0).is_sign_negative() && odd(-0.0) == 0.0);
    }
}

#[test]
fn powers_are_those_of_ieee_754() {
    let (inf, nan) = (f32::INFINITY, f32::NAN);
    for x in [0.0, -0.0, 1.0, -1.0, -8.0, 1e-45, inf, -inf, nan] {
        for p in [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5, 1e300, -1e300, 1e-300] {
            let (y, exact) = (Scalar::powf(x, p), f64::from(x).powf(p) as f32);
            assert!(y.to_bits() == exact.to_bits() || y.is_nan() && exact.is_nan(), "{x} to the {p}: {y}, not {exact}");
        }
    }
}

#[test]
fn the_larger_and_the_smaller_pass_nan_on() {
    for (a, b) in [(f32::NAN, 1.0), (1.0, f32::NAN)] {
        assert!(Scalar::max(a, b).is_nan() && Scalar::min(a, b).is_nan());
    }
    assert_eq!((Scalar::max(1.0_f32, 2.0), Scalar::min(1.0_f32, 2.0)), (2.0, 1.0));
}
