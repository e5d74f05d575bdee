//! [`PatchRequest`].

use std::fmt;

use schemars::JsonSchema;
use scim_filter::{ParseError, Parser, PatchPath};
use serde::Deserialize as _;
use serde_json::Value;

use super::{Members, PatchOperationKind};
use crate::compatibility::{Compatibility, Tolerance, Tolerating};
use crate::error::{Error, ErrorKind};
use crate::resource::Hidden;
use crate::schema::RegisteredResourceType;
use crate::urn;

/// More operations than any client sends at once; a limit on the work that one request can ask for.
const MAXIMUM_OPERATIONS: usize = 100_000;

super::object_only! {
    serde(remote = "PatchRequest")
    /// A request to change a resource ([RFC 7644, section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2)).
    ///
    /// ```
    /// use scim_core::message::{PatchOperation, PatchOperationKind, PatchRequest};
    ///
    /// let request = PatchRequest::new(vec![
    ///     PatchOperation::new(PatchOperationKind::Replace, Some("active".parse()?), Some(false.into())),
    /// ]);
    /// let json = serde_json::to_value(&request)?;
    /// assert_eq!(json["Operations"][0]["op"], "replace");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Clone, Debug, PartialEq, JsonSchema)]
    #[non_exhaustive]
    pub struct PatchRequest {
        /// The URI of the message.
        #[serde(default = "schemas")]
        pub schemas: Vec<String>,
        /// The operations, applied in this order, all or none.
        #[serde(rename = "Operations", alias = "operations")]
        pub operations: Vec<PatchOperation>,
    }
}

super::object_only! {
    serde(remote = "PatchOperation")
    /// One operation of a [`PatchRequest`].
    ///
    /// ```
    /// use scim_core::message::{PatchOperation, PatchOperationKind};
    ///
    /// let operation: PatchOperation = serde_json::from_str(r#"{ "op": "Add", "path": "title", "value": "CTO" }"#)?;
    /// assert_eq!(operation.op, PatchOperationKind::Add);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// `Debug` shows neither the value nor what a filter in the path compares with: both may be personal or secret.
    #[derive(Clone, PartialEq, JsonSchema)]
    #[non_exhaustive]
    pub struct PatchOperation {
        /// What to do.
        pub op: PatchOperationKind,
        /// Where; the resource itself if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub path: Option<PatchPath>,
        /// With what. `Some(Null)` and `None` are different: null was sent, nothing was sent.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "sent"
        )]
        pub value: Option<Value>,
    }
}

impl fmt::Debug for PatchOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PatchOperation")
            .field("op", &self.op)
            .field("path", &self.path.as_ref().map(PathShown))
            .field("value", &self.value.as_ref().map(Hidden::of))
            .finish()
    }
}

struct PathShown<'r>(&'r PatchPath);

impl fmt::Debug for PathShown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            PatchPath::ValuePath {
                attribute,
                sub_attribute,
                ..
            } => {
                write!(f, "{attribute}[[redacted]]")?;
                sub_attribute
                    .as_ref()
                    .map_or(Ok(()), |name| write!(f, ".{name}"))
            }
            whole => write!(f, "{whole}"),
        }
    }
}

impl PatchOperation {
    /// An operation.
    ///
    /// ```
    /// use scim_core::message::{PatchOperation, PatchOperationKind};
    ///
    /// let operation = PatchOperation::new(PatchOperationKind::Remove, Some("title".parse()?), None);
    /// assert!(operation.value.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn new(
        op: PatchOperationKind,
        path: Option<PatchPath>,
        value: Option<Value>,
    ) -> Self {
        Self { op, path, value }
    }
}

impl PatchRequest {
    /// A request with these operations.
    ///
    /// ```
    /// use scim_core::message::PatchRequest;
    ///
    /// assert!(PatchRequest::new(Vec::new()).operations.is_empty());
    /// ```
    #[must_use]
    pub fn new(operations: Vec<PatchOperation>) -> Self {
        Self {
            schemas: schemas(),
            operations,
        }
    }

    /// Reads a request with the names of a resource type, and says what is wrong in the protocol's words.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::error::ErrorKind;
    /// use scim_core::message::PatchRequest;
    /// use scim_core::schema::SchemaRegistry;
    /// use serde_json::json;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let body = json!({
    ///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    ///     "Operations": [
    ///         { "op": "Replace", "path": "active", "value": false },
    ///         { "op": "add", "path": "emails[type eq]", "value": "x" },
    ///     ],
    /// });
    /// let Err(error) = PatchRequest::read(&body, users, &Compatibility::standard()) else {
    ///     return Err("a path is malformed".into());
    /// };
    /// assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidFilter, Some(1)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `invalidSyntax` for the structure, `invalidPath` for a path, `invalidFilter` for the filter in a path; with the
    /// index of the operation. 413 for more than 100,000 operations.
    pub fn read(
        value: &Value,
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
    ) -> Result<Self, Error> {
        Self::read_with_report(value, resource_type, compatibility).map(|(request, _)| request)
    }

