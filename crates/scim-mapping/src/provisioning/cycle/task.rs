//! One object on its way, between two answers.

use std::collections::BTreeMap;

use scim_core::resource::Resource;
use scim_core::scim_filter::Filter;

use super::ObjectKind;
use super::draft::Draft;
use super::membership::Membership;
use super::reference::ReferenceWork;
use crate::mapping::{MappingEvaluation, TargetAttributes};
use crate::provisioning::fingerprint::Fingerprint;
use crate::provisioning::{Action, Change, Removal};
use crate::record::Record;

/// An object that waits for its turn.
pub(super) struct Pending {
    pub(super) source_id: String,
    pub(super) content: Content,
    /// What it will hold; none before that was worked out.
    pub(super) keys: Option<Vec<String>>,
}

/// What the source says of an object.
pub(super) enum Content {
    Record(Record),
    Removed(Removal),
    /// The source was asked, and does not know it.
    Missing,
}

/// How an object stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Active,
    /// Soft-deleted or disabled in the source: disabled in the target.
    Disabled,
    /// Not assigned, or kept out by a filter.
    OutOfScope,
    /// Gone for good.
    Deleted,
}

/// One object on its way.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are independent of one another"
)]
pub(super) struct Task {
    pub(super) kind: ObjectKind,
    pub(super) source_id: String,
    /// The record that the mapping is evaluated for.
    pub(super) record: Record,
    /// That it was removed from the source.
    pub(super) removal: Option<Removal>,
    /// That nobody said so: the source was asked, and does not know it.
    pub(super) is_missing: bool,
    pub(super) fingerprint: Option<Fingerprint>,
    pub(super) assigned: bool,
    pub(super) standing: Standing,
    /// The id in the target, once it is known.
    pub(super) target_id: Option<String>,
    /// How often something went wrong, and how often the target asked to wait.
    pub(super) attempts: u32,
    pub(super) throttled: u32,
    /// Whether it was matched a second time, after a conflict or because its counterpart was gone.
    pub(super) is_rematched: bool,
    /// Whether what changed in the source does not tell all of it: something was open already.
    pub(super) is_partial: bool,
    /// The write whose answer did not come.
    pub(super) lost: Option<Action>,
    /// Whether it was created, and only its id is not known.
    pub(super) is_created: bool,
    pub(super) draft: Draft,
    /// What no other task may hold.
    pub(super) keys: Vec<String>,
    pub(super) stage: Stage,
}

/// What a task waits for.
pub(super) enum Stage {
    /// Nothing yet.
    Start,
    /// The objects that match; further searches follow, the next one last.
    Searching {
        rest: Vec<Filter>,
        filter: Filter,
    },
    /// The object as the target has it.
    Reading,
    /// Whether a value is free.
    Asking {
        evaluation: Box<MappingEvaluation>,
        /// The object that is compared; none when one is to be created.
        current: Option<Box<Resource>>,
    },
    Creating {
        wanted: TargetAttributes,
    },
    Updating {
        action: Action,
        wanted: TargetAttributes,
        current: Box<Resource>,
    },
    Deleting,
    References(Box<ReferenceWork>),
    Members(Box<Membership>),
}

impl Stage {
    /// Takes the stage out of its task.
    pub(super) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Start)
    }
}

/// The changes of an object and whether anything of it is open.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are independent of one another"
)]
pub(super) struct Settled {
    pub(super) action: Option<Action>,
    /// References or members wait for objects that are not there, or are still to be set.
    pub(super) is_incomplete: bool,
    /// Some of them wait for objects that are not there, and nobody was told.
    pub(super) is_pending: bool,
    /// Which those are.
    pub(super) waits_for: Option<Fingerprint>,
    /// Something is still to be done in this cycle, or the target did not do as it said.
    pub(super) is_open: bool,
    /// It should have been disabled, and nothing in the mapping does that.
    pub(super) is_left: bool,
    pub(super) warning: Option<String>,
    pub(super) changes: Vec<Change>,
}

/// What tasks hold, so that two of them are never at the same thing.
#[derive(Default)]
pub(super) struct Held {
    keys: BTreeMap<String, usize>,
    objects: BTreeMap<(ObjectKind, String), usize>,
}

impl Held {
    pub(super) fn is_free(&self, key: &str) -> bool {
        !self.keys.contains_key(key)
    }

    pub(super) fn hold(&mut self, key: &str) {
        *self.keys.entry(key.to_owned()).or_default() += 1;
    }

    pub(super) fn release(&mut self, keys: &[String]) {
        for key in keys {
            decrease(&mut self.keys, key);
        }
    }

    /// An object waits, or is on its way: what the source says of it later must not be judged before.
    pub(super) fn enter(&mut self, kind: ObjectKind, source_id: &str) {
        *self
            .objects
            .entry((kind, source_id.to_owned()))
            .or_default() += 1;
    }

    pub(super) fn leave(&mut self, kind: ObjectKind, source_id: &str) {
        decrease(&mut self.objects, &(kind, source_id.to_owned()));
    }

    pub(super) fn is_under_way(&self, kind: ObjectKind, source_id: &str) -> bool {
        self.objects.contains_key(&(kind, source_id.to_owned()))
    }
}

fn decrease<K: Ord>(counts: &mut BTreeMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}
