//! What the files are known by, and who serves them.

use crate::mnist::{Collection, FILES};

/// What a file must be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pin {
    pub(super) name: &'static str,
    /// Its length, uncompressed.
    pub(super) bytes: u64,
    /// The SHA-256 of that, in hexadecimal.
    pub(super) digest: &'static str,
}

impl Pin {
    pub(super) fn sha256(&self) -> Vec<u8> {
        let (pairs, _) = self.digest.as_bytes().as_chunks::<2>();
        let digit = |character: u8| char::from(character).to_digit(16).unwrap_or_default() as u8;
        pairs.iter().map(|&[high, low]| digit(high) << 4 | digit(low)).collect()
    }
}

/// Header and bytes of 60,000 and 10,000 images of 28×28 pixels and their labels.
const BYTES: [u64; 4] = [47_040_016, 60_008, 7_840_016, 10_008];

const MNIST: [&str; 4] = [
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
];

const FASHION_MNIST: [&str; 4] = [
    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
];

pub(super) fn pins(collection: Collection) -> [Pin; 4] {
    let digests = match collection {
        Collection::Mnist => MNIST,
        Collection::FashionMnist => FASHION_MNIST,
    };
    [0, 1, 2, 3].map(|i| Pin { name: FILES[i], bytes: BYTES[i], digest: digests[i] })
}

/// Who serves the files under their names.
#[cfg(feature = "https")]
pub(super) fn mirrors(collection: Collection) -> &'static [&'static str] {
    match collection {
        Collection::Mnist => {
            &["https://storage.googleapis.com/cvdf-datasets/mnist", "https://ossci-datasets.s3.amazonaws.com/mnist"]
        }
        Collection::FashionMnist => &[
            "https://fashion-mnist.s3.eu-central-1.amazonaws.com",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        ],
    }
}

#[cfg(not(feature = "https"))]
pub(super) fn mirrors(collection: Collection) -> &'static [&'static str] {
    match collection {
        Collection::Mnist => {
            &["http://storage.googleapis.com/cvdf-datasets/mnist", "http://ossci-datasets.s3.amazonaws.com/mnist"]
        }
        Collection::FashionMnist => &[
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
            "http://fashion-mnist.s3.eu-central-1.amazonaws.com",
        ],
    }
}
