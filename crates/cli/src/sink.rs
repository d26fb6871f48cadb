//! Where results go, block by block: files of numbers, folders of pictures, or a picture of pictures.

use std::path::PathBuf;

use diabolo_data::files::{self, CsvWriter, Writer};
use diabolo_data::{FileKind, Number, Scaling, Schema};
use diabolo_kernels::Scalar;
use diabolo_models::Codec;
use diabolo_models::measure::CHUNK;
use ndarray::{Array2, ArrayView2, Axis};

use crate::export::{Format, Grid};
use crate::failure::Failure;
use crate::input::code_names;
use crate::interrupt;

/// A file that is being written, which appears under its name when it is finished.
#[derive(Debug)]
pub(crate) struct Sink {
    path: PathBuf,
    scaling: Scaling,
    form: Form,
    written: usize,
}

#[derive(Debug)]
enum Form {
    Rows(Box<dyn Writer>),
    Labelled(Box<CsvWriter>),
    Grid(Grid),
}

impl Sink {
    /// A file for samples as a model makes them, in the form and the units of the data it was trained on. A grid has
    /// `columns`, or is a square.
    pub(crate) fn samples(path: PathBuf, samples: &Schema, columns: Option<usize>) -> Result<Self, Failure> {
        let format = Format::of(&path)?;
        let refused = |reason: String| {
            let path = path.display();
            Failure::usage(format!("{path}: {reason}; give a file that ends in .csv or .npy"))
        };
        if !format.is_for_numbers() && samples.image_shape().is_none() {
            return Err(refused(format!("the samples are {}, not pictures", samples.in_words())));
        }
        let form = match format {
            Format::Png => Form::Grid(Grid::new(samples, columns).map_err(refused)?),
            _ => Form::Rows(files::create(&path, &Schema { label: None, ..samples.clone() })?),
        };
        Ok(Self { path, scaling: samples.scaling.clone(), form, written: 0 })
    }

    /// A file for codes of `latent` numbers; a CSV file has a column for labels, if they have a name.
    pub(crate) fn codes(path: PathBuf, latent: usize, number: Number, label: Option<&str>) -> Result<Self, Failure> {
        let format = Format::of(&path)?;
        if !format.is_for_numbers() {
            let path = path.display();
            return Err(Failure::usage(format!(
                "{path}: codes are rows of numbers; give a file that ends in .csv or .npy"
            )));
        }
        let schema = Schema::table(number, FileKind::Csv, latent, code_names(latent).collect());
        let form = match label.filter(|_| format == Format::Csv) {
            Some(label) => Form::Labelled(Box::new(CsvWriter::labelled(&path, &schema, label)?)),
            None => Form::Rows(files::create(&path, &schema)?),
        };
        Ok(Self { path, scaling: Scaling::none(), form, written: 0 })
    }

    /// Whether pictures are arranged in one.
    pub(crate) fn is_grid(&self) -> bool {
        matches!(self.form, Form::Grid(_))
    }

    /// Writes rows as a model makes them.
    pub(crate) fn write<S: Scalar>(&mut self, rows: ArrayView2<'_, S>) -> Result<(), Failure> {
        self.write_labelled(rows, &[])
    }

    /// Writes rows, with their labels where there is a column for them.
    pub(crate) fn write_labelled<S: Scalar>(
        &mut self,
        rows: ArrayView2<'_, S>,
        labels: &[String],
    ) -> Result<(), Failure> {
        let rows = self.in_units_of_data(rows);
        self.written += rows.nrows();
        match &mut self.form {
            Form::Rows(writer) => writer.write(rows.view())?,
            Form::Labelled(writer) => writer.write_labelled(rows.view(), labels)?,
            Form::Grid(grid) => grid.push(rows.view())?,
        }
        Ok(())
    }

    /// Writes rows, in a grid below the inputs that they were made from.
    pub(crate) fn write_below<S: Scalar>(
        &mut self,
        inputs: ArrayView2<'_, S>,
        made: ArrayView2<'_, S>,
    ) -> Result<(), Failure> {
        let inputs = self.in_units_of_data(inputs);
        if let Form::Grid(grid) = &mut self.form {
            grid.push_above(inputs.view());
        }
        self.write(made)
    }

    fn in_units_of_data<S: Scalar>(&self, rows: ArrayView2<'_, S>) -> Array2<f64> {
        let mut rows = Array2::from_shape_fn(rows.dim(), |at| rows[at].to_f64());
        self.scaling.undo(rows.as_slice_mut().expect("a new array is contiguous"));
        rows
    }

    /// How many rows were written.
    pub(crate) fn written(&self) -> usize {
        self.written
    }

    /// Completes the file and says where it is.
    pub(crate) fn finish(self) -> Result<String, Failure> {
        match self.form {
            Form::Rows(writer) => writer.finish()?,
            Form::Labelled(writer) => writer.finish()?,
            Form::Grid(grid) => grid.write(&self.path)?,
        }
        Ok(self.path.display().to_string())
    }
}

/// Writes what a model makes of codes, some at a time.
pub(crate) fn write_decoded<S: Scalar>(
    sink: &mut Sink,
    codes: ArrayView2<'_, S>,
    codec: &impl Codec<S>,
) -> Result<(), Failure> {
    for codes in codes.axis_chunks_iter(Axis(0), CHUNK) {
        interrupt::check()?;
        sink.write(codec.decode(codes).view())?;
    }
    Ok(())
}
