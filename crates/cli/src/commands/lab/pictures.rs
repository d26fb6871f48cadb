//! Directions in the space of the data, as people look at them.

use diabolo_data::Dataset;
use diabolo_lab::Directions;
use diabolo_report::lab::{Content, Weights};
use diabolo_report::{Image, signed_limit};
use ndarray::{Array2, ArrayView1};

use crate::figures::View;

/// How directions are shown: as pictures where samples are pictures, otherwise as weights of named columns.
#[derive(Debug)]
pub(super) struct Look {
    view: View,
}

impl Look {
    pub(super) fn of(data: &Dataset) -> Self {
        Self { view: View::of(data) }
    }

    pub(super) fn at(&self, groups: &[Directions]) -> Content {
        let Some(first) = groups.first() else { return Content::Weights(Vec::new()) };
        let dim = self.view.schema().dim();
        let likewise = |group: &Directions| -> Vec<Vec<f64>> {
            let rows = group.rows.rows().into_iter().enumerate();
            rows.map(|(index, row)| turned(row, index, &first.rows)).collect()
        };
        if self.view.shows_pictures() && first.rows.ncols() == dim {
            let images = |group: &Directions| likewise(group).iter().map(|row| self.image(row)).collect();
            return Content::Images(groups.iter().map(|group| (group.name.clone(), images(group))).collect());
        }
        let columns = |width: usize| -> Vec<String> {
            if width == dim { self.view.columns() } else { (1..=width).map(|j| format!("x{j}")).collect() }
        };
        let weights = |group: &Directions| Weights {
            name: group.name.clone(),
            columns: columns(group.rows.ncols()),
            rows: likewise(group),
        };
        Content::Weights(groups.iter().map(weights).collect())
    }

    fn image(&self, row: &[f64]) -> Image {
        let shape = self.view.schema().shape;
        Image::signed(row, shape.width, shape.height, signed_limit(row.iter()))
    }
}

/// A direction and its negative are the same; the sign is that of the direction in the same place of the first group.
fn turned(row: ArrayView1<'_, f64>, index: usize, first: &Array2<f64>) -> Vec<f64> {
    let beside = (index < first.nrows() && first.ncols() == row.len()).then(|| first.row(index).dot(&row));
    let sign = if beside.is_some_and(|cosine| cosine < 0.0) { -1.0 } else { 1.0 };
    row.iter().map(|x| sign * x).collect()
}

#[cfg(test)]
mod tests {
    use diabolo_data::ImageShape;
    use ndarray::array;

    use super::*;

    #[test]
    fn directions_beside_each_other_have_like_signs() {
        let groups = [
            Directions::new("eigenvectors", array![[1.0, 0.0, 0.0, 0.0], [0.0, -1.0, 0.0, 0.0]]),
            Directions::new("columns", array![[-2.0, 0.5, 0.0, 0.0], [0.0, -3.0, 1.0, 0.0]]),
        ];
        let table = Dataset::table("t", vec![0.0; 8], 4, vec![]).unwrap();
        let Content::Weights(weights) = Look::of(&table).at(&groups) else { panic!("a table has weights") };
        assert_eq!(weights[0].rows[1], [0.0, -1.0, 0.0, 0.0]);
        assert_eq!(weights[1].rows, [[2.0, -0.5, 0.0, 0.0], [0.0, -3.0, 1.0, 0.0]]);
        assert_eq!(weights[0].columns.len(), 4);

        let shape = ImageShape { height: 2, width: 2, channels: 1 };
        let images = Dataset::images("i", vec![0; 8], None, shape).unwrap();
        assert!(matches!(Look::of(&images).at(&groups), Content::Images(rows) if rows[1].1.len() == 2));
    }
}
