//! Criterion benches of the workspace, and the texts that ours and its rivals are held against.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

/// Every filter of scim-filter's case files that the grammar alone decides, in order and once: no schema is named to the parser.
///
/// # Errors
///
/// A case file cannot be read, or is not JSON.
pub fn filter_corpus() -> io::Result<Vec<String>> {
    let mut corpus = Vec::new();
    gather(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/scim-filter/tests/cases"),
        &mut corpus,
    )?;
    corpus.sort();
    corpus.dedup();
    Ok(corpus)
}

fn gather(folder: &Path, corpus: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, corpus)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let cases: Vec<Value> = serde_json::from_str(&fs::read_to_string(path)?)?;
            let alone = cases.iter().filter(|case| {
                case.get("schemas").is_none() && case.get("schemasWithFreeNames").is_none()
            });
            corpus.extend(alone.filter_map(|case| Some(case.get("filter")?.as_str()?.to_owned())));
        }
    }
    Ok(())
}

/// A full user of 1.6 KB, with the enterprise extension.
#[must_use]
pub fn full_user() -> Value {
    json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        ],
        "id": "2819c223-7f76-453a-919d-413861904646",
        "externalId": "701984",
        "userName": "bjensen@example.com",
        "name": {
            "formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara",
            "middleName": "Jane", "honorificPrefix": "Ms.", "honorificSuffix": "III",
        },
        "displayName": "Babs Jensen",
        "nickName": "Babs",
        "profileUrl": "https://login.example.com/bjensen",
        "emails": [
            { "value": "bjensen@example.com", "type": "work", "primary": true },
            { "value": "babs@jensen.example.org", "type": "home" },
        ],
        "addresses": [{
            "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "region": "CA",
            "postalCode": "91608", "country": "US", "type": "work", "primary": true,
        }],
        "phoneNumbers": [
            { "value": "tel:+1-555-555-5555", "type": "work" },
            { "value": "tel:+1-555-555-4444", "type": "mobile" },
        ],
        "ims": [{ "value": "babs", "type": "xmpp" }],
        "photos": [{ "value": "https://photos.example.com/profilephoto/72930000000Ccne/F", "type": "photo" }],
        "roles": [{ "value": "guide", "display": "Tour guide", "primary": true }],
        "entitlements": [{ "value": "park" }],
        "meta": {
            "resourceType": "User", "created": "2026-01-23T04:56:22.125Z", "location": "https://example.com/v2/Users/2819c223",
        },
        "userType": "Employee",
        "title": "Tour Guide",
        "preferredLanguage": "en-US",
        "locale": "en-US",
        "timezone": "America/Los_Angeles",
        "active": true,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios",
            "division": "Theme Park", "department": "Tour Operations",
            "manager": { "value": "26118915-6090-4610-87e4-49d8ca9f808d", "displayName": "John Smith" },
        },
    })
}

/// A user as a client sends it, one of many: [`full_user`] with a `userName` of its own, `load-<number>`.
#[must_use]
pub fn numbered_user(number: usize) -> Value {
    let mut user = full_user();
    if let Some(members) = user.as_object_mut() {
        members.remove("id");
        members.remove("meta");
        members.insert("userName".to_owned(), format!("load-{number}").into());
    }
    user
}
