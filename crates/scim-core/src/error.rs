//! [`Error`]: what went wrong, as the protocol tells it.

use std::fmt;

use scim_filter::ParseError;

/// The causes of failure that the protocol tells apart, each with its HTTP status and its `scimType`
/// ([RFC 7644, section 3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12)).
///
/// ```
/// use scim_core::error::ErrorKind;
///
/// assert_eq!(ErrorKind::Uniqueness.status(), 409);
/// assert_eq!(ErrorKind::Uniqueness.scim_type(), Some("uniqueness"));
/// assert_eq!(ErrorKind::NotFound.scim_type(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The filter is malformed, or compares what cannot be compared.
    InvalidFilter,
    /// The query has more results than the service is ready to give.
    TooMany,
    /// Another resource has this value already.
    Uniqueness,
    /// The attribute cannot be changed in this way.
    Mutability,
    /// The request body has the wrong structure.
    InvalidSyntax,
    /// The path of a PATCH operation is malformed, or names nothing that the schema knows.
    InvalidPath,
    /// The path of a PATCH operation selects no value.
    NoTarget,
    /// A required value is missing, or a value does not fit its attribute.
    InvalidValue,
    /// The protocol version is not supported.
    InvalidVersion,
    /// The cursor is none of this service, or of another query
    /// ([RFC 9865, section 2.1](https://www.rfc-editor.org/rfc/rfc9865#section-2.1)).
    InvalidCursor,
    /// The cursor is too old.
    ExpiredCursor,
    /// The size of the page is out of bounds, or another one than that of the pages before.
    InvalidCount,
    /// Personal data stood in the address of the request.
    Sensitive,
    /// The credentials are missing or wrong.
    Unauthorized,
    /// The operation is not permitted.
    Forbidden,
    /// The resource or the endpoint does not exist.
    NotFound,
    /// The endpoint does not offer this method.
    MethodNotAllowed,
    /// The client accepts no media type that the service can send.
    NotAcceptable,
    /// What the request needs is not so: an operation of a bulk request refers to one that failed, say.
    Conflict,
    /// The resource has changed since the client read it.
    PreconditionFailed,
    /// The request is larger than the service is ready to take.
    PayloadTooLarge,
    /// The body has a media type that the service does not read.
    UnsupportedMediaType,
    /// The client sends more requests than the service is ready to take.
    TooManyRequests,
    /// The service failed.
    Internal,
    /// The service does not offer this feature.
    NotImplemented,
}

impl ErrorKind {
    /// The HTTP status of an answer with this error.
    ///
    /// ```
    /// use scim_core::error::ErrorKind;
    ///
    /// assert_eq!(ErrorKind::InvalidPath.status(), 400);
    /// ```
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidFilter
            | Self::TooMany
            | Self::Mutability
            | Self::InvalidSyntax
            | Self::InvalidPath
            | Self::NoTarget
            | Self::InvalidValue
            | Self::InvalidVersion
            | Self::InvalidCursor
            | Self::ExpiredCursor
            | Self::InvalidCount => 400,
            Self::Unauthorized => 401,
            Self::Sensitive | Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::NotAcceptable => 406,
            Self::Uniqueness | Self::Conflict => 409,
            Self::PreconditionFailed => 412,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::NotImplemented => 501,
        }
    }

    /// The keyword of the protocol for this error, where it has one.
    ///
    /// ```
    /// use scim_core::error::ErrorKind;
    ///
    /// assert_eq!(ErrorKind::InvalidVersion.scim_type(), Some("invalidVers"));
    /// ```
    #[must_use]
    pub const fn scim_type(self) -> Option<&'static str> {
        match self {
            Self::InvalidFilter => Some("invalidFilter"),
            Self::TooMany => Some("tooMany"),
            Self::Uniqueness => Some("uniqueness"),
            Self::Mutability => Some("mutability"),
            Self::InvalidSyntax => Some("invalidSyntax"),
            Self::InvalidPath => Some("invalidPath"),
            Self::NoTarget => Some("noTarget"),
            Self::InvalidValue => Some("invalidValue"),
            Self::InvalidVersion => Some("invalidVers"),
            Self::InvalidCursor => Some("invalidCursor"),
            Self::ExpiredCursor => Some("expiredCursor"),
            Self::InvalidCount => Some("invalidCount"),
            Self::Sensitive => Some("sensitive"),
            _ => None,
        }
    }
}

