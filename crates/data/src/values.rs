//! Numbers as they are stored: bytes stay bytes, and what was read in double precision keeps it.

use std::collections::TryReserveError;

use diabolo_kernels::Scalar;
use serde::{Deserialize, Serialize};

/// The type in which numbers are stored, in memory and in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Number {
    /// 0 to 255.
    U8,
    /// 32 bits.
    F32,
    /// 64 bits.
    F64,
}

/// Numbers of one type, one sample after the other.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Pixels.
    Bytes(Vec<u8>),
    /// Single precision.
    Single(Vec<f32>),
    /// Double precision.
    Double(Vec<f64>),
}

impl Values {
    /// No numbers of this type.
    pub fn none(number: Number) -> Self {
        match number {
            Number::U8 => Self::Bytes(vec![]),
            Number::F32 => Self::Single(vec![]),
            Number::F64 => Self::Double(vec![]),
        }
    }

    /// Their type.
    pub fn number(&self) -> Number {
        match self {
            Self::Bytes(_) => Number::U8,
            Self::Single(_) => Number::F32,
            Self::Double(_) => Number::F64,
        }
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(values) => values.len(),
            Self::Single(values) => values.len(),
            Self::Double(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number `i`.
    ///
    /// # Panics
    /// If there are not that many.
    #[track_caller]
    pub fn get(&self, i: usize) -> f64 {
        match self {
            Self::Bytes(values) => values[i].into(),
            Self::Single(values) => values[i].into(),
            Self::Double(values) => values[i],
        }
    }

    /// Moves the numbers of `more` to the end.
    ///
    /// # Panics
    /// If they are of another type.
    #[track_caller]
    pub fn append(&mut self, more: Self) {
        match (self, more) {
            (Self::Bytes(values), Self::Bytes(more)) => values.extend(more),
            (Self::Single(values), Self::Single(more)) => values.extend(more),
            (Self::Double(values), Self::Double(more)) => values.extend(more),
            (values, more) => panic!("{:?} numbers cannot follow {:?} numbers", more.number(), values.number()),
        }
    }

    /// Makes room for `more` numbers, if there is as much memory.
    pub(crate) fn try_reserve(&mut self, more: usize) -> Result<(), TryReserveError> {
        match self {
            Self::Bytes(values) => values.try_reserve(more),
            Self::Single(values) => values.try_reserve(more),
            Self::Double(values) => values.try_reserve(more),
        }
    }

    /// A copy of the samples at `rows`, `dim` numbers each.
    #[track_caller]
    pub(crate) fn subset(&self, dim: usize, rows: &[u32]) -> Self {
        fn copy<T: Copy>(values: &[T], dim: usize, rows: &[u32]) -> Vec<T> {
            let mut copy = Vec::with_capacity(rows.len() * dim);
            rows.iter().for_each(|&row| copy.extend_from_slice(&values[row as usize * dim..][..dim]));
            copy
        }
        match self {
            Self::Bytes(values) => Self::Bytes(copy(values, dim, rows)),
            Self::Single(values) => Self::Single(copy(values, dim, rows)),
            Self::Double(values) => Self::Double(copy(values, dim, rows)),
        }
    }

    /// Where the first NaN or infinity stands.
    pub fn first_not_finite(&self) -> Option<usize> {
        match self {
            Self::Bytes(_) => None,
            Self::Single(values) => values.iter().position(|x| !x.is_finite()),
            Self::Double(values) => values.iter().position(|x| !x.is_finite()),
        }
    }
}

/// The nearest byte.
pub(crate) fn to_byte(x: f64) -> u8 {
    x.round() as u8 // numbers outside of a byte's range become its ends
}

/// A number as it is stored.
pub(crate) trait Stored: Copy + Sync {
    /// (x − shift)/scale.
    fn scaled<S: Scalar>(self, shift: f64, scale: f64) -> S;
}

impl Stored for u8 {
    #[inline(always)]
    fn scaled<S: Scalar>(self, shift: f64, scale: f64) -> S {
        // Divided, not multiplied by 1/255, which is an ulp off at some bytes; the loop waits for memory anyway.
        (S::of(f64::from(self)) - S::of(shift)) / S::of(scale)
    }
}

impl Stored for f32 {
    #[inline(always)]
    fn scaled<S: Scalar>(self, shift: f64, scale: f64) -> S {
        f64::from(self).scaled(shift, scale)
    }
}

impl Stored for f64 {
    #[inline(always)]
    fn scaled<S: Scalar>(self, shift: f64, scale: f64) -> S {
        // In f64 also for S = f32: a column far from 0 would lose its variation in the difference.
        S::of((self - shift) / scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subset_takes_whole_samples_of_any_type() {
        let rows = [2, 0];
        assert_eq!(Values::Bytes((0..6).collect()).subset(2, &rows), Values::Bytes(vec![4, 5, 0, 1]));
        assert_eq!(Values::Double(vec![0.5, 1.5, 2.5]).subset(1, &rows), Values::Double(vec![2.5, 0.5]));
        assert_eq!(Values::Single(vec![0.5, 1.5, 2.5]).subset(1, &rows), Values::Single(vec![2.5, 0.5]));
    }

    #[test]
    fn the_first_number_that_is_none_is_found() {
        assert_eq!(Values::Single(vec![1.0, f32::INFINITY, f32::NAN]).first_not_finite(), Some(1));
        assert_eq!(Values::Double(vec![1.0, 2.0]).first_not_finite(), None);
        assert_eq!(Values::Bytes(vec![255]).first_not_finite(), None);
    }
}
