//! Whom a value of the source refers to in the target.

use scim_core::resource::Resource;
use scim_core::scim_filter::{AttributePath, Filter, PatchPath};
use serde_json::Value;

use super::draft::Draft;
use super::task::Task;
use super::{ObjectKind, ProvisioningCycle};
use crate::location::plain;
use crate::naming::Naming;
use crate::provisioning::failure::{Failure, FailureCode};
use crate::provisioning::fingerprint::{Fingerprint, Hash};
use crate::provisioning::job::ObjectMapping;
use crate::provisioning::matching::{filter, matching_rules};
use crate::rule::Rule;

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
    /// An object of the target that has to be read, because the rule does not name it by its id.
    Read(String),
    /// The object is there, without this value, which the rule names it by.
    Nameless(String),
}

/// What an object waits for.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Awaited {
    path: String,
    pub(super) value: String,
    /// What whoever is there has to have.
    lacks: Option<String>,
}

impl Awaited {
    pub(super) fn new(path: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            value: value.into(),
            lacks: None,
        }
    }

    pub(super) fn lacking(self, lacks: String) -> Self {
        Self {
            lacks: Some(lacks),
            ..self
        }
    }

    fn description(&self, name: Option<&String>) -> String {
        let Self { path, value, lacks } = self;
        match (lacks, name) {
            (Some(lacks), _) => {
                format!(
                    "{path} waits for {value}, who is to be named by his {lacks}, and the target shows none"
                )
            }
            (None, Some(name)) => {
                format!(
                    "{path} waits for {name} ({value}), who is in the source and not in the target"
                )
            }
            (None, None) => format!("{path} waits for {value}, whom the target does not have"),
        }
    }
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
    /// Whom a value means, as the rule names him: the one with that id in the source, or with that e-mail address.
    pub(super) fn resolve_one(
        &self,
        object: &ObjectMapping,
        (index, rule): (usize, &Rule),
        text: &str,
    ) -> Resolution {
        let naming = Naming::of(rule, object.target());
        let target_id = |kind| self.state.link(kind, text)?.target_id.as_ref();
        let id = match (target_id(ObjectKind::User), target_id(ObjectKind::Group)) {
            (Some(id), _) => id,
            (None, Some(id)) => return Resolution::Known(id.clone()),
            (None, None) if !text.contains('@') => return Resolution::Pending,
            (None, None) => match self.mails.get(&text.to_lowercase()) {
                Some(Some(_)) if naming.is_address() => return Resolution::Known(text.to_owned()),
                Some(Some(id)) => id,
                Some(None) => return Resolution::Pending,
                None => return Resolution::Ask,
            },
        };
        if naming == Naming::Id {
            return Resolution::Known(id.clone());
        }
        match self.callings.get(&(index, id.clone())) {
            Some(Some(value)) => Resolution::Known(value.clone()),
            Some(None) => Resolution::Nameless(naming.words()),
            None => Resolution::Read(id.clone()),
        }
    }

    /// Keeps what an object of the target is called by, for all rules that do not name it by its id; it is read once.
    pub(super) fn learn_callings(
        &mut self,
        object: &ObjectMapping,
        id: &str,
        found: Option<&Resource>,
    ) {
        let rules = object.mapping().rules().iter().enumerate();
        for (index, rule) in rules.filter(|(_, rule)| rule.reference) {
            let naming = Naming::of(rule, object.target());
            if naming != Naming::Id {
                let value = found.and_then(|found| naming.value_in(found, object.target()));
                self.callings.insert((index, id.to_owned()), value);
            }
        }
    }

    /// Whether nobody was told yet what an object waits for. Whoever asks for one object is told each time.
    pub(super) fn is_news(&self, task: &Task, waits_for: Option<Fingerprint>) -> bool {
        let link = self.state.link(task.kind, &task.source_id);
        let told = link.and_then(|link| link.told);
        waits_for.is_some() && (told != waits_for || self.plan || self.is_on_demand())
    }

    /// Puts into the entry what the object waits for, by name where it is known.
    pub(super) fn wait_for(&self, draft: &mut Draft, pending: &[Awaited]) {
        let told = pending.iter().take(TOLD);
        let mut descriptions: Vec<String> = told
            .map(|awaited| awaited.description(self.names.get(&awaited.value)))
            .collect();
        let more = pending.len().saturating_sub(TOLD);
        if more > 0 {
            descriptions.push(format!("and {more} more"));
        }
        for description in &descriptions {
            draft.waits(description);
        }
        let way_out = if pending.iter().all(|awaited| awaited.lacks.is_some()) {
            "let a rule set that value for everybody, or name another one in the ReferencedProperty of the target attribute. What \
             waits is set in the cycle that finds it"
        } else {
            "bring whoever is missing into scope: assign him, and let the scoping filter pass him; or refer to somebody else in \
             the source. What waits is set in the cycle that brings him"
        };
        draft.open = Some(Failure::new(
            FailureCode::UnresolvedReference,
            descriptions.join("; "),
            way_out,
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

/// Whom a value of the source names.
pub(super) fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().map(plain).collect(),
        Value::Null => Vec::new(),
        other => vec![plain(other)],
    }
}

/// The short name of what an object waits for; none when it waits for nothing.
pub(super) fn waits_for(pending: &[Awaited]) -> Option<Fingerprint> {
    if pending.is_empty() {
        return None;
    }
    let mut pending: Vec<&Awaited> = pending.iter().collect();
    pending.sort();
    let mut hash = Hash::default();
    for Awaited { path, value, lacks } in pending {
        hash.add(path.as_bytes());
        hash.add(value.as_bytes());
        if let Some(lacks) = lacks {
            hash.add(lacks.as_bytes());
        }
    }
    Some(hash.finish())
}
