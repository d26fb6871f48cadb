//! Ours as a peer of another build of itself: epochs of a reference model on request.

use std::io;

use clap::ValueEnum;
use diabolo_benches::reference::Reference;
use diabolo_benches::training::Run;
use diabolo_data::{Scaling, mnist};
use diabolo_meter::rounds::{Ready, serve};

use crate::compare::epoch;
use crate::{Serve, on_threads, threads};

/// The reference models.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Name {
    /// 784-400-20, batch 128.
    Vae,
    /// 784-1000-500-250-30, batch 256.
    Deep,
}

pub(crate) fn run(arguments: &Serve) -> Result<(), String> {
    let reference = match arguments.model {
        Name::Vae => Reference::vae(),
        Name::Deep => Reference::deep(),
    };
    let folder = mnist::find(std::slice::from_ref(&arguments.data));
    let mut data = folder.and_then(|folder| folder.load("mnist")).map_err(|error| error.to_string())?;
    if arguments.gray {
        data.train = data.train.with_scaling(Scaling::uniform(-1.0, 256.0));
    }
    // The program says which build it is: the working copy may have moved on.
    let program = std::env::current_exe().map_or_else(|_| String::new(), |path| path.display().to_string());
    let name = if arguments.gray { "diabolo, no zeros" } else { "diabolo, served" };
    let ready = Ready { name: name.to_owned(), about: program };
    on_threads(threads(arguments.threads), || {
        let mut run = Run::new(&reference.config, data).map_err(|error| error.to_string())?;
        serve(&ready, arguments.rounds, || epoch(&mut run).map_err(io::Error::other)).map_err(|error| error.to_string())
    })?
}
