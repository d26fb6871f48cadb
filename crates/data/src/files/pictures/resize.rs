//! Pictures in another size.
//!
//! The triangle filter: a new pixel with its centre at c (in old pixels) is Σᵢ wᵢxᵢ with wᵢ ∝ max(0, 1 − |i + ½ − c|/r),
//! where r is old size / new size, and 1 where that is below 1. So enlarging is linear interpolation, and shrinking takes
//! all old pixels into account. Lines and columns are treated one after the other in `f32` and rounded once, at the end.

use super::decode::Picture;
use crate::ImageShape;

/// The picture in another height and width.
pub(super) fn resize(picture: &Picture, height: usize, width: usize) -> Picture {
    let ImageShape { height: old_height, width: old_width, channels } = picture.shape;
    let wide: Vec<f32> = {
        let taps = taps(old_width, width);
        picture.pixels.chunks_exact(old_width * channels).flat_map(|line| along(line, &taps, channels)).collect()
    };
    let line = width * channels;
    let mut pixels = Vec::with_capacity(height * line);
    let mut sums = vec![0.0_f32; line];
    for Tap { start, weights } in taps(old_height, height) {
        sums.fill(0.0);
        for (weight, old) in weights.iter().zip(wide[start * line..].chunks_exact(line)) {
            sums.iter_mut().zip(old).for_each(|(sum, x)| *sum += weight * x);
        }
        pixels.extend(sums.iter().map(|sum| sum.round() as u8)); // the cast saturates
    }
    Picture { shape: ImageShape { height, width, channels }, pixels }
}

/// A line of new pixels.
fn along<'a>(line: &'a [u8], taps: &'a [Tap], channels: usize) -> impl Iterator<Item = f32> + 'a {
    let pixel = move |tap: &'a Tap, channel: usize| {
        let old = line[tap.start * channels + channel..].iter().step_by(channels);
        tap.weights.iter().zip(old).map(|(weight, &x)| weight * f32::from(x)).sum()
    };
    taps.iter().flat_map(move |tap| (0..channels).map(move |channel| pixel(tap, channel)))
}

/// The old pixels that a new one is made of, and their weights.
struct Tap {
    start: usize,
    weights: Vec<f32>,
}

fn taps(old: usize, new: usize) -> Vec<Tap> {
    let ratio = old as f64 / new as f64;
    let reach = ratio.max(1.0);
    let tap = |i: usize| {
        let centre = (i as f64 + 0.5) * ratio;
        let start = (centre - reach + 0.5).max(0.0) as usize;
        let end = ((centre + reach + 0.5) as usize).min(old);
        let weight = |j: usize| (1.0 - (j as f64 + 0.5 - centre).abs() / reach).max(0.0);
        let total: f64 = (start..end).map(weight).sum();
        Tap { start, weights: (start..end).map(|j| (weight(j) / total) as f32).collect() }
    };
    (0..new).map(tap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(height: usize, width: usize, channels: usize, pixels: Vec<u8>) -> Picture {
        Picture { shape: ImageShape { height, width, channels }, pixels }
    }

    #[test]
    fn enlarging_interpolates_between_centres() {
        let small = picture(1, 2, 1, vec![0, 100]);
        assert_eq!(resize(&small, 2, 4).pixels, [0, 25, 75, 100].repeat(2));
    }

    #[test]
    fn shrinking_takes_all_pixels_into_account() {
        let stripes = picture(2, 8, 1, [0, 200].repeat(8));
        let inner = &resize(&stripes, 1, 4).pixels[1..3];
        assert_eq!(inner, [100, 100]);
    }

    #[test]
    fn channels_stay_apart_and_flat_colours_flat() {
        let flat = picture(7, 5, 3, [10, 20, 255].repeat(35));
        for (height, width) in [(3, 2), (7, 5), (16, 9), (1, 1)] {
            assert_eq!(resize(&flat, height, width), picture(height, width, 3, [10, 20, 255].repeat(height * width)));
        }
    }

    #[test]
    fn the_same_size_changes_nothing() {
        let any = picture(3, 4, 1, (0..12).map(|i| i * 21).collect());
        assert_eq!(resize(&any, 3, 4), any);
    }
}
