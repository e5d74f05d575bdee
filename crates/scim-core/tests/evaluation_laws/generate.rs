//! Users, groups and things as laws need them: few values, so that they meet.

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use scim_core::resource::Resource;
use scim_core::urn;
use serde_json::{Map, Value, json};

pub(crate) const THING: &str = "urn:example:params:2.0:Thing";
pub(crate) const LEASE: &str = "urn:example:params:2.0:Lease";

fn insert(members: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        members.insert(name.to_owned(), value.into());
    }
}

/// Few letters, so that values meet; some beyond ASCII, quotes and a line feed.
fn text() -> impl Strategy<Value = String> {
    "[abABéß\"\\\\\n' ]{1,4}"
}

fn entry() -> impl Strategy<Value = Map<String, Value>> {
    let kind = option::of(prop::sample::select(vec!["work", "home", "other", "WORK"]));
    (
        option::of(text()),
        kind,
        option::of(text()),
        option::of(Just(false)),
    )
        .prop_map(|(value, kind, display, primary)| {
            let mut entry = Map::new();
            insert(&mut entry, "value", value);
            insert(&mut entry, "type", kind);
            insert(&mut entry, "display", display);
            insert(&mut entry, "primary", primary);
            entry
        })
        .prop_filter("an entry has a value", |entry| {
            entry.len() > usize::from(entry.contains_key("primary"))
        })
}

/// Entries that do not repeat (type, value), at most one of them primary.
fn emails() -> impl Strategy<Value = Option<Value>> {
    (vec(entry(), 0..4), option::of(0_usize..4)).prop_map(|(entries, primary)| {
        let mut unique: Vec<Map<String, Value>> = Vec::new();
        for entry in entries {
            let key = |entry: &Map<String, Value>| {
                ["type", "value"].map(|name| {
                    entry
                        .get(name)
                        .and_then(Value::as_str)
                        .unwrap_or_default()
                        .to_lowercase()
                })
            };
            if unique.iter().all(|other| key(other) != key(&entry)) {
                unique.push(entry);
            }
        }
        if let Some(entry) = primary.and_then(|primary| unique.get_mut(primary)) {
            entry.insert("primary".to_owned(), Value::Bool(true));
        }
        (!unique.is_empty()).then(|| json!(unique))
    })
}

pub(crate) fn user() -> impl Strategy<Value = Resource> {
    let name = (option::of(text()), option::of(text()), option::of(text()));
    let enterprise = (
        option::of(text()),
        option::of(text()),
        option::of(manager()),
    );
    (
        text(),
        option::of(text()),
        option::of(any::<bool>()),
        name,
        emails(),
        enterprise,
        option::of(text()),
    )
        .prop_map(
            |(user_name, title, active, name, emails, enterprise, job)| {
                let mut user = Map::new();
                let mut schemas = vec![urn::USER];
                insert(&mut user, "userName", Some(format!("u{user_name}")));
                insert(&mut user, "title", title);
                insert(&mut user, "active", active);
                insert(&mut user, "emails", emails);
                let mut parts = Map::new();
                insert(&mut parts, "givenName", name.0);
                insert(&mut parts, "familyName", name.1);
                insert(&mut parts, "middleName", name.2);
                insert(&mut user, "name", (!parts.is_empty()).then_some(parts));
                let mut extension = Map::new();
                insert(&mut extension, "department", enterprise.0);
                insert(&mut extension, "costCenter", enterprise.1);
                insert(&mut extension, "manager", enterprise.2);
                if !extension.is_empty() {
                    schemas.push(urn::ENTERPRISE_USER);
                    insert(&mut user, urn::ENTERPRISE_USER, Some(extension));
                }
                if let Some(job) = job {
                    schemas.push(urn::PEAKON_USER);
                    insert(&mut user, urn::PEAKON_USER, Some(json!({"Job Title": job})));
                }
                insert(&mut user, "schemas", Some(json!(schemas)));
                Resource::new(user)
            },
        )
}

