//! Users, groups and requests on them.

use proptest::collection::vec;
use proptest::prelude::*;
use scim_core::compatibility::Compatibility;
use scim_core::urn;
use serde_json::{Map, Value, json};

pub(super) fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "A", "ß", "SS", "", "é"]).prop_map(str::to_owned)
}

/// An entry of a typed attribute, perhaps with null parts.
pub(super) fn entry() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec!["work", "WORK", "home"]);
    let primary = prop::sample::select(vec![Some(true), Some(false), None]);
    (text(), kind, primary, any::<[bool; 4]>()).prop_map(|(value, kind, primary, has)| {
        let mut entry = Map::new();
        if has[0] {
            entry.insert("value".to_owned(), value.into());
        }
        if has[1] {
            entry.insert("type".to_owned(), kind.into());
        }
        if has[2] {
            entry.insert("primary".to_owned(), primary.into());
        }
        if has[3] {
            entry.insert("display".to_owned(), Value::Null);
        }
        Value::Object(entry)
    })
}

pub(super) fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!([])),
        entry(),
        vec(entry(), 0..4).prop_map(Value::from),
        Just(json!({"givenName": "x", "middleName": null})),
        Just(
            json!({"title": "t", "name.familyName": "f", "emails": [{"value": "z"}], "department": "d"})
        ),
        Just(
            json!({"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "d", "userName": "n"})
        ),
        Just(json!({"department": "d", "manager": {"value": "m"}})),
        Just(json!([urn::USER])),
    ]
}

pub(super) fn user_path() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![
        None,
        Some("title"),
        Some("active"),
        Some("userName"),
        Some("id"),
        Some("name"),
        Some("name.givenName"),
        Some("emails"),
        Some("emails.type"),
        Some("emails.primary"),
        Some("emails[type eq \"work\"]"),
        Some("emails[type eq \"work\"].value"),
        Some("emails[type eq \"home\"].primary"),
        Some("emails[value eq \"a\" or value eq \"ss\"]"),
        Some("emails[value co \"a\" and not (type eq \"home\")].display"),
        Some("addresses[type eq \"work\"].locality"),
        Some("roles"),
        Some("password"),
        Some("schemas"),
        Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"),
        Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"),
        Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"),
    ])
}

pub(super) fn user() -> impl Strategy<Value = Value> {
    (vec(entry(), 0..5), any::<[bool; 4]>(), text()).prop_map(|(entries, has, text)| {
        let mut emails: Vec<Value> = Vec::new();
        let mut primary = false;
        for mut entry in entries {
            let members = entry.as_object_mut().unwrap();
            members.retain(|_, value| !value.is_null() && value != "");
            if primary {
                members.remove("primary");
            }
            if members.keys().any(|name| name != "primary") && !emails.contains(&entry) {
                primary |= entry.get("primary") == Some(&Value::Bool(true));
                emails.push(entry);
            }
        }
        let mut user = json!({"schemas": [urn::USER], "id": "1", "userName": "u"});
        if !emails.is_empty() {
            user["emails"] = emails.into();
        }
        if has[0] {
            user["title"] = text.into();
        }
        if has[1] {
            user["name"] = json!({"givenName": "g", "familyName": "f"});
        }
        if has[2] {
            user["schemas"] = json!([urn::ENTERPRISE_USER, urn::USER]);
            user[urn::ENTERPRISE_USER] = json!({"department": "d"});
        }
        if has[3] {
            user["active"] = true.into();
        }
        user
    })
}

pub(super) fn member(id: usize) -> Value {
    json!({"value": id.to_string(), "type": "User"})
}

/// Large enough for an index.
pub(super) fn group() -> impl Strategy<Value = Value> {
    prop::collection::btree_set(0_usize..50, 30..45).prop_map(|members| {
        let members: Vec<_> = members.into_iter().map(member).collect();
        json!({"schemas": [urn::GROUP], "id": "1", "displayName": "G", "members": members})
    })
}

pub(super) fn on_members() -> impl Strategy<Value = Value> {
    let ids = vec(0_usize..50, 1..12);
    (0..6, ids).prop_map(|(kind, ids)| {
        let members: Vec<_> = ids.iter().copied().map(member).collect();
        let first = ids.first().copied().unwrap_or_default();
        match kind {
            0 => json!({"op": "add", "path": "members", "value": members}),
            1 => json!({"op": "add", "path": "members", "value": [member(first)]}),
            2 => json!({"op": "remove", "path": "members", "value": members}),
            3 => {
                let terms: Vec<_> = ids.iter().map(|id| format!("value eq \"{id}\"")).collect();
                json!({"op": "remove", "path": format!("members[{}]", terms.join(" or "))})
            }
            4 => json!({"op": "add", "path": format!("members[value eq \"{first}\"].display"), "value": "d"}),
            _ => json!({"op": "remove", "path": format!("members[value eq \"{first}\"]")}),
        }
    })
}

pub(super) fn operation() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec!["add", "replace", "remove"]);
    (kind, user_path(), prop::option::weighted(0.8, value())).prop_map(|(kind, path, value)| {
        let mut operation = Map::new();
        operation.insert("op".to_owned(), kind.into());
        if let Some(path) = path {
            operation.insert("path".to_owned(), path.into());
        }
        if let Some(value) = value.filter(|_| kind != "remove") {
            operation.insert("value".to_owned(), value);
        }
        Value::Object(operation)
    })
}

pub(super) fn compatibility() -> impl Strategy<Value = Compatibility> {
    prop::sample::select(vec![
        Compatibility::strict(),
        Compatibility::standard(),
        Compatibility::entra(),
        Compatibility::okta(),
    ])
}

pub(super) fn on_members_oddly() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        Just(json!({"value": "1", "display": "d"})),
        Just(json!({"$ref": "https://example.com/Users/2"})),
        Just(json!([{"value": "3", "$ref": null}, {"value": "3", "type": "Group"}])),
        Just(json!([])),
        Just(json!("4")),
        Just(json!([{"type": "User"}])),
        Just(json!([{"value": 5}])),
    ];
    (0..8, value).prop_map(|(kind, value)| match kind {
        0 | 1 => json!({"op": "Add", "path": "members", "value": value}),
        2 | 3 => json!({"op": "Remove", "path": "members", "value": value}),
        4 => json!({"op": "Add", "value": {"MEMBERS": value}}),
        5 => json!({"op": "remove", "path": "urn:ietf:params:scim:schemas:core:2.0:Group:members[value eq \"3\"]"}),
        6 => json!({"op": "remove", "path": "members[value eq \"1\" and type eq \"User\"]"}),
        _ => json!({"op": "replace", "path": "displayName", "value": "x"}),
    })
}
