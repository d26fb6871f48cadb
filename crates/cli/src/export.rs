//! Arrays as files: NPY, CSV, or images in a PNG.

use std::path::Path;

use diabolo_data::ImageShape;
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

/// Writes rows as numbers.
pub(crate) fn write_numbers<S: Scalar>(path: &Path, format: Format, rows: ArrayView2<'_, S>) -> Result<(), Failure> {
    let bytes = match format {
        Format::Csv => csv(rows).into_bytes(),
        Format::Npy | Format::Png => npy(rows),
    };
    Ok(write_atomically(path, &bytes)?)
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

fn csv<S: Scalar>(rows: ArrayView2<'_, S>) -> String {
    let line = |row: ndarray::ArrayView1<'_, S>| {
        let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
        cells.join(",") + "\n"
    };
    rows.rows().into_iter().map(line).collect()
}

/// NPY format 1.0: magic, version, a padded header in Python's notation, then the numbers, little-endian.
fn npy<S: Scalar>(rows: ArrayView2<'_, S>) -> Vec<u8> {
    let single = size_of::<S>() == size_of::<f32>();
    let kind = if single { "<f4" } else { "<f8" };
    let header =
        format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({}, {}), }}", rows.nrows(), rows.ncols());
    let padded = (10 + header.len() + 1).next_multiple_of(64) - 10;
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((padded as u16).to_le_bytes());
    bytes.extend(format!("{header:<width$}\n", width = padded - 1).bytes());
    for x in rows.iter().map(|x| x.to_f64()) {
        if single { bytes.extend((x as f32).to_le_bytes()) } else { bytes.extend(x.to_le_bytes()) }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn npy_has_a_padded_header_and_all_numbers() {
        let bytes = npy(array![[1.0_f32, 2.0], [3.0, 4.0]].view());
        assert_eq!(bytes.len(), 128 + 16);
        assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
        assert_eq!(bytes[127], b'\n');
        assert_eq!(bytes[128..132], 1.0_f32.to_le_bytes());
    }

    #[test]
    fn csv_has_a_line_for_each_row() {
        assert_eq!(csv(array![[1.0_f64, 0.5], [3.0, 4.0]].view()), "1,0.5\n3,4\n");
    }
}
