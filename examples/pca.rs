//! Principal components of an array: `cargo run --release -p diabolo-examples --example pca`

use diabolo::ndarray::{Array2, Axis, array};
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

    // What is lost is known beforehand: the squares of the singular values that were left out.
    let lost = (pca.inverse_transform(codes.view()) - &people).mapv(|e| e * e).sum();
    let left_out = pca.spectrum()[2].powi(2);
    println!("squared error {lost:.6} = square of the singular value left out {left_out:.6}");

    // As many components as hold more than a share of the variance.
    let enough = Pca::fit(people.view(), Components::Variance(0.99))?;
    println!("components that hold more than 99 % of the variance: {}", enough.components().nrows());

    // Whitened codes have variance 1 each; reconstructions stay what they are.
    let whitened = pca.clone().whitened();
    println!("variances of whitened codes {:.3}", whitened.transform(people.view()).var_axis(Axis(0), 1.0));

    // The density whose most probable fit PCA is: the lower the logarithm, the stranger the row.
    let two = array![[170.0, 66.0, 40.5], [170.0, 66.0, 46.0]];
    let [usual, strange] = [0, 1].map(|i| two.row(i).insert_axis(Axis(0)));
    println!(
        "ln p, nats: usual {:.1}, large feet {:.1}",
        pca.mean_log_likelihood(usual)?,
        pca.mean_log_likelihood(strange)?
    );
    Ok(())
}
