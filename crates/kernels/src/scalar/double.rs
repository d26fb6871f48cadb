//! `f64`: the standard library's functions, and what it lacks in forms that survive saturation.

use super::normal::Series;
use super::{Scalar, logistic};
use crate::product::{Epilogue, Known, Level, Operand, product_on};
use crate::random::{self, Key, Law};

/// erf is within 2 units in the last place of the exact value, the distribution function within 4.
const NORMAL: Series<13, 26> = Series {
    centre: [
        0.128_379_167_095_512_57,
        -0.376_126_389_031_837_5,
        0.112_837_916_709_548_82,
        -0.026_866_170_645_077_334,
        5.223_977_624_823_223e-3,
        -8.548_326_981_129_666e-4,
        1.205_533_112_229_926_6e-4,
        -1.492_559_551_950_604_3e-5,
        1.646_100_448_096_203_4e-6,
        -1.635_035_446_195_965_5e-7,
        1.466_005_199_839_484_8e-8,
        -1.137_390_229_643_091_1e-9,
        5.958_930_743_134_941e-11,
    ],
    tail: [
        0.755_285_130_415_751_5,
        -0.607_896_641_971_892_1,
        0.387_137_400_742_214_9,
        -0.186_521_857_959_656_48,
        0.060_396_574_890_918_146,
        -0.007_540_188_966_774_565_5,
        -0.003_479_692_367_052_881,
        0.001_630_818_458_674_984_7,
        0.000_133_344_309_457_293,
        -0.000_231_094_947_513_424_76,
        -1.908_246_600_924_109e-6,
        3.514_476_659_652_385e-5,
        7.166_596_353_276_388e-7,
        -5.920_495_814_017_609_6e-6,
        -6.298_387_423_753_455e-7,
        1.022_364_177_383_006_6e-6,
        2.724_660_665_424_115_5e-7,
        -1.562_147_311_913_124e-7,
        -8.686_963_147_679_23e-8,
        1.434_898_423_558_800_2e-8,
        2.142_965_429_604_756_4e-8,
        1.609_606_592_559_703_7e-9,
        -3.731_410_413_853_782e-9,
        -9.187_164_650_138_496e-10,
        3.404_564_017_840_783_7e-10,
        1.277_748_788_283_185_5e-10,
    ],
};

impl Scalar for f64 {
    const EPSILON: f64 = f64::EPSILON;
    const IN_VECTORS: bool = true;

