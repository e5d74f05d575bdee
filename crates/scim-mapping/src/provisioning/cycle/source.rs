//! What comes from the source, and what has to be asked of it.

use super::task::{Content, Pending};
use super::{ObjectKind, Phase, ProvisioningCycle};
use crate::provisioning::cycle_options::{CycleKind, SourceEnd, Unseen};
use crate::provisioning::failure::{Failure, FailureCode};
use crate::provisioning::fingerprint::{Fingerprint, Hash};
use crate::provisioning::state::{Link, StateChange};
use crate::provisioning::{Removal, SkipReason};
use crate::record::Record;
use crate::source::SourceItem;

/// An object that is looked at although the source did not give it.
pub(super) enum Lookup {
    /// It has to be read.
    Read(String),
    /// It is known to be removed.
    Removed(String, Removal),
}

impl ProvisioningCycle {
    /// Takes an object of the source, or that it was removed; links between pages are passed over.
    ///
    /// An object that is as it was when it was provisioned costs a look at its fingerprint. A record without an id is an
    /// entry of the log, as in [`source_failed`](Self::source_failed). What comes when the kind is done with is passed over.
    ///
    /// See the example of [`ProvisioningCycle`].
    pub fn push(&mut self, kind: ObjectKind, item: SourceItem) {
        let Some(object) = self.object(kind) else {
            return;
        };
        let (source_id, content) = match item {
            SourceItem::Record(record) => {
                let Some(source_id) = record.text(object.anchor()) else {
                    let anchor = object.anchor();
                    return self.source_failed(kind, format!("the record has no `{anchor}`"));
                };
                (source_id, Content::Record(record))
            }
            SourceItem::Removed { id, reason } => {
                let removal = if reason == "deleted" {
                    Removal::Deleted
                } else {
                    Removal::Changed
                };
                (id, Content::Removed(removal))
            }
            SourceItem::NextLink(_) | SourceItem::DeltaLink(_) => return,
        };
        if self.phase != Phase::Source(kind) {
            return;
        }
        self.seen
            .entry(kind)
            .or_default()
            .insert(Fingerprint::of_text(&source_id).bits());
        self.offer(kind, source_id, content);
    }

