//! Numbers and images that the other commands write.

use crate::program::{SMALL, Workplace, csv, decoded, npy};

#[test]
fn samples_are_the_same_numbers_in_every_format() {
    let place = Workplace::new();
    place.succeed(&format!("train vae {SMALL} --hidden 16 -q --out run"));
    for name in ["s.npy", "s.csv", "s.png", "again.npy"] {
        let ended = place.succeed(&format!("sample run --count 5 --seed 3 --out {name}"));
        assert_eq!(ended.stdout, format!("written: {name}\n"));
    }
    let (shape, samples) = npy(&place.read("s.npy"));
    assert_eq!(shape, [5, 28, 28]);
    assert_eq!(samples, csv(&place.text("s.csv")).concat(), "bytes, as the data have them");
    assert_eq!(place.read("s.npy"), place.read("again.npy"));
    let (width, height, _) = decoded(&place.read("s.png"));
    let columns_a_row = f64::from(width) / f64::from(height);
    assert!((columns_a_row - 1.5).abs() < 0.05, "five images are two rows of three, here {width}×{height}");

    place.succeed("sample run --count 5 --seed 4 --out other.npy");
    assert_ne!(place.read("s.npy"), place.read("other.npy"));
}

#[test]
fn reconstructions_have_the_error_that_is_told() {
    let place = Workplace::new();
    for (model, hidden) in [("pca", ""), ("deep", "--hidden 16 --epochs 2")] {
        place.succeed(&format!("train {model} --set digits=300 --latent 4 {hidden} -q --out {model}"));
        let told = place.succeed(&format!("reconstruct {model} --count 60 --out {model}.npy --json")).events();
        let told = told[0]["results"]["test squared error"].as_f64().unwrap();
        let trained = place.text(&format!("{model}/metrics.csv"));
        let test_loss = trained.lines().last().unwrap().split(',').nth(3).unwrap().parse::<f64>().unwrap();
        assert!((told / test_loss - 1.0).abs() < 1e-4, "{model}: {told} and {test_loss}");
        assert_eq!(npy(&place.read(&format!("{model}.npy"))).0, [60, 28, 28]);
    }
}

#[test]
fn reconstructions_of_noisy_samples_come_with_their_psnr() {
    let place = Workplace::new();
    place.succeed(&format!("train denoising {SMALL} --hidden 16 -q --out run"));
    let ended = place.succeed("reconstruct run --noise gaussian:0.5 --count 4 --out pairs.png");
    assert!(ended.stdout.contains("PSNR of noisy samples") && ended.stdout.contains("dB"), "{}", ended.stdout);
    let (width, height, _) = decoded(&place.read("pairs.png"));
    assert!(width > 4 * 28 && height > 2 * 28 && width > height, "inputs above reconstructions, here {width}×{height}");

    // Gaussian noise of standard deviation 0.5 has a PSNR of −10·log₁₀ 0.25 = 6.02 dB.
    let told = place.succeed("reconstruct run --noise gaussian:0.5 --json").events();
    let psnr = told[0]["results"]["PSNR of noisy samples"].as_f64().unwrap();
    assert!((psnr - 6.02).abs() < 0.1, "{psnr}");
}

#[test]
fn data_are_described_and_drawn() {
    let place = Workplace::new();
    let ended = place.succeed("data --out grid.png");
    for word in ["28×28", "train", "10000", "test", "2500", "written: grid.png"] {
        assert!(ended.stdout.contains(word), "{word}: {}", ended.stdout);
    }
    let (width, height, _) = decoded(&place.read("grid.png"));
    assert!(width >= 10 * 28 && width == height, "ten samples of ten classes, here {width}×{height}");
}
