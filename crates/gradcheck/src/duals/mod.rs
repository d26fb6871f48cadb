//! Witness 1: the textbook formula in forward mode and double-double, and how far the rules are from it in ulps.

mod distance;

pub(crate) use distance::{Precision, ulps};
