//! What holds for every input.

use proptest::prelude::*;
use scim_core::compatibility::Compatibility;
use scim_core::message::PatchRequest;
use scim_core::resource::{
    Address, EnterpriseUser, Group, JsonLimits, Manager, MultiValued, Name, Resource,
    ResourceReference, User, read_json,
};
use scim_core::schema::{SchemaRegistry, ValidationContext};
use serde_json::{Map, Value};

fn text() -> impl Strategy<Value = Option<String>> {
    prop::option::of("\\PC{0,12}")
}

fn entries() -> impl Strategy<Value = Vec<MultiValued>> {
    let entry =
        (text(), text(), prop::option::of(any::<bool>())).prop_map(|(value, r#type, primary)| {
            let mut entry = MultiValued::default();
            (entry.value, entry.r#type, entry.primary) = (value, r#type, primary);
            entry
        });
    prop::collection::vec(entry, 0..3)
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        Just("schemas".to_owned()),
        Just("userName".to_owned()),
        Just("EMAILS".to_owned()),
        Just("value".to_owned()),
        Just("primary".to_owned()),
        Just("name".to_owned()),
        Just("members".to_owned()),
        Just("Operations".to_owned()),
        Just("op".to_owned()),
        Just("path".to_owned()),
        Just("$ref".to_owned()),
        Just("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".to_owned()),
        "\\PC{0,8}".prop_map(String::from),
    ];
    leaf.prop_recursive(4, 32, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

prop_compose! {
    fn user()(
        user_name in "\\PC{1,12}", external_id in text(), parts in (text(), text()), active in prop::option::of(any::<bool>()),
        emails in entries(), roles in entries(), town in text(), department in text(), manager in text(),
        unknown in prop::option::of(json()),
    ) -> User {
        let mut user = User::new(user_name);
        user.external_id = external_id;
        let mut name = Name::default();
        (name.given_name, name.family_name) = parts;
        user.name = Some(name);
        user.active = active;
        (user.emails, user.roles) = (emails, roles);
        let mut address = Address::default();
        address.locality = town;
        user.addresses.push(address);
        if department.is_some() {
            let mut enterprise = EnterpriseUser::default();
            enterprise.department = department;
            enterprise.manager = manager.map(Manager::new);
            user.enterprise = Some(enterprise);
            user.schemas.push(scim_core::urn::ENTERPRISE_USER.to_owned());
        }
        if let Some(unknown) = unknown {
            user.additional.insert("urn:example:2.0:Unknown".to_owned(), unknown);
        }
        user
    }
}

proptest! {
    #[test]
    fn a_typed_user_survives_the_dynamic_resource(mut user in user()) {
        let resource = Resource::from(user.clone());
        user.schemas = user.listed_schemas().into_iter().map(str::to_owned).collect();
        prop_assert_eq!(User::try_from(&resource).unwrap(), user);
    }

    #[test]
    fn a_typed_group_survives_the_dynamic_resource(name in "\\PC{1,12}", members in prop::collection::vec("[a-z0-9]{1,8}", 0..5)) {
        let mut group = Group::new(name);
        group.members = members.into_iter().map(ResourceReference::new).collect();
        let resource = Resource::from(group.clone());
        prop_assert_eq!(Group::try_from(&resource).unwrap(), group);
    }

    /// C-7643-2.1-4, C-7643-2.5-1: one answer from text, value and resource; and what was read stays.
    #[test]
    fn any_json_is_a_typed_user_or_none(value in json()) {
        let text = serde_json::to_vec(&value).unwrap();
        let user = serde_json::from_slice::<User>(&text);
        prop_assert_eq!(user.is_ok(), serde_json::from_value::<User>(value.clone()).is_ok());
        if let Value::Object(members) = value {
            let resource = Resource::new(members);
            let typed = resource.to_typed::<User>();
            prop_assert_eq!(user.is_ok(), typed.is_ok(), "{:?} {:?}", user, typed);
        }
        if let Ok(user) = user {
            let written = serde_json::to_value(&user).unwrap();
            let again: User = serde_json::from_value(written.clone()).unwrap();
            prop_assert_eq!(serde_json::to_value(&again).unwrap(), written);
        }
    }

    #[test]
    fn any_json_is_read_or_refused_and_what_was_read_stays(value in json(), entra in any::<bool>()) {
        let registry = SchemaRegistry::standard();
        let compatibility = if entra { Compatibility::entra_legacy() } else { Compatibility::strict() };
        for resource_type in registry.resource_types() {
            for context in [ValidationContext::Create, ValidationContext::PatchResult, ValidationContext::Response] {
                if let Ok((resource, _)) = resource_type.read(value.clone(), context, &compatibility) {
                    let (again, _) = resource_type.read(resource.to_value(), context, &compatibility).unwrap();
                    prop_assert_eq!(again, resource);
                }
            }
            let _ = PatchRequest::read(&value, resource_type, &compatibility);
        }
        let _ = serde_json::from_value::<User>(value);
    }

    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![any::<Vec<u8>>(), "[\\[\\]{}\":,a0-9. ]{0,40}".prop_map(String::into_bytes)]) {
        let read = read_json(&text, JsonLimits::new());
        if let Ok(value) = read {
            prop_assert_eq!(value, serde_json::from_slice::<Value>(&text).unwrap());
        }
    }
}
