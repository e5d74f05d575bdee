//! [`BulkRequest`].

use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroUsize;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::PatchRequest;
use crate::resource::{Hidden, Resource};
use crate::urn;

/// What stands before a `bulkId` where an id would stand.
pub(crate) const REFERENCE_PREFIX: &str = "bulkId:";

super::object_only! {
    serde(remote = "BulkRequest", rename_all = "camelCase")
    /// Several operations in one request ([RFC 7644, section 3.7](https://www.rfc-editor.org/rfc/rfc7644#section-3.7)).
    ///
    /// ```
    /// use scim_core::message::{BulkOperation, BulkRequest};
    /// use scim_core::resource::{Group, ResourceReference, User};
    ///
    /// let mut guides = Group::new("Tour Guides");
    /// guides.members.push(ResourceReference::new(BulkOperation::reference_to("alice")));
    /// let request = BulkRequest::new(vec![
    ///     BulkOperation::post("/Groups", "guides", guides.into()),
    ///     BulkOperation::post("/Users", "alice", User::new("alice").into()),
    ///     BulkOperation::delete("/Users/e9025315").with_version("W/\"3\""),
    /// ]);
    /// let json = serde_json::to_value(&request)?;
    /// assert_eq!(json["Operations"][0]["data"]["members"][0]["value"], "bulkId:alice");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[derive(Clone, Debug, PartialEq, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct BulkRequest {
        /// The URI of the message.
        #[serde(default = "schemas")]
        pub schemas: Vec<String>,
        /// After how many failures the service stops. It tries every operation if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("maximum" = u64::MAX))]
        pub fail_on_errors: Option<NonZeroUsize>,
        /// The operations.
        #[serde(rename = "Operations", alias = "operations")]
        pub operations: Vec<BulkOperation>,
    }
}

super::object_only! {
    serde(remote = "BulkOperation", rename_all = "camelCase")
    /// One operation of a [`BulkRequest`].
    ///
    /// `Debug` does not show the data, which may be personal or secret.
    ///
    /// ```
    /// use scim_core::message::{BulkMethod, BulkOperation};
    ///
    /// let operation: BulkOperation = serde_json::from_str(r#"{ "method": "delete", "path": "/Users/42" }"#)?;
    /// assert_eq!(operation.method, BulkMethod::Delete);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[derive(Clone, PartialEq, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct BulkOperation {
        /// What to do.
        pub method: BulkMethod,
        /// The endpoint of a type for POST, a resource otherwise, below the base URL.
        pub path: String,
        /// The name of what a POST creates, by which other operations of the request refer to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub bulk_id: Option<String>,
        /// The version that the resource must still have.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub version: Option<String>,
        /// The body that the operation would have if it came alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub data: Option<Value>,
    }
}

impl BulkRequest {
    /// A request with these operations, which are all tried.
    ///
    /// ```
    /// use scim_core::message::BulkRequest;
    ///
    /// assert_eq!(BulkRequest::new(Vec::new()).fail_on_errors, None);
    /// ```
    #[must_use]
    pub fn new(operations: Vec<BulkOperation>) -> Self {
        Self {
            schemas: schemas(),
            fail_on_errors: None,
            operations,
        }
    }
}

impl BulkOperation {
    /// Creates a resource at the endpoint of its type.
    ///
    /// ```
    /// use scim_core::message::BulkOperation;
    /// use scim_core::resource::User;
    ///
    /// let operation = BulkOperation::post("/Users", "alice", User::new("alice").into());
    /// assert_eq!(operation.bulk_id.as_deref(), Some("alice"));
    /// ```
    #[must_use]
    pub fn post(path: impl Into<String>, bulk_id: impl Into<String>, resource: Resource) -> Self {
        Self {
            bulk_id: Some(bulk_id.into()),
            data: Some(resource.into_value()),
            ..Self::new(BulkMethod::Post, path)
        }
    }

