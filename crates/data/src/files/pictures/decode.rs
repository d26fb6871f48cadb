//! From the bytes of a PNG or JPEG file to those of its pixels.
//!
//! What a header promises is compared with what a file of this length can hold, and with a limit, before anything is
//! allocated: deflate shrinks data to 1/1032 at most, and a JPEG file spends at least a bit on a block of up to 32 × 32
//! pixels.

use std::io::Cursor;
use std::path::Path;

use png::{ColorType, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::{Error, ImageShape};

/// Pixels that a picture may have.
pub(super) const PIXEL_LIMIT: usize = 1 << 26;
/// Deflate cannot shrink data further than 1032 to 1.
const DEFLATE_RATIO: usize = 1032;
/// No byte of a JPEG file can stand for more pixels than this.
const JPEG_RATIO: usize = 8 * 32 * 32;

/// A picture in 8 bits a number.
///
/// ```
/// use std::path::Path;
/// use diabolo_data::files::Picture;
///
/// let error = Picture::decode(b"GIF89a", Path::new("cat.png")).unwrap_err();
/// assert_eq!(error.to_string(), "cat.png: it is neither a PNG nor a JPEG file; convert it, or take it away");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Height, width, and 1 channel for grey or 3 for red, green and blue.
    pub shape: ImageShape,
    /// Line by line, channels together.
    pub pixels: Vec<u8>,
}

impl Picture {
    /// Decodes a PNG or JPEG file, whatever its name.
    ///
    /// Of 16 bits the upper 8 are kept. A palette is looked up. What is transparent is laid over black. Colours are taken
    /// as they are written: profiles, gamma and EXIF orientation are ignored; CMYK is converted.
    ///
    /// # Errors
    /// [`Error::File`] with this path if it is another kind of file, if it is damaged, if it has more than 2²⁶ pixels, or
    /// if it promises more pixels than a file of this length can hold.
    pub fn decode(bytes: &[u8], path: &Path) -> Result<Self, Error> {
        let decoded = match Format::of(bytes) {
            Some(Format::Png) => png(bytes),
            Some(Format::Jpeg) => jpeg(bytes),
            None => Err(UNKNOWN.to_owned()),
        };
        decoded.map_err(|reason| Error::File { path: path.into(), reason })
    }
}

/// Height, width and channels of a file, by its header.
pub(super) fn shape(bytes: &[u8]) -> Result<ImageShape, String> {
    match Format::of(bytes) {
        Some(Format::Png) => Ok(png_header(bytes)?.1),
        Some(Format::Jpeg) => jpeg_header(bytes),
        None => Err(UNKNOWN.to_owned()),
    }
}

const UNKNOWN: &str = "it is neither a PNG nor a JPEG file; convert it, or take it away";

enum Format {
    Png,
    Jpeg,
}

impl Format {
    /// The format by the first bytes.
    fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            _ => None,
        }
    }
}

type PngReader<'a> = png::Reader<Cursor<&'a [u8]>>;

fn png_header(bytes: &[u8]) -> Result<(PngReader<'_>, ImageShape), String> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let info = decoder.read_header_info().map_err(|error| damaged("PNG", &error))?;
    let (width, height) = (info.width as usize, info.height as usize);
    check_count(height, width)?;
    let line = info.raw_row_length(); // below 2³² with at most 2²⁶ pixels
    if line.saturating_mul(height) > bytes.len().saturating_mul(DEFLATE_RATIO) {
        return Err(promises_too_much("PNG", height, width));
    }
    let channels = if matches!(info.color_type, ColorType::Grayscale | ColorType::GrayscaleAlpha) { 1 } else { 3 };
    let reader = decoder.read_info().map_err(|error| damaged("PNG", &error))?;
    Ok((reader, ImageShape { height, width, channels }))
}

