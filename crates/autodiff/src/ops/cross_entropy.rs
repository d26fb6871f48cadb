//! # cross_entropy
//!
//! ```text
//! yᵢ = ln Σⱼ e^lᵢⱼ − lᵢₖ with k = labelᵢ
//! l̄ᵢⱼ = ȳᵢ · (softmax(lᵢ)ⱼ − [j = k])
//! ```
//!
//! −ln of the probability of the label in nats, with the probabilities softmax(lᵢ) of row i. The slope of ln Σ e^l is the
//! softmax, that of lₖ is 1.
//!
//! With m the largest logit of a row, d = lₖ − m ≤ 0 and s = Σ e^(lⱼ − m) over all j ≠ k, the loss is
//! ln(s + e^d) − d, computed as ln1p(s + expm1 d) − d, and the slope at the label is −s / (s + e^d). Where the label is far
//! ahead, d = 0 and s is tiny: loss and slope are about s and −s, where ln Σ − lₖ and p − 1 would round to 0. The forward
//! rule keeps the slopes times s + e^d, and those sums.
//!
//! Ulps: of a slope, exponential, sum, quotient and product round.
//!
//! Kinks: none; the choice of m cancels. If the largest logit of a row is infinite, also if all are −∞, ∞ − ∞ = NaN; a label
//! whose own logit is −∞ gives ∞.

use std::sync::Arc;

use diabolo_kernels::fold::{Add, Larger};
use diabolo_kernels::{Buffer, Scalar, Source, UpdateRule, map, update};

use crate::slices::{Quotient, ShiftedExp, Slices, Times};
use crate::{Axes, Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Cross-entropy of each sample's label in nats, from logits: a row of them a sample, a column a class.
#[derive(Clone, Debug)]
pub struct CrossEntropy {
    /// The class of each sample.
    pub labels: Arc<[usize]>,
}

impl CrossEntropy {
    const CARD: Card = Card {
        name: "cross_entropy",
        forward: "yᵢ = ln Σⱼ e^lᵢⱼ − lᵢₖ with k = labelᵢ",
        backward: &["l̄ᵢⱼ = ȳᵢ · (softmax(lᵢ)ⱼ − [j = k])"],
        latex: r"y_i = \ln \textstyle\sum_j e^{l_{ij}} - l_{ik}, \quad k = \mathrm{label}_i, \qquad
            \bar l_{ij} = \bar y_i \left(\operatorname{softmax}(l_i)_j - [j = k]\right)",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps { f64: 6, f32: 6 },
    };

    /// Where the logit of each label stands, for rows of so many classes.
    fn places(&self, classes: usize) -> impl Iterator<Item = usize> {
        self.labels.iter().enumerate().map(move |(row, label)| row * classes + label)
    }
}

fn rows<S: Scalar>(x: Inputs<'_, S>) -> Slices {
    Slices::new(x.shape(0), Axes::new(&[1]))
}

impl<S: Scalar> Op<S> for CrossEntropy {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        let &[samples, classes] = &*x.shape(0) else {
            return Err("the logits must be a matrix, a row a sample and a column a class".to_owned());
        };
        if self.labels.len() != samples {
            return Err(format!("{} labels for {samples} rows of logits", self.labels.len()));
        }
        match self.labels.iter().enumerate().find(|(_, label)| **label >= classes) {
            None => Ok(Shape::new(&[samples])),
            Some((row, label)) => Err(format!("label {label} of row {row} is not one of the {classes} classes from 0")),
        }
    }

    /// Keeps e^(l − m) with −s at the label, and behind them the sums s + e^d; last come the logits of the labels.
    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], kept: &mut Buffer<S>) {
        let (logits, classes) = (x.value(0), x.shape(0)[1]);
        kept.resize(logits.len() + 2 * y.len());
        let (terms, rest) = kept.split_at_mut(logits.len());
        let (sums, own) = rest.split_at_mut(y.len());
        rows(x).fold(Larger, logits, y);
        map(ShiftedExp, [Source::Whole(logits), rows(x).repeat(y)], [], terms);
        for (place, own) in self.places(classes).zip(&mut *own) {
            (*own, terms[place]) = (logits[place], S::zero());
        }
        rows(x).fold(Add, terms, sums);
        for (place, sum) in self.places(classes).zip(&*sums) {
            terms[place] = -*sum;
        }
        update(LossAndSum, [y, sums], [own]);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], kept: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let (terms, rest) = kept.split_at(x.value(0).len());
        let mut share = gx.scratch(gy.len());
        map(Quotient, [Source::Whole(gy), Source::Whole(&rest[..gy.len()])], [], &mut share);
        gx.give(0, |g| map(Times, [rows(x).repeat(&share), Source::Whole(terms)], [], g));
        gx.recycle(share);
    }
}

