//! Why a database cannot be used.

use crate::random::NoRandomness;

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// A URL of another kind. Only the scheme is shown, since the rest may hold a password.
    #[error(
        "`{scheme}` databases are not supported: give a URL such as sqlite://peakon.db or \
         postgres://user@host/database"
    )]
    Unsupported {
        /// What stands before the colon.
        scheme: String,
    },
    /// Not a URL of a database at all. It is not shown, since it may hold a password.
    #[error(
        "the database is given as a URL such as sqlite://peakon.db or postgres://user@host/database, and this is not one"
    )]
    NotAUrl,
    /// A database in memory would forget what was answered with 2xx.
    #[error("a database in memory forgets its employees: give a file, as in sqlite://peakon.db")]
    InMemory,
    /// SQLite could not open the file or bring it to the present form.
    #[error(
        "the database {url} cannot be used: {cause}; the folder must exist and be writable, and the \
         file, if it is there, must be a SQLite database of this service"
    )]
    UnusableFile {
        /// The URL as given.
        url: String,
        /// What SQLite said.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// There is no such file, and it was not to be made.
    #[error(
        "there is no database {url}; correct the URL, or make it: `peakon-service --database {url}` and `account add` do"
    )]
    NoFile {
        /// The URL as given.
        url: String,
    },
    /// Another program keeps its tables in the file.
    #[error("the database {url} has tables of another program and was left alone; give another")]
    Foreign {
        /// The URL as given.
        url: String,
    },
    /// The present form is not the last one any more.
    #[error("the database was written by a newer version of this program; use that one")]
    Newer,
    /// PostgreSQL could not be reached, or the database not be brought to the present form.
    #[error(
        "the PostgreSQL database `{database}` on {host} cannot be used: {cause}; the server must run, the database must \
         exist, and its user must be allowed to create tables in it"
    )]
    UnusableServer {
        /// Host and port.
        host: String,
        /// The name of the database.
        database: String,
        /// What PostgreSQL or the network said.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Why there is no key to seal cursors with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// None can be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The database cannot keep it.
    #[error("the database cannot keep the key that seals cursors: {0}")]
    Database(#[from] sqlx::Error),
    /// Somebody has changed it.
    #[error(
        "the key in the database that seals cursors has not 64 bytes; delete the row `cursors` of the table `secrets`, and a \
         new one is drawn: clients then begin their pages anew"
    )]
    Length,
}
