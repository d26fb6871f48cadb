//! From plain data to pages and files.

mod comparison;
mod laboratory;
mod support;
mod training;