    /// Takes that a record of the source could not be read: an entry of the log. Nobody whom the source does not give counts
    /// as gone in this cycle, because it may have been him.
    ///
    /// ```
    /// # use scim_core::schema::SchemaRegistry;
    /// # use scim_mapping::{Environment, Mapping, RuleBuilder};
    /// # use scim_mapping::provisioning::{CycleEvent, CycleKind, CycleOptions, JobState, ObjectKind, ObjectMapping, ProvisioningCycle, ProvisioningJob};
    /// # let registry = SchemaRegistry::standard();
    /// # let users = registry.resource_type("User").ok_or("users are standard")?;
    /// # let mapping = Mapping::builder("User", "User").rule(RuleBuilder::direct("mail", "userName").matching(1)).build_for(users)?;
    /// # let job = ProvisioningJob::new(ObjectMapping::new(mapping, users.clone()));
    /// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let options = CycleOptions::new(CycleKind::Initial, "first");
    /// let mut cycle = ProvisioningCycle::start(&job, JobState::default(), options, &environment);
    /// cycle.source_failed(ObjectKind::User, "line 7: expected `:`");
    /// let events = cycle.take_events();
    /// let [CycleEvent::Log(entry)] = events.as_slice() else { panic!("an entry") };
    /// let error = entry.provisioning_status_info.error_information.as_ref().ok_or("an error")?;
    /// assert_eq!(error.error_code, "ImportSkipped");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn source_failed(&mut self, kind: ObjectKind, message: impl Into<String>) {
        self.unreadable.insert(kind);
        self.count(kind).failed += 1;
        let failure = Failure::new(
            FailureCode::ImportSkipped,
            message,
            "correct the record in the source",
        );
        self.log_unreadable(kind, &failure);
    }

    /// Takes that the source has no more objects of the kind.
    ///
    /// See the example of [`ProvisioningCycle`].
    pub fn finish_source(&mut self, kind: ObjectKind, end: SourceEnd) {
        self.ends.entry(kind).or_insert(end);
    }

    /// Takes the answer to [`CycleStep::ReadObject`](super::super::CycleStep::ReadObject): the record, or that the source
    /// does not know the object. Whoever is not known there is disabled: only the source itself can say that it is gone for
    /// good, by a removal, or by a list of everybody that it is not on either ([`Unseen::Asked`]).
    ///
    /// ```
    /// # use scim_core::schema::SchemaRegistry;
    /// # use scim_mapping::{Environment, Mapping, RuleBuilder};
    /// # use scim_mapping::provisioning::{CycleKind, CycleOptions, CycleStep, JobState, ObjectKind, ObjectMapping, ProvisioningCycle, ProvisioningJob};
    /// # let registry = SchemaRegistry::standard();
    /// # let users = registry.resource_type("User").ok_or("users are standard")?;
    /// # let mapping = Mapping::builder("User", "User").rule(RuleBuilder::direct("mail", "userName").matching(1)).build_for(users)?;
    /// # let job = ProvisioningJob::new(ObjectMapping::new(mapping, users.clone()));
    /// # let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let kind = CycleKind::OnDemand { object: ObjectKind::User, source_id: "1".to_owned() };
    /// let mut cycle = ProvisioningCycle::start(&job, JobState::default(), CycleOptions::new(kind, "one"), &environment);
    /// let CycleStep::ReadObject { kind, source_id } = cycle.step(&environment) else { panic!("the object") };
    /// cycle.push_object(kind, &source_id, None);
    /// let CycleStep::Done(summary) = cycle.step(&environment) else { panic!("there is nobody to do anything for") };
    /// assert_eq!(summary.requests, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn push_object(&mut self, kind: ObjectKind, source_id: &str, record: Option<Record>) {
        let is_asked = self.phase == Phase::Lookup(kind)
            && matches!(self.lookups.front(), Some(Lookup::Read(asked)) if asked == source_id);
        if !is_asked {
            return;
        }
        self.lookups.pop_front();
        let content = match record {
            Some(record) => Content::Record(record),
            None if self.unseen(kind) == Unseen::Asked => Content::Removed(Removal::Deleted),
            None => Content::Missing,
        };
        self.offer(kind, source_id.to_owned(), content);
    }

    pub(super) fn offer(&mut self, kind: ObjectKind, source_id: String, content: Content) {
        // What comes behind an object that is still under way is judged when its turn comes.
        if !self.held.is_under_way(kind, &source_id)
            && let Some(reason) = self.quick_skip(kind, &source_id, &content)
        {
            if let Content::Record(record) = &content
                && reason == SkipReason::NotEffectivelyEntitled
            {
                let name = self.draft(record).full_name();
                self.remember_name_of(&source_id, name);
            }
            let skipped = &mut self.count(kind).skipped;
            *skipped.entry(reason).or_default() += 1;
            return;
        }
        self.held.enter(kind, &source_id);
        self.queue.entry(kind).or_default().push_back(Pending {
            source_id,
            content,
            keys: None,
        });
    }

    /// Whoever can be passed over without a look at the target, the mapping, or the clock.
    fn quick_skip(
        &self,
        kind: ObjectKind,
        source_id: &str,
        content: &Content,
    ) -> Option<SkipReason> {
        if self.is_on_demand() || self.state.escrow_entry(kind, source_id).is_some() {
            return None;
        }
        let assigned = self.assigned.contains(kind, source_id);
        let Some(link) = self.state.link(kind, source_id) else {
            return (!assigned).then_some(SkipReason::NotEffectivelyEntitled);
        };
        if !self.is_incremental() {
            return None;
        }
        let is_same = !link.incomplete
            && link.fingerprint.is_some()
            && link.fingerprint == self.fingerprint(kind, assigned, content);
        is_same.then_some(SkipReason::Unchanged)
    }

    /// The short name of what decides about an object; none when changes alone are known, which must always be made.
    pub(super) fn fingerprint(
        &self,
        kind: ObjectKind,
        assigned: bool,
        content: &Content,
    ) -> Option<Fingerprint> {
        let mut hash = Hash::default();
        hash.add(&self.job.fingerprint().bits().to_le_bytes());
        hash.add(&[u8::from(assigned)]);
        match content {
            Content::Missing => hash.add(b"missing"),
            Content::Removed(Removal::Changed) => hash.add(b"changed"),
            Content::Removed(Removal::Deleted) => hash.add(b"deleted"),
            Content::Record(record) => {
                hash.add_record(record);
                if kind == ObjectKind::Group {
                    let attribute = self.job.object(kind)?.members();
                    if record.get(&format!("{attribute}@delta")).is_some() {
                        return None;
                    }
                    // Whom the members are in the target matters as well: they may have come there since.
                    for id in super::membership::member_ids(record.get(attribute)) {
                        hash.add(self.linked_target(id).unwrap_or_default().as_bytes());
                    }
                }
            }
        }
        Some(hash.finish())
    }

    /// The id in the target of a user or group that is or was provisioned.
    pub(super) fn known_target(&self, source_id: &str) -> Option<&str> {
        let link = |kind| self.state.link(kind, source_id);
        [ObjectKind::User, ObjectKind::Group]
            .into_iter()
            .filter_map(link)
            .find_map(|link| link.target_id.as_deref())
    }

    /// The id in the target of a user or group that is there and in scope.
    pub(super) fn linked_target(&self, source_id: &str) -> Option<&str> {
        let link = |kind| self.state.link(kind, source_id);
        [ObjectKind::User, ObjectKind::Group]
            .into_iter()
            .filter_map(link)
            .find(|link| link.target_id.is_some() && !link.released)
            .and_then(|link| link.target_id.as_deref())
    }

    fn unseen(&self, kind: ObjectKind) -> Unseen {
        let end = self.ends.get(&kind);
        end.map_or_else(Unseen::default, |end| end.unseen)
    }

    /// Whoever has to be looked at although the source did not give him.
    pub(super) fn find_lookups(&mut self, kind: ObjectKind) {
        let unseen = self.unseen(kind);
        // Any of those who were not given may be the one whose record could not be read.
        let is_certain = !self.unreadable.contains(&kind);
        let seen = self.seen.remove(&kind).unwrap_or_default();
        let is_seen = |source_id: &str| seen.contains(&Fingerprint::of_text(source_id).bits());
        let is_other_mapping =
            self.state.status.mapping_fingerprint != Some(self.job.fingerprint());
        // Without a watermark nobody tells who has left since the last cycle.
        let has_watermark = self.state.status.watermarks.contains_key(&kind);
        let is_initial =
            self.kind == CycleKind::Initial || unseen == Unseen::Unchanged && !has_watermark;
        let mut lookups = Vec::new();
        let mut forgotten = Vec::new();
        let links = self.state.links.get(&kind).into_iter().flatten();
        for (source_id, link) in links.filter(|(source_id, _)| !is_seen(source_id)) {
            let escrow = self.state.escrow_entry(kind, source_id);
            let removal = escrow.and_then(|entry| entry.removal);
            // What could be restored when it was told may be gone for good by now.
            let is_told = removal == Some(Removal::Deleted) || unseen != Unseen::Asked;
            if let Some(removal) = removal
                && (is_told || !is_certain)
            {
                if is_initial || escrow.is_some_and(|entry| entry.is_due(self.now())) {
                    lookups.push(Lookup::Removed(source_id.clone(), removal));
                }
            } else if unseen != Unseen::Unchanged {
                match what_is_gone(link) {
                    _ if !is_certain => {}
                    Gone::Forget => forgotten.push(source_id.clone()),
                    Gone::Delete | Gone::Leave if unseen == Unseen::Asked => {
                        lookups.push(Lookup::Read(source_id.clone()));
                    }
                    Gone::Delete => {
                        lookups.push(Lookup::Removed(source_id.clone(), Removal::Deleted));
                    }
                    Gone::Leave => {}
                }
            } else if !link.removed {
                let is_due = escrow.is_some_and(|entry| is_initial || entry.is_due(self.now()));
                let is_other = link.assigned != self.assigned.contains(kind, source_id);
                let is_stale =
                    !link.released && (is_initial || is_other_mapping || link.incomplete);
                if is_due || is_other || is_stale {
                    lookups.push(Lookup::Read(source_id.clone()));
                }
            }
        }
        let escrow = self.state.escrow.get(&kind).into_iter().flatten();
        for (source_id, entry) in escrow {
            if is_seen(source_id) || self.state.link(kind, source_id).is_some() {
                continue;
            }
            // Nothing was made of it yet, so nothing has to be undone.
            let is_gone = unseen == Unseen::Deleted && is_certain;
            if is_gone || entry.removal.is_some() {
                forgotten.push(source_id.clone());
            } else if (unseen == Unseen::Unchanged || unseen == Unseen::Asked && is_certain)
                && (is_initial || entry.is_due(self.now()))
            {
                lookups.push(Lookup::Read(source_id.clone()));
            }
        }
        let has_other_assignments =
            self.state.status.assignments_fingerprint != Some(self.assigned.fingerprint());
        if unseen != Unseen::Deleted && has_other_assignments {
            for source_id in self.assigned.ids(kind) {
                let is_known = self.state.link(kind, source_id).is_some()
                    || self.state.escrow_entry(kind, source_id).is_some();
                if !is_known && !is_seen(source_id) {
                    lookups.push(Lookup::Read(source_id.clone()));
                }
            }
        }
        self.lookups.extend(lookups);
        for source_id in forgotten {
            self.unlink(kind, &source_id);
            self.forget_escrow(kind, &source_id);
        }
    }

    pub(super) fn unlink(&mut self, kind: ObjectKind, source_id: &str) {
        if self.state.link(kind, source_id).is_some() {
            self.change(StateChange::Link {
                kind,
                source_id: source_id.to_owned(),
                link: None,
            });
        }
    }

    pub(super) fn forget_escrow(&mut self, kind: ObjectKind, source_id: &str) {
        if self.state.escrow_entry(kind, source_id).is_some() {
            self.change(StateChange::Escrow {
                kind,
                source_id: source_id.to_owned(),
                entry: None,
            });
        }
    }
}

enum Gone {
    Forget,
    Delete,
    Leave,
}

/// What it means that the source no longer gives an object that is linked.
fn what_is_gone(link: &Link) -> Gone {
    let may_be_there = link.target_id.is_some() || link.incomplete;
    if !may_be_there || link.released {
        // It is nobody's business.
        Gone::Forget
    } else if link.removed {
        // A source that tells removals does not give removed objects, whether they can be restored or not.
        Gone::Leave
    } else {
        Gone::Delete
    }
}
