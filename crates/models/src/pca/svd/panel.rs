//! Several reflections at once: H₁ H₂ ⋯ H_k = I − V T Vᵀ.
//!
//! V (height × k) holds the vectors vⱼ as columns and T (k × k) is upper triangular. Appending one reflection,
//! (I − V T Vᵀ)(I − τ v vᵀ) = I − V T Vᵀ − τ (v − V T Vᵀ v) vᵀ, gives T a new column:
//!
//!   T ← ⎡ T   −τ T Vᵀv ⎤
//!       ⎣ 0      τ     ⎦
//!
//! so that k passes over a matrix become two matrix products. This is the compact WY form of Schreiber & Van Loan
//! (1989); Golub & Van Loan, section 5.1.7.

use diabolo_kernels::product::{Epilogue, Operand};
use diabolo_kernels::{parallel, product};

/// Columns that are updated at once: a fixed number, so that the products are the same whatever the threads.
const COLUMNS_AT_ONCE: usize = 32;

/// Which product of the reflections to apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// H₁ H₂ ⋯ H_k, which builds Q.
    Forward,
    /// H_k ⋯ H₂ H₁ = (H₁ ⋯ H_k)ᵀ, which reduces a matrix to R.
    Reverse,
}

/// The product I − V T Vᵀ of neighbouring reflections.
#[derive(Debug)]
pub(super) struct Panel {
    /// Vᵀ, k × height, row by row: the vectors with their zeros above and their leading 1.
    vectors: Vec<f64>,
    /// T, k × k, row by row.
    triangle: Vec<f64>,
    width: usize,
    height: usize,
}

impl Panel {
    /// Reads the vectors from columns as [`reflect`](super::reflector::reflect) leaves them; the leading 1 of the
    /// first lies in row `first`, that of the next one row further down.
    pub(super) fn new(columns: &[f64], height: usize, first: usize, taus: &[f64]) -> Self {
        let width = taus.len();
        let mut vectors = columns.to_vec();
        for (j, v) in vectors.chunks_exact_mut(height).enumerate() {
            v[..first + j].fill(0.0);
            v[first + j] = 1.0;
        }
        let triangle = triangle(&vectors, height, taus);
        Self { vectors, triangle, width, height }
    }

    /// C ← (I − V T Vᵀ) C, or with Tᵀ in reverse order. In memory lies Cᵀ, hence Cᵀ ← Cᵀ − (Cᵀ V) Tᵀ Vᵀ.
    pub(super) fn apply(&self, columns: &mut [f64], order: Order) {
        let share = parallel::share(columns.len() / self.height, COLUMNS_AT_ONCE);
        parallel::pieces(columns, share * self.height, &|_, columns| {
            let mut scratch = Scratch::default();
            for columns in columns.chunks_mut(COLUMNS_AT_ONCE * self.height) {
                self.apply_to_few(columns, order, &mut scratch);
            }
        });
    }

    fn apply_to_few(&self, columns: &mut [f64], order: Order, scratch: &mut Scratch) {
        let (height, width) = (self.height, self.width);
        let count = columns.len() / height;
        let vectors = Operand::new(&self.vectors, width, height);
        let triangle = Operand::new(&self.triangle, width, width);
        let triangle = if order == Order::Forward { triangle.t() } else { triangle };
        scratch.along.resize(count * width, 0.0);
        scratch.mixed.resize(count * width, 0.0);
        scratch.change.resize(count * height, 0.0);

        product(Operand::new(columns, count, height), vectors.t(), &mut scratch.along, Epilogue::Store);
        product(Operand::new(&scratch.along, count, width), triangle, &mut scratch.mixed, Epilogue::Store);
        product(Operand::new(&scratch.mixed, count, width), vectors, &mut scratch.change, Epilogue::Store);
        for (c, change) in columns.iter_mut().zip(&scratch.change) {
            *c -= change;
        }
    }
}

/// Buffers of one thread, kept from one group of columns to the next.
#[derive(Default)]
struct Scratch {
    along: Vec<f64>,
    mixed: Vec<f64>,
    change: Vec<f64>,
}

/// T, from VᵀV and the τ.
fn triangle(vectors: &[f64], height: usize, taus: &[f64]) -> Vec<f64> {
    let width = taus.len();
    let mut gram = vec![0.0; width * width];
    let vectors = Operand::new(vectors, width, height);
    product(vectors, vectors.t(), &mut gram, Epilogue::Store);

    let mut t = vec![0.0; width * width];
    for (j, tau) in taus.iter().enumerate() {
        t[j * width + j] = *tau;
        for i in 0..j {
            let along: f64 = (i..j).map(|l| t[i * width + l] * gram[l * width + j]).sum();
            t[i * width + j] = -tau * along;
        }
    }
    t
}
