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

/// What was done, as the entries of the log come in.
#[derive(Debug)]
pub(super) struct Changes {
    pub(super) groups: Vec<Group>,
}

/// Objects to which the same was done.
#[derive(Debug)]
pub(super) struct Group {
    action: LogAction,
    pub(super) title: &'static str,
    /// For links within the page.
    pub(super) id: &'static str,
    pub(super) count: usize,
    /// Those of the newest entries.
    pub(super) objects: Vec<Changed>,
    /// How many attributes these have.
    attributes: usize,
}

#[derive(Debug)]
pub(super) struct Changed {
    pub(super) name: String,
    pub(super) what: String,
    pub(super) at: Moment,
    pub(super) count: usize,
    pub(super) attributes: Vec<Attribute>,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: String,
    old: Shown,
    new: Shown,
}

/// A value as it is shown.
#[derive(Debug)]
pub(super) enum Shown {
    None,
    Empty,
    Redacted,
    Value(String),
    /// Its beginning, and how many characters are left out.
    Long(String, usize),
}

impl Default for Changes {
    fn default() -> Self {
        let group = |(action, title, id)| Group {
            action,
            title,
            id,
            count: 0,
            objects: Vec::new(),
            attributes: 0,
        };
        Self {
            groups: ACTIONS.map(group).into(),
        }
    }
}

impl Changes {
    /// The newest entry comes first.
    pub(super) fn add(&mut self, entry: &LogEntry) {
        let action = entry.provisioning_action;
        let group = self.groups.iter_mut().find(|group| group.action == action);
        if let Some(group) = group.filter(|_| is_done(entry)) {
            group.count += 1;
            if group.objects.len() < OBJECTS && group.attributes < ATTRIBUTES {
                let changed = Changed::new(entry);
                group.attributes += changed.attributes.len();
                group.objects.push(changed);
            }
        }
    }

    /// Without what was never done.
    pub(super) fn finish(mut self) -> Self {
        self.groups.retain(|group| group.count > 0);
        self
    }
}

/// An update that changes nothing waits for a reference, which is a problem and no change.
fn is_done(entry: &LogEntry) -> bool {
    let changes_nothing =
        entry.provisioning_action == LogAction::Update && entry.modified_properties.is_empty();
    let status = entry.provisioning_status_info.status;
    matches!(status, LogStatus::Success | LogStatus::Warning) && !changes_nothing
}

impl Group {
    pub(super) fn left_out(&self) -> usize {
        self.count - self.objects.len()
    }
}

impl Changed {
    fn new(entry: &LogEntry) -> Self {
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

impl Attribute {
    fn new(property: &LogProperty) -> Self {
        Self {
            name: shortened(&short(&property.display_name)).0,
            old: Shown::new(property.old_value.as_deref()),
            new: Shown::new(property.new_value.as_deref()),
        }
    }

    /// The heading of a column, and what stands in it.
    pub(super) fn sides(&self) -> [(&'static str, &Shown); 2] {
        [("Before", &self.old), ("After", &self.new)]
    }
}

impl Shown {
    fn new(value: Option<&str>) -> Self {
        match value {
            None => Self::None,
            Some("") => Self::Empty,
            Some(REDACTED) => Self::Redacted,
            Some(value) => match shortened(value) {
                (whole, 0) => Self::Value(whole),
                (beginning, left_out) => Self::Long(beginning, left_out),
            },
        }
    }
}
