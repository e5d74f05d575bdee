//! The `schemas` of a typed resource.

use serde_json::{Map, Value};

/// The URIs to write: what was listed, without the extensions that are not there, and with those that are
/// ([RFC 7643, section 3](https://www.rfc-editor.org/rfc/rfc7643#section-3)).
///
/// `extensions` are those that have a field, and whether they have attributes.
pub(super) fn listed<'r>(
    base: &'r str,
    listed: &'r [String],
    extensions: &[(&'r str, bool)],
    additional: &'r Map<String, Value>,
) -> Vec<&'r str> {
    let is_absent = |urn: &str| {
        extensions
            .iter()
            .any(|(known, is_present)| !is_present && known.eq_ignore_ascii_case(urn))
    };
    let mut urns: Vec<&str> = listed
        .iter()
        .map(String::as_str)
        .filter(|urn| !is_absent(urn))
        .collect();
    if urns.is_empty() {
        urns.push(base);
    }
    let present = extensions
        .iter()
        .filter(|(_, is_present)| *is_present)
        .map(|(urn, _)| *urn);
    let others = additional
        .iter()
        .filter(|(name, value)| is_extension(name, value))
        .map(|(name, _)| name.as_str());
    for urn in present.chain(others) {
        if !urns.iter().any(|listed| listed.eq_ignore_ascii_case(urn)) {
            urns.push(urn);
        }
    }
    urns
}

/// Whether a member that nobody knows can only be an extension.
fn is_extension(name: &str, value: &Value) -> bool {
    let is_urn = name
        .get(..4)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn:"));
    is_urn && value.as_object().is_some_and(|members| !members.is_empty())
}
