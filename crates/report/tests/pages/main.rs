//! From plain data to pages and files.

mod comparison;
mod support;
mod training;
