//! Vector figures with axes, units and legends.
//!
//! Every kind of plot is a builder that ends in a [`Figure`]. NaN, infinities and, but for a signed logarithmic axis,
//! magnitudes above 10³⁰⁰ are left out: a curve has a gap there. A plot without a single point is still a plot, with axes and the words “no data”.

mod axis;
mod bars;
mod figure;
mod frame;
mod heat_map;
mod histogram;
mod ink;
mod level;
mod lines;
mod network;
mod ranking;
mod scale;
mod scatter;
mod ticks;

pub use axis::Axis;
pub use bars::Bars;
pub(crate) use figure::At;
pub use figure::Figure;
pub use heat_map::HeatMap;
pub use histogram::Histogram;
pub use lines::{Lines, Series};
pub use network::network;
pub use ranking::Ranking;
pub use scatter::Scatter;
