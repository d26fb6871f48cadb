//! Runs the experiments, one after the other.

use std::ops::ControlFlow;

use diabolo_kernels::random::{Key, Stream};
use ndarray::ArrayView2;

use crate::error::Error;
use crate::experiments;
use crate::finding::Finding;
use crate::settings::{Effort, Settings};
use crate::statement::Statement;
use crate::subject::Subject;

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// The statement that is being put to the test.
    pub statement: Statement,
    /// Experiments done before.
    pub index: usize,
    /// Experiments in all.
    pub count: usize,
    /// The share of this one that is done, from 0 to 1.
    pub done: f64,
}

/// Puts the chosen statements to the test on `data` (n × d, rows are samples), and tells `progress` from time to time, which
/// can stop the run by [`ControlFlow::Break`].
///
/// # Errors
/// What [`Subject::new`] says about data and k; [`Error::Cancelled`] if `progress` stops the run.
pub fn run(
    data: ArrayView2<'_, f64>,
    settings: &Settings,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Vec<Finding>, Error> {
    run_on(&Subject::new(data, settings.latent)?, settings, progress)
}

/// The same for data that were decomposed before.
///
/// # Errors
/// [`Error::Cancelled`] if `progress` stops the run.
pub fn run_on(
    subject: &Subject,
    settings: &Settings,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Vec<Finding>, Error> {
    let count = settings.statements.len();
    let mut findings = Vec::with_capacity(count);
    for (index, &statement) in settings.statements.iter().enumerate() {
        let mut tell = |done| progress(Progress { statement, index, count, done });
        let mut lab = Lab { subject, settings, tell: &mut tell };
        lab.tell(0.0)?;
        findings.push(experiments::run(statement, &mut lab)?);
        lab.tell(1.0)?;
    }
    Ok(findings)
}

/// What an experiment has at hand.
pub(crate) struct Lab<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) settings: &'a Settings,
    tell: &'a mut dyn FnMut(f64) -> ControlFlow<()>,
}

impl Lab<'_> {
    /// Says which share is done.
    pub(crate) fn tell(&mut self, done: f64) -> Result<(), Error> {
        match (self.tell)(done) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Cancelled),
        }
    }

    /// The key of a random start: `site` says which.
    pub(crate) fn key(&self, statement: Statement, site: u32) -> Key {
        Key::new(self.settings.seed, Stream::Init).at(u32::from(statement.number()), 0).site(site)
    }

    /// One number for a quick look, another for as long as it takes.
    pub(crate) fn by_effort<T>(&self, quick: T, full: T) -> T {
        if self.settings.effort == Effort::Quick { quick } else { full }
    }

    /// Iterations of a long descent: as many as were asked for, or what the effort says.
    pub(crate) fn iterations(&self, quick: u32, full: u32) -> u32 {
        self.settings.iterations.unwrap_or(self.by_effort(quick, full))
    }
}
