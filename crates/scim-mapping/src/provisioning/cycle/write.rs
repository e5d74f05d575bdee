//! Requests that change an object, and which object belongs to whom.

use std::collections::BTreeSet;

use scim_core::compatibility::Compatibility;
use scim_core::message::PatchRequest;
use scim_core::patch;
use scim_core::resource::Resource;

use super::task::Task;
use super::{ObjectKind, ProvisioningCycle};
use crate::provisioning::failure::{Failure, FailureCode};
use crate::provisioning::fingerprint::Fingerprint;
use crate::provisioning::job::ObjectMapping;
use crate::provisioning::request::TargetOperation;

/// What the keys begin with that hold an object of the target.
const OF_TARGET: &str = "target ";

impl ProvisioningCycle {
    /// PATCH, or the whole object where the target has no PATCH.
    pub(super) fn changing(
        &self,
        object: &ObjectMapping,
        id: String,
        request: PatchRequest,
        current: &Resource,
    ) -> Result<TargetOperation, Failure> {
        if self.job.settings().patch_supported {
            let body = object.mapping().patch_dialect().body(&request);
            return Ok(TargetOperation::Patch { id, request, body });
        }
        let patched = patch::apply(
            &request,
            current,
            object.target(),
            &Compatibility::standard(),
        );
        let mut patched = patched.map_err(|error| {
            Failure::new(
                FailureCode::SchemaPropertyCanOnlyAcceptValue,
                error.to_string(),
                "correct the mapping of the attribute named, or its source value",
            )
        })?;
        patched.resource.attributes_mut().remove("meta");
        let body = patched.resource.into_value();
        Ok(TargetOperation::Replace { id, body })
    }

    pub(super) fn claim_found(&mut self, task: &mut Task, found: &Resource) -> Option<Failure> {
        match found.id().filter(|id| !id.is_empty()) {
            Some(id) => self.claim(task, id.to_owned()),
            None => Some(Failure::new(
                FailureCode::SystemForCrossDomainIdentityManagementServiceIncompatible,
                "the target's object has no id",
                "the target must give every object an id (RFC 7643, section 3.1)",
            )),
        }
    }

    /// Takes an object of the target for one of the source, unless it belongs to another one.
    pub(super) fn claim(&mut self, task: &mut Task, id: String) -> Option<Failure> {
        let key = format!("{OF_TARGET}{} {id}", task.kind);
        let is_own = task.keys.contains(&key);
        if !is_own && !self.held.is_free(&key) {
            let owner = self.owner(task.kind, &id);
            return Some(foreign(&id, owner.as_deref()));
        }
        let link = self.state.link(task.kind, &task.source_id);
        let is_linked = link.is_some_and(|link| link.target_id.as_ref() == Some(&id));
        // Whoever is linked to it already need not be searched for among all links.
        if !is_linked
            && let Some(owner) = self.owner(task.kind, &id)
            && owner != task.source_id
        {
            let is_released = self
                .state
                .link(task.kind, &owner)
                .is_some_and(|link| link.released);
            if !is_released {
                return Some(foreign(&id, Some(&owner)));
            }
            // Whoever left the scope has no claim on it any more.
            self.unlink(task.kind, &owner);
        }
        if !is_own {
            self.held.hold(&key);
            task.keys.push(key);
        }
        task.target_id = Some(id);
        None
    }

    /// The source id of whoever is linked to an object of the target.
    pub(super) fn owner(&mut self, kind: ObjectKind, target_id: &str) -> Option<String> {
        if !self.is_linked(target_id) {
            return None;
        }
        // A short name says that there may be one: links are searched for him only then.
        let mut links = self.state.links.get(&kind)?.iter();
        links
            .find(|(_, link)| link.target_id.as_deref() == Some(target_id))
            .map(|(source_id, _)| source_id.clone())
    }

    /// Whether an object of the target may be linked; false is certain.
    pub(super) fn is_linked(&mut self, target_id: &str) -> bool {
        let links = &self.state.links;
        let targets = self.targets.get_or_insert_with(|| {
            links
                .values()
                .flatten()
                .filter_map(|(_, link)| link.target_id.as_deref())
                .map(|id| Fingerprint::of_text(id).bits())
                .collect::<BTreeSet<u64>>()
        });
        targets.contains(&Fingerprint::of_text(target_id).bits())
    }
}

pub(super) fn is_of_target(key: &str) -> bool {
    key.starts_with(OF_TARGET)
}

fn foreign(id: &str, owner: Option<&str>) -> Failure {
    let owner = owner.map_or_else(
        || "another object of the source".to_owned(),
        |owner| format!("the source's object {owner}"),
    );
    Failure::new(
        FailureCode::DuplicateSourceEntries,
        format!("the target's object {id} belongs to {owner}"),
        "give the two different values in the matching attributes",
    )
}
