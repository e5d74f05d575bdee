//! What went wrong, by cause: what it is called, what to do, and whom it hits.

use std::collections::BTreeMap;

use scim_mapping::provisioning::{LogAction, LogEntry, LogStatus};

use super::words::{self, Moment, shortened};

/// So many causes, and so many objects of each, are shown.
const CAUSES: usize = 40;
const OBJECTS: usize = 50;

/// What went wrong, as the entries of the log come in.
#[derive(Debug, Default)]
pub(super) struct Gathering(BTreeMap<Key, Cause>);

/// The failures first; then by code, and what is to be done about it.
type Key = (u8, String, String);

pub(super) struct Causes {
    pub(super) shown: Vec<Cause>,
    pub(super) left_out: usize,
}

#[derive(Debug)]
pub(super) struct Cause {
    rank: u8,
    pub(super) title: String,
    pub(super) code: String,
    pub(super) status: (&'static str, &'static str),
    pub(super) advice: String,
    /// The objects met last.
    pub(super) objects: Vec<Object>,
    /// All that it hits, by kind and id, and where among the shown ones they are.
    met: BTreeMap<(String, String), Option<usize>>,
}

#[derive(Debug)]
pub(super) struct Object {
    pub(super) name: String,
    pub(super) what: String,
    pub(super) reason: String,
    pub(super) at: Moment,
    /// How often it was met in the entries.
    pub(super) times: usize,
}

impl Gathering {
    /// The newest entry comes first.
    pub(super) fn add(&mut self, entry: &LogEntry) {
        let Some(key) = key(entry) else {
            return;
        };
        let cause = self.0.entry(key).or_insert_with_key(Cause::new);
        let source = &entry.source_identity;
        let object = (source.identity_type.clone(), source.id.clone());
        if let Some(place) = cause.met.get(&object) {
            if let Some(object) = place.and_then(|place| cause.objects.get_mut(place)) {
                object.times += 1;
            }
            return;
        }
        let place = cause.objects.len();
        let is_shown = place < OBJECTS;
        if is_shown {
            cause.objects.push(Object::new(entry));
        }
        cause.met.insert(object, is_shown.then_some(place));
    }

    pub(super) fn finish(self) -> Causes {
        let mut shown: Vec<_> = self.0.into_values().collect();
        shown.sort_by_key(|cause| (cause.rank, std::cmp::Reverse(cause.count())));
        let left_out = shown.len().saturating_sub(CAUSES);
        shown.truncate(CAUSES);
        Causes { shown, left_out }
    }
}

fn key(entry: &LogEntry) -> Option<Key> {
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
    Some((rank, code.to_owned(), advice.to_owned()))
}

impl Cause {
    fn new((rank, code, advice): &Key) -> Self {
        let status = match rank {
            0 => ("Failed", "bad"),
            1 => ("Held back", "attention"),
            _ => ("Still open", "attention"),
        };
        let advice = if advice.is_empty() && *rank == 1 {
            "Let the next cycle do it by “restart --force-deletes”, or put the objects back in scope."
        } else {
            advice
        };
        let mut advice = shortened(advice).0;
        if let Some(first) = advice.get(..1).map(str::to_uppercase) {
            advice.replace_range(..1, &first);
        }
        Self {
            rank: *rank,
            title: title(code, *rank).to_owned(),
            code: code.clone(),
            status,
            advice,
            objects: Vec::new(),
            met: BTreeMap::new(),
        }
    }

    /// How many objects it hits.
    pub(super) fn count(&self) -> usize {
        self.met.len()
    }

    pub(super) fn left_out(&self) -> usize {
        self.count() - self.objects.len()
    }
}

impl Object {
    fn new(entry: &LogEntry) -> Self {
        let (source, target) = (&entry.source_identity, &entry.target_identity);
        let error = entry.provisioning_status_info.error_information.as_ref();
        Self {
            name: words::name(source, target),
            what: words::what(source, target),
            reason: shortened(error.map_or("", |error| error.reason.as_str())).0,
            at: Moment(entry.activity_date_time),
            times: 1,
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
