use super::*;

/// 64-bit FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn bytes(data: &Dataset) -> Vec<u8> {
    (0..data.len()).flat_map(|i| data.bytes(i)).copied().collect()
}

/// Columns and rows, first and last, that hold ink above `level`.
fn ink_box(image: &[u8], level: u8) -> [[f32; 2]; 2] {
    let inked: Vec<usize> = (0..SIDE * SIDE).filter(|&i| image[i] > level).collect();
    let range = |of: fn(usize) -> usize| {
        let places = inked.iter().map(|&i| of(i) as f32);
        [places.clone().fold(f32::INFINITY, f32::min), places.fold(f32::NEG_INFINITY, f32::max)]
    };
    [range(|i| i % SIDE), range(|i| i / SIDE)]
}

#[test]
fn the_built_in_data_never_change() {
    let drawn = generate(1000, 0);
    assert_eq!(
        drawn.images.labels().map(|labels| labels[..12].to_vec()),
        Some(vec![4, 9, 1, 8, 4, 8, 7, 2, 8, 5, 9, 7])
    );
    assert_eq!(hash(&bytes(&drawn.images)), 0x858f_4af1_2ebe_afbd);
}

#[test]
fn a_sample_depends_neither_on_the_number_of_samples_nor_on_threads() {
    let many = generate(200, 5);
    let few = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap().install(|| generate(50, 5));
    assert_eq!(bytes(&few.images), bytes(&many.images)[..50 * 784]);
    assert_eq!(few.factors, many.factors[..50]);
    assert_ne!(bytes(&generate(50, 6).images), bytes(&few.images));
    assert!(generate(0, 5).images.is_empty());
}

#[test]
fn brightness_is_that_of_mnist() {
    let pixels = bytes(&generate(5000, 1).images);
    let share = |keep: fn(u8) -> bool| pixels.iter().filter(|&&p| keep(p)).count() as f64 / pixels.len() as f64;
    let mean = pixels.iter().map(|&p| f64::from(p)).sum::<f64>() / 255.0 / pixels.len() as f64;
    // MNIST: mean 0.131, 81 % of the pixels empty, 7 % full.
    assert!((0.12..0.14).contains(&mean), "mean {mean}");
    assert!((0.78..0.83).contains(&share(|p| p == 0)), "{} empty", share(|p| p == 0));
    assert!((0.05..0.09).contains(&share(|p| p > 250)), "{} full", share(|p| p > 250));
}

#[test]
fn ink_lies_where_scale_and_shift_say() {
    let drawn = generate(1000, 2);
    for (i, factors) in drawn.factors.iter().enumerate() {
        let [[left, right], [top, bottom]] = ink_box(drawn.images.bytes(i), 127);
        let longer = (right - left).max(bottom - top) + 1.0;
        assert!((longer - 20.0 * factors.scale).abs() < 2.0, "sample {i}: {longer} pixels, {factors:?}");
        let centre = [0.5 * (left + right) - 13.5, 0.5 * (top + bottom) - 13.5];
        for (found, expected) in centre.into_iter().zip(factors.shift) {
            assert!((found - expected).abs() < 1.5, "sample {i}: centre {centre:?}, {factors:?}");
        }
    }
}

#[test]
fn an_image_changes_little_with_a_little_change_of_a_factor() {
    type Change = fn(&mut Factors, f32);
    let changes: [Change; 9] = [
        |f, by| f.style += by,
        |f, by| f.slant += by,
        |f, by| f.scale += by,
        |f, by| f.aspect += by,
        |f, by| f.thickness += by,
        |f, by| f.rotation += by,
        |f, by| f.shift[0] += by,
        |f, by| f.shift[1] += by,
        |f, by| f.curvature += by,
    ];
    for class in 0..10 {
        let factors = Factors { class, style: 0.4, hand: 9, ..Factors::default() };
        let image = draw(&factors);
        for (which, change) in changes.iter().enumerate() {
            let [little, much] = [0.002, 0.2].map(|by| {
                let mut changed = factors;
                change(&mut changed, by);
                draw(&changed).iter().zip(image).map(|(a, b)| u32::from(a.abs_diff(b))).sum::<u32>()
            });
            assert!(little < 1000 && much > little, "digit {class}, factor {which}: {little} and {much}");
        }
    }
}

#[test]
fn forms_and_hands_are_told_apart() {
    let image = |class, form, hand| draw(&Factors { class, form, hand, ..Factors::default() });
    for class in [1, 4, 7] {
        assert_ne!(image(class, 0, 1), image(class, 1, 1));
    }
    for class in 0..10 {
        assert_ne!(image(class, 0, 1), image(class, 0, 2));
    }
}

#[test]
fn the_nearest_mean_of_a_class_reads_most_digits() {
    let (train, test) = (generate(4000, 3).images, generate(1000, 4).images);
    let mut means = vec![[0.0_f64; 784]; 10];
    let mut counts = [0.0; 10];
    for i in 0..train.len() {
        let class = train.label(i).unwrap() as usize;
        counts[class] += 1.0;
        means[class].iter_mut().zip(train.bytes(i)).for_each(|(mean, &p)| *mean += f64::from(p));
    }
    let right = (0..test.len()).filter(|&i| {
        let distance = |class: &usize| {
            let mean = means[*class].iter().map(|sum| sum / counts[*class]);
            mean.zip(test.bytes(i)).map(|(mean, &p)| (mean - f64::from(p)).powi(2)).sum::<f64>()
        };
        let nearest = (0..10).min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest == test.label(i).map(|label| label as usize)
    });
    // On MNIST this reads 82 %.
    let right = right.count();
    assert!(right > 820, "{right} of 1000 read");
}

#[test]
#[should_panic(expected = "a digit's class is 0 to 9, not 10")]
fn there_is_no_tenth_digit() {
    draw(&Factors { class: 10, ..Factors::default() });
}
