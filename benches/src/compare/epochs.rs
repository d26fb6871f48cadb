//! Epochs of the reference models, ours and those of peers in turns, with their losses.
//!
//! Everyone has the same layers, loss, initial distribution, optimizer, batches and order of the data, which is written to
//! a file that all read. The seconds are those of the training steps alone.

use std::path::{Path, PathBuf};

use diabolo_benches::reference::Reference;
use diabolo_benches::training::Run;
use diabolo_data::epoch_order;
use diabolo_meter::{Case, Contestant, Reading, Unit};
use serde_json::json;

use super::peers::{self, python, rust};
use super::{Options, mnist, ours, with_peak};

pub(crate) fn vae(options: &Options) -> Result<Vec<Case>, String> {
    run(&Reference::vae(), options, 5, |order| {
        let script = |name, script| python(options, name, script, &["--model", "vae", "--order", order]);
        vec![
            script("jax", "jax_peer.py"),
            script("pytorch", "pytorch_peer.py"),
            rust(options, "burn", order),
            rust(options, "candle", order),
        ]
    })
}

pub(crate) fn deep(options: &Options) -> Result<Vec<Case>, String> {
    run(&Reference::deep(), options, 3, |order| {
        let script = |name, script| python(options, name, script, &["--model", "deep", "--order", order]);
        vec![script("jax", "jax_peer.py"), script("pytorch", "pytorch_peer.py")]
    })
}

fn run(
    reference: &Reference,
    options: &Options,
    rounds: usize,
    start: impl FnOnce(&str) -> Vec<Result<peers::Peer, String>>,
) -> Result<Vec<Case>, String> {
    let data = mnist::load(options)?;
    let (samples, rounds) = (data.train.len(), options.rounds(rounds));
    let order = Order::write(reference.config.seed, rounds, samples)?;
    let mut run = Run::new(&reference.config, data).map_err(|error| error.to_string())?;
    let also = options.also.iter().map(|command| peers::also(options, command, order.name()));
    let (mut peers, mut skipped) = peers::started(start(order.name()).into_iter().chain(also).collect());
    let name = format!("{}, an epoch", reference.name);
    let case = with_peak(&name, Unit::time("s", 1.0), Some(reference.flops(samples)), || {
        let mut ours = ours();
        for _ in 0..rounds {
            std::thread::sleep(super::REST);
            ours.readings.push(epoch(&mut run)?);
            peers::round(&mut peers, &mut skipped);
        }
        let contestants: Vec<Contestant> =
            [ours].into_iter().chain(peers.iter().map(|p| p.contestant.clone())).collect();
        Ok((contestants, skipped))
    })?;
    Ok(vec![case])
}

/// The next epoch of ours as a reading.
pub(crate) fn epoch(run: &mut Run) -> Result<Reading, String> {
    let report = run.epoch().map_err(|error| error.to_string())?;
    let mut reading = Reading::of(report.train_seconds);
    reading.beside.insert("train".to_owned(), json!(report.train.mean("loss")));
    reading.beside.insert("test".to_owned(), json!(report.test.mean("loss")));
    Ok(reading)
}

/// A file with the order of the samples in each epoch, as 32-bit numbers; it goes when this goes.
struct Order(PathBuf);

impl Order {
    fn write(seed: u64, epochs: usize, samples: usize) -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("diabolo-order-{}.u32", std::process::id()));
        let rows = (0..epochs as u32).flat_map(|epoch| epoch_order(seed, epoch, samples));
        let bytes: Vec<u8> = rows.flat_map(u32::to_le_bytes).collect();
        std::fs::write(&path, bytes).map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
        Ok(Self(path))
    }

    fn name(&self) -> &str {
        self.0.to_str().expect("the temporary folder has a readable name")
    }
}

impl Drop for Order {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(Path::new(&self.0));
    }
}
