//! Pages by cursor over HTTP ([RFC 9865](https://www.rfc-editor.org/rfc/rfc9865)): how the place between two pages becomes a
//! text that a client holds, and a place again.

#[cfg(feature = "cursor-seal")]
mod aes_siv;
mod canonical;

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use scim_filter::{AttributePath, Filter};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::context::RequestContext;
use crate::error::{Error, ErrorKind};
use crate::message::SortOrder;
use crate::paging::Cursor;
use crate::schema::RegisteredResourceType;

#[cfg(feature = "cursor-seal")]
pub use aes_siv::AesSivSeal;

/// Makes cursors unreadable, and tells its own from forged ones
/// ([RFC 9865 §5.2](https://www.rfc-editor.org/rfc/rfc9865#section-5.2)).
///
/// A cursor holds the value that a query is sorted by, which may be personal, and an id, and what it says is believed. So it is
/// encrypted with authentication. Nothing is kept between two pages, and every replica of a service with the same key opens what
/// another one sealed.
///
/// With the feature `cursor-seal` there is `AesSivSeal`. A service whose keys stay in a module of their own implements this
/// trait; so does one that changes keys while it runs, by sealing with the newest and opening with any of them.
pub trait CursorSeal: Send + Sync + fmt::Debug {
    /// A text from which nobody else learns `plain`, of letters, digits, `-`, `.`, `_` and `~` only
    /// ([RFC 9865 §2](https://www.rfc-editor.org/rfc/rfc9865#section-2)).
    ///
    /// The same two inputs may give the same text: `plain` has the time of the request in it.
    fn seal(&self, plain: &[u8], bound_to: &[u8]) -> String;

    /// What was sealed, if the text is what [`seal`](Self::seal) gave, to the letter, and `bound_to` is the same as then.
    fn open(&self, sealed: &str, bound_to: &[u8]) -> Option<Vec<u8>>;
}

/// How a service pages by cursor ([RFC 9865](https://www.rfc-editor.org/rfc/rfc9865)).
///
/// A client asks for it by `cursor`, which is empty for the first page, and goes on with `nextCursor` or `previousCursor` of the
/// answer. Pages neither skip nor repeat a resource while others come and go, and the last page costs as much as the first. A cursor
/// is good for one tenant, principal, endpoint, filter, order and `count`; the names in filter and order may change their case.
#[cfg_attr(feature = "cursor-seal", doc = "```")]
#[cfg_attr(not(feature = "cursor-seal"), doc = "```ignore")]
/// use std::num::NonZeroU32;
///
/// use chrono::DateTime;
/// use scim_core::message::ListResponse;
/// use scim_core::resource::User;
/// use scim_core::schema::SchemaRegistry;
/// use scim_core::service_provider::{
///     AesSivSeal, CursorPaging, MemoryStore, Request, RequestContext, ServiceDefinition, ServiceProvider,
/// };
///
/// # let key_from_configuration = [7; 64];
/// let mut cursors = CursorPaging::new(AesSivSeal::new(key_from_configuration));
/// cursors.timeout_seconds = NonZeroU32::new(3_600);
/// let registry = SchemaRegistry::standard();
/// let mut definition = ServiceDefinition::new(registry.clone());
/// definition.cursors = Some(cursors);
/// let service = ServiceProvider::new(definition, MemoryStore::new(registry));
///
/// let ask = |request: Request, id: &str| {
///     let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, id, "https://people.example/scim/v2");
///     block_on(service.answer(request, context)).body.unwrap_or_default()
/// };
/// for name in ["ada", "bo", "cleo"] {
///     let body = format!(r#"{{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "{name}"}}"#);
///     ask(Request::new("POST", "/Users").with_body(body), name);
/// }
///
/// let mut names = Vec::new();
/// let mut cursor = Some(String::new());
/// while let Some(sealed) = cursor {
///     let query = format!("count=2&cursor={sealed}");
///     let page = ask(Request::new("GET", "/Users").with_query(query), "none is made");
///     let page: ListResponse<User> = serde_json::from_slice(&page)?;
///     names.extend(page.resources.into_iter().map(|user| user.user_name));
///     cursor = page.next_cursor;
/// }
/// assert_eq!(names, ["ada", "bo", "cleo"]);
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     let mut future = std::pin::pin!(future);
/// #     loop {
/// #         if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
/// #             return output;
/// #         }
/// #     }
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CursorPaging {
    /// What seals the cursors.
    pub seal: Arc<dyn CursorSeal>,
    /// How many seconds a cursor stays good, announced as `cursorTimeout`. For ever, unless said otherwise.
    pub timeout_seconds: Option<NonZeroU32>,
    /// Whether a query that has neither `cursor` nor `startIndex` is paged by cursor. It is paged by index, unless said otherwise.
    pub by_default: bool,
}

impl CursorPaging {
    /// Pages by cursor for those who ask for them, with cursors that stay good for ever.
    #[must_use]
    pub fn new(seal: impl CursorSeal + 'static) -> Self {
        Self {
            seal: Arc::new(seal),
            timeout_seconds: None,
            by_default: false,
        }
    }

    /// A place between two pages as the client gets it.
    pub(super) fn seal(&self, held: &Held, bound_to: &[u8]) -> String {
        let plain = json!(held).to_string();
        self.seal.seal(plain.as_bytes(), bound_to)
    }

    /// The place that a client comes back to.
    ///
    /// Whatever is wrong with a cursor but its age, the answer is the same: nobody learns from it what exists.
    pub(super) fn open(
        &self,
        sealed: &str,
        bound_to: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Held, Error> {
        let held: Held = self
            .seal
            .open(sealed, bound_to)
            .and_then(|plain| serde_json::from_slice(&plain).ok())
            .ok_or_else(|| {
                refuse(
                    ErrorKind::InvalidCursor,
                    "the cursor does not belong to this query; repeat the query of its page unchanged, or begin with an empty cursor"
                        .to_owned(),
                )
            })?;
        if let Some(timeout) = self.timeout_seconds
            && now.timestamp().saturating_sub(held.issued) > i64::from(timeout.get())
        {
            let detail =
                format!("the cursor is older than {timeout} seconds; begin with an empty cursor");
            return Err(refuse(ErrorKind::ExpiredCursor, detail));
        }
        Ok(held)
    }
}

fn refuse(kind: ErrorKind, detail: String) -> Error {
    Error::new(kind, detail).with_path("cursor")
}

/// What is sealed.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Held {
    /// The second in which it was sealed, in Unix time.
    pub(super) issued: i64,
    /// The results of a page.
    pub(super) count: usize,
    /// For each type that the query covers, where its next page begins; at its start, if there is none.
    pub(super) places: Vec<Option<Cursor>>,
}

/// What a cursor belongs to: whose query it is, and what is asked for.
pub(super) fn bound_to(
    context: &RequestContext,
    resource_types: &[RegisteredResourceType],
    filter: Option<&Filter>,
    sort: Option<(&AttributePath, SortOrder)>,
) -> Vec<u8> {
    let resource_types: Vec<&str> = resource_types
        .iter()
        .map(|resource_type| resource_type.definition().name.as_str())
        .collect();
    let sort = sort.map(|(path, order)| (path.as_str().to_ascii_lowercase(), order));
    json!([
        context.tenant,
        context.principal,
        resource_types,
        filter.map(canonical::form),
        sort,
    ])
    .to_string()
    .into_bytes()
}

#[cfg(test)]
#[cfg(feature = "cursor-seal")]
mod tests;
