//! The arithmetic peak: 12 chains of fused multiply-adds that do not wait for one another, on every thread.

use std::hint::black_box;
use std::time::Instant;

use pulp::{Arch, Simd, WithSimd};

/// Vectors to measure the peak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vectors {
    /// The widest of the machine.
    Widest,
    /// 256 bits: AVX2 and FMA.
    Avx2,
}

/// FLOP/s in `f32` of all threads of the current rayon pool together; `None` if the machine lacks the vectors.
///
/// ```
/// use diabolo_meter::{Vectors, peak};
/// assert!(peak(Vectors::Widest).is_some_and(|flops| flops > 1e6));
/// ```
pub fn peak(vectors: Vectors) -> Option<f64> {
    rayon::broadcast(|_| vectors.dispatch()).into_iter().sum()
}

impl Vectors {
    #[cfg(target_arch = "x86_64")]
    fn dispatch(self) -> Option<f64> {
        match self {
            Self::Widest => Some(Arch::new().dispatch(Chains)),
            Self::Avx2 => pulp::x86::V3::try_new().map(|v3| Simd::vectorize(v3, Chains)),
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn dispatch(self) -> Option<f64> {
        (self == Self::Widest).then(|| Arch::new().dispatch(Chains))
    }
}

struct Chains;

impl WithSimd for Chains {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        // As many as AVX2's 16 registers hold beside the two factors; AVX-512 needs no more to be busy.
        const CHAINS: usize = 12;
        const LENGTH: usize = 400_000;
        let (x, y) = (simd.splat_f32s(black_box(0.999)), simd.splat_f32s(black_box(0.001)));
        let mut sums = [simd.splat_f32s(0.5); CHAINS];
        let mut best = f64::INFINITY;
        // Plain loops: what a closure holds is not compiled for the wide instruction set.
        for _ in 0..20 {
            let begun = Instant::now();
            for _ in 0..LENGTH {
                for sum in &mut sums {
                    *sum = simd.mul_add_e_f32s(*sum, x, y);
                }
            }
            best = best.min(begun.elapsed().as_secs_f64());
        }
        for sum in sums {
            black_box(simd.reduce_sum_f32s(sum));
        }
        let lanes = size_of::<S::f32s>() / size_of::<f32>();
        2.0 * (CHAINS * lanes * LENGTH) as f64 / best
    }
}
