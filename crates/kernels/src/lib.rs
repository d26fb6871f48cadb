//! Scalars, SIMD loops, matrix product, sums and keyed random fills over slices.
//!
//! This crate knows slices, strides, vector instructions and threads, and nothing of tensors, tapes or layers.
//! Everything is safe Rust. Every function gives the same bits at any number of threads: work is cut over elements
//! of the output, never over the terms of a sum, and the path taken depends on the whole problem alone: its shape,
//! and for products its zeros.
//!
//! | module | what it does |
//! |---|---|
//! | [`Scalar`] | the numbers everything is generic over; `f32` and `f64` with functions that vectorise |
//! | [`Buffer`], [`Layout`] | storage that starts on a cache line; strided and broadcast views of it |
//! | [`map()`], [`update`] | a scalar rule applied to every element, as vector code, on all threads |
//! | [`sum()`], [`sum_map`], [`sum_axes`] | sums on a fixed tree |
//! | [`sum_rows`], [`map_rows`] | a sum along each row of what a [`TermRule`] makes of it, and what flows back |
//! | [`fold`], [`cumulate()`] | products, the largest, the smallest, on the same tree; running sums and products |
//! | [`products_of_others`] | what multiplies each factor of a product |
//! | [`transpose`], [`permute`] | a matrix the other way round; an array with its axes in another order |
//! | [`gather_rows`], [`scatter_rows`] | rows picked by index; rows added to rows picked by index |
//! | [`product()`], [`products`](product::products) | matrix product with an epilogue, all four transposition cases; many at once |
//! | [`vectorised`] | any [`Loop`] over slices, as vector code |
//! | [`parallel`] | work shared among threads |
//! | [`random`] | random numbers as a function of the place where they are used |

#![deny(unsafe_code)]

mod buffer;
mod cumulate;
pub mod fold;
mod layout;
mod map;
mod others;
pub mod parallel;
mod permute;
pub mod product;
pub mod random;
mod rows;
mod scalar;
mod sum;
mod transpose;
mod update;

pub use buffer::Buffer;
pub use cumulate::{Direction, cumulate};
pub use fold::{TermRule, all_finite, map_rows, sum_rows};
pub use layout::{Layout, MAX_RANK};
pub use map::{Rule, Source, map};
pub use others::products_of_others;
pub use permute::permute;
pub use product::product;
pub use pulp::NullaryFnOnce as Loop;
pub use rows::{gather_rows, scatter_rows};
pub use scalar::{FRAC_1_SQRT_2_PI, Scalar};
pub use sum::{sum, sum_axes, sum_map};
pub use transpose::transpose;
pub use update::{UpdateRule, update};

/// Runs `work`, a loop over numbers of type `S`, compiled for the machine's widest vectors if the type has any.
///
/// `work` is a named struct with an `#[inline(always)]` call and not a closure: only then does the rule inside it become
/// part of the function that was compiled for the wide instruction set.
///
/// ```
/// use diabolo_kernels::{Loop, vectorised};
///
/// struct Halve<'a>(&'a mut [f64]);
/// impl Loop for Halve<'_> {
///     type Output = ();
///     #[inline(always)]
///     fn call(self) {
///         self.0.iter_mut().for_each(|x| *x *= 0.5);
///     }
/// }
///
/// let mut x = [2.0, 3.0];
/// vectorised::<f64, _>(Halve(&mut x));
/// assert_eq!(x, [1.0, 1.5]);
/// ```
#[inline(never)]
pub fn vectorised<S: Scalar, W: Loop>(work: W) -> W::Output {
    if S::IN_VECTORS { widest(work) } else { work.call() }
}

/// Runs `work`, compiled for the machine's widest vectors. Not by `dispatch`, whose layers are compiled once more for each loop.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn widest<W: Loop>(work: W) -> W::Output {
    match pulp::Arch::new() {
        pulp::Arch::V4(v4) => v4.vectorize(work),
        pulp::Arch::V3(v3) => v3.vectorize(work),
        _ => work.call(),
    }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn widest<W: Loop>(work: W) -> W::Output {
    pulp::Arch::new().dispatch(work)
}
