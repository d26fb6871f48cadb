//! PCA, autoencoders and variational autoencoders on a numerical engine with readable gradients.
#![forbid(unsafe_code)]
