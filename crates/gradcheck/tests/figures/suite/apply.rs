//! The op of a figure, by its name and attributes.

use diabolo_autodiff::Var;
use diabolo_autodiff::ops::linear::Fused;
use diabolo_kernels::Scalar;
use diabolo_kernels::random::{Key, Stream};

use super::figure::{Figure, list, whole};

/// Records the op of a figure, or the small program that it names.
pub(crate) fn apply<'t, S: Scalar>(figure: &Figure, x: &[Var<'t, S>]) -> Var<'t, S> {
    match figure.word("program") {
        Some(name) => program(name, x[0]),
        None => match x {
            [] => unreachable!("every op has an input"),
            [x] if is_of_one_number(&figure.op) => of_one_number(figure, *x),
            _ => structured(figure, x),
        },
    }
}

/// Several ops together, where one alone does not show it.
fn program<'t, S: Scalar>(name: &str, x: Var<'t, S>) -> Var<'t, S> {
    let zero = x.tape().scalar(0.0);
    match name {
        "select_sqrt" => x.select(x.sqrt(), zero),
        "select_ln" => x.select(x.ln(), zero),
        "select_reciprocal" => x.select(x.reciprocal(), zero),
        "select_exp" => x.select(zero, x.exp()),
        "detach_times" => x * x.detach(),
        "square_as_product" => x * x,
        "aside" => {
            let _nobody_uses = (x * x).exp();
            x.square()
        }
        "diamond" => {
            let e = x.exp();
            e * x + e
        }
        other => panic!("there is no program {other}"),
    }
}

const OF_ONE_NUMBER: [&str; 25] = [
    "abs",
    "clamp",
    "cos",
    "elu",
    "erf",
    "exp",
    "expm1",
    "gelu",
    "leaky_relu",
    "ln",
    "log1p",
    "log_sigmoid",
    "neg",
    "powf",
    "powi",
    "reciprocal",
    "relu",
    "rsqrt",
    "sigmoid",
    "silu",
    "sin",
    "softplus",
    "sqrt",
    "square",
    "tanh",
];

fn is_of_one_number(op: &str) -> bool {
    OF_ONE_NUMBER.contains(&op)
}

fn of_one_number<'t, S: Scalar>(figure: &Figure, x: Var<'t, S>) -> Var<'t, S> {
    match figure.op.as_str() {
        "abs" => x.abs(),
        "clamp" => x.clamp(figure.number("low"), figure.number("high")),
        "cos" => x.cos(),
        "elu" => x.elu(figure.number("alpha")),
        "erf" => x.erf(),
        "exp" => x.exp(),
        "expm1" => x.expm1(),
        "gelu" => x.gelu(),
        "leaky_relu" => x.leaky_relu(figure.number("slope")),
        "ln" => x.ln(),
        "log1p" => x.log1p(),
        "log_sigmoid" => x.log_sigmoid(),
        "neg" => -x,
        "powf" => x.powf(figure.number("exponent")),
        "powi" => x.powi(figure.number("exponent") as i32),
        "reciprocal" => x.reciprocal(),
        "relu" => x.relu(),
        "rsqrt" => x.rsqrt(),
        "sigmoid" => x.sigmoid(),
        "silu" => x.silu(),
        "sin" => x.sin(),
        "softplus" => x.softplus(),
        "sqrt" => x.sqrt(),
        "square" => x.square(),
        "tanh" => x.tanh(),
        other => panic!("{other} is not applied by this test"),
    }
}

fn structured<'t, S: Scalar>(figure: &Figure, x: &[Var<'t, S>]) -> Var<'t, S> {
    let axes = || figure.list("axes");
    let rows = || figure.list("rows").into_iter().map(|row| row as u32).collect::<Vec<_>>();
    match figure.op.as_str() {
        "add" => x[0] + x[1],
        "batched_matmul" => x[0].batched_matmul(x[1]),
        "bce" => x[0].bce(x[1]),
        "bce_with_logits" => x[0].bce_with_logits(x[1]),
        "broadcast" => x[0].broadcast_to(&figure.list("shape")),
        "concat" => Var::concat(x, figure.whole("axis")),
        "cross_entropy" => x[0].cross_entropy(figure.list("labels")),
        "cumsum" => x[0].cumsum(figure.whole("axis")),
        "detach" => x[0].detach(),
        "div" => x[0] / x[1],
        "dropout" => x[0].dropout(figure.number("p"), key(figure)),
        "gather_rows" => x[0].gather_rows(&rows()),
        "gaussian_kl" => x[0].gaussian_kl(x[1]),
        "gaussian_kl_between" => x[0].gaussian_kl_between(x[1], x[2], x[3]),
        "gaussian_nll" => x[0].gaussian_nll(x[1], x[2]),
        "linear" => x[0].linear(x[1], x.get(2).copied(), activation(figure)),
        "log_softmax" => x[0].log_softmax(&axes()),
        "logsumexp" => x[0].logsumexp(&axes()),
        "matmul" => x[0].matmul(x[1]),
        "max" => x[0].max(&axes()),
        "maximum" => x[0].maximum(x[1]),
        "mean" => x[0].mean(&axes()),
        "min" => x[0].min(&axes()),
        "minimum" => x[0].minimum(x[1]),
        "mul" => x[0] * x[1],
        "pad" => x[0].pad(&widths(figure), figure.number("value")),
        "permute" => x[0].permute(&axes()),
        "prod" => x[0].prod(&axes()),
        "reparameterize" => x[0].reparameterize(x[1], key(figure)),
        "reshape" => x[0].reshape(&figure.list("shape")),
        "scatter_add" => x[0].scatter_add(x[1], &rows()),
        "slice" => x[0].slice(figure.whole("axis"), figure.whole("start")..figure.whole("end")),
        "softmax" => x[0].softmax(&axes()),
        "squared_error" => x[0].squared_error(x[1]),
        "stack" => Var::stack(x, figure.whole("axis")),
        "sub" => x[0] - x[1],
        "sum" => x[0].sum(&axes()),
        "transpose" => x[0].t(),
        "variance" => x[0].variance(&axes(), figure.whole("ddof")),
        "where" => x[0].select(x[1], x[2]),
        other => panic!("{other} is not applied by this test"),
    }
}

fn key(figure: &Figure) -> Key {
    Key::new(figure.whole("seed") as u64, Stream::Noise).at(0, figure.whole("step") as u32)
}

fn widths(figure: &Figure) -> Vec<(usize, usize)> {
    let pair = |pair: &serde_json::Value| (whole(&pair[0]), whole(&pair[1]));
    list(&figure.attributes["widths"]).iter().map(pair).collect()
}

fn activation(figure: &Figure) -> Fused {
    match figure.word("activation") {
        Some("relu") => Fused::Relu,
        Some("leaky_relu") => Fused::LeakyRelu(figure.number("slope")),
        _ => Fused::Identity,
    }
}
