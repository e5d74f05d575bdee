//! The service from its start to its end.

use std::net::SocketAddr;
use std::time::Duration;

use scim_core::schema::{
    self, InvalidPeakonAttribute, Mutability, RegistryError, ResourceType, SchemaRegistry,
    Tightening, peakon_user_schema,
};
use scim_core::service_provider::{ServiceDefinition, ServiceProvider};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::configuration::Configuration;
use crate::database::{Database, DatabaseError};
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
    /// The account's attributes do not make a schema.
    #[error("the account's attributes cannot be used: {0}")]
    Attributes(#[from] InvalidPeakonAttribute),
    /// The schemas do not fit together.
    #[error("the account's schemas do not fit together: {0}")]
    Registry(#[from] RegistryError),
}

/// Starts the service; it serves when this returns.
///
/// # Errors
/// When the attributes, the address or the database cannot be used. They are tried in this order, so that
/// a failed start leaves no database file behind.
pub async fn start(configuration: Configuration) -> Result<RunningService, StartError> {
    let registry = registry(&configuration)?;
    let unusable = |cause| StartError::Listen {
        address: configuration.listen,
        cause,
    };
    let listener = TcpListener::bind(configuration.listen)
        .await
        .map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    let database = Database::open(&configuration.database).await?;

    let mut definition = ServiceDefinition::new(registry);
    definition.compatibility = configuration.compatibility;
    definition.limits.body_bytes = configuration.body_bytes;
    let store = EmployeeStore::new(database.clone(), &configuration.attributes);
    let base_url = match configuration.public_url {
        Some(url) => format!("{url}/scim/v2"),
        None => format!("http://{address}/scim/v2"),
    };
    let shell = Shell {
        provider: ServiceProvider::new(definition, store),
        readers: database.readers.clone(),
        fingerprint: configuration.token.fingerprint(),
        base_url: base_url.clone(),
        body_bytes: configuration.body_bytes,
        metrics: Metrics::default(),
        writes: tokio::sync::Mutex::default(),
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

/// Users with the enterprise extension and the account's own attributes, and groups.
fn registry(configuration: &Configuration) -> Result<SchemaRegistry, StartError> {
    let (user, group) = (schema::user(), schema::group());
    let enterprise = schema::enterprise_user();
    let own = peakon_user_schema(&configuration.attributes)?;
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
