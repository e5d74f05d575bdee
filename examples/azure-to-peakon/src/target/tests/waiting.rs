//! Connections that are used again, and servers that are not waited for.
//!
//! With the clock stopped, time goes on as soon as nothing else does: what takes a minute takes none here.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use scim_mapping::provisioning::{
    FailureCode, ObjectKind, Obstacle, TargetAnswer, TargetOperation,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::{Target, create, target, users};

const FOUND: &str = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"id\":\"7\"}";
const DELETED: &str = "HTTP/1.1 204 No Content\r\n\r\n";
const HALF: &str = "HTTP/1.1 201 Created\r\ncontent-length: 10\r\n\r\n{\"id\"";

/// Reads requests without end and gives each the same answer; says how many have connected.
async fn server(answer: &'static str) -> (reqwest::Url, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/scim/v2/", listener.local_addr().unwrap());
    let connected = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connected);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(serve(stream, answer));
        }
    });
    (url.parse().unwrap(), connected)
}

async fn serve(mut stream: TcpStream, answer: &'static str) {
    let mut seen = Vec::new();
    while let Ok(byte) = stream.read_u8().await {
        seen.push(byte);
        // None of the requests has a body that ends so.
        if seen.ends_with(b"\r\n\r\n") {
            seen.clear();
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    }
}

async fn carry_out(target: &Target, operation: TargetOperation) -> TargetAnswer {
    target
        .carry_out(ObjectKind::User, &users(), operation)
        .await
}

fn read() -> TargetOperation {
    TargetOperation::Read {
        id: "7".to_owned(),
        excluding_members: false,
    }
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    for (answer, operation) in [
        (FOUND, read()),
        (FOUND, create()),
        (DELETED, TargetOperation::Delete { id: "7".to_owned() }),
    ] {
        let (url, connected) = server(answer).await;
        let target = target(&url);
        for _ in 0..20 {
            let answer = carry_out(&target, operation.clone()).await;
            assert!(!matches!(answer, TargetAnswer::Lost { .. }), "{answer:?}");
        }
        assert_eq!(connected.load(Ordering::SeqCst), 1, "{operation:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_accepts_and_never_answers_is_waited_for_a_minute() {
    for (answer, operation, in_doubt) in [
        ("", create(), true),
        (HALF, create(), true),
        ("", read(), false),
    ] {
        let (url, connected) = server(answer).await;
        let started = Instant::now();
        let lost = carry_out(&target(&url), operation).await;
        assert_eq!(started.elapsed().as_secs(), 60);
        let TargetAnswer::Lost {
            detail,
            may_have_been_carried_out,
        } = lost
        else {
            panic!("{lost:?}");
        };
        assert_eq!(may_have_been_carried_out, in_doubt);
        assert_eq!(detail, "no whole answer came within 60 seconds");
        assert_eq!(
            connected.load(Ordering::SeqCst),
            1,
            "a cycle decides itself what it repeats"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_is_told_where_nothing_answers_and_what_to_do() {
    let (url, _) = server("").await;
    let target = target(&url);
    for is_discovery in [false, true] {
        let started = Instant::now();
        let failure = if is_discovery {
            target.discover().await.map(drop).unwrap_err()
        } else {
            let tested = target.test_connection(&users(), "userName").await;
            tested.unwrap_err()
        };
        let waited = started.elapsed().as_secs();
        assert!(
            (120..125).contains(&waited),
            "it is asked a second time, and then no more: {waited} seconds"
        );
        let place = url.as_str().trim_end_matches('/');
        let told = format!(
            "{place}: no whole answer came within 60 seconds\n  what to do: check the tenant URL"
        );
        assert!(failure.to_string().starts_with(&told), "{failure}");
        assert_eq!(failure.exit_code(), 1);
        let (obstacle, of_the_cycle) = failure.obstacle().unwrap();
        assert_eq!(obstacle, Obstacle::Target);
        assert_eq!(of_the_cycle.code, FailureCode::Timeout);
    }
}

/// A full queue lets nobody in, as a firewall that answers nothing.
#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn who_lets_nobody_in_is_waited_for_ten_seconds() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let full = socket.listen(0).unwrap();
    let address = full.local_addr().unwrap();
    let _first = TcpStream::connect(address).await.unwrap();
    let url = format!("http://{address}/scim/v2/").parse().unwrap();
    let started = Instant::now();
    let lost = carry_out(&target(&url), create()).await;
    assert_eq!(started.elapsed().as_secs(), 10);
    let wanted = TargetAnswer::Lost {
        detail: "no connection came about within 10 seconds".to_owned(),
        may_have_been_carried_out: false,
    };
    assert_eq!(lost, wanted);
}