    /// Replaces a resource.
    ///
    /// ```
    /// use scim_core::message::{BulkMethod, BulkOperation};
    /// use scim_core::resource::User;
    ///
    /// assert_eq!(BulkOperation::put("/Users/42", User::new("alice").into()).method, BulkMethod::Put);
    /// ```
    #[must_use]
    pub fn put(path: impl Into<String>, resource: Resource) -> Self {
        Self {
            data: Some(resource.into_value()),
            ..Self::new(BulkMethod::Put, path)
        }
    }

    /// Changes a resource.
    ///
    /// ```
    /// use scim_core::message::{BulkOperation, PatchOperation, PatchOperationKind, PatchRequest};
    ///
    /// let request = PatchRequest::new(vec![
    ///     PatchOperation::new(PatchOperationKind::Remove, Some("title".parse()?), None),
    /// ]);
    /// let operation = BulkOperation::patch("/Users/42", &request);
    /// assert_eq!(operation.data.ok_or("a PATCH has data")?["Operations"][0]["path"], "title");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn patch(path: impl Into<String>, request: &PatchRequest) -> Self {
        Self {
            // It consists of texts and JSON values, which always serialize.
            data: serde_json::to_value(request).ok(),
            ..Self::new(BulkMethod::Patch, path)
        }
    }

    /// Deletes a resource.
    ///
    /// ```
    /// use scim_core::message::BulkOperation;
    ///
    /// assert_eq!(BulkOperation::delete("/Users/42").data, None);
    /// ```
    #[must_use]
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(BulkMethod::Delete, path)
    }

    /// The same operation, on this version of the resource only.
    ///
    /// ```
    /// use scim_core::message::BulkOperation;
    ///
    /// let operation = BulkOperation::delete("/Users/42").with_version("W/\"3\"");
    /// assert_eq!(operation.version.as_deref(), Some("W/\"3\""));
    /// ```
    #[must_use]
    pub fn with_version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// What stands for the id of a resource that another operation of the request creates
    /// ([RFC 7644, section 3.7.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.7.2)).
    ///
    /// ```
    /// use scim_core::message::BulkOperation;
    ///
    /// assert_eq!(BulkOperation::reference_to("alice"), "bulkId:alice");
    /// ```
    #[must_use]
    pub fn reference_to(bulk_id: &str) -> String {
        format!("{REFERENCE_PREFIX}{bulk_id}")
    }

    pub(crate) fn new(method: BulkMethod, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            bulk_id: None,
            version: None,
            data: None,
        }
    }
}

impl fmt::Debug for BulkOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkOperation")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("bulk_id", &self.bulk_id)
            .field("version", &self.version)
            .field("data", &self.data.as_ref().map(Hidden::of))
            .finish()
    }
}

/// What an operation of a [`BulkRequest`] does. It is read without regard to case.
///
/// ```
/// use scim_core::message::BulkMethod;
///
/// assert_eq!(serde_json::from_str::<BulkMethod>("\"Patch\"")?.as_str(), "PATCH");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(clippy::exhaustive_enums, reason = "RFC 7644, section 3.7 has four")]
pub enum BulkMethod {
    /// Creates a resource.
    Post,
    /// Replaces a resource.
    Put,
    /// Changes a resource.
    Patch,
    /// Deletes a resource.
    Delete,
}

impl BulkMethod {
    /// The method of HTTP.
    ///
    /// ```
    /// use scim_core::message::BulkMethod;
    ///
    /// assert_eq!(BulkMethod::Delete.as_str(), "DELETE");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    pub(crate) fn named(text: &str) -> Option<Self> {
        [Self::Post, Self::Put, Self::Patch, Self::Delete]
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text))
    }
}

impl<'de> Deserialize<'de> for BulkMethod {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::named(&text).ok_or_else(|| D::Error::custom("POST, PUT, PATCH or DELETE is needed"))
    }
}

impl JsonSchema for BulkMethod {
    fn schema_name() -> Cow<'static, str> {
        "BulkMethod".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "What an operation does, in any case.",
            "type": "string",
            "pattern": "^([Pp][Oo][Ss][Tt]|[Pp][Uu][Tt]|[Pp][Aa][Tt][Cc][Hh]|[Dd][Ee][Ll][Ee][Tt][Ee])$",
        })
    }
}

fn schemas() -> Vec<String> {
    vec![urn::BULK_REQUEST.to_owned()]
}
