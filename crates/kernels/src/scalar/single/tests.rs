use rayon::prelude::*;

use super::*;
use crate::{Rule, Source, map};

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
    let exponent = (exact.to_bits() >> 52 & 0x7ff) as i32 - 1023;
    (f64::from(y) - exact).abs() * 2f64.powi(23 - exponent.clamp(-126, 127))
}

/// A function, and how far it may be from the exact one.
struct Checked {
    name: &'static str,
    function: fn(f32) -> f32,
    /// The function over a slice, as vector code.
    mapped: fn(&[f32], &mut [f32]),
    /// The same function of `f64`.
    exact: fn(&[f64], &mut [f64]),
    /// The largest error anywhere, in units in the last place.
    bound: f64,
}

macro_rules! checked {
    ($($name:ident: $function:expr, $exact:expr, $bound:literal;)*) => {
        mod checked {
            use super::*;

            $(pub(super) fn $name() -> Checked {
                #[derive(Clone, Copy)]
                struct Function;
                impl Rule<f32, 1, 0> for Function {
                    #[inline(always)]
                    fn apply(self, [x]: [f32; 1], []: [f32; 0]) -> f32 {
                        let function = $function;
                        function(x)
                    }
                }
                impl Rule<f64, 1, 0> for Function {
                    #[inline(always)]
                    fn apply(self, [x]: [f64; 1], []: [f64; 0]) -> f64 {
                        let exact = $exact;
                        exact(x)
                    }
                }
                Checked {
                    name: stringify!($name),
                    function: $function,
                    mapped: |x, y| map(Function, [Source::Whole(x)], [], y),
                    exact: |x, y| map(Function, [Source::Whole(x)], [], y),
                    bound: $bound,
                }
            })*
        }

        const FUNCTIONS: &[fn() -> Checked] = &[$(checked::$name),*];

        /// All 2³² values of each function, or of one, against the same in `f64`. gelu takes 75 seconds of processor time, all of
        /// them together about 35 minutes, on as many threads as there are:
        ///
        /// ```sh
        /// cargo test --release -p diabolo-kernels everywhere -- --ignored
        /// cargo test --release -p diabolo-kernels everywhere::gelu -- --ignored
        /// ```
        mod everywhere {
            $(#[test]
            #[ignore = "exhaustive: 4 billion values take minutes; run on demand"]
            fn $name() {
                super::sweep(&super::checked::$name(), 1);
            })*
        }
    };
}

checked! {
    exp: Scalar::exp, f64::exp, 1.1;
    exp_times_3: |x: f32| (-x.abs()).exp_times(3.0), |x: f64| 3.0 * (-x.abs()).exp(), 2.0;
    exp_times_1e20: |x: f32| (-x.abs()).exp_times(1e20), |x: f64| f64::from(1e20_f32) * (-x.abs()).exp(), 2.0;
    exp_m1: Scalar::exp_m1, f64::exp_m1, 2.0;
    ln: Scalar::ln, f64::ln, 1.0;
    ln_1p: Scalar::ln_1p, f64::ln_1p, 1.0;
    ln_1p_of_unit: |x: f32| Scalar::min(x.abs(), 1.0).ln_1p_of_unit(), |x: f64| Scalar::min(x.abs(), 1.0).ln_1p(), 1.5;
    tanh: Scalar::tanh, f64::tanh, 2.0;
    sech: Scalar::sech, |x: f64| 1.0 / x.cosh(), 2.0;
    sigmoid: Scalar::sigmoid, |x: f64| 1.0 / (1.0 + (-x).exp()), 1.8;
    // f64::max would drop NaN.
    softplus: Scalar::softplus, |x: f64| Scalar::max(x, 0.0) + (-x.abs()).exp().ln_1p(), 1.9;
    sin: Scalar::sin, f64::sin, 1.0;
    cos: Scalar::cos, f64::cos, 1.0;
    erf: Scalar::erf, Scalar::erf, 2.0;
    normal_cdf: Scalar::normal_cdf, Scalar::normal_cdf, 4.0;
    normal_pdf: Scalar::normal_pdf, Scalar::normal_pdf, 3.0;
    gelu: Scalar::gelu, Scalar::gelu, 1.95;
    powf_3_tenths: |x| Scalar::powf(x, 0.3), |x: f64| x.powf(0.3), 1.0;
    powf_7: |x| Scalar::powf(x, 7.0), |x: f64| x.powf(7.0), 1.0;
    powf_minus_5_halves: |x| Scalar::powf(x, -2.5), |x: f64| x.powf(-2.5), 1.0;
    powf_1_thousandth: |x| Scalar::powf(x, 1e-3), |x: f64| x.powf(1e-3), 1.0;
}

/// Every `stride`-th bit pattern, NaN and infinities among them, on all threads.
fn sweep(checked: &Checked, stride: u64) {
    const BLOCK: u64 = 4096;
    let Checked { name, mapped, exact, bound, .. } = *checked;
    let worse = |a: (f64, f32), b: (f64, f32)| if b.0 > a.0 || b.0.is_nan() { b } else { a };
    let block = |block: u64| {
        let x: [f32; BLOCK as usize] =
            std::array::from_fn(|i| f32::from_bits(((block * BLOCK + i as u64) * stride) as u32));
        let (mut y, mut right) = ([0.0; BLOCK as usize], [0.0; BLOCK as usize]);
        mapped(&x, &mut y);
        exact(&x.map(f64::from), &mut right);
        x.into_iter().zip(y.into_iter().zip(right)).map(|(x, (y, right))| (ulps(y, right), x)).fold((0.0, 0.0), worse)
    };
    let blocks = (1_u64 << 32).div_ceil(stride * BLOCK);
    let (worst, at) = (0..blocks).into_par_iter().map(block).reduce(|| (0.0, 0.0), worse);
    assert!(worst <= bound, "{name}({at:e}) is {worst:.3} ulps off, more than {bound}");
}

#[test]
fn functions_are_within_their_bounds() {
    for checked in FUNCTIONS {
        sweep(&checked(), 997);
    }
}

#[test]
fn edges() {
    let (inf, nan) = (f32::INFINITY, f32::NAN);
    for checked in FUNCTIONS {
        assert!((checked().function)(nan).is_nan());
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
    assert_eq!([inf, -inf, 200.0, -20.0, 0.0].map(Scalar::gelu), [inf, 0.0, 200.0, 0.0, 0.0]);
    // Subnormal results have the digits that there is room for.
    for function in [Scalar::exp, Scalar::sigmoid, Scalar::softplus] as [fn(f32) -> f32; 3] {
        assert_eq!([-100.0, -87.5].map(function), [-100_f64, -87.5].map(|x| x.exp() as f32));
    }
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

#[test]
fn what_is_subnormal_settles_at_0() {
    for x in [0.0, 1.0, -1e-30, f32::MIN_POSITIVE, -f32::MIN_POSITIVE, f32::INFINITY] {
        assert_eq!((Scalar::settled(x), Scalar::settled(f64::from(x))), (x, f64::from(x)));
    }
    for x in [1e-45, -1e-39, f32::MIN_POSITIVE / 2.0] {
        assert_eq!((Scalar::settled(x), Scalar::settled(f64::from(x))), (0.0, f64::from(x)));
    }
    assert_eq!(Scalar::settled(f64::MIN_POSITIVE / 2.0), 0.0);
    assert!(Scalar::settled(f32::NAN).is_nan() && Scalar::settled(f64::NAN).is_nan());
}
