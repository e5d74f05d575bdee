//! Clients that are slow, that stop half way, that are many, and those that speak TLS.

use std::time::Duration;

use peakon_service::{Limits, TlsFiles};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{Account, TOKEN, client_builder, employee};

/// A test that hangs is a failure, on however slow a machine.
const HANGS: Duration = Duration::from_mins(2);

async fn account(limit: impl FnOnce(&mut Limits)) -> Account {
    Account::configured(|configuration| limit(&mut configuration.limits)).await
}

async fn connected(account: &Account) -> TcpStream {
    TcpStream::connect(account.service.address()).await.unwrap()
}

/// What comes until the connection ends, in whatever way.
async fn rest(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    let ended = tokio::time::timeout(HANGS, stream.read_to_end(&mut received)).await;
    let _ = ended.expect("the connection stays open");
    String::from_utf8_lossy(&received).into_owned()
}

/// A request with a body, as text.
fn post(body: &str, length: usize) -> String {
    format!(
        "POST /scim/v2/Users HTTP/1.1\r\nHost: people.example\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Type: application/scim+json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn a_head_that_drips_is_not_waited_for() {
    let account = account(|limits| limits.head_seconds = 1).await;
    let (mut reader, mut writer) = connected(&account).await.into_split();
    let drip = async {
        writer
            .write_all(b"GET /healthz HTTP/1.1\r\nX: ")
            .await
            .unwrap();
        while writer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let mut received = Vec::new();
    let read = tokio::time::timeout(HANGS, reader.read_to_end(&mut received));
    tokio::select! {
        () = drip => {}
        ended = read => drop(ended.expect("the connection stays open")),
    }
    assert!(received.is_empty());
    account.beside("/healthz", &[]).await.is(200);
    account.service.stop().await;
}

#[tokio::test]
async fn a_body_that_stops_half_way_is_answered_with_408() {
    let account = account(|limits| limits.body_seconds = 1).await;
    let mut stream = connected(&account).await;
    let request = post(r#"{"schemas": ["#, 500);
    stream.write_all(request.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("within 1 seconds"), "{answer}");
    account.service.stop().await;
}

#[tokio::test]
async fn a_form_that_stops_half_way_is_answered_with_408_and_one_that_is_too_large_with_400() {
    let account = account(|limits| limits.body_seconds = 1).await;
    for (length, body, status) in [
        (100, "logi".to_owned(), 408),
        (17_000, "x".repeat(17_000), 400),
    ] {
        let mut stream = connected(&account).await;
        let request = format!(
            "POST /administration/login HTTP/1.1\r\nHost: people.example\r\nOrigin: http://people.example\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = rest(&mut stream).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
    }
    account.service.stop().await;
}

#[tokio::test]
async fn a_body_that_is_cut_off_changes_nothing() {
    let account = Account::new().await;
    let body = employee("ines@fjordlab.example", json!({})).to_string();
    for length in [1, body.len() / 2, body.len() - 1] {
        let mut stream = connected(&account).await;
        let request = post(body.split_at(length).0, body.len());
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let answer = rest(&mut stream).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
            "{answer}"
        );
    }
    assert_eq!(
        account.get("/Users", &[]).await.is(200).body["totalResults"],
        0
    );
    account.service.stop().await;
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let account = account(|limits| limits.idle_seconds = 1).await;
    let mut stream = connected(&account).await;
    let request = b"GET /healthz HTTP/1.1\r\nHost: people.example\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("ok\n"),
        "{answer}"
    );
    let mut silent = connected(&account).await;
    assert_eq!(rest(&mut silent).await, "");
    account.service.stop().await;
}

#[tokio::test]
async fn who_reads_nothing_of_his_answers_is_given_up() {
    let account = account(|limits| {
        limits.stalled_seconds = 1;
        limits.requests_per_second = 0;
    })
    .await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream = socket.connect(account.service.address()).await.unwrap();
    let (reader, mut writer) = stream.into_split();
    let request = format!(
        "GET /scim/v2/Schemas HTTP/1.1\r\nHost: people.example\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    );
    // More answers than all buffers on the way hold.
    let asks = async { while writer.write_all(request.as_bytes()).await.is_ok() {} };
    let ended = tokio::time::timeout(HANGS, asks).await;
    ended.expect("the connection stays open");
    drop(reader);
    account.get("/Users", &[]).await.is(200);
    account.service.stop().await;
}

#[tokio::test]
async fn two_hundred_connections_at_once_are_all_served_however_few_may_be_open() {
    let account = account(|limits| limits.connections = 20).await;
    let address = account.service.address();
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..200 {
        clients.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let request =
                b"GET /healthz HTTP/1.1\r\nHost: people.example\r\nConnection: close\r\n\r\n";
            stream.write_all(request).await.unwrap();
            rest(&mut stream).await
        });
    }
    for answer in clients.join_all().await {
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    account.service.stop().await;
}

/// RFC 6585, section 5.
#[tokio::test]
async fn a_head_with_too_much_in_it_is_431() {
    let account = Account::new().await;
    for head in [
        "x: y\r\n".repeat(101),
        format!("x: {}\r\n", "y".repeat(40_000)),
    ] {
        let mut stream = connected(&account).await;
        let request = format!("GET /healthz HTTP/1.1\r\nHost: people.example\r\n{head}\r\n");
        let _ = stream.write_all(request.as_bytes()).await;
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
    account.service.stop().await;
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_service_stops_and_nobody_new_is_let_in() {
    let account = Account::new().await;
    let address = account.service.address();
    let mut idle = connected(&account).await;
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: people.example\r\n\r\n")
        .await
        .unwrap();
    let mut begin = [0; 15];
    idle.read_exact(&mut begin).await.unwrap();
    let body = employee("ines@fjordlab.example", json!({})).to_string();
    let (first, second) = body.split_at(body.len() / 2);
    let mut stream = connected(&account).await;
    // The answer to Expect shows that the request is under way.
    let request = post("", body.len()).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut goes_on = [0; 25];
    stream.read_exact(&mut goes_on).await.unwrap();
    assert_eq!(&goes_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(first.as_bytes()).await.unwrap();

    let Account {
        service, database, ..
    } = account;
    let stops = tokio::spawn(service.stop());
    // The idle connection is closed, and the listener with it.
    rest(&mut idle).await;
    assert!(TcpStream::connect(address).await.is_err());
    stream.write_all(second.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    stops.await.unwrap();

    let account = Account::on(database, |_| {}).await;
    assert_eq!(account.ids("/Users", "userName pr").await.len(), 1);
    account.service.stop().await;
}

#[tokio::test]
async fn http_2_is_spoken_too() {
    let account = Account::new().await;
    let mut stream = connected(&account).await;
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .await
        .unwrap();
    stream.write_all(&settings).await.unwrap();
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).await.unwrap();
    assert_eq!(frame[3], 4, "the answer begins with SETTINGS");
    account.service.stop().await;
}

/// A certificate for this machine, signed by itself, in two files.
fn certificate(folder: &TempDir) -> (TlsFiles, reqwest::Certificate) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]);
    let made = made.unwrap();
    let (file, key) = (
        folder.path().join("certificate.pem"),
        folder.path().join("key.pem"),
    );
    std::fs::write(&file, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let trusted = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    (TlsFiles::new(file, key), trusted)
}

fn trusting(certificate: reqwest::Certificate) -> reqwest::Client {
    client_builder()
        .tls_certs_only([certificate])
        .build()
        .unwrap()
}

#[tokio::test]
async fn tls_is_spoken_with_a_certificate_that_can_be_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let (files, first) = certificate(&folder);
    let account = Account::configured(|configuration| configuration.tls = Some(files)).await;
    let url = format!("{}/Users", account.service.base_url());
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let ask = |trusted| {
        let request = trusting(trusted).get(&url).bearer_auth(TOKEN);
        async { request.send().await.map(|answer| answer.status().as_u16()) }
    };
    assert_eq!(ask(first.clone()).await.unwrap(), 200);

    // Plain HTTP is not for this port; a client who says nothing does not stand in the way.
    let mut plain = connected(&account).await;
    plain
        .write_all(b"GET /healthz HTTP/1.1\r\n\r\n")
        .await
        .unwrap();
    rest(&mut plain).await;

    let (_, second) = certificate(&folder);
    account.service.renew_certificate();
    assert!(ask(first).await.is_err());
    assert_eq!(ask(second.clone()).await.unwrap(), 200);

    // What cannot be used changes nothing.
    std::fs::write(folder.path().join("key.pem"), "no key").unwrap();
    account.service.renew_certificate();
    assert_eq!(ask(second).await.unwrap(), 200);
    account.service.stop().await;
}

#[tokio::test]
async fn a_silent_client_of_tls_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let (files, _) = certificate(&folder);
    let account = Account::configured(|configuration| {
        configuration.tls = Some(files);
        configuration.limits.head_seconds = 1;
    })
    .await;
    let mut silent = connected(&account).await;
    assert_eq!(rest(&mut silent).await, "");
    account.service.stop().await;
}
