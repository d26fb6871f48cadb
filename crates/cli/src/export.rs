//! Arrays as files: NPY, CSV, or images in a PNG.

use std::path::Path;

use diabolo_data::{FileKind, ImageShape, Number, Schema, files};
use diabolo_kernels::Scalar;
use diabolo_models::checkpoint::write_atomically;
use diabolo_report::{Image, grid};
use ndarray::ArrayView2;

use crate::failure::Failure;

/// The kind of a file, from its ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Png,
    Csv,
    Npy,
}

impl Format {
    pub(crate) fn of(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("png") => Ok(Self::Png),
            Some("csv") => Ok(Self::Csv),
            Some("npy") => Ok(Self::Npy),
            _ => Err(Failure::usage(format!("{}: the file must end in .png, .csv or .npy", path.display()))),
        }
    }
}

/// Writes rows as numbers, to a NPY or CSV file.
pub(crate) fn write_numbers<S: Scalar>(path: &Path, format: Format, rows: ArrayView2<'_, S>) -> Result<(), Failure> {
    let number = if size_of::<S>() == size_of::<f32>() { Number::F32 } else { Number::F64 };
    let file = if format == Format::Csv { FileKind::Csv } else { FileKind::Npy };
    let mut writer = files::create(path, &Schema::table(number, file, rows.ncols(), vec![]))?;
    writer.write(rows.mapv(Scalar::to_f64).view())?;
    Ok(writer.finish()?)
}

/// Writes images as a grid.
pub(crate) fn write_images(path: &Path, images: &[Image], columns: usize) -> Result<(), Failure> {
    Ok(write_atomically(path, grid(images, columns, 2).png())?)
}

/// Rows of numbers in [0, 1] as images.
pub(crate) fn images<S: Scalar>(rows: ArrayView2<'_, S>, shape: ImageShape) -> Vec<Image> {
    let one = |row: ndarray::ArrayView1<'_, S>| {
        let values: Vec<f64> = row.iter().map(|x| x.to_f64()).collect();
        Image::from_unit(&values, shape.width, shape.height)
    };
    rows.rows().into_iter().map(one).collect()
}
