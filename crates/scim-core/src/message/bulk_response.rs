//! [`BulkResponse`].

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer};
use serde_json::Value;

use super::error_response::{Status, status_as_text};
use crate::resource::Hidden;
use crate::urn;

super::object_only! {
    serde(remote = "BulkResponse")
    /// The answer to a [`BulkRequest`](super::BulkRequest)
    /// ([RFC 7644, section 3.7.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.7.3)).
    ///
    /// ```
    /// use scim_core::message::BulkResponse;
    ///
    /// let response: BulkResponse = serde_json::from_str(r#"{
    ///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
    ///     "Operations": [{
    ///         "method": "POST", "bulkId": "alice", "status": "201",
    ///         "location": "https://example.com/v2/Users/92b725cd", "version": "W/\"1\""
    ///     }]
    /// }"#)?;
    /// assert_eq!(response.operations[0].status, 201);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[derive(Clone, Debug, PartialEq, JsonSchema)]
    #[non_exhaustive]
    pub struct BulkResponse {
        /// The URI of the message.
        #[serde(default = "schemas")]
        pub schemas: Vec<String>,
        /// What came of each operation that was processed.
        #[serde(rename = "Operations", alias = "operations")]
        pub operations: Vec<BulkOperationResult>,
    }
}

super::object_only! {
    serde(remote = "BulkOperationResult", rename_all = "camelCase")
    /// What came of one operation of a bulk request.
    ///
    /// `Debug` does not show the response, which may be personal.
    ///
    /// ```
    /// use scim_core::message::BulkOperationResult;
    ///
    /// for status in ["\"412\"", "412", r#"{ "code": "412" }"#] {
    ///     let result: BulkOperationResult = serde_json::from_str(&format!(r#"{{ "method": "PUT", "status": {status} }}"#))?;
    ///     assert_eq!(result.status, 412);
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[derive(Clone, PartialEq, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct BulkOperationResult {
        /// The method, if the operation named one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub method: Option<String>,
        /// The name that the operation gave to what it creates.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub bulk_id: Option<String>,
        /// The version of the resource now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub version: Option<String>,
        /// The URI of the resource; a POST that failed has none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub location: Option<String>,
        /// The HTTP status that the operation would have if it came alone. Written as a string; read as a string, as a number, or
        /// from the `code` of an object, of which the text of the RFC speaks.
        #[serde(serialize_with = "status_as_text", deserialize_with = "status")]
        #[schemars(with = "ReadStatus")]
        pub status: u16,
        /// The body that the operation would be answered with if it came alone: after a failure, the error.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub response: Option<Value>,
    }
}

impl BulkResponse {
    /// An answer with these results.
    ///
    /// ```
    /// use scim_core::message::BulkResponse;
    ///
    /// assert!(BulkResponse::new(Vec::new()).operations.is_empty());
    /// ```
    #[must_use]
    pub fn new(operations: Vec<BulkOperationResult>) -> Self {
        Self {
            schemas: schemas(),
            operations,
        }
    }
}

impl BulkOperationResult {
    /// A result with a status only.
    ///
    /// ```
    /// use scim_core::message::BulkOperationResult;
    ///
    /// assert_eq!(BulkOperationResult::new(204).location, None);
    /// ```
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self {
            method: None,
            bulk_id: None,
            version: None,
            location: None,
            status,
            response: None,
        }
    }
}

impl fmt::Debug for BulkOperationResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkOperationResult")
            .field("method", &self.method)
            .field("bulk_id", &self.bulk_id)
            .field("version", &self.version)
            .field("location", &self.location)
            .field("status", &self.status)
            .field("response", &self.response.as_ref().map(Hidden::of))
            .finish()
    }
}

fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let code = match Value::deserialize(deserializer)? {
        Value::Object(mut members) => members.remove("code").unwrap_or_default(),
        plain => plain,
    };
    Status::deserialize(code)
        .ok()
        .and_then(Status::number)
        .ok_or_else(|| D::Error::custom("an HTTP status such as \"201\" is needed"))
}

/// The forms in which the status of an operation is read.
struct ReadStatus;

impl JsonSchema for ReadStatus {
    fn schema_name() -> Cow<'static, str> {
        "BulkStatus".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let plain = generator.subschema_for::<Status>();
        schemars::json_schema!({
            "anyOf": [plain, { "type": "object", "required": ["code"], "properties": { "code": plain } }],
        })
    }
}

fn schemas() -> Vec<String> {
    vec![urn::BULK_RESPONSE.to_owned()]
}