/// A failure that the protocol can tell a client: its kind, a sentence for people, and the place.
///
/// ```
/// use scim_core::error::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::InvalidValue, "a boolean is needed, the text \"yes\" was sent")
///     .with_path("active")
///     .with_operation(2);
/// assert_eq!(
///     error.to_string(),
///     "operation 2: active: a boolean is needed, the text \"yes\" was sent"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    detail: String,
    path: Option<String>,
    operation: Option<usize>,
}

impl Error {
    /// A failure of a kind, with a sentence that tells a person what is wrong and what would be right.
    ///
    /// ```
    /// use scim_core::error::{Error, ErrorKind};
    ///
    /// assert_eq!(Error::new(ErrorKind::NotFound, "there is no user 42").kind(), ErrorKind::NotFound);
    /// ```
    #[cold]
    #[must_use]
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            path: None,
            operation: None,
        }
    }

    /// A filter that cannot be parsed.
    ///
    /// ```
    /// use scim_core::error::{Error, ErrorKind};
    /// use scim_core::scim_filter::Filter;
    ///
    /// let Err(failure) = "userName eq".parse::<Filter>() else { return };
    /// assert_eq!(Error::from_filter(&failure).kind(), ErrorKind::InvalidFilter);
    /// ```
    #[must_use]
    pub fn from_filter(failure: &ParseError) -> Self {
        Self::new(ErrorKind::InvalidFilter, failure.to_string())
    }

    /// A path that cannot be parsed.
    ///
    /// ```
    /// use scim_core::error::{Error, ErrorKind};
    /// use scim_core::scim_filter::PatchPath;
    ///
    /// let Err(failure) = "emails[".parse::<PatchPath>() else { return };
    /// assert_eq!(Error::from_path(&failure).kind(), ErrorKind::InvalidPath);
    /// ```
    #[must_use]
    pub fn from_path(failure: &ParseError) -> Self {
        Self::new(ErrorKind::InvalidPath, failure.to_string())
    }

    /// Names the attribute, in path notation, that the failure is about.
    ///
    /// ```
    /// use scim_core::error::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Mutability, "it is read-only").with_path("id");
    /// assert_eq!(error.path(), Some("id"));
    /// ```
    #[cold]
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Names the operation, counted from zero, that failed.
    ///
    /// ```
    /// use scim_core::error::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::NoTarget, "nothing matches").with_operation(0);
    /// assert_eq!(error.operation(), Some(0));
    /// ```
    #[must_use]
    pub const fn with_operation(mut self, index: usize) -> Self {
        self.operation = Some(index);
        self
    }

    /// The kind, which decides status and `scimType`.
    ///
    /// ```
    /// use scim_core::error::{Error, ErrorKind};
    ///
    /// assert_eq!(Error::new(ErrorKind::TooMany, "narrow the filter").kind(), ErrorKind::TooMany);
    /// ```
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The sentence for people, without the place.
    ///
    /// ```
    /// use scim_core::error::{Error, ErrorKind};
    ///
    /// assert_eq!(Error::new(ErrorKind::TooMany, "narrow the filter").detail(), "narrow the filter");
    /// ```
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The attribute that the failure is about.
    ///
    /// ```
    /// use scim_core::error::{Error, ErrorKind};
    ///
    /// assert_eq!(Error::new(ErrorKind::InvalidValue, "it is required").with_path("userName").path(), Some("userName"));
    /// ```
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The index of the operation that failed, counted from zero.
    ///
    /// ```
    /// use scim_core::error::{Error, ErrorKind};
    ///
    /// assert_eq!(Error::new(ErrorKind::NoTarget, "nothing matches").operation(), None);
    /// ```
    #[must_use]
    pub const fn operation(&self) -> Option<usize> {
        self.operation
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation {
            write!(f, "operation {operation}: ")?;
        }
        if let Some(path) = self.path.as_deref().filter(|path| !path.is_empty()) {
            write!(f, "{path}: ")?;
        }
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Error {}
