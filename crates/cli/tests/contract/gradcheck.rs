//! `diabolo gradcheck`

use crate::program::Workplace;

#[test]
fn every_op_passes_and_is_told_as_an_event() {
    let place = Workplace::new();
    let events = place.succeed("gradcheck --json").events();
    let (done, ops) = events.split_last().unwrap();
    assert_eq!((&done["event"], &done["passed"]), (&"done".into(), &true.into()));
    assert_eq!(done["ops"], ops.len());
    for name in ["linear", "tanh", "bce_with_logits", "reparameterize"] {
        assert!(ops.iter().any(|op| op["op"] == name && op["passed"] == true), "{name}");
    }
}

#[test]
fn one_op_is_a_table_of_one_line() {
    let place = Workplace::new();
    let table = place.succeed("gradcheck --op tanh -q").stdout;
    assert_eq!(table.lines().count(), 2, "{table}");
    assert!(table.contains("y = tanh x") && table.contains("passed"), "{table}");
    let ended = place.run("gradcheck --op tahn");
    assert_eq!(ended.exit, 2);
    assert!(ended.sentence().contains("tahn") && ended.sentence().contains("tanh"), "{}", ended.stderr);
}
