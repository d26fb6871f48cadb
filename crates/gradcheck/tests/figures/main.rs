//! Every op against figures that were made outside of this project (see `fixtures/figures.py`).

use diabolo_autodiff::ops::each_op;
use diabolo_autodiff::{Case, Visitor};

mod suite;

/// The names of all ops.
struct Names(Vec<&'static str>);

impl Visitor for Names {
    fn op<C: Case>(&mut self) {
        self.0.push(C::card().name);
    }
}

fn names() -> Vec<&'static str> {
    let mut names = Names(vec![]);
    each_op(&mut names);
    names.0
}

#[test]
fn every_op_gives_the_figures_from_outside() {
    let wrong: Vec<String> = names().into_iter().filter_map(|op| suite::check(op).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_op_has_figures_and_there_are_two_hundred_at_least() {
    let figures = suite::figures();
    assert!(figures.len() >= 200, "{} cases", figures.len());
    for op in names() {
        assert!(figures.iter().any(|figure| figure.op == op), "{op} has no figure from outside");
    }
    for figure in figures {
        assert!(names().contains(&figure.op.as_str()), "{} is no op", figure.op);
    }
}

#[test]
fn a_figure_that_is_off_by_more_than_rounding_is_refused() {
    let of_tanh = || suite::figures().iter().find(|figure| figure.op == "tanh").cloned().expect("tanh has figures");
    assert!(suite::compare(&of_tanh()).is_ok());
    let mut wrong = of_tanh();
    wrong.gradients[0][1] *= 1.0 + 1e-14;
    let message = suite::compare(&wrong).expect_err("1e-14 is 45 ulps");
    for part in ["tanh", &wrong.name, "gradient of input 0", "element 1", "ours", "theirs", "ulps", "F64"] {
        assert!(message.contains(part), "`{part}` is missing from: {message}");
    }
}
