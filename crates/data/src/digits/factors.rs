//! What is known about a drawn digit.

use diabolo_kernels::random::{Generator, Key, Stream};
use rand::Rng;

/// How a digit is written. All but `class`, `form`, `style` and `hand` follow a bell with the mean of [`Factors::default`]
/// and are independent of each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factors {
    /// Which digit, 0 to 9.
    pub class: u8,
    /// Which of two ways to write it, 0 or 1, equally often: 1 a bare stroke or with flag and foot, 4 open or closed, 7
    /// without or with a bar. The other digits have one form and always 0.
    pub form: u8,
    /// Place between two manners of the same form, uniform in [0, 1]: a 2 without or with a loop, a round or a flat 3, a
    /// straight or a curled 9 …
    pub style: f32,
    /// Horizontal shift of the top against the bottom, as a fraction of the height; positive leans to the right.
    pub slant: f32,
    /// Longer side of the ink in units of 20 pixels.
    pub scale: f32,
    /// Width against the width of the plain glyph.
    pub aspect: f32,
    /// Mean width of the pen in pixels.
    pub thickness: f32,
    /// Turn about the centre in radians, clockwise.
    pub rotation: f32,
    /// Where the centre of the ink lies, in pixels right of and below the centre of the image.
    pub shift: [f32; 2],
    /// Roundness of the curves: 1 runs along circles, less cuts corners, more bulges.
    pub curvature: f32,
    /// Which hand wrote it: the seed of small independent deviations of every knot and of the pen's pressure.
    pub hand: u64,
}

impl Default for Factors {
    /// An upright, average 0.
    fn default() -> Self {
        Self {
            class: 0,
            form: 0,
            style: 0.5,
            slant: 0.12,
            scale: 1.0,
            aspect: 1.08,
            thickness: 2.6,
            rotation: 0.0,
            shift: [0.0, 0.0],
            curvature: 1.0,
            hand: 0,
        }
    }
}

impl Factors {
    /// The factors of sample `index` under a seed.
    pub fn sample(seed: u64, index: u32) -> Self {
        let mut draw = Draw(Key::new(seed, Stream::Data).at(0, index).generator());
        let class = (draw.uniform() * 10.0) as u8;
        let second = draw.uniform() < 0.5;
        let mean = Self::default();
        Self {
            class,
            form: u8::from(second && matches!(class, 1 | 4 | 7)),
            style: draw.uniform(),
            slant: mean.slant + 0.2 * draw.bell(),
            scale: mean.scale + 0.05 * draw.bell(),
            aspect: mean.aspect + 0.17 * draw.bell(),
            thickness: mean.thickness + 0.55 * draw.bell(),
            rotation: mean.rotation + 0.1 * draw.bell(),
            shift: [0.7 * draw.bell(), 0.7 * draw.bell()],
            curvature: mean.curvature + 0.13 * draw.bell(),
            hand: draw.0.next_u64(),
        }
    }
}

/// Random numbers by arithmetic that is exact on every machine.
pub(super) struct Draw(Generator);

impl Draw {
    /// The draws of one hand.
    pub(super) fn hand(hand: u64) -> Self {
        Self(Key::new(hand, Stream::Data).site(1).generator())
    }

    /// Uniform in [0, 1).
    pub(super) fn uniform(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / 16_777_216.0
    }

    /// Mean 0 and variance 1, bell-shaped and never beyond ±2√3: the sum of four uniforms, so that no logarithm is
    /// needed and no digit is a freak.
    pub(super) fn bell(&mut self) -> f32 {
        let sum = self.uniform() + self.uniform() + self.uniform() + self.uniform();
        (sum - 2.0) * 3.0_f32.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: u32 = 20_000;

    fn samples() -> Vec<Factors> {
        (0..N).map(|index| Factors::sample(11, index)).collect()
    }

    fn moments(values: &[f64]) -> [f64; 2] {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        [mean, (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()]
    }

    #[test]
    fn classes_and_forms_are_equally_frequent() {
        let samples = samples();
        for class in 0..10 {
            let of_class: Vec<_> = samples.iter().filter(|factors| factors.class == class).collect();
            assert!((1850..2150).contains(&of_class.len()), "{} of class {class}", of_class.len());
            let second = of_class.iter().filter(|factors| factors.form == 1).count();
            match class {
                1 | 4 | 7 => assert!((900..1100).contains(&second), "{second} of class {class} in form 1"),
                _ => assert_eq!(second, 0, "class {class} has one form"),
            }
        }
    }

    #[test]
    fn continuous_factors_have_their_moments_and_no_correlation() {
        type Column = (fn(&Factors) -> f32, f64, f64);
        let columns: [Column; 9] = [
            (|f| f.style, 0.5, 1.0 / 12.0_f64.sqrt()),
            (|f| f.slant, 0.12, 0.2),
            (|f| f.scale, 1.0, 0.05),
            (|f| f.aspect, 1.08, 0.17),
            (|f| f.thickness, 2.6, 0.55),
            (|f| f.rotation, 0.0, 0.1),
            (|f| f.shift[0], 0.0, 0.7),
            (|f| f.shift[1], 0.0, 0.7),
            (|f| f.curvature, 1.0, 0.13),
        ];
        let samples = samples();
        let standard = columns.map(|(factor, mean, std)| {
            let values: Vec<f64> = samples.iter().map(|f| f64::from(factor(f))).collect();
            let [m, s] = moments(&values);
            assert!((m - mean).abs() < 0.03 * std && (s - std).abs() < 0.03 * std, "{m} ± {s}, not {mean} ± {std}");
            values.into_iter().map(|x| (x - m) / s).collect::<Vec<_>>()
        });
        for (i, a) in standard.iter().enumerate() {
            for b in &standard[..i] {
                let correlation = a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / f64::from(N);
                assert!(correlation.abs() < 0.03, "factor {i} correlates with another: {correlation}");
            }
        }
    }

    #[test]
    fn a_sample_depends_on_seed_and_index_alone() {
        assert_eq!(Factors::sample(3, 5), Factors::sample(3, 5));
        assert_ne!(Factors::sample(3, 5), Factors::sample(3, 6));
        assert_ne!(Factors::sample(3, 5), Factors::sample(4, 5));
    }
}
