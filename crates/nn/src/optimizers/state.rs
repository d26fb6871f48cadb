//! What an optimizer remembers: enough to save any of them and go on with the same bits.

use diabolo_autodiff::Gradients;
use diabolo_kernels::{Buffer, Scalar};

use crate::parameter::{Module, Parameter, Path};

/// The number of steps taken, and one slot for each moment that the optimizer keeps.
#[derive(Debug)]
pub struct State<S> {
    /// Steps taken so far.
    pub step: u64,
    /// The moments; none for an optimizer without memory.
    pub slots: Vec<Slot<S>>,
}

/// One moment of every trained parameter.
#[derive(Debug)]
pub struct Slot<S> {
    /// PyTorch's name of the moment, as `exp_avg`.
    pub name: &'static str,
    /// What the numbers are before the first step.
    pub(super) start: Start<S>,
    /// For each trained parameter, in the order of [`Module::visit`], as many numbers as it has; empty before the first step.
    pub values: Vec<Buffer<S>>,
}

/// Where a moment starts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Start<S> {
    /// All its numbers at one value.
    At(S),
    /// At the numbers of its parameter.
    AtParameter,
}

impl<S: Scalar> Start<S> {
    fn of(self, parameter: &Parameter<S>) -> Buffer<S> {
        let mut values = Buffer::zeros(parameter.value().len());
        match self {
            Self::At(value) => values.fill(value),
            Self::AtParameter => values.copy_from_slice(parameter.value()),
        }
        values
    }
}

impl<S: Scalar> Slot<S> {
    fn new(name: &'static str) -> Self {
        Self { name, start: Start::At(S::zero()), values: vec![] }
    }
}

impl<S: Scalar> State<S> {
    pub(super) fn new<const N: usize>(names: [&'static str; N]) -> Self {
        Self { step: 0, slots: names.map(Slot::new).into() }
    }

    /// Gives every slot that is still empty its memory, filled with what it starts at. The first step does so by itself.
    pub fn prepare(&mut self, module: &dyn Module<S>) {
        for slot in self.slots.iter_mut().filter(|slot| slot.values.is_empty()) {
            module.visit(Path::ROOT, &mut |_, parameter| {
                if parameter.is_trained() {
                    slot.values.push(slot.start.of(parameter));
                }
            });
        }
    }

    /// Counts a step and shows to `update` each trained parameter that has a gradient, its first N moments, and the
    /// gradient. Moments beyond those belong to who wraps the optimizer.
    pub(super) fn advance<const N: usize>(
        &mut self,
        module: &mut dyn Module<S>,
        gradients: &Gradients<S>,
        mut update: impl FnMut(&mut [S], [&mut [S]; N], &[S]),
    ) {
        self.prepare(module);
        self.step += 1;
        let slots: &mut [Slot<S>; N] = self.slots.first_chunk_mut().expect("an optimizer knows its slots");
        let mut index = 0;
        module.visit_mut(Path::ROOT, &mut |path, parameter| {
            if !parameter.is_trained() {
                return;
            }
            if let Some(gradient) = gradients.of_shared(parameter.shared()) {
                let moments = slots.each_mut().map(|slot| match slot.values.get_mut(index) {
                    Some(values) if values.len() == gradient.len() => &mut **values,
                    _ => panic!(
                        "the optimizer's state has no {} for parameter {path}: it belongs to another module",
                        slot.name
                    ),
                });
                update(parameter.value_mut(), moments, gradient);
            }
            index += 1;
        });
    }
}
