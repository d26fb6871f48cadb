//! Damaged pictures: whatever is done to a file, decoding it ends with a picture or one sentence, and a small file takes
//! little memory.
//!
//! A few thousand files a format by default; `DIABOLO_MUTATIONS=1000000` for as many.

#![cfg(feature = "images")]

use std::alloc::System;
use std::path::Path;
use std::time::Instant;

use diabolo_data::files::Picture;
use diabolo_kernels::random::{Generator, Key, Stream};
use rand::Rng;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Bytes that may be asked for, in all, while a file of less than two kilobytes is decoded.
const MEMORY: usize = 64 << 20;

const SEEDS: [(&str, &[u8]); 10] = [
    ("grey.png", include_bytes!("fixtures/pictures/grey.png")),
    ("rgb.png", include_bytes!("fixtures/pictures/rgb.png")),
    ("palette.png", include_bytes!("fixtures/pictures/palette.png")),
    ("rgba.png", include_bytes!("fixtures/pictures/rgba.png")),
    ("grey16.png", include_bytes!("fixtures/pictures/grey16.png")),
    ("bits.png", include_bytes!("fixtures/pictures/bits.png")),
    ("grey.jpg", include_bytes!("fixtures/pictures/grey.jpg")),
    ("rgb.jpg", include_bytes!("fixtures/pictures/rgb.jpg")),
    ("progressive.jpg", include_bytes!("fixtures/pictures/progressive.jpg")),
    ("cmyk.jpg", include_bytes!("fixtures/pictures/cmyk.jpg")),
];

/// A number below `limit`.
fn below(generator: &mut Generator, limit: usize) -> usize {
    generator.next_u32() as usize % limit
}

/// One to eight changes of any kind.
fn mutate(file: &mut Vec<u8>, generator: &mut Generator) {
    for _ in 0..=below(generator, 8) {
        if file.is_empty() {
            return;
        }
        let (at, other) = (below(generator, file.len()), below(generator, file.len()));
        match below(generator, 7) {
            0 => file[at] ^= 1 << below(generator, 8),
            1 => file[at] = generator.next_u32() as u8,
            2 => file[at] = [0, 1, 0x7f, 0x80, 0xff][below(generator, 5)],
            3 => file.truncate(at),
            4 => file.insert(at, generator.next_u32() as u8),
            5 => drop(file.drain(at..(at + 1 + other % 16).min(file.len()))),
            _ => {
                let piece = file[at..(at + 1 + other % 64).min(file.len())].to_vec();
                file.splice(other..other, piece);
            }
        }
    }
}

/// Gives the chunks of a PNG file the checksums that they should have, so that more of it is looked at.
fn mend_checksums(file: &mut [u8]) {
    let mut start = 8;
    while let Some(length) = file.get(start..start + 4) {
        let length = u32::from_be_bytes(length.try_into().expect("four bytes")) as usize;
        let Some(end) = start.checked_add(8).and_then(|end| end.checked_add(length)) else { return };
        let Some(covered) = file.get(start + 4..end) else { return };
        let mut checksum = flate2::Crc::new();
        checksum.update(covered);
        let sum = checksum.sum().to_be_bytes();
        let Some(place) = file.get_mut(end..end + 4) else { return };
        place.copy_from_slice(&sum);
        start = end + 4;
    }
}

/// What became of the files of a format.
#[derive(Debug, Default)]
struct Count {
    decoded: usize,
    refused: usize,
    most_memory: usize,
}

impl Count {
    fn decode(&mut self, file: &[u8], name: &str, number: usize) {
        let region = Region::new(ALLOCATOR);
        let result = std::panic::catch_unwind(|| Picture::decode(file, Path::new(name)));
        let result = result.unwrap_or_else(|_| panic!("{name}, change {number}, makes the decoder panic: {file:02x?}"));
        self.most_memory = self.most_memory.max(region.change().bytes_allocated);
        assert!(self.most_memory <= MEMORY, "{name}, change {number}, takes {} bytes", self.most_memory);
        match result {
            Ok(picture) => {
                assert_eq!(picture.pixels.len(), picture.shape.len(), "{name}, change {number}");
                self.decoded += 1;
            }
            Err(error) => {
                let message = error.to_string();
                assert!(message.starts_with(name) && !message.contains('\n'), "{name}, change {number}: {message}");
                self.refused += 1;
            }
        }
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "the numbers go into the book")]
fn a_damaged_picture_gives_a_picture_or_a_sentence() {
    let files = std::env::var("DIABOLO_MUTATIONS").map_or(3000, |text| text.parse().expect("a number of files"));
    for ending in ["png", "jpg"] {
        let seeds: Vec<_> = SEEDS.iter().filter(|(name, _)| name.ends_with(ending)).collect();
        let (mut count, begun) = (Count::default(), Instant::now());
        for number in 0..files {
            let (name, seed) = seeds[number % seeds.len()];
            let mut generator = Key::new(1, Stream::Data).at(0, number as u32).generator();
            let mut file = seed.to_vec();
            mutate(&mut file, &mut generator);
            if ending == "png" && below(&mut generator, 8) > 0 {
                mend_checksums(&mut file);
            }
            count.decode(&file, name, number);
        }
        eprintln!("{ending}: {files} files in {:.0} s, {count:?}", begun.elapsed().as_secs_f64());
        assert!(count.decoded > files / 100 && count.refused > files / 100, "{count:?}");
    }
}
