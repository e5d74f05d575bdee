//! What a request adds to and removes from a list, told without the list.

mod apply;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::compatibility::{Compatibility, Tolerance};
use crate::error::Error;
use crate::message::{PatchOperation, PatchOperationKind, PatchRequest};
use crate::schema::{AttributeDefinition, Mutability, RegisteredResourceType};

use super::edit::{Edit, complete_entry, is_primary};
use super::lookup::{Identity, Leaf};
use super::session::{Key, Session, is_read_only};
use super::target::{EntryTest, Meaning, Target, read_path};
use super::value::is_empty;
use super::{PatchLimits, budget, check_operations};

/// The entries that a request adds to one attribute and removes from it, whatever the resource is.
///
/// First those removed go, then each one added comes, unless there is one with its `value` by then. What a resource is after
/// that is what [`apply`](super::apply) makes of it, up to the order of entries.
///
/// # Examples
///
/// See [`entry_delta`].
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct EntryDelta {
    /// The attribute, in path notation and spelled as the schema spells it: `members`.
    pub path: String,
    /// The [comparison keys](crate::schema::comparison_key) of the `value` of the entries that go, each once. That of a member is
    /// its `value`.
    pub removed: Vec<String>,
    /// The entries that come, in the order sent, each `value` once.
    pub added: Vec<Value>,
    /// What was not sent as the RFC has it, and how it was understood.
    pub tolerated: Vec<Tolerance>,
}

/// Shows no sub-attribute of an entry: one may be a secret.
impl fmt::Debug for EntryDelta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntryDelta")
            .field("path", &self.path)
            .field("removed", &self.removed.len())
            .field("added", &self.added.len())
            .field("tolerated", &self.tolerated)
            .finish()
    }
}

/// An entry that comes, with its place among all that come.
#[derive(Debug)]
struct Sent {
    place: usize,
    entry: Value,
}

/// What is known of the entries with one key.
#[derive(Debug)]
enum Fate {
    /// They go.
    Removed,
    /// They stay; if there is none, this one comes.
    Added(Sent),
    /// They go, and this one comes.
    Replaced(Sent),
}

/// What the operations so far amount to.
#[derive(Debug)]
struct Delta<'r> {
    attribute: &'r AttributeDefinition,
    value: Leaf<'r>,
    fates: BTreeMap<String, Fate>,
    /// How many entries came so far.
    come: usize,
}

/// Tells what a request adds and removes, if that is all it does: members of a group can be changed in a store without loading the
/// group.
///
/// The operations have to be about one attribute of the base schema whose entries are references, told apart by `value`. They
/// add entries, or remove those that a filter such as `value eq "…"`, several of it joined by `or`, or a value names. All forms
/// are understood that `compatibility` lets [`apply`](super::apply) understand.
///
/// `None`: the outcome depends on the resource, or concerns more of it; load it and apply the request.
///
/// # Errors
///
/// Those of [`apply`](super::apply), where they do not depend on the resource.
///
/// # Examples
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::message::PatchRequest;
/// use scim_core::patch::{self, PatchLimits};
/// use scim_core::schema::SchemaRegistry;
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = SchemaRegistry::standard();
/// let groups = registry.resource_type("Group").ok_or("no groups")?;
/// let compatibility = Compatibility::entra();
/// let request = json!({
///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
///     "Operations": [
///         {"op": "Add", "path": "members", "value": [{"$ref": null, "value": "1"}, {"value": "2"}]},
///         {"op": "Remove", "path": "members[value eq \"2\"]"},
///         {"op": "Remove", "path": "members", "value": [{"value": "3"}]},
///     ],
/// });
/// let request = PatchRequest::read(&request, groups, &compatibility)?;
/// let delta = patch::entry_delta(&request, groups, &compatibility, &PatchLimits::default())?.ok_or("it needs the group")?;
/// assert_eq!(delta.path, "members");
/// assert_eq!(delta.added, [json!({"value": "1"})]);
/// assert_eq!(delta.removed, ["2", "3"]);
/// # Ok(())
/// # }
/// ```
pub fn entry_delta(
    request: &PatchRequest,
    resource_type: &RegisteredResourceType,
    compatibility: &Compatibility,
    limits: &PatchLimits,
) -> Result<Option<EntryDelta>, Error> {
    check_operations(request, limits)?;
    // No operation looks at it.
    let mut nothing = serde_json::Map::new();
    let mut session = Session::new(&mut nothing, resource_type, compatibility, budget(limits));
    let mut delta = None;
    for (index, operation) in request.operations.iter().enumerate() {
        let is_told = session
            .collect(operation, &mut delta)
            .map_err(|error| error.with_operation(index))?;
        if !is_told {
            return Ok(None);
        }
    }
    let tolerated = session.tolerated;
    Ok(delta.map(|delta| {
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        for (key, fate) in delta.fates {
            match fate {
                Fate::Removed => removed.push(key),
                Fate::Added(entry) => added.push(entry),
                Fate::Replaced(entry) => {
                    removed.push(key);
                    added.push(entry);
                }
            }
        }
        added.sort_by_key(|sent| sent.place);
        EntryDelta {
            path: delta.attribute.name.clone(),
            removed,
            added: added.into_iter().map(|sent| sent.entry).collect(),
            tolerated,
        }
    }))
}

