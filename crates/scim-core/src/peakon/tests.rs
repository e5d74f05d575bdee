use proptest::prelude::*;
use serde_json::{Value, json};

use super::PeakonAccount;
use crate::compatibility::Compatibility;
use crate::patch;
use crate::resource::Resource;
use crate::schema::{
    PeakonAttribute, PeakonAttributeKind, RegisteredResourceType, ResourceType, SchemaRegistry,
    ValidationContext, enterprise_user, user,
};
use crate::urn;

fn account() -> PeakonAccount {
    PeakonAccount::new(vec![
        PeakonAttribute::new("Job Title", PeakonAttributeKind::Option),
        PeakonAttribute::new("Mentor", PeakonAttributeKind::Employee),
        PeakonAttribute::new("Buddy / 2nd (Ort)", PeakonAttributeKind::Employee),
    ])
}

fn users() -> RegisteredResourceType {
    let own = account().schema().unwrap();
    let registry = SchemaRegistry::builder()
        .schema(user().clone())
        .schema(enterprise_user().clone())
        .resource_type(
            ResourceType::new("User", "/Users", user().id.clone())
                .extension(enterprise_user().id.clone(), false)
                .extension(own.id.clone(), false),
        )
        .schema(own)
        .build()
        .unwrap();
    registry.resource_type("User").unwrap().clone()
}

proptest! {
    /// What the two steps make is what one step would have made, and the first names nobody.
    #[test]
    fn two_steps_make_what_one_would(
        mentor in prop::option::of("[a-z]{1,5}@example.com"),
        buddy in prop::option::of("[a-z]{1,5}@example.com"),
        manager in prop::option::of("[0-9]{1,5}"),
        title in prop::option::of("[A-Z]{1,5}"),
    ) {
        let (users, compatibility) = (users(), Compatibility::standard());
        let mut body = json!({ "schemas": [urn::USER], "userName": "ines@example.com" });
        let mut set = |extension: &str, name: &str, value: Option<Value>| {
            if let Some(value) = value {
                body[extension][name] = value;
            }
        };
        set(urn::PEAKON_USER, "MENTOR", mentor.map(Value::from));
        set(urn::PEAKON_USER, "buddy / 2nd (Ort)", buddy.map(Value::from));
        set(urn::PEAKON_USER, "Job Title", title.map(Value::from));
        set(urn::ENTERPRISE_USER, "Manager", manager.map(|id| json!({ "value": id })));
        let sent: Resource = serde_json::from_value(body.clone()).unwrap();
        let (at_once, _) = users.read(body, ValidationContext::Create, &compatibility).unwrap();

        let (first, second) = account().in_two_steps(sent);
        prop_assert!(account().references(&first).is_empty());
        let (first, _) = users.read(first.into_value(), ValidationContext::Create, &compatibility).unwrap();
        let after = match second {
            Some(request) => patch::apply(&request, &first, &users, &compatibility).unwrap().resource,
            None => first,
        };
        // The order of `schemas` carries no meaning; reading gives it one.
        let (after, _) = users.read(after.into_value(), ValidationContext::Create, &compatibility).unwrap();
        prop_assert_eq!(after, at_once);
    }
}

#[test]
fn an_extension_of_which_nothing_is_left_goes() {
    let ines: Resource = serde_json::from_value(json!({
        "schemas": [urn::USER, urn::PEAKON_USER],
        "userName": "ines@example.com",
        urn::PEAKON_USER: { "Mentor": "ole@example.com" },
    }))
    .unwrap();
    let (first, second) = account().in_two_steps(ines);
    assert!(first.schemas().eq([urn::USER]));
    assert_eq!(second.unwrap().operations.len(), 1);
}

#[test]
fn nobody_is_named_by_nothing() {
    for value in [json!(null), json!(""), json!(" "), json!(7), json!({})] {
        let body = json!({ urn::PEAKON_USER: { "Mentor": value }, urn::ENTERPRISE_USER: { "manager": value } });
        let resource: Resource = serde_json::from_value(body).unwrap();
        let (first, second) = account().in_two_steps(resource.clone());
        assert_eq!(first, resource);
        assert!(second.is_none());
    }
}
