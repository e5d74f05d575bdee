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
    /// Whether nothing is written: the cycle answers writes itself. Its changes of state must then not be stored.
    pub plan: bool,
    /// Who is assigned; everybody if nothing is said.
    pub assignments: Assignments,
    /// Whether the deletion threshold is passed over, because an administrator has allowed the deletions.
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
/// use scim_mapping::provisioning::SourceEnd;
///
/// let file = SourceEnd::complete();
/// assert!(file.is_complete && file.watermark.is_none());
/// let delta = SourceEnd::changes("https://graph.example/delta?token=7");
/// assert!(!delta.is_complete && delta.watermark.is_some());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceEnd {
    /// Whether everything was pushed that there is: whoever is linked and was not, is gone for good. A source that leaves out
    /// what can be restored, as Microsoft Graph does, is never complete: whom it does not give in an initial cycle the cycle
    /// asks for by [`CycleStep::ReadObject`](super::CycleStep::ReadObject), and disables him when he is not found.
    pub is_complete: bool,
    /// Where the changes from now on are; kept when the cycle ends well.
    pub watermark: Option<String>,
}

impl SourceEnd {
    /// Everything was pushed, and there is no watermark.
    ///
    /// See the example of [`SourceEnd`].
    #[must_use]
    pub fn complete() -> Self {
        Self {
            is_complete: true,
            watermark: None,
        }
    }

    /// The changes since the last watermark were pushed.
    ///
    /// See the example of [`SourceEnd`].
    #[must_use]
    pub fn changes(watermark: impl Into<String>) -> Self {
        Self {
            is_complete: false,
            watermark: Some(watermark.into()),
        }
    }
}