impl<'r> Delta<'r> {
    /// Nothing so far, for an attribute of which additions and removals can be told without the resource.
    fn of(target: &Target<'r, '_>) -> Option<Self> {
        let attribute = target.attribute();
        let is_free = attribute.multi_valued
            && attribute.mutability == Mutability::ReadWrite
            && !attribute.required
            && target.sub_attribute.is_none()
            && target.reference.container().is_none();
        match Identity::of(attribute) {
            Identity::Leaf(value) if is_free && value.is_sub_attribute() => Some(Self {
                attribute,
                value,
                fates: BTreeMap::new(),
                come: 0,
            }),
            _ => None,
        }
    }

    fn remove(&mut self, key: &str) {
        self.fates.insert(key.to_owned(), Fate::Removed);
    }

    fn add(&mut self, key: String, entry: Value) {
        self.come += 1;
        let sent = Sent {
            place: self.come,
            entry,
        };
        match self.fates.get_mut(&key) {
            None => {
                self.fates.insert(key, Fate::Added(sent));
            }
            Some(fate @ Fate::Removed) => *fate = Fate::Replaced(sent),
            // It is there already.
            Some(_) => {}
        }
    }
}

impl<'r> Session<'r, '_> {
    /// Adds to the delta what an operation does; `false`: the resource is needed for it.
    fn collect(
        &mut self,
        operation: &PatchOperation,
        delta: &mut Option<Delta<'r>>,
    ) -> Result<bool, Error> {
        let value = operation.value.as_ref();
        let Some(path) = &operation.path else {
            return self.collect_members(operation.op, value, delta);
        };
        match read_path(path, self.resource_type, &mut self.tolerating())? {
            Meaning::Attribute(target) => self.collect_target(operation.op, &target, value, delta),
            Meaning::Base | Meaning::Extension(_) => Ok(false),
        }
    }

    /// An operation without path: `add` of members alone.
    fn collect_members(
        &mut self,
        kind: PatchOperationKind,
        value: Option<&Value>,
        delta: &mut Option<Delta<'r>>,
    ) -> Result<bool, Error> {
        let Some(Value::Object(members)) = value else {
            return Ok(false);
        };
        // Two keys for one attribute are refused, which is told best where the whole request is run.
        if kind != PatchOperationKind::Add || self.compatibility.require_paths || members.len() != 1
        {
            return Ok(false);
        }
        for (name, value) in members {
            let Key::Attribute(target) = self.read_key(None, name)? else {
                return Ok(false);
            };
            if !self.collect_target(kind, &target, Some(value), delta)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn collect_target(
        &mut self,
        kind: PatchOperationKind,
        target: &Target<'r, '_>,
        value: Option<&Value>,
        delta: &mut Option<Delta<'r>>,
    ) -> Result<bool, Error> {
        if is_read_only(target) {
            return Ok(false);
        }
        if delta.is_none() {
            *delta = Delta::of(target);
        }
        let Some(delta) = delta else {
            return Ok(false);
        };
        if !std::ptr::eq(delta.attribute, target.attribute()) || target.sub_attribute.is_some() {
            return Ok(false);
        }
        match (kind, value) {
            (PatchOperationKind::Add, Some(value)) if target.selection.is_none() => {
                self.collect_added(target, value, delta)
            }
            (PatchOperationKind::Remove, value) => self.collect_removed(target, value, delta),
            _ => Ok(false),
        }
    }

    fn collect_added(
        &mut self,
        target: &Target<'r, '_>,
        value: &Value,
        delta: &mut Delta<'r>,
    ) -> Result<bool, Error> {
        if is_empty(delta.attribute, value) {
            return Ok(false);
        }
        let mut edit = self.edit(PatchOperationKind::Add);
        for entry in edit.read_entries(target, value)? {
            let entry = complete_entry(target, entry)?;
            let Some(key) = delta.value.key(&entry).map(std::borrow::Cow::into_owned) else {
                return Ok(false);
            };
            // What makes it impossible does not matter where it is there already.
            let Ok(entry) = edit.admit(target, entry) else {
                return Ok(false);
            };
            let is_whole = delta.attribute.sub_attributes.iter().all(|sub| {
                !sub.required
                    || sub.mutability == Mutability::ReadOnly
                    || entry.get(&sub.name).is_some()
            });
            if !is_whole || is_primary(&entry) {
                return Ok(false);
            }
            delta.add(key, entry);
        }
        Ok(true)
    }

    fn collect_removed(
        &mut self,
        target: &Target<'r, '_>,
        value: Option<&Value>,
        delta: &mut Delta<'r>,
    ) -> Result<bool, Error> {
        let named = value.filter(|value| !value.is_null());
        match (&target.selection, named) {
            (Some(selection), None) => {
                let EntryTest::Keys(leaf, keys) = &selection.test else {
                    return Ok(false);
                };
                let depends = !self.compatibility.remove_without_match
                    || self.compatibility.refuse_several_matches;
                if depends || !leaf.is(&delta.value) {
                    return Ok(false);
                }
                for key in keys {
                    delta.remove(key);
                }
                Ok(true)
            }
            (None, Some(value)) if self.compatibility.remove_with_value => {
                if is_empty(delta.attribute, value) {
                    return Ok(false);
                }
                let mut edit = self.edit(PatchOperationKind::Remove);
                for entry in edit.read_named(target, value)? {
                    let Some(key) = delta.value.key(&entry) else {
                        return Ok(false);
                    };
                    delta.remove(&key);
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn edit(&mut self, kind: PatchOperationKind) -> Edit<'_> {
        Edit {
            kind,
            compatibility: self.compatibility,
            tolerated: &mut self.tolerated,
            budget: &mut self.budget,
            is_reference_sent: false,
        }
    }
}
