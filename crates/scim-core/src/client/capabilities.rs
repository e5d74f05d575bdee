//! [`Capabilities`]: what a client may use.

use crate::schema::ServiceProviderConfig;

/// What a service offers, as far as it makes a difference to a client.
///
/// `/ServiceProviderConfig` tells most of it, [`Client::discover`](super::Client::discover) finds out the rest. Everything may
/// be set by hand, where a service does not know itself.
///
/// # Examples
///
/// ```
/// use scim_core::client::Capabilities;
/// use scim_core::schema::ServiceProviderConfig;
///
/// let mut configuration = ServiceProviderConfig::new();
/// configuration.filter.supported = true;
/// configuration.filter.max_results = 50;
/// let offered = Capabilities::from(&configuration);
/// assert!(offered.filter && !offered.patch);
/// assert_eq!(offered.page_size, Some(50));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a feature that a service has or has not"
)]
pub struct Capabilities {
    /// PATCH. Without it a resource is read, changed here, and replaced as a whole.
    pub patch: bool,
    /// Filters. Without them all resources are read, and matched here.
    pub filter: bool,
    /// Sorting. Without it lists come in the order of the service.
    pub sort: bool,
    /// Entity-tags: a change names the version that it was made from, and fails or is made anew if another one came first.
    pub etag: bool,
    /// Queries by POST ([RFC 7644, section 3.4.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3)). With them no filter
    /// stands in an address, where logs and proxies would see it
    /// ([section 7.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-7.5.2)).
    pub search: bool,
    /// Pages by cursor ([RFC 9865](https://www.rfc-editor.org/rfc/rfc9865)), which neither skip nor repeat. A list that does not
    /// say where it begins is then read so.
    pub cursor: bool,
    /// The largest page, if the service tells it. That it tells none does not mean that there is none.
    pub page_size: Option<usize>,
}

/// A service that says nothing about itself is taken for one with PATCH and filters, and nothing else.
impl Default for Capabilities {
    fn default() -> Self {
        Self {
            patch: true,
            filter: true,
            sort: false,
            etag: false,
            search: false,
            cursor: false,
            page_size: None,
        }
    }
}

impl From<&ServiceProviderConfig> for Capabilities {
    fn from(configuration: &ServiceProviderConfig) -> Self {
        let pagination = configuration.pagination.as_ref();
        let sizes = [
            Some(configuration.filter.max_results),
            pagination.and_then(|pagination| pagination.max_page_size),
        ];
        let sizes = sizes.into_iter().flatten().filter(|size| *size > 0);
        Self {
            patch: configuration.patch.supported,
            filter: configuration.filter.supported,
            sort: configuration.sort.supported,
            etag: configuration.etag.supported,
            search: false,
            cursor: pagination.is_some_and(|pagination| pagination.cursor),
            page_size: sizes
                .min()
                .map(|size| usize::try_from(size).unwrap_or(usize::MAX)),
        }
    }
}
