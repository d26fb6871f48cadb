//! Fills of slices, version 1: element i is a function of the key and of i alone.
//!
//! ```text
//!   element   0     1     2     3   | 4     5     6     7   | …      block i / 4, word i mod 4
//!   uniform   u₀    u₁    u₂    u₃                                   u = (word + ½) · 2⁻³²
//!   normal    r₀·cos φ₁   r₀·sin φ₁   r₂·cos φ₃   r₂·sin φ₃          Box and Muller (1958)
//! ```
//!
//! A change to what any of these give for a key would change every seeded result, so it would be a new version beside
//! this one. Fixed figures in the tests hold it still.

use super::Key;
use crate::parallel::{self, Divisible};
use crate::{Loop, Scalar};

mod normal;

use normal::Normal;

/// Blocks that are drawn side by side, in the lanes of vectors.
const LANES: usize = 32;
/// Elements that come of them.
const GROUP: usize = 4 * LANES;
/// Elements that one thread fills at a time.
const GRAIN: usize = 8 * 1024;

/// Uniform numbers between `low` and `high`. The ends themselves can only appear by rounding to `S`.
///
/// ```
/// use diabolo_kernels::random::{Key, Stream, fill_uniform};
/// let mut x = [0.0_f32; 1000];
/// fill_uniform(Key::new(1, Stream::Data), -1.0, 1.0, &mut x);
/// assert!(x.iter().all(|x| (-1.0..=1.0).contains(x)));
/// ```
pub fn fill_uniform<S: Scalar>(key: Key, low: f64, high: f64, out: &mut [S]) {
    S::fill(key, Law::Uniform { low, high }, out);
}

/// Normal numbers of the given mean and standard deviation.
///
/// Drawn by the transform of Box and Muller, in the arithmetic of `S`, so that draws in `f32` and `f64` of one key
/// agree up to rounding: `x = mean + std · √(−2 ln u) · (cos φ, sin φ)`.
///
/// ```
/// use diabolo_kernels::random::{Key, Stream, fill_normal};
/// let (mut whole, mut start) = ([0.0_f64; 1000], [0.0_f64; 7]);
/// let key = Key::new(1, Stream::Noise).at(3, 40);
/// fill_normal(key, 0.0, 1.0, &mut whole);
/// fill_normal(key, 0.0, 1.0, &mut start); // an element depends on its place, not on the length of the fill
/// assert_eq!(whole[..7], start);
/// ```
pub fn fill_normal<S: Scalar>(key: Key, mean: f64, std: f64, out: &mut [S]) {
    S::fill(key, Law::Normal { mean, std }, out);
}

/// `scale` with probability `keep`, else 0: the mask of dropout with `scale` = 1 / `keep`, of masking noise with 1.
pub fn fill_mask<S: Scalar>(key: Key, keep: f64, scale: f64, out: &mut [S]) {
    S::fill(key, Law::Mask { keep, scale }, out);
}

/// Random words.
pub fn fill_words(key: Key, out: &mut [u32]) {
    fill(key, Words, 0, out);
}

/// Puts `items` into a random order, all orders equally likely (Fisher and Yates).
///
/// ```
/// use diabolo_kernels::random::{Key, Stream, shuffle};
/// let mut order: Vec<u32> = (0..100).collect();
/// shuffle(Key::new(1, Stream::Shuffle), &mut order);
/// assert!(!order.is_sorted());
/// order.sort();
/// assert!(order.into_iter().eq(0..100));
/// ```
pub fn shuffle(key: Key, items: &mut [u32]) {
    let mut generator = key.generator();
    for i in (1..items.len()).rev() {
        items.swap(i, below(&mut generator, i as u64 + 1) as usize);
    }
}

/// A number below `n`, all equally likely: Lemire, *Fast random integer generation in an interval* (2019), algorithm 5.
fn below(generator: &mut super::Generator, n: u64) -> u64 {
    use rand::Rng;
    loop {
        let product = u128::from(generator.next_u64()) * u128::from(n);
        // The products of n that fall below 2⁶⁴ mod n would make some numbers likelier than others.
        if product as u64 >= n.wrapping_neg() % n {
            return (product >> 64) as u64;
        }
    }
}

/// What numbers are drawn from.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Law {
    Uniform { low: f64, high: f64 },
    Normal { mean: f64, std: f64 },
    Mask { keep: f64, scale: f64 },
}

