//! From plain data to pages and files.

mod comparison;
mod gradcheck;
mod support;
mod training;
