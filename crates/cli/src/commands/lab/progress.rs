//! What the laboratory shows while it runs.

use std::ops::ControlFlow;

use diabolo_lab::Statement;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::arguments::Talk;
use crate::{interrupt, output};

/// The live line is divided into so many parts, and redrawn so often.
const PARTS: u64 = 1000;
const REDRAW_HZ: u8 = 10;

/// A live line on a terminal.
#[derive(Debug)]
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    count: usize,
    begun: usize,
}

impl Progress {
    pub(super) fn new(talk: Talk, count: usize) -> Self {
        let live = !talk.quiet && output::is_live();
        let bar = live.then(|| {
            let style = ProgressStyle::with_template("  {prefix} {bar:24} {percent:>3} %   {elapsed}");
            let style = style.expect("the template is fixed").progress_chars("━╸─");
            ProgressBar::with_draw_target(Some(PARTS), ProgressDrawTarget::stderr_with_hz(REDRAW_HZ)).with_style(style)
        });
        Self { bar, count, begun: 0 }
    }

    pub(super) fn begin(&mut self, statement: Statement) {
        self.begun += 1;
        if let Some(bar) = &self.bar {
            bar.set_prefix(format!("statement {statement}, {} of {}", self.begun, self.count));
            bar.set_position(0);
            bar.reset_elapsed();
        }
    }

    /// Shows which share of the experiment is done, and stops the run when Ctrl-C was pressed.
    pub(super) fn tell(&self, done: f64) -> ControlFlow<()> {
        if let Some(bar) = &self.bar {
            bar.set_position((done * PARTS as f64) as u64);
        }
        if interrupt::asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Prints results above the live line.
    pub(super) fn print(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| output::line(text)),
            None => output::line(text),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
