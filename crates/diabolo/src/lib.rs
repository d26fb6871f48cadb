//! PCA, autoencoders and variational autoencoders on a numerical engine whose gradients can be read.
//!
//! This crate is the door to the others: each is a module here, and [`prelude`] has what most programs need.
//!
//! | module | what it holds |
//! |---|---|
//! | [`models`] | PCA, the autoencoders (linear, deep, denoising, sparse, variational), the trainer, settings and checkpoints |
//! | [`models::check`] | whole models held against the witnesses |
//! | [`models::anomaly`] | how unusual a sample is: scores, thresholds, ROC |
//! | [`models::walk`] | ways through the space of codes |
//! | [`lab`] | does a linear autoencoder find PCA? nine statements, each with an experiment on any data |
//! | [`data`] | datasets, their schema and scaling, batches, corruption, built-in digits, MNIST |
//! | [`data::files`] | people's own NPY, CSV and image files, read and written as streams |
//! | [`nn`] | layers, parameters, initialisers, optimizers, schedules |
//! | [`gradcheck`] | witnesses for any gradient, also that of an op or a function of your own |
//! | [`autodiff`] | the tape, variables, gradients, and one file per op |
//! | [`kernels`] | scalars, matrix product, sums and keyed random numbers over slices |
//! | [`ndarray`] | the arrays that go in and come out |
//!
//! | feature | what it adds |
//! |---|---|
//! | `images`, on by default | folders of PNG and JPEG files in [`data::files`] |
//! | `download` | `data::download`: MNIST and Fashion-MNIST from the network, over plain HTTP and verified |
//! | `https` | the same over TLS |
//!
//! Without them (`default-features = false`) neither decoders of pictures nor a network client are compiled.
//!
//! # PCA of an array
//!
//! ```
//! use diabolo::prelude::*;
//! use ndarray::array;
//!
//! let points = array![[2.5, 2.4], [0.5, 0.7], [2.2, 2.9], [1.9, 2.2], [3.1, 3.0]];
//! let pca = Pca::fit(points.view(), 1)?;
//! let codes = pca.transform(points.view()); // (5, 1)
//! let again = pca.inverse_transform(codes.view()); // (5, 2), on a line
//! let lost: f64 = (&points - &again).mapv(|e| e * e).sum();
//! let kept = pca.explained_variance()[0] * 4.0; // n − 1 = 4
//! assert!((lost + kept - 4.0 * pca.total_variance()).abs() < 1e-12);
//! # Ok::<(), diabolo::models::pca::PcaError>(())
//! ```
//!
//! # One's own data
//!
//! ```
//! use diabolo::prelude::*;
//! # let path = std::env::temp_dir().join(format!("diabolo-doctest-wine-{}.csv", std::process::id()));
//! # std::fs::write(&path, "alcohol,ash,kind\n14.2,2.4,red\n13.2,2.1,white\n13.7,2.3,red\n")?;
//!
//! let options = ReadOptions { label: Some("kind".into()), ..ReadOptions::default() };
//! let wine = files::load(&path, &options)?.scaled(ScalingMethod::Standard);
//! # std::fs::remove_file(&path)?;
//! assert_eq!((wine.len(), wine.dim(), wine.schema().class_name(0).as_str()), (3, 2, "red"));
//!
//! let x = matrix::<f64>(&wine); // columns of mean 0 and variance 1
//! let mut again = Pca::fit(x.view(), 1)?.reconstruct(x.view());
//! wine.schema().scaling.undo(again.as_slice_mut().expect("rows lie one after the other")); // in the units of the file
//! assert!((again.column(0).mean().expect("there are rows") - 13.7).abs() < 1e-12);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Train a VAE
//!
//! ```
//! use diabolo::prelude::*;
//!
//! let data = split(&digits::generate(400, 7).images, 0.25, 7)?;
//! let vae = Vae::<f32>::new(&mut Keys::new(7), 784, &[32], 4, Activation::Relu, Likelihood::Bernoulli);
//! let plan = Plan { epochs: 4, batch: 20, rate: 3e-3, seed: 7, ..Plan::default() };
//! let mut trainer = Trainer::new(vae, Box::new(Adam::new()), plan, Progress::default());
//! trainer.run(&data.train, &data.test, &mut [])?;
//!
//! let history = &trainer.progress.history;
//! assert!(history[3].test.mean("loss") < history[0].test.mean("loss")); // nats a digit
//! let reconstructions = trainer.model.reconstruct(matrix(&data.test).view());
//! assert_eq!(reconstructions.dim(), (100, 784));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Read a gradient
//!
//! ```
//! use diabolo::prelude::*;
//! use ndarray::array;
//!
//! let tape = Tape::<f64>::new();
//! let x = tape.variable(&array![[1.0, 2.0], [3.0, 4.0]]);
//! let w = tape.variable(&array![[0.5], [-0.25]]);
//! let loss = x.matmul(w).tanh().sum_all();
//!
//! let mut gradients = Gradients::new();
//! loss.backward(&mut gradients);
//! let slope = gradients.of(w).expect("the loss depends on w"); // Xᵀ · sech²(X·w)
//! assert!((slope[[0, 0]] - (1.0 + 3.0 / 0.5_f64.cosh().powi(2))).abs() < 1e-12);
//! ```
//!
//! The package `diabolo-cli` beside this one trains the same models from a terminal, with reports.

#![forbid(unsafe_code)]

pub use {
    diabolo_autodiff as autodiff, diabolo_data as data, diabolo_gradcheck as gradcheck, diabolo_kernels as kernels,
    diabolo_lab as lab, diabolo_models as models, diabolo_nn as nn, ndarray,
};

#[cfg(doctest)]
mod book;
pub mod prelude;
