//! The products that are measured: those of a step of the reference VAE, and large ones.

use std::fmt;

/// An m × k matrix times a k × n one, either of which may lie transposed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) what: &'static str,
    pub(crate) m: usize,
    pub(crate) k: usize,
    pub(crate) n: usize,
    pub(crate) left_lies_transposed: bool,
    pub(crate) right_lies_transposed: bool,
    pub(crate) zeros: Zeros,
}

/// What is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zeros {
    Nothing,
    /// Most pixels of images of MNIST, which one operand holds.
    Images(Side),
    /// Whole columns of both operands of a weight's gradient, as they lie: units that rest for a whole batch, so many of a hundred.
    Columns([usize; 2]),
}

/// An operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

pub(crate) const SHAPES: [Shape; 14] = [
    forward(128, 784, 400),
    forward(128, 400, 784),
    forward(128, 400, 40),
    forward(128, 20, 400),
    input(128, 784, 400),
    input(128, 40, 400),
    input(128, 400, 20),
    weight(400, 128, 784),
    weight(784, 128, 400),
    square(1024),
    square(2048),
    Shape { what: "forward, images", zeros: Zeros::Images(Side::Left), ..forward(128, 784, 400) },
    Shape { what: "weight, images", zeros: Zeros::Images(Side::Right), ..weight(400, 128, 784) },
    // As the second layer of the deep autoencoder 784-1000-500-250-30 has them from the first epoch on.
    Shape { what: "weight, resting", zeros: Zeros::Columns([57, 22]), ..weight(500, 256, 1000) },
];

/// X·Wᵀ: a layer, whose weight lies as (out, in).
const fn forward(m: usize, k: usize, n: usize) -> Shape {
    Shape { what: "forward", m, k, n, left_lies_transposed: false, right_lies_transposed: true, zeros: Zeros::Nothing }
}

/// Z̄·W: the gradient of a layer's input.
const fn input(m: usize, k: usize, n: usize) -> Shape {
    Shape { what: "input", m, k, n, left_lies_transposed: false, right_lies_transposed: false, zeros: Zeros::Nothing }
}

/// Z̄ᵀ·X: the gradient of a layer's weight.
const fn weight(m: usize, k: usize, n: usize) -> Shape {
    Shape { what: "weight", m, k, n, left_lies_transposed: true, right_lies_transposed: false, zeros: Zeros::Nothing }
}

/// Matrices as they are.
const fn square(n: usize) -> Shape {
    Shape {
        what: "square",
        m: n,
        k: n,
        n,
        left_lies_transposed: false,
        right_lies_transposed: false,
        zeros: Zeros::Nothing,
    }
}

impl Shape {
    /// How far apart rows and columns of the left and of the right matrix lie.
    pub(crate) fn strides(&self) -> [(isize, isize); 2] {
        let strides = |rows: usize, columns: usize, transposed: bool| {
            if transposed { (1, rows as isize) } else { (columns as isize, 1) }
        };
        [strides(self.m, self.k, self.left_lies_transposed), strides(self.k, self.n, self.right_lies_transposed)]
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}×{}×{}", self.what, self.m, self.k, self.n)
    }
}
