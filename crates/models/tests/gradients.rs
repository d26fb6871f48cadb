//! The loss of every model, end to end, against the witnesses: each parameter tensor, before training and after.

use diabolo_gradcheck::Settings;
use diabolo_models::Pca;
use diabolo_models::check::{VARIANTS, check_all_models, check_components, check_models};
use diabolo_models::config::ModelKind;
use ndarray::Array2;

#[test]
fn the_gradient_of_every_parameter_of_every_model_is_right() {
    let settings = Settings { elements: 12, ..Settings::default() };
    let reports = check_all_models(&settings);
    assert_eq!(reports.len(), 2 * VARIANTS.len());
    for report in &reports {
        assert!(report.passed(), "{report}");
        for tensor in report.tensors() {
            // What this one adds to all samples the batch norm behind it takes away again.
            let swallowed = report.settings.contains("'batch'") && tensor.name == "encoder.6.bias";
            assert!(swallowed || tensor.largest > 0.0, "no gradient arrives at {} of {report}", tensor.name);
        }
    }
    for pair in reports.chunks(2) {
        assert!(pair[1].loss < pair[0].loss, "training lowers the loss: {} {}", pair[0], pair[1]);
        assert_eq!((pair[0].steps, pair[1].steps), (0, 20));
    }
    for model in ModelKind::ALL {
        assert!(reports.iter().any(|report| report.model == model.name()), "{model} is not checked");
    }
}

#[test]
fn every_trained_tensor_is_checked_and_no_buffer() {
    let reports = check_models(&Settings { elements: 1, ..Settings::default() }, |model| model == ModelKind::Deep);
    let normed = reports.iter().find(|report| report.settings.contains("'batch'")).expect("batch norm is a variant");
    let names: Vec<&str> = normed.tensors().iter().map(|tensor| tensor.name.as_str()).collect();
    let layers = ["0.weight", "1.weight", "1.bias", "3.weight", "4.weight", "4.bias", "6.weight", "6.bias"];
    let expected = ["encoder", "decoder"].map(|half| layers.map(|layer| format!("{half}.{layer}"))).concat();
    assert_eq!(names, expected);
    assert_eq!(normed.tensors()[0].shape, [6, 7]);
}

#[test]
fn pca_stands_where_the_gradient_of_its_error_is_zero() {
    let waves = Array2::from_shape_fn((40, 9), |(i, j)| (0.37 * (i * j) as f64).sin() + 0.01 * (i + j) as f64);
    let pca = Pca::fit(waves.view(), 3).expect("40 samples have 3 components");
    let report = check_components(&Settings::default(), &pca, waves.view());
    assert!(report.passed(), "{report}");
    assert_eq!((report.tensors()[0].name.as_str(), report.tensors()[0].shape.as_slice()), ("components", &[3, 9][..]));
    assert!(report.tensors()[0].largest < 1e-13, "{report}");
}
