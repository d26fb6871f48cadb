//! Vectors of `f32` and of `f64`, so that the tile is written once for both.

use std::cell::RefCell;

use pulp::Simd;
use pulp::bytemuck::Pod;

use crate::{Buffer, Scalar};

/// A scalar that vector registers hold: `f32` and `f64`, and no others.
///
/// The functions give the vectors of an instruction set `V`, by the names of [`pulp::Simd`].
pub trait Vectors: Scalar + Pod + private::Sealed {
    /// A vector of this scalar.
    #[doc(hidden)]
    type Lanes<V: Simd>: Pod + Send + Sync;
    #[doc(hidden)]
    fn splat<V: Simd>(simd: V, x: Self) -> Self::Lanes<V>;
    #[doc(hidden)]
    fn plus<V: Simd>(simd: V, a: Self::Lanes<V>, b: Self::Lanes<V>) -> Self::Lanes<V>;
    /// a · b + c, rounded once at every level but [`Level::Scalar`](super::Level::Scalar).
    #[doc(hidden)]
    fn fused<V: Simd>(simd: V, a: Self::Lanes<V>, b: Self::Lanes<V>, c: Self::Lanes<V>) -> Self::Lanes<V>;
    /// `yes` where a ≤ b, else `no`.
    #[doc(hidden)]
    fn where_less_or_equal<V: Simd>(
        simd: V,
        a: Self::Lanes<V>,
        b: Self::Lanes<V>,
        yes: Self::Lanes<V>,
        no: Self::Lanes<V>,
    ) -> Self::Lanes<V>;
    /// The first vector of a slice that holds at least one.
    #[doc(hidden)]
    fn load<V: Simd>(simd: V, from: &[Self]) -> Self::Lanes<V>;
    /// Becomes the first vector of a slice that holds at least one.
    #[doc(hidden)]
    fn store<V: Simd>(simd: V, to: &mut [Self], x: Self::Lanes<V>);
    /// Whether all of a few numbers are zero.
    #[doc(hidden)]
    fn are_zero<const N: usize>(numbers: &[Self; N]) -> bool;
    /// Each of `sizes` becomes the larger of itself and |x|, where NaN is larger than an infinity.
    #[doc(hidden)]
    fn enlarge(sizes: &mut [Self], numbers: &[Self]);
    /// Lends `f` a slice of `len` numbers, whatever they are, that this thread keeps for the next time.
    #[doc(hidden)]
    fn with_scratch<T>(len: usize, f: impl FnOnce(&mut [Self]) -> T) -> T;
    /// [`gram`](super::gram()), which so is compiled here and not where it is called: its tiles are those of the product.
    #[doc(hidden)]
    fn gram(a: &[Self], columns: usize, out: &mut [f64]);

    /// Elements of a vector.
    #[doc(hidden)]
    #[inline(always)]
    fn lanes<V: Simd>() -> usize {
        size_of::<Self::Lanes<V>>() / size_of::<Self>()
    }
}

mod private {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

macro_rules! vectors {
    ($scalar:ident, $lanes:ident, $splat:ident, $add:ident, $fused:ident, $less_or_equal:ident,
     $select:ident, $as_simd:ident, $as_mut_simd:ident) => {
        impl Vectors for $scalar {
            type Lanes<V: Simd> = V::$lanes;
            #[inline(always)]
            fn splat<V: Simd>(simd: V, x: Self) -> V::$lanes {
                simd.$splat(x)
            }
            #[inline(always)]
            fn plus<V: Simd>(simd: V, a: V::$lanes, b: V::$lanes) -> V::$lanes {
                simd.$add(a, b)
            }
            #[inline(always)]
            fn fused<V: Simd>(simd: V, a: V::$lanes, b: V::$lanes, c: V::$lanes) -> V::$lanes {
                simd.$fused(a, b, c)
            }
            #[inline(always)]
            fn where_less_or_equal<V: Simd>(
                simd: V,
                a: V::$lanes,
                b: V::$lanes,
                yes: V::$lanes,
                no: V::$lanes,
            ) -> V::$lanes {
                simd.$select(simd.$less_or_equal(a, b), yes, no)
            }
            #[inline(always)]
            fn load<V: Simd>(_: V, from: &[Self]) -> V::$lanes {
                V::$as_simd(&from[..Self::lanes::<V>()]).0[0]
            }
            #[inline(always)]
            fn store<V: Simd>(_: V, to: &mut [Self], x: V::$lanes) {
                V::$as_mut_simd(&mut to[..Self::lanes::<V>()]).0[0] = x;
            }
            #[inline(always)]
            fn are_zero<const N: usize>(numbers: &[Self; N]) -> bool {
                // All bits but the signs in one: unlike a question to each number, that is one for a vector.
                numbers.iter().fold(0, |bits, x| bits | x.to_bits()) << 1 == 0
            }
            #[inline(always)]
            fn enlarge(sizes: &mut [Self], numbers: &[Self]) {
                // Without their signs, numbers are ordered as their bits.
                for (size, x) in sizes.iter_mut().zip(numbers) {
                    *size = Self::from_bits(size.to_bits().max(x.abs().to_bits()));
                }
            }
            fn with_scratch<T>(len: usize, f: impl FnOnce(&mut [Self]) -> T) -> T {
                // A stack: a thread that waits for its other half may run another product meanwhile.
                thread_local!(static FREE: RefCell<Vec<Buffer<$scalar>>> = const { RefCell::new(Vec::new()) });
                let mut buffer = FREE.with_borrow_mut(Vec::pop).unwrap_or_default();
                buffer.resize(len);
                let result = f(&mut buffer);
                FREE.with_borrow_mut(|free| free.push(buffer));
                result
            }
            #[track_caller]
            fn gram(a: &[Self], columns: usize, out: &mut [f64]) {
                super::gram::compute(a, columns, out);
            }
        }
    };
}

vectors!(
    f32,
    f32s,
    splat_f32s,
    add_f32s,
    mul_add_e_f32s,
    less_than_or_equal_f32s,
    select_f32s,
    as_simd_f32s,
    as_mut_simd_f32s
);
vectors!(
    f64,
    f64s,
    splat_f64s,
    add_f64s,
    mul_add_e_f64s,
    less_than_or_equal_f64s,
    select_f64s,
    as_simd_f64s,
    as_mut_simd_f64s
);
