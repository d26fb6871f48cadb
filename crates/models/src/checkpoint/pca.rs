//! PCA as a checkpoint: `mean`, `components` and the known `spectrum`; the notes say how many samples it comes from, the
//! norm of the whole spectrum, and whether codes are whitened.

use std::path::Path;

use diabolo_kernels::Scalar;
use ndarray::{Array1, Array2};

use super::tensors::{Reader, Writer};
use crate::error::Error;
use crate::pca::{Pca, PcaParts};

/// Saves a fitted PCA.
///
/// # Errors
/// [`Error::Io`] if the file cannot be written.
pub fn save_pca<S: Scalar>(path: &Path, pca: &Pca<S>) -> Result<(), Error> {
    let contiguous = "a fitted PCA keeps contiguous arrays";
    let (mean, components, spectrum) = (pca.mean(), pca.components(), pca.spectrum());
    let mut writer = Writer::default();
    writer.push("mean".to_owned(), mean.shape(), mean.as_slice().expect(contiguous));
    writer.push("components".to_owned(), components.shape(), components.as_slice().expect(contiguous));
    writer.push("spectrum".to_owned(), spectrum.shape(), spectrum.as_slice().expect(contiguous));
    writer.note("samples", pca.samples().to_string());
    writer.note("norm", format!("{:?}", pca.norm()));
    writer.note("whiten", pca.is_whitened().to_string());
    writer.write(path)
}

/// Loads a PCA of samples with `inputs` numbers. A file without the notes `norm` and `whiten`, as earlier versions wrote
/// it, holds a whole spectrum and is not whitened.
///
/// # Errors
/// [`Error::Io`] if the file cannot be read, [`Error::Checkpoint`] if it does not hold such a PCA.
pub fn load_pca<S: Scalar>(path: &Path, inputs: usize) -> Result<Pca<S>, Error> {
    let reader = Reader::open::<f64>(path, inputs * (inputs + 2))?;
    let samples = parsed(&reader, "its number of samples", reader.note("samples")?)?;
    let norm = reader.optional_note("norm").map(|text| parsed(&reader, "its norm", text)).transpose()?;
    let whiten =
        reader.optional_note("whiten").map(|text| parsed(&reader, "its note on whitening", text)).transpose()?;
    let &[components, columns] = &*reader.shape("components")? else {
        return Err(reader.problem("its components are not a matrix"));
    };
    if columns != inputs {
        return Err(reader.problem(&format!("its components have {columns} numbers where the data have {inputs}")));
    }
    let &[known] = &*reader.shape("spectrum")? else {
        return Err(reader.problem("its spectrum is not a list"));
    };
    let (mut mean, mut directions) = (vec![S::zero(); inputs], vec![S::zero(); components * inputs]);
    let mut spectrum = vec![0.0; known];
    reader.read_finite("mean", &[inputs], &mut mean)?;
    reader.read_finite("components", &[components, inputs], &mut directions)?;
    reader.read_finite("spectrum", &[known], &mut spectrum)?;
    reader.finish()?;
    let parts = PcaParts {
        mean: Array1::from(mean),
        components: Array2::from_shape_vec((components, inputs), directions).expect("the sizes were checked"),
        spectrum: Array1::from(spectrum),
        norm,
        samples,
        whiten: whiten.unwrap_or(false),
    };
    Pca::from_parts(parts).map_err(|error| reader.problem(&error.to_string()))
}

fn parsed<T: std::str::FromStr>(reader: &Reader, name: &str, text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| reader.problem(&format!("{name} cannot be read: '{text}'")))
}
