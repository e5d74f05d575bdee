//! Whom a value of the source refers to in the target.

use scim_core::schema::AttributeType;
use scim_core::scim_filter::{AttributePath, Filter, PatchPath};
use serde_json::Value;

use super::draft::Draft;
use super::task::Task;
use super::{ObjectKind, ProvisioningCycle};
use crate::location::Location;
use crate::provisioning::failure::{Failure, FailureCode};
use crate::provisioning::fingerprint::{Fingerprint, Hash};
use crate::provisioning::job::ObjectMapping;
use crate::provisioning::matching::{filter, matching_rules};

/// So many of those whom an object waits for are named.
const TOLD: usize = 10;
/// So many names of people who are not in the target are kept at most.
const NAMES: usize = 10_000;

pub(super) enum Resolution {
    /// The value for the target.
    Known(String),
    /// Nobody there is called that.
    Pending,
    /// An e-mail address that the target has to be asked for.
    Ask,
}

/// The searches for somebody with an e-mail address: by the attribute that people are matched by, and by their addresses.
pub(super) fn mail_filters(object: &ObjectMapping, mail: &str) -> Vec<Filter> {
    let value = Value::from(mail);
    let mut paths: Vec<PatchPath> = Vec::new();
    if let Some(rule) = matching_rules(object).first() {
        paths.push(rule.target.clone());
    }
    let emails = AttributePath::new("emails").and_then(|path| path.with_sub_attribute("value"));
    if let Ok(emails) = emails
        && object.target().resolve(&emails).is_ok()
    {
        paths.push(PatchPath::Attribute(emails));
    }
    let filters = paths.iter();
    filters
        .filter_map(|path| filter(path, object.target(), &value))
        .collect()
}

impl ProvisioningCycle {
    pub(super) fn resolve_one(
        &self,
        object: &ObjectMapping,
        path: &PatchPath,
        text: &str,
    ) -> Resolution {
        let link = [ObjectKind::User, ObjectKind::Group]
            .into_iter()
            .find_map(|kind| self.state.link(kind, text)?.target_id.as_ref());
        if let Some(id) = link {
            return Resolution::Known(id.clone());
        }
        if !text.contains('@') {
            return Resolution::Pending;
        }
        // An employee of Peakon is referred to by the e-mail address itself, a manager of the enterprise schema by his id.
        let is_text = Location::of(path, object.target())
            .definition
            .is_some_and(|definition| definition.r#type == AttributeType::String);
        match self.mails.get(&text.to_lowercase()) {
            Some(Some(_)) if is_text => Resolution::Known(text.to_owned()),
            Some(Some(id)) => Resolution::Known(id.clone()),
            Some(None) => Resolution::Pending,
            None => Resolution::Ask,
        }
    }

    /// Whether nobody was told yet what an object waits for. Whoever asks for one object is told each time.
    pub(super) fn is_news(&self, task: &Task, waits_for: Option<Fingerprint>) -> bool {
        let link = self.state.link(task.kind, &task.source_id);
        let told = link.and_then(|link| link.told);
        waits_for.is_some() && (told != waits_for || self.plan || self.is_on_demand())
    }

    /// Puts into the entry what the object waits for, by name where it is known.
    pub(super) fn wait_for(&self, draft: &mut Draft, pending: &[(String, String)]) {
        let mut descriptions = Vec::new();
        for (path, value) in pending.iter().take(TOLD) {
            descriptions.push(match self.names.get(value) {
                Some(name) => {
                    format!("{path} waits for {name} ({value}), who is in the source and not in the target")
                }
                None => format!("{path} waits for {value}, whom the target does not have"),
            });
        }
        let more = pending.len().saturating_sub(TOLD);
        if more > 0 {
            descriptions.push(format!("and {more} more"));
        }
        for description in &descriptions {
            draft.waits(description);
        }
        draft.open = Some(Failure::new(
            FailureCode::UnresolvedReference,
            descriptions.join("; "),
            "bring whoever is missing into scope: assign him, and let the scoping filter pass him; or refer to somebody else in \
             the source. What waits is set in the cycle that brings him",
        ));
    }

    /// Keeps the name of somebody who did not come into the target, for those who wait for him.
    pub(super) fn remember_name(&mut self, task: &Task) {
        if task.target_id.is_none() && !task.draft.name.is_empty() {
            self.remember_name_of(&task.source_id, task.draft.full_name());
        }
    }

    pub(super) fn remember_name_of(&mut self, source_id: &str, name: String) {
        if self.names.len() < NAMES {
            self.names.insert(source_id.to_owned(), name);
        }
    }
}

/// The short name of what an object waits for; none when it waits for nothing.
pub(super) fn waits_for(pending: &[(String, String)]) -> Option<Fingerprint> {
    if pending.is_empty() {
        return None;
    }
    let mut pending: Vec<&(String, String)> = pending.iter().collect();
    pending.sort();
    let mut hash = Hash::default();
    for (path, value) in pending {
        hash.add(path.as_bytes());
        hash.add(value.as_bytes());
    }
    Some(hash.finish())
}
