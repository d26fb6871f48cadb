//! A case of the fixture.

use ndarray::ArrayD;
use serde_json::Value;

/// An op at a point, and what it gives there.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) op: String,
    pub(crate) name: String,
    pub(crate) attributes: Value,
    pub(crate) inputs: Vec<ArrayD<f64>>,
    pub(crate) cotangent: Vec<f64>,
    pub(crate) shape: Vec<usize>,
    pub(crate) value: Vec<f64>,
    pub(crate) gradients: Vec<Vec<f64>>,
    /// What distances are measured in, where it is more than the numbers themselves.
    pub(crate) value_size: Option<Vec<f64>>,
    pub(crate) gradient_sizes: Vec<Option<Vec<f64>>>,
    /// Why there is nothing to compare in `f32`.
    pub(crate) f32: Option<String>,
}

impl Figure {
    /// An attribute that is a whole number.
    pub(crate) fn whole(&self, name: &str) -> usize {
        whole(&self.attributes[name])
    }

    /// An attribute that is a list of whole numbers.
    pub(crate) fn list(&self, name: &str) -> Vec<usize> {
        list(&self.attributes[name]).iter().map(whole).collect()
    }

    /// An attribute that is any number.
    pub(crate) fn number(&self, name: &str) -> f64 {
        number(&self.attributes[name])
    }

    /// An attribute that is a word, if there is one.
    pub(crate) fn word(&self, name: &str) -> Option<&str> {
        self.attributes[name].as_str()
    }
}

/// The cases of a fixture.
pub(crate) fn read(text: &str) -> Vec<Figure> {
    let all: Value = serde_json::from_str(text).expect("the fixture is JSON");
    list(&all).iter().map(figure).collect()
}

fn figure(case: &Value) -> Figure {
    let text = |name: &str| case[name].as_str().expect("a text").to_owned();
    let gradients: Vec<Vec<f64>> = list(&case["gradients"]).iter().map(numbers).collect();
    let sizes = |i: usize| case["gradient_sizes"].get(i).filter(|sizes| sizes.is_array()).map(numbers);
    Figure {
        op: text("op"),
        name: text("name"),
        attributes: case["attributes"].clone(),
        inputs: list(&case["inputs"]).iter().map(tensor).collect(),
        cotangent: numbers(&case["cotangent"]),
        shape: list(&case["value"]["shape"]).iter().map(whole).collect(),
        value: numbers(&case["value"]["data"]),
        value_size: case.get("value_size").map(numbers),
        gradient_sizes: (0..gradients.len()).map(sizes).collect(),
        gradients,
        f32: case.get("f32").and_then(Value::as_str).map(str::to_owned),
    }
}

fn tensor(value: &Value) -> ArrayD<f64> {
    let shape: Vec<usize> = list(&value["shape"]).iter().map(whole).collect();
    ArrayD::from_shape_vec(shape, numbers(&value["data"])).expect("as many numbers as the shape asks for")
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

pub(crate) fn whole(value: &Value) -> usize {
    value.as_u64().expect("a whole number") as usize
}

/// JSON has no word for what is not finite: "nan", "inf" and "-inf" stand as texts.
pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).expect("a number")
}
