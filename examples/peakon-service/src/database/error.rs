//! Why a database cannot be used.

use sqlx::migrate::MigrateError;
use url::Url;

use super::failure;
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
    /// The server of PostgreSQL has no such database.
    #[error(
        "there is no database `{database}` on the PostgreSQL server {host}; correct the URL, or make the database, as a \
         user who may: `{command}`"
    )]
    NoDatabase {
        /// Host and port.
        host: String,
        /// The name of the database.
        database: String,
        /// What makes it.
        command: String,
    },
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

/// Why the database of a URL cannot be used, told without the password in the URL.
pub(super) fn unusable(
    url: &Url,
    cause: Box<dyn std::error::Error + Send + Sync>,
) -> DatabaseError {
    if let Some(MigrateError::VersionMissing(_)) = cause.downcast_ref() {
        return DatabaseError::Newer;
    }
    if url.scheme() == "sqlite" {
        return DatabaseError::UnusableFile {
            url: url.to_string(),
            cause,
        };
    }
    let (name, port) = (
        url.host_str().unwrap_or("localhost"),
        url.port().unwrap_or(5432),
    );
    let host = format!("{name}:{port}");
    let database = url.path().trim_start_matches('/').to_owned();
    match failure::by_server(cause.as_ref()) {
        // The database does not exist.
        Some((code, _)) if code == "3D000" => {
            let owner = match url.username() {
                "" => String::new(),
                user => format!(" --owner {user}"),
            };
            DatabaseError::NoDatabase {
                command: format!("createdb --host {name} --port {port}{owner} {database}"),
                host,
                database,
            }
        }
        told => DatabaseError::UnusableServer {
            host,
            database,
            cause: match told {
                // Without the line of PostgreSQL's own source, which sqlx adds.
                Some((_, message)) => message.into(),
                None => cause,
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::database::Database;

    #[tokio::test]
    #[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
    async fn a_database_that_the_server_does_not_have_is_told_with_the_way_to_make_it() {
        let server: url::Url = std::env::var("TEST_POSTGRESQL_URL")
            .unwrap()
            .parse()
            .unwrap();
        let mut none = server.clone();
        none.set_path("/peakon_never_made");
        let told = |url: url::Url| async move {
            let error = Database::open(url.as_str()).await.unwrap_err();
            error.to_string()
        };
        let text = told(none.clone()).await;
        assert!(
            text.starts_with("there is no database `peakon_never_made` on the PostgreSQL server"),
            "{text}"
        );
        assert!(
            text.contains(&format!("--host {}", server.host_str().unwrap())),
            "{text}"
        );
        assert!(
            text.contains(&format!("--owner {} peakon_never_made`", server.username())),
            "{text}"
        );
        // Whatever else it says bears no line of its own source.
        none.set_username("peakon_nobody").unwrap();
        let text = told(none).await;
        assert!(
            text.contains("peakon_nobody") && !text.contains(" at line "),
            "{text}"
        );
    }
}
