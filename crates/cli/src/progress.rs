//! What a training run shows while it runs: a live line, a line for each epoch, events for programs, files in the run folder.

use std::time::{Duration, Instant};

use diabolo_kernels::Scalar;
use diabolo_models::trainer::{Callback, Control, EpochReport, StepReport};
use diabolo_models::{Error, Model, Trainer};
use indicatif::{ProgressBar, ProgressStyle};

use crate::arguments::Talk;
use crate::{events, interrupt, output};

/// Shows progress, prints events, and stops the run when Ctrl-C was pressed.
#[derive(Debug)]
pub(crate) struct Progress {
    talk: Talk,
    bar: Option<ProgressBar>,
    begun: Instant,
    steps_done: u64,
}

/// How often the live line is redrawn.
const REDRAW_HZ: u8 = 10;

impl Progress {
    pub(crate) fn new(talk: Talk) -> Self {
        let live = !talk.quiet && output::is_live();
        let bar = live.then(|| {
            let style = ProgressStyle::with_template("  epoch {prefix} {bar:24} {msg}").expect("the template is fixed");
            let target = indicatif::ProgressDrawTarget::stderr_with_hz(REDRAW_HZ);
            ProgressBar::with_draw_target(None, target).with_style(style.progress_chars("━╸─"))
        });
        Self { talk, bar, begun: Instant::now(), steps_done: 0 }
    }
}

impl<S: Scalar, M: Model<S>> Callback<S, M> for Progress {
    fn step(&mut self, report: &StepReport) -> Control {
        self.steps_done += 1;
        if let Some(bar) = &self.bar {
            if report.step == 1 || bar.length().is_none() {
                bar.set_length(report.steps.into());
                bar.set_prefix(format!("{}/{}", report.epoch + 1, report.epochs));
            }
            bar.set_position(report.step.into());
            let rate = self.steps_done as f64 / self.begun.elapsed().as_secs_f64();
            let left =
                (f64::from(report.epochs - report.epoch) * f64::from(report.steps) - f64::from(report.step)) / rate;
            bar.set_message(format!(
                "loss {:.4}   {:.0} samples/s   {} left",
                report.loss,
                rate * report.batch as f64,
                span(left)
            ));
        }
        if interrupt::asked() { Control::Stop } else { Control::Continue }
    }

    fn epoch(&mut self, trainer: &Trainer<S, M>) -> Result<Control, Error> {
        let progress = &trainer.progress;
        let report = progress.history.last().expect("an epoch has just ended");
        if self.talk.json {
            events::epoch(report);
        }
        if !self.talk.quiet && !self.talk.json {
            let text = line(report);
            match &self.bar {
                Some(bar) => bar.println(text),
                None => output::note(&text),
            }
        }
        Ok(Control::Continue)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// `  epoch 3   train 112.43   test 110.02 (reconstruction 85.11, kl 24.91)   0.52 s`
fn line(report: &EpochReport) -> String {
    let terms: Vec<String> = report
        .test
        .means()
        .filter(|(name, mean)| *name != "loss" && *mean != report.test.mean("loss"))
        .map(|(name, mean)| format!("{} {mean:.3}", name.replace('_', " ")))
        .collect();
    let terms = if terms.is_empty() { String::new() } else { format!(" ({})", terms.join(", ")) };
    let (train, test) = (report.train.mean("loss"), report.test.mean("loss"));
    format!("  epoch {:>3}   train {train:.3}   test {test:.3}{terms}   {:.2} s", report.epoch, report.train_seconds)
}

/// A duration as people say it.
pub(crate) fn span(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "?".to_owned();
    }
    let whole = Duration::from_secs_f64(seconds.max(0.0)).as_secs();
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole / 60 % 60),
    }
}
