//! MNIST, Fashion-MNIST, or any data in files of the same names, from a folder.
//!
//! The four files, plain or gzipped: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`,
//! `t10k-labels-idx1-ubyte`; a dot in place of the hyphen before `idx` is accepted too, as is `.gz` behind the name.
//!
//! Sources: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-based learning applied to document recognition* (1998);
//! H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms*
//! (2017).

use std::path::{Path, PathBuf};

use diabolo_kernels::parallel;

use crate::idx::{self, Idx};
use crate::{Dataset, Error, ImageShape, Split};

/// The names of the files.
pub(crate) const FILES: [&str; 4] =
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

/// A folder in which all four files were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
    files: [PathBuf; 4],
}

/// A collection of 70,000 images of 28×28 pixels in four files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// Handwritten digits.
    Mnist,
    /// Articles of clothing.
    FashionMnist,
}

impl Collection {
    /// All collections.
    pub const ALL: [Self; 2] = [Self::Mnist, Self::FashionMnist];

    /// `mnist` or `fashion-mnist`, also the name of its subfolder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mnist => "mnist",
            Self::FashionMnist => "fashion-mnist",
        }
    }

    /// The name that people know it by.
    pub fn title(self) -> &'static str {
        match self {
            Self::Mnist => "MNIST",
            Self::FashionMnist => "Fashion-MNIST",
        }
    }

    /// The first of the candidates that holds the four files, in itself or in its subfolder of this [`name`](Self::name).
    ///
    /// Files that lie in a candidate itself could be those of the other collection, as they have the same names. They are
    /// told apart by the first test labels, and passed over.
    ///
    /// # Errors
    /// As [`find`].
    pub fn find(self, candidates: &[PathBuf]) -> Result<Folder, Error> {
        search(self, candidates, |folder| Self::ALL.iter().all(|&other| other == self || !other.is_known_by(folder)))
    }

    fn is_known_by(self, folder: &Folder) -> bool {
        let known = match self {
            Self::Mnist => [7, 2, 1, 0, 4, 1, 4, 9, 5, 9],
            Self::FashionMnist => [9, 2, 1, 1, 6, 1, 4, 6, 5, 7],
        };
        idx::read(&folder.files[3]).is_ok_and(|labels| labels.dims == [10_000] && labels.bytes.starts_with(&known))
    }
}

/// The first of the candidates that holds the four files, in itself or in its subfolder `mnist`, whatever they hold.
///
/// ```no_run
/// use diabolo_data::mnist;
///
/// let data = mnist::find(&["data".into(), "/usr/share/datasets".into()])?.load("mnist")?;
/// assert_eq!((data.train.len(), data.test.len(), data.train.dim()), (60_000, 10_000, 784));
/// # Ok::<(), diabolo_data::Error>(())
/// ```
///
/// # Errors
/// [`Error::IncompleteFolder`] at the first folder that has some of the files but not all, [`Error::NoFolder`] with all
/// folders looked at if none has any.
pub fn find(candidates: &[PathBuf]) -> Result<Folder, Error> {
    search(Collection::Mnist, candidates, |_| true)
}

fn search(collection: Collection, candidates: &[PathBuf], admits: impl Fn(&Folder) -> bool) -> Result<Folder, Error> {
    let folders: Vec<PathBuf> = candidates.iter().flat_map(|dir| [dir.clone(), dir.join(collection.name())]).collect();
    for path in &folders {
        let found = FILES.map(|name| file(path, name));
        if let [Some(a), Some(b), Some(c), Some(d)] = found {
            let folder = Folder { path: path.clone(), files: [a, b, c, d] };
            if admits(&folder) {
                return Ok(folder);
            }
        } else if found.iter().any(Option::is_some) {
            let missing = FILES.into_iter().zip(&found).find(|(_, file)| file.is_none()).map_or("", |(name, _)| name);
            return Err(Error::IncompleteFolder { folder: path.clone(), missing });
        }
    }
    Err(Error::NoFolder { collection: collection.title(), folders, names: FILES.join(", ") })
}

