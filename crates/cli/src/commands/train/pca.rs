//! Fitting PCA.

use std::time::Instant;

use diabolo_models::pca::Components;
use diabolo_models::trainer::{EpochReport, Metrics};
use diabolo_models::{Pca, Real};

use super::{Job, finish};
use crate::failure::Failure;
use crate::measures::SampleErrors;
use crate::{events, interrupt, measures, words};

pub(super) fn run<S: Real>(job: &mut Job) -> Result<(), Failure> {
    let (train, test, wanted) = (&job.split.train, &job.split.test, job.config.components());
    job.say(&format!(
        "{} with {} on {}: {} training and {} test samples of {} numbers",
        words::title(job.config.model),
        in_words(wanted),
        words::data_title(&job.config),
        diabolo_report::count(train.len()),
        diabolo_report::count(test.len()),
        train.dim()
    ));
    let begun = Instant::now();
    let mut pca = Pca::<S>::fit_dataset(train, wanted, job.config.solver())?;
    if job.config.whiten == Some(true) {
        pca = pca.whitened();
    }
    let train_seconds = begun.elapsed().as_secs_f64();
    job.config.latent = pca.components().nrows();
    if !matches!(wanted, Components::Count(_)) {
        job.say(&format!("kept {} components", job.config.latent));
    }
    if job.talk.json {
        let name = crate::source::name(&job.config);
        events::start(&events::Start {
            model: job.config.model.name(),
            data: &name,
            train: train.len(),
            test: test.len(),
            dim: train.dim(),
            parameters: (job.config.latent + 1) * train.dim(),
            seed: job.config.seed,
            threads: job.threads,
        });
    }

    let _patience = interrupt::patiently(); // what is left takes a moment, and no folder is left without a report
    let folder = job.folder()?;
    S::save_pca(&folder.model(), &pca)?;
    let errors = SampleErrors::measure(&pca, &job.split);
    let measured = |errors: &[f64]| {
        let mean = measures::mean(errors);
        Metrics::of(&[("loss", mean), ("reconstruction", mean)])
    };
    let trained = measured(&S::pca_errors(&pca, train));
    let report = EpochReport { epoch: 1, train: trained, test: measured(&errors.test), train_seconds };
    folder.save_metrics(std::slice::from_ref(&report))?;
    if job.talk.json {
        events::epoch(&report);
    }
    finish::pca(job, &pca, &report, &errors, &folder)
}

fn in_words(components: Components) -> String {
    match components {
        Components::Count(count) => format!("{count} components"),
        Components::Variance(share) => format!("components for {share} of the variance"),
        Components::Mle => "as many components as Minka's estimate finds".to_owned(),
    }
}
