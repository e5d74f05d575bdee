//! What a request is answered with beside its own text: who asks, what he may do, when, and the ids of what he creates.

mod new_ids;
mod permissions;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

pub use new_ids::NewIds;
pub use permissions::{Permission, Permissions};

/// Everything about a request that its text does not say.
///
/// The library reads no clock and draws no random numbers, so the time and fresh ids are given to it. The tenant
/// ([RFC 7644 §6](https://www.rfc-editor.org/rfc/rfc7644#section-6)) reaches the store with every step. What the principal may
/// do is decided before any step: what he has no right to never reaches the store.
///
/// ```
/// use chrono::DateTime;
/// use scim_core::service_provider::{Permission, Permissions, RequestContext};
///
/// let now = DateTime::from_timestamp(1_767_225_600, 0).ok_or("out of range")?;
/// let context = RequestContext::new("fjordlab", "entra", now, "5f2c", "https://people.example/scim/v2/")
///     .with_permissions(Permissions::none().allow("User", [Permission::Read]));
/// assert_eq!(context.base_url, "https://people.example/scim/v2");
/// assert!(!context.permissions.allows("User", Permission::Delete));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestContext {
    /// Whose resources these are; the store keeps tenants apart by it.
    pub tenant: String,
    /// Who asks, as the application authenticated him.
    pub principal: String,
    /// The time of the request: `meta.created` and `meta.lastModified` of what it changes.
    pub now: DateTime<Utc>,
    /// The `id`s of the resources that this request creates.
    pub new_ids: NewIds,
    /// Where the service stands, without a slash at the end and without a query: the start of every `meta.location`.
    pub base_url: String,
    /// What the principal may do; everything unless said otherwise.
    pub permissions: Permissions,
    /// The resource that stands for the principal, as `/Me` gives it; none unless said otherwise.
    pub me: Option<Me>,
    /// Attributes that are not looked at, by path, spelled as the schema spells them: the library says so to the store, by
    /// [`leaves_out`](Self::leaves_out).
    left_out: BTreeSet<String>,
}

/// The resource that `/Me` stands for ([RFC 7644 §3.11](https://www.rfc-editor.org/rfc/rfc7644#section-3.11)).
///
/// ```
/// use scim_core::service_provider::Me;
///
/// assert_eq!(Me::new("User", "2819c223").id, "2819c223");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Me {
    /// The name of the resource type, in any case: `User`. One that is not registered is a fault of the application, 500.
    pub resource_type: String,
    /// The id.
    pub id: String,
}

impl Me {
    /// The resource of a type with an id.
    #[must_use]
    pub fn new(resource_type: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            resource_type: resource_type.into(),
            id: id.into(),
        }
    }
}

impl RequestContext {
    /// The context of one request of somebody who may do everything; slashes at the end of `base_url` are taken away.
    ///
    /// `new_ids` may be a text where the request creates one resource at most; see [`NewIds`].
    #[must_use]
    pub fn new(
        tenant: impl Into<String>,
        principal: impl Into<String>,
        now: DateTime<Utc>,
        new_ids: impl Into<NewIds>,
        base_url: impl Into<String>,
    ) -> Self {
        let mut base_url = base_url.into();
        base_url.truncate(base_url.trim_end_matches('/').len());
        Self {
            tenant: tenant.into(),
            principal: principal.into(),
            now,
            new_ids: new_ids.into(),
            base_url,
            permissions: Permissions::all(),
            me: None,
            left_out: BTreeSet::new(),
        }
    }

    /// Whether the answer shows nothing of an attribute, given by its path as the schema spells it, and nothing else needs it: then
    /// [`load`](super::ResourceStore::load) and [`search`](super::ResourceStore::search) may give resources without it.
    ///
    /// It is so for reading requests with `attributes` or `excludedAttributes`
    /// ([RFC 7644 §3.9](https://www.rfc-editor.org/rfc/rfc7644#section-3.9)), and spares a store the members of a group, say. What
    /// the filter of a [`Search`](super::Search) looks at the store sees to itself.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use chrono::DateTime;
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::service_provider::{Exchange, Request, RequestContext, ServiceDefinition};
    ///
    /// let definition = Arc::new(ServiceDefinition::new(SchemaRegistry::standard()));
    /// let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "new", "https://people.example/scim/v2");
    /// assert!(!context.leaves_out("members"));
    ///
    /// let request = Request::new("GET", "/Groups/1").with_query("excludedAttributes=members");
    /// let (exchange, _) = Exchange::start(&definition, &request, context);
    /// assert!(exchange.context().leaves_out("members") && !exchange.context().leaves_out("displayName"));
    /// ```
    #[must_use]
    pub fn leaves_out(&self, path: &str) -> bool {
        self.left_out.contains(path)
    }

    /// The same context of a request for whole resources.
    ///
    /// For a store that has to look at more than the answer shows.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use scim_core::service_provider::RequestContext;
    ///
    /// let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "new", "https://people.example/scim/v2");
    /// assert!(!context.with_whole_resources().leaves_out("members"));
    /// ```
    #[must_use]
    pub fn with_whole_resources(mut self) -> Self {
        self.left_out.clear();
        self
    }

    pub(super) fn leave_out(&mut self, paths: BTreeSet<String>) {
        self.left_out = paths;
    }

    /// The same context of somebody who may do this only.
    #[must_use]
    pub fn with_permissions(mut self, permissions: Permissions) -> Self {
        self.permissions = permissions;
        self
    }

    /// The same context of somebody for whom this resource stands.
    #[must_use]
    pub fn with_me(mut self, me: Me) -> Self {
        self.me = Some(me);
        self
    }
}
