//! From two states to the request that leads from one to the other.

mod client_part;
mod entry_lists;
mod filters;
mod trial;

use scim_filter::{AttributePath, PatchPath};
use serde_json::{Map, Value};

use crate::evaluation::{Place, place};
use crate::message::{PatchOperation, PatchOperationKind, PatchRequest};
use crate::resource::Resource;
use crate::schema::{AttributeReference, Mutability, RegisteredResourceType, subject};

use super::dialect::PatchDialect;
use super::touched::entry_changes;

use client_part::{client_part, holds, is_fixed};

/// The smallest request that makes the second state of the first: nothing for what is equal, one entry for one member.
///
/// What a client cannot change is left out: whatever is read-only, an immutable value that is there already, and what an
/// extension requires as long as one of these keeps it there. A single value or a list that goes as a whole takes such parts along.
/// In everything else `apply(difference(before, after), before)` is `after`, up to the order of entries, which carries no meaning;
/// and no operation can be left out.
///
/// It takes n log n steps for lists of n entries, and some hundred thousand more at most: where it would take more to tell the
/// entries apart, the list is replaced as a whole, in every dialect.
///
/// # Examples
///
/// ```
/// use scim_core::patch;
/// use scim_core::resource::Resource;
/// use scim_core::schema::SchemaRegistry;
/// use serde_json::{Value, json};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("no users")?;
/// let user = |value: Value| Resource::new(value.as_object().cloned().unwrap_or_default());
/// let before = user(json!({"userName": "a", "title": "CTO", "emails": [{"type": "work", "value": "a@example.com"}]}));
/// let after = user(json!({"userName": "a", "emails": [{"type": "work", "value": "b@example.com"}]}));
///
/// let request = patch::difference(&before, &after, &users, patch::PatchDialect::Rfc);
/// let paths: Vec<_> = request.operations.iter().flat_map(|operation| &operation.path).map(ToString::to_string).collect();
/// assert_eq!(paths, [r#"emails[type eq "work"].value"#, "title"]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn difference(
    before: &Resource,
    after: &Resource,
    resource_type: &RegisteredResourceType,
    dialect: PatchDialect,
) -> PatchRequest {
    let mut operations = Vec::new();
    let dropped: Vec<_> = resource_type
        .extension_containers()
        .iter()
        .map(|container| &container.schema.id)
        .filter(|urn| {
            let members = |resource: &Resource| {
                resource
                    .extension(urn.as_str())
                    .map(Map::len)
                    .unwrap_or_default()
            };
            dialect != PatchDialect::Entra
                && members(before) > 1
                && members(after) == 0
                && !holds(resource_type, urn, before)
        })
        .collect();
    for reference in resource_type.attributes() {
        let attribute = reference.attribute();
        if attribute.mutability == Mutability::ReadOnly || attribute.name == "schemas" {
            continue;
        }
        if reference
            .container()
            .is_some_and(|urn| dropped.contains(&urn))
        {
            continue;
        }
        let place = place(reference);
        let stored = place.attribute_in(before.attributes());
        let old = stored.and_then(|value| client_part(attribute, value));
        let new = place
            .attribute_in(after.attributes())
            .and_then(|value| client_part(attribute, value));
        let (old, new) = (old.as_deref(), new.as_deref());
        if old == new || stored.is_some_and(|stored| is_fixed(attribute, stored)) {
            continue;
        }
        let is_held = new.is_none()
            && attribute.required
            && reference
                .container()
                .is_some_and(|urn| holds(resource_type, urn, before));
        if !is_held && let Some(path) = attribute_path(&place) {
            let operation = Attribute {
                reference,
                path,
                resource_type,
                dialect,
                stored,
            };
            operation.difference(old, new, &mut operations);
        }
    }
    for urn in dropped {
        operations.push(operation(
            PatchOperationKind::Remove,
            PatchPath::Schema(urn.to_string()),
            None,
        ));
    }
    PatchRequest::new(operations)
}

/// One attribute whose values differ.
pub(super) struct Attribute<'d> {
    pub(super) reference: &'d AttributeReference,
    pub(super) path: AttributePath,
    pub(super) resource_type: &'d RegisteredResourceType,
    pub(super) dialect: PatchDialect,
    /// The first value with all that a client cannot change.
    pub(super) stored: Option<&'d Value>,
}

