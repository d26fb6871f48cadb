//! From plain data to pages and files.

mod comparison;
mod gradcheck;
mod laboratory;
mod support;
mod training;
