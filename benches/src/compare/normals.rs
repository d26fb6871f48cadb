//! Keyed standard normal numbers.

use diabolo_kernels::random::{Key, Stream, fill_normal};
use diabolo_meter::turns::{Turn, in_turns};
use diabolo_meter::{Case, Unit};

use super::{Options, about_ours, with_peak};

const COUNT: usize = 1 << 20;

pub(crate) fn run(options: &Options) -> Case {
    let (mut out, mut epoch) = (vec![0.0_f32; COUNT], 0);
    with_peak("standard normals", Unit::rate("G/s", COUNT as f64 / 1e9), None, || {
        let fill = || {
            epoch += 1;
            fill_normal(Key::new(1, Stream::Noise).at(epoch, 0), 0.0, 1.0, &mut out);
        };
        Ok((in_turns(options.rounds(21), vec![Turn::new("diabolo", &about_ours(), fill)]), vec![]))
    })
    .expect("this case cannot fail")
}
