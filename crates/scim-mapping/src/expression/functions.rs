//! The functions, each as its reference describes it.

mod collection;
mod condition;
mod conversion;
mod date;
mod diacritics;
mod random;
mod replace;
mod role;
mod text;

use super::evaluation::Call;
use super::{EvaluatedValue, EvaluationError, Function};

pub(super) use date::{INTERVALS, Styles};
pub(super) use replace::{
    check as check_replace, collect_patterns, known_group, unknown_references,
};

type Outcome = Result<EvaluatedValue, EvaluationError>;

pub(super) fn call(call: &Call<'_>) -> Outcome {
    match call.function {
        Function::Append => text::append(call),
        Function::AppRoleAssignmentsComplex => role::complex(call, "displayName"),
        Function::AssertiveAppRoleAssignmentsComplex => role::complex(call, "display"),
        Function::BitAnd => conversion::bit_and(call),
        Function::CBool => condition::to_boolean(call),
        Function::CDate => date::to_date(call),
        Function::Coalesce => condition::coalesce(call),
        Function::ConvertToBase64 => conversion::to_base64(call),
        Function::ConvertToUTF8Hex => conversion::to_utf8_hex(call),
        Function::Count => collection::count(call),
        Function::CStr => conversion::to_text(call),
        Function::DateAdd => date::add(call),
        Function::DateDiff => date::difference(call),
        Function::DateFromNum => date::from_number(call),
        Function::FormatDateTime => date::format(call),
        Function::Guid => random::guid(call),
        Function::IgnoreFlowIfNullOrEmpty => condition::ignore_flow_if_null_or_empty(call),
        Function::IIF => condition::if_then_else(call),
        Function::InStr => text::position(call),
        Function::IsNull => condition::is_null(call),
        Function::IsNullOrEmpty => condition::is_null_or_empty(call),
        Function::IsPresent => condition::is_present(call),
        Function::IsString => condition::is_string(call),
        Function::Item => collection::item(call),
        Function::Join => collection::join(call),
        Function::Left => text::left(call),
        Function::Mid => text::middle(call),
        Function::NormalizeDiacritics => diacritics::normalize(call),
        Function::Not => condition::not(call),
        Function::Now => date::now(call),
        Function::NumFromDate => date::to_number(call),
        Function::PCase => text::proper_case(call),
        Function::RandomString => random::text(call),
        Function::Redact => call.value(0),
        Function::RemoveDuplicates => collection::remove_duplicates(call),
        Function::Replace => replace::replace(call),
        Function::SelectUniqueValue => Err(EvaluationError::new(
            "only the target knows which value is free: evaluate with `Evaluation`, and call it outermost",
        )),
        Function::SingleAppRoleAssignment => role::single(call),
        Function::Split => collection::split(call),
        Function::StripSpaces => text::strip_spaces(call),
        Function::Switch => condition::switch(call),
        Function::ToLower => text::to_lower(call),
        Function::ToUpper => text::to_upper(call),
        Function::Word => text::word(call),
    }
}
