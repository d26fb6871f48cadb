//! Asks the checks about one mutant after the other: `id op` on each line of the input, with `*` for all ops, and an
//! answer on each line of the output: `survived`, or `killed` and who objected.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use diabolo_autodiff::{Case, Visitor, mutant, ops::each_op};
use diabolo_gradcheck::{Settings, check_ops};

#[path = "../../gradcheck/tests/figures/suite/mod.rs"]
mod figures;

struct Names(Vec<&'static str>);

impl Visitor for Names {
    fn op<C: Case>(&mut self) {
        self.0.push(C::card().name);
    }
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let seed = std::env::args().nth(1).and_then(|seed| seed.parse().ok()).expect("the seed");
    let settings = Settings { seed, ..Settings::default() };
    let mut names = Names(vec![]);
    each_op(&mut names);
    for line in io::stdin().lock().lines() {
        let line = line.expect("a line");
        let (id, op) = line.split_once(' ').expect("an id and an op");
        mutant::set(id.parse().expect("an id"));
        let ops = names.0.iter().filter(|name| op == "*" || op == **name);
        let objections = ops.map(|op| objections(op, &settings)).find(|objections| !objections.is_empty());
        mutant::set(0);
        match objections {
            None => println!("survived"),
            Some(witnesses) => println!("killed {}", witnesses.into_iter().collect::<Vec<_>>().join(",")),
        }
        io::stdout().flush().expect("the output is open");
    }
}

/// Who objects to an op as it is now.
fn objections(op: &str, settings: &Settings) -> BTreeSet<String> {
    let panicked = || BTreeSet::from(["panic".to_owned()]);
    let inside = catch_unwind(AssertUnwindSafe(|| {
        let reports = check_ops(settings, |card| card.name == op);
        let failures = reports.iter().flat_map(|report| &report.failures);
        failures.map(|failure| format!("{:?}", failure.witness)).collect()
    }));
    let outside = catch_unwind(AssertUnwindSafe(|| match figures::check(op) {
        Ok(()) => BTreeSet::new(),
        Err(_) => BTreeSet::from(["Figures".to_owned()]),
    }));
    let (inside, outside) = (inside.unwrap_or_else(|_| panicked()), outside.unwrap_or_else(|_| panicked()));
    inside.union(&outside).cloned().collect()
}
