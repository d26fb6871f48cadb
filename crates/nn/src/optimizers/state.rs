//! What an optimizer remembers: enough to save any of them and go on with the same bits.

use diabolo_autodiff::Gradients;
use diabolo_kernels::{Buffer, Scalar};

use crate::parameter::{Module, Path};

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
    /// For each trained parameter, in the order of [`Module::visit`], as many numbers as it has; empty before the first step.
    pub values: Vec<Buffer<S>>,
}

impl<S: Scalar> State<S> {
    pub(super) fn new<const N: usize>(names: [&'static str; N]) -> Self {
        Self { step: 0, slots: names.map(|name| Slot { name, values: vec![] }).into() }
    }

    /// Gives every slot that is still empty its memory, filled with 0. The first step does so by itself.
    pub fn prepare(&mut self, module: &dyn Module<S>) {
        for slot in self.slots.iter_mut().filter(|slot| slot.values.is_empty()) {
            module.visit(Path::ROOT, &mut |_, parameter| {
                if parameter.is_trained() {
                    slot.values.push(Buffer::zeros(parameter.value().len()));
                }
            });
        }
    }

    /// Counts a step and shows to `update` each trained parameter that has a gradient, its N moments, and the gradient.
    pub(super) fn advance<const N: usize>(
        &mut self,
        module: &mut dyn Module<S>,
        gradients: &Gradients<S>,
        mut update: impl FnMut(&mut [S], [&mut [S]; N], &[S]),
    ) {
        self.prepare(module);
        self.step += 1;
        let slots: &mut [Slot<S>; N] = self.slots.as_mut_slice().try_into().expect("an optimizer knows its slots");
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
