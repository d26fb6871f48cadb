//! Parameters and buffers, and the tree of names they live in.

use std::fmt;
use std::sync::Arc;

use diabolo_autodiff::Shape;
use diabolo_kernels::{Buffer, Scalar};

/// A named tensor of a module: trained, or a buffer that is saved and not trained.
///
/// The value sits in an [`Arc`], so it joins a tape without a copy.
#[derive(Clone, Debug)]
pub struct Parameter<S> {
    value: Arc<Buffer<S>>,
    shape: Shape,
    trained: bool,
}

impl<S: Scalar> Parameter<S> {
    /// A trained parameter that `fill` sets.
    pub fn new(shape: &[usize], fill: impl FnOnce(&mut [S])) -> Self {
        let shape = Shape::new(shape);
        let mut value = Buffer::zeros(shape.size());
        fill(&mut value);
        Self { value: Arc::new(value), shape, trained: true }
    }

    /// A tensor that is saved with the parameters and not trained.
    pub fn buffer(shape: &[usize], fill: impl FnOnce(&mut [S])) -> Self {
        Self { trained: false, ..Self::new(shape, fill) }
    }

    /// The elements, row-major.
    pub fn value(&self) -> &[S] {
        &self.value
    }

    /// The elements, to be changed in place. They are copied only if a tape or a clone still holds them.
    pub fn value_mut(&mut self) -> &mut [S] {
        &mut *Arc::<Buffer<S>>::make_mut(&mut self.value)
    }

    /// Exchanges the elements with others, without copying them unless a tape or a clone still holds them.
    ///
    /// # Panics
    /// If there are more or fewer.
    #[track_caller]
    pub fn swap(&mut self, other: &mut Buffer<S>) {
        assert_eq!(other.len(), self.value.len(), "a parameter of shape {} takes as many numbers", self.shape);
        std::mem::swap(Arc::make_mut(&mut self.value), other);
    }

    /// The extents.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Whether an optimizer changes it.
    pub fn is_trained(&self) -> bool {
        self.trained
    }

    /// The value as tapes and gradients know it.
    pub fn shared(&self) -> &Arc<Buffer<S>> {
        &self.value
    }
}

/// Anything with parameters: a layer, a model.
pub trait Module<S: Scalar> {
    /// Shows every parameter and buffer, in a fixed order, under the name it has below `at`.
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<S>));

    /// As [`visit`](Self::visit), to change them. The order is the same.
    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<S>));
}

/// The number of trained numbers of a module.
pub fn count<S: Scalar>(module: &(impl Module<S> + ?Sized)) -> usize {
    let mut total = 0;
    module.visit(Path::ROOT, &mut |_, parameter| {
        total += if parameter.is_trained() { parameter.shape().size() } else { 0 }
    });
    total
}

/// The number of numbers of a module, buffers included.
pub fn count_all<S: Scalar>(module: &(impl Module<S> + ?Sized)) -> usize {
    let mut total = 0;
    module.visit(Path::ROOT, &mut |_, parameter| total += parameter.shape().size());
    total
}

/// Where a parameter lies in the tree, as `encoder.0.weight`; it costs no memory until it is written out.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    name: &'a str,
}

impl<'a> Path<'a> {
    /// The place of a whole model.
    pub const ROOT: Self = Self { parent: None, name: "" };

    /// The place called `name` below this one.
    pub fn join(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), name }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent.filter(|parent| parent.parent.is_some()) {
            write!(f, "{parent}.")?;
        }
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_with_dots() {
        let encoder = Path::ROOT.join("encoder");
        let layer = encoder.join("0");
        assert_eq!(layer.join("weight").to_string(), "encoder.0.weight");
        assert_eq!(Path::ROOT.to_string(), "");
    }

    #[test]
    fn changing_a_shared_value_leaves_the_other_holder_alone() {
        let mut a = Parameter::new(&[2], |v| v.copy_from_slice(&[1.0, 2.0]));
        let b = a.clone();
        a.value_mut()[0] = 5.0;
        assert_eq!((a.value(), b.value()), (&[5.0, 2.0][..], &[1.0, 2.0][..]));
    }
}
