//! How clients write PATCH requests.

use serde_json::{Map, Value, json};

use crate::compatibility::Compatibility;
use crate::message::{PatchOperationKind, PatchRequest};
use crate::urn;

/// How a PATCH request is written; services differ in what they understand.
///
/// # Examples
///
/// ```
/// use scim_core::message::{PatchOperation, PatchOperationKind, PatchRequest};
/// use scim_core::patch::PatchDialect;
/// use serde_json::json;
///
/// let operation = PatchOperation::new(PatchOperationKind::Replace, Some("active".parse()?), Some(false.into()));
/// let request = PatchRequest::new(vec![operation]);
/// let body = PatchDialect::Rfc.body(&request);
/// assert_eq!(body["Operations"][0], json!({"op": "replace", "path": "active", "value": false}));
/// let body = PatchDialect::Entra.body(&request);
/// assert_eq!(body["Operations"][0], json!({"op": "Replace", "path": "active", "value": "False"}));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatchDialect {
    /// As [RFC 7644, section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2) has it, and so that every reading of it
    /// gives the same.
    #[default]
    Rfc,
    /// As Microsoft Entra writes without `aadOptscim062020`: `Add` and `Replace`, `"True"` and `"False"`, one operation for each
    /// sub-attribute, a missing entry added through its filter, members removed by a list of values. A service reads it with
    /// [`Compatibility::entra_legacy`].
    Entra,
    /// As the interoperability profile (draft-zollner-scim-interop-profile-01) demands: every operation has a path, and a filter
    /// selects one entry and is followed by a sub-attribute. A service reads it with [`Compatibility::interop_profile`].
    InteropProfile,
}

impl PatchDialect {
    /// The flags with which a service understands the dialect.
    pub(crate) const fn compatibility(self) -> Compatibility {
        match self {
            Self::Rfc => Compatibility::standard(),
            Self::Entra => Compatibility::entra_legacy(),
            Self::InteropProfile => Compatibility::interop_profile(),
        }
    }

    /// The body of a PATCH request in this dialect.
    ///
    /// # Examples
    ///
    /// See [`PatchDialect`].
    #[must_use]
    pub fn body(self, request: &PatchRequest) -> Value {
        let operations: Vec<Value> = request
            .operations
            .iter()
            .map(|operation| {
                let mut members = Map::new();
                members.insert("op".to_owned(), self.name(operation.op).into());
                if let Some(path) = &operation.path {
                    members.insert("path".to_owned(), path.to_string().into());
                }
                if let Some(value) = &operation.value {
                    members.insert("value".to_owned(), self.value(value));
                }
                Value::Object(members)
            })
            .collect();
        json!({"schemas": [urn::PATCH_OP], "Operations": operations})
    }

    const fn name(self, kind: PatchOperationKind) -> &'static str {
        match (self, kind) {
            (Self::Entra, PatchOperationKind::Add) => "Add",
            (Self::Entra, PatchOperationKind::Remove) => "Remove",
            (Self::Entra, PatchOperationKind::Replace) => "Replace",
            (_, kind) => kind.as_str(),
        }
    }

    fn value(self, value: &Value) -> Value {
        match (self, value) {
            (Self::Entra, Value::Bool(true)) => "True".into(),
            (Self::Entra, Value::Bool(false)) => "False".into(),
            // A reference is the bare id.
            (Self::Entra, Value::Object(members)) if members.len() == 1 => {
                members.get("value").unwrap_or(value).clone()
            }
            _ => value.clone(),
        }
    }
}
