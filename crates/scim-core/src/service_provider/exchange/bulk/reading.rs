//! A bulk request as it was sent: what is wrong with the whole refuses it, what is wrong with an operation fails that one.

use std::num::NonZeroUsize;

use serde_json::{Map, Value};

use super::super::super::definition::ServiceLimits;
use crate::compatibility::Tolerating;
use crate::error::{Error, ErrorKind};
use crate::message::{BulkMethod, BulkOperation};
use crate::urn;

/// What the answer repeats of a method that there is not.
const REPEATED_CHARACTERS: usize = 20;

pub(super) struct SentRequest {
    pub(super) fail_on_errors: Option<NonZeroUsize>,
    pub(super) operations: Vec<Value>,
}

/// One operation, with what its result repeats.
pub(super) struct SentOperation {
    pub(super) method: Option<String>,
    pub(super) bulk_id: Option<String>,
    pub(super) path: Option<String>,
    pub(super) operation: Result<BulkOperation, Error>,
}

impl SentRequest {
    pub(super) fn read(
        body: Value,
        limits: &ServiceLimits,
        tolerating: &mut Tolerating<'_>,
    ) -> Result<Self, Error> {
        let Value::Object(mut members) = body else {
            return Err(syntax("the body is to be a JSON object"));
        };
        let schemas = take(&mut members, "schemas", tolerating);
        let is_named = schemas
            .as_ref()
            .and_then(Value::as_array)
            .is_some_and(|listed| {
                let mut listed = listed.iter().filter_map(Value::as_str);
                listed.any(|listed| listed.eq_ignore_ascii_case(urn::BULK_REQUEST))
            });
        if !is_named {
            let detail = format!("the message needs \"schemas\": [\"{}\"]", urn::BULK_REQUEST);
            return Err(syntax(detail).with_path("schemas"));
        }
        let fail_on_errors = take(&mut members, "failOnErrors", tolerating)
            .map(fail_on_errors)
            .transpose()?;
        let Some(Value::Array(operations)) = take(&mut members, "Operations", tolerating) else {
            let detail = "an array of operations is needed";
            return Err(syntax(detail).with_path("Operations"));
        };
        if operations.is_empty() {
            if !tolerating.compatibility.empty_operations {
                let detail = "at least one operation is needed";
                return Err(syntax(detail).with_path("Operations"));
            }
            tolerating.note("empty_operations", "Operations", "nothing was to be done");
        }
        if operations.len() > limits.bulk_operations {
            let detail = format!(
                "there are {} operations; this service takes {} at most (maxOperations); send several requests",
                operations.len(),
                limits.bulk_operations
            );
            return Err(Error::new(ErrorKind::PayloadTooLarge, detail));
        }
        Ok(Self {
            fail_on_errors,
            operations,
        })
    }
}

impl SentOperation {
    pub(super) fn read(value: Value, tolerating: &mut Tolerating<'_>) -> Self {
        let Value::Object(mut members) = value else {
            return Self {
                method: None,
                bulk_id: None,
                path: None,
                operation: Err(syntax("an operation is to be a JSON object")),
            };
        };
        let method = take(&mut members, "method", tolerating);
        let known = method
            .as_ref()
            .and_then(Value::as_str)
            .and_then(BulkMethod::named);
        let bulk_id = text(&mut members, "bulkId", tolerating);
        let path = text(&mut members, "path", tolerating);
        Self {
            method: match (known, &method) {
                (Some(known), _) => Some(known.as_str().to_owned()),
                (None, Some(Value::String(text))) => {
                    Some(text.chars().take(REPEATED_CHARACTERS).collect())
                }
                (None, _) => None,
            },
            bulk_id: bulk_id.clone().ok().flatten(),
            path: path.clone().ok().flatten(),
            operation: known
                .ok_or_else(|| {
                    let detail =
                        "POST, PUT, PATCH or DELETE is needed; a bulk request reads nothing";
                    syntax(detail).with_path("method")
                })
                .and_then(|method| operation(method, bulk_id?, path?, members, tolerating)),
        }
    }
}

fn operation(
    method: BulkMethod,
    bulk_id: Option<String>,
    path: Option<String>,
    mut members: Map<String, Value>,
    tolerating: &mut Tolerating<'_>,
) -> Result<BulkOperation, Error> {
    if method == BulkMethod::Post && bulk_id.as_deref().is_none_or(str::is_empty) {
        let detail =
            "a POST needs one, by which its result is found and others refer to what it creates";
        return Err(syntax(detail).with_path("bulkId"));
    }
    let path = path.ok_or_else(|| {
        let detail = "a path below the base URL is needed, such as /Users or /Users/2819c223";
        syntax(detail).with_path("path")
    })?;
    let version = text(&mut members, "version", tolerating)?;
    let data = match (method, take(&mut members, "data", tolerating)) {
        (BulkMethod::Delete, _) => None,
        (_, Some(data @ Value::Object(_))) => Some(data),
        (_, _) => {
            let detail =
                "a JSON object is needed: the body that the operation would have if it came alone";
            return Err(syntax(detail).with_path("data"));
        }
    };
    Ok(BulkOperation {
        bulk_id,
        version,
        data,
        ..BulkOperation::new(method, path)
    })
}

fn fail_on_errors(value: Value) -> Result<NonZeroUsize, Error> {
    let Value::Number(number) = value else {
        return Err(syntax("an integer is needed").with_path("failOnErrors"));
    };
    if number.as_i64().is_none() && number.as_u64().is_none() {
        return Err(syntax("an integer is needed").with_path("failOnErrors"));
    }
    number
        .as_u64()
        .and_then(|number| NonZeroUsize::new(usize::try_from(number).unwrap_or(usize::MAX)))
        .ok_or_else(|| {
            let detail = "it is 1 or more; leave it out to have every operation tried";
            Error::new(ErrorKind::InvalidValue, detail).with_path("failOnErrors")
        })
}

fn text(
    members: &mut Map<String, Value>,
    name: &str,
    tolerating: &mut Tolerating<'_>,
) -> Result<Option<String>, Error> {
    match take(members, name, tolerating) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(syntax("a string is needed").with_path(name)),
    }
}

/// Takes a member out; null is the same as none. The reader of the body has seen to it that no name comes twice.
fn take(
    members: &mut Map<String, Value>,
    name: &str,
    tolerating: &mut Tolerating<'_>,
) -> Option<Value> {
    let value = members.remove(name).or_else(|| {
        if !tolerating.compatibility.message_names_in_any_case {
            return None;
        }
        let written = members
            .keys()
            .find(|known| known.eq_ignore_ascii_case(name))
            .cloned()?;
        let detail = "the name of the member was read without regard to case";
        tolerating.note("message_names_in_any_case", name, detail);
        members.remove(&written)
    });
    value.filter(|value| !value.is_null())
}

fn syntax(detail: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidSyntax, detail)
}
