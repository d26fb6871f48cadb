//! What was measured: a case, its contestants, and every single reading.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One piece of work, done by several contestants in turns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Case {
    /// What is done.
    pub name: String,
    /// How a reading is shown.
    pub unit: Unit,
    /// Floating-point operations of one reading, where they bound its time.
    pub flops: Option<f64>,
    /// FLOP/s of the machine before and after.
    pub peak: [f64; 2],
    /// Ours first.
    pub contestants: Vec<Contestant>,
    /// Who could not take part, and why: a sentence each.
    pub skipped: Vec<String>,
}

/// Who did it, and how long it took.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Contestant {
    /// Its name.
    pub name: String,
    /// Its version, mode, and whatever else describes it.
    pub about: String,
    /// A reading for each round.
    pub readings: Vec<Reading>,
}

/// What one round gave.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reading {
    /// The time it took.
    pub seconds: f64,
    /// Losses, errors: what belongs beside a time.
    #[serde(flatten)]
    pub beside: Map<String, Value>,
}

/// How people read a reading: the name of the unit, and how often a second holds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unit {
    /// As "ms" or "ns an element".
    pub name: String,
    /// Units in a second; or, for a rate, what is done in a reading, in the unit of the rate.
    pub scale: f64,
    /// Whether more is better: `scale / seconds` is shown, and not `scale · seconds`.
    pub rate: bool,
}

impl Unit {
    /// A time.
    pub fn time(name: &str, per_second: f64) -> Self {
        Self { name: name.to_owned(), scale: per_second, rate: false }
    }

    /// `amount` of something a reading, shown as a rate.
    pub fn rate(name: &str, amount: f64) -> Self {
        Self { name: name.to_owned(), scale: amount, rate: true }
    }

    /// A time in this unit.
    pub fn show(&self, seconds: f64) -> f64 {
        if self.rate { self.scale / seconds } else { self.scale * seconds }
    }
}

impl Reading {
    /// A time with nothing beside it.
    pub fn of(seconds: f64) -> Self {
        Self { seconds, beside: Map::new() }
    }
}

impl Contestant {
    /// One that has not run yet.
    pub fn new(name: impl Into<String>, about: impl Into<String>) -> Self {
        Self { name: name.into(), about: about.into(), readings: vec![] }
    }

    /// The median of its times; NaN if there is none.
    pub fn median(&self) -> f64 {
        median(self.readings.iter().map(|reading| reading.seconds))
    }

    /// The shortest of its times.
    pub fn min(&self) -> f64 {
        self.readings.iter().map(|reading| reading.seconds).fold(f64::INFINITY, f64::min)
    }

    /// The median of our time to that of `peer` in the same round.
    pub fn ratio_to(&self, peer: &Self) -> f64 {
        median(self.readings.iter().zip(&peer.readings).map(|(ours, theirs)| ours.seconds / theirs.seconds))
    }
}

impl Case {
    /// The share of the peak that a contestant reached by its median, the peak being the larger of the two.
    pub fn share_of_peak(&self, contestant: &Contestant) -> Option<f64> {
        self.flops.map(|flops| flops / contestant.median() / self.peak[0].max(self.peak[1]))
    }
}

/// The median; NaN of nothing.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n => 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contestant(seconds: &[f64]) -> Contestant {
        Contestant { readings: seconds.iter().copied().map(Reading::of).collect(), ..Contestant::new("a", "") }
    }

    #[test]
    fn medians_of_odd_even_and_no_numbers() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), 2.5);
        assert!(median(std::iter::empty()).is_nan());
    }

    #[test]
    fn a_ratio_is_of_rounds_and_not_of_medians() {
        let (ours, theirs) = (contestant(&[1.0, 10.0, 3.0]), contestant(&[2.0, 20.0, 3.0]));
        assert_eq!(ours.ratio_to(&theirs), 0.5);
        assert_eq!((ours.median(), ours.min()), (3.0, 1.0));
    }

    #[test]
    fn a_share_is_of_the_larger_peak() {
        let ours = contestant(&[0.5]);
        let unit = Unit::rate("GFLOP/s", 1.0);
        assert_eq!(unit.show(0.5), 2.0);
        let case = Case {
            name: "product".to_owned(),
            unit,
            flops: Some(100.0),
            peak: [400.0, 300.0],
            contestants: vec![],
            skipped: vec![],
        };
        assert_eq!(case.share_of_peak(&ours), Some(0.5));
    }

    #[test]
    fn what_lies_beside_a_time_survives_json() {
        let line = r#"{"seconds":0.5,"train":105.25}"#;
        let reading: Reading = serde_json::from_str(line).unwrap();
        assert_eq!(reading.beside["train"], 105.25);
        assert_eq!(serde_json::to_string(&reading).unwrap(), line);
    }
}
