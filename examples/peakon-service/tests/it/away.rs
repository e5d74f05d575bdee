//! A database that cannot be reached for a time.

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::support::{Account, employee, new_database};
use crate::visitor::Visitor;
use serde_json::json;

/// What stands between the service and its database, until it is aborted.
async fn way(listen: &str, server: String) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind(listen).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let task = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let server = server.clone();
            connections.spawn(async move {
                let mut server = TcpStream::connect(server).await.unwrap();
                let _ = copy_bidirectional(&mut stream, &mut server).await;
            });
        }
    });
    (address, task)
}

#[tokio::test(flavor = "multi_thread")]
async fn is_answered_with_503_and_forgotten_when_it_is_back() {
    let database = new_database();
    let url = reqwest::Url::parse(&database.url()).unwrap();
    let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let (address, open) = way("127.0.0.1:0", server.clone()).await;
    let mut by_way = url.clone();
    let (host, port) = address.split_once(':').unwrap();
    by_way.set_host(Some(host)).unwrap();
    by_way.set_port(Some(port.parse().unwrap())).unwrap();
    let account = Account::on(database, |it| it.database = by_way.to_string()).await;
    account.employee("ines@fjordlab.example", json!({})).await;
    account.beside("/readyz", &[]).await.is(200);

    open.abort();
    open.await.unwrap_err();
    let body = employee("sefa@fjordlab.example", json!({}));
    for answer in [
        account.get("/Users", &[]).await,
        account.post("/Users", body.clone()).await,
    ] {
        assert!(answer.headers.contains_key("retry-after"));
        answer.has_error(503, "", &["Retry-After"]);
    }
    let mut visitor = Visitor::new(account.service.address());
    let page = visitor.get("/administration/login").await.is(503);
    assert_eq!(page.headers["retry-after"], "5");
    account.beside("/surveys/audience", &[]).await.is(503);
    account.beside("/readyz", &[]).await.is(503);
    account.beside("/administration/login", &[]).await.is(503);
    account.beside("/healthz", &[]).await.is(200);
    account.beside("/metrics", &[]).await.is(200);

    let (_, _open) = way(&address, server).await;
    account.post("/Users", body).await.is(201);
    account.beside("/readyz", &[]).await.is(200);
    account.service.stop().await;
}
