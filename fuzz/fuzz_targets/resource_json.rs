//! Any bytes as the body of a user or a group, from a client and from a service: a resource or failures.
//!
//! What was read is valid, and reads again as itself without a further tolerance. A more lenient reader takes whatever a
//! stricter one takes, for the same. The typed form holds all of it.
#![cfg_attr(fuzzing, no_main)]

use scim_core::compatibility::Compatibility;
use scim_core::resource::{Group, Resource, User};
use scim_core::schema::{RegisteredResourceType, SchemaRegistry, ValidationContext};

fn check(data: &[u8]) {
    let registry = SchemaRegistry::standard();
    for resource_type in registry.resource_types() {
        for context in [
            ValidationContext::Create,
            ValidationContext::Replace,
            ValidationContext::Response,
        ] {
            let read = |compatibility| read(data, resource_type, context, compatibility);
            let strict = read(Compatibility::strict());
            let standard = read(Compatibility::standard());
            let entra = read(Compatibility::entra());
            let legacy = read(Compatibility::entra_legacy());
            let okta = read(Compatibility::okta());
            for (stricter, lenient) in [
                (&strict, &standard),
                (&standard, &entra),
                (&entra, &legacy),
                (&standard, &okta),
            ] {
                assert!(stricter.is_none() || stricter == lenient, "{context:?}");
            }
        }
    }
}

fn read(
    data: &[u8],
    resource_type: &RegisteredResourceType,
    context: ValidationContext,
    compatibility: Compatibility,
) -> Option<Resource> {
    let (resource, tolerated) = match resource_type.read_slice(data, context, &compatibility) {
        Ok(read) => read,
        Err(report) => {
            assert!(!report.failures().is_empty());
            assert!(!report.to_string().is_empty());
            return None;
        }
    };
    let body = resource.to_value().to_string();
    let again = resource_type.read_slice(body.as_bytes(), context, &compatibility);
    let Ok((again, tolerated_again)) = again else {
        panic!("{body}: {again:?}");
    };
    assert_eq!(again, resource, "{body}");
    for tolerance in tolerated_again {
        assert!(tolerated.contains(&tolerance), "{body}: {tolerance}");
    }
    let valid = resource_type.validate(&resource, context);
    assert!(valid.is_ok(), "{body}: {valid:?}");
    let typed = match resource_type.definition().name.as_str() {
        "User" => User::try_from(&resource).map(Resource::from),
        _ => Group::try_from(&resource).map(Resource::from),
    };
    match typed {
        Ok(typed) => same_but_for_instants(&typed, &resource),
        Err(error) => panic!("{body}: {error}"),
    }
    Some(resource)
}

/// The typed form writes the times of `meta` in its own way; nothing else may differ.
fn same_but_for_instants(typed: &Resource, resource: &Resource) {
    let without_times = |resource: &Resource| {
        let mut value = resource.to_value();
        if let Some(meta) = value.get_mut("meta").and_then(|meta| meta.as_object_mut()) {
            meta.remove("created");
            meta.remove("lastModified");
        }
        value
    };
    assert_eq!(without_times(typed), without_times(resource));
    assert_eq!(typed.meta(), resource.meta());
}

fuzz::target!(check);
