//! A gate before the service: it lets requests through, and from a certain write on keeps the answers back until it is opened.
//!
//! So a test can do something while requests are under way for certain, however fast or slow the machine is.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;

/// Longer than anything takes that comes at all.
const PATIENCE: Duration = Duration::from_mins(2);

#[derive(Clone)]
pub(crate) struct Gate(Arc<Inner>);

struct Inner {
    address: SocketAddr,
    service: SocketAddr,
    client: reqwest::Client,
    /// How many writes the service has carried out.
    written: watch::Sender<usize>,
    /// After so many no answer passes.
    open_until: watch::Sender<usize>,
}

impl Gate {
    pub(crate) async fn before(service: SocketAddr, open_until: usize) -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap();
        let gate = Self(Arc::new(Inner {
            address: listener.local_addr().unwrap(),
            service,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            written: watch::Sender::new(0),
            open_until: watch::Sender::new(open_until),
        }));
        let app = axum::Router::new().fallback(pass).with_state(gate.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        gate
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Comes back when a write is carried out whose answer is kept back.
    pub(crate) async fn holds(&self) {
        let open_until = *self.0.open_until.borrow();
        let mut written = self.0.written.subscribe();
        let held = written.wait_for(|written| *written > open_until);
        let held = tokio::time::timeout(PATIENCE, held).await;
        held.expect("there are more writes than that").unwrap();
    }

    pub(crate) fn open(&self) {
        self.0.open_until.send_replace(usize::MAX);
    }
}

async fn pass(State(gate): State<Gate>, request: Request) -> Response {
    let is_write = request.method() != Method::GET && !request.uri().path().ends_with(".search");
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let url = format!("http://{}{}", gate.0.service, head.uri);
    let sent = gate
        .0
        .client
        .request(head.method, url)
        .headers(of_the_message(head.headers))
        .body(body)
        .send()
        .await;
    let answer = sent.unwrap();
    let (status, headers) = (answer.status(), of_the_message(answer.headers().clone()));
    let body = Body::from(answer.bytes().await.unwrap());
    if is_write {
        gate.0.written.send_modify(|written| *written += 1);
    }
    let written = *gate.0.written.borrow();
    let mut open_until = gate.0.open_until.subscribe();
    open_until
        .wait_for(|until| written <= *until)
        .await
        .unwrap();
    (status, headers, body).into_response()
}

/// Without what is about one connection only.
fn of_the_message(mut headers: HeaderMap) -> HeaderMap {
    for name in [
        header::CONNECTION,
        header::CONTENT_LENGTH,
        header::HOST,
        header::TRANSFER_ENCODING,
    ] {
        headers.remove(name);
    }
    headers
}
