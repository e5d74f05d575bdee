//! The service from its start to its end.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use scim_core::peakon::PeakonAccount;
use scim_core::schema::{
    self, InvalidPeakonAttribute, Mutability, RegistryError, ResourceType, SchemaRegistry,
    Tightening,
};
use scim_core::service_provider::{AesSivSeal, CursorPaging, ServiceDefinition, ServiceProvider};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::account_files::ResourceTypes;
use crate::configuration::Configuration;
use crate::database::{Database, DatabaseError, KeyError};
use crate::http::{Shell, router};
use crate::metrics::Metrics;
use crate::store::EmployeeStore;

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
    /// The account's attributes do not make a schema.
    #[error("the account's attributes cannot be used: {0}")]
    Attributes(#[from] InvalidPeakonAttribute),
    /// The schemas do not fit together.
    #[error("the account's schemas do not fit together: {}", in_one_line(.0))]
    Registry(#[from] RegistryError),
}

fn in_one_line(error: &RegistryError) -> String {
    let problems = error.problems().iter().map(ToString::to_string);
    problems.collect::<Vec<_>>().join("; ")
}

/// Starts the service; it serves when this returns.
///
/// # Errors
/// When the attributes, the address or the database cannot be used. They are tried in this order, so that
/// a failed start leaves no database file behind.
pub async fn start(configuration: Configuration) -> Result<RunningService, StartError> {
    use_ring();
    let account = PeakonAccount::new(configuration.attributes);
    let registry = registry(&account, &configuration.resource_types)?;
    let unusable = |cause| StartError::Listen {
        address: configuration.listen,
        cause,
    };
    let listener = TcpListener::bind(configuration.listen)
        .await
        .map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    let database = Database::open(&configuration.database).await?;
    let store = EmployeeStore::new(
        database.clone(),
        registry.clone(),
        account,
        configuration.unknown_members,
    );
    let mut definition = ServiceDefinition::new(registry);
    definition.root_search = true;
    definition.cursors = Some(cursors(&database).await?);
    definition.compatibility = configuration.compatibility;
    definition.limits.body_bytes = configuration.body_bytes;
    let base_url = match configuration.public_url {
        Some(url) => format!("{url}/scim/v2"),
        None => format!("http://{address}/scim/v2"),
    };
    let shell = Shell {
        provider: ServiceProvider::new(definition, store),
        database: database.clone(),
        fingerprint: configuration.token.fingerprint(),
        base_url: base_url.clone(),
        body_bytes: configuration.body_bytes,
        metrics: Metrics::default(),
        changes: tokio::sync::Mutex::default(),
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
        stop,
        task,
        database,
    })
}

/// One implementation of cryptography for everything in this process. Whoever has chosen one before keeps it.
fn use_ring() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Pages by cursor for who asks for them. A cursor is good for a day, which is longer than any walk takes.
async fn cursors(database: &Database) -> Result<CursorPaging, KeyError> {
    let seal = AesSivSeal::new(database.cursor_key().await?);
    let mut cursors = CursorPaging::new(seal);
    cursors.timeout_seconds = NonZeroU32::new(24 * 60 * 60);
    Ok(cursors)
}

/// Users with the enterprise extension and the account's own attributes, groups, and what else the account has.
pub(crate) fn registry(
    account: &PeakonAccount,
    more: &ResourceTypes,
) -> Result<SchemaRegistry, StartError> {
    let (user, group) = (schema::user(), schema::group());
    let enterprise = schema::enterprise_user();
    let own = account.schema()?;
    let users = ResourceType::new("User", "/Users", user.id.clone())
        .description("Employees")
        .extension(enterprise.id.clone(), false)
        .extension(own.id.clone(), false);
    let groups =
        ResourceType::new("Group", "/Groups", group.id.clone()).description("Groups of employees");
    Ok(SchemaRegistry::builder()
        .schema(user.clone())
        .schema(enterprise.clone())
        .schema(own)
        .schema(group.clone())
        // The store names a member as he is called now.
        .tighten(Tightening::new(group.id.clone(), "members.display").mutability(Mutability::ReadOnly))
        .resource_type(users)
        .resource_type(groups)
        .schemas_from_json(&Value::from(more.schemas.clone()))
        .resource_types_from_json(&Value::from(more.resource_types.clone()))
        .build()?)
}

/// A service that serves until it is stopped. Dropping it stops it too, without waiting for its requests.
#[derive(Debug)]
pub struct RunningService {
    address: SocketAddr,
    base_url: String,
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
