use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use super::*;
use crate::random::Stream;

fn key() -> Key {
    Key::new(2026, Stream::Noise).at(2, 345).site(6)
}

fn normals(len: usize) -> Vec<f64> {
    let mut x = vec![0.0; len];
    fill_normal(key(), 0.0, 1.0, &mut x);
    x
}

/// A fill cut anywhere gives the numbers of the whole fill.
#[test]
fn an_element_depends_on_its_place_alone() {
    let draw = Normal { mean: 0.5, std: 2.0 };
    let mut whole = vec![0.0_f64; 1000];
    fill(key(), draw, 0, &mut whole);
    for first in [0, 1, 2, 3, 4, 63, 64, 65, 129, 500, 999] {
        for len in [0, 1, 3, 64, 200, 1000 - first] {
            let mut part = vec![0.0; len.min(1000 - first)];
            fill(key(), draw, first, &mut part);
            assert_eq!(part, whole[first..][..part.len()], "{len} from {first}");
        }
    }
}

#[test]
fn words_are_those_of_the_key() {
    let mut words = vec![0; 1003];
    fill_words(key(), &mut words);
    let mut generator = key().generator();
    assert!(words.into_iter().all(|word| word == generator.next_u32()));
}

#[test]
fn uniform_numbers_and_masks_follow_from_the_words() {
    let (mut words, mut x, mut mask) = ([0; 300], [0.0_f32; 300], [0.0_f64; 300]);
    fill_words(key(), &mut words);
    fill_uniform(key(), -2.0, 6.0, &mut x);
    fill_mask(key(), 0.3, 4.0, &mut mask);
    for i in 0..300 {
        let u = (f64::from(words[i]) + 0.5) / 4_294_967_296.0;
        assert!((f64::from(x[i]) - (8.0 * u - 2.0)).abs() < 1e-6);
        assert_eq!(mask[i], if u < 0.3 { 4.0 } else { 0.0 });
    }
}

/// Version 1, for ever: these figures change when the algorithm does, and with them every seeded result.
#[test]
fn version_1() {
    let (mut uniform, mut normal) = ([0.0_f64; 6], [0.0_f64; 6]);
    fill_uniform(Key::new(7, Stream::Init), 0.0, 1.0, &mut uniform);
    fill_normal(Key::new(7, Stream::Init), 0.0, 1.0, &mut normal);
    let close = |a: [f64; 6], b: [f64; 6]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-14);
    // Computed apart from this code, from the published definitions of Philox and of Box and Muller.
    let expected = [
        0.9545971261104569,
        0.7501522219972685,
        0.11417736171279103,
        0.08565786539111286,
        0.4069604043615982,
        0.7952840373618528,
    ];
    assert!(close(uniform, expected), "{uniform:?}");
    let expected = [
        0.0002915674175779079,
        -0.30484698613726435,
        1.7887573501112328,
        1.0678724702051154,
        0.37640351069736633,
        -1.287011719775991,
    ];
    assert!(close(normal, expected), "{normal:?}");
    let mut order = [0, 1, 2, 3, 4, 5, 6, 7];
    shuffle(Key::new(7, Stream::Shuffle), &mut order);
    assert_eq!(order, [1, 4, 0, 3, 2, 7, 6, 5]);
}

#[test]
fn single_and_double_precision_agree() {
    let (mut single, double) = (vec![0.0_f32; 100_000], normals(100_000));
    fill_normal(key(), 0.0, 1.0, &mut single);
    for (a, b) in single.into_iter().zip(double) {
        assert!((f64::from(a) - b).abs() <= 5e-7 * b.abs().max(1.0), "{a} and {b}");
    }
}

/// The definition of the transform, with the library's functions.
#[test]
fn normals_are_those_of_box_and_muller() {
    let (mut words, x) = (vec![0; 10_000], normals(10_000));
    fill_words(key(), &mut words);
    for (pair, x) in words.chunks(2).zip(x.chunks(2)) {
        let [u, turns] = [pair[0], pair[1]].map(|word| (f64::from(word), 2f64.powi(-32)));
        let radius = (-2.0 * ((u.0 + 0.5) * u.1).ln()).sqrt();
        let angle = std::f64::consts::TAU * turns.0 * turns.1;
        // Near u = 1 the library's ln of a rounded number is the less exact of the two.
        assert!((x[0] - radius * angle.cos()).abs() < 1e-9 && (x[1] - radius * angle.sin()).abs() < 1e-9);
    }
}

