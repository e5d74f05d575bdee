//! [`SearchRequest`].

use std::fmt;

use schemars::JsonSchema;
use scim_filter::{AttributePath, Filter};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Members;
use crate::compatibility::{Compatibility, Tolerance, Tolerating};
use crate::error::{Error, ErrorKind};
use crate::resource::Hidden;
use crate::schema::RegisteredResourceType;
use crate::urn;

/// The order of sorting ([RFC 7644, section 3.4.2.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3)).
///
/// ```
/// use scim_core::message::SortOrder;
///
/// assert_eq!(SortOrder::default(), SortOrder::Ascending);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "RFC 7644, section 3.4.2.3 has two")]
pub enum SortOrder {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

super::object_only! {
    serde(remote = "SearchRequest", rename_all = "camelCase")
    /// A query by POST ([RFC 7644, section 3.4.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3)).
    ///
    /// ```
    /// use scim_core::message::SearchRequest;
    ///
    /// let request: SearchRequest = serde_json::from_str(r#"{
    ///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
    ///     "filter": "userName sw \"b\"",
    ///     "count": 10
    /// }"#)?;
    /// assert_eq!(request.count, Some(10));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// `Debug` does not show the filter: a query is sent by POST to keep what it compares with out of logs
    /// ([section 7.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-7.5.2)).
    #[derive(Clone, PartialEq, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct SearchRequest {
        /// The URI of the message.
        #[serde(default = "schemas")]
        pub schemas: Vec<String>,
        /// The only attributes to return.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub attributes: Vec<String>,
        /// The attributes not to return.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub excluded_attributes: Vec<String>,
        /// Which resources.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub filter: Option<Filter>,
        /// By what to sort.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub sort_by: Option<AttributePath>,
        /// In which order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub sort_order: Option<SortOrder>,
        /// The index of the first resource wanted, from one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("minimum" = i64::MIN, "maximum" = i64::MAX))]
        pub start_index: Option<i64>,
        /// How many resources at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("minimum" = i64::MIN, "maximum" = i64::MAX))]
        pub count: Option<i64>,
    }
}

impl SearchRequest {
    /// A query for everything.
    ///
    /// ```
    /// use scim_core::message::SearchRequest;
    ///
    /// let mut request = SearchRequest::new();
    /// request.filter = Some("active eq true".parse()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self {
            schemas: schemas(),
            attributes: Vec::new(),
            excluded_attributes: Vec::new(),
            filter: None,
            sort_by: None,
            sort_order: None,
            start_index: None,
            count: None,
        }
    }

    /// Reads a query with the names of a resource type, and says what is wrong in the protocol's words.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::error::ErrorKind;
    /// use scim_core::message::SearchRequest;
    /// use scim_core::schema::SchemaRegistry;
    /// use serde_json::json;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let body = json!({
    ///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
    ///     "filter": "userName eq",
    /// });
    /// let Err(error) = SearchRequest::read(&body, users, &Compatibility::standard()) else {
    ///     return Err("the filter has no value".into());
    /// };
    /// assert_eq!(error.kind(), ErrorKind::InvalidFilter);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `invalidSyntax`, `invalidFilter` or `invalidValue`, with the member as path.
    pub fn read(
        value: &Value,
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
    ) -> Result<Self, Error> {
        Self::read_with_report(value, resource_type, compatibility).map(|(request, _)| request)
    }

    /// As [`SearchRequest::read`], and tells what had to be tolerated. What the filter means is told when it is bound.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::message::SearchRequest;
    /// use scim_core::schema::SchemaRegistry;
    /// use serde_json::json;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let body = json!({
    ///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
    ///     "Filter": "active eq True",
    /// });
    /// let (_, tolerated) = SearchRequest::read_with_report(&body, users, &Compatibility::entra())?;
    /// let flags: Vec<_> = tolerated.iter().map(|tolerance| tolerance.what).collect();
    /// assert_eq!(flags, ["message_names_in_any_case", "literals_in_any_case"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`SearchRequest::read`].
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
        let members = Members::of_message(value, urn::SEARCH_REQUEST, tolerating)?;
        let leniency = tolerating.compatibility.leniency();
        let parser = resource_type.parser().leniency(leniency);
        let filter = match text(members, "filter", tolerating)? {
            None => None,
            Some(filter) => {
                let parsed = parser
                    .filter_with_report(filter)
                    .map_err(|failure| Error::from_filter(&failure))?;
                tolerating.note_parsed("filter", &parsed.tolerated);
                Some(parsed.value)
            }
        };
        let sort_by = text(members, "sortBy", tolerating)?
            .map(|path| {
                parser.attribute_path(path).map_err(|failure| {
                    Error::new(ErrorKind::InvalidValue, failure.to_string()).with_path("sortBy")
                })
            })
            .transpose()?;
        Ok(Self {
            schemas: schemas(),
            attributes: member(
                members,
                "attributes",
                "an array of names is needed",
                tolerating,
            )?
            .unwrap_or_default(),
            excluded_attributes: member(
                members,
                "excludedAttributes",
                "an array of names is needed",
                tolerating,
            )?
            .unwrap_or_default(),
            filter,
            sort_by,
            sort_order: member(
                members,
                "sortOrder",
                "ascending or descending is needed",
                tolerating,
            )?,
            start_index: member(
                members,
                "startIndex",
                "a whole number is needed",
                tolerating,
            )?,
            count: member(members, "count", "a whole number is needed", tolerating)?,
        })
    }
}

impl fmt::Debug for SearchRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchRequest")
            .field("schemas", &self.schemas)
            .field("attributes", &self.attributes)
            .field("excluded_attributes", &self.excluded_attributes)
            .field("filter", &self.filter.as_ref().map(Hidden::of))
            .field("sort_by", &self.sort_by)
            .field("sort_order", &self.sort_order)
            .field("start_index", &self.start_index)
            .field("count", &self.count)
            .finish()
    }
}

impl Default for SearchRequest {
    fn default() -> Self {
        Self::new()
    }
}

fn text<'value>(
    members: Members<'value>,
    name: &str,
    tolerating: &mut Tolerating<'_>,
) -> Result<Option<&'value str>, Error> {
    match members.get(name, tolerating)? {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Error::new(ErrorKind::InvalidSyntax, "a string is needed").with_path(name)),
    }
}

fn member<T: serde::de::DeserializeOwned>(
    members: Members<'_>,
    name: &str,
    needed: &str,
    tolerating: &mut Tolerating<'_>,
) -> Result<Option<T>, Error> {
    let value = members.get(name, tolerating)?.cloned().unwrap_or_default();
    serde_json::from_value(value)
        .map_err(|_| Error::new(ErrorKind::InvalidSyntax, needed).with_path(name))
}

fn schemas() -> Vec<String> {
    vec![urn::SEARCH_REQUEST.to_owned()]
}
