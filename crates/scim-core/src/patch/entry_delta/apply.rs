//! The delta, carried out on a resource at hand.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::lookup::{Identity, Leaf};
use super::EntryDelta;
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;

impl EntryDelta {
    /// Takes the entries out of a resource and into it, and says whether that changed anything.
    ///
    /// For a store that keeps resources whole; one that keeps members in a table of their own does there what this does here.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::message::PatchRequest;
    /// use scim_core::patch::{self, PatchLimits};
    /// use scim_core::resource::{Group, Resource};
    /// use scim_core::schema::SchemaRegistry;
    /// use serde_json::json;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let groups = registry.resource_type("Group").ok_or("no groups")?;
    /// let (standard, limits) = (Compatibility::standard(), PatchLimits::default());
    /// let request = json!({
    ///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    ///     "Operations": [{"op": "add", "path": "members", "value": [{"value": "1"}]}],
    /// });
    /// let request = PatchRequest::read(&request, groups, &standard)?;
    /// let delta = patch::entry_delta(&request, groups, &standard, &limits)?.ok_or("it needs the group")?;
    ///
    /// let mut guides = Resource::from(Group::new("Guides"));
    /// assert!(delta.apply(&mut guides, groups));
    /// assert_eq!(guides.get("members"), Some(&json!([{"value": "1"}])));
    /// assert!(!delta.apply(&mut guides, groups));
    /// # Ok(())
    /// # }
    /// ```
    pub fn apply(&self, resource: &mut Resource, resource_type: &RegisteredResourceType) -> bool {
        let Some(attribute) = resource_type.schema().attribute(&self.path) else {
            return false;
        };
        let Identity::Leaf(value) = Identity::of(attribute) else {
            return false;
        };
        let attributes = resource.attributes_mut();
        let mut entries = match attributes.remove(&attribute.name) {
            Some(Value::Array(entries)) => entries,
            _ => Vec::new(),
        };
        let is_changed = self.apply_to(&mut entries, &value);
        if !entries.is_empty() {
            attributes.insert(attribute.name.clone(), Value::Array(entries));
        }
        is_changed
    }

    fn apply_to(&self, entries: &mut Vec<Value>, value: &Leaf<'_>) -> bool {
        let removed: BTreeSet<&str> = self.removed.iter().map(String::as_str).collect();
        let mut held = BTreeSet::new();
        let mut gone = Vec::new();
        entries.retain_mut(|entry| {
            let Some(key) = value.key(entry) else {
                return true;
            };
            if removed.contains(key.as_ref()) {
                drop(key);
                gone.push(entry.take());
                return false;
            }
            held.insert(key.into_owned());
            true
        });
        let come: Vec<&Value> = self
            .added
            .iter()
            .filter(|entry| {
                value
                    .key(entry)
                    .is_none_or(|key| held.insert(key.into_owned()))
            })
            .collect();
        entries.extend(come.iter().copied().cloned());
        // What goes and comes back as it was has not changed.
        gone.len() != come.len() || come.iter().any(|entry| !gone.contains(entry))
    }
}
