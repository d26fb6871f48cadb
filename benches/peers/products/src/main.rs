//! Products of the engine beside those of gemm, faer and matrixmultiply, in turns within one process: a case in JSON a line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use diabolo_kernels::Buffer;
use diabolo_kernels::product::Level;
use diabolo_kernels::random::{Key, Stream, fill_uniform};
use diabolo_meter::turns::in_turns;
use diabolo_meter::{Case, Unit, Vectors, peak};

mod contestants;
mod shapes;

use contestants::Products;
use shapes::{SHAPES, Shape, Side, Zeros};

#[derive(Debug, Parser)]
struct Arguments {
    /// Threads of everyone; matrixmultiply takes them from MATMUL_NUM_THREADS instead.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// How often each has its turn.
    #[arg(long, default_value_t = 21)]
    rounds: usize,
    /// The vectors of ours, and of the peak.
    #[arg(long, value_enum, default_value_t = Set::Widest)]
    vectors: Set,
    /// The folder of MNIST's IDX files. Without it, products of images are left out.
    #[arg(long)]
    data: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Set {
    /// The widest of the machine, beside all peers.
    Widest,
    /// 256 bits, beside matrixmultiply, if that was built with MMTEST_FEATURE=fma,avx2 so as to know no wider ones.
    Avx2,
}

fn main() -> ExitCode {
    let Arguments { threads, rounds, vectors, data } = Arguments::parse();
    let (level, of_peak) = match vectors {
        Set::Widest => (Level::Widest, Vectors::Widest),
        Set::Avx2 => (Level::Avx2, Vectors::Avx2),
    };
    let pool = match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool,
        Err(error) => return fail(&format!("{threads} threads cannot be started: {error}")),
    };
    let images = match data.map(images).transpose() {
        Ok(images) => images,
        Err(error) => return fail(&error.to_string()),
    };
    pool.install(|| {
        for shape in SHAPES.into_iter().filter(|shape| images.is_some() || !matches!(shape.zeros, Zeros::Images(_))) {
            let Some(before) = peak(of_peak) else { return fail("the machine does not have these vectors") };
            let case = measure(shape, images.as_deref().unwrap_or_default(), level, rounds, before);
            let case = Case { peak: [before, peak(of_peak).unwrap_or(before)], ..case };
            println!("{}", serde_json::json!(case));
        }
        ExitCode::SUCCESS
    })
}

/// The first images of MNIST, as many as a batch.
fn images(folder: PathBuf) -> Result<Vec<f32>, diabolo_data::Error> {
    let data = diabolo_data::mnist::find(&[folder])?.load("mnist")?.train;
    let rows: Vec<u32> = (0..128).collect();
    let mut images = vec![0.0; rows.len() * data.dim()];
    diabolo_data::gather(&data, &rows, &mut images);
    Ok(images)
}

fn measure(shape: Shape, images: &[f32], level: Level, rounds: usize, peak: f64) -> Case {
    let Shape { m, k, n, .. } = shape;
    let random = |len: usize, site: u32| {
        let mut values = Buffer::<f32>::zeros(len);
        fill_uniform(Key::new(1, Stream::Data).site(site), -1.0, 1.0, &mut values);
        values
    };
    let of = |side, len, site| if shape.zeros == Zeros::Images(side) { images.into() } else { random(len, site) };
    let (mut a, mut b) = (of(Side::Left, m * k, 1), of(Side::Right, k * n, 2));
    if let Zeros::Columns(shares) = shape.zeros {
        rest(&mut a, m, shares[0]);
        rest(&mut b, n, shares[1]);
    }
    let products = Products { shape, a, b };
    products.check(level);
    let flops = 2.0 * (m * k * n) as f64;
    let name = if level == Level::Avx2 { format!("AVX2, {shape}") } else { shape.to_string() };
    let contestants = in_turns(rounds, products.turns(level));
    Case {
        name,
        unit: Unit::rate("GFLOP/s", flops / 1e9),
        flops: Some(flops),
        peak: [peak; 2],
        contestants,
        skipped: vec![],
    }
}

/// So many columns of a hundred become zero, here and there.
fn rest(values: &mut [f32], columns: usize, of_hundred: usize) {
    for row in values.chunks_exact_mut(columns) {
        let resting = row.iter_mut().enumerate().filter(|(j, _)| j * 37 % 100 < of_hundred);
        resting.for_each(|(_, x)| *x = 0.0);
    }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::FAILURE
}
