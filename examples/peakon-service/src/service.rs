//! The service from its start to its end.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use scim_core::peakon::PeakonAccount;
use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::{AesSivSeal, CursorPaging, ServiceDefinition, ServiceLimits};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::account_files::standard_attributes;
use crate::accounts::{AccountError, AccountSettings, Accounts, prepare_logins, registry};
use crate::configuration::Configuration;
use crate::database::{Database, DatabaseError, KeyError, PATIENCE};
use crate::http::{Admission, AppState, Headcount, OpenDocument, ResourceLocks, router};
use crate::journal::Journal;
use crate::limits::Limits;
use crate::server::{Certificate, Server, Tally, TlsError};
use crate::token::Token;

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
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
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
/// When the attributes, the certificate, the address or the database cannot be used. They are tried in this order, so that
/// a failed start leaves no database file behind.
pub async fn start(configuration: Configuration) -> Result<RunningService, StartError> {
    use_ring();
    check(&configuration)?;
    let certificate = configuration
        .tls
        .clone()
        .map(Certificate::read)
        .transpose()?;
    let certificate = certificate.map(Arc::new);
    let limits = configuration.limits;
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
    limit(&mut definition.limits, &limits);
    let accounts = Accounts::new(database.clone(), definition);
    let new_token = accounts.prepare(&configuration).await?;
    prepare_logins().await;
    let is_unreachable = address.ip().is_unspecified() && configuration.public_url.is_none();
    let base_url = match configuration.public_url {
        Some(url) => format!("{url}/scim/v2"),
        None if certificate.is_some() => format!("https://{address}/scim/v2"),
        None => format!("http://{address}/scim/v2"),
    };
    let (stop, stopping) = watch::channel(false);
    let (journal, open, under_way) = (Journal::default(), Tally::default(), Tally::default());
    let state = AppState {
        nobody: accounts.nobody(),
        accounts: accounts.clone(),
        database: database.clone(),
        base_url: base_url.clone(),
        limits,
        admission: Admission::new(&limits),
        metrics: Arc::default(),
        metrics_token: configuration.metrics_token.as_ref().map(Token::fingerprint),
        document: OpenDocument::default(),
        headcount: Headcount::default(),
        journal: journal.clone(),
        open: open.clone(),
        stopping: stopping.clone(),
        resource_locks: ResourceLocks::default(),
    };
    tokio::spawn(
        journal
            .clone()
            .keep_writing(database.clone(), stopping.clone()),
    );
    let server = Server {
        router: router(state),
        limits,
        certificate: certificate.clone(),
        open,
        under_way: under_way.clone(),
    };
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        %address,
        scim_url = base_url,
        database = database.dialect().name(),
        tls = certificate.is_some(),
        ?limits,
        "serves"
    );
    if is_unreachable {
        tracing::warn!(
            "--listen {address} without --public-url: {base_url} is no URL that a directory can reach, and the locations in answers \
             begin with it; say with --public-url where clients find the service"
        );
    }
    Ok(RunningService {
        address,
        base_url,
        new_token,
        accounts,
        limits,
        certificate,
        under_way,
        task: tokio::spawn(server.run(listener, stopping)),
        stop,
        journal,
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

fn limit(of_library: &mut ServiceLimits, limits: &Limits) {
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    of_library.body_bytes = size(limits.body_bytes);
    of_library.bulk_operations = size(limits.bulk_operations);
    of_library.page_size_maximum = size(limits.page_size);
    of_library.page_size_default = of_library.page_size_default.min(size(limits.page_size));
    of_library.evaluation_steps = limits.filter_steps;
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
    limits: Limits,
    certificate: Option<Arc<Certificate>>,
    under_way: Tally,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    journal: Journal,
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

    /// Reads the files of the certificate anew, for the connections that come from now on. What cannot be used is told in the log,
    /// and the certificate stays as it was.
    pub fn renew_certificate(&self) {
        let Some(certificate) = &self.certificate else {
            return;
        };
        match certificate.renew() {
            Ok(()) => tracing::info!("the certificate was read anew"),
            Err(error) => tracing::error!(%error, "the certificate stays as it was"),
        }
    }

    /// Tells, whenever it is asked, how many requests are under way: also while the service stops.
    pub fn requests_under_way(&self) -> impl Fn() -> usize + Send + 'static {
        let under_way = self.under_way.clone();
        move || under_way.count()
    }

    /// Takes no new connections, lets the requests under way end, and closes the database.
    pub async fn stop(self) {
        let Self {
            stop,
            mut task,
            database,
            journal,
            limits,
            under_way,
            ..
        } = self;
        let _ = stop.send(true);
        if tokio::time::timeout(limits.grace(), &mut task)
            .await
            .is_err()
        {
            let requests = under_way.count();
            if requests > 0 {
                tracing::warn!(requests, "requests did not end in time and were cut off");
            }
            task.abort();
        }
        end(&journal, &database).await;
        tracing::info!("stopped");
    }

    /// Serves until the server ends by itself.
    pub async fn wait(self) {
        let Self {
            stop,
            task,
            journal,
            database,
            ..
        } = self;
        let _ = task.await;
        drop(stop);
        end(&journal, &database).await;
    }
}

/// Writes down the last requests and closes the database, as far as it lets that be done. What was answered is kept in any case.
async fn end(journal: &Journal, database: &Database) {
    let written = tokio::time::timeout(PATIENCE, journal.write(database)).await;
    let closed = tokio::time::timeout(PATIENCE, database.close()).await;
    if written.is_err() || closed.is_err() {
        tracing::warn!(
            "the database did not let the service end in good order; the last requests may be missing on the administration page"
        );
    }
}
