//! The expressions that a function may end with: what it gives, whose sign can be wrong.

use std::collections::BTreeSet;

use syn::spanned::Spanned;
use syn::{Expr, ReturnType, Stmt, Type};

use crate::alternatives::text;

/// Where a piece of code begins and ends.
pub(crate) type Place = (usize, usize, usize, usize);

pub(crate) fn place(code: &impl Spanned) -> Place {
    let (start, end) = (code.span().start(), code.span().end());
    (start.line, start.column, end.line, end.column)
}

/// Whether a function gives numbers of the scalar type, whose sign can be wrong.
pub(crate) fn returns_numbers(output: &ReturnType) -> bool {
    match output {
        ReturnType::Default => false,
        ReturnType::Type(_, kind) => are_numbers(kind),
    }
}

fn are_numbers(kind: &Type) -> bool {
    match kind {
        Type::Array(array) => are_numbers(&array.elem),
        Type::Tuple(tuple) => !tuple.elems.is_empty() && tuple.elems.iter().all(are_numbers),
        other => text(other) == "S",
    }
}

/// The expressions that a block may end with, element by element.
pub(crate) fn collect_results(block: &syn::Block, results: &mut BTreeSet<Place>) {
    if let Some(Stmt::Expr(last, None)) = block.stmts.last() {
        collect_result(last, results);
    }
}

fn collect_result(expr: &Expr, results: &mut BTreeSet<Place>) {
    match expr {
        Expr::Tuple(tuple) => tuple.elems.iter().for_each(|element| collect_result(element, results)),
        Expr::Array(array) => array.elems.iter().for_each(|element| collect_result(element, results)),
        Expr::Repeat(repeat) => collect_result(&repeat.expr, results),
        Expr::Paren(paren) => collect_result(&paren.expr, results),
        Expr::Block(block) => collect_results(&block.block, results),
        Expr::If(choice) => {
            collect_results(&choice.then_branch, results);
            if let Some((_, other)) = &choice.else_branch {
                collect_result(other, results);
            }
        }
        // A minus before a minus is a minus that is dropped, which is a mutant already; 0 has no sign.
        Expr::Unary(_) => {}
        Expr::Call(call) if text(&call.func) == "S :: zero" => {}
        Expr::Path(path) if text(path) == "zero" => {}
        other => {
            results.insert(place(other));
        }
    }
}