impl Attribute<'_> {
    fn difference(
        &self,
        old: Option<&Value>,
        new: Option<&Value>,
        operations: &mut Vec<PatchOperation>,
    ) {
        let whole = || PatchPath::Attribute(self.path.clone());
        match (old, new) {
            (_, None) => operations.push(operation(PatchOperationKind::Remove, whole(), None)),
            (None, Some(Value::Object(new))) => self.members(&Map::new(), new, operations),
            (None, Some(new)) => operations.push(operation(
                PatchOperationKind::Add,
                whole(),
                Some(new.clone()),
            )),
            (Some(Value::Array(old)), Some(Value::Array(new))) => {
                let (went, came) = entry_changes(old, new);
                if went.is_empty() && came.is_empty() {
                    return;
                }
                operations.extend(self.entries(old, new, &went, &came));
            }
            (Some(Value::Object(old)), Some(Value::Object(new))) => {
                self.members(old, new, operations);
            }
            (Some(_), Some(new)) => {
                operations.push(operation(
                    PatchOperationKind::Replace,
                    whole(),
                    Some(new.clone()),
                ));
            }
        }
    }

    /// The sub-attributes of a single value.
    fn members(
        &self,
        old: &Map<String, Value>,
        new: &Map<String, Value>,
        operations: &mut Vec<PatchOperation>,
    ) {
        let definition = self.reference.attribute();
        // A reference goes with what it referred to.
        let changes_subject = subject(definition, old) != subject(definition, new);
        let goes_along = |name: &str| changes_subject && name == "$ref";
        let (kept, set) = self.writable(old, new, changes_subject);
        let gone: Vec<_> = old
            .keys()
            .filter(|name| !kept.contains_key(*name) && !goes_along(name))
            .cloned()
            .collect();
        let is_new = old.is_empty();
        let id = kept.get("value").cloned();
        let whole = |kind, mut members: Map<String, Value>| {
            // Alone, a reference would be taken for the id as well.
            if let Some(id) = id.clone().filter(|_| members.contains_key("$ref")) {
                members.insert("value".to_owned(), id);
            }
            let path = PatchPath::Attribute(self.path.clone());
            operation(kind, path, Some(Value::Object(members)))
        };
        let refers = definition.sub_attribute("$ref").is_some();
        match (self.dialect, set.len()) {
            (_, 0) if gone.is_empty() => return,
            (PatchDialect::InteropProfile, set) if gone.len() + set > 1 && !gone.is_empty() => {
                operations.push(whole(PatchOperationKind::Replace, kept));
                return;
            }
            _ => {}
        }
        for name in gone {
            operations.extend(self.sub_operation(PatchOperationKind::Remove, &name, None));
        }
        let is_bare = set.len() == 1 && set.contains_key("value") && refers;
        match (self.dialect, set.len()) {
            (_, 0) => {}
            (PatchDialect::Entra, _) if !is_bare => {
                let mut set: Vec<_> = set.into_iter().collect();
                set.sort_by_key(|(name, _)| name != "value");
                for (name, value) in set {
                    let kind = kind_for(old.get(&name).filter(|_| !goes_along(&name)));
                    operations.extend(self.sub_operation(kind, &name, Some(value)));
                }
            }
            (PatchDialect::Entra, _) => {
                operations.push(whole(kind_for(old.get("value")), set));
            }
            (_, 1) if !is_new => {
                for (name, value) in set {
                    let kind = PatchOperationKind::Replace;
                    operations.extend(self.sub_operation(kind, &name, Some(value)));
                }
            }
            (PatchDialect::Rfc, _) if !is_new => {
                operations.push(whole(PatchOperationKind::Replace, set));
            }
            _ => operations.push(whole(PatchOperationKind::Add, set)),
        }
    }

    /// What a client may write of the new value: all of it, and what is different. What is immutable stays as it is, and a
    /// reference is written with the `value` that it belongs to.
    fn writable(
        &self,
        old: &Map<String, Value>,
        new: &Map<String, Value>,
        changes_subject: bool,
    ) -> (Map<String, Value>, Map<String, Value>) {
        let mut kept = new.clone();
        for sub_attribute in &self.reference.attribute().sub_attributes {
            let name = &sub_attribute.name;
            if changes_subject && name == "$ref" {
                continue;
            }
            if let Some(old) = old.get(name).filter(|old| is_fixed(sub_attribute, old)) {
                kept.insert(name.clone(), old.clone());
            }
        }
        let mut set = kept.clone();
        set.retain(|name, value| {
            changes_subject && name == "$ref" || old.get(name) != Some(&*value)
        });
        (kept, set)
    }

    fn sub_operation(
        &self,
        kind: PatchOperationKind,
        name: &str,
        value: Option<Value>,
    ) -> Option<PatchOperation> {
        let path = self.path.clone().with_sub_attribute(name).ok()?;
        Some(operation(kind, PatchPath::Attribute(path), value))
    }
}

/// What Entra calls setting a value: it depends on whether there is one.
pub(super) const fn kind_for(old: Option<&Value>) -> PatchOperationKind {
    if old.is_some() {
        PatchOperationKind::Replace
    } else {
        PatchOperationKind::Add
    }
}

fn attribute_path(place: &Place) -> Option<AttributePath> {
    match &place.container {
        None => AttributePath::new(&*place.attribute).ok(),
        Some(urn) => AttributePath::qualified(&**urn, &*place.attribute).ok(),
    }
}

pub(super) const fn operation(
    kind: PatchOperationKind,
    path: PatchPath,
    value: Option<Value>,
) -> PatchOperation {
    PatchOperation::new(kind, Some(path), value)
}
