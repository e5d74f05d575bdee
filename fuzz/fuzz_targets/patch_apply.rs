//! Any JSON as a PATCH request on a user: an answer or an error, the input untouched, no change told that is none, and a
//! result that a PUT would be taken with.
#![cfg_attr(fuzzing, no_main)]

use scim_core::compatibility::Compatibility;
use scim_core::message::PatchRequest;
use scim_core::patch;
use scim_core::resource::Resource;
use scim_core::schema::{SchemaRegistry, ValidationContext};
use serde_json::{Value, json};

fn check(data: &[u8]) {
    let Ok(body) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let registry = SchemaRegistry::standard();
    let Some(users) = registry.resource_type("User") else {
        return;
    };
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "1", "userName": "bjensen", "title": "CTO",
        "name": {"givenName": "Barbara", "familyName": "Jensen"},
        "emails": [{"type": "work", "value": "b@example.com", "primary": true}, {"type": "home", "value": "b@home.org"}],
    });
    let user = Resource::new(user.as_object().cloned().unwrap_or_default());
    for compatibility in [
        Compatibility::strict(),
        Compatibility::standard(),
        Compatibility::entra_legacy(),
    ] {
        let untouched = user.clone();
        if let Ok(request) = PatchRequest::read(&body, users, &compatibility)
            && let Ok(patched) = patch::apply(&request, &user, users, &compatibility)
        {
            assert_eq!(patched.changes.is_empty(), patched.resource == user);
            let whole = patched.resource.to_value();
            let replaced = users.read(whole, ValidationContext::Replace, &compatibility);
            assert!(replaced.is_ok(), "{replaced:?}");
            let difference = patch::difference(&user, &patched.resource, users);
            assert!(patch::apply(&difference, &user, users, &Compatibility::standard()).is_ok());
        }
        assert_eq!(user, untouched);
    }
}

fuzz::target!(check);
