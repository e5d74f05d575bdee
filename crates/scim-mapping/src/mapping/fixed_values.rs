//! Values that are the same for every record, and can be converted before there is one.

use chrono::DateTime;

use super::problem::{Place, Problems};
use crate::expression::{EvaluatedValue, ValueType};
use crate::rule::{Rule, RuleSource};

/// Whether the constant and the default value are of the target attribute's type.
pub(super) fn check(rule: &Rule, place: Place<'_>, problems: &mut Problems) {
    let wanted = ValueType::new(rule.data_type, rule.multi_valued);
    let constant = match &rule.source {
        RuleSource::Constant(text) => Some(("source", text, "correct the constant")),
        _ => None,
    };
    let default = rule.default_value.as_ref();
    let default = default.map(|text| ("default value", text, "correct the default value"));
    for (column, text, way_out) in constant.into_iter().chain(default) {
        let value = EvaluatedValue::Text(text.clone());
        let now = DateTime::UNIX_EPOCH;
        if let Err(error) = value.convert(wanted, now) {
            problems.error(place, column, error.reason(), way_out);
        }
    }
}
