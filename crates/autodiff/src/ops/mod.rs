//! The ops, one a file, and the registry that lists them all.
//!
//! Every file has the same parts in the same order: formulas and derivation, the op with its card, its rules, the method of
//! [`Var`](crate::Var) that records it, and the samples and edges it is checked at.

use crate::case::{Case, Listed, Visitor};

pub mod abs;
pub mod add;
pub mod batched_matmul;
pub mod bce;
pub mod bce_with_logits;
pub mod broadcast;
pub mod clamp;
pub mod concat;
pub mod cos;
pub mod cross_entropy;
pub mod cumsum;
pub mod detach;
pub mod div;
pub mod dropout;
pub mod elu;
pub mod erf;
pub mod exp;
pub mod expm1;
pub mod gather_rows;
pub mod gaussian_kl;
pub mod gaussian_kl_between;
pub mod gaussian_nll;
pub mod gelu;
pub mod leaky_relu;
pub mod linear;
pub mod ln;
pub mod log1p;
pub mod log_sigmoid;
pub mod log_softmax;
pub mod logsumexp;
pub mod matmul;
pub mod max;
pub mod maximum;
pub mod mean;
pub mod min;
pub mod minimum;
pub mod mul;
pub mod neg;
pub mod pad;
pub mod permute;
pub mod powf;
pub mod powi;
pub mod prod;
pub mod reciprocal;
pub mod relu;
pub mod reparameterize;
pub mod reshape;
pub mod rsqrt;
pub mod scatter_add;
pub mod sigmoid;
pub mod silu;
pub mod sin;
pub mod slice;
pub mod softmax;
pub mod softplus;
pub mod sqrt;
pub mod square;
pub mod squared_error;
pub mod stack;
pub mod sub;
pub mod sum;
pub mod tanh;
pub mod transpose;
pub mod variance;
pub mod r#where;

/// Shows every op to `visitor`. An op whose file is not listed here fails a test, so an op that is not checked cannot exist.
#[expect(clippy::too_many_lines, reason = "a list of the ops, one a line")]
pub fn each_op(visitor: &mut impl Visitor) {
    visitor.op::<abs::Abs>();
    visitor.op::<add::Add>();
    visitor.op::<batched_matmul::BatchedMatmul>();
    visitor.op::<bce::Bce>();
    visitor.op::<bce_with_logits::BceWithLogits>();
    visitor.op::<broadcast::Broadcast>();
    visitor.op::<clamp::Clamp>();
    visitor.op::<concat::Concat>();
    visitor.op::<cos::Cos>();
    visitor.op::<cross_entropy::CrossEntropy>();
    visitor.op::<cumsum::Cumsum>();
    visitor.op::<detach::Detach>();
    visitor.op::<div::Div>();
    visitor.op::<dropout::Dropout>();
    visitor.op::<elu::Elu>();
    visitor.op::<erf::Erf>();
    visitor.op::<exp::Exp>();
    visitor.op::<expm1::Expm1>();
    visitor.op::<gather_rows::GatherRows>();
    visitor.op::<gaussian_kl::GaussianKl>();
    visitor.op::<gaussian_kl_between::GaussianKlBetween>();
    visitor.op::<gaussian_nll::GaussianNll>();
    visitor.op::<gelu::Gelu>();
    visitor.op::<leaky_relu::LeakyRelu>();
    visitor.op::<linear::Linear>();
    visitor.op::<ln::Ln>();
    visitor.op::<log1p::Log1p>();
    visitor.op::<log_sigmoid::LogSigmoid>();
    visitor.op::<log_softmax::LogSoftmax>();
    visitor.op::<logsumexp::LogSumExp>();
    visitor.op::<matmul::Matmul>();
    visitor.op::<max::Max>();
    visitor.op::<maximum::Maximum>();
    visitor.op::<mean::Mean>();
    visitor.op::<min::Min>();
    visitor.op::<minimum::Minimum>();
    visitor.op::<mul::Mul>();
    visitor.op::<neg::Neg>();
    visitor.op::<pad::Pad>();
    visitor.op::<permute::Permute>();
    visitor.op::<powf::Powf>();
    visitor.op::<powi::Powi>();
    visitor.op::<prod::Prod>();
    visitor.op::<reciprocal::Reciprocal>();
    visitor.op::<relu::Relu>();
    visitor.op::<reparameterize::Reparameterize>();
    visitor.op::<reshape::Reshape>();
    visitor.op::<rsqrt::Rsqrt>();
    visitor.op::<scatter_add::ScatterAdd>();
    visitor.op::<sigmoid::Sigmoid>();
    visitor.op::<silu::Silu>();
    visitor.op::<sin::Sin>();
    visitor.op::<slice::Slice>();
    visitor.op::<softmax::Softmax>();
    visitor.op::<softplus::Softplus>();
    visitor.op::<sqrt::Sqrt>();
    visitor.op::<square::Square>();
    visitor.op::<squared_error::SquaredError>();
    visitor.op::<stack::Stack>();
    visitor.op::<sub::Sub>();
    visitor.op::<sum::Sum>();
    visitor.op::<tanh::Tanh>();
    visitor.op::<transpose::Transpose>();
    visitor.op::<r#where::Where>();
    visitor.op::<variance::Variance>();
}

/// What the files of all ops list for checks, in the order of [`each_op`].
///
/// ```
/// let tanh = diabolo_autodiff::ops::listed().into_iter().find(|op| op.card.name == "tanh").expect("it is an op");
/// assert_eq!((tanh.edges)()[0].why, "slope 1 at the origin");
/// ```
pub fn listed() -> Vec<Listed> {
    struct All(Vec<Listed>);
    impl Visitor for All {
        fn op<C: Case>(&mut self) {
            self.0.push(Listed::of::<C>());
        }
    }
    let mut all = All(vec![]);
    each_op(&mut all);
    all.0
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::case::{Case, Visitor};
    use crate::op::Card;

    struct Cards(Vec<&'static Card>);

    impl Visitor for Cards {
        fn op<C: Case>(&mut self) {
            self.0.push(C::card());
        }
    }

    #[test]
    fn every_file_is_listed_and_its_header_says_what_its_card_says() {
        let mut cards = Cards(vec![]);
        super::each_op(&mut cards);
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ops");
        let mut listed: Vec<String> = cards.0.iter().map(|card| format!("{}.rs", card.name)).collect();
        let mut files: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "mod.rs")
            .collect();
        listed.sort();
        files.sort();
        assert_eq!(listed, files);
        for card in cards.0 {
            let source = fs::read_to_string(format!("{folder}/{}.rs", card.name)).unwrap();
            for formula in [&card.forward].into_iter().chain(card.backward) {
                assert!(source.contains(&format!("\n//! {formula}\n")), "{}: the header lacks `{formula}`", card.name);
            }
            assert!(source.starts_with(&format!("//! # {}\n", card.name)), "{}: title", card.name);
        }
    }
}
