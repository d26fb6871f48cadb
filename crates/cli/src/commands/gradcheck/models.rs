//! Whole models.

use diabolo_gradcheck::Settings;
use diabolo_models::config::ModelKind;
use diabolo_report::CheckedModel;

pub(super) fn check(kind: ModelKind, _: &Settings) -> CheckedModel {
    CheckedModel { name: kind.name().to_owned(), ..CheckedModel::default() }
}
