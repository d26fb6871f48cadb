//! What an op draws at random is a sample of it: shapes fit, values are numbers, and the same key draws the same.

use diabolo_autodiff::ops::each_op;
use diabolo_autodiff::{Case, Dice, Tape, Visitor};
use diabolo_kernels::random::{Key, Stream, fill_uniform};
use ndarray::ArrayD;

struct Draws;

impl Visitor for Draws {
    fn op<C: Case>(&mut self) {
        for (size, draw) in [1, 2, 5, 16].into_iter().flat_map(|size| (0..20).map(move |draw| (size, draw))) {
            let key = Key::new(draw, Stream::Sample);
            let sample = C::any(&mut Dice::new(key, size));
            assert_eq!(format!("{sample:?}"), format!("{:?}", C::any(&mut Dice::new(key, size))));
            let tape = Tape::<f64>::new();
            let input = |(site, (shape, domain)): (u32, &(Vec<usize>, diabolo_autodiff::Domain))| {
                let mut x = ArrayD::<f64>::zeros(&**shape);
                fill_uniform(key.site(1 + site), 0.0, 1.0, x.as_slice_mut().expect("new arrays are contiguous"));
                tape.constant(&x.mapv(|u| domain.at(u)))
            };
            let inputs: Vec<_> = (0..).zip(&sample.inputs).map(input).collect();
            let y = sample.op.apply(&inputs).value();
            assert!(y.iter().all(|y| y.is_finite()), "{sample:?}: {y}");
        }
    }
}

#[test]
fn every_draw_is_a_sample_of_its_op() {
    each_op(&mut Draws);
}
