//! Small images: what a model reads and writes, as pixels.

/// A colour for positive weights and one for negative weights; both are of middle lightness, so that they show on
/// white as well as on black.
const POSITIVE: [u8; 3] = [0xe0, 0x4f, 0x2a];
const NEGATIVE: [u8; 3] = [0x3a, 0x8d, 0xf2];

/// An image of 8-bit pixels, row by row, with its channels interleaved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    width: usize,
    height: usize,
    channels: usize,
    pixels: Vec<u8>,
}

impl Image {
    /// An image of 1 (grey), 3 (RGB) or 4 (RGBA, straight alpha) channels.
    ///
    /// # Panics
    ///
    /// If `channels` is another number or `pixels` does not hold `width` × `height` × `channels` bytes.
    #[track_caller]
    #[must_use]
    pub fn new(width: usize, height: usize, channels: usize, pixels: Vec<u8>) -> Self {
        assert!(matches!(channels, 1 | 3 | 4), "an image has 1, 3 or 4 channels, not {channels}");
        assert_eq!(
            pixels.len(),
            width * height * channels,
            "{width}×{height} pixels of {channels} channels need as many bytes"
        );
        Self { width, height, channels, pixels }
    }

    /// An image from values in \[0, 1\], grey with one value to a pixel and RGB with three: 0 is dark, 1 is bright,
    /// anything outside is clamped and NaN is dark.
    ///
    /// # Panics
    ///
    /// If there are not one or three times `width` × `height` values.
    ///
    /// ```
    /// let image = diabolo_report::Image::from_unit(&[0.0_f32, 0.5, 1.0, 7.0], 2, 2);
    /// assert_eq!(image.pixels(), [0, 128, 255, 255]);
    /// ```
    #[track_caller]
    #[must_use]
    pub fn from_unit<S: Copy + Into<f64>>(values: &[S], width: usize, height: usize) -> Self {
        let channels = if is_colour(values.len(), width, height) { 3 } else { 1 };
        Self::new(width, height, channels, values.iter().map(|&value| byte(value.into())).collect())
    }

    /// A picture of values of either sign, such as the weights of one unit: red where positive, blue where negative,
    /// and the more opaque the nearer |value| comes to `limit`. Zero is transparent, so the image sits well on a light
    /// page and on a dark one. NaN is transparent too.
    ///
    /// With three values to a pixel, those of red, green and blue, each raises or lowers its colour from middle grey.
    ///
    /// # Panics
    ///
    /// If there are not one or three times `width` × `height` values.
    ///
    /// ```
    /// let image = diabolo_report::Image::signed(&[-1.0_f32, 0.0, 1.0], 3, 1, 1.0);
    /// assert_eq!([image.pixels()[3], image.pixels()[7], image.pixels()[11]], [255, 0, 255]);
    /// ```
    #[track_caller]
    #[must_use]
    pub fn signed<S: Copy + Into<f64>>(values: &[S], width: usize, height: usize, limit: f64) -> Self {
        if is_colour(values.len(), width, height) {
            let channel = |&value: &S| byte(0.5 + 0.5 * finite(value.into()) / limit);
            return Self::new(width, height, 3, values.iter().map(channel).collect());
        }
        let pixels = values.iter().flat_map(|&value| {
            let value: f64 = value.into();
            let [red, green, blue] = if value > 0.0 { POSITIVE } else { NEGATIVE };
            let strength = if value == 0.0 { 0.0 } else { value.abs() / limit };
            [red, green, blue, byte(strength)]
        });
        Self::new(width, height, 4, pixels.collect())
    }

    /// The image reduced by a whole factor until it is no wider than `width` pixels, each new pixel being the mean of
    /// those it stands for, weighted by how opaque they are.
    pub(crate) fn within(&self, width: usize) -> Self {
        let factor = self.width.div_ceil(width.max(1));
        if factor <= 1 {
            return self.clone();
        }
        let (columns, rows) = (self.width.div_ceil(factor), self.height.div_ceil(factor));
        let mean = |place: usize| self.mean((place / columns) * factor, (place % columns) * factor, factor);
        let pixels = (0..rows * columns).flat_map(|place| mean(place).into_iter().take(self.channels)).collect();
        Self { width: columns, height: rows, channels: self.channels, pixels }
    }

    /// The mean colour of a square of pixels, as far as it lies inside.
    fn mean(&self, top: usize, left: usize, side: usize) -> [u8; 4] {
        let (bottom, right) = ((top + side).min(self.height), (left + side).min(self.width));
        let (mut sums, mut opacity) = ([0_usize; 3], 0_usize);
        for (row, column) in (top..bottom).flat_map(|row| (left..right).map(move |column| (row, column))) {
            let [colour @ .., alpha] = self.rgba(row, column);
            opacity += usize::from(alpha);
            for (sum, channel) in sums.iter_mut().zip(colour) {
                *sum += usize::from(channel) * usize::from(alpha);
            }
        }
        let [red, green, blue] = sums.map(|sum| (sum as f64 / opacity.max(1) as f64).round() as u8);
        let area = (bottom - top) * (right - left);
        [red, green, blue, (opacity as f64 / area as f64).round() as u8]
    }

