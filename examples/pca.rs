//! Principal components of an array: `cargo run --release -p diabolo-examples --example pca`

use diabolo::ndarray::{Array2, array};
use diabolo::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Height in cm, weight in kg and shoe size of eight people.
    let people: Array2<f64> = array![
        [158.0, 52.0, 37.0],
        [163.0, 60.0, 38.5],
        [167.0, 58.0, 39.0],
        [171.0, 70.0, 41.0],
        [174.0, 66.0, 41.5],
        [179.0, 81.0, 43.0],
        [183.0, 77.0, 44.0],
        [190.0, 93.0, 46.0],
    ];
    let pca = Pca::fit(people.view(), 2)?;
    println!("mean        {:.1}", pca.mean());
    println!("components\n{:.3}", pca.components());
    println!("explained   {:.4} of the total variance", pca.explained_variance_ratio());

    let codes = pca.transform(people.view());
    println!("codes\n{codes:.2}");

    let lost = (pca.inverse_transform(codes.view()) - &people).mapv(|e| e * e).sum();
    let left_out = pca.spectrum()[2].powi(2);
    println!("squared error {lost:.6} = square of the singular value left out {left_out:.6}");
    Ok(())
}
