//! The service from its start to its end.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use scim_core::peakon::PeakonAccount;
use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::{AesSivSeal, CursorPaging, ServiceDefinition};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::account_files::standard_attributes;
use crate::accounts::{AccountError, AccountSettings, Accounts, registry};
use crate::configuration::Configuration;
use crate::database::{Database, DatabaseError, KeyError};
use crate::http::{Shell, router};
use crate::metrics::Metrics;
use crate::token::Token;

/// How long requests that are under way may take to end.
const GRACE: Duration = Duration::from_secs(10);

/// Why the service did not start. Nothing has been written then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Nobody can listen there, mostly because somebody does already.
    #[error(
        "cannot listen on {address}: {cause}; stop the program that listens there, or take another \
         port (port 0 takes a free one)"
    )]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the operating system said.
        cause: std::io::Error,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// There is no key to seal cursors with.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The account `default` cannot be as it is asked for.
    #[error(transparent)]
    Account(#[from] AccountError),
}

/// Starts the service; it serves when this returns.
///
/// # Errors
/// When the attributes, the address or the database cannot be used. They are tried in this order, so that
/// a failed start leaves no database file behind.
pub async fn start(configuration: Configuration) -> Result<RunningService, StartError> {
    use_ring();
    check(&configuration)?;
    let unusable = |cause| StartError::Listen {
        address: configuration.listen,
        cause,
    };
    let listener = TcpListener::bind(configuration.listen)
        .await
        .map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    let database = Database::open(&configuration.database).await?;
    let mut definition = ServiceDefinition::new(SchemaRegistry::standard());
    definition.root_search = true;
    definition.cursors = Some(cursors(&database).await?);
    definition.compatibility = configuration.compatibility;
    definition.limits.body_bytes = configuration.body_bytes;
    let accounts = Accounts::new(database.clone(), definition);
    let new_token = accounts.prepare(&configuration).await?;
    let base_url = match configuration.public_url {
        Some(url) => format!("{url}/scim/v2"),
        None => format!("http://{address}/scim/v2"),
    };
    let shell = Shell {
        nobody: accounts.nobody(),
        accounts: accounts.clone(),
        database: database.clone(),
        base_url: base_url.clone(),
        body_bytes: configuration.body_bytes,
        metrics: Metrics::default(),
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, router(shell)).with_graceful_shutdown(async {
        // A dropped sender means the same as a sent word: nobody needs the service any more.
        let _ = stopped.await;
    });
    let task = tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "the server ended");
        }
    });
    Ok(RunningService {
        address,
        base_url,
        new_token,
        accounts,
        stop,
        task,
        database,
    })
}

/// Looks at what is said about the account `default` before anything is done.
fn check(configuration: &Configuration) -> Result<(), StartError> {
    let attributes = configuration.attributes.clone();
    let account = PeakonAccount::new(attributes.unwrap_or_else(standard_attributes));
    let mut settings = AccountSettings::default();
    configuration.settle(&mut settings);
    registry(&account, &settings)?;
    Ok(())
}

/// One implementation of cryptography for everything in this process. Whoever has chosen one before keeps it.
pub(crate) fn use_ring() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Pages by cursor for who asks for them. A cursor is good for a day, which is longer than any walk takes.
async fn cursors(database: &Database) -> Result<CursorPaging, KeyError> {
    let seal = AesSivSeal::new(database.cursor_key().await?);
    let mut cursors = CursorPaging::new(seal);
    cursors.timeout_seconds = NonZeroU32::new(24 * 60 * 60);
    Ok(cursors)
}

/// A service that serves until it is stopped. Dropping it stops it too, without waiting for its requests.
#[derive(Debug)]
pub struct RunningService {
    address: SocketAddr,
    base_url: String,
    new_token: Option<Token>,
    accounts: Accounts,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
    database: Database,
}

impl RunningService {
    /// Where it listens; the port is the real one, also if port 0 was asked for.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The SCIM URL: what a directory is given as "tenant URL".
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The token that was made for the account `default` at this start, because it had none. It is known nowhere else.
    #[must_use]
    pub const fn new_token(&self) -> Option<&Token> {
        self.new_token.as_ref()
    }

    /// The accounts in the database of the service.
    #[must_use]
    pub const fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Takes no new requests, lets those under way end, and closes the database.
    pub async fn stop(self) {
        let Self {
            stop,
            mut task,
            database,
            ..
        } = self;
        let _ = stop.send(());
        if tokio::time::timeout(GRACE, &mut task).await.is_err() {
            tracing::warn!("some requests did not end in time and were cut off");
            task.abort();
        }
        database.close().await;
    }

    /// Serves until the server ends by itself.
    pub async fn wait(self) {
        let Self {
            stop,
            task,
            database,
            ..
        } = self;
        let _ = task.await;
        drop(stop);
        database.close().await;
    }
}
