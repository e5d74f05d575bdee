//! What a request is answered with beside its own text: who asks, when, and the id of what may be created.

use chrono::{DateTime, Utc};

/// Everything about a request that its text does not say.
///
/// The library reads no clock and draws no random numbers, so the time and a fresh id are given to it. The tenant
/// ([RFC 7644 §6](https://www.rfc-editor.org/rfc/rfc7644#section-6)) reaches the store with every step.
///
/// ```
/// use chrono::DateTime;
/// use scim_core::service_provider::RequestContext;
///
/// let now = DateTime::from_timestamp(1_767_225_600, 0).ok_or("out of range")?;
/// let context = RequestContext::new("fjordlab", "entra", now, "5f2c", "https://people.example/scim/v2/");
/// assert_eq!(context.base_url, "https://people.example/scim/v2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestContext {
    /// Whose resources these are; the store keeps tenants apart by it.
    pub tenant: String,
    /// Who asks, as the application authenticated him.
    pub principal: String,
    /// The time of the request: `meta.created` and `meta.lastModified` of what it changes.
    pub now: DateTime<Utc>,
    /// The `id` of the resource, should this request create one; never used before, not empty and without the word
    /// `bulkId` ([RFC 7643 §3.1](https://www.rfc-editor.org/rfc/rfc7643#section-3.1)).
    pub new_id: String,
    /// Where the service stands, without a slash at the end and without a query: the start of every `meta.location`.
    pub base_url: String,
}

impl RequestContext {
    /// The context of one request; slashes at the end of `base_url` are taken away.
    #[must_use]
    pub fn new(
        tenant: impl Into<String>,
        principal: impl Into<String>,
        now: DateTime<Utc>,
        new_id: impl Into<String>,
        base_url: impl Into<String>,
    ) -> Self {
        let mut base_url = base_url.into();
        base_url.truncate(base_url.trim_end_matches('/').len());
        Self {
            tenant: tenant.into(),
            principal: principal.into(),
            now,
            new_id: new_id.into(),
            base_url,
        }
    }
}