    #[inline(always)]
    fn of(x: f64) -> Self {
        x
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
    #[inline(always)]
    fn is_zero(self) -> bool {
        self == 0.0
    }
    #[inline(always)]
    fn is_nan(self) -> bool {
        self.is_nan()
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        self.is_finite()
    }
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        self.mul_add(b, c)
    }
    #[inline(always)]
    fn settled(self) -> Self {
        // NaN is not less than anything, and stays.
        if self.abs() < f64::MIN_POSITIVE { 0.0 } else { self }
    }
    #[inline(always)]
    fn exp(self) -> Self {
        self.exp()
    }
    /// Below −700 as a product of two equal factors, so that eˣ alone is not subnormal.
    #[inline(always)]
    fn exp_times(self, weight: Self) -> Self {
        let half = (0.5 * self).exp();
        let y = if self < -700.0 { weight * half * half } else { weight * self.exp() };
        if self < -1e3 { 0.0 } else { y }
    }
    #[inline(always)]
    fn exp_m1(self) -> Self {
        self.exp_m1()
    }
    #[inline(always)]
    fn ln(self) -> Self {
        self.ln()
    }
    #[inline(always)]
    fn ln_1p(self) -> Self {
        self.ln_1p()
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    #[inline(always)]
    fn abs(self) -> Self {
        self.abs()
    }
    #[inline(always)]
    fn sin(self) -> Self {
        self.sin()
    }
    #[inline(always)]
    fn cos(self) -> Self {
        self.cos()
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        self.tanh()
    }
    #[inline(always)]
    fn sech(self) -> Self {
        logistic::sech(self)
    }
    #[inline(always)]
    fn sigmoid(self) -> Self {
        logistic::sigmoid(self)
    }
    #[inline(always)]
    fn softplus(self) -> Self {
        Scalar::max(self, 0.0) + Scalar::ln_1p(Scalar::exp(-self.abs()))
    }
    #[inline(always)]
    fn erf(self) -> Self {
        NORMAL.erf(self)
    }
    #[inline(always)]
    fn normal_cdf(self) -> Self {
        NORMAL.normal_cdf(self)
    }
    #[inline(always)]
    fn normal_tail(self) -> Self {
        NORMAL.tail(self, 0.0)
    }
    #[inline(always)]
    fn powf(self, p: f64) -> Self {
        self.powf(p)
    }

    fn product(
        left: Operand<'_, Self>,
        right: Operand<'_, Self>,
        out: &mut [Self],
        epilogue: Epilogue<'_, Self>,
    ) -> Known {
        product_on(Level::Widest, left, right, out, epilogue)
    }

    fn fill(key: Key, law: Law, out: &mut [Self]) {
        random::compute(key, law, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_library_lacks_survives_saturation() {
        let inf = f64::INFINITY;
        assert_eq!([0.0, inf, -inf].map(Scalar::sech), [1.0, 0.0, 0.0]);
        assert_eq!([0.0, inf, -inf].map(Scalar::sigmoid), [0.5, 1.0, 0.0]);
        assert_eq!([inf, -inf, 800.0].map(Scalar::softplus), [inf, 0.0, 800.0]);
        for x in [-40.0_f64, -3.0, -1e-9, 0.25, 5.0, 300.0] {
            let near = |a: f64, b: f64| (a / b - 1.0).abs() < 4.0 * f64::EPSILON;
            assert!(near(Scalar::sech(x), 1.0 / x.cosh()));
            assert!(near(Scalar::sigmoid(x), 1.0 / (1.0 + (-x).exp())));
            assert!(near(Scalar::softplus(x), if x > 100.0 { x } else { x.exp().ln_1p() }));
        }
        for function in [Scalar::sech, Scalar::sigmoid, Scalar::softplus] as [fn(f64) -> f64; 3] {
            assert!(function(f64::NAN).is_nan());
        }
    }

    /// With 40 digits, by mpmath.
    #[test]
    fn error_and_distribution_function() {
        let ulps = |y: f64, exact: f64| (y - exact).abs() / (exact.abs().next_up() - exact.abs());
        for (x, erf, normal_cdf) in [
            (-37.5, -1.0, 4.605_353_009_581_955e-308),
            (-20.0, -1.0, 2.753_624_118_606_233_7e-89),
            (-8.25, -1.0, 7.919_726_314_642_477e-17),
            (-3.5, -0.999_999_256_901_627_6, 0.000_232_629_079_035_525_04),
            (-1.617_72, -0.977_850_920_281_846_3, 0.052_861_476_905_274_48),
            (-1.0, -0.842_700_792_949_714_9, 0.158_655_253_931_457_05),
            (-0.3, -0.328_626_759_459_127_4, 0.382_088_577_811_047_4),
            (1e-300, 1.128_379_167_095_512_6e-300, 0.5),
            (0.05, 0.056_371_977_797_016_63, 0.519_938_805_838_372_5),
            (0.875, 0.784_075_061_059_859_7, 0.809_213_047_147_489_4),
            (1.0, 0.842_700_792_949_714_9, 0.841_344_746_068_542_9),
            (1.009, 0.846_403_238_040_168_3, 0.843_512_682_906_930_5),
            (2.5, 0.999_593_047_982_555, 0.993_790_334_674_223_8),
            (5.75, 0.999_999_999_999_999_6, 0.999_999_995_537_827_6),
        ] {
            assert!(ulps(Scalar::erf(x), erf) <= 2.0, "erf {x}");
            assert!(ulps(Scalar::normal_cdf(x), normal_cdf) <= 4.0, "Φ({x})");
        }
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        assert_eq!([inf, -inf, -0.0].map(Scalar::erf), [1.0, -1.0, 0.0]);
        assert_eq!([inf, -inf].map(Scalar::normal_cdf), [1.0, 0.0]);
        assert_eq!([inf, -inf, 1e200].map(Scalar::normal_pdf), [0.0; 3]);
        assert!([Scalar::erf(nan), Scalar::normal_cdf(nan), Scalar::normal_pdf(nan)].into_iter().all(f64::is_nan));
    }
}
