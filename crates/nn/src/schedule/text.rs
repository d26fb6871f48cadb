//! Schedules as people write them.

use std::fmt;
use std::str::FromStr;

use super::{Course, OneCycle, Plateau, Schedule};
use crate::error::Error;

impl Course {
    /// The courses with the options that they have unless others are given.
    fn all() -> [Self; 5] {
        [
            Self::Constant,
            Self::Cosine { floor: 0.0 },
            Self::Step { every: 10, factor: 0.1 },
            Self::OneCycle(OneCycle::default()),
            Self::Plateau(Plateau::default()),
        ]
    }

    fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Cosine { .. } => "cosine",
            Self::Step { .. } => "step",
            Self::OneCycle(_) => "one-cycle",
            Self::Plateau(_) => "plateau",
        }
    }

    /// What it takes, in words.
    fn takes(self) -> &'static str {
        match self {
            Self::Constant => "warmup=STEPS",
            Self::Cosine { .. } => "floor=FRACTION in [0, 1] and warmup=STEPS",
            Self::Step { .. } => "every=EPOCHS, factor=FRACTION in [0, 1] and warmup=STEPS",
            Self::OneCycle(_) => "rise=SHARE in [0, 1], div and final_div=NUMBER of at least 1, and warmup=STEPS",
            Self::Plateau(_) => "patience=EPOCHS, factor, threshold and floor=FRACTION in [0, 1], and warmup=STEPS",
        }
    }

    /// Its options by name.
    fn options(self) -> Vec<(&'static str, f64)> {
        match self {
            Self::Constant => vec![],
            Self::Cosine { floor } => vec![("floor", floor)],
            Self::Step { every, factor } => vec![("every", every.into()), ("factor", factor)],
            Self::OneCycle(OneCycle { rise, div, final_div }) => {
                vec![("rise", rise), ("div", div), ("final_div", final_div)]
            }
            Self::Plateau(Plateau { factor, patience, threshold, floor }) => {
                vec![("factor", factor), ("patience", patience.into()), ("threshold", threshold), ("floor", floor)]
            }
        }
    }

    /// Sets an option; `None` if there is no such option or the value is out of its range.
    fn set(&mut self, key: &str, value: &str) -> Option<()> {
        match (self, key) {
            (Self::Step { every, .. }, "every") => *every = value.parse().ok().filter(|every| *every > 0)?,
            (Self::Plateau(Plateau { patience, .. }), "patience") => *patience = value.parse().ok()?,
            (Self::OneCycle(OneCycle { div, .. }), "div") => *div = divisor(value)?,
            (Self::OneCycle(OneCycle { final_div, .. }), "final_div") => *final_div = divisor(value)?,
            (Self::OneCycle(OneCycle { rise, .. }), "rise") => *rise = fraction(value)?,
            (Self::Plateau(Plateau { threshold, .. }), "threshold") => *threshold = fraction(value)?,
            (Self::Cosine { floor } | Self::Plateau(Plateau { floor, .. }), "floor") => *floor = fraction(value)?,
            (Self::Step { factor, .. } | Self::Plateau(Plateau { factor, .. }), "factor") => *factor = fraction(value)?,
            _ => return None,
        }
        Some(())
    }
}

fn fraction(value: &str) -> Option<f64> {
    value.parse().ok().filter(|fraction| (0.0..=1.0).contains(fraction))
}

fn divisor(value: &str) -> Option<f64> {
    value.parse().ok().filter(|divisor: &f64| *divisor >= 1.0 && divisor.is_finite())
}

/// Options that are as they would be anyway are left out.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.course.name())?;
        let usual = Course::all().into_iter().find(|course| course.name() == self.course.name());
        let usual = usual.map_or(vec![], Course::options);
        let own = self.course.options().into_iter().zip(usual).filter(|(own, usual)| own != usual).map(|(own, _)| own);
        let warmup = (self.warmup > 0).then_some(("warmup", self.warmup as f64));
        for (i, (key, value)) in own.chain(warmup).enumerate() {
            write!(f, "{}{key}={value}", if i == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}

impl FromStr for Schedule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (name, options) = text.split_once(':').map_or((text, None), |(name, options)| (name, Some(options)));
        let course = Course::all().into_iter().find(|course| course.name() == name);
        let mut schedule = Self { course: course.ok_or_else(|| Error::Schedule(name.to_owned()))?, warmup: 0 };
        for option in options.into_iter().flat_map(|options| options.split(',')) {
            schedule.set(option).ok_or_else(|| Error::ScheduleOption {
                schedule: schedule.course.name(),
                option: option.to_owned(),
                takes: schedule.course.takes(),
            })?;
        }
        Ok(schedule)
    }
}

impl Schedule {
    /// Sets an option written as `key=value`; `None` if there is no such option or the value is out of its range.
    fn set(&mut self, option: &str) -> Option<()> {
        match option.split_once('=')? {
            ("warmup", steps) => self.warmup = steps.parse().ok()?,
            (key, value) => self.course.set(key, value)?,
        }
        Some(())
    }
}
