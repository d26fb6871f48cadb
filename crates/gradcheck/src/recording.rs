//! A function as all witnesses see it: recorded on any tape, at any inputs.

use std::fmt;

use diabolo_autodiff::{Gradients, Tape, Var};
use diabolo_kernels::random::Key;
use ndarray::ArrayD;

use crate::draw::signed;

/// What a function leaves on a tape.
#[derive(Clone)]
pub struct Recording<'t> {
    /// The inputs, in the order in which they were given.
    pub inputs: Vec<Var<'t, f64>>,
    /// What was computed from them.
    pub output: Var<'t, f64>,
}

impl fmt::Debug for Recording<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inputs: Vec<_> = self.inputs.iter().map(|x| x.shape()).collect();
        f.debug_struct("Recording").field("inputs", &inputs).field("output", &self.output.shape()).finish()
    }
}

/// Records a function at inputs in standard layout.
pub(crate) type Record<'a> = &'a mut dyn for<'t> FnMut(&'t Tape<f64>, &[ArrayD<f64>]) -> Recording<'t>;

impl Recording<'_> {
    /// The gradient of each input for a cotangent of the output; zeros where none arrives.
    pub(crate) fn gradients(&self, cotangent: &ArrayD<f64>, gradients: &mut Gradients<f64>) -> Vec<ArrayD<f64>> {
        self.output.backward_from(&cotangent.view(), gradients);
        let of = |x: &Var<'_, f64>| gradients.of(*x).map_or_else(|| ArrayD::zeros(&*x.shape()), |g| g.to_owned());
        self.inputs.iter().map(of).collect()
    }
}

/// A function with the memory that it is recorded in again and again.
pub(crate) struct Runner<'a> {
    tape: Tape<f64>,
    gradients: Gradients<f64>,
    record: Record<'a>,
}

impl<'a> Runner<'a> {
    pub(crate) fn new(record: Record<'a>) -> Self {
        Self { tape: Tape::new(), gradients: Gradients::new(), record }
    }

    /// The output.
    pub(crate) fn output(&mut self, inputs: &[ArrayD<f64>]) -> ArrayD<f64> {
        self.tape.reset();
        (self.record)(&self.tape, inputs).output.value()
    }

    /// The gradient of each input.
    pub(crate) fn gradients(&mut self, inputs: &[ArrayD<f64>], cotangent: &ArrayD<f64>) -> Vec<ArrayD<f64>> {
        self.tape.reset();
        (self.record)(&self.tape, inputs).gradients(cotangent, &mut self.gradients)
    }
}

/// Other inputs, so near that whatever takes the inputs takes these.
pub(crate) fn nearby(key: Key, inputs: &[ArrayD<f64>]) -> Vec<ArrayD<f64>> {
    const STEP: f64 = 1.0 / 1024.0;
    let move_one = |(site, x): (u32, &ArrayD<f64>)| x + &(signed(key.site(site), x.shape()) * STEP);
    (0..).zip(inputs).map(move_one).collect()
}
