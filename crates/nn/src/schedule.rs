//! How the rate of learning changes over a run.
//!
//! With base rate η, step t = 0, 1, …, of T steps, W of which warm up:
//!
//! ```text
//!   t < W       η (t + 1) / (W + 1)
//!   constant    η
//!   cosine      η (f + (1 − f) (1 + cos π s) / 2)        s = (t − W) / (T − W)
//! ```
//!
//! Warm-up is that of Goyal et al., *Accurate, large minibatch SGD* (2017), section 2.2; the cosine is that of Loshchilov
//! and Hutter, *SGDR: stochastic gradient descent with warm restarts* (ICLR 2017), equation 5, without restarts, with
//! η_max = η and η_min = f η. From step T on the rate stays at f η.

use std::f64::consts::PI;
use std::fmt;
use std::str::FromStr;

/// The rate of each step of a run.
///
/// Written `constant` or `cosine`, with options behind a colon: `constant:warmup=500`, `cosine:floor=0.01,warmup=500`.
///
/// ```
/// use diabolo_nn::Schedule;
///
/// let schedule: Schedule = "cosine:floor=0.1,warmup=9".parse()?;
/// assert_eq!(schedule.rate(0.01, 0, 1009), 0.001);
/// assert_eq!(schedule.rate(0.01, 9, 1009), 0.01);
/// assert_eq!(schedule.rate(0.01, 1009, 1009), 0.001);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Schedule {
    /// How the rate goes on after warm-up.
    pub course: Course,
    /// W, the number of steps before the base rate is reached.
    pub warmup: u64,
}

/// How a rate goes on after warm-up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Course {
    /// It stays.
    #[default]
    Constant,
    /// It falls along half a cosine.
    Cosine {
        /// f, the fraction of the base rate that it falls to.
        floor: f64,
    },
}

impl Schedule {
    /// The base rate throughout.
    pub const CONSTANT: Self = Self { course: Course::Constant, warmup: 0 };

    /// A cosine from the base rate to 0.
    pub const COSINE: Self = Self { course: Course::Cosine { floor: 0.0 }, warmup: 0 };

    /// The same with `steps` steps of warm-up.
    #[must_use]
    pub fn warmup(self, steps: u64) -> Self {
        Self { warmup: steps, ..self }
    }

    /// The rate of step `step`, counted from 0, in a run of `total` steps with warm-up.
    pub fn rate(&self, base: f64, step: u64, total: u64) -> f64 {
        if step < self.warmup {
            return base * (step + 1) as f64 / (self.warmup as f64 + 1.0);
        }
        match self.course {
            Course::Constant => base,
            Course::Cosine { floor } if step >= total => base * floor,
            Course::Cosine { floor } => {
                let done = (step - self.warmup) as f64 / (total - self.warmup) as f64;
                base * (floor + (1.0 - floor) * 0.5 * (1.0 + (PI * done).cos()))
            }
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, floor) = match self.course {
            Course::Constant => ("constant", 0.0),
            Course::Cosine { floor } => ("cosine", floor),
        };
        let floor = (floor > 0.0).then(|| format!("floor={floor}"));
        let warmup = (self.warmup > 0).then(|| format!("warmup={}", self.warmup));
        f.write_str(name)?;
        match [floor, warmup].into_iter().flatten().collect::<Vec<_>>().join(",") {
            options if options.is_empty() => Ok(()),
            options => write!(f, ":{options}"),
        }
    }
}

impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, options) = text.split_once(':').map_or((text, None), |(name, options)| (name, Some(options)));
        let mut schedule = match name {
            "constant" => Self::CONSTANT,
            "cosine" => Self::COSINE,
            _ => return Err(format!("unknown schedule '{name}'; use constant or cosine, as in cosine:floor=0.01")),
        };
        for option in options.into_iter().flat_map(|options| options.split(',')) {
            schedule.set(option).ok_or_else(|| {
                format!("'{option}' does not fit schedule '{name}'; use warmup=STEPS, and for cosine floor=FRACTION in [0, 1]")
            })?;
        }
        Ok(schedule)
    }
}

impl Schedule {
    /// Sets an option written as `key=value`; `None` if there is no such option or the value is out of range.
    fn set(&mut self, option: &str) -> Option<()> {
        match (option.split_once('=')?, &mut self.course) {
            (("warmup", steps), _) => self.warmup = steps.parse().ok()?,
            (("floor", fraction), Course::Cosine { floor }) => {
                *floor = fraction.parse().ok().filter(|fraction| (0.0..=1.0).contains(fraction))?;
            }
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOTAL: u64 = 1000;

    fn rates(text: &str) -> Vec<f64> {
        let schedule: Schedule = text.parse().unwrap();
        (0..TOTAL + 10).map(|step| schedule.rate(0.1, step, TOTAL)).collect()
    }

    #[test]
    fn constant_stays() {
        assert!(rates("constant").iter().all(|rate| *rate == 0.1));
    }

    #[test]
    fn warm_up_rises_in_equal_steps_to_the_base_rate() {
        for text in ["constant:warmup=49", "cosine:warmup=49"] {
            let rates = rates(text);
            assert!((rates[0] - 0.1 / 50.0).abs() < 1e-17);
            assert!(rates[..50].windows(2).all(|pair| ((pair[1] - pair[0]) / (0.1 / 50.0) - 1.0).abs() < 1e-12));
            assert_eq!(rates[49], 0.1);
        }
    }

    #[test]
    fn cosine_falls_from_the_base_rate_to_the_floor() {
        let rates = rates("cosine:floor=0.2,warmup=100");
        assert_eq!(rates[100], 0.1);
        assert!((rates[550] - 0.06).abs() < 1e-15, "halfway lies the mean of both ends");
        assert!(rates[100..=1000].windows(2).all(|pair| pair[1] < pair[0]));
        assert!(rates[1000..].iter().all(|rate| (rate - 0.02).abs() < 1e-15));
    }

    #[test]
    fn a_run_shorter_than_its_warm_up_ends_in_warm_up() {
        let schedule = Schedule::COSINE.warmup(99);
        assert_eq!(schedule.rate(1.0, 9, 10), 0.1);
        assert_eq!(schedule.rate(1.0, 200, 10), 0.0);
    }

    #[test]
    fn text_and_back() {
        for text in ["constant", "cosine", "constant:warmup=5", "cosine:floor=0.1", "cosine:floor=0.1,warmup=5"] {
            assert_eq!(text.parse::<Schedule>().unwrap().to_string(), text);
        }
        for text in
            ["", "linear", "cosine:", "cosine:floor=2", "cosine:floor=NaN", "constant:floor=0.1", "cosine:warmup=-1"]
        {
            assert!(text.parse::<Schedule>().is_err(), "{text}");
        }
    }
}
