//! Any bytes as the body of a user: a resource or failures; and what was read, reads again as itself.
#![cfg_attr(fuzzing, no_main)]

use scim_core::compatibility::Compatibility;
use scim_core::schema::{SchemaRegistry, ValidationContext};

fn check(data: &[u8]) {
    let registry = SchemaRegistry::standard();
    let Some(users) = registry.resource_type("User") else {
        return;
    };
    for compatibility in [
        Compatibility::strict(),
        Compatibility::standard(),
        Compatibility::entra_legacy(),
        Compatibility::okta(),
    ] {
        match users.read_slice(data, ValidationContext::Create, &compatibility) {
            Ok((resource, _)) => {
                let body = resource.to_value().to_string();
                let again =
                    users.read_slice(body.as_bytes(), ValidationContext::Create, &compatibility);
                assert_eq!(
                    again.map(|(resource, _)| resource).as_ref(),
                    Ok(&resource),
                    "{body}"
                );
            }
            Err(report) => assert!(!report.to_string().is_empty()),
        }
    }
}

fuzz::target!(check);
