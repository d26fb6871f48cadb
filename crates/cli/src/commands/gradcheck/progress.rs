//! What is shown while checks run: a live line for people, an event for programs as soon as a check is done.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Found, events};
use crate::arguments::Talk;
use crate::output;

pub(super) struct Progress {
    json: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(super) fn new(talk: Talk, checks: usize) -> Self {
        let live = !talk.quiet && !talk.json && output::is_live();
        let bar = live.then(|| {
            let template = "  checked {pos}/{len} {bar:24} {msg}";
            let style = ProgressStyle::with_template(template).expect("the template is fixed");
            let bar = ProgressBar::with_draw_target(Some(checks as u64), ProgressDrawTarget::stderr());
            bar.with_style(style.progress_chars("━╸─"))
        });
        Self { json: talk.json, bar }
    }

    pub(super) fn tell(&self, found: &Found) {
        if self.json {
            crate::events::result(&events::of(found));
        }
        if let Some(bar) = &self.bar {
            bar.inc(1);
            bar.set_message(found.name().to_owned());
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
