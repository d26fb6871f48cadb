//! What the table of edges of each op has to hold.

use diabolo_autodiff::ops::each_op;
use diabolo_autodiff::{Case, Edge, Visitor};

/// What is missing from each table.
#[derive(Default)]
struct Tables {
    looked_at: usize,
    missing: Vec<String>,
}

/// A kind of input, and how it is known.
type Kind = (&'static str, fn(&[f64]) -> bool);

/// A table must have an input or an edge of each kind.
const WANTED: [Kind; 7] = [
    ("NaN", |x| x.iter().any(|x| x.is_nan())),
    ("∞", |x| x.contains(&f64::INFINITY)),
    ("−∞", |x| x.contains(&f64::NEG_INFINITY)),
    ("zero", |x| x.contains(&0.0)),
    ("a subnormal number", |x| x.iter().any(|x| x.is_subnormal())),
    ("an empty tensor", <[f64]>::is_empty),
    ("a tensor of one element", |x| x.len() == 1),
];

impl Tables {
    fn look<C: Case>(&mut self) {
        let edges = C::edges();
        let inputs: Vec<&[f64]> = edges.iter().flat_map(|edge: &Edge<C>| &edge.inputs).map(|(_, x)| &x[..]).collect();
        let missing = WANTED.iter().filter(|(_, has)| !inputs.iter().any(|x| has(x))).map(|(name, _)| *name);
        self.missing.extend(missing.map(|what| format!("{}: {what}", C::card().name)));
        self.missing.extend(edges.iter().filter(|edge| edge.why.is_empty()).map(|edge| format!("a reason: {edge:?}")));
        self.looked_at += 1;
    }
}

impl Visitor for Tables {
    fn op<C: Case>(&mut self) {
        self.look::<C>();
    }
}

#[test]
fn every_table_has_what_rules_go_wrong_at() {
    let mut tables = Tables::default();
    each_op(&mut tables);
    assert!(tables.looked_at > 60, "{}", tables.looked_at);
    assert!(tables.missing.is_empty(), "{:#?}", tables.missing);
}
