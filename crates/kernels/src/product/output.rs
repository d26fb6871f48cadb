//! The output, or what one thread computes of it.
//!
//! ```text
//!    strips   0     1     2     3         A ribbon is the output strip after strip, each from its top to its bottom. It is
//!          ┌─────┬─────┬─────┬─────┐      cut between any two tiles, so that each thread gets its share to within a tile,
//!          │▓▓▓▓▓│▓▓▓▓▓│░░░░░│░░░░░│      and reads no more of the right operand than the columns of its strips.
//!          │▓▓▓▓▓│▓▓▓▓▓│░░░░░│░░░░░│
//!          │▓▓▓▓▓│░░░░░│░░░░░│░░░░░│      What belongs to a part is a run of each row; rows are lent out a tile at a time.
//!          └─────┴─────┴─────┴─────┘
//! ```

use std::ops::Range;

use super::Vectors;
use super::level::Level;
use super::right::Strips;
use crate::parallel;

/// The most rows of an output that is cut as a ribbon.
pub(super) const MOST_ROWS: usize = 256;
/// The most rows of a tile.
pub(super) const TILE: usize = 8;

/// Where to compute.
pub(super) enum Output<'a, 'b, S> {
    /// Whole rows, but for the first strips of each.
    Rows { data: &'a mut [S], skip: usize },
    /// A part of a ribbon.
    Ribbon(Ribbon<'a, 'b, S>),
}

/// A part of a ribbon, from one place to another: its run of each row of the output.
pub(super) struct Ribbon<'a, 'b, S> {
    rows: &'a mut [&'b mut [S]],
    from: Place,
    to: Place,
    grid: Grid,
}

/// Computes a part of a ribbon, with memory.
type Compute<'a, S> = dyn Fn(Ribbon<'_, '_, S>, &mut [S]) + Sync + 'a;

/// A row of a strip.
#[derive(Clone, Copy)]
struct Place {
    strip: usize,
    row: usize,
    /// The first column behind this place: in rows from `row` on, and in those before.
    columns: [usize; 2],
}

/// The strips of an output of so many columns.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    pub(super) strips: Strips,
    pub(super) columns: usize,
    /// Elements of a vector.
    pub(super) lanes: usize,
}

impl Grid {
    pub(super) fn of<S: Vectors>(level: Level, columns: usize) -> Self {
        Self { strips: Strips::of::<S>(level, columns), columns, lanes: level.lanes::<S>() }
    }

    /// The columns of a strip.
    pub(super) fn columns_of(self, strip: usize) -> Range<usize> {
        self.edge(strip)..self.edge(strip + 1)
    }

    /// The vectors of a strip.
    pub(super) fn width(self, strip: usize) -> usize {
        self.strips.start(strip + 1) - self.strips.start(strip)
    }

    fn edge(self, strip: usize) -> usize {
        (self.strips.start(strip) * self.lanes).min(self.columns)
    }
}

impl<S> Output<'_, '_, S> {
    /// The strips that have something of it.
    pub(super) fn strips(&self, grid: Grid) -> Range<usize> {
        match self {
            Self::Rows { skip, .. } => *skip..grid.strips.count(),
            Self::Ribbon(Ribbon { from, to, .. }) => from.strip..to.strip + usize::from(to.row > 0),
        }
    }

    /// The rows of a strip that belong to it.
    pub(super) fn rows(&self, strip: usize, grid: Grid) -> Range<usize> {
        match self {
            Self::Rows { data, .. } => 0..data.len() / grid.columns,
            Self::Ribbon(Ribbon { rows, from, to, .. }) => {
                let start = if strip == from.strip { from.row } else { 0 };
                start..if strip == to.strip { to.row } else { rows.len() }
            }
        }
    }

    /// Lends some columns of as many rows as are asked for, from row `i` on. What is asked for beyond the last row stays as it is.
    #[inline(always)]
    pub(super) fn lend<'o>(&'o mut self, i: usize, columns: Range<usize>, grid: Grid, to: &mut [&'o mut [S]]) {
        match self {
            Self::Rows { data, .. } => {
                for (to, row) in to.iter_mut().zip(data[i * grid.columns..].chunks_mut(grid.columns)) {
                    *to = &mut row[columns.clone()];
                }
            }
            Self::Ribbon(Ribbon { rows, from, .. }) => {
                for ((to, row), i) in to.iter_mut().zip(&mut rows[i..]).zip(i..) {
                    let before = from.first_column(i);
                    *to = &mut row[columns.start - before..columns.end - before];
                }
            }
        }
    }
}

