//! Pictures: a folder of PNG and JPEG files, or one of them.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use diabolo_kernels::parallel;

use super::{Block, Colour, ReadOptions, Reader};
use crate::{Error, ImageShape, Scaling, Schema, Values};

mod decode;
mod list;
mod resize;
#[cfg(test)]
mod tests;
mod write;

pub use decode::Picture;
pub(super) use write::create;

use list::{Listed, list};

/// Bytes that a file may have: a picture of the largest size, not compressed.
const FILE_LIMIT: u64 = 1 << 30;

/// Whether this module reads what lies there: a folder, or a file with the name of a picture.
pub(super) fn are_at(path: &Path) -> bool {
    path.is_dir() || list::is_picture(path)
}

/// Pictures in the order of their paths, all in one size and with the same number of channels.
#[derive(Debug)]
struct Pictures {
    listed: Vec<Listed>,
    next: usize,
    schema: Schema,
    options: ReadOptions,
}

/// Lists the pictures and looks at the first one.
pub(super) fn open(path: &Path, options: &ReadOptions) -> Result<Box<dyn Reader>, Error> {
    let listed = if path.is_dir() { list(path)? } else { vec![Listed { path: path.into(), class: None }] };
    let first = &listed[0].path;
    let fault = |reason| Error::File { path: first.clone(), reason };
    let found = decode::shape(&bytes_of(first)?).map_err(fault)?;
    let (height, width) = options.size.unwrap_or((found.height, found.width));
    decode::check_count(height, width).map_err(fault)?;
    let channels = match options.colour {
        Colour::Auto => found.channels,
        Colour::Grey => 1,
        Colour::Rgb => 3,
    };
    let schema = Schema { scaling: Scaling::none(), ..Schema::images(ImageShape { height, width, channels }) };
    Ok(Box::new(Pictures { listed, next: 0, schema, options: options.clone() }))
}

impl Reader for Pictures {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn samples(&self) -> Option<usize> {
        Some(self.listed.len())
    }

    fn read(&mut self, most: usize) -> Result<Block, Error> {
        let end = self.listed.len().min(self.next.saturating_add(most));
        let chosen = &self.listed[self.next..end];
        let dim = self.schema.dim();
        let mut pixels = Vec::new();
        let size = dim.checked_mul(chosen.len()).filter(|&size| pixels.try_reserve_exact(size).is_ok());
        let Some(size) = size else {
            let reason = format!("{} pictures of {dim} numbers do not fit in memory; give resize", chosen.len());
            return Err(Error::File { path: chosen[0].path.clone(), reason });
        };
        pixels.resize(size, 0);
        let mut places: Vec<_> =
            pixels.chunks_mut(dim).zip(chosen).map(|(place, listed)| (place, listed, Ok(()))).collect();
        parallel::each(&mut places, &|(place, listed, result)| {
            *result = self.picture(&listed.path).map(|picture| place.copy_from_slice(&picture));
        });
        // All results in their order: which of several errors is told does not depend on threads.
        places.into_iter().try_for_each(|(_, _, result)| result)?;
        let labels = chosen.iter().map(|listed| listed.class.clone()).collect();
        self.next = end;
        Ok(Block { values: Values::Bytes(pixels), labels })
    }
}

impl Pictures {
    /// The pixels of one file in the size and the channels of all.
    fn picture(&self, path: &Path) -> Result<Vec<u8>, Error> {
        let mut picture = Picture::decode(&bytes_of(path)?, path)?;
        let ImageShape { height, width, channels } = self.schema.shape;
        picture.pixels = match (picture.shape.channels, channels) {
            (1, 3) => picture.pixels.iter().flat_map(|&grey| [grey; 3]).collect(),
            (3, 1) if self.options.colour == Colour::Grey => luma(&picture.pixels),
            (3, 1) => grey_in_rgb(&picture.pixels).ok_or_else(|| self.refused_for_colour(path))?,
            _ => picture.pixels,
        };
        picture.shape.channels = channels;
        if (picture.shape.height, picture.shape.width) == (height, width) {
            return Ok(picture.pixels);
        }
        match self.options.size {
            Some((height, width)) => Ok(resize::resize(&picture, height, width).pixels),
            None => Err(self.refused_for_size(path, picture.shape)),
        }
    }

    fn first(&self) -> std::path::Display<'_> {
        self.listed[0].path.display()
    }

    fn refused_for_colour(&self, path: &Path) -> Error {
        let first = self.first();
        let reason =
            format!("it is in colour and {first} is grey; use --set colour=rgb or --set colour=grey for all pictures");
        Error::File { path: path.into(), reason }
    }

    fn refused_for_size(&self, path: &Path, found: ImageShape) -> Error {
        let ImageShape { height, width, .. } = self.schema.shape;
        let first = self.first();
        let reason = format!(
            "it has {}×{} pixels and {first} has {height}×{width}; use --set resize={height}x{width} or another size for all pictures",
            found.height, found.width
        );
        Error::File { path: path.into(), reason }
    }
}

/// Luma by Rec. 601, (299·R + 587·G + 114·B)/1000, rounded.
fn luma(pixels: &[u8]) -> Vec<u8> {
    let (pixels, _) = pixels.as_chunks::<3>();
    let grey = |[red, green, blue]: &[u8; 3]| {
        ((299 * u32::from(*red) + 587 * u32::from(*green) + 114 * u32::from(*blue) + 500) / 1000) as u8
    };
    pixels.iter().map(grey).collect()
}

/// The grey pixels of a picture that has no colours but is stored in colour.
fn grey_in_rgb(pixels: &[u8]) -> Option<Vec<u8>> {
    let (pixels, _) = pixels.as_chunks::<3>();
    pixels.iter().map(|&[red, green, blue]| (red == green && green == blue).then_some(red)).collect()
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Error> {
    let io = |source| Error::Io { path: PathBuf::from(path), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(io)?.take(FILE_LIMIT + 1).read_to_end(&mut bytes).map_err(io)?;
    match bytes.len() as u64 {
        0 => Err(Error::EmptyFile { path: path.into() }),
        1..=FILE_LIMIT => Ok(bytes),
        _ => {
            let reason = format!("it is larger than {FILE_LIMIT} bytes, the limit for a picture; make it smaller");
            Err(Error::File { path: path.into(), reason })
        }
    }
}
