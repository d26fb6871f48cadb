//! Summaries of stacks of layers.

use diabolo_kernels::Scalar;
use diabolo_nn::{Layer, Sequential, count};

use crate::model::SummaryRow;

/// A line for each layer of `stack`, whose samples have `inputs` numbers.
pub(crate) fn rows<S: Scalar>(name: &str, stack: &Sequential<S>, inputs: usize) -> Vec<SummaryRow> {
    let mut shape = vec![1, inputs];
    let mut row = |(at, layer): (&str, &dyn Layer<S>)| {
        shape = layer.output_shape(&shape);
        SummaryRow {
            name: format!("{name}.{at}"),
            layer: layer.describe(),
            output: shape[1..].to_vec(),
            parameters: count(layer),
        }
    };
    stack.layers().map(&mut row).collect()
}
