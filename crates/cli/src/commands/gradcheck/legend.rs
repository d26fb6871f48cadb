//! What each column says, in a line.

use diabolo_gradcheck::tolerance;

/// A column with what it says.
pub(super) struct Meaning {
    /// Its name, and the one it has where there is little room.
    pub(super) names: [&'static str; 2],
    pub(super) words: String,
}

/// The columns of the table of ops that need a word, in order.
pub(super) fn of_ops() -> Vec<Meaning> {
    let say = |name, short, words: &str| Meaning { names: [name, short], words: words.to_owned() };
    vec![
        say("samples", "runs", "how many times inputs were drawn"),
        say(
            "ulps",
            "f64, f32",
            "worst distance from duals of higher precision, in ulps of the larger of the result and its largest term; \
             allowed is what the card says, 4 for rules of single numbers",
        ),
        say("differences", "differ", &differences("finite differences")),
        say("second order", "second", "worst relative difference of second derivatives from differences of gradients"),
        say("edges", "edges", "values and gradients at kinks, infinities and NaN that are as the op's file says"),
        say("structure", "laws", "laws that hold however an op is used: sharing, broadcasting, strides, repetition"),
    ]
}

fn differences(of: &str) -> String {
    let most = tolerance::DIFFERENCES;
    format!("worst relative difference from {of}, at most {most:.0e} where they can resolve it")
}

/// The same for the table of models.
pub(super) fn of_models() -> Vec<Meaning> {
    let say = |name, words: String| Meaning { names: [name; 2], words };
    vec![
        say("variants", "how many times it was checked: other settings, and after steps of training".to_owned()),
        say("tensors", "tensors of parameters in all of them".to_owned()),
        say("differences", differences("finite differences of the loss")),
        say("asymmetry", "worst relative difference of uᵀHv from vᵀHu, for the Hessian H of the loss".to_owned()),
    ]
}
