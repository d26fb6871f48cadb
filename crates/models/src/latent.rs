//! What the dimensions of a code carry, for models with a distribution of codes.

/// A dimension of the code, measured over samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatentDimension {
    /// KL(q(zⱼ|x) ‖ N(0, 1)) in nats, averaged over samples.
    pub kl: f64,
    /// The mean over samples of the posterior's mean.
    pub mean_of_mean: f64,
    /// The variance over samples of the posterior's mean.
    pub variance_of_mean: f64,
}

impl LatentDimension {
    /// Whether the posterior's mean varies by more than 0.01: Burda, Grosse and Salakhutdinov 2016, section 5.2.
    pub fn is_active(self) -> bool {
        self.variance_of_mean > 0.01
    }
}

/// What there is to say if the posterior of most dimensions is the prior, so that the decoder learns nothing from them:
/// *posterior collapse* (Bowman et al. 2016, section 3; Lucas et al. 2019). Nothing if more than half are active.
///
/// ```
/// use diabolo_models::{LatentDimension, posterior_collapse};
///
/// let active = LatentDimension { kl: 2.0, mean_of_mean: 0.0, variance_of_mean: 0.9 };
/// let silent = LatentDimension { kl: 1e-4, mean_of_mean: 0.0, variance_of_mean: 1e-4 };
/// assert_eq!(posterior_collapse(&[active, active, silent], 1.0), None);
/// assert!(posterior_collapse(&[silent, silent], 8.0).unwrap().contains("all 2 dimensions"));
/// ```
pub fn posterior_collapse(dimensions: &[LatentDimension], beta: f64) -> Option<String> {
    let (all, active) = (dimensions.len(), dimensions.iter().filter(|dimension| dimension.is_active()).count());
    if 2 * active > all || all == 0 {
        return None;
    }
    let which = match active {
        0 => format!("all {all} dimensions"),
        _ => format!("{} of {all} dimensions", all - active),
    };
    let smaller = match active {
        0 => String::new(),
        _ => format!("; or accept it, since a latent size of {active} would do"),
    };
    let advice = if beta > 1.0 { format!("lower beta (now {beta})") } else { "lower beta".to_owned() };
    Some(format!(
        "posterior collapse: {which} of the code carry nothing about the data, their posterior being the prior; \
         {advice}, let it grow over some epochs (beta_warmup), or give the likelihood a smaller sigma{smaller}"
    ))
}
