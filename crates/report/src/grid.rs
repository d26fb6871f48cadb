//! Images in rows and columns, as one PNG.

use base64::Engine as _;

use crate::Image;

/// Separators: a grey that is visible on white and on black without shouting on either.
const SEPARATOR: [u8; 4] = [128, 128, 128, 72];

/// A PNG file in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    png: Vec<u8>,
}

impl Picture {
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

    /// The bytes of the file.
    #[must_use]
    pub fn png(&self) -> &[u8] {
        &self.png
    }

    /// The file as an address for the `src` of an `<img>`: `data:image/png;base64,…`.
    pub(crate) fn data_uri(&self) -> String {
        let mut uri = "data:image/png;base64,".to_owned();
        base64::engine::general_purpose::STANDARD.encode_string(&self.png, &mut uri);
        uri
    }
}

/// Draws `images` row by row in `columns` columns, each pixel as a square of `scale` × `scale`, with thin separators.
///
/// The cells are as large as the largest image; smaller images sit in their top left corner. No pixel is ever blended
/// with another. Without images the picture is a single transparent pixel.
///
/// # Panics
///
/// If `columns` or `scale` is 0.
///
/// ```
/// use diabolo_report::{Image, grid};
/// let digit = Image::from_unit(&vec![0.5_f32; 28 * 28], 28, 28);
/// let picture = grid(&[digit.clone(), digit.clone(), digit], 2, 3);
/// assert_eq!((picture.width(), picture.height()), (2 * 84 + 2, 2 * 84 + 2));
/// ```
#[track_caller]
#[must_use]
pub fn grid(images: &[Image], columns: usize, scale: usize) -> Picture {
    assert!(columns > 0 && scale > 0, "a grid needs at least one column and a scale of at least 1");
    arrange(images, columns, scale, separator(scale))
}

/// A grid without separators.
pub(crate) fn seamless(images: &[Image], columns: usize, scale: usize) -> Picture {
    arrange(images, columns, scale, 0)
}

fn arrange(images: &[Image], columns: usize, scale: usize, gap: usize) -> Picture {
    let columns = columns.min(images.len().max(1));
    let rows = images.len().div_ceil(columns);
    let cell_width = images.iter().map(Image::width).max().unwrap_or(0) * scale;
    let cell_height = images.iter().map(Image::height).max().unwrap_or(0) * scale;
    let mut canvas = Canvas::new(
        (columns * (cell_width + gap)).saturating_sub(gap).max(1),
        (rows * (cell_height + gap)).saturating_sub(gap).max(1),
    );
    canvas.rule(columns, cell_width, rows, cell_height, gap);
    for (index, image) in images.iter().enumerate() {
        let top = index / columns * (cell_height + gap);
        let left = index % columns * (cell_width + gap);
        canvas.paste(image, top, left, scale);
    }
    canvas.encode()
}

/// Width of a separator at a scale, in pixels.
fn separator(scale: usize) -> usize {
    scale.div_ceil(2)
}

/// RGBA pixels under construction.
struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![[0; 4]; width * height] }
    }

    fn rule(&mut self, columns: usize, cell_width: usize, rows: usize, cell_height: usize, gap: usize) {
        if gap == 0 {
            return;
        }
        let between = |position: usize, cell: usize, count: usize| {
            position % (cell + gap) >= cell && position / (cell + gap) + 1 < count
        };
        for y in 0..self.height {
            for x in 0..self.width {
                if between(x, cell_width, columns) || between(y, cell_height, rows) {
                    self.pixels[y * self.width + x] = SEPARATOR;
                }
            }
        }
    }

    fn paste(&mut self, image: &Image, top: usize, left: usize, scale: usize) {
        for y in 0..image.height() * scale {
            let start = (top + y) * self.width + left;
            for x in 0..image.width() * scale {
                self.pixels[start + x] = image.rgba(y / scale, x / scale);
            }
        }
    }

    /// The smallest colour type that keeps every pixel: pages with hundreds of grey digits stay small.
    fn encode(&self) -> Picture {
        let grey = self.pixels.iter().all(|[red, green, blue, _]| red == green && green == blue);
        let opaque = self.pixels.iter().all(|pixel| pixel[3] == 255);
        let (colour, kept): (_, &[usize]) = match (grey, opaque) {
            (true, true) => (png::ColorType::Grayscale, &[0]),
            (true, false) => (png::ColorType::GrayscaleAlpha, &[0, 3]),
            (false, true) => (png::ColorType::Rgb, &[0, 1, 2]),
            (false, false) => (png::ColorType::Rgba, &[0, 1, 2, 3]),
        };
        let bytes: Vec<u8> = self.pixels.iter().flat_map(|pixel| kept.iter().map(|&channel| pixel[channel])).collect();
        let mut file = Vec::new();
        let side = |length: usize| u32::try_from(length).expect("a grid held in memory has sides below 2³²");
        let mut encoder = png::Encoder::new(&mut file, side(self.width), side(self.height));
        encoder.set_color(colour);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header().expect("a Vec takes every byte and the header is valid");
        writer.write_image_data(&bytes).expect("the buffer has one entry per pixel and channel");
        writer.finish().expect("a Vec takes every byte");
        Picture { width: self.width, height: self.height, png: file }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(picture: &Picture) -> (png::OutputInfo, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(picture.png())).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        (info, bytes)
    }

    #[test]
    fn pixels_become_squares_and_separators_lie_between() {
        let white = Image::new(1, 1, 1, vec![255]);
        let black = Image::new(1, 1, 1, vec![0]);
        let picture = grid(&[white.clone(), black, white], 2, 2);
        let (info, bytes) = decode(&picture);
        assert_eq!((info.width, info.height, info.color_type), (5, 5, png::ColorType::GrayscaleAlpha));
        let pixel = |x: usize, y: usize| [bytes[(y * 5 + x) * 2], bytes[(y * 5 + x) * 2 + 1]];
        assert_eq!(pixel(0, 0), [255, 255]);
        assert_eq!(pixel(1, 1), [255, 255]);
        assert_eq!(pixel(2, 0), [128, 72]);
        assert_eq!(pixel(4, 1), [0, 255]);
        assert_eq!(pixel(0, 2), [128, 72]);
        assert_eq!(pixel(4, 4), [0, 0], "a cell without an image stays clear");
    }

    #[test]
    fn the_colour_type_is_the_smallest_that_fits() {
        let grey = Image::new(2, 1, 1, vec![9, 200]);
        let red = Image::new(1, 1, 3, vec![200, 0, 0]);
        let signed = Image::signed(&[0.5], 1, 1, 1.0);
        assert_eq!(decode(&grid(&[grey], 1, 4)).0.color_type, png::ColorType::Grayscale);
        assert_eq!(decode(&grid(&[red], 9, 4)).0.color_type, png::ColorType::Rgb);
        assert_eq!(decode(&grid(&[signed], 9, 4)).0.color_type, png::ColorType::Rgba);
    }

    #[test]
    fn no_images_and_empty_images_still_make_a_file() {
        assert_eq!(grid(&[], 4, 2).width(), 1);
        assert_eq!(grid(&[Image::new(0, 0, 1, vec![])], 4, 2).height(), 1);
    }

    #[test]
    fn images_of_unequal_size_share_the_largest_cell() {
        let small = Image::new(1, 1, 1, vec![1]);
        let large = Image::new(3, 2, 1, vec![2; 6]);
        let picture = grid(&[small, large], 2, 1);
        assert_eq!((picture.width(), picture.height()), (7, 2));
    }
}
