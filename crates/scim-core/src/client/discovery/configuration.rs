//! A `ServiceProviderConfig` as services write it.

use serde_json::{Map, Value};

use crate::client::deviation::Deviations;
use crate::client::error::{ClientError, ClientErrorKind};
use crate::client::reading::{count, member, truth};
use crate::schema::ServiceProviderConfig;

/// Names in any case, booleans and numbers as texts, alone or in a list; what is missing is not offered.
pub(super) fn configuration(
    body: Option<Value>,
    deviations: &mut Deviations,
) -> Result<ServiceProviderConfig, ClientError> {
    let refuse = || {
        let detail = "a ServiceProviderConfig was expected, and something else came: does the base URL end where the endpoints begin?";
        ClientError::new(ClientErrorKind::NotScim, detail)
    };
    let body = body.ok_or_else(refuse)?;
    let listed = match &body {
        Value::Array(list) => list.first(),
        Value::Object(members) => {
            member(members, "Resources").and_then(|list| list.as_array()?.first())
        }
        _ => None,
    };
    if listed.is_some() {
        deviations.note("configuration_in_list", "the configuration came in a list");
    }
    let members = listed.unwrap_or(&body).as_object().ok_or_else(refuse)?;
    let is_told = ["patch", "bulk", "filter", "sort", "etag", "changePassword"]
        .iter()
        .any(|name| member(members, name).is_some());
    if !is_told {
        return Err(refuse());
    }
    // As far as it is as it should be, everything is kept.
    let mut read = serde_json::from_value::<ServiceProviderConfig>(Value::Object(members.clone()))
        .unwrap_or_else(|_| {
            deviations.note(
                "configuration",
                "the configuration is not as RFC 7643 has it; what could be read was read",
            );
            ServiceProviderConfig::new()
        });
    read.patch.supported = supported(members, "patch");
    read.bulk.supported = supported(members, "bulk");
    read.bulk.max_operations = number(members, "bulk", "maxOperations").unwrap_or_default();
    read.bulk.max_payload_size = number(members, "bulk", "maxPayloadSize").unwrap_or_default();
    read.filter.supported = supported(members, "filter");
    read.filter.max_results = number(members, "filter", "maxResults").unwrap_or_default();
    read.change_password.supported = supported(members, "changePassword");
    read.sort.supported = supported(members, "sort");
    read.etag.supported = supported(members, "etag");
    if member(members, "pagination").is_some() {
        let mut pagination = read.pagination.take().unwrap_or_default();
        pagination.cursor = flag(members, "pagination", "cursor");
        pagination.index = flag(members, "pagination", "index");
        pagination.max_page_size = number(members, "pagination", "maxPageSize");
        pagination.default_page_size = number(members, "pagination", "defaultPageSize");
        read.pagination = Some(pagination);
    }
    Ok(read)
}

fn supported(members: &Map<String, Value>, feature: &str) -> bool {
    flag(members, feature, "supported")
}

fn flag(members: &Map<String, Value>, feature: &str, name: &str) -> bool {
    within(members, feature, name)
        .and_then(truth)
        .unwrap_or_default()
}

fn number(members: &Map<String, Value>, feature: &str, name: &str) -> Option<u64> {
    within(members, feature, name)
        .and_then(count)
        .and_then(|number| u64::try_from(number).ok())
}

fn within<'m>(members: &'m Map<String, Value>, feature: &str, name: &str) -> Option<&'m Value> {
    member(member(members, feature)?.as_object()?, name)
}