#[test]
fn moments_of_normals() {
    let x = normals(1 << 20);
    let moment = |k: i32| x.iter().map(|x| x.powi(k)).sum::<f64>() / x.len() as f64;
    // Five standard errors: √(Var xᵏ / n) with Var = 1, 2, 15, 96.
    for (k, expected, variance) in [(1, 0.0, 1.0_f64), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
        assert!((moment(k) - expected).abs() < 5.0 * (variance / x.len() as f64).sqrt(), "moment {k}: {}", moment(k));
    }
    let neighbours = x.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / x.len() as f64;
    assert!(neighbours.abs() < 5.0 / (x.len() as f64).sqrt());
}

/// The two-sample statistic of Kolmogorov and Smirnov against `rand_distr`; 1.95·√(2/n) is its 0.1 % point.
#[test]
fn normals_are_distributed_like_those_of_rand_distr() {
    let n = 1 << 17;
    let mut ours = vec![0.0_f32; n];
    fill_normal(key(), 0.0, 1.0, &mut ours);
    let mut ours: Vec<f64> = ours.into_iter().map(f64::from).collect();
    let mut generator = Key::new(5, Stream::Data).generator();
    let mut theirs: Vec<f64> = (0..n).map(|_| StandardNormal.sample(&mut generator)).collect();
    ours.sort_by(f64::total_cmp);
    theirs.sort_by(f64::total_cmp);
    let (mut i, mut j, mut statistic) = (0, 0, 0_usize);
    while i < n && j < n {
        if ours[i] < theirs[j] {
            i += 1;
        } else {
            j += 1;
        }
        statistic = statistic.max(i.abs_diff(j));
    }
    assert!((statistic as f64 / n as f64) < 1.95 * (2.0 / n as f64).sqrt(), "{statistic}");
}

/// The largest distance between the distribution of `x`, sorted, and that of the standard normal distribution (Kolmogorov and Smirnov).
fn distance_from_normal<S: Scalar>(x: &[S]) -> f64 {
    let n = x.len() as f64;
    let distance = |(i, x): (usize, &S)| {
        let exact = x.to_f64().normal_cdf();
        (exact - i as f64 / n).max((i + 1) as f64 / n - exact)
    };
    x.iter().enumerate().map(distance).fold(0.0, f64::max)
}

/// Against the distribution function itself, in single precision: √n times the distance exceeds
/// 1.95 once in a thousand keys.
#[test]
fn normals_are_distributed_as_the_distribution_function_says() {
    let n = 1 << 20;
    for seed in 0..4 {
        let key = Key::new(seed, Stream::Sample);
        let mut x = vec![0.0_f32; n];
        fill_normal(key, 0.0, 1.0, &mut x);
        x.sort_by(f32::total_cmp);
        let distance = distance_from_normal(&x) * (n as f64).sqrt();
        assert!(distance < 1.95, "seed {seed}: {distance}");
    }
}

/// How many lie beyond k standard deviations: a binomial number, within five standard errors, down to tails of one in 10⁶.
#[test]
fn tails_of_normals_have_their_weight() {
    let n = 1 << 24;
    let mut x = vec![0.0_f32; n];
    fill_normal(key(), 0.0, 1.0, &mut x);
    for k in [1.0, 2.0, 3.0, 4.0, 4.75] {
        for sign in [1.0, -1.0] {
            let beyond = x.iter().filter(|x| sign * f64::from(**x) > k).count() as f64;
            let expected = n as f64 * (-k).normal_cdf();
            assert!((beyond - expected).abs() < 5.0 * expected.sqrt(), "{beyond} beyond {sign}·{k}, not {expected}");
        }
    }
}

/// Each of the 24 orders of four items equally often: chi-squared with 23 degrees of freedom, 0.1 % point 49.7.
#[test]
fn all_orders_are_equally_likely() {
    let (draws, mut counts) = (24_000, std::collections::HashMap::new());
    for step in 0..draws {
        let mut items = [0, 1, 2, 3];
        shuffle(Key::new(1, Stream::Shuffle).at(0, step), &mut items);
        *counts.entry(items).or_insert(0) += 1;
    }
    let expected = f64::from(draws) / 24.0;
    let chi_squared: f64 = counts.values().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
    assert!(counts.len() == 24 && chi_squared < 49.7, "{chi_squared}");
}

#[test]
fn threads_change_nothing() {
    let [one, others @ ..] = [1, 2, 3, 8].map(|n| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(|| normals(100_003))
    });
    assert!(others.iter().all(|other| *other == one));
}