/// Elements from number 0 on.
pub(crate) fn compute<S: Scalar>(key: Key, law: Law, out: &mut [S]) {
    match law {
        Law::Uniform { low, high } => fill(key, Uniform { low, width: high - low }, 0, out),
        Law::Normal { mean, std } => fill(key, Normal { mean: S::of(mean), std: S::of(std) }, 0, out),
        Law::Mask { keep, scale } => fill(key, Mask { keep, scale: S::of(scale) }, 0, out),
    }
}

/// What becomes of the words of [`LANES`] blocks: word w of block b at `words[w][b]`, and elements likewise.
trait Draw<T>: Copy + Send + Sync {
    /// Whether this is worth compiling for every vector instruction set.
    const IN_VECTORS: bool;

    fn draw(self, words: &[[u32; LANES]; 4]) -> [[T; LANES]; 4];
}

/// A word as a number in (0, 1).
#[inline(always)]
fn unit(word: u32) -> f64 {
    (f64::from(word) + 0.5) * 2f64.powi(-32)
}

#[inline(always)]
fn each_word<T: Copy + Default>(words: &[[u32; LANES]; 4], f: impl Fn(u32) -> T) -> [[T; LANES]; 4] {
    let mut out = [[T::default(); LANES]; 4];
    for (out, words) in out.iter_mut().zip(words) {
        for lane in 0..LANES {
            out[lane] = f(words[lane]);
        }
    }
    out
}

#[derive(Clone, Copy)]
struct Words;

impl Draw<u32> for Words {
    const IN_VECTORS: bool = true;

    #[inline(always)]
    fn draw(self, words: &[[u32; LANES]; 4]) -> [[u32; LANES]; 4] {
        *words
    }
}

#[derive(Clone, Copy)]
struct Uniform {
    low: f64,
    width: f64,
}

impl<S: Scalar> Draw<S> for Uniform {
    const IN_VECTORS: bool = S::IN_VECTORS;

    #[inline(always)]
    fn draw(self, words: &[[u32; LANES]; 4]) -> [[S; LANES]; 4] {
        each_word(words, |word| S::of(unit(word) * self.width + self.low))
    }
}

#[derive(Clone, Copy)]
struct Mask<S> {
    keep: f64,
    scale: S,
}

impl<S: Scalar> Draw<S> for Mask<S> {
    const IN_VECTORS: bool = S::IN_VECTORS;

    #[inline(always)]
    fn draw(self, words: &[[u32; LANES]; 4]) -> [[S; LANES]; 4] {
        each_word(words, |word| if unit(word) < self.keep { self.scale } else { S::zero() })
    }
}

/// Elements `first .. first + out.len()` of the fill.
fn fill<T: Copy + Send, D: Draw<T>>(key: Key, draw: D, first: usize, out: &mut [T]) {
    parallel::run(Piece { key, draw, first, out }, GRAIN);
}

struct Piece<'a, T, D> {
    key: Key,
    draw: D,
    first: usize,
    out: &'a mut [T],
}

impl<T: Copy + Send, D: Draw<T>> Divisible for Piece<'_, T, D> {
    fn units(&self) -> usize {
        self.out.len()
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.out.split_at_mut(at);
        (Self { out: front, ..self }, Self { out: back, first: self.first + at, ..self })
    }

    fn run(self) {
        if D::IN_VECTORS { crate::widest(self) } else { self.call() }
    }
}

impl<T: Copy + Send, D: Draw<T>> Loop for Piece<'_, T, D> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { key, draw, first, mut out } = self;
        let (mut group, mut skip) = (first / GROUP, first % GROUP);
        while !out.is_empty() {
            let block = (group * LANES) as u32;
            let drawn = draw.draw(&key.blocks(std::array::from_fn(|lane| block.wrapping_add(lane as u32))));
            let (part, rest) = out.split_at_mut((GROUP - skip).min(out.len()));
            if let Some(part) = part.first_chunk_mut::<GROUP>() {
                for (lane, to) in part.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                    *to = [drawn[0][lane], drawn[1][lane], drawn[2][lane], drawn[3][lane]];
                }
            } else {
                for (i, to) in (skip..).zip(part) {
                    *to = drawn[i % 4][i / 4];
                }
            }
            (out, group, skip) = (rest, group + 1, 0);
        }
    }
}

#[cfg(test)]
mod tests;
