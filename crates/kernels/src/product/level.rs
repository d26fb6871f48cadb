//! Instruction sets.

use pulp::{Simd, WithSimd};

/// An instruction set for vectors, to be chosen by hand in tests and benches; everything else runs at the [`Widest`](Self::Widest).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// No vectors.
    Scalar,
    /// 256 bits: AVX2 and FMA (`pulp`'s V3).
    Avx2,
    /// 512 bits: AVX-512 (`pulp`'s V4).
    Avx512,
    /// The widest the machine has, whatever it is.
    Widest,
}

impl Level {
    /// The levels that this machine has.
    pub fn available() -> impl Iterator<Item = Self> {
        [Self::Scalar, Self::Avx2, Self::Avx512, Self::Widest].into_iter().filter(|level| level.exists())
    }

    #[cfg(target_arch = "x86_64")]
    fn exists(self) -> bool {
        match self {
            Self::Scalar | Self::Widest => true,
            Self::Avx2 => pulp::x86::V3::try_new().is_some(),
            Self::Avx512 => pulp::x86::V4::try_new().is_some(),
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn exists(self) -> bool {
        matches!(self, Self::Scalar | Self::Widest)
    }

    /// Runs `op`, compiled for this level. `Widest` takes the copy of the level that it stands for, since every copy of a
    /// product costs seconds of compilation.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(super) fn run<Op: WithSimd>(self, op: Op) -> Op::Output {
        match self.resolved() {
            Self::Scalar => pulp::Scalar::new().vectorize(op),
            level => level.run_in_vectors(op),
        }
    }

    /// The same for work that is not done without vectors, and so need not be compiled for that.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(super) fn run_in_vectors<Op: WithSimd>(self, op: Op) -> Op::Output {
        match self.resolved() {
            Self::Avx2 => pulp::x86::V3::try_new().map(|v3| Simd::vectorize(v3, op)).expect("the machine has AVX2"),
            Self::Avx512 => {
                pulp::x86::V4::try_new().map(|v4| Simd::vectorize(v4, op)).expect("the machine has AVX-512")
            }
            Self::Scalar | Self::Widest => panic!("this level has no vectors"),
        }
    }

    /// The level that this one stands for.
    #[cfg(target_arch = "x86_64")]
    fn resolved(self) -> Self {
        match self {
            Self::Widest => [Self::Avx512, Self::Avx2].into_iter().find(|level| level.exists()).unwrap_or(Self::Scalar),
            chosen => chosen,
        }
    }

    /// Runs `op`, compiled for this level.
    #[cfg(not(target_arch = "x86_64"))]
    #[inline(always)]
    pub(super) fn run<Op: WithSimd>(self, op: Op) -> Op::Output {
        match self {
            Self::Widest => pulp::Arch::new().dispatch(op),
            Self::Scalar => pulp::Scalar::new().vectorize(op),
            Self::Avx2 | Self::Avx512 => panic!("this machine does not have {self:?}"),
        }
    }

    /// The same: which levels are compiled is decided elsewhere.
    #[cfg(not(target_arch = "x86_64"))]
    #[inline(always)]
    pub(super) fn run_in_vectors<Op: WithSimd>(self, op: Op) -> Op::Output {
        self.run(op)
    }

    /// Whether there are vectors.
    pub(super) fn has_vectors(self) -> bool {
        self.lanes::<f32>() > 1
    }

    /// Elements of a vector.
    pub(super) fn lanes<S: super::Vectors>(self) -> usize {
        self.run(Facts::<S>(std::marker::PhantomData)).0
    }

    /// Whether there are 32 registers and not only 16.
    pub(super) fn is_wide(self) -> bool {
        self.run(Facts::<f32>(std::marker::PhantomData)).1
    }
}

/// Elements of a vector, and whether there are 32 registers.
struct Facts<S>(std::marker::PhantomData<S>);

impl<S: super::Vectors> WithSimd for Facts<S> {
    type Output = (usize, bool);

    #[inline(always)]
    fn with_simd<V: Simd>(self, _: V) -> (usize, bool) {
        (S::lanes::<V>(), V::REGISTER_COUNT >= 32)
    }
}
