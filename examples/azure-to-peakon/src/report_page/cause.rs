//! What went wrong, by cause: what it is called, what to do, and whom it hits.

use std::collections::BTreeMap;

use scim_mapping::provisioning::{LogAction, LogEntry, LogStatus};

use super::words::{self, Moment, shortened};

/// So many causes, and so many objects of each, are shown.
const CAUSES: usize = 40;
const OBJECTS: usize = 50;

#[derive(Default)]
pub(super) struct Causes<'p> {
    pub(super) shown: Vec<Cause<'p>>,
    pub(super) left_out: usize,
}

pub(super) struct Cause<'p> {
    pub(super) title: &'p str,
    pub(super) code: &'p str,
    pub(super) status: (&'static str, &'static str),
    pub(super) advice: String,
    /// How many objects it hits.
    pub(super) count: usize,
    pub(super) objects: Vec<Object>,
}

pub(super) struct Object {
    pub(super) name: String,
    pub(super) what: String,
    pub(super) reason: String,
    pub(super) at: Moment,
    /// How often it was met in the entries.
    pub(super) times: usize,
}

/// The failures first; then by code, and what is to be done about it.
type Key<'p> = (u8, &'p str, &'p str);
/// Where an object was met first, its newest entry, and how often it was met.
type Met<'p> = (usize, &'p LogEntry, usize);

impl<'p> Causes<'p> {
    pub(super) fn new(newest_first: &[&'p LogEntry]) -> Self {
        let mut causes: BTreeMap<Key<'p>, BTreeMap<(&str, &str), Met<'p>>> = BTreeMap::new();
        for (index, entry) in newest_first.iter().enumerate() {
            let Some(key) = key(entry) else {
                continue;
            };
            let source = &entry.source_identity;
            let object = (source.identity_type.as_str(), source.id.as_str());
            // The first one met is the newest one.
            let met = causes
                .entry(key)
                .or_default()
                .entry(object)
                .or_insert((index, entry, 0));
            met.2 += 1;
        }
        let mut all: Vec<_> = causes.into_iter().collect();
        all.sort_by_key(|((rank, ..), objects)| (*rank, std::cmp::Reverse(objects.len())));
        let left_out = all.len().saturating_sub(CAUSES);
        let shown = all.into_iter().take(CAUSES).map(|(key, objects)| {
            let mut objects: Vec<_> = objects.into_values().collect();
            objects.sort_by_key(|(index, ..)| *index);
            Cause::new(key, &objects)
        });
        Self {
            shown: shown.collect(),
            left_out,
        }
    }
}

fn key(entry: &LogEntry) -> Option<Key<'_>> {
    let info = &entry.provisioning_status_info;
    let rank = match (info.status, entry.provisioning_action) {
        (LogStatus::Failure, action) if action != LogAction::StagedDelete => 0,
        (_, LogAction::StagedDelete) => 1,
        (LogStatus::Warning, _) => 2,
        _ => return None,
    };
    let error = info.error_information.as_ref();
    let code = error.map_or("", |error| error.error_code.as_str());
    let advice = error.map_or("", |error| error.recommended_action.as_str());
    Some((rank, code, advice))
}

impl<'p> Cause<'p> {
    fn new((rank, code, advice): Key<'p>, objects: &[Met<'p>]) -> Self {
        let status = match rank {
            0 => ("Failed", "bad"),
            1 => ("Held back", "attention"),
            _ => ("Still open", "attention"),
        };
        let advice = if advice.is_empty() && rank == 1 {
            "Let the next cycle do it by “restart --force-deletes”, or put the objects back in scope."
        } else {
            advice
        };
        let mut advice = shortened(advice).0;
        if let Some(first) = advice.get(..1).map(str::to_uppercase) {
            advice.replace_range(..1, &first);
        }
        Self {
            title: title(code, rank),
            code,
            status,
            advice,
            count: objects.len(),
            objects: objects
                .iter()
                .take(OBJECTS)
                .map(|(_, entry, times)| Object::new(entry, *times))
                .collect(),
        }
    }

    pub(super) fn left_out(&self) -> usize {
        self.count - self.objects.len()
    }
}

impl Object {
    fn new(entry: &LogEntry, times: usize) -> Self {
        let (source, target) = (&entry.source_identity, &entry.target_identity);
        let error = entry.provisioning_status_info.error_information.as_ref();
        Self {
            name: words::name(source, target),
            what: words::what(source, target),
            reason: shortened(error.map_or("", |error| error.reason.as_str())).0,
            at: Moment(entry.activity_date_time),
            times,
        }
    }
}

/// What an error code says, in words; unknown ones speak for themselves.
fn title(code: &str, rank: u8) -> &str {
    match code {
        "DuplicateTargetEntries" => "Several objects in the target match",
        "DuplicateSourceEntries" => "Another object of the directory holds the match",
        "StagedAction" => "Too many would be disabled or deleted in one cycle",
        "ImportSkipped" => "The directory’s object cannot be read",
        "Conflict" | "EntryConflict" => "A value that must be unique is taken",
        "TooManyRequests" => "The target asks for fewer requests",
        "Unauthorized" => "The target does not accept the token",
        "InsufficientRights" => "The token does not allow this",
        "InvalidAnchor" => "The linked object is gone from the target",
        "NotImplemented" => "The target does not support this",
        "UnprocessableEntity" => "The target does not accept a value",
        "MissingValues" => "No value to match by",
        "SchemaPropertyCanOnlyAcceptValue" => "A value cannot be computed, or is of the wrong kind",
        "InternalServerError" => "The target failed",
        "Timeout" => "The target did not answer",
        "SystemForCrossDomainIdentityManagementServiceIncompatible" => {
            "The target’s answer makes no sense"
        }
        "EntrySynchronizationSkipped" => "The scoping filter cannot be judged",
        "" if rank == 0 => "Failed for a reason that was not told",
        "" if rank == 1 => "Too many would be disabled or deleted in one cycle",
        "" => "Something is still open",
        other => other,
    }
}
