//! Connections: taken, watched over, and closed in good order.
//!
//! `axum::serve` keeps a connection for as long as a client likes. Here each has its time, and there is a limit on how many there are.

mod tls;
mod watched;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use http::{Request, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

pub(crate) use self::tls::Certificate;
pub use self::tls::{TlsError, TlsFiles};
use self::watched::{Activity, Watched};
use crate::limits::Limits;

/// Header fields of a request.
const HEADER_FIELDS: usize = 100;
/// Bytes of the head of a request.
const HEAD_BYTES: u32 = 32 * 1024;
/// Requests under way at a time on one connection of HTTP/2.
const STREAMS: u32 = 100;
/// How long nothing is accepted after the operating system could not give a connection.
const RECOVERY: Duration = Duration::from_millis(200);

/// What serves the connections of a listener.
pub(crate) struct Server {
    pub(crate) router: Router,
    pub(crate) limits: Limits,
    pub(crate) certificate: Option<Arc<Certificate>>,
    pub(crate) open: Tally,
    pub(crate) under_way: Tally,
}

/// How many there are of something.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(Arc<AtomicUsize>);

impl Tally {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn one_more(&self) -> Counted {
        self.0.fetch_add(1, Ordering::Relaxed);
        Counted(Arc::clone(&self.0))
    }
}

/// One of them, counted while this is held.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether the service stops: it does also when nobody holds it any more.
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stops| *stops).await;
}

impl Server {
    /// Serves until told to stop, then until the last connection is closed.
    pub(crate) async fn run(self, listener: TcpListener, mut stopping: watch::Receiver<bool>) {
        let places = Arc::new(Semaphore::new(self.limits.connections as usize));
        let server = Arc::new(self);
        let mut connections = JoinSet::new();
        loop {
            // Whoever finds no place waits in the queue of the operating system.
            let accepted = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (place, listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                () = stopped(&mut stopping) => break,
                accepted = accepted => accepted,
            };
            while connections.try_join_next().is_some() {}
            match accepted {
                Ok((stream, peer)) => {
                    let server = Arc::clone(&server);
                    let stopping = stopping.clone();
                    connections.spawn(async move {
                        let _place = place;
                        let _open = server.open.one_more();
                        server.connection(stream, peer, stopping).await;
                    });
                }
                Err(error) if is_of_one_client(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be accepted");
                    tokio::time::sleep(RECOVERY).await;
                }
            }
        }
        drop(listener);
        while connections.join_next().await.is_some() {}
    }

    async fn connection(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        mut stopping: watch::Receiver<bool>,
    ) {
        let _ = stream.set_nodelay(true);
        let Some(certificate) = &self.certificate else {
            return self.serve(stream, peer, stopping).await;
        };
        let shaken = tokio::time::timeout(self.limits.head(), certificate.accept(stream));
        tokio::select! {
            () = stopped(&mut stopping) => {}
            shaken = shaken => match shaken {
                Ok(Ok(stream)) => self.serve(stream, peer, stopping).await,
                Ok(Err(error)) => tracing::debug!(%error, "no TLS handshake"),
                Err(_) => tracing::debug!("the TLS handshake took too long"),
            }
        }
    }

    async fn serve<S>(&self, stream: S, peer: SocketAddr, mut stopping: watch::Receiver<bool>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let activity = Arc::new(Activity::default());
        let stream = Watched::new(stream, Arc::clone(&activity), self.limits);
        let service = service_fn(move |mut request: Request<Incoming>| {
            let counted = self.under_way.one_more();
            let under_way = activity.begin(request.version() == Version::HTTP_2);
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = self.router.clone().oneshot(request);
            async move {
                let answer = answer.await;
                drop((under_way, counted));
                answer
            }
        });
        let builder = builder();
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stopped(&mut stopping) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke");
        }
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        // `Watched` keeps the time: hyper would not tell a slow head from an idle connection.
        .header_read_timeout(None)
        .max_headers(HEADER_FIELDS)
        .max_buf_size(HEAD_BYTES as usize);
    builder
        .http2()
        .max_header_list_size(HEAD_BYTES)
        .max_concurrent_streams(STREAMS);
    builder
}

/// Whether an error says something about the client who came, and nothing about the next one.
fn is_of_one_client(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
