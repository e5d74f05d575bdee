//! A client for SCIM services, without input and output: it says what to send and understands what comes back
//! ([RFC 7644](https://www.rfc-editor.org/rfc/rfc7644)).
//!
//! A [`Client`] makes [`Call`]s, one for each operation. A call is a small machine: it has a request, is given the answer, and
//! says what is next: another request, the same one after a wait, a result, or an error. So it works with any HTTP library, with
//! threads or with futures, in tests without a network, and any number of calls may be under way.
//!
//! What the service lacks the client makes up for: without PATCH a resource is replaced as a whole, without filters all are
//! read and matched here. What a service does in its own way is understood where it has one meaning, and reported as a
//! [`Deviation`]. What comes from it is never trusted: answers, pages, redirections and repetitions have limits.
//!
//! ```
//! use chrono::{DateTime, Utc};
//! use scim_core::client::{Call, Client, ClientError, Outcome, Request, Response, Sent, Target};
//! use scim_core::resource::{Resource, User};
//! use scim_core::schema::SchemaRegistry;
//!
//! /// All that a transport has to do. The HTTP library follows no redirections itself.
//! fn drive<T>(
//!     mut call: Call<T>,
//!     transport: impl Fn(&Request) -> Result<Response, Sent>,
//!     now: impl Fn() -> DateTime<Utc>,
//! ) -> Result<T, ClientError> {
//!     loop {
//!         let outcome = match transport(call.request()) {
//!             Ok(response) => call.read(&response, now()),
//!             Err(sent) => call.lost(sent),
//!         };
//!         match outcome {
//!             Outcome::Send => {}
//!             Outcome::Retry { after } => std::thread::sleep(after),
//!             Outcome::Done(result) => return Ok(result),
//!             Outcome::Failed(error) => return Err(error),
//!         }
//!     }
//! }
//!
//! let registry = SchemaRegistry::standard();
//! let users = registry.resource_type("User").ok_or("users are standard")?;
//! let mut target = Target::new("https://people.example/scim/v2".parse()?);
//! target.bearer_token = Some("s3cret".into());
//! let client = Client::new(target)?;
//!
//! // In place of a network.
//! let service = |request: &Request| {
//!     assert_eq!((request.method, request.header("Authorization")), ("POST", Some("Bearer s3cret")));
//!     let body = r#"{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "42", "userName": "ines"}"#;
//!     Ok(Response::new(201).with_header("Content-Type", "application/scim+json").with_body(body))
//! };
//! let call = client.create(users, &Resource::from(User::new("ines")))?;
//! let created = drive(call, service, || DateTime::UNIX_EPOCH)?;
//! assert_eq!(created.id(), Some("42"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod base_url;
mod call;
mod capabilities;
mod change;
mod connection;
mod deviation;
mod discovery;
mod error;
#[cfg(feature = "http")]
mod http_messages;
mod list;
mod messages;
mod operations;
mod queries;
mod reading;
mod resources;
mod retry;
mod target;
mod walk;

use std::sync::Arc;

pub use base_url::BaseUrl;
pub use call::{Call, Outcome, Sent};
pub use capabilities::Capabilities;
pub use deviation::Deviation;
pub use discovery::Discovered;
pub use error::{ClientError, ClientErrorKind, Effect};
pub use list::Found;
pub use messages::{Request, Response};
pub use retry::RetryPolicy;
pub use target::{ClientLimits, Target};

/// Makes the calls to one service.
///
/// A clone is cheap. Nothing is remembered between calls, so it may be used from many places at once.
///
/// # Examples
///
/// See [the module](self) and the chapter [`guide::client`](crate::guide::client).
#[derive(Clone, Debug)]
pub struct Client {
    target: Arc<Target>,
}

impl Client {
    /// A client of one service.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](ClientErrorKind::InvalidRequest): the token, the media type or the name of the client is nothing that a
    /// header field can carry. The token is not repeated.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::client::{Client, Target};
    ///
    /// let mut target = Target::new("https://people.example/scim/v2".parse()?);
    /// target.bearer_token = Some("two\nlines".into());
    /// assert!(Client::new(target).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(target: Target) -> Result<Self, ClientError> {
        let refuse = |detail: &str| Err(ClientError::new(ClientErrorKind::InvalidRequest, detail));
        if let Some(token) = &target.bearer_token {
            let token = token.expose();
            if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
                return refuse("a bearer token is printable ASCII without blanks, and not empty");
            }
        }
        let is_field = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_graphic() || byte == b' ')
        };
        if !is_field(&target.user_agent) || !is_field(&target.media_type) {
            return refuse("User-Agent and media type are printable ASCII");
        }
        let target = Arc::new(target);
        Ok(Self { target })
    }

    /// The service as the client sees it.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::client::{Client, Target};
    ///
    /// let client = Client::new(Target::new("https://people.example/scim/v2/".parse()?))?;
    /// assert_eq!(client.target().base_url.as_str(), "https://people.example/scim/v2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }
}
