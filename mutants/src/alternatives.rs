//! What may be wrong with an expression: each way to break it, as another expression of the same type.

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{BinOp, Expr, ExprBinary, ExprCall, ExprMethodCall, Lit, Token, UnOp, parse_quote};

use crate::mutant::Kind;

/// The expressions that `expr` may be broken into, whatever stands around it.
pub(crate) fn alternatives(expr: &Expr) -> Vec<(Kind, Expr)> {
    match expr {
        Expr::Binary(binary) => of_binary(binary),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => vec![(Kind::Sign, (*unary.expr).clone())],
        Expr::Lit(lit) if matches!(lit.lit, Lit::Float(_)) => vec![(Kind::Constant, parse_quote!(#lit + 0.007_812_5))],
        Expr::Path(path) => of_path(path),
        Expr::Call(call) => of_call(call),
        Expr::MethodCall(call) => of_method(call),
        _ => vec![],
    }
}

/// + for −, × for ÷, a term that is missing, a comparison that is flipped.
fn of_binary(binary: &ExprBinary) -> Vec<(Kind, Expr)> {
    let (left, right) = (&binary.left, &binary.right);
    let with = |op: BinOp| Expr::Binary(ExprBinary { op, ..binary.clone() });
    let one = |kind, op| vec![(kind, with(op))];
    let left_alone = || (Kind::Dropped, (**left).clone());
    let right_alone = || (Kind::Dropped, (**right).clone());
    match binary.op {
        BinOp::Add(_) => vec![(Kind::Operator, with(parse_quote!(-))), left_alone(), right_alone()],
        BinOp::Sub(_) => vec![(Kind::Operator, with(parse_quote!(+))), left_alone()],
        BinOp::Mul(_) => vec![(Kind::Operator, with(parse_quote!(/))), left_alone(), right_alone()],
        BinOp::Div(_) => vec![(Kind::Operator, with(parse_quote!(*))), left_alone()],
        BinOp::AddAssign(_) => one(Kind::Operator, parse_quote!(-=)),
        BinOp::SubAssign(_) => one(Kind::Operator, parse_quote!(+=)),
        BinOp::MulAssign(_) => one(Kind::Operator, parse_quote!(/=)),
        BinOp::DivAssign(_) => one(Kind::Operator, parse_quote!(*=)),
        BinOp::Gt(_) => vec![(Kind::Comparison, with(parse_quote!(>=))), (Kind::Comparison, with(parse_quote!(<)))],
        BinOp::Lt(_) => vec![(Kind::Comparison, with(parse_quote!(<=))), (Kind::Comparison, with(parse_quote!(>)))],
        BinOp::Ge(_) => vec![(Kind::Comparison, with(parse_quote!(>))), (Kind::Comparison, with(parse_quote!(<=)))],
        BinOp::Le(_) => vec![(Kind::Comparison, with(parse_quote!(<))), (Kind::Comparison, with(parse_quote!(>=)))],
        BinOp::Eq(_) => one(Kind::Comparison, parse_quote!(!=)),
        BinOp::Ne(_) => one(Kind::Comparison, parse_quote!(==)),
        BinOp::Or(_) if !has_let(left) && !has_let(right) => one(Kind::Comparison, parse_quote!(&&)),
        BinOp::And(_) if !has_let(left) && !has_let(right) => one(Kind::Comparison, parse_quote!(||)),
        _ => vec![],
    }
}

/// Whether an expression is a condition that binds names, which cannot stand on its own.
pub(crate) fn has_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        Expr::Paren(paren) => has_let(&paren.expr),
        _ => false,
    }
}

fn of_path(path: &syn::ExprPath) -> Vec<(Kind, Expr)> {
    match text(path).as_str() {
        "Direction :: Forwards" => vec![(Kind::Function, parse_quote!(Direction::Backwards))],
        "Direction :: Backwards" => vec![(Kind::Function, parse_quote!(Direction::Forwards))],
        _ => vec![],
    }
}

/// A constant that is shifted, a sum of which only the first part is taken, an operand that is left out.
fn of_call(call: &ExprCall) -> Vec<(Kind, Expr)> {
    let name = text(&call.func);
    let args: Vec<&Expr> = call.args.iter().collect();
    match (name.as_str(), &*args) {
        ("S :: of", [Expr::Path(path)]) if has_capitals(path) => of_constant(call, path),
        ("S :: zero" | "S :: one" | "S :: of", _) => vec![(Kind::Constant, parse_quote!(#call + S::of(0.007_812_5)))],
        ("sum_axes", [terms, _, _, sums]) => {
            vec![(
                Kind::FirstPart,
                parse_quote!({ let length = #sums.len(); #sums.copy_from_slice(&(#terms)[..length]) }),
            )]
        }
        ("Some", [_]) => vec![(Kind::Dropped, parse_quote!(None))],
        _ => vec![],
    }
}

/// A constant that has a name may be of any size, so 2⁻⁷ of it are added. Infinity cannot be shifted.
fn of_constant(call: &ExprCall, path: &syn::ExprPath) -> Vec<(Kind, Expr)> {
    if text(path).ends_with("INFINITY") {
        vec![]
    } else {
        vec![(Kind::Constant, parse_quote!(#call * S::of(1.007_812_5)))]
    }
}

fn has_capitals(path: &syn::ExprPath) -> bool {
    path.path.segments.last().is_some_and(|last| !last.ident.to_string().contains(char::is_lowercase))
}

/// Functions that are taken for one another.
const EXCHANGED: [(&str, &str); 21] = [
    ("exp", "exp_m1"),
    ("exp_m1", "exp"),
    ("ln", "ln_1p"),
    ("ln_1p", "ln"),
    ("ln_1p_of_unit", "ln"),
    ("sqrt", "abs"),
    ("abs", "sqrt"),
    ("sin", "cos"),
    ("cos", "sin"),
    ("tanh", "sech"),
    ("sech", "tanh"),
    ("sigmoid", "softplus"),
    ("softplus", "sigmoid"),
    ("erf", "tanh"),
    ("gelu", "softplus"),
    ("normal_tail", "normal_cdf"),
    ("normal_cdf", "normal_pdf"),
    ("normal_pdf", "normal_cdf"),
    ("max", "min"),
    ("min", "max"),
    ("saturating_sub", "wrapping_add"),
];

/// The joins of a reduction that are taken for one another.
const JOINS: [(&str, &str); 4] =
    [("Larger", "Smaller"), ("Smaller", "Larger"), ("Add", "Multiply"), ("Multiply", "Add")];

/// Another function, another join, an operation that is left out, a cotangent that is not given.
fn of_method(call: &ExprMethodCall) -> Vec<(Kind, Expr)> {
    let (name, receiver) = (call.method.to_string(), &call.receiver);
    let other = |name: &str| {
        let method = syn::Ident::new(name, call.method.span());
        (Kind::Function, Expr::MethodCall(ExprMethodCall { method, ..call.clone() }))
    };
    let args: Vec<&Expr> = call.args.iter().collect();
    match (name.as_str(), &*args) {
        ("mul_add", [factor, term]) => vec![
            (Kind::Operator, parse_quote!(#receiver.mul_add(#factor, -(#term)))),
            (Kind::Dropped, parse_quote!(#receiver * (#factor))),
            (Kind::Dropped, (*term).clone()),
        ],
        ("exp_times", [weight]) => {
            vec![(Kind::Dropped, parse_quote!(#receiver.exp())), (Kind::Dropped, (*weight).clone())]
        }
        ("gaussian_times", [c, weight]) => {
            vec![(Kind::Dropped, parse_quote!(#receiver.gaussian(#c))), (Kind::Dropped, (*weight).clone())]
        }
        ("give" | "give_repeated", _) => vec![(Kind::NotGiven, parse_quote!({}))],
        ("square" | "t" | "inverse", _) => vec![(Kind::Dropped, (**receiver).clone())],
        ("is_nan" | "is_zero", _) => vec![(Kind::Comparison, parse_quote!(false))],
        ("gaussian", _) => vec![(Kind::Function, parse_quote!(#receiver.normal_pdf()))],
        ("fold", _) => joined(call),
        _ => EXCHANGED.iter().filter(|(from, _)| *from == name).map(|(_, to)| other(to)).collect(),
    }
}

/// The same reduction with another join. The types differ, so the whole call is exchanged.
fn joined(call: &ExprMethodCall) -> Vec<(Kind, Expr)> {
    let first = call.args.first().map(text).unwrap_or_default();
    let exchange = |to: &str| {
        let join = syn::Ident::new(to, call.method.span());
        let mut args: Punctuated<Expr, Token![,]> = call.args.clone();
        args[0] = parse_quote!(diabolo_kernels::fold::#join);
        (Kind::Function, Expr::MethodCall(ExprMethodCall { args, ..call.clone() }))
    };
    JOINS.iter().filter(|(from, _)| *from == first).map(|(_, to)| exchange(to)).collect()
}

/// The tokens of a piece of code, with a blank between them.
pub(crate) fn text(code: &impl ToTokens) -> String {
    code.to_token_stream().to_string()
}
