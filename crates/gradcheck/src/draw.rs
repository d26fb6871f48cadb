//! Random tensors.

use diabolo_autodiff::Domain;
use diabolo_kernels::random::{Key, fill_uniform, shuffle};
use ndarray::ArrayD;

/// A tensor drawn evenly from `domain`.
pub(crate) fn draw(key: Key, shape: &[usize], domain: Domain) -> ArrayD<f64> {
    let mut u = ArrayD::<f64>::zeros(shape);
    fill_uniform(key, 0.0, 1.0, u.as_slice_mut().expect("new arrays are contiguous"));
    u.mapv_into(|u| domain.at(u))
}

/// A tensor drawn evenly from `domain`, with digits down to the last place, which rounding errors depend on.
pub(crate) fn fine(key: Key, shape: &[usize], domain: Domain) -> ArrayD<f64> {
    let mut u = vec![[0.0; 2]; shape.iter().product()];
    fill_uniform(key, 0.0, 1.0, u.as_flattened_mut());
    // A draw has 32 binary places: the second goes behind the first.
    let join = |[high, low]: [f64; 2]| domain.at((high + (low - 0.5) * 2f64.powi(-32)).clamp(0.0, 1.0f64.next_down()));
    ArrayD::from_shape_vec(shape, u.into_iter().map(join).collect()).expect("as many as the shape asks for")
}

/// A tensor of both signs without small elements, so that an error in any element shows and no two cancel.
pub(crate) fn signed(key: Key, shape: &[usize]) -> ArrayD<f64> {
    draw(key, shape, Domain::AwayFromZero(0.5))
}

/// Whether `x` may be drawn from `domain`, but for rounding at its ends.
pub(crate) fn domain_holds(domain: Domain, x: f64) -> bool {
    match domain {
        Domain::Between(low, high) => (low..=high).contains(&x),
        Domain::AwayFromZero(gap) => (gap..=3.0).contains(&x.abs()),
        Domain::Powers(low, high) => x != 0.0 && (low..=high).contains(&x.abs().log2()),
        Domain::PositivePowers(low, high) => x > 0.0 && (low..=high).contains(&x.log2()),
        Domain::Odds(largest) => (x / (1.0 - x)).ln().abs() <= largest,
    }
}

/// `count` different numbers below `len` in ascending order, or all of them if there are no more.
pub(crate) fn choose(key: Key, len: usize, count: usize) -> Vec<usize> {
    if len <= count {
        return (0..len).collect();
    }
    let mut order: Vec<u32> = (0..u32::try_from(len).unwrap_or(u32::MAX)).collect();
    shuffle(key, &mut order);
    let mut chosen: Vec<usize> = order[..count].iter().map(|&i| i as usize).collect();
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use diabolo_kernels::random::{Key, Stream};

    #[test]
    fn chosen_elements_are_different_and_in_range() {
        let chosen = super::choose(Key::new(1, Stream::Sample), 1000, 64);
        assert_eq!(chosen.len(), 64);
        assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]) && chosen[63] < 1000);
    }

    #[test]
    fn signed_draws_have_both_signs_and_stay_away_from_zero() {
        let drawn = super::signed(Key::new(1, Stream::Sample), &[100]);
        assert!(drawn.iter().all(|x| (0.5..=3.0).contains(&x.abs())));
        assert!(drawn.iter().any(|x| *x > 0.0) && drawn.iter().any(|x| *x < 0.0));
    }
}