    /// As [`PatchRequest::read`], and tells what had to be tolerated. What the values need is told when they are applied.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::message::PatchRequest;
    /// use scim_core::schema::SchemaRegistry;
    /// use serde_json::json;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let body = json!({
    ///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    ///     "Operations": [{ "op": "Replace", "path": "active", "value": false }],
    /// });
    /// let (_, tolerated) = PatchRequest::read_with_report(&body, users, &Compatibility::entra())?;
    /// assert_eq!(tolerated[0].to_string(), "Operations[0].op: it was read as replace (operation_names_in_any_case)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`PatchRequest::read`].
    pub fn read_with_report(
        value: &Value,
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
    ) -> Result<(Self, Vec<Tolerance>), Error> {
        Tolerating::report(compatibility, |tolerating| {
            Self::read_tolerating(value, resource_type, tolerating)
        })
    }

    fn read_tolerating(
        value: &Value,
        resource_type: &RegisteredResourceType,
        tolerating: &mut Tolerating<'_>,
    ) -> Result<Self, Error> {
        let members = Members::of_message(value, urn::PATCH_OP, tolerating)?;
        let syntax =
            |detail: &str| Error::new(ErrorKind::InvalidSyntax, detail).with_path("Operations");
        let operations = match members.get("Operations", tolerating)? {
            Some(Value::Array(operations)) if !operations.is_empty() => operations,
            Some(Value::Array(_)) if tolerating.compatibility.empty_operations => {
                let detail = "nothing was to be done";
                tolerating.note("empty_operations", "Operations", detail);
                return Ok(Self::new(Vec::new()));
            }
            Some(Value::Array(_)) => return Err(syntax("at least one operation is needed")),
            Some(_) => return Err(syntax("an array of operations is needed")),
            None => {
                return Err(syntax(
                    "the member is missing; it is an array of operations",
                ));
            }
        };
        if operations.len() > MAXIMUM_OPERATIONS {
            let detail = format!(
                "there are more than {MAXIMUM_OPERATIONS} operations; send several requests"
            );
            return Err(Error::new(ErrorKind::PayloadTooLarge, detail));
        }
        let leniency = tolerating.compatibility.leniency();
        let parser = resource_type.parser().leniency(leniency);
        let operations = operations
            .iter()
            .enumerate()
            .map(|(index, operation)| {
                PatchOperation::read(operation, index, &parser, tolerating)
                    .map_err(|error| error.with_operation(index))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self::new(operations))
    }
}

impl PatchOperation {
    fn read(
        value: &Value,
        index: usize,
        parser: &Parser,
        tolerating: &mut Tolerating<'_>,
    ) -> Result<Self, Error> {
        let syntax = |detail: String, path: &str| {
            Error::new(ErrorKind::InvalidSyntax, detail).with_path(path)
        };
        let members = Members::of_object(value, "an operation")?;
        let op = match members.get("op", tolerating)? {
            Some(Value::String(text)) => PatchOperationKind::read(text, index, tolerating)
                .ok_or_else(|| {
                    let text: String = text.chars().take(40).collect();
                    syntax(
                        format!("\"{text}\" is no operation; add, remove or replace is needed"),
                        "op",
                    )
                })?,
            _ => return Err(syntax("add, remove or replace is needed".to_owned(), "op")),
        };
        let path = match members.get("path", tolerating)? {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => {
                let parsed = parser
                    .patch_path_with_report(text)
                    .map_err(|failure| malformed_path(text, &failure))?;
                tolerating.note_parsed(&format!("Operations[{index}].path"), &parsed.tolerated);
                Some(parsed.value)
            }
            Some(_) => {
                return Err(
                    Error::new(ErrorKind::InvalidPath, "a path is a string").with_path("path")
                );
            }
        };
        Ok(Self {
            op,
            path,
            value: members.get("value", tolerating)?.cloned(),
        })
    }
}

fn malformed_path(text: &str, failure: &ParseError) -> Error {
    // Between the brackets it is the filter that is wrong, if what stands there begins like one.
    let start = failure.range().start;
    let is_filter = text.split_once('[').is_some_and(|(attribute, filter)| {
        start > attribute.len()
            && text.rfind(']').is_none_or(|closing| start <= closing)
            && filter.trim_start().starts_with(|first: char| {
                first.is_ascii_alphabetic() || matches!(first, '(' | '$')
            })
    });
    let error = if is_filter {
        Error::from_filter(failure)
    } else {
        Error::from_path(failure)
    };
    error.with_path(place(text))
}

/// A path that cannot be read, without what a filter in it compares with, which may be a secret.
fn place(path: &str) -> String {
    let (attribute, is_cut) = path
        .split_once('[')
        .map_or((path, false), |(attribute, _)| (attribute, true));
    let end = if is_cut { "[...]" } else { "" };
    let attribute: String = attribute.chars().take(200).collect();
    format!("{attribute}{end}")
}

fn sent<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

fn schemas() -> Vec<String> {
    vec![urn::PATCH_OP.to_owned()]
}
