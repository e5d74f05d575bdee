//! The resources of one type and tenant, found by their ids and by their unique values.

use std::collections::BTreeMap;

use super::version;
use crate::evaluation::{BoundFilter, Equality};
use crate::resource::Resource;
use crate::schema::{RegisteredResourceType, UniqueKey, Uniqueness};
use crate::service_provider::search::Search;
use crate::service_provider::store_error::StoreError;

#[derive(Default)]
pub(super) struct Held {
    pub(super) by_id: BTreeMap<String, Resource>,
    /// For each attribute its values that are unique, with the id of the resource that has them.
    taken: BTreeMap<String, BTreeMap<String, String>>,
}

impl Held {
    /// Takes a new resource in, unless it has a unique value of another one.
    pub(super) fn insert(
        &mut self,
        id: String,
        resource: Resource,
        keys: Vec<UniqueKey>,
    ) -> Result<(), StoreError> {
        self.refuse_taken(&id, &keys)?;
        self.take(&id, keys);
        self.by_id.insert(id, resource);
        Ok(())
    }

    /// Takes a resource in, in place of the one with the same id, if that one has this version, and gives the old one back.
    pub(super) fn replace(
        &mut self,
        id: &str,
        resource: Resource,
        expected_version: &str,
        resource_type: &RegisteredResourceType,
    ) -> Result<Resource, StoreError> {
        let held = self.by_id.get(id).ok_or(StoreError::NotFound)?;
        let is_expected = version(held).as_deref() == Some(expected_version);
        // Most changes leave alone what is unique.
        if !resource_type.are_unique_alike(held, &resource) {
            let old_keys = resource_type.unique_keys(held);
            let keys = resource_type.unique_keys(&resource);
            self.refuse_taken(id, &keys)?;
            if is_expected {
                self.release(&old_keys);
                self.take(id, keys);
            }
        }
        match self.by_id.get_mut(id) {
            Some(held) if is_expected => Ok(std::mem::replace(held, resource)),
            _ => Err(StoreError::Stale),
        }
    }

    pub(super) fn remove(&mut self, id: &str, resource_type: &RegisteredResourceType) {
        if let Some(held) = self.by_id.remove(id) {
            self.release(&resource_type.unique_keys(&held));
        }
    }

    /// The resources among which all are that match a query: one at most, if the query names a unique value.
    pub(super) fn candidates(
        &self,
        search: &Search,
        resource_type: &RegisteredResourceType,
    ) -> Box<dyn Iterator<Item = &Resource> + '_> {
        let mut equalities = search.filter.iter().flat_map(BoundFilter::equalities);
        match equalities.find_map(|equality| unique_key(equality, resource_type)) {
            Some(key) => {
                let owner = self.owner(&key).and_then(|id| self.by_id.get(id));
                Box::new(owner.into_iter())
            }
            None => Box::new(self.by_id.values()),
        }
    }

    fn refuse_taken(&self, id: &str, keys: &[UniqueKey]) -> Result<(), StoreError> {
        let is_taken = |key: &&UniqueKey| self.owner(key).is_some_and(|owner| owner != id);
        match keys.iter().find(is_taken) {
            Some(taken) => Err(taken.taken().into()),
            None => Ok(()),
        }
    }

    fn owner(&self, key: &UniqueKey) -> Option<&String> {
        self.taken.get(&key.path)?.get(&key.key)
    }

    fn take(&mut self, id: &str, keys: Vec<UniqueKey>) {
        for key in keys {
            let of_attribute = self.taken.entry(key.path).or_default();
            of_attribute.insert(key.key, id.to_owned());
        }
    }

    fn release(&mut self, keys: &[UniqueKey]) {
        for key in keys {
            if let Some(of_attribute) = self.taken.get_mut(&key.path) {
                of_attribute.remove(&key.key);
            }
        }
    }
}

/// The value that an equality is about, if it is unique.
fn unique_key(equality: Equality, resource_type: &RegisteredResourceType) -> Option<UniqueKey> {
    let attribute = resource_type.find(None, &equality.path, None)?;
    let scope = attribute.definition().uniqueness;
    (scope != Uniqueness::None).then(|| UniqueKey::new(equality.path, equality.key, scope))
}
