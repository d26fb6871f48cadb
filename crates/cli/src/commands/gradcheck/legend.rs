//! What each column says, in a line.

use diabolo_gradcheck::tolerance;

/// The columns of the table of ops that need a word, in order: name, and what it says.
pub(super) fn of_ops() -> Vec<(&'static str, String)> {
    let say = |name, meaning: &str| (name, meaning.to_owned());
    vec![
        say("samples", "how many times inputs were drawn"),
        say(
            "ulps",
            "worst distance of value and gradients from duals of higher precision, in units in the last place of the \
             larger of the result and the largest term of its sum; each op's card says how much is allowed, 4 where it \
             is a rule of single numbers",
        ),
        (
            "differences",
            format!(
                "worst relative difference from finite differences, at most {:.0e} allowed beyond what they can resolve",
                tolerance::DIFFERENCES
            ),
        ),
        say("second order", "worst relative difference of second derivatives from differences of gradients"),
        say("edges", "values and gradients at kinks, infinities, NaN that are as the op's file says"),
        say("structure", "laws that hold however an op is used: sharing, broadcasting, strides, repetition"),
    ]
}

/// The same for the table of models.
pub(super) fn of_models() -> Vec<(&'static str, String)> {
    vec![
        ("tensors", "tensors of parameters that were checked".to_owned()),
        ("differences", "worst relative difference of their gradients from finite differences of the loss".to_owned()),
    ]
}
