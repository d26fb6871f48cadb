//! All that training produces, as bits.

use diabolo_models::trainer::Metrics;
use diabolo_nn::{Module, Path};

use crate::Run;

/// Parameters, moments, counters and measurements of a run, apart from how long it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bits(Vec<(String, Vec<u64>)>);

impl Bits {
    /// The bits of a run as it stands.
    pub fn of(run: &Run) -> Self {
        let mut bits = vec![];
        run.model.visit(Path::ROOT, &mut |name, parameter| bits.push((name.to_string(), floats(parameter.value()))));
        let state = run.optimizer.state();
        bits.push(("optimizer step".to_owned(), vec![state.step]));
        for slot in &state.slots {
            bits.extend(
                slot.values.iter().enumerate().map(|(i, v)| (format!("{} of parameter {i}", slot.name), floats(v))),
            );
        }
        let progress = &run.progress;
        bits.push(("epoch and step".to_owned(), vec![progress.epoch.into(), progress.step.into()]));
        for report in &progress.history {
            bits.extend(metrics(&format!("train, epoch {}", report.epoch), &report.train));
            bits.extend(metrics(&format!("test, epoch {}", report.epoch), &report.test));
        }
        Self(bits)
    }

    /// Fails with the name of the first thing whose bits differ.
    ///
    /// # Panics
    /// If anything differs.
    #[track_caller]
    pub fn assert_same(&self, other: &Self, what: &str) {
        let names = |bits: &Self| bits.0.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(self), names(other), "{what}");
        for ((name, left), (_, right)) in self.0.iter().zip(&other.0) {
            let differing = left.iter().zip(right).filter(|(a, b)| a != b).count();
            assert_eq!((left.len(), differing), (right.len(), 0), "{what}: {name} differs");
        }
    }
}

fn floats(values: &[f32]) -> Vec<u64> {
    values.iter().map(|x| x.to_bits().into()).collect()
}

fn metrics(when: &str, metrics: &Metrics) -> Vec<(String, Vec<u64>)> {
    metrics.means().map(|(name, mean)| (format!("{name} of {when}"), vec![mean.to_bits()])).collect()
}
