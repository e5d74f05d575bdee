//! What has changed in the target, by action, with old and new values.

use scim_mapping::provisioning::{LogAction, LogEntry, LogProperty, LogStatus};

use super::words::{self, Moment, shortened};
use crate::render::short;

/// So many objects of each action, and so many attributes of them, are shown.
const OBJECTS: usize = 100;
const ATTRIBUTES: usize = 1_000;
const ATTRIBUTES_OF_ONE: usize = 40;
/// An object with no more attributes than these needs no opening.
const FEW: usize = 3;
/// What stands for a value that the mapping keeps secret.
const REDACTED: &str = "[Redact]";

const ACTIONS: [(LogAction, &str, &str); 4] = [
    (LogAction::Create, "Created", "created"),
    (LogAction::Update, "Updated", "updated"),
    (LogAction::Disable, "Disabled", "disabled"),
    (LogAction::Delete, "Deleted", "deleted"),
];

#[derive(Default)]
pub(super) struct Changes<'p> {
    pub(super) groups: Vec<Group<'p>>,
}

/// Objects to which the same was done.
pub(super) struct Group<'p> {
    pub(super) title: &'static str,
    /// For links within the page.
    pub(super) id: &'static str,
    pub(super) count: usize,
    pub(super) objects: Vec<Changed<'p>>,
}

pub(super) struct Changed<'p> {
    pub(super) name: String,
    pub(super) what: String,
    pub(super) at: Moment,
    pub(super) count: usize,
    pub(super) attributes: Vec<Attribute<'p>>,
}

pub(super) struct Attribute<'p> {
    pub(super) name: String,
    old: Shown<'p>,
    new: Shown<'p>,
}

/// A value as it is shown.
pub(super) enum Shown<'p> {
    None,
    Empty,
    Redacted,
    Value(&'p str),
    /// Its beginning, and how many characters are left out.
    Long(String, usize),
}

impl<'p> Changes<'p> {
    pub(super) fn new(newest_first: &[&'p LogEntry]) -> Self {
        let groups = ACTIONS.iter().filter_map(|(action, title, id)| {
            let entries = newest_first
                .iter()
                .filter(|entry| entry.provisioning_action == *action && is_done(entry));
            let (mut count, mut attributes, mut objects) = (0, 0, Vec::new());
            for entry in entries {
                count += 1;
                if objects.len() < OBJECTS && attributes < ATTRIBUTES {
                    let changed = Changed::new(entry);
                    attributes += changed.attributes.len();
                    objects.push(changed);
                }
            }
            (count > 0).then_some(Group {
                title,
                id,
                count,
                objects,
            })
        });
        Self {
            groups: groups.collect(),
        }
    }
}

/// An update that changes nothing waits for a reference, which is a problem and no change.
fn is_done(entry: &LogEntry) -> bool {
    let changes_nothing =
        entry.provisioning_action == LogAction::Update && entry.modified_properties.is_empty();
    let status = entry.provisioning_status_info.status;
    matches!(status, LogStatus::Success | LogStatus::Warning) && !changes_nothing
}

impl Group<'_> {
    pub(super) fn left_out(&self) -> usize {
        self.count - self.objects.len()
    }
}

impl<'p> Changed<'p> {
    fn new(entry: &'p LogEntry) -> Self {
        let (source, target) = (&entry.source_identity, &entry.target_identity);
        let properties = &entry.modified_properties;
        Self {
            name: words::name(source, target),
            what: words::what(source, target),
            at: Moment(entry.activity_date_time),
            count: properties.len(),
            attributes: properties
                .iter()
                .take(ATTRIBUTES_OF_ONE)
                .map(Attribute::new)
                .collect(),
        }
    }

    pub(super) fn left_out(&self) -> usize {
        self.count - self.attributes.len()
    }

    pub(super) fn is_small(&self) -> bool {
        self.count <= FEW
    }
}

impl<'p> Attribute<'p> {
    fn new(property: &'p LogProperty) -> Self {
        Self {
            name: shortened(&short(&property.display_name)).0,
            old: Shown::new(property.old_value.as_deref()),
            new: Shown::new(property.new_value.as_deref()),
        }
    }

    /// The heading of a column, and what stands in it.
    pub(super) fn sides(&self) -> [(&'static str, &Shown<'p>); 2] {
        [("Before", &self.old), ("After", &self.new)]
    }
}

impl<'p> Shown<'p> {
    fn new(value: Option<&'p str>) -> Self {
        match value {
            None => Self::None,
            Some("") => Self::Empty,
            Some(REDACTED) => Self::Redacted,
            Some(value) => match shortened(value) {
                (_, 0) => Self::Value(value),
                (beginning, left_out) => Self::Long(beginning, left_out),
            },
        }
    }
}
