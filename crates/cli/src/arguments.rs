//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, RangedU64ValueParser};
use clap::{Args, Parser, Subcommand};
use diabolo_models::config::ModelKind;

use crate::commands::completions::Completions;
use crate::commands::decode::Decode;
use crate::commands::encode::Encode;
use crate::commands::gradcheck::Gradcheck;
use crate::commands::interpolate::Interpolate;
use crate::commands::lab::Lab;
use crate::commands::reconstruct::Reconstruct;
use crate::commands::report::Report;
use crate::commands::sample::Sample;
use crate::commands::score::Score;
use crate::commands::traverse::Traverse;

/// PCA, autoencoders and variational autoencoders on an engine whose gradients can be read.
#[derive(Debug, Parser)]
#[command(name = "diabolo", version, arg_required_else_help = true, before_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  diabolo train vae                                a VAE on built-in digits, with a report, in seconds
  diabolo train pca --latent 30 --data mnist       PCA of MNIST
  diabolo train deep --data mnist --epochs 50      a deep autoencoder
  diabolo sample runs/vae-digits-…                 new digits from a trained VAE
  diabolo encode runs/deep-wine-… --data wine.csv  the codes of people's own samples
  diabolo score runs/deep-… --data new.csv         which rows are unusual
  diabolo lab                                      does a linear autoencoder find PCA?
  diabolo report runs/vae-… runs/pca-…             runs side by side
  diabolo gradcheck                                every gradient against independent witnesses";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train a model and leave a folder with checkpoint, figures and report
    Train(Box<Train>),
    /// Write the codes of samples
    Encode(Encode),
    /// Write the samples that codes stand for
    Decode(Decode),
    /// Reconstruct the test set, or other data, with a trained model
    Reconstruct(Reconstruct),
    /// Draw new samples from a trained VAE
    Sample(Sample),
    /// Go from the codes of samples to those of others
    Interpolate(Interpolate),
    /// Move one dimension of the code at a time
    Traverse(Traverse),
    /// Say how unusual each row of data is to a trained model
    Score(Score),
    /// Put nine statements about linear autoencoders and PCA to the test
    #[command(visible_alias = "compare")]
    Lab(Lab),
    /// Compare several runs on one page
    Report(Report),
    /// Show what a dataset holds
    Data(Data),
    /// Check the gradients of every op and every model against independent witnesses
    Gradcheck(Gradcheck),
    /// Print what lets a shell complete commands and options
    Completions(Completions),
}

/// Where data come from.
#[derive(Debug, Args)]
pub(crate) struct DataSource {
    /// digits (built in), mnist, fashion-mnist, or the path of a file or folder
    #[arg(long, value_name = "NAME|PATH")]
    pub(crate) data: Option<String>,
    /// Where MNIST and Fashion-MNIST lie or are fetched to, instead of $DIABOLO_DATA or the cache folder
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
}

const TRAIN_EXAMPLES: &str = "\
Examples:
  diabolo train vae
  diabolo train pca --latent 30 --data mnist --data-dir ~/data
  diabolo train pca --variance 0.95
  diabolo train denoising --noise masking:0.3 --epochs 20
  diabolo train vae --hidden 512,256 --latent 10 --beta 4 --set beta_warmup=5
  diabolo train vae --resume runs/vae-digits-… --epochs 20

Every setting is a key of the run's config.toml and can be given as --set key=value.
`diabolo train MODEL --defaults` prints the keys of a model with their meaning.";

#[derive(Debug, Args)]
#[command(before_help = TRAIN_EXAMPLES)]
pub(crate) struct Train {
    /// The model
    #[arg(value_parser = PossibleValuesParser::new(ModelKind::ALL.map(ModelKind::name)))]
    pub(crate) model: String,
    #[command(flatten)]
    pub(crate) source: DataSource,
    /// Passes over the training data
    #[arg(long, value_name = "N", value_parser = whole::<u32>, allow_negative_numbers = true)]
    pub(crate) epochs: Option<u32>,
    /// Samples in a step
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    pub(crate) batch: Option<usize>,
    /// Size of the code; for pca the number of components
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    pub(crate) latent: Option<usize>,
    /// In place of --latent: as few components as explain more than this share of the variance (pca)
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true, conflicts_with = "latent")]
    pub(crate) variance: Option<f64>,
    /// Sizes of the encoder's hidden layers, from the outside in
    #[arg(long, value_name = "N,N,…", value_delimiter = ',', value_parser = whole::<usize>, allow_negative_numbers = true)]
    pub(crate) hidden: Option<Vec<usize>>,
    /// Learning rate
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub(crate) lr: Option<f64>,
    /// Weight of the KL term (vae)
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub(crate) beta: Option<f64>,
    /// What is done to the input: gaussian:STD, masking:SHARE, salt-and-pepper:SHARE (denoising)
    #[arg(long, value_name = "KIND:LEVEL")]
    pub(crate) noise: Option<String>,
    /// Seed of everything random
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    /// Threads to compute with; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    pub(crate) threads: Option<usize>,
    /// Numbers to compute in: f32 or f64
    #[arg(long, value_parser = PossibleValuesParser::new(["f32", "f64"]))]
    pub(crate) precision: Option<String>,
    /// Any setting, as key=value; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Settings from a TOML file, which flags override
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Folder to write to [default: runs/MODEL-DATA-TIME]
    #[arg(long, value_name = "DIR", conflicts_with = "resume")]
    pub(crate) out: Option<PathBuf>,
    /// Write into a folder that is not empty
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
    /// Go on with the run in this folder, up to --epochs in all
    #[arg(long, value_name = "DIR")]
    pub(crate) resume: Option<PathBuf>,
    /// Print the model's settings with their defaults and meaning, and do nothing else
    #[arg(long)]
    pub(crate) defaults: bool,
    #[command(flatten)]
    pub(crate) talk: Talk,
}

/// How much is said, and to whom.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Talk {
    /// Print one JSON object a line on standard output, for programs
    #[arg(long)]
    pub(crate) json: bool,
    /// Say only what is asked for, and errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// A whole number that is not negative.
pub(crate) fn whole<N: TryFrom<u64>>(text: &str) -> Result<N, String> {
    let number = text.parse().ok().and_then(|number: u64| N::try_from(number).ok());
    number.ok_or_else(|| format!("it takes a whole number from 0 to {}", u64::MAX >> (64 - 8 * size_of::<N>())))
}

/// A seed, which settings can hold.
pub(crate) fn seed(text: &str) -> Result<u64, String> {
    let largest = i64::MAX as u64;
    whole(text)
        .ok()
        .filter(|seed| *seed <= largest)
        .ok_or_else(|| format!("it takes a whole number from 0 to {largest}"))
}

/// A number of samples that somebody may want.
pub(crate) fn count() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=1_000_000)
}

const DATA_EXAMPLES: &str = "\
Examples:
  diabolo data
  diabolo data --data mnist --out mnist.png";

#[derive(Debug, Args)]
#[command(before_help = DATA_EXAMPLES)]
pub(crate) struct Data {
    #[command(flatten)]
    pub(crate) source: DataSource,
    /// Seed of the built-in digits and of the split
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = seed, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// Write a grid of samples to this PNG file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) talk: Talk,
}
