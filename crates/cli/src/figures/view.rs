//! Samples as people see them: pictures, or numbers in the units of the data.

use diabolo_data::{Dataset, Number, Schema};
use diabolo_kernels::Scalar;
use diabolo_report::Image;
use ndarray::{Array2, ArrayView2};

/// The way back from the numbers that a model sees.
#[derive(Clone, Debug)]
pub(crate) struct View {
    schema: Schema,
    /// The values of the data that are shown as black and as white.
    range: (f64, f64),
}

impl View {
    /// The view of samples like these.
    pub(crate) fn of(data: &Dataset) -> Self {
        Self { schema: data.schema().clone(), range: range(data) }
    }

    /// Whether samples are pictures that can be shown: in grey or in colour.
    pub(crate) fn shows_pictures(&self) -> bool {
        self.schema.image_shape().is_some_and(|shape| matches!(shape.channels, 1 | 3))
    }

    /// Rows that a model sees or makes, as pictures.
    pub(crate) fn images<S: Scalar>(&self, rows: ArrayView2<'_, S>) -> Vec<Image> {
        let (low, high) = self.range;
        let image = |row: ndarray::ArrayView1<'_, f64>| {
            let unit: Vec<f64> = row.iter().map(|x| (x - low) / (high - low)).collect();
            Image::from_unit(&unit, self.schema.shape.width, self.schema.shape.height)
        };
        self.in_units(rows).rows().into_iter().map(image).collect()
    }

    /// Rows that a model sees or makes, in the units of the data.
    pub(crate) fn in_units<S: Scalar>(&self, rows: ArrayView2<'_, S>) -> Array2<f64> {
        let mut rows = rows.mapv(Scalar::to_f64).as_standard_layout().into_owned();
        self.schema.scaling.undo(rows.as_slice_mut().expect("an array in standard layout is contiguous"));
        rows
    }

    /// What a step of 1 in each number that a model sees is in the units of the data.
    pub(crate) fn scales(&self) -> Vec<f64> {
        self.schema.scaling.columns().take(self.schema.dim()).map(|(_, scale)| scale).collect()
    }

    /// The names of the numbers of a row.
    pub(crate) fn columns(&self) -> Vec<String> {
        (0..self.schema.dim()).map(|j| self.schema.column_name(j)).collect()
    }

    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }
}

/// From 0 to 255 for bytes and for what looks like them, from 0 to 1 for fractions, and otherwise what there is.
fn range(data: &Dataset) -> (f64, f64) {
    if data.schema().number == Number::U8 || !data.is_images() {
        return (0.0, 255.0);
    }
    let values = (0..data.values().len()).map(|i| data.values().get(i));
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (x.min(low), x.max(high)));
    match (low >= 0.0, high) {
        (true, ..=1.0) => (0.0, 1.0),
        (true, ..=255.0) => (0.0, 255.0),
        _ if low < high => (low, high),
        _ => (0.0, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use diabolo_data::{FileKind, ImageShape, Kind, Scaling, ScalingMethod, Values};
    use ndarray::array;

    use super::*;

    #[test]
    fn pictures_are_shown_as_they_were_whatever_the_model_sees() {
        let shape = ImageShape { height: 1, width: 2, channels: 1 };
        let bytes = Dataset::images("bytes", vec![0, 255, 51, 204], None, shape).unwrap();
        for method in [ScalingMethod::None, ScalingMethod::Unit, ScalingMethod::Standard] {
            let data = bytes.clone().scaled(method);
            let seen: Array2<f64> = diabolo_data::matrix(&data);
            assert_eq!(View::of(&data).images(seen.view())[1].pixels(), [51, 204], "{method}");
        }
        let numbers = |values: Vec<f64>| {
            let schema = Schema {
                kind: Kind::Images,
                shape,
                scaling: Scaling::none(),
                ..Schema::table(Number::F64, FileKind::Npy, 2, vec![])
            };
            View::of(&Dataset::new("numbers", schema, Values::Double(values), None).unwrap()).range
        };
        assert_eq!(numbers(vec![0.0, 0.7]), (0.0, 1.0));
        assert_eq!(numbers(vec![0.0, 200.0]), (0.0, 255.0));
        assert_eq!(numbers(vec![-1.0, 1.0]), (-1.0, 1.0));
        assert_eq!(numbers(vec![-1.0, -1.0]), (0.0, 1.0));
    }

    #[test]
    fn rows_come_back_in_their_units() {
        let table = Dataset::table("table", vec![1.0, 500.0, 3.0, 700.0], 2, vec!["hue".into(), "proline".into()]);
        let view = View::of(&table.unwrap().scaled(ScalingMethod::Standard));
        assert_eq!(view.in_units(array![[-1.0_f32, 0.0]].view()), array![[1.0, 600.0]]);
        assert_eq!(view.scales(), [1.0, 100.0]);
        assert_eq!(view.columns(), ["hue", "proline"]);
        assert!(!view.shows_pictures());
    }
}
