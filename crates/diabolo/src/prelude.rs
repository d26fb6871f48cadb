//! What most programs need: `use diabolo::prelude::*;`

pub use diabolo_autodiff::{Gradients, Tape, Var};
pub use diabolo_data::files::{self, ReadOptions};
pub use diabolo_data::{
    Corruption, Dataset, ImageShape, Scaling, ScalingMethod, Schema, Split, digits, matrix, mnist, split,
};
pub use diabolo_gradcheck::check_gradient;
pub use diabolo_kernels::Scalar;
pub use diabolo_models::check::check_model;
pub use diabolo_models::pca::{Components, IncrementalPca, Solver};
pub use diabolo_models::trainer::{Outcome, Progress};
pub use diabolo_models::{
    Autoencoder, Codec, DeepAutoencoder, DenoisingAutoencoder, Likelihood, LinearAutoencoder, Loss, Model, Pca, Plan,
    SparseAutoencoder, Sparsity, Trainer, Vae, anomaly, evaluate, walk,
};
pub use diabolo_nn::{
    Activation, Adagrad, Adam, AdamW, BatchNorm1d, Context, Dense, Dropout, Ema, Embedding, Initialiser, Keys, Layer,
    LayerNorm, Linear, Module, Norm, Optimizer, Parameter, RmsProp, Schedule, Sequential, Sgd,
};
