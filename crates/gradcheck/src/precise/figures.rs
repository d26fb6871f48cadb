//! Functions of double-double against figures of mpmath; `tests/fixtures/functions.py` makes them.

use diabolo_kernels::Scalar;

use super::DoubleDouble;

/// The relative error allowed, as the headers of the functions say it for their ordinary range.
fn allowed(function: &str, x: f64) -> f64 {
    let digits = match function {
        "sqrt" => -102,
        "ln" | "ln_1p" => -98,
        "sin" | "cos" => -97,
        "tanh" | "sech" | "sigmoid" | "softplus" => -94,
        "erf" | "normal_cdf" => -90,
        "exp" if x.abs() > 1e3 => -92,
        "exp" | "exp_m1" => -96,
        _ => -84, // |p·ln x| reaches 2¹⁴
    };
    2_f64.powi(digits)
}

fn function(name: &str, x: DoubleDouble) -> DoubleDouble {
    match name {
        "exp" => x.exp(),
        "exp_m1" => x.exp_m1(),
        "ln" => x.ln(),
        "ln_1p" => x.ln_1p(),
        "sqrt" => x.sqrt(),
        "sin" => x.sin(),
        "cos" => x.cos(),
        "tanh" => x.tanh(),
        "sech" => x.sech(),
        "sigmoid" => x.sigmoid(),
        "softplus" => x.softplus(),
        "erf" => x.erf(),
        "normal_cdf" => x.normal_cdf(),
        power => x.powf(power.strip_prefix("powf_").and_then(|p| p.parse().ok()).expect("a function of the table")),
    }
}

#[test]
fn functions_have_the_digits_that_they_claim() {
    let table = include_str!("../../tests/fixtures/functions.txt");
    let (mut lines, mut wrong) = (0, vec![]);
    for line in table.lines() {
        let [name, numbers @ ..] = &line.split(' ').collect::<Vec<_>>()[..] else { panic!("an empty line") };
        let [x, high, low, exponent] = numbers.iter().map(|x| x.parse().unwrap()).collect::<Vec<f64>>()[..] else {
            panic!("{line}: four numbers");
        };
        let exact = DoubleDouble::sum_of(high, low).scaled(exponent as i64);
        let error = ((function(name, x.into()) - exact) / exact).abs().to_f64();
        if error.is_nan() || error > allowed(name, x) {
            wrong.push(format!("{name}({x:e}): 2^{:.1}", error.log2()));
        }
        lines += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(lines > 400);
}

#[test]
fn what_is_no_number_behaves_as_in_f64() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    type Pair = (fn(DoubleDouble) -> DoubleDouble, fn(f64) -> f64);
    let functions: [Pair; 13] = [
        (Scalar::exp, f64::exp),
        (Scalar::exp_m1, f64::exp_m1),
        (Scalar::ln, f64::ln),
        (Scalar::ln_1p, f64::ln_1p),
        (Scalar::sqrt, f64::sqrt),
        (Scalar::sin, f64::sin),
        (Scalar::cos, f64::cos),
        (Scalar::tanh, f64::tanh),
        (Scalar::sech, Scalar::sech),
        (Scalar::sigmoid, Scalar::sigmoid),
        (Scalar::softplus, Scalar::softplus),
        (Scalar::erf, Scalar::erf),
        (Scalar::normal_cdf, Scalar::normal_cdf),
    ];
    for (at, (ours, std)) in functions.into_iter().enumerate() {
        for x in [inf, -inf, nan, 0.0, -0.0, 1e300, -1e300] {
            let (y, want) = (ours(x.into()).to_f64(), std(x));
            // Numbers that only f64 rounds to 0 or ∞ are no concern here.
            assert!(
                y == want
                    || y.is_nan() && want.is_nan()
                    || x.is_finite() && !x.is_nan() && (y / want - 1.0).abs() < 1e-15,
                "function {at} at {x}: {y}, not {want}"
            );
        }
    }
    for (a, b) in [(inf, 1.0), (inf, -inf), (0.0, inf), (nan, 1.0), (0.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (1.0, inf)] {
        let (x, y) = (DoubleDouble::from(a), DoubleDouble::from(b));
        for (ours, want) in [(x + y, a + b), (x - y, a - b), (x * y, a * b), (x / y, a / b)] {
            assert!(ours.to_f64() == want || ours.is_nan() && want.is_nan(), "{a} and {b}: {ours}, not {want}");
        }
        assert_eq!(x.partial_cmp(&y), a.partial_cmp(&b), "{a} and {b}");
    }
}

#[test]
fn numbers_that_f64_has_come_back() {
    for x in [1.0, -1.5, 5e-324, -1e-310, f64::MIN_POSITIVE, f64::MAX, f64::MIN, 1e-320] {
        assert_eq!(DoubleDouble::from(x).to_f64(), x, "{x:e}");
        assert_eq!((DoubleDouble::from(x) / DoubleDouble::from(3.0) * DoubleDouble::from(3.0)).to_f64(), x, "{x:e}");
    }
    // 10³⁰⁰ squared is no f64, but comes back.
    let large = DoubleDouble::from(1e300);
    assert_eq!(((large * large) / large).to_f64(), 1e300);
}