pub(crate) fn group() -> impl Strategy<Value = Resource> {
    btree_set(0_u32..60, 0..40).prop_map(|members| {
        let members: Vec<_> = members
            .iter()
            .map(|id| json!({"value": id.to_string(), "type": "User"}))
            .collect();
        let mut group = Map::new();
        insert(&mut group, "schemas", Some(json!([urn::GROUP])));
        insert(&mut group, "displayName", Some("G"));
        insert(
            &mut group,
            "members",
            (!members.is_empty()).then_some(members),
        );
        Resource::new(group)
    })
}

/// A complex value with some of its parts.
fn parts(names: &'static [&'static str]) -> impl Strategy<Value = Option<Value>> {
    vec(
        option::of(prop::sample::select(vec!["a", "b", "c"])),
        names.len(),
    )
    .prop_map(|values| {
        let mut members = Map::new();
        for (name, value) in names.iter().zip(values) {
            insert(&mut members, name, value);
        }
        (!members.is_empty()).then_some(Value::Object(members))
    })
}

fn manager() -> impl Strategy<Value = Value> {
    let reference = prop::sample::select(vec!["/Users/1", "/Users/2"]);
    (text(), option::of(reference), option::of(text())).prop_map(|(id, reference, display_name)| {
        let mut manager = Map::new();
        insert(&mut manager, "value", Some(id));
        insert(&mut manager, "$ref", reference);
        insert(&mut manager, "displayName", display_name);
        Value::Object(manager)
    })
}

fn visits() -> impl Strategy<Value = Option<Value>> {
    let visit = parts(&["type", "value", "badge", "seenBy"]);
    vec(visit, 0..4).prop_map(|visits| {
        let mut unique: Vec<Value> = Vec::new();
        for visit in visits.into_iter().flatten() {
            let key = |visit: &Value| ["type", "value"].map(|name| visit.get(name).cloned());
            if unique.iter().all(|other| key(other) != key(&visit)) {
                unique.push(visit);
            }
        }
        (!unique.is_empty()).then(|| json!(unique))
    })
}

/// An extension that needs a tenant.
fn lease() -> impl Strategy<Value = Option<Value>> {
    let parts = parts(&["deed", "inspector"]);
    option::of((
        prop::sample::select(vec!["a", "b"]),
        option::of(1..3),
        parts,
    ))
    .prop_map(|lease| {
        let (tenant, floor, parts) = lease?;
        let mut lease = match parts {
            Some(Value::Object(parts)) => parts,
            _ => Map::new(),
        };
        insert(&mut lease, "tenant", Some(tenant));
        insert(&mut lease, "floor", floor);
        Some(Value::Object(lease))
    })
}

/// Things: much of them is read-only or immutable.
pub(crate) fn thing() -> impl Strategy<Value = Resource> {
    let texts = || btree_set(prop::sample::select(vec!["a", "b", "c"]), 0..3);
    let origin = parts(&["cipher", "line", "plant", "checked"]);
    let simple = parts(&["serial", "owner", "note", "exact"]);
    (simple, texts(), texts(), origin, visits(), lease()).prop_map(
        |(simple, codes, tags, origin, visits, lease)| {
            let mut thing = match simple {
                Some(Value::Object(members)) => members,
                _ => Map::new(),
            };
            let list =
                |texts: std::collections::BTreeSet<&str>| (!texts.is_empty()).then(|| json!(texts));
            let mut schemas = vec![THING];
            insert(&mut thing, "label", Some("l"));
            insert(&mut thing, "codes", list(codes));
            insert(&mut thing, "tags", list(tags));
            insert(&mut thing, "origin", origin);
            insert(&mut thing, "visits", visits);
            if lease.is_some() {
                schemas.push(LEASE);
            }
            insert(&mut thing, LEASE, lease);
            insert(&mut thing, "schemas", Some(json!(schemas)));
            Resource::new(thing)
        },
    )
}
