//! [`ClientError`]: why a call failed, and what is known about its effect.

use std::fmt;
use std::time::Duration;

/// What made a call fail.
///
/// # Examples
///
/// See [`ClientError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ClientErrorKind {
    /// It cannot be asked in this way; nothing was sent.
    InvalidRequest,
    /// 401: the token is missing, wrong or too old.
    Unauthorized,
    /// 403: the token is right, and not enough.
    Forbidden,
    /// 404: there is no such resource, or no such endpoint.
    NotFound,
    /// 409: another resource has a value that is unique, if `scimType` says so or nothing.
    Conflict,
    /// 412, or the change does not fit any more: somebody else has changed the resource since it was read.
    Changed,
    /// 405 or 501: the service does not offer it.
    NotOffered,
    /// Another 4xx: the service does not like the request.
    Refused,
    /// 429 or 503, and the service asks for more patience than there is.
    Throttled,
    /// Another 5xx: the service is out of order.
    ServiceFailed,
    /// No answer came.
    Lost,
    /// The service sends the client somewhere else, where its token is not meant to go.
    Redirected,
    /// The answer is not JSON, such as the page of a proxy.
    NotJson,
    /// The answer is JSON, and not what SCIM has in this place.
    NotScim,
    /// The answer, or the list, is larger than the limits of the client, or never ends.
    TooLarge,
    /// The call was over already.
    Over,
}

/// What a failed call has done at the service.
///
/// # Examples
///
/// ```
/// use scim_core::client::Effect;
///
/// // Whoever cannot tell has to look before he tries again.
/// let try_again = |effect| effect == Effect::None;
/// assert!(!try_again(Effect::Unknown));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth answer")]
pub enum Effect {
    /// Nothing.
    None,
    /// Perhaps what was asked for, perhaps nothing: an answer was lost. Look before asking again.
    Unknown,
    /// What was asked for; only the answer cannot be read.
    Done,
}

/// Why a call failed. It names the request, what the service said, and never a token or a query.
///
/// # Examples
///
/// ```
/// use chrono::DateTime;
/// use scim_core::client::{Client, ClientErrorKind, Effect, Outcome, Response, Target};
/// use scim_core::resource::{Resource, User};
/// use scim_core::schema::SchemaRegistry;
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let client = Client::new(Target::new("https://people.example/v2".parse()?))?;
/// let mut call = client.create(users, &Resource::from(User::new("ines")))?;
///
/// let body = r#"{"status": "409", "scimType": "uniqueness", "detail": "ines exists"}"#;
/// let answer = Response::new(409).with_header("Content-Type", "application/scim+json").with_body(body);
/// let Outcome::Failed(error) = call.read(&answer, DateTime::UNIX_EPOCH) else { return Err("it is taken".into()) };
/// assert_eq!(error.kind(), ClientErrorKind::Conflict);
/// assert_eq!((error.status(), error.scim_type()), (Some(409), Some("uniqueness")));
/// assert_eq!(error.effect(), Effect::None);
/// assert_eq!(error.to_string(), "POST /v2/Users: 409 uniqueness: ines exists");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientError(Box<Details>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    kind: ClientErrorKind,
    request: Option<String>,
    status: Option<u16>,
    scim_type: Option<String>,
    detail: String,
    effect: Effect,
    retry_after: Option<Duration>,
}

impl ClientError {
    pub(super) fn new(kind: ClientErrorKind, detail: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            request: None,
            status: None,
            scim_type: None,
            detail: detail.into(),
            effect: Effect::None,
            retry_after: None,
        }))
    }

    pub(super) fn with_request(mut self, request: String) -> Self {
        self.0.request = Some(request);
        self
    }

    pub(super) const fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(super) fn with_scim_type(mut self, scim_type: Option<String>) -> Self {
        self.0.scim_type = scim_type;
        self
    }

    pub(super) const fn with_effect(mut self, effect: Effect) -> Self {
        self.0.effect = effect;
        self
    }

    pub(super) const fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// What made the call fail.
    #[must_use]
    pub const fn kind(&self) -> ClientErrorKind {
        self.0.kind
    }

    /// The HTTP status of the answer, if one came.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The keyword of the protocol, such as `uniqueness`, if the service gave one.
    #[must_use]
    pub fn scim_type(&self) -> Option<&str> {
        self.0.scim_type.as_deref()
    }

    /// What the service says, shortened, or what is wrong with its answer.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The method and the path of the request, without its query.
    #[must_use]
    pub fn request(&self) -> Option<&str> {
        self.0.request.as_deref()
    }

    /// What is known about what the call has done.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.0.effect
    }

    /// How long the service asks to be left alone: longer than the client waits by itself.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(request) = &self.0.request {
            write!(f, "{request}: ")?;
        }
        match (self.0.status, &self.0.scim_type) {
            (Some(status), Some(scim_type)) => write!(f, "{status} {scim_type}: ")?,
            (Some(status), None) => write!(f, "{status}: ")?,
            (None, _) => {}
        }
        f.write_str(&self.0.detail)?;
        match self.0.effect {
            Effect::None => Ok(()),
            Effect::Unknown => f.write_str(
                "; it may have been carried out all the same: look before you ask again",
            ),
            Effect::Done => f.write_str("; it has been carried out"),
        }
    }
}

impl std::error::Error for ClientError {}
