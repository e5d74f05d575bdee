//! The account's own attributes, as an administrator lists them in a file.

use std::path::{Path, PathBuf};

use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};

/// What the way out looks like, at the end of every message about the file.
const EXAMPLE: &str = r#"write it like [{"name": "Job Title", "kind": "option"}, {"name": "Start Date", "kind": "date"}], with the kinds option, text, date, number and employee"#;

/// Why a file of attributes cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AttributesError {
    /// The file cannot be read.
    #[error("the attributes file {} cannot be read: {cause}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        cause: std::io::Error,
    },
    /// The file is not the JSON that is needed; the cause tells line and column.
    #[error("the attributes file {} is malformed: {cause}; {EXAMPLE}", .file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// Line, column and what is wrong there.
        cause: serde_json::Error,
    },
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
pub fn read_attributes(file: &Path) -> Result<Vec<PeakonAttribute>, AttributesError> {
    let text = std::fs::read(file).map_err(|cause| AttributesError::Unreadable {
        file: file.to_owned(),
        cause,
    })?;
    serde_json::from_slice(&text).map_err(|cause| AttributesError::Malformed {
        file: file.to_owned(),
        cause,
    })
}

/// The attributes that an account has from the start.
pub(crate) fn standard() -> Vec<PeakonAttribute> {
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
