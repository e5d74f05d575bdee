//! [`PatchOperationKind`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compatibility::Tolerating;

/// What an operation does.
///
/// ```
/// use scim_core::message::PatchOperationKind;
///
/// assert_eq!(PatchOperationKind::Remove.as_str(), "remove");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "RFC 7644, section 3.5.2 has three")]
pub enum PatchOperationKind {
    /// Adds values, or sets one.
    #[serde(alias = "Add", alias = "ADD")]
    Add,
    /// Takes values away.
    #[serde(alias = "Remove", alias = "REMOVE")]
    Remove,
    /// Sets values in place of others.
    #[serde(alias = "Replace", alias = "REPLACE")]
    Replace,
}

/// With the spellings that are read: Entra capitalises them.
impl JsonSchema for PatchOperationKind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PatchOperationKind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "What an operation does.",
            "enum": ["add", "remove", "replace", "Add", "Remove", "Replace", "ADD", "REMOVE", "REPLACE"],
        })
    }
}

impl PatchOperationKind {
    /// The keyword of the protocol.
    ///
    /// ```
    /// use scim_core::message::PatchOperationKind;
    ///
    /// assert_eq!(PatchOperationKind::Add.as_str(), "add");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Replace => "replace",
        }
    }

    pub(super) fn read(text: &str, index: usize, tolerating: &mut Tolerating<'_>) -> Option<Self> {
        let any_case = tolerating.compatibility.operation_names_in_any_case;
        let kind = [Self::Add, Self::Remove, Self::Replace]
            .into_iter()
            .find(|kind| {
                text == kind.as_str() || (any_case && text.eq_ignore_ascii_case(kind.as_str()))
            })?;
        if text != kind.as_str() {
            let detail = format!("it was read as {}", kind.as_str());
            tolerating.note(
                "operation_names_in_any_case",
                format!("Operations[{index}].op"),
                detail,
            );
        }
        Some(kind)
    }
}
