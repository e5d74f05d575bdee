//! The law of differences: a difference leads from one state to the other, in every dialect, and nothing of it can be left out.

use std::collections::BTreeMap;

use proptest::prelude::*;
use scim_core::compatibility::Compatibility;
use scim_core::message::PatchRequest;
use scim_core::patch::{self, PatchDialect};
use scim_core::resource::Resource;
use scim_core::schema::{AttributeReference, Mutability, RegisteredResourceType};
use serde_json::{Value, json};

use super::generate::{group, thing, user};
use super::registry::resource_type;

/// An attribute by its path, without its read-only parts; the order of entries carries no meaning.
type Parts = BTreeMap<String, Value>;

fn value_of<'r>(resource: &'r Resource, reference: &AttributeReference) -> Option<&'r Value> {
    let members = match reference.container() {
        None => resource.attributes(),
        Some(urn) => resource.extension(urn.as_str())?,
    };
    members.get(&reference.attribute().name)
}

/// What a client may write of a resource.
fn client_parts(resource: &Resource, resource_type: &RegisteredResourceType) -> Parts {
    let mut parts = Parts::new();
    for reference in resource_type.attributes() {
        let attribute = reference.attribute();
        if attribute.mutability == Mutability::ReadOnly || attribute.name == "schemas" {
            continue;
        }
        let without = |value: &Value| {
            let mut value = value.clone();
            if let Value::Object(members) = &mut value {
                members.retain(|name, _| {
                    let sub_attribute = attribute.sub_attribute(name).unwrap();
                    sub_attribute.mutability != Mutability::ReadOnly
                });
            }
            (value != json!({})).then_some(value)
        };
        let part = match value_of(resource, reference) {
            Some(Value::Array(entries)) => {
                let mut entries: Vec<_> = entries.iter().filter_map(without).collect();
                entries.sort_by_key(ToString::to_string);
                (!entries.is_empty()).then_some(Value::Array(entries))
            }
            value => value.and_then(without),
        };
        if let Some(part) = part {
            parts.insert(reference.canonical_path(), part);
        }
    }
    parts
}

/// The second state, but with all of the first that a client cannot change.
fn reachable(before: &Resource, after: &Resource, resource_type: &RegisteredResourceType) -> Parts {
    let mut parts = client_parts(after, resource_type);
    let old_parts = client_parts(before, resource_type);
    let is_fixed = |mutability| mutability == Mutability::Immutable;
    let held: Vec<_> = resource_type
        .attributes()
        .filter(|reference| {
            let mutability = reference.attribute().mutability;
            (is_fixed(mutability) || mutability == Mutability::ReadOnly)
                && value_of(before, reference).is_some()
        })
        .filter_map(AttributeReference::container)
        .collect();
    for reference in resource_type.attributes() {
        let (attribute, path) = (reference.attribute(), reference.canonical_path());
        let Some(old) = old_parts.get(&path) else {
            continue;
        };
        let is_needed =
            attribute.required && reference.container().is_some_and(|urn| held.contains(&urn));
        if is_fixed(attribute.mutability) || is_needed && !parts.contains_key(&path) {
            parts.insert(path, old.clone());
        } else if let (Some(Value::Object(new)), Value::Object(old)) = (parts.get_mut(&path), old) {
            for sub_attribute in &attribute.sub_attributes {
                if is_fixed(sub_attribute.mutability)
                    && let Some(old) = old.get(&sub_attribute.name)
                {
                    new.insert(sub_attribute.name.clone(), old.clone());
                }
            }
        }
    }
    parts
}

/// What a request in a dialect makes of a resource at a service that reads the dialect. Through the wire, because that is the
/// way it goes.
fn sent(
    request: &PatchRequest,
    before: &Resource,
    resource_type: &RegisteredResourceType,
    dialect: PatchDialect,
    compatibility: &Compatibility,
) -> Result<Resource, String> {
    if request.operations.is_empty() {
        return Ok(before.clone());
    }
    let body = dialect.body(request);
    PatchRequest::read(&body, resource_type, compatibility)
        .and_then(|request| patch::apply(&request, before, resource_type, compatibility))
        .map(|patched| patched.resource)
        .map_err(|error| format!("{error}: {body}"))
}

fn check_difference(
    before: &Resource,
    after: &Resource,
    resource_type: &RegisteredResourceType,
) -> Result<(), TestCaseError> {
    for (dialect, compatibility) in [
        (PatchDialect::Rfc, Compatibility::standard()),
        (PatchDialect::Rfc, Compatibility::strict()),
        (PatchDialect::Entra, Compatibility::entra_legacy()),
        (
            PatchDialect::InteropProfile,
            Compatibility::interop_profile(),
        ),
    ] {
        let request = patch::difference(before, after, resource_type, dialect);
        let apply =
            |request: &PatchRequest| sent(request, before, resource_type, dialect, &compatibility);
        let patched = apply(&request).map_err(TestCaseError::fail)?;
        let body = dialect.body(&request);
        let expected = reachable(before, after, resource_type);
        let is_led = |patched: &Resource| client_parts(patched, resource_type) == expected;
        prop_assert_eq!(
            &client_parts(&patched, resource_type),
            &expected,
            "{}",
            body
        );
        let again = patch::difference(&patched, after, resource_type, dialect);
        prop_assert!(again.operations.is_empty(), "{:?}", again);
        for index in 0..request.operations.len() {
            let mut fewer = request.clone();
            fewer.operations.remove(index);
            let is_enough = apply(&fewer).is_ok_and(|patched| is_led(&patched));
            prop_assert!(!is_enough, "{} can be left out: {}", index, body);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_difference_of_two_users_leads_from_one_to_the_other(before in user(), after in user()) {
        check_difference(&before, &after, &resource_type("User").unwrap())?;
    }

    #[test]
    fn the_difference_of_two_groups_leads_from_one_to_the_other(before in group(), after in group()) {
        check_difference(&before, &after, &resource_type("Group").unwrap())?;
    }

    #[test]
    fn the_difference_of_two_things_leads_from_one_to_the_other(before in thing(), after in thing()) {
        check_difference(&before, &after, &resource_type("Thing").unwrap())?;
    }

    #[test]
    fn nothing_differs_from_itself(user in user()) {
        let users = resource_type("User").unwrap();
        prop_assert!(patch::difference(&user, &user, &users, PatchDialect::Rfc).operations.is_empty());
    }
}

/// Beyond what may be tried out, a list is replaced: few are named one by one, many are not, in any dialect.
#[test]
fn what_would_take_too_long_is_replaced() {
    let users = resource_type("User").unwrap();
    let user = |count: usize| {
        let email = |index| json!({"type": format!("t{index}"), "value": format!("{index}@example.com"), "display": "d"});
        let emails: Vec<_> = (0..count).map(email).collect();
        let user = json!({"userName": "a", "emails": emails});
        Resource::new(user.as_object().unwrap().clone())
    };
    let (one, few, many) = (user(1), user(20), user(3_000));
    let count = |after| {
        let request = patch::difference(&one, after, &users, PatchDialect::Entra);
        request.operations.len()
    };
    assert_eq!(count(&few), 38);
    assert_eq!(count(&many), 1);
}
