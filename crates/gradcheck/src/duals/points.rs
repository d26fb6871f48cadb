//! Where rules of single numbers are asked: over the whole domain, in the ordinary range, next to where things change, and with
//! inputs that nearly agree.

use std::f64::consts::{FRAC_PI_2, PI};

use diabolo_autodiff::Domain;
use diabolo_kernels::random::{Key, fill_uniform};
use ndarray::ArrayD;

use super::Precision;

/// Where something may change: kinks, zeros, poles, turns of sine and cosine, and the limits of [`clamp`] in its samples.
///
/// [`clamp`]: diabolo_autodiff::ops::clamp
const TURNS: [f64; 10] = [0.0, 0.0, 0.125, 0.5, 1.0, 1.0, FRAC_PI_2, 2.0, PI, 10.0];

/// `count` numbers for each of `inputs` inputs. The last domain holds for all further inputs.
pub(super) fn points(
    key: Key,
    count: usize,
    inputs: usize,
    domains: &[Domain],
    precision: Precision,
) -> Vec<ArrayD<f64>> {
    let mut all: Vec<Vec<f64>> = vec![];
    for input in 0..inputs {
        let domain = representable(domains[input.min(domains.len() - 1)], precision);
        let mut u = vec![[0.0; 3]; count];
        fill_uniform(key.site(input as u32), 0.0, 1.0, u.as_flattened_mut());
        let other = |point: usize| all.first().map(|first: &Vec<f64>| first[point]);
        all.push(u.into_iter().enumerate().map(|(i, u)| precision.nearest(point(u, domain, other(i)))).collect());
    }
    all.into_iter().map(|x| ArrayD::from_shape_vec(vec![count], x).expect("as many as asked for")).collect()
}

/// One number, from three that were drawn evenly from [0, 1); beside `other` now and then.
fn point([kind, which, u]: [f64; 3], domain: Domain, other: Option<f64>) -> f64 {
    let side = if u < 0.5 { -1.0 } else { 1.0 };
    // Of all distances alike, down to one unit in the last place of a number in double precision.
    let near = side * (-52.0 * (2.0 * u).fract()).exp2();
    let wanted = match (8.0 * kind) as u32 {
        0..4 => None,
        4 | 5 => Some(Domain::REAL.at(u)),
        6 => other.map(|x| x * (1.0 + near)),
        _ => {
            let turn = TURNS[(which * TURNS.len() as f64) as usize];
            let sign = if (which * 1e3).fract() < 0.5 { -1.0 } else { 1.0 };
            let tiny = (-1074.0 * u).exp2();
            Some(sign * if turn == 0.0 { tiny } else { turn * (1.0 + near) })
        }
    };
    wanted.filter(|x| contains(domain, *x)).unwrap_or_else(|| domain.at(u))
}

/// The part of a domain whose exponents a precision has.
fn representable(domain: Domain, precision: Precision) -> Domain {
    let (low, high) = match precision {
        Precision::Single => (-149.0, 128.0),
        Precision::Double => (-1074.0, 1024.0),
    };
    match domain {
        Domain::Powers(a, b) => Domain::Powers(a.clamp(low, high), b.clamp(low, high)),
        Domain::PositivePowers(a, b) => Domain::PositivePowers(a.clamp(low, high), b.clamp(low, high)),
        other => other,
    }
}

fn contains(domain: Domain, x: f64) -> bool {
    match domain {
        Domain::Between(low, high) => (low..=high).contains(&x),
        Domain::AwayFromZero(gap) => (gap..=3.0).contains(&x.abs()),
        Domain::Powers(low, high) => (low.exp2()..=high.exp2()).contains(&x.abs()),
        Domain::PositivePowers(low, high) => (low.exp2()..=high.exp2()).contains(&x),
        Domain::Odds(largest) => (x / (1.0 - x)).ln().abs() <= largest,
    }
}

#[cfg(test)]
mod tests {
    use diabolo_autodiff::Domain;
    use diabolo_kernels::random::{Key, Stream};

    use super::{contains, points};
    use crate::duals::Precision;

    #[test]
    fn points_lie_in_the_domain_and_reach_its_ends() {
        let key = Key::new(1, Stream::Sample);
        for domain in
            [Domain::ALL, Domain::POSITIVE, Domain::PositivePowers(-1074.0, 10.0), Domain::Between(-50.0, 0.0)]
        {
            let x = points(key, 4000, 2, &[domain], Precision::Double);
            assert!(x.iter().flatten().all(|x| contains(domain, *x)), "{domain:?}");
        }
        let [a, b] = &points(key, 4000, 2, &[Domain::ALL], Precision::Double)[..] else { panic!("two inputs") };
        assert!(a.iter().any(|x| x.is_subnormal()) && a.iter().any(|x| *x < -1e300) && a.iter().any(|x| *x > 1e300));
        assert!(a.iter().filter(|x| x.abs() < 3.0 && x.abs() > 0.1).count() > 400, "the ordinary range");
        assert!(a.iter().zip(b).any(|(a, b)| a != b && (a / b - 1.0).abs() < 1e-12), "neighbours");
    }

    #[test]
    fn single_precision_has_its_own_ends() {
        let x = &points(Key::new(1, Stream::Sample), 4000, 1, &[Domain::ALL], Precision::Single)[0];
        assert!(x.iter().all(|x| f64::from(*x as f32) == *x && *x != 0.0));
        assert!(x.iter().any(|x| x.abs() < 1e-44) && x.iter().any(|x| x.abs() > 1e38));
    }

    #[test]
    fn the_same_key_gives_the_same_points() {
        let draw = |seed| points(Key::new(seed, Stream::Sample), 10, 1, &[Domain::REAL], Precision::Double);
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }
}
