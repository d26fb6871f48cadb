//! PCA as a checkpoint: `mean`, `components` and the whole `spectrum`.

use std::path::Path;

use diabolo_kernels::Scalar;
use ndarray::{Array1, Array2};

use super::tensors::{Reader, Writer};
use crate::error::Error;
use crate::pca::Pca;

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
    writer.write(path)
}

/// Loads a PCA of samples with `inputs` numbers.
///
/// # Errors
/// [`Error::Io`] if the file cannot be read, [`Error::Checkpoint`] if it does not hold such a PCA.
pub fn load_pca<S: Scalar>(path: &Path, inputs: usize) -> Result<Pca<S>, Error> {
    let reader = Reader::open::<f64>(path, inputs * (inputs + 2))?;
    let samples =
        reader.note("samples")?.parse().map_err(|_| reader.problem("its number of samples is not a number"))?;
    let &[components, columns] = &*reader.shape("components")? else {
        return Err(reader.problem("its components are not a matrix"));
    };
    if columns != inputs {
        return Err(reader.problem(&format!("its components have {columns} numbers where the data have {inputs}")));
    }
    let values = inputs.min(samples);
    let (mut mean, mut directions) = (vec![S::zero(); inputs], vec![S::zero(); components * inputs]);
    let mut spectrum = vec![0.0; values];
    reader.read("mean", &[inputs], &mut mean)?;
    reader.read("components", &[components, inputs], &mut directions)?;
    reader.read("spectrum", &[values], &mut spectrum)?;
    reader.finish()?;
    let directions = Array2::from_shape_vec((components, inputs), directions).expect("the sizes were checked");
    Ok(Pca::from_parts(Array1::from(mean), directions, Array1::from(spectrum), samples)?)
}
