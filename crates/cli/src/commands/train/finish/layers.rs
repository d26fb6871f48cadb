//! The layers of a network, as a table and as widths to draw.

use diabolo_kernels::Scalar;
use diabolo_models::{Autoencoder, SummaryRow};
use diabolo_report::{Layer, Shape};

pub(super) fn layers<S: Scalar>(model: &dyn Autoencoder<S>) -> Vec<Layer> {
    let layer = |row: SummaryRow| Layer {
        name: format!("{} {}", row.name, row.layer),
        output: format!("({})", row.output.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        parameters: row.parameters,
    };
    model.summary().into_iter().map(layer).collect()
}

pub(super) fn widths<S: Scalar>(model: &dyn Autoencoder<S>) -> Shape {
    let rows = model.summary();
    let is_code = |name: &str| name == "latent";
    let code = rows.iter().position(|row| is_code(&row.name));
    // The last layer before a code of its own gives what the code is made from; the code is what the waist shows.
    let shown = rows.iter().enumerate().filter(|(at, _)| code.is_none_or(|code| at + 1 != code));
    let mut names = vec!["data".to_owned()];
    let mut widths = vec![model.inputs()];
    for (_, row) in shown {
        names.push(row.name.clone());
        widths.push(row.output.iter().product());
    }
    let code = names.iter().rposition(|name| is_code(name) || name.starts_with("encoder")).unwrap_or(0);
    Shape { widths, code }
}
