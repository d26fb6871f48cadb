//! Layers one after the other.

use diabolo_autodiff::Var;
use diabolo_kernels::Scalar;

use crate::context::Context;
use crate::layers::Layer;
use crate::parameter::{Module, Parameter, Path};

/// Layers one after the other, named `0`, `1`, …
#[derive(Debug, Default)]
pub struct Sequential<S> {
    layers: Vec<(String, Box<dyn Layer<S>>)>,
}

impl<S: Scalar> Sequential<S> {
    /// No layers: the identity.
    pub fn new() -> Self {
        Self { layers: vec![] }
    }

    /// Adds a layer at the end.
    #[must_use]
    pub fn then(mut self, layer: impl Layer<S> + 'static) -> Self {
        self.layers.push((self.layers.len().to_string(), Box::new(layer)));
        self
    }

    /// The layers in order, with their names.
    pub fn layers(&self) -> impl Iterator<Item = (&str, &dyn Layer<S>)> {
        self.layers.iter().map(|(name, layer)| (name.as_str(), &**layer))
    }
}

impl<S: Scalar> Module<S> for Sequential<S> {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {
        self.layers.iter().for_each(|(name, layer)| layer.visit(at.join(name), see));
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {
        self.layers.iter_mut().for_each(|(name, layer)| layer.visit_mut(at.join(name), see));
    }
}

impl<S: Scalar> Layer<S> for Sequential<S> {
    fn forward<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        self.layers.iter().fold(x, |x, (name, layer)| context.scope(name, |context| layer.forward(context, x)))
    }

    fn output_shape(&self, input: &[usize]) -> Vec<usize> {
        self.layers.iter().fold(input.to_vec(), |shape, (_, layer)| layer.output_shape(&shape))
    }

    fn describe(&self) -> String {
        self.layers.iter().map(|(_, layer)| layer.describe()).collect::<Vec<_>>().join(" → ")
    }
}