/// From m and s, and the logit of the label: the loss and s + e^d.
#[derive(Clone, Copy)]
struct LossAndSum;

impl<S: Scalar> UpdateRule<S, 2, 1> for LossAndSum {
    #[inline(always)]
    fn apply(self, [m, s]: [S; 2], [own]: [S; 1]) -> [S; 2] {
        let d = own - m;
        let excess = s + d.exp_m1(); // s + e^d − 1
        [excess.ln_1p() - d, excess + S::one()]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// −ln softmax(self) at the label of each row, in nats: one number a sample, for logits of shape (samples, classes).
    ///
    /// The labels are classes counted from 0: an array, a vector, a slice, or an `Arc` that is shared and not copied.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let logits = tape.variable(&array![[0.0, 0.0], [1000.0, 0.0]]);
    /// assert_eq!(logits.cross_entropy([0, 1]).value(), array![2.0_f64.ln(), 1000.0].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If this is not a matrix, there is not one label a row, or a label is not a column.
    #[must_use]
    #[track_caller]
    pub fn cross_entropy(self, labels: impl Into<Arc<[usize]>>) -> Self {
        self.tape.record(CrossEntropy { labels: labels.into() }, &[self])
    }
}

impl Case for CrossEntropy {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].cross_entropy(Arc::clone(&self.labels))
    }

    fn samples() -> Vec<Sample<Self>> {
        let wide = Domain::Between(-20.0, 20.0);
        let sample = |labels: &[usize], classes, domain| {
            Sample::new(Self { labels: labels.into() }).input(&[labels.len(), classes], domain)
        };
        vec![sample(&[2, 0, 2, 1], 3, Domain::REAL), sample(&[4, 1], 5, wide), sample(&[0, 0], 1, Domain::REAL)]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let [samples, classes] = [dice.extent(), dice.extent()];
        let labels = (0..samples).map(|_| dice.below(classes)).collect();
        Sample::new(Self { labels }).input(&[samples, classes], Domain::REAL)
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Between(-80.0, 80.0)] // eˣ in single precision
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |labels: &[usize], logits: &[f64], value: &[f64], slopes: &[f64], why| Edge {
            op: Self { labels: labels.into() },
            inputs: vec![(vec![labels.len(), logits.len().checked_div(labels.len()).unwrap_or(2)], logits.to_vec())],
            value: value.to_vec(),
            gradients: vec![slopes.to_vec()],
            why,
        };
        let (inf, nan, ln_2) = (f64::INFINITY, f64::NAN, std::f64::consts::LN_2);
        let tail = 3.720_075_976_020_836e-44; // e⁻¹⁰⁰
        vec![
            edge(&[0], &[3.0, 3.0], &[ln_2], &[-0.5, 0.5], "one bit is ln 2 nats"),
            edge(&[0], &[100.0, 0.0], &[tail], &[-tail, tail], "sure and right: loss and both slopes survive"),
            edge(&[1], &[100.0, 0.0], &[100.0], &[1.0, -1.0], "sure and wrong"),
            edge(&[1], &[1e4, -1e4], &[2e4], &[1.0, -1.0], "eˡ alone would overflow"),
            edge(&[0], &[0.0, -inf], &[0.0], &[0.0, 0.0], "the other class was ruled out"),
            edge(&[1], &[0.0, -inf], &[inf], &[1.0, -1.0], "the label was ruled out"),
            edge(&[0], &[inf, 0.0], &[nan], &[nan, nan], "∞ − ∞ has no value"),
            edge(&[0], &[-inf, -inf], &[nan], &[nan, nan], "all was ruled out"),
            edge(&[0], &[5e-324, 0.0], &[ln_2], &[-0.5, 0.5], "equal but for the smallest number"),
            edge(&[0], &[7.0], &[0.0], &[0.0], "the only class is certain"),
            edge(&[], &[], &[], &[], "no sample"),
            edge(&[0, 0], &[nan, 0.0, 0.0, 0.0], &[nan, ln_2], &[nan, nan, -0.5, 0.5], "NaN stays in its sample"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::CrossEntropy>();
    }
}