impl Place {
    fn new(strip: usize, row: usize, grid: Grid) -> Self {
        Self { strip, row, columns: [grid.edge(strip), grid.edge(strip + 1)] }
    }

    /// The first column of row `i` that lies behind this place.
    #[inline(always)]
    fn first_column(self, i: usize) -> usize {
        self.columns[usize::from(i < self.row)]
    }
}

impl<S: Send> Ribbon<'_, '_, S> {
    /// Computes an output in `pieces` that are as large as each other, each on whichever thread is free and with its part of
    /// `memory`.
    pub(super) fn share(out: &mut [S], grid: Grid, memory: &mut [S], pieces: usize, compute: &Compute<'_, S>) {
        let mut rows: [&mut [S]; MOST_ROWS] = std::array::from_fn(|_| <&mut [S]>::default());
        let height = out.len() / grid.columns;
        rows.iter_mut().zip(out.chunks_exact_mut(grid.columns)).for_each(|(to, row)| *to = row);
        let (from, to) = (Place::new(0, 0, grid), Place::new(grid.strips.count(), 0, grid));
        Ribbon { rows: &mut rows[..height], from, to, grid }.run(memory, pieces, compute);
    }

    fn run(self, memory: &mut [S], pieces: usize, compute: &Compute<'_, S>) {
        if pieces <= 1 {
            return compute(self, memory);
        }
        let middle = self.middle(pieces);
        let Self { rows, from, to, grid } = self;
        let mut behind: [&mut [S]; MOST_ROWS] = std::array::from_fn(|_| <&mut [S]>::default());
        for (i, (row, behind)) in rows.iter_mut().zip(&mut behind).enumerate() {
            let at = middle.first_column(i) - from.first_column(i);
            let (front, back) = std::mem::take(row).split_at_mut(at);
            (*row, *behind) = (front, back);
        }
        let behind = &mut behind[..rows.len()];
        let (front, back) = (Ribbon { rows, from, to: middle, grid }, Ribbon { rows: behind, from: middle, to, grid });
        let (here, there) = (pieces / 2, pieces - pieces / 2);
        let (memory, rest) = memory.split_at_mut(memory.len() / pieces * here);
        parallel::both(|| front.run(memory, here, compute), || back.run(rest, there, compute));
    }

    /// Where the first `pieces / 2` of so many pieces end.
    fn middle(&self, pieces: usize) -> Place {
        let Self { ref rows, from, to, grid } = *self;
        let blocks = rows.len().div_ceil(TILE);
        // Lengths along the ribbon, in vectors as high as a tile.
        let start = |strip| grid.strips.start(strip) * blocks;
        let length = |place: Place| start(place.strip) + place.row.div_ceil(TILE) * grid.width(place.strip);
        let at = length(from) + (length(to) - length(from)) * (pieces / 2) / pieces;
        let strip = (from.strip..=to.strip).rfind(|&strip| start(strip) <= at).unwrap_or(from.strip);
        let block = (at - start(strip)).checked_div(grid.width(strip)).unwrap_or(0);
        Place::new(strip, (block * TILE).min(rows.len()), grid)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn every_element_belongs_to_one_part_and_parts_are_even() {
        for (height, columns) in [(1_usize, 16_usize), (5, 17), (8, 100), (40, 400), (128, 400), (200, 33), (256, 784)]
        {
            for (pieces, wide) in [1, 2, 3, 8, 64].into_iter().flat_map(|pieces| [(pieces, true), (pieces, false)]) {
                let grid = Grid { strips: Strips { vectors: columns.div_ceil(16), wide }, columns, lanes: 16 };
                let (mut out, sizes) = (vec![0; height * columns], Mutex::new(vec![]));
                Ribbon::share(&mut out, grid, &mut [], pieces, &|ribbon, _| {
                    let mut size = 0;
                    let mut part = Output::Ribbon(ribbon);
                    for strip in part.strips(grid) {
                        let rows = part.rows(strip, grid);
                        for i in rows {
                            let mut row = [<&mut [_]>::default()];
                            part.lend(i, grid.columns_of(strip), grid, &mut row);
                            let [row] = row;
                            row.iter_mut().for_each(|x| *x += 1);
                            size += row.len();
                        }
                    }
                    sizes.lock().unwrap().push(size);
                });
                assert!(out.iter().all(|&times| times == 1), "{height} × {columns} in {pieces} pieces");
                let (sizes, tile) = (sizes.into_inner().unwrap(), 4 * 16 * TILE);
                let share = out.len() / pieces;
                assert!(sizes.iter().all(|&size| size <= share + 2 * tile), "{sizes:?} of {height} × {columns}");
            }
        }
    }
}
