//! The types of a NPY file's numbers.

use crate::files::excerpt;
use crate::{Number, Values};

/// Doubles hold all whole numbers below this one; larger ones may have been rounded.
const EXACT: f64 = (1_u64 << 53) as f64;

/// A type of numbers and the order of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    kind: Kind,
    big_endian: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bool,
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F16,
    F32,
    F64,
}

impl Element {
    /// The type that a header describes as `<f4`, or why it is none that can be read.
    pub(super) fn of(descr: &str) -> Result<Self, String> {
        let (order, name) = descr.split_at_checked(1).unwrap_or((descr, ""));
        let kind = match name {
            "b1" => Kind::Bool,
            "u1" => Kind::U8,
            "i1" => Kind::I8,
            "u2" => Kind::U16,
            "i2" => Kind::I16,
            "u4" => Kind::U32,
            "i4" => Kind::I32,
            "u8" => Kind::U64,
            "i8" => Kind::I64,
            "f2" => Kind::F16,
            "f4" => Kind::F32,
            "f8" => Kind::F64,
            _ => return Err(refusal(descr, name)),
        };
        let big_endian = order == ">";
        if big_endian || order == "<" || order == "|" && kind.size() == 1 {
            Ok(Self { kind, big_endian })
        } else {
            Err(refusal(descr, ""))
        }
    }

    /// Bytes to a number.
    pub(super) fn size(self) -> usize {
        self.kind.size()
    }

    /// What its numbers become.
    pub(super) fn number(self) -> Number {
        match self.kind {
            Kind::U8 => Number::U8,
            Kind::Bool | Kind::F16 | Kind::F32 => Number::F32,
            _ => Number::F64,
        }
    }

    /// The numbers that lie one after the other in `bytes`.
    pub(super) fn decode(self, bytes: &[u8]) -> Values {
        let big = self.big_endian;
        match self.kind {
            Kind::U8 => Values::Bytes(bytes.to_vec()),
            Kind::Bool => Values::Single(bytes.iter().map(|&byte| f32::from(u8::from(byte != 0))).collect()),
            Kind::F16 => Values::Single(words(bytes, big, |word| half(u16::from_le_bytes(word)))),
            Kind::F32 => Values::Single(words(bytes, big, f32::from_le_bytes)),
            Kind::F64 => Values::Double(words(bytes, big, f64::from_le_bytes)),
            Kind::I8 => Values::Double(words(bytes, big, |word| i8::from_le_bytes(word).into())),
            Kind::U16 => Values::Double(words(bytes, big, |word| u16::from_le_bytes(word).into())),
            Kind::I16 => Values::Double(words(bytes, big, |word| i16::from_le_bytes(word).into())),
            Kind::U32 => Values::Double(words(bytes, big, |word| u32::from_le_bytes(word).into())),
            Kind::I32 => Values::Double(words(bytes, big, |word| i32::from_le_bytes(word).into())),
            Kind::U64 => Values::Double(words(bytes, big, |word| u64::from_le_bytes(word) as f64)),
            Kind::I64 => Values::Double(words(bytes, big, |word| i64::from_le_bytes(word) as f64)),
        }
    }

    /// Where the first whole number stands that a double cannot be trusted to hold.
    pub(super) fn first_rounded(self, values: &Values) -> Option<usize> {
        match (self.kind, values) {
            (Kind::U64 | Kind::I64, Values::Double(values)) => values.iter().position(|x| x.abs() >= EXACT),
            _ => None,
        }
    }
}

impl Kind {
    fn size(self) -> usize {
        match self {
            Self::Bool | Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 | Self::F16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }
}

/// Why a type cannot be read.
fn refusal(descr: &str, name: &str) -> String {
    let what = match name.as_bytes().first() {
        Some(b'O') => "Python objects",
        Some(b'V') => "records",
        Some(b'c') => "complex numbers",
        Some(b'S' | b'U' | b'a') => "text",
        Some(b'M') => "dates",
        Some(b'm') => "durations",
        Some(b'f' | b'g') => "numbers of more than 64 bits",
        _ => "something unknown",
    };
    let descr = excerpt(descr);
    format!("it holds {what} (dtype {descr:?}); save an array of numbers, as with x.astype('float32')")
}

/// Each N bytes as a number.
fn words<const N: usize, T>(bytes: &[u8], big_endian: bool, number: impl Fn([u8; N]) -> T) -> Vec<T> {
    let (words, _) = bytes.as_chunks::<N>();
    let little = |mut word: [u8; N]| {
        if big_endian {
            word.reverse();
        }
        number(word)
    };
    words.iter().map(|&word| little(word)).collect()
}

/// A number of IEEE 754's half precision: 1 sign, 5 bits of exponent, 10 of the fraction.
fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (u32::from(bits >> 10 & 31), f32::from(bits & 1023));
    let size = match exponent {
        0 => fraction / (1 << 24) as f32,
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + fraction) * f32::from_bits((exponent + 102) << 23), // · 2^(exponent − 25)
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_is_exact() {
        for (bits, number) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0400, 6.103_515_6e-5),
            (0x0001, 5.960_464_5e-8),
            (0x3555, 0.333_251_95),
            (0x8000, -0.0),
            (0xfc00, f32::NEG_INFINITY),
        ] {
            assert_eq!(half(bits).to_bits(), f32::to_bits(number), "{bits:04x}");
        }
        assert!(half(0x7e00).is_nan());
    }

    #[test]
    fn both_orders_of_bytes_are_read() {
        let decoded = |descr: &str, bytes: &[u8]| Element::of(descr).unwrap().decode(bytes);
        assert_eq!(decoded("<i2", &[1, 2, 255, 255]), Values::Double(vec![513.0, -1.0]));
        assert_eq!(decoded(">i2", &[1, 2, 255, 255]), Values::Double(vec![258.0, -1.0]));
        assert_eq!(decoded(">f4", &[0x3f, 0x80, 0, 0]), Values::Single(vec![1.0]));
        assert_eq!(decoded("|b1", &[0, 1]), Values::Single(vec![0.0, 1.0]));
        assert_eq!(decoded("|u1", &[0, 255]), Values::Bytes(vec![0, 255]));
    }

    #[test]
    fn what_is_no_number_is_refused_by_name() {
        for (descr, what) in [
            ("|O", "objects"),
            ("<c16", "complex"),
            ("<U5", "text"),
            ("|S3", "text"),
            ("<M8[ns]", "dates"),
            ("<m8[s]", "durations"),
            ("<f16", "more than 64 bits"),
            ("|V8", "records"),
            ("=f4", "unknown"),
            ("|f4", "unknown"),
            ("f4", "unknown"),
            ("", "unknown"),
            ("ü4", "unknown"),
        ] {
            let reason = Element::of(descr).unwrap_err();
            assert!(reason.contains(what) && reason.contains("astype"), "{descr}: {reason}");
        }
    }

    #[test]
    fn whole_numbers_that_doubles_cannot_hold_are_found() {
        let element = Element::of("<i8").unwrap();
        let place = |numbers: &[i64]| {
            element.first_rounded(&element.decode(&numbers.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<_>>()))
        };
        assert_eq!(place(&[(1 << 53) - 1, 1 - (1 << 53), 0]), None);
        assert_eq!(place(&[0, (1 << 53) + 1]), Some(1));
        assert_eq!(place(&[i64::MIN]), Some(0));
    }
}
