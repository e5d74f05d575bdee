//! What an administrator says about the account in files: its own attributes, and resource types beside employees and groups.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Why a file about the account cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountFileError {
    /// The file cannot be read.
    #[error("the file {} cannot be read: {cause}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        cause: std::io::Error,
    },
    /// The file is not the JSON that is needed; the cause tells line and column.
    #[error("the file {} is malformed: {cause}; {example}", .file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// Line, column and what is wrong there.
        cause: serde_json::Error,
        /// What the way out looks like.
        example: &'static str,
    },
}

/// Resource types beside employees and groups, with their schemas. Resources of these types are kept, found and may be members;
/// the survey service knows nothing else of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct ResourceTypes {
    /// The schemas, as `/Schemas` serves them.
    pub schemas: Vec<Value>,
    /// The resource types, as `/ResourceTypes` serves them.
    pub resource_types: Vec<Value>,
}

impl ResourceTypes {
    /// What the types are called.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        let types = self.resource_types.iter().filter_map(Value::as_object);
        let members = types.flatten();
        let names = members.filter(|(member, _)| member.eq_ignore_ascii_case("name"));
        names.filter_map(|(_, name)| name.as_str()).collect()
    }
}

/// Reads the account's own attributes from a JSON file.
///
/// ```
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("attributes.json");
/// std::fs::write(&file, r#"[{"name": "Job Title", "kind": "option"}]"#)?;
/// let attributes = peakon_service::read_attributes(&file)?;
/// assert_eq!(attributes.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the file cannot be read, or is not a list of names and kinds; the message names line and column.
pub fn read_attributes(file: &Path) -> Result<Vec<PeakonAttribute>, AccountFileError> {
    read(
        file,
        r#"write it like [{"name": "Job Title", "kind": "option"}, {"name": "Start Date", "kind": "date"}], with the kinds option, text, date, number and employee"#,
    )
}

/// Reads resource types and their schemas from a JSON file. What they say is looked at when the service starts.
///
/// ```
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("types.json");
/// std::fs::write(&file, r#"{
///     "schemas": [{"id": "urn:example:Room", "name": "Room", "attributes": [{"name": "name", "uniqueness": "server"}]}],
///     "resourceTypes": [{"name": "Room", "endpoint": "/Rooms", "schema": "urn:example:Room"}]
/// }"#)?;
/// assert_eq!(peakon_service::read_resource_types(&file)?.resource_types.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the file cannot be read, or has not these two lists; the message names line and column.
pub fn read_resource_types(file: &Path) -> Result<ResourceTypes, AccountFileError> {
    read(
        file,
        r#"write it like {"schemas": [{"id": "urn:example:Room", "name": "Room", "attributes": []}], "resourceTypes": [{"name": "Room", "endpoint": "/Rooms", "schema": "urn:example:Room"}]}"#,
    )
}

fn read<T: DeserializeOwned>(file: &Path, example: &'static str) -> Result<T, AccountFileError> {
    let text = std::fs::read(file).map_err(|cause| AccountFileError::Unreadable {
        file: file.to_owned(),
        cause,
    })?;
    serde_json::from_slice(&text).map_err(|cause| AccountFileError::Malformed {
        file: file.to_owned(),
        cause,
        example,
    })
}

/// The attributes that an account has from the start.
pub(crate) fn standard_attributes() -> Vec<PeakonAttribute> {
    [
        ("Job Title", PeakonAttributeKind::Option),
        ("Department", PeakonAttributeKind::Option),
        ("Business Unit", PeakonAttributeKind::Option),
        ("Date of Birth", PeakonAttributeKind::Date),
        ("Start Date", PeakonAttributeKind::Date),
        ("Salary", PeakonAttributeKind::Number),
        ("Mentor", PeakonAttributeKind::Employee),
    ]
    .into_iter()
    .map(|(name, kind)| PeakonAttribute::new(name, kind))
    .collect()
}
