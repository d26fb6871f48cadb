//! Samples as PNG files in a folder of their own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use diabolo_kernels::parallel;
use ndarray::{ArrayView1, ArrayView2, Axis};
use png::{BitDepth, ColorType};

use super::super::Writer;
use crate::{Error, ImageShape, Schema};

/// A folder that fills under a temporary name.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    temporary: PathBuf,
    shape: ImageShape,
    /// What is black in the data, and how far white is from it.
    range: (f64, f64),
    written: usize,
}

/// Makes a folder for pictures, `00001.png` and so on.
pub(in super::super) fn create(path: &Path, schema: &Schema) -> Result<Box<dyn Writer>, Error> {
    let refused = |reason: String| Err(Error::File { path: path.into(), reason });
    let Some(shape) = schema.image_shape().filter(|shape| matches!(shape.channels, 1 | 3)) else {
        return refused(format!("{} cannot be written as pictures; give a .npy or .csv file", schema.in_words()));
    };
    let Some(range) = schema.black_and_range() else {
        let reason = "numbers that are scaled pixel by pixel have no black and white; give a .npy file";
        return refused(reason.to_owned());
    };
    let io = |source| Error::Io { path: path.into(), source };
    if path.exists() && !(path.is_dir() && fs::read_dir(path).map_err(io)?.next().is_none()) {
        return refused("it exists and is not an empty folder; give another name for the pictures".to_owned());
    }
    let Some(name) = path.file_name() else {
        return refused("it is no name of a folder; give one for the pictures".to_owned());
    };
    let mut temporary = name.to_os_string();
    temporary.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(temporary);
    fs::create_dir_all(&temporary).map_err(io)?;
    Ok(Box::new(Folder { path: path.into(), temporary, shape, range, written: 0 }))
}

impl Writer for Folder {
    fn write(&mut self, rows: ArrayView2<'_, f64>) -> Result<(), Error> {
        assert_eq!(rows.ncols(), self.shape.len(), "numbers to a picture of {:?}", self.shape);
        let write = |i: usize| {
            let path = self.temporary.join(format!("{:05}.png", self.written + i + 1));
            let bytes = self.png(rows.index_axis(Axis(0), i)).map_err(io::Error::other);
            bytes.and_then(|bytes| fs::write(&path, bytes)).map_err(|source| Error::Io { path, source })
        };
        let results = parallel::collect(rows.nrows(), &write);
        self.written += rows.nrows();
        results.into_iter().collect()
    }

    fn finish(self: Box<Self>) -> Result<(), Error> {
        let io = |source| Error::Io { path: self.path.clone(), source };
        if self.path.is_dir() {
            fs::remove_dir(&self.path).map_err(io)?; // it was empty, and still must be
        }
        fs::rename(&self.temporary, &self.path).map_err(io)
    }
}

impl Folder {
    fn png(&self, sample: ArrayView1<'_, f64>) -> Result<Vec<u8>, png::EncodingError> {
        let ImageShape { height, width, channels } = self.shape;
        let (black, white) = self.range;
        // The cast saturates and turns NaN into 0.
        let pixels: Vec<u8> = sample.iter().map(|x| ((x - black) / white * 255.0).round() as u8).collect();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
        encoder.set_color(if channels == 3 { ColorType::Rgb } else { ColorType::Grayscale });
        encoder.set_depth(BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&pixels)?;
        writer.finish()?;
        Ok(file)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // After `finish` there is nothing under this name any more.
        let _ = fs::remove_dir_all(&self.temporary);
    }
}
