//! What can go wrong in the store, collected so that `?` works, and told to the library at the end.

use scim_core::error::{Error, ErrorKind};
use scim_core::service_provider::StoreError;
use sqlx::error::DatabaseError;

/// A failure inside the store.
#[derive(Debug)]
pub(super) enum Fault {
    /// The client is told: a conflict, a stale version, a value that is refused.
    Answer(StoreError),
    /// The database failed; the client learns only that something failed.
    Database(sqlx::Error),
    /// The database holds a document that is not JSON of an object.
    Document(serde_json::Error),
}

impl Fault {
    /// A value that the account cannot take, with its place and the way out.
    pub(super) fn invalid_value(path: &str, detail: String) -> Self {
        Error::new(ErrorKind::InvalidValue, detail)
            .with_path(path)
            .into()
    }

    /// A text that holds the character U+0000, which is neither kept nor looked for.
    pub(super) fn null_character() -> Self {
        let detail =
            "a text holds the character U+0000, which the service does not keep; leave it out";
        Error::new(ErrorKind::InvalidValue, detail).into()
    }

    /// A value that belongs to another resource already.
    pub(super) fn conflict(attribute: &str, detail: String) -> Self {
        Self::Answer(StoreError::Conflict {
            attribute: attribute.to_owned(),
            detail,
        })
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Answer(StoreError::Rejected(error))
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Answer(error)
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(DatabaseError::code);
        // PostgreSQL keeps every character but this one.
        if matches!(code.as_deref(), Some("22021" | "22P05")) {
            return Self::null_character();
        }
        // A text that an index cannot hold, in a place that is not looked at before.
        if code.as_deref() == Some("54000") {
            let detail = "a text is too long to be found again; send a shorter one";
            return Error::new(ErrorKind::InvalidValue, detail).into();
        }
        Self::Database(error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Document(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Answer(error) => error,
            Fault::Database(error) => Self::Failed(error.into()),
            Fault::Document(error) => Self::Failed(error.into()),
        }
    }
}
