//! [`Target`]: one service as its client sees it.

use super::base_url::BaseUrl;
use super::capabilities::Capabilities;
use super::retry::RetryPolicy;
use crate::patch::PatchDialect;
use crate::resource::{JsonLimits, Secret};

/// One service as its client sees it: where it stands, what it offers, and how it is to be talked to.
///
/// # Examples
///
/// ```
/// use scim_core::client::{Client, Target};
/// use scim_core::patch::PatchDialect;
///
/// let mut target = Target::new("https://people.example/scim/v2".parse()?);
/// target.bearer_token = Some("s3cret".into());
/// target.dialect = PatchDialect::Entra;
/// assert!(!format!("{target:?}").contains("s3cret"));
/// assert!(Client::new(target).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Target {
    /// Where the service stands.
    pub base_url: BaseUrl,
    /// The token that each request carries in its header field `Authorization`
    /// ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)).
    pub bearer_token: Option<Secret>,
    /// Who the service sees as its client: `User-Agent`. `scim-core` and its version by default.
    pub user_agent: String,
    /// The media type of bodies: `application/scim+json` by default. Some services read `application/json` only.
    pub media_type: String,
    /// What the service offers.
    pub capabilities: Capabilities,
    /// How PATCH requests are written.
    pub dialect: PatchDialect,
    /// How large answers may be and how long calls.
    pub limits: ClientLimits,
    /// How often and how soon a request is sent again.
    pub retries: RetryPolicy,
}

impl Target {
    /// A service that follows the RFCs, without a token.
    #[must_use]
    pub fn new(base_url: BaseUrl) -> Self {
        Self {
            base_url,
            bearer_token: None,
            user_agent: concat!("scim-core/", env!("CARGO_PKG_VERSION")).to_owned(),
            media_type: "application/scim+json".to_owned(),
            capabilities: Capabilities::default(),
            dialect: PatchDialect::default(),
            limits: ClientLimits::default(),
            retries: RetryPolicy::default(),
        }
    }
}

/// How large answers may be, and how long calls. A service is as little trusted as any other sender.
///
/// # Examples
///
/// ```
/// use scim_core::client::ClientLimits;
///
/// assert_eq!(ClientLimits::default().resources, 1_000_000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientLimits {
    /// Bytes of one answer, 16 MiB by default.
    pub body_bytes: usize,
    /// How deep the JSON of an answer nests, 32 by default.
    pub depth: usize,
    /// Pages of one list, 100,000 by default.
    pub pages: usize,
    /// Resources of one list, 1,000,000 by default.
    pub resources: usize,
    /// Redirections of one request, 5 by default.
    pub redirections: usize,
    /// How often a change is made anew because somebody else came first, 3 by default; with 0 that is a failure at once.
    pub conflicts: usize,
    /// Bytes of an address: a longer query goes by POST. 2,000 by default, which every server and proxy takes.
    pub url_bytes: usize,
}

impl Default for ClientLimits {
    fn default() -> Self {
        let json = JsonLimits::default();
        Self {
            body_bytes: json.bytes,
            depth: json.depth,
            pages: 100_000,
            resources: 1_000_000,
            redirections: 5,
            conflicts: 3,
            url_bytes: 2_000,
        }
    }
}
