//! The machine's peak, and work timed in turns beside it.
//!
//! Absolute times drift with a machine, its temperature and its neighbours. So whatever is compared runs in turns, in one
//! session, with the peak measured before and after; what is quoted are ratios of one round, and their median.
//!
//! | module | what it does |
//! |---|---|
//! | [`mod@peak`] | what independent chains of fused multiply-adds reach |
//! | [`record`] | a case with its contestants and every single reading |
//! | [`turns`] | contestants of one process, in turns |
//! | [`rounds`] | a contestant that is a process of its own: a round for each line that it is sent |
//! | [`machine`] | where all this was measured |

#![forbid(unsafe_code)]

pub mod machine;
pub mod peak;
pub mod record;
pub mod rounds;
pub mod turns;

pub use machine::Machine;
pub use peak::{Vectors, peak};
pub use record::{Case, Contestant, Reading, Unit, median};
