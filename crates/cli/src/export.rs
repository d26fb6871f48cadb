//! The forms in which results are written, and pictures in rows and columns.

use std::path::{Path, PathBuf};

use diabolo_data::{FileKind, ImageShape, Schema};
use diabolo_kernels::Scalar;
use diabolo_models::checkpoint::write_atomically;
use diabolo_report::{Image, grid};
use ndarray::{ArrayView1, ArrayView2};

use crate::failure::Failure;

/// Pictures that fit in a grid that anybody looks at.
const MOST: usize = 10_000;
/// Pairs of pictures beside each other.
const PAIRS: usize = 16;

/// The form of a file, from its ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Png,
    Csv,
    Npy,
    /// A folder of PNG files.
    Folder,
}

impl Format {
    pub(crate) fn of(path: &Path) -> Result<Self, Failure> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        match ending.as_deref() {
            Some("png") => Ok(Self::Png),
            Some("csv") => Ok(Self::Csv),
            Some("npy") => Ok(Self::Npy),
            None => Ok(Self::Folder),
            _ => Err(Failure::usage(format!(
                "{}: the file must end in .png, .csv or .npy; a name without an ending makes a folder of pictures",
                path.display()
            ))),
        }
    }

    /// Whether numbers are all that can be written in it.
    pub(crate) fn is_for_numbers(self) -> bool {
        matches!(self, Self::Csv | Self::Npy)
    }
}

/// The file that was named, or `stem` with the ending of the files that the samples came from.
pub(crate) fn path_for_samples(named: Option<&Path>, stem: &str, samples: &Schema) -> PathBuf {
    let ending = match samples.file {
        FileKind::Npy => "npy",
        FileKind::Csv => "csv",
        FileKind::Images => "png",
    };
    named.map_or_else(|| PathBuf::from(format!("{stem}.{ending}")), Path::to_owned)
}

/// Writes images as a grid.
pub(crate) fn write_images(path: &Path, images: &[Image], columns: usize) -> Result<(), Failure> {
    Ok(write_atomically(path, grid(images, columns, 2).png())?)
}

/// Rows of numbers in [0, 1] as images.
pub(crate) fn images<S: Scalar>(rows: ArrayView2<'_, S>, shape: ImageShape) -> Vec<Image> {
    let one = |row: ArrayView1<'_, S>| {
        let values: Vec<f64> = row.iter().map(|x| x.to_f64()).collect();
        Image::from_unit(&values, shape.width, shape.height)
    };
    rows.rows().into_iter().map(one).collect()
}

/// Pictures that are collected to be one.
#[derive(Debug)]
pub(crate) struct Grid {
    shape: ImageShape,
    black: f64,
    range: f64,
    columns: Option<usize>,
    images: Vec<Image>,
    above: Vec<Image>,
}

impl Grid {
    /// A grid of samples, or why they cannot be shown.
    pub(crate) fn new(samples: &Schema, columns: Option<usize>) -> Result<Self, String> {
        let Some(shape) = samples.image_shape().filter(|shape| matches!(shape.channels, 1 | 3)) else {
            return Err(format!("the samples are {}, not pictures", samples.in_words()));
        };
        let Some((black, range)) = samples.black_and_range() else {
            return Err("numbers that are scaled pixel by pixel have no black and white".to_owned());
        };
        Ok(Self { shape, black, range, columns, images: vec![], above: vec![] })
    }

    /// Adds pictures whose numbers are those of the data.
    pub(crate) fn push(&mut self, rows: ArrayView2<'_, f64>) -> Result<(), Failure> {
        if self.images.len() + rows.nrows() > MOST {
            return Err(Failure::usage(format!(
                "a grid has room for {MOST} pictures; ask for fewer, or for a folder of pictures, a .npy or a .csv file"
            )));
        }
        self.images.extend(self.drawn(rows));
        Ok(())
    }

    /// Adds pictures to stand above those that [`push`](Self::push) adds.
    pub(crate) fn push_above(&mut self, rows: ArrayView2<'_, f64>) {
        self.above.extend(self.drawn(rows));
    }

    fn drawn(&self, rows: ArrayView2<'_, f64>) -> Vec<Image> {
        images(rows.mapv(|x| (x - self.black) / self.range).view(), self.shape)
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        if self.above.is_empty() {
            let square = (1..).find(|n| n * n >= self.images.len()).unwrap_or(1);
            return write_images(path, &self.images, self.columns.unwrap_or(square));
        }
        let columns = self.images.len().min(PAIRS);
        let nothing = Image::new(1, 1, 4, vec![0; 4]);
        let lines =
            self.above.chunks(columns).zip(self.images.chunks(columns)).flat_map(|(above, below)| [above, below]);
        let filled = |line: &[Image]| [line, &vec![nothing.clone(); columns - line.len()]].concat();
        write_images(path, &lines.flat_map(filled).collect::<Vec<_>>(), columns)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn endings_say_how_to_write() {
        let of = |name: &str| Format::of(Path::new(name));
        assert_eq!(of("a.NPY").unwrap(), Format::Npy);
        assert_eq!(of("folder").unwrap(), Format::Folder);
        assert!(of("a.csv.gz").unwrap_err().message.contains("a.csv.gz"));
    }

    #[test]
    fn a_grid_shows_bytes_and_refuses_tables() {
        let schema = Schema::images(ImageShape { height: 1, width: 2, channels: 1 });
        let mut grid = Grid::new(&schema, None).unwrap();
        grid.push(array![[0.0, 51.0]].view()).unwrap();
        assert_eq!(grid.images[0].pixels(), [0, 51]);
        let table = Schema::table(diabolo_data::Number::F64, FileKind::Csv, 2, vec![]);
        assert!(Grid::new(&table, None).unwrap_err().contains("rows of 2 numbers"));
    }
}
