//! The instrumented copy of a source file: every fault in it beside the right code, behind a switch.
//!
//! ```text
//!   a · b    becomes    if off(17) { a · b } else { on(17); a / b }
//! ```
//!
//! so that one build holds all mutants (*mutant schemata*: Untch, Offutt and Harrold, *Mutation analysis using mutant
//! schemata*, ISSTA 1993). The wrong side is made of the code as it was, since one mutant is on at a time.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, Lit, ReturnType, Stmt, parse_quote};

use crate::alternatives::{alternatives, has_let, text};
use crate::mutant::{Kind, Mutant};
use crate::results::{Place, collect_results, place, returns_numbers};

/// The mutants of a source, numbered from `first`, and the source with all of them but those in `without`.
///
/// # Errors
/// If the source is not Rust.
pub(crate) fn instrument(
    file: &str,
    source: &str,
    first: usize,
    without: &BTreeSet<usize>,
) -> syn::Result<(String, Vec<Mutant>)> {
    let mut tree: File = syn::parse_file(source)?;
    let mut schema = Schema {
        file,
        first,
        without,
        function: String::new(),
        owner: String::new(),
        results: BTreeSet::new(),
        seen: BTreeMap::new(),
        mutants: vec![],
        past_rules: false,
    };
    schema.visit_file_mut(&mut tree);
    Ok((prettyplease::unparse(&tree), schema.mutants))
}

/// Functions without a rule in them: which inputs fit (`tests/shape_errors.rs` holds that), the card, looking gradients up
/// after the pass, and what a witness does to memory.
const NO_RULES: [&str; 10] =
    ["card", "shape", "fit", "new", "of", "of_shared", "of_shared_mut", "poison_memory", "scratch", "recycle"];

/// Lines that only manage memory.
const MEMORY: [&str; 8] = ["recycle", "resize", "push", "pop", "clear", "extend_from_slice", "scratch", "resize_with"];

struct Schema<'a> {
    file: &'a str,
    first: usize,
    without: &'a BTreeSet<usize>,
    owner: String,
    function: String,
    /// The expressions that are results of the function.
    results: BTreeSet<Place>,
    /// How often a change has been met.
    seen: BTreeMap<String, usize>,
    mutants: Vec<Mutant>,
    /// Whether the samples have been met: what helps to write them stands behind them.
    past_rules: bool,
}

impl Schema<'_> {
    /// Puts `wrong` beside `right`, which stands for `original`.
    fn offer(&mut self, kind: Kind, original: &impl ToTokens, right: &mut Expr, wrong: &Expr) {
        let change = format!("{}: {} → {}", self.function, tidy(original), tidy(wrong));
        let seen = self.seen.entry(change.clone()).or_default();
        *seen += 1;
        let change = if *seen == 1 { change } else { format!("{change} (no. {seen})") };
        let id = self.first + self.mutants.len();
        let line = original.span().start().line;
        self.mutants.push(Mutant { id, file: self.file.to_owned(), line, kind, change });
        if !self.without.contains(&id) {
            *right = switch(id, right.clone(), wrong.clone());
        }
    }

    fn within(&mut self, function: String, output: &ReturnType, body: &mut syn::Block) {
        self.function = function;
        if returns_numbers(output) {
            collect_results(body, &mut self.results);
        }
        visit_mut::visit_block_mut(self, body);
        self.results.clear();
    }
}

