use serde_json::json;

use super::*;
use crate::error::ErrorKind;

#[test]
fn debug_does_not_show_passwords() {
    let value = json!({ "userName": "bjensen", "Password": "t1meMa$heen", "list": [{ "password": "t1meMa$heen" }] });
    let resource: Resource = serde_json::from_value(value.clone()).unwrap();
    let user: User = serde_json::from_value(value).unwrap();
    for text in [format!("{resource:?}"), format!("{resource:#?}")] {
        assert!(
            !text.contains("t1meMa$heen") && text.contains("bjensen"),
            "{text}"
        );
    }
    assert!(format!("{:?}", user.password).contains("redacted"));
}

#[test]
fn a_typed_user_keeps_what_it_does_not_know() {
    let value = json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "urn:ietf:params:scim:schemas:extension:peakon:2.0:User",
            "urn:example:2.0:Badge",
        ],
        "userName": "bjensen",
        "shoeSize": 38,
        "name": { "familyName": "Jensen", "maidenName": "Olsen" },
        "emails": [{ "value": "bjensen@example.com", "verified": true }],
        "urn:example:2.0:Badge": { "number": "7" },
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "manager": { "value": "2", "since": 2020 } },
        "urn:ietf:params:scim:schemas:extension:peakon:2.0:User": { "Job Title": "CTO" },
    });
    let user: User = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&user).unwrap(), value);
}

#[test]
fn names_of_typed_resources_have_any_case_and_come_once() {
    let user: User =
        serde_json::from_value(json!({ "USERNAME": "bjensen", "title": null, "EMAILS": null }))
            .unwrap();
    assert_eq!(user.user_name, "bjensen");
    let twice = json!({ "userName": "bjensen", "username": "root" });
    assert!(
        serde_json::from_value::<User>(twice)
            .unwrap_err()
            .to_string()
            .contains("duplicate field `userName`")
    );
}

#[test]
fn json_with_names_that_come_twice_or_too_deep_is_refused() {
    let twice = read_json(br#"{"a": {"b": 1, "b": 2}}"#, JsonLimits::new()).unwrap_err();
    assert!(twice.detail().contains("twice"), "{twice}");
    let deep = "[".repeat(100_000);
    assert!(
        read_json(deep.as_bytes(), JsonLimits::new())
            .unwrap_err()
            .detail()
            .contains("too deep")
    );
    let trailing = read_json(b"{} {}", JsonLimits::new()).unwrap_err();
    assert_eq!(trailing.kind(), ErrorKind::InvalidSyntax);
}

/// C-7643-2.1-1: case does not tell names apart, so none of the two could be trusted.
#[test]
fn a_name_that_comes_twice_is_refused() {
    for text in [
        r#"{ "userName": "bjensen", "userName": "root" }"#,
        r#"{ "userName": "bjensen", "USERNAME": "root" }"#,
        r#"{ "name": { "givenName": "Barbara", "givenname": "root" } }"#,
        r#"{ "emails": [{ "value": "a", "value": "b" }] }"#,
    ] {
        let refused = serde_json::from_str::<Resource>(text).unwrap_err();
        assert!(refused.to_string().contains("comes twice"), "{refused}");
    }
    assert!(serde_json::from_str::<Resource>("[]").is_err());
    let value = json!({ "userName": "bjensen", "emails": [{ "value": "a" }, { "value": "a" }], "n": [1, -1, 0.5, true, null] });
    let resource: Resource = serde_json::from_str(&value.to_string()).unwrap();
    assert_eq!(resource.into_value(), value);
}