fn png(bytes: &[u8]) -> Result<Picture, String> {
    let (mut reader, shape) = png_header(bytes)?;
    // The decoder counts on a palette of whole colours, and panics without.
    if reader.info().palette.as_ref().is_some_and(|colours| !matches!(colours.len(), 3..=768) || colours.len() % 3 > 0)
    {
        return Err(damaged("PNG", &"its palette is not one of 1 to 256 colours"));
    }
    let mut pixels = vec![0; reader.output_buffer_size().ok_or_else(|| too_many(shape.height, shape.width))?];
    let frame = reader.next_frame(&mut pixels).map_err(|error| damaged("PNG", &error))?;
    if (frame.width as usize, frame.height as usize) != (shape.width, shape.height) {
        return Err(damaged("PNG", &"its first frame is smaller than the picture"));
    }
    let pixels = match frame.color_type.samples() {
        2 => over_black::<2>(&pixels),
        4 => over_black::<4>(&pixels),
        _ => pixels,
    };
    if pixels.len() != shape.len() {
        return Err(damaged("PNG", &"its palette is missing"));
    }
    Ok(Picture { shape, pixels })
}

/// c·a/255 for each colour c of a pixel and its opacity a, which comes last and is dropped.
fn over_black<const N: usize>(pixels: &[u8]) -> Vec<u8> {
    let (pixels, _) = pixels.as_chunks::<N>();
    let blend = |colour: u8, alpha: u8| ((u32::from(colour) * u32::from(alpha) + 127) / 255) as u8;
    pixels.iter().flat_map(|pixel| pixel[..N - 1].iter().map(|&colour| blend(colour, pixel[N - 1]))).collect()
}

fn jpeg_options() -> DecoderOptions {
    let side = usize::from(u16::MAX);
    DecoderOptions::default().set_max_width(side).set_max_height(side).set_strict_mode(true)
}

fn jpeg_header(bytes: &[u8]) -> Result<ImageShape, String> {
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), jpeg_options());
    decoder.decode_headers().map_err(|error| damaged("JPEG", &error))?;
    let (width, height) = decoder.dimensions().ok_or_else(|| damaged("JPEG", &"it has no size"))?;
    check_count(height, width)?;
    if height * width > bytes.len().saturating_mul(JPEG_RATIO) {
        return Err(promises_too_much("JPEG", height, width));
    }
    let channels = if decoder.input_colorspace() == Some(ColorSpace::Luma) { 1 } else { 3 };
    Ok(ImageShape { height, width, channels })
}

fn jpeg(bytes: &[u8]) -> Result<Picture, String> {
    let shape = jpeg_header(bytes)?;
    if !has_end(bytes) {
        return Err(damaged("JPEG", &"it ends before the picture does"));
    }
    let colours = if shape.channels == 1 { ColorSpace::Luma } else { ColorSpace::RGB };
    let options = jpeg_options().jpeg_set_out_colorspace(colours);
    let mut pixels = vec![0; shape.len()];
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_into(&mut pixels).map_err(|error| damaged("JPEG", &error))?;
    Ok(Picture { shape, pixels })
}

/// Whether the picture of a JPEG file is closed by its marker, without which a decoder makes up what is missing.
fn has_end(bytes: &[u8]) -> bool {
    let mut rest = &bytes[2..];
    // Segments of known length, where a thumbnail may hide a marker of its own, up to the first scan.
    while let [0xff, marker, high, low, ..] = *rest {
        let length = if marker == 0xff { 1 } else { 2 + usize::from(u16::from_be_bytes([high, low])) };
        rest = rest.get(length..).unwrap_or_default();
        if marker == 0xda {
            break;
        }
    }
    rest.windows(2).any(|pair| pair == [0xff, 0xd9])
}

/// Height × width within the limit, and not 0.
pub(super) fn check_count(height: usize, width: usize) -> Result<(), String> {
    match height.checked_mul(width) {
        Some(0) => Err("it has no pixels; write it again".to_owned()),
        Some(1..=PIXEL_LIMIT) => Ok(()),
        _ => Err(too_many(height, width)),
    }
}

fn too_many(height: usize, width: usize) -> String {
    format!("{height}×{width} pixels are too many, the limit is {PIXEL_LIMIT}; make it smaller")
}

fn promises_too_much(format: &str, height: usize, width: usize) -> String {
    format!("it promises {height}×{width} pixels, more than a {format} file of this length can hold; write it again")
}

/// What a decoder says may have several lines.
fn damaged(format: &str, error: &dyn std::fmt::Display) -> String {
    let words: Vec<String> = error.to_string().split_whitespace().map(str::to_owned).collect();
    format!("the {format} file is damaged ({}); write it again", words.join(" ").trim_end_matches('.'))
}
