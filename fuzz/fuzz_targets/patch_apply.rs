//! Any JSON as a PATCH request on a user and on a group: an answer, or an error that leaves the resource as it was; no change told
//! that is none; a result that a PUT would be taken with; the way back; and in each dialect a request that leads to the same.
#![cfg_attr(fuzzing, no_main)]

use scim_core::compatibility::Compatibility;
use scim_core::message::PatchRequest;
use scim_core::patch::{self, PatchDialect, PatchLimits};
use scim_core::resource::Resource;
use scim_core::schema::{RegisteredResourceType, SchemaRegistry, ValidationContext};
use serde_json::{Value, json};

fn check(data: &[u8]) {
    let Ok(body) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let registry = SchemaRegistry::standard();
    let (Some(users), Some(groups)) = (
        registry.resource_type("User"),
        registry.resource_type("Group"),
    ) else {
        return;
    };
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "1", "userName": "bjensen", "title": "CTO",
        "name": {"givenName": "Barbara", "familyName": "Jensen"},
        "emails": [{"type": "work", "value": "b@example.com", "primary": true}, {"type": "home", "value": "b@home.org"}],
    });
    let members: Vec<_> = (0..40)
        .map(|id| json!({"value": id.to_string(), "type": "User"}))
        .collect();
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "1", "displayName": "G", "members": members,
    });
    for compatibility in [
        Compatibility::strict(),
        Compatibility::standard(),
        Compatibility::entra_legacy(),
        Compatibility::interop_profile(),
    ] {
        check_one(&body, &user, users, &compatibility);
        check_one(&body, &group, groups, &compatibility);
    }
}

fn check_one(
    body: &Value,
    before: &Value,
    resource_type: &RegisteredResourceType,
    compatibility: &Compatibility,
) {
    let Ok(request) = PatchRequest::read(body, resource_type, compatibility) else {
        return;
    };
    let untouched = Resource::new(before.as_object().cloned().unwrap_or_default());
    let mut resource = untouched.clone();
    let limits = PatchLimits::default();
    let delta = patch::entry_delta(&request, resource_type, compatibility, &limits);
    let applied = match patch::apply_in_place(
        &request,
        &mut resource,
        resource_type,
        compatibility,
        &limits,
    ) {
        Ok(applied) => applied,
        Err(error) => {
            assert!(!matches!(delta, Ok(Some(_))), "{error}");
            assert_eq!(resource, untouched, "{error}");
            return;
        }
    };
    assert!(delta.is_ok(), "{delta:?}");
    assert_eq!(applied.is_unchanged(), *applied.resource() == untouched);
    assert_eq!(applied.is_unchanged(), applied.changes().is_empty());
    let after = applied.resource().clone();
    applied.undo();
    assert_eq!(resource, untouched);
    let replaced = resource_type.read(after.to_value(), ValidationContext::Replace, compatibility);
    assert!(replaced.is_ok(), "{replaced:?}");
    for (dialect, reader) in [
        (PatchDialect::Rfc, Compatibility::standard()),
        (PatchDialect::Entra, Compatibility::entra_legacy()),
        (
            PatchDialect::InteropProfile,
            Compatibility::interop_profile(),
        ),
    ] {
        // What another service has let in: the dialect is about the request.
        let mut reader = reader;
        (reader.values_outside_canonical, reader.loose_text_formats) = (true, true);
        let difference = patch::difference(&untouched, &after, resource_type, dialect);
        let applied = patch::apply(&difference, &untouched, resource_type, &reader);
        let Ok(applied) = applied else {
            panic!("{dialect:?} {difference:?} {applied:?}");
        };
        let again = patch::difference(&applied.resource, &after, resource_type, dialect);
        assert!(
            again.operations.is_empty(),
            "{dialect:?} {difference:?} {again:?}"
        );
    }
}

fuzz::target!(check);