    /// Columns of pixels.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows of pixels.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// Bytes per pixel: 1, 3 or 4.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// All bytes, row by row.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// One pixel as RGBA.
    pub(crate) fn rgba(&self, row: usize, column: usize) -> [u8; 4] {
        let start = (row * self.width + column) * self.channels;
        match self.pixels[start..start + self.channels] {
            [grey] => [grey, grey, grey, 255],
            [red, green, blue] => [red, green, blue, 255],
            [red, green, blue, alpha] => [red, green, blue, alpha],
            _ => unreachable!("`new` admits 1, 3 or 4 channels"),
        }
    }
}

/// The largest |value| that is worth a full colour: the 99.5th percentile of all finite magnitudes, so that one
/// outlier does not make every other weight pale. 1 if there is none above 0.
///
/// ```
/// let limit = diabolo_report::signed_limit([0.5_f32, -2.0].iter());
/// assert_eq!(limit, 2.0);
/// ```
#[must_use]
pub fn signed_limit<'a, S: Copy + Into<f64> + 'a>(values: impl Iterator<Item = &'a S>) -> f64 {
    let mut magnitudes: Vec<f64> = values.map(|&value| value.into().abs()).filter(|value| value.is_finite()).collect();
    if magnitudes.is_empty() {
        return 1.0;
    }
    magnitudes.sort_by(f64::total_cmp);
    let rank = ((magnitudes.len() - 1) as f64 * 0.995).ceil() as usize;
    if magnitudes[rank] > 0.0 { magnitudes[rank] } else { 1.0 }
}

/// Whether `values` are three to a pixel.
fn is_colour(values: usize, width: usize, height: usize) -> bool {
    values > 0 && values == 3 * width * height
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

fn byte(unit: f64) -> u8 {
    // The cast saturates and turns NaN into 0.
    (unit * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_values_are_clamped() {
        let image = Image::from_unit(&[f64::NAN, f64::INFINITY, -3.0, 0.25], 4, 1);
        assert_eq!(image.pixels(), [0, 255, 0, 64]);
    }

    #[test]
    fn signed_values_keep_their_sign_as_hue() {
        let image = Image::signed(&[2.0, -0.5, f64::NAN, 0.0], 2, 2, 1.0);
        assert_eq!(image.rgba(0, 0), [POSITIVE[0], POSITIVE[1], POSITIVE[2], 255]);
        assert_eq!(image.rgba(0, 1), [NEGATIVE[0], NEGATIVE[1], NEGATIVE[2], 128]);
        assert_eq!(image.rgba(1, 0)[3], 0);
        assert_eq!(image.rgba(1, 1)[3], 0);
    }

    #[test]
    fn three_values_to_a_pixel_are_its_colour() {
        let image = Image::from_unit(&[1.0, 0.0, 0.5, 0.0, 0.0, 1.0], 2, 1);
        assert_eq!((image.channels(), image.rgba(0, 0), image.rgba(0, 1)), (3, [255, 0, 128, 255], [0, 0, 255, 255]));
        let weights = Image::signed(&[2.0, -2.0, f64::NAN], 1, 1, 2.0);
        assert_eq!(weights.rgba(0, 0), [255, 0, 128, 255]);
    }

    #[test]
    fn a_reduced_image_holds_means() {
        let image = Image::new(3, 2, 1, vec![0, 100, 7, 100, 200, 9]);
        assert_eq!(image.within(2), Image::new(2, 1, 1, vec![100, 8]));
        assert_eq!(image.within(3), image);
        let half_clear = Image::new(2, 1, 4, vec![200, 0, 0, 255, 0, 0, 0, 0]);
        assert_eq!(half_clear.within(1).rgba(0, 0), [200, 0, 0, 128]);
    }

    #[test]
    fn the_limit_ignores_outliers_and_survives_nothing() {
        let mut weights = vec![0.1_f64; 1000];
        weights.push(1e6);
        assert_eq!(signed_limit(weights.iter()), 0.1);
        assert_eq!(signed_limit([f64::NAN].iter()), 1.0);
        assert_eq!(signed_limit([0.0_f32].iter()), 1.0);
    }

    #[test]
    #[should_panic(expected = "need as many bytes")]
    fn a_wrong_length_is_a_programming_error() {
        let _ = Image::new(2, 2, 1, vec![0; 3]);
    }
}
