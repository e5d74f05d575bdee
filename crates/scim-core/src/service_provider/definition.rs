//! What one service offers: its resource types, tolerances, limits and ways to authenticate.

use serde_json::{Map, Value};

use super::cursors::CursorPaging;
use super::store::StoreCapabilities;
use crate::compatibility::Compatibility;
use crate::patch::PatchLimits;
use crate::schema::SchemaRegistry;

/// Everything about a service that is the same for each of its requests.
///
/// `/ServiceProviderConfig` ([RFC 7643 §5](https://www.rfc-editor.org/rfc/rfc7643#section-5)), `/Schemas` and
/// `/ResourceTypes` are answered from it.
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::schema::SchemaRegistry;
/// use scim_core::service_provider::ServiceDefinition;
///
/// let mut definition = ServiceDefinition::new(SchemaRegistry::standard());
/// definition.compatibility = Compatibility::entra();
/// definition.limits.page_size_maximum = 200;
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServiceDefinition {
    /// The resource types and their schemas.
    pub registry: SchemaRegistry,
    /// What clients may do differently from the protocol.
    pub compatibility: Compatibility,
    /// How large requests and answers may be.
    pub limits: ServiceLimits,
    /// How clients authenticate. The application checks it before it calls the service provider; here it is announced.
    pub authentication_schemes: Vec<AuthenticationScheme>,
    /// Where people read about this service.
    pub documentation_uri: Option<String>,
    /// Whether passwords reach the store, which then has to keep them as hashes. Otherwise a `password` is checked, then
    /// dropped, and `/ServiceProviderConfig` says that it cannot be changed here.
    pub change_password: bool,
    /// Whether clients may send several operations at once, to `/Bulk`
    /// ([RFC 7644 §3.7](https://www.rfc-editor.org/rfc/rfc7644#section-3.7)). They may, unless said otherwise.
    pub bulk: bool,
    /// Whether one query may ask for the resources of all types, at the base URL and at `/.search` there
    /// ([RFC 7644 §3.4.2.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1)). It may not, unless said otherwise: on a large
    /// service such a query is expensive. It counts on what the protocol demands: no two resources have the same id, whatever their
    /// types.
    pub root_search: bool,
    /// Whether and how results are paged by cursor ([RFC 9865](https://www.rfc-editor.org/rfc/rfc9865)), beside pages by index. Not
    /// at all, unless said otherwise; then the parameter `cursor` is ignored.
    pub cursors: Option<CursorPaging>,
    /// What `/Me` answers.
    pub me: MeEndpoint,
    /// What the store can do. [`ServiceProvider::new`](super::ServiceProvider::new) takes it over from the store; who drives an
    /// [`Exchange`](super::Exchange) says it here.
    pub capabilities: StoreCapabilities,
}

/// What `/Me` answers ([RFC 7644 §3.11](https://www.rfc-editor.org/rfc/rfc7644#section-3.11)).
///
/// Whose resource it is, [`RequestContext::me`](super::RequestContext::me) says; without one the answer is 404.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MeEndpoint {
    /// 501: it is not offered.
    #[default]
    NotOffered,
    /// What the resource itself answers, with its real address in `Location`.
    Direct,
    /// 308, with the address of the resource in `Location`.
    Redirect,
}

impl ServiceDefinition {
    /// A service with these resource types, which authenticates by bearer token and keeps no passwords.
    #[must_use]
    pub fn new(registry: SchemaRegistry) -> Self {
        Self {
            registry,
            compatibility: Compatibility::default(),
            limits: ServiceLimits::default(),
            authentication_schemes: vec![AuthenticationScheme::bearer_token()],
            documentation_uri: None,
            change_password: false,
            bulk: true,
            root_search: false,
            cursors: None,
            me: MeEndpoint::NotOffered,
            capabilities: StoreCapabilities::default(),
        }
    }
}

/// How large requests and answers may be. Whatever is larger is refused or cut, never tried.
///
/// ```
/// use scim_core::service_provider::ServiceLimits;
///
/// assert_eq!(ServiceLimits::default().page_size_default, 100);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceLimits {
    /// Bytes of a request body; more are refused with 413. 1 MiB by default.
    pub body_bytes: usize,
    /// Results of a query that does not say how many it wants. 100 by default.
    pub page_size_default: usize,
    /// Results of a query at most, announced as `filter.maxResults`. 1,000 by default.
    pub page_size_maximum: usize,
    /// How far back a page by index may begin where the service itself sorts what stores gave it: in a query over several types, or
    /// over a store without [`native_search`](super::StoreCapabilities::native_search). More is refused with 400 `tooMany`. So many
    /// resources of each type are held at a time. 10,000 by default.
    pub sorted_results: usize,
    /// How much one PATCH request may do; more is refused with 413.
    pub patch: PatchLimits,
    /// How many values a filter may compare in one query, as [`EvaluationBudget`](crate::evaluation::EvaluationBudget) counts
    /// them; more are refused with 400 `tooMany`. 50,000,000 by default, which take about a second.
    pub evaluation_steps: u64,
    /// Operations of a bulk request; more are refused with 413. 1,000 by default.
    pub bulk_operations: usize,
    /// How often a change is tried anew because another one came in between. 5 by default.
    pub write_attempts: usize,
}

impl Default for ServiceLimits {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            page_size_default: 100,
            page_size_maximum: 1_000,
            sorted_results: 10_000,
            patch: PatchLimits::default(),
            evaluation_steps: 50_000_000,
            bulk_operations: 1_000,
            write_attempts: 5,
        }
    }
}

/// A way to authenticate, as `/ServiceProviderConfig` announces it
/// ([RFC 7643 §5](https://www.rfc-editor.org/rfc/rfc7643#section-5)).
///
/// ```
/// use scim_core::service_provider::AuthenticationScheme;
///
/// assert_eq!(AuthenticationScheme::bearer_token().scheme_type, "oauthbearertoken");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthenticationScheme {
    /// `type`: `oauth`, `oauth2`, `oauthbearertoken`, `httpbasic` or `httpdigest`.
    pub scheme_type: String,
    /// The name that people know it by.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Where it is specified.
    pub spec_uri: Option<String>,
    /// Where its use is described.
    pub documentation_uri: Option<String>,
}

impl AuthenticationScheme {
    /// A scheme without references.
    #[must_use]
    pub fn new(
        scheme_type: impl Into<String>,
        name: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            scheme_type: scheme_type.into(),
            name: name.into(),
            description: description.into(),
            spec_uri: None,
            documentation_uri: None,
        }
    }

    /// OAuth bearer tokens ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)).
    #[must_use]
    pub fn bearer_token() -> Self {
        Self {
            spec_uri: Some("https://www.rfc-editor.org/rfc/rfc6750".to_owned()),
            ..Self::new(
                "oauthbearertoken",
                "OAuth Bearer Token",
                "A bearer token in the Authorization header field",
            )
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let members = [
            ("type", Some(&self.scheme_type)),
            ("name", Some(&self.name)),
            ("description", Some(&self.description)),
            ("specUri", self.spec_uri.as_ref()),
            ("documentationUri", self.documentation_uri.as_ref()),
        ];
        let present = members
            .into_iter()
            .filter_map(|(name, text)| Some((name.to_owned(), Value::from(text?.as_str()))));
        Value::Object(present.collect::<Map<String, Value>>())
    }
}
