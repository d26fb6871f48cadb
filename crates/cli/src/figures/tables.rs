//! What is shown of rows of named columns, in the units of the data.

use diabolo_kernels::Scalar;
use diabolo_models::Codec;
use diabolo_models::measure::{self, prior_samples, rows};
use diabolo_report::{Cell, ColumnError, TableData, WorstRow};

use super::Subject;
use super::strips::by_error;

/// Rows with the largest errors, the columns told of each, and samples from the prior.
const WORST: usize = 10;
const CELLS: usize = 3;
const SAMPLES: usize = 10;

/// The errors of columns, the worst rows, and samples where there is a prior.
pub(super) fn table<S: Scalar>(codec: &(impl Codec<S> + ?Sized), subject: &Subject<'_, S>) -> TableData {
    let sampled = subject.dimensions.map(|dimensions| {
        let drawn = prior_samples(codec, dimensions.len(), SAMPLES, subject.seed);
        subject.view.in_units(drawn.view()).rows().into_iter().map(|row| row.to_vec()).collect()
    });
    TableData {
        columns: subject.view.columns(),
        column_errors: column_errors(codec, subject),
        worst: worst(codec, subject),
        samples: sampled.unwrap_or_default(),
    }
}

fn column_errors<S: Scalar>(codec: &(impl Codec<S> + ?Sized), subject: &Subject<'_, S>) -> Vec<ColumnError> {
    let in_units = |(column, scale): (measure::ColumnError, f64)| ColumnError {
        error: scale * column.squared.sqrt(),
        deviation: scale * column.variance.sqrt(),
    };
    let columns = measure::ColumnError::measure(codec, subject.test);
    columns.into_iter().zip(subject.view.scales()).map(in_units).collect()
}

/// The rows with the largest errors, and the cells that the model misses most as it sees them.
fn worst<S: Scalar>(codec: &(impl Codec<S> + ?Sized), subject: &Subject<'_, S>) -> Vec<WorstRow> {
    let chosen: Vec<u32> = by_error(subject.errors).into_iter().rev().take(WORST).collect();
    let samples = rows::<S>(subject.test, &chosen);
    let made = codec.reconstruct(samples.view());
    let missed = (&samples - &made).mapv(|difference| difference.to_f64().abs());
    let [originals, reconstructions] = [&samples, &made].map(|rows| subject.view.in_units(rows.view()));
    let row = |(at, &sample): (usize, &u32)| {
        let missed = missed.row(at);
        let mut columns: Vec<usize> = (0..missed.len()).collect();
        columns.sort_by(|a, b| missed[*b].total_cmp(&missed[*a]));
        let cell = |column: usize| Cell {
            column,
            original: originals[[at, column]],
            reconstruction: reconstructions[[at, column]],
        };
        WorstRow {
            row: subject.numbers[sample as usize],
            error: subject.errors[sample as usize],
            cells: columns.into_iter().take(CELLS).map(cell).collect(),
        }
    };
    chosen.iter().enumerate().map(row).collect()
}
