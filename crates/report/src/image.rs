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

    /// A grey image from values in \[0, 1\]: 0 is black, 1 is white, anything outside is clamped and NaN is black.
    ///
    /// # Panics
    ///
    /// If there are not `width` × `height` values.
    ///
    /// ```
    /// let image = diabolo_report::Image::from_unit(&[0.0_f32, 0.5, 1.0, 7.0], 2, 2);
    /// assert_eq!(image.pixels(), [0, 128, 255, 255]);
    /// ```
    #[track_caller]
    #[must_use]
    pub fn from_unit<S: Copy + Into<f64>>(values: &[S], width: usize, height: usize) -> Self {
        Self::new(width, height, 1, values.iter().map(|&value| byte(value.into())).collect())
    }

    /// A picture of values of either sign, such as the weights of one unit: red where positive, blue where negative,
    /// and the more opaque the nearer |value| comes to `limit`. Zero is transparent, so the image sits well on a light
    /// page and on a dark one. NaN is transparent too.
    ///
    /// # Panics
    ///
    /// If there are not `width` × `height` values.
    ///
    /// ```
    /// let image = diabolo_report::Image::signed(&[-1.0_f32, 0.0, 1.0], 3, 1, 1.0);
    /// assert_eq!([image.pixels()[3], image.pixels()[7], image.pixels()[11]], [255, 0, 255]);
    /// ```
    #[track_caller]
    #[must_use]
    pub fn signed<S: Copy + Into<f64>>(values: &[S], width: usize, height: usize, limit: f64) -> Self {
        let pixels = values.iter().flat_map(|&value| {
            let value: f64 = value.into();
            let [red, green, blue] = if value > 0.0 { POSITIVE } else { NEGATIVE };
            let strength = if value == 0.0 { 0.0 } else { value.abs() / limit };
            [red, green, blue, byte(strength)]
        });
        Self::new(width, height, 4, pixels.collect())
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
