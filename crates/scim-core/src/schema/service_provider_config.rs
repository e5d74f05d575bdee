//! [`ServiceProviderConfig`]: what a service offers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::urn;

/// What a service offers ([RFC 7643, section 5](https://www.rfc-editor.org/rfc/rfc7643#section-5)).
///
/// ```
/// use scim_core::schema::ServiceProviderConfig;
///
/// let mut configuration = ServiceProviderConfig::new();
/// configuration.patch.supported = true;
/// configuration.filter.supported = true;
/// configuration.filter.max_results = 200;
/// assert_eq!(serde_json::to_value(&configuration)?["filter"]["maxResults"], 200);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ServiceProviderConfig {
    /// The URI of the schema.
    #[serde(default = "schemas")]
    pub schemas: Vec<String>,
    /// Where people read about the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documentation_uri: Option<String>,
    /// Whether resources can be changed by PATCH.
    #[serde(default)]
    pub patch: Supported,
    /// Bulk requests.
    #[serde(default)]
    pub bulk: Bulk,
    /// Filters.
    #[serde(default)]
    pub filter: FilterSupport,
    /// Whether users can change their password.
    #[serde(default)]
    pub change_password: Supported,
    /// Whether results can be sorted.
    #[serde(default)]
    pub sort: Supported,
    /// Whether resources have versions.
    #[serde(default)]
    pub etag: Supported,
    /// How clients prove who they are.
    #[serde(default)]
    pub authentication_schemes: Vec<AuthenticationScheme>,
    /// How lists are paged ([RFC 9865, section 4](https://www.rfc-editor.org/rfc/rfc9865#section-4)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pagination>,
    /// What the service offers in security events (RFC 9967, section 4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_events: Option<SecurityEvents>,
    /// What the service keeps about this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<crate::resource::Meta>,
}

impl ServiceProviderConfig {
    /// A service that offers nothing beyond create, read, replace and delete.
    ///
    /// ```
    /// use scim_core::schema::ServiceProviderConfig;
    ///
    /// assert!(!ServiceProviderConfig::new().bulk.supported);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self {
            schemas: schemas(),
            documentation_uri: None,
            patch: Supported::default(),
            bulk: Bulk::default(),
            filter: FilterSupport::default(),
            change_password: Supported::default(),
            sort: Supported::default(),
            etag: Supported::default(),
            authentication_schemes: Vec::new(),
            pagination: None,
            security_events: None,
            meta: None,
        }
    }
}

impl Default for ServiceProviderConfig {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a feature is offered.
///
/// ```
/// use scim_core::schema::service_provider_config::Supported;
///
/// assert!(!Supported::default().supported);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Supported {
    /// Whether it is.
    pub supported: bool,
}

/// Whether and how far bulk requests are offered.
///
/// ```
/// use scim_core::schema::service_provider_config::Bulk;
///
/// assert!(!Bulk::default().supported);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Bulk {
    /// Whether they are.
    pub supported: bool,
    /// The largest number of operations.
    #[serde(default)]
    pub max_operations: u64,
    /// The largest number of bytes.
    #[serde(default)]
    pub max_payload_size: u64,
}

/// Whether and how far filters are offered.
///
/// ```
/// use scim_core::schema::service_provider_config::FilterSupport;
///
/// assert!(!FilterSupport::default().supported);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FilterSupport {
    /// Whether they are.
    pub supported: bool,
    /// The largest number of results.
    #[serde(default)]
    pub max_results: u64,
}

/// A way in which clients prove who they are.
///
/// ```
/// use scim_core::schema::service_provider_config::AuthenticationScheme;
///
/// let scheme = AuthenticationScheme::new("oauthbearertoken", "Bearer token", "A token of the account");
/// assert_eq!(scheme.r#type, "oauthbearertoken");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuthenticationScheme {
    /// `oauth`, `oauth2`, `oauthbearertoken`, `httpbasic`, `httpdigest`, or another word.
    #[serde(default)]
    pub r#type: String,
    /// The name for people.
    pub name: String,
    /// What it is, for people.
    #[serde(default)]
    pub description: String,
    /// Where it is specified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec_uri: Option<String>,
    /// Where people read about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documentation_uri: Option<String>,
    /// Whether it is the preferred one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
}

impl AuthenticationScheme {
    /// A scheme with what is required.
    ///
    /// ```
    /// use scim_core::schema::service_provider_config::AuthenticationScheme;
    ///
    /// assert!(AuthenticationScheme::new("httpbasic", "Basic", "Name and password").primary.is_none());
    /// ```
    #[must_use]
    pub fn new(
        r#type: impl Into<String>,
        name: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            r#type: r#type.into(),
            name: name.into(),
            description: description.into(),
            spec_uri: None,
            documentation_uri: None,
            primary: None,
        }
    }
}

/// How lists are paged.
///
/// ```
/// use scim_core::schema::service_provider_config::Pagination;
///
/// assert!(!Pagination::default().cursor);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Pagination {
    /// Whether by cursor.
    pub cursor: bool,
    /// Whether by index.
    pub index: bool,
    /// The method when the client names none: `cursor` or `index`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_pagination_method: Option<String>,
    /// The number of results on a page when the client names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_page_size: Option<u64>,
    /// The largest number of results on a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_page_size: Option<u64>,
    /// For how many seconds a cursor can be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor_timeout: Option<u64>,
}

/// What a service offers in security events.
///
/// ```
/// use scim_core::schema::service_provider_config::SecurityEvents;
///
/// assert!(SecurityEvents::default().event_uris.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SecurityEvents {
    /// Whether requests may be completed later: `none`, `long` or `request`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub async_request: Option<String>,
    /// The URIs of the events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub event_uris: Vec<String>,
}

fn schemas() -> Vec<String> {
    vec![urn::SERVICE_PROVIDER_CONFIG.to_owned()]
}
