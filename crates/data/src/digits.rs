//! The built-in data: handwritten-looking digits drawn from strokes, whose factors of variation are known.
//!
//! A digit is a handful of pen strokes, each a chain of cubic Bézier curves through a few knots. [`Factors`] say how this
//! one is written; [`draw`] is a pure function of them. Images look like those of MNIST: 28×28 pixels, white ink on
//! black, soft edges, the ink in a box of about 20×20 near the centre.
//!
//! Sample `i` depends on the seed and on `i` alone. The arithmetic is `f32` addition, multiplication, division and square
//! root, whose results IEEE 754 fixes, so that every machine draws the same bytes.

use diabolo_kernels::parallel;

use crate::{Dataset, ImageShape};

mod factors;
mod pen;
mod render;
mod strokes;

pub use factors::Factors;

/// Height and width of an image in pixels.
pub const SIDE: usize = 28;

/// Digits and how each of them was written.
#[derive(Clone, Debug)]
pub struct Digits {
    /// The images; labels are the digits' classes.
    pub images: Dataset,
    /// The factors of every image, in the same order.
    pub factors: Vec<Factors>,
}

/// `n` digits of random factors, the same for the same seed.
///
/// ```
/// use diabolo_data::digits;
///
/// let drawn = digits::generate(10, 7);
/// assert_eq!((drawn.images.len(), drawn.images.dim()), (10, 784));
/// assert_eq!(drawn.images.bytes(3), digits::draw(&drawn.factors[3]));
/// assert_eq!(drawn.images.bytes(3), digits::generate(4, 7).images.bytes(3));
/// ```
///
/// # Panics
/// If `n` needs more than 32 bits.
#[track_caller]
pub fn generate(n: usize, seed: u64) -> Digits {
    let n = u32::try_from(n).expect("rows of a dataset are counted in 32 bits");
    let factors = parallel::collect(n as usize, &|index| Factors::sample(seed, index as u32));
    let mut pixels = vec![0; factors.len() * SIDE * SIDE];
    parallel::pieces(&mut pixels, SIDE * SIDE, &|first, image| draw_into(&factors[first / (SIDE * SIDE)], image));
    let labels = factors.iter().map(|factors| factors.class).collect();
    let shape = ImageShape { height: SIDE, width: SIDE, channels: 1 };
    let images = Dataset::images("digits", pixels, Some(labels), shape).expect("one image and one label per sample");
    Digits { images, factors }
}

/// The image of one digit, row by row from the top.
///
/// All factors but one held still, an image changes smoothly with the one that is left, `class`, `form` and `hand` apart.
///
/// ```
/// use diabolo_data::digits::{Factors, draw};
///
/// let thin = Factors { class: 8, thickness: 1.5, ..Factors::default() };
/// let thick = Factors { thickness: 3.5, ..thin };
/// let ink = |factors| draw(&factors).iter().map(|&p| u32::from(p)).sum::<u32>();
/// assert!(ink(thick) > ink(thin));
/// ```
///
/// # Panics
/// If `class` is above 9 or `form` above 1.
#[track_caller]
pub fn draw(factors: &Factors) -> [u8; SIDE * SIDE] {
    let mut image = [0; SIDE * SIDE];
    draw_into(factors, &mut image);
    image
}

#[track_caller]
fn draw_into(factors: &Factors, image: &mut [u8]) {
    render::ink(&pen::write(factors), image);
}

#[cfg(test)]
mod tests;
