//! How far a cycle looks, and what it may do.

use serde::{Deserialize, Serialize};

use super::job::ObjectKind;
use crate::scoping::Assignments;

/// How far a cycle looks.
///
/// ```
/// use scim_mapping::provisioning::CycleKind;
///
/// assert_eq!(serde_json::to_string(&CycleKind::Initial)?, r#"{"kind":"Initial"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
#[expect(clippy::exhaustive_enums, reason = "Entra has these three")]
pub enum CycleKind {
    /// Everybody is compared with the target.
    Initial,
    /// Whoever changed in the source is compared with the target; the others cost a look at their fingerprint.
    Incremental,
    /// One object is compared with the target.
    OnDemand {
        /// What it is.
        object: ObjectKind,
        /// Its id in the source.
        #[serde(rename = "sourceId")]
        source_id: String,
    },
}

/// What a cycle is started with.
///
/// ```
/// use scim_mapping::Assignments;
/// use scim_mapping::provisioning::{CycleKind, CycleOptions};
///
/// let mut options = CycleOptions::new(CycleKind::Incremental, "6f0a1c5d");
/// options.assignments = Assignments::only().user("1");
/// options.plan = true;
/// assert!(!options.force_deletes);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CycleOptions {
    /// How far it looks.
    pub kind: CycleKind,
    /// Whether nothing is written: the cycle answers writes itself. No change of state comes out, so there is nothing to store;
    /// [`ProvisioningCycle::state`](super::ProvisioningCycle::state) tells what would be.
    pub plan: bool,
    /// Who is assigned; everybody if nothing is said.
    pub assignments: Assignments,
    /// Whether the deletion threshold is passed over, because an administrator has allowed the deletions. It counts
    /// for this cycle alone.
    pub force_deletes: bool,
    /// The id of the cycle in log entries, which begin with it: the application makes it unique.
    pub cycle_id: String,
}

impl CycleOptions {
    /// A cycle that writes, for everybody.
    ///
    /// See the example of [`CycleOptions`].
    #[must_use]
    pub fn new(kind: CycleKind, cycle_id: impl Into<String>) -> Self {
        Self {
            kind,
            plan: false,
            assignments: Assignments::everybody(),
            force_deletes: false,
            cycle_id: cycle_id.into(),
        }
    }
}

/// How the reading of a kind of objects ended.
///
/// ```
/// use scim_mapping::provisioning::{SourceEnd, Unseen};
///
/// let file = SourceEnd::complete();
/// assert!(file.unseen == Unseen::Deleted && file.watermark.is_none());
/// let pages = SourceEnd::listed("https://graph.example/delta?token=6");
/// assert!(pages.unseen == Unseen::Asked && pages.watermark.is_some());
/// let delta = SourceEnd::changes("https://graph.example/delta?token=7");
/// assert!(delta.unseen == Unseen::Unchanged && delta.watermark.is_some());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceEnd {
    /// What it means that a linked object was not pushed.
    pub unseen: Unseen,
    /// Where the changes from now on are; kept when the cycle ends well and every record of the kind could be read.
    pub watermark: Option<String>,
}

/// What it means that an object that was provisioned was not pushed.
///
/// See the example of [`SourceEnd`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "everything at one moment, everything over a time, or what changed: there is no fourth way to read"
)]
pub enum Unseen {
    /// It is gone for good: everything was pushed, as it was at one moment.
    Deleted,
    /// It has to be asked for by [`CycleStep::ReadObject`](super::CycleStep::ReadObject), and is gone for good when the source does
    /// not know it: everything was listed, but page by page, and what came back between two pages is on neither.
    Asked,
    /// Nothing: what changed was pushed. In an initial cycle it is asked for, and disabled when the source does not know it.
    #[default]
    Unchanged,
}

impl SourceEnd {
    /// Everything was pushed, as it was at one moment, and there is no watermark.
    ///
    /// See the example of [`SourceEnd`].
    #[must_use]
    pub fn complete() -> Self {
        Self {
            unseen: Unseen::Deleted,
            watermark: None,
        }
    }

    /// Everything was listed page by page, with what is removed and can be restored, and the changes since the list was begun
    /// are at the watermark.
    ///
    /// See the example of [`SourceEnd`].
    #[must_use]
    pub fn listed(watermark: impl Into<String>) -> Self {
        Self {
            unseen: Unseen::Asked,
            watermark: Some(watermark.into()),
        }
    }

    /// The changes since the last watermark were pushed.
    ///
    /// See the example of [`SourceEnd`].
    #[must_use]
    pub fn changes(watermark: impl Into<String>) -> Self {
        Self {
            unseen: Unseen::Unchanged,
            watermark: Some(watermark.into()),
        }
    }
}