/// Whether a folder, or its subfolder `mnist`, holds one of the four files.
pub fn is_in(folder: &Path) -> bool {
    [folder, &folder.join("mnist")].iter().any(|folder| FILES.iter().any(|name| file(folder, name).is_some()))
}

/// The file of this name in a folder, in any of its spellings.
pub(crate) fn file(folder: &Path, name: &str) -> Option<PathBuf> {
    let dotted = name.replace("-idx", ".idx");
    let names = [name.to_owned(), format!("{name}.gz"), dotted.clone(), format!("{dotted}.gz")];
    names.iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

impl Folder {
    /// Where the files lie.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the files; both sets are called `name`.
    ///
    /// # Errors
    /// If a file is malformed, if images and labels differ in number, if the images of the two sets differ in size, or if
    /// a set is empty.
    pub fn load(&self, name: &str) -> Result<Split, Error> {
        let [train_images, train_labels, test_images, test_labels] = &self.files;
        // Side by side: most of the time goes into unpacking.
        let (train, test) =
            parallel::both(|| labelled(name, train_images, train_labels), || labelled(name, test_images, test_labels));
        let (train, test) = (train?, test?);
        let fault = |reason| Err(Error::Dataset { name: self.path.display().to_string(), reason });
        if train.is_empty() || test.is_empty() {
            return fault(format!("it has {} training and {} test images", train.len(), test.len()));
        }
        let [a, b] = [train.shape(), test.shape()];
        if a != b {
            let [(h, w), (height, width)] = [(a.height, a.width), (b.height, b.width)];
            return fault(format!("training images have {h}×{w} pixels and test images {height}×{width}"));
        }
        Ok(Split { train, test })
    }
}

fn labelled(name: &str, images: &Path, labels: &Path) -> Result<Dataset, Error> {
    let Idx { dims, bytes: pixels } = idx::read(images)?;
    let [n, height, width] = dims[..] else {
        return Err(Error::IdxRank { path: images.into(), dims, expected: "(images, height, width)" });
    };
    let Idx { dims, bytes } = idx::read(labels)?;
    let [m] = dims[..] else {
        return Err(Error::IdxRank { path: labels.into(), dims, expected: "(labels)" });
    };
    if n != m {
        let reason = format!("{n} images come with {m} labels in {}", labels.display());
        return Err(Error::Dataset { name: images.display().to_string(), reason });
    }
    Dataset::images(name, pixels, Some(bytes), ImageShape { height, width, channels: 1 })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write(folder: &Path, name: &str, dims: &[usize]) {
        fs::create_dir_all(folder).unwrap();
        let bytes = (0..dims.iter().product::<usize>()).map(|i| i as u8).collect();
        idx::write(&folder.join(name), &Idx { dims: dims.to_vec(), bytes }).unwrap();
    }

    fn write_all(folder: &Path, dims: [&[usize]; 4]) {
        for (name, dims) in FILES.into_iter().zip(dims) {
            write(folder, name, dims);
        }
    }

    const GOOD: [&[usize]; 4] = [&[3, 2, 2], &[3], &[1, 2, 2], &[1]];

    fn loading(dims: [&[usize]; 4]) -> Result<Split, Error> {
        let folder = tempfile::tempdir().unwrap();
        write_all(folder.path(), dims);
        find(&[folder.path().into()])?.load("small")
    }

    #[test]
    fn images_and_labels_are_read_from_a_folder_or_its_subfolder() {
        let folder = tempfile::tempdir().unwrap();
        let [empty, full] = ["empty", "full"].map(|name| folder.path().join(name));
        write_all(&full.join("mnist"), GOOD);
        let found = find(&[empty, full.clone()]).unwrap();
        assert_eq!(found.path(), full.join("mnist"));
        let Split { train, test } = found.load("small").unwrap();
        assert_eq!((train.len(), train.dim(), test.len(), train.name()), (3, 4, 1, "small"));
        assert_eq!((train.bytes(1), train.labels()), (&[4, 5, 6, 7][..], Some(&[0, 1, 2][..])));
    }

    #[test]
    fn a_dot_before_idx_is_accepted() {
        let folder = tempfile::tempdir().unwrap();
        for (name, dims) in FILES.into_iter().zip(GOOD) {
            write(folder.path(), &name.replace("-idx", ".idx"), dims);
        }
        assert_eq!(find(&[folder.path().into()]).unwrap().load("dots").unwrap().train.len(), 3);
    }

    #[test]
    fn every_folder_looked_at_is_named() {
        let message = find(&["here".into(), "there".into()]).unwrap_err().to_string();
        for name in ["here, here/mnist, there, there/mnist; put", FILES[0], FILES[3]] {
            assert!(message.contains(name), "{message}");
        }
        assert!(find(&[]).unwrap_err().to_string().starts_with("no MNIST files in no folder at all"));
    }

    #[test]
    fn collections_of_the_same_names_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let candidates = [folder.path().to_owned()];
        write_all(folder.path(), [&[3, 2, 2], &[3], &[10_000, 1, 1], &[10_000]]);
        let labels = |first: &[u8]| {
            let bytes = first.iter().copied().chain(std::iter::repeat(0)).take(10_000).collect();
            idx::write(&folder.path().join(FILES[3]), &Idx { dims: vec![10_000], bytes }).unwrap();
            Collection::ALL.map(|collection| collection.find(&candidates).is_ok())
        };
        assert_eq!(labels(&[7, 2, 1, 0, 4, 1, 4, 9, 5, 9]), [true, false]);
        assert_eq!(labels(&[9, 2, 1, 1, 6, 1, 4, 6, 5, 7]), [false, true]);
        assert_eq!(labels(&[1, 2, 3]), [true, true], "people's own data pass for either");

        let message = Collection::FashionMnist.find(&["here".into()]).unwrap_err().to_string();
        assert!(message.starts_with("no Fashion-MNIST files in here, here/fashion-mnist; put "), "{message}");
        assert!(find(&candidates).is_ok());
    }

    #[test]
    fn a_missing_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        write_all(folder.path(), GOOD);
        fs::remove_file(folder.path().join(FILES[2])).unwrap();
        let error = find(&[folder.path().into()]).unwrap_err();
        assert!(matches!(error, Error::IncompleteFolder { missing, .. } if missing == FILES[2]), "{error}");
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        assert!(loading(GOOD).is_ok());
        let cases: [(&[usize], &[usize], &str); 6] = [
            (&[3, 2, 2], &[2], "3 images come with 2 labels in "),
            (&[3, 4], &[3], "has the dimensions [3, 4] where (images, height, width) is needed"),
            (&[3, 2, 2], &[3, 1], "where (labels) is needed"),
            (&[3, 2, 3], &[3], "training images have 2×3 pixels and test images 2×2"),
            (&[0, 2, 2], &[0], "it has 0 training and 1 test images"),
            (&[0, 0, 0], &[0], "samples of 0×0×1 numbers are impossible"),
        ];
        for (images, labels, words) in cases {
            let message = loading([images, labels, GOOD[2], GOOD[3]]).unwrap_err().to_string();
            assert!(message.contains(words), "{message}");
        }
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn the_real_files_hold_what_they_are_known_to_hold() {
        let Some(folder) = std::env::var_os("DIABOLO_DATA") else {
            eprintln!("SKIPPED: set DIABOLO_DATA to the folder of the MNIST files");
            return;
        };
        let Split { train, test } = Collection::Mnist.find(&[folder.clone().into()]).unwrap().load("mnist").unwrap();
        assert!(Collection::FashionMnist.find(&[folder.into()]).is_err(), "MNIST is not taken for Fashion-MNIST");
        assert_eq!((train.len(), test.len(), train.dim(), train.classes()), (60_000, 10_000, 784, 10));
        assert_eq!(train.labels().unwrap()[..3], [5, 0, 4]);
        assert_eq!(test.labels().unwrap()[..3], [7, 2, 1]);
    }
}