/// The right code and a wrong one. Both are put in as they are: as tokens, `if … {} * b` would be read as two statements.
fn switch(id: usize, right: Expr, wrong: Expr) -> Expr {
    let mut right_side: syn::Block = parse_quote!({});
    let mut wrong_side: syn::Block = parse_quote!({ crate::mutant::on(#id); });
    right_side.stmts.push(Stmt::Expr(right, None));
    wrong_side.stmts.push(Stmt::Expr(wrong, None));
    let mut switch: syn::ExprIf = parse_quote!(if crate::mutant::off(#id) {} else {});
    switch.then_branch = right_side;
    switch.else_branch = Some((parse_quote!(else), Box::new(in_braces(wrong_side))));
    Expr::If(switch)
}

fn in_braces(block: syn::Block) -> Expr {
    Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block })
}

/// Code on one line, shortened.
fn tidy(code: &impl ToTokens) -> String {
    const LONGEST: usize = 90;
    let statement = format!("fn f() {{ {} }}", code.to_token_stream());
    let printed = syn::parse_file(&statement).map_or(statement, |file| prettyplease::unparse(&file));
    let body = printed.trim().trim_start_matches("fn f() {").trim_end_matches('}');
    let words: Vec<&str> = body.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line == "{}" => "nothing".to_owned(),
        None => line,
    }
}

/// A number and one more, or one less.
fn plus(number: &Expr, one: i32) -> Expr {
    let op = if one > 0 { parse_quote!(+) } else { parse_quote!(-) };
    Expr::Binary(syn::ExprBinary {
        attrs: vec![],
        left: Box::new(number.clone()),
        op,
        right: Box::new(parse_quote!(1)),
    })
}

fn is_integer(expr: &Expr) -> bool {
    matches!(expr, Expr::Lit(lit) if matches!(lit.lit, Lit::Int(_)))
}

impl VisitMut for Schema<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let original = expr.clone();
        visit_mut::visit_expr_mut(self, expr);
        let mut wrong = alternatives(&original);
        if self.results.contains(&place(&original)) {
            wrong.push((
                Kind::Sign,
                Expr::Unary(syn::ExprUnary { attrs: vec![], op: parse_quote!(-), expr: Box::new(original.clone()) }),
            ));
        }
        for (kind, wrong) in wrong {
            self.offer(kind, &original, expr, &wrong);
        }
    }

    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        // A constant that is a literal is shifted as a whole.
        if text(&call.func) != "S :: of" || !matches!(call.args.first(), Some(Expr::Lit(_) | Expr::Unary(_))) {
            visit_mut::visit_expr_call_mut(self, call);
        }
    }

    fn visit_expr_if_mut(&mut self, choice: &mut syn::ExprIf) {
        let condition = choice.cond.clone();
        visit_mut::visit_expr_if_mut(self, choice);
        if !has_let(&condition) {
            self.offer(Kind::Condition, &condition, &mut choice.cond, &parse_quote!(true));
            // A test for NaN or 0 that never holds is a mutant already.
            if alternatives(&condition).iter().all(|(_, wrong)| text(wrong) != "false") {
                self.offer(Kind::Condition, &condition, &mut choice.cond, &parse_quote!(false));
            }
        }
    }

    fn visit_expr_index_mut(&mut self, index: &mut syn::ExprIndex) {
        let original = index.index.clone();
        visit_mut::visit_expr_index_mut(self, index);
        if is_integer(&original) {
            self.offer(Kind::Index, &original, &mut index.index, &plus(&original, 1));
        }
    }

    fn visit_expr_range_mut(&mut self, range: &mut syn::ExprRange) {
        let original = range.clone();
        visit_mut::visit_expr_range_mut(self, range);
        if let (Some(was), Some(start)) = (&original.start, &mut range.start) {
            self.offer(Kind::Index, was, start, &plus(was, 1));
        }
        if let (Some(was), Some(end)) = (&original.end, &mut range.end) {
            self.offer(Kind::Index, was, end, &plus(was, -1));
        }
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        let original = call.clone();
        visit_mut::visit_expr_method_call_mut(self, call);
        for (was, arg) in original.args.iter().zip(&mut call.args).filter(|(was, _)| is_integer(was)) {
            self.offer(Kind::Index, was, arg, &plus(was, 1));
        }
    }

    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        let original = statement.clone();
        visit_mut::visit_stmt_mut(self, statement);
        let (Stmt::Expr(was, Some(_)), Stmt::Expr(now, Some(_))) = (&original, &mut *statement) else { return };
        let skippable = match was {
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                !name.starts_with("give") && !MEMORY.contains(&&*name)
            }
            Expr::Call(_) | Expr::Assign(_) => true,
            _ => false,
        };
        if skippable {
            let mut block: syn::Block = parse_quote!({});
            block.stmts.push(Stmt::Expr(now.clone(), Some(parse_quote!(;))));
            *now = in_braces(block);
            self.offer(Kind::Statement, was, now, &parse_quote!({}));
        }
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut syn::ImplItemFn) {
        let name = item.sig.ident.to_string();
        if !NO_RULES.contains(&&*name) {
            let function = format!("{}::{name}", self.owner);
            self.within(function, &item.sig.output, &mut item.block);
        }
    }

    fn visit_item_fn_mut(&mut self, item: &mut syn::ItemFn) {
        let name = item.sig.ident.to_string();
        if !NO_RULES.contains(&&*name) && !self.past_rules {
            self.within(name, &item.sig.output, &mut item.block);
        }
    }

    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        let last = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
        let is_case = last.is_some_and(|last| last.ident == "Case");
        self.past_rules |= is_case;
        let owner = text(&item.self_ty);
        // What records an op, and what it is checked at, are no rules.
        if !is_case && !owner.starts_with("Var") {
            self.owner = owner.split_whitespace().next().unwrap_or_default().to_owned();
            visit_mut::visit_item_impl_mut(self, item);
        }
    }

    fn visit_item_mod_mut(&mut self, _: &mut syn::ItemMod) {}
    fn visit_item_const_mut(&mut self, _: &mut syn::ItemConst) {}
    fn visit_impl_item_const_mut(&mut self, _: &mut syn::ImplItemConst) {}
    fn visit_item_trait_mut(&mut self, _: &mut syn::ItemTrait) {}
    fn visit_expr_const_mut(&mut self, _: &mut syn::ExprConst) {}
    fn visit_pat_mut(&mut self, _: &mut syn::Pat) {}
    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
    fn visit_attribute_mut(&mut self, _: &mut syn::Attribute) {}
    fn visit_generic_argument_mut(&mut self, _: &mut syn::GenericArgument) {}

    fn visit_expr_repeat_mut(&mut self, repeat: &mut syn::ExprRepeat) {
        self.visit_expr_mut(&mut repeat.expr);
    }
}

#[cfg(test)]
mod tests;
