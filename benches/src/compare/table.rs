//! A case as a table for people.

use std::fmt::Write;

use diabolo_meter::{Case, Contestant, Reading};

/// The case: a line for each contestant, then losses and errors beside the times, then who was skipped.
pub(crate) fn of(case: &Case) -> String {
    let mut text = String::new();
    let unit = &case.unit.name;
    let [before, after] = case.peak.map(|flops| flops / 1e9);
    let mut line = |cells: [&str; 6]| {
        let [name, median, best, peak, ratio, about] = cells;
        let cells = format!("  {name:<26} {median:>11} {best:>11} {peak:>8} {ratio:>13}   {about}");
        writeln!(text, "{}", cells.trim_end()).expect("a String takes every character");
    };
    line([&case.name, "", "", "", "", &format!("peak {before:.0} before, {after:.0} GFLOP/s after")]);
    line(["", unit, "best", "of peak", "ours/theirs", ""]);
    for (place, contestant) in case.contestants.iter().enumerate() {
        let share = case.share_of_peak(contestant).map_or_else(String::new, |share| format!("{:.0} %", 100.0 * share));
        let ratio = case.contestants[0].ratio_to(contestant);
        line([
            &contestant.name,
            &significant(case.unit.show(contestant.median())),
            &significant(case.unit.show(contestant.min())),
            &share,
            &if place == 0 { String::new() } else { format!("{ratio:.3}") },
            &contestant.about,
        ]);
    }
    beside(case, &mut text);
    for reason in &case.skipped {
        writeln!(text, "  skipped {reason}").expect("a String takes every character");
    }
    text
}

/// What lies beside the times, round by round.
fn beside(case: &Case, text: &mut String) {
    let keys: Vec<&String> =
        case.contestants.first().and_then(|ours| ours.readings.first()).map_or_else(Vec::new, |reading| {
            reading.beside.iter().filter(|(_, value)| value.is_number()).map(|(key, _)| key).collect()
        });
    for key in keys {
        for Contestant { name, readings, .. } in &case.contestants {
            let value = |reading: &Reading| reading.beside.get(key).and_then(serde_json::Value::as_f64);
            let curve: Vec<String> = readings.iter().filter_map(value).map(significant).collect();
            if !curve.is_empty() {
                writeln!(text, "  {key:<9} {name:<16} {}", curve.join(" ")).expect("a String takes every character");
            }
        }
    }
}

/// Four significant digits.
fn significant(x: f64) -> String {
    if x != 0.0 && x.abs() < 1e-3 {
        return format!("{x:.1e}");
    }
    let digits = if x == 0.0 { 0 } else { (3.0 - x.abs().log10().floor()).max(0.0) as usize };
    format!("{x:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use diabolo_meter::Unit;

    #[test]
    fn four_digits_whatever_the_size() {
        let cases = [(0.123_45, "0.1235"), (1.84, "1.840"), (508.23, "508.2"), (51_234.6, "51235"), (3e-5, "3.0e-5")];
        for (x, text) in cases {
            assert_eq!(significant(x), text);
        }
    }

    #[test]
    fn a_line_for_each_contestant_with_its_ratio() {
        let contestant = |name: &str, seconds: f64| Contestant {
            readings: vec![Reading::of(seconds), Reading::of(seconds)],
            ..Contestant::new(name, "1.0")
        };
        let case = Case {
            name: "vae, an epoch".to_owned(),
            unit: Unit::time("s", 1.0),
            flops: Some(100e9),
            peak: [500e9, 400e9],
            contestants: vec![contestant("diabolo", 0.5), contestant("jax", 1.0)],
            skipped: vec!["burn: it is not built".to_owned()],
        };
        let text = of(&case);
        let line = |start: &str| text.lines().find(|line| line.trim_start().starts_with(start)).unwrap().to_owned();
        assert!(line("diabolo").contains("0.5000") && line("diabolo").contains("40 %"), "{text}");
        assert!(line("jax").contains("0.500 "), "{text}");
        assert!(line("skipped").contains("burn: it is not built"), "{text}");
    }
}
