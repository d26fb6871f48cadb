//! Two layers and a loss, and the gradient of every part:
//! `cargo run --release -p diabolo-examples --example read_a_gradient`

use diabolo::ndarray::array;
use diabolo::prelude::*;

fn main() {
    let tape = Tape::<f64>::new();
    let x = tape.constant(&array![[1.0, -2.0], [0.5, 3.0], [-1.5, 0.25]]);
    let target = tape.constant(&array![[0.0], [1.0], [0.5]]);
    let first = tape.variable(&array![[0.3, -0.1], [0.7, 0.2]]);
    let second = tape.variable(&array![[0.5], [-0.4]]);

    // Each line records one op or two. What each does on the way back is written in its file under crates/autodiff/src/ops.
    let hidden = x.matmul(first).tanh();
    let output = hidden.matmul(second);
    let loss = output.squared_error(target).mean_all();

    let mut gradients = Gradients::new();
    loss.backward(&mut gradients);

    println!("loss {:.6}\n", loss.item());
    for (name, variable) in [("first", first), ("second", second), ("hidden", hidden), ("output", output)] {
        let gradient = gradients.of(variable).expect("the loss depends on it");
        println!("gradient with respect to {name}\n{gradient:.5}\n");
    }
    println!("gradient with respect to the constant x: {:?}", gradients.of(x));
}
