//! Against a socket that answers what a test wants.

mod waiting;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use scim_core::resource::Secret;
use scim_core::schema::{RegisteredResourceType, SchemaRegistry};
use scim_mapping::provisioning::{TargetAnswer, TargetOperation};
use serde_json::json;

use super::Target;

/// Answers one connection after the other, and gives back the requests.
fn server(answers: &[&'static str]) -> (reqwest::Url, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/scim/v2/", listener.local_addr().unwrap());
    let answers = answers.to_vec();
    let requests = std::thread::spawn(move || {
        let serve = |answer: &&str| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut buffer = [0; 8192];
            let length = stream.read(&mut buffer).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(&buffer[..length]).into_owned()
        };
        answers.iter().map(serve).collect()
    });
    (url.parse().unwrap(), requests)
}

fn target(url: &reqwest::Url) -> Target {
    Target::new(url, &Secret::new("s3cret")).unwrap()
}

fn users() -> RegisteredResourceType {
    SchemaRegistry::standard()
        .resource_type("User")
        .unwrap()
        .clone()
}

async fn answer(
    answers: &[&'static str],
    operation: TargetOperation,
) -> (TargetAnswer, Vec<String>) {
    let (url, requests) = server(answers);
    let answer = target(&url)
        .carry_out(
            scim_mapping::provisioning::ObjectKind::User,
            &users(),
            operation,
        )
        .await;
    (answer, requests.join().unwrap())
}

fn create() -> TargetOperation {
    TargetOperation::Create {
        body: json!({ "userName": "ines" }),
    }
}

const THROTTLED: &str = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
const SOON: &str = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 0\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
const EMPTY_LIST: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 83\r\n\r\n{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":0}";
const BROKEN: &str =
    "HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
const REFUSED: &str = "HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 26\r\n\r\n{\"detail\":\"s3cret is old\"}";
const CONFLICT: &str = "HTTP/1.1 409 Conflict\r\nconnection: close\r\ncontent-length: 42\r\n\r\n{\"scimType\":\"uniqueness\",\"detail\":\"taken\"}";
const ABSENT: &str = "HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
const CREATED: &str =
    "HTTP/1.1 201 Created\r\nconnection: close\r\ncontent-length: 10\r\n\r\n{\"id\":\"7\"}";
const HTML: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 8\r\n\r\n<html>ok";

/// H-9110-4, P-7644-1.2-1
#[tokio::test]
async fn within_a_cycle_nothing_is_repeated_and_what_the_target_asks_for_is_handed_on() {
    let filter = "userName eq \"o'brien+x@a.example\"".parse().unwrap();
    let (throttled, requests) = answer(&[THROTTLED], TargetOperation::Find { filter }).await;
    let TargetAnswer::Refused {
        status,
        retry_after,
        ..
    } = throttled
    else {
        panic!("{throttled:?}");
    };
    assert_eq!(
        (status, retry_after.map(|wait| wait.as_secs())),
        (429, Some(7))
    );
    let line = requests[0].lines().next().unwrap();
    let expected =
        "GET /scim/v2/Users?filter=userName%20eq%20%22o%27brien%2Bx%40a.example%22 HTTP/1.1";
    assert_eq!(line, expected);
    assert!(
        requests[0]
            .to_lowercase()
            .contains("authorization: bearer s3cret")
    );
}

/// H-9110-4, P-7644-3.12-8
#[tokio::test]
async fn answers_mean_the_same_to_the_cycle_whatever_the_body_is() {
    let (created, _) = answer(&[CREATED], create()).await;
    assert!(matches!(created, TargetAnswer::Written(Some(user)) if user.id() == Some("7")));
    let (conflict, _) = answer(&[CONFLICT], create()).await;
    let wanted = TargetAnswer::Refused {
        status: 409,
        scim_type: Some("uniqueness".to_owned()),
        detail: "taken".to_owned(),
        retry_after: None,
    };
    assert_eq!(conflict, wanted);
    let (broken, _) = answer(&[BROKEN], create()).await;
    assert!(
        matches!(broken, TargetAnswer::Refused { status: 500, .. }),
        "{broken:?}"
    );
    let read = |id: &str| TargetOperation::Read {
        id: id.to_owned(),
        excluding_members: false,
    };
    assert_eq!(
        answer(&[ABSENT], read("7")).await.0,
        TargetAnswer::Read(None)
    );
    let delete = TargetOperation::Delete { id: "7".to_owned() };
    assert_eq!(answer(&[ABSENT], delete).await.0, TargetAnswer::Gone);
    let (page, _) = answer(&[HTML], create()).await;
    assert!(
        matches!(
            page,
            TargetAnswer::Lost {
                may_have_been_carried_out: true,
                ..
            }
        ),
        "{page:?}"
    );
    let (page, _) = answer(&[HTML], read("7")).await;
    assert!(
        matches!(
            page,
            TargetAnswer::Lost {
                may_have_been_carried_out: false,
                ..
            }
        ),
        "{page:?}"
    );
}

#[tokio::test]
async fn who_cannot_be_reached_was_not_asked_and_a_lost_answer_leaves_doubt() {
    // Bound, so that nobody else takes it, and nobody listens there.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    let nobody = format!("http://127.0.0.1:{port}/scim/v2").parse().unwrap();
    let lost = target(&nobody)
        .carry_out(
            scim_mapping::provisioning::ObjectKind::User,
            &users(),
            create(),
        )
        .await;
    let TargetAnswer::Lost {
        detail,
        may_have_been_carried_out,
    } = lost
    else {
        panic!("{lost:?}")
    };
    assert!(
        detail.to_lowercase().contains("refused") && !may_have_been_carried_out,
        "{detail}"
    );
    let (lost, _) = answer(&[""], create()).await;
    assert!(
        matches!(
            lost,
            TargetAnswer::Lost {
                may_have_been_carried_out: true,
                ..
            }
        ),
        "{lost:?}"
    );
}

#[tokio::test]
async fn test_connection_is_patient_and_a_refused_token_is_explained_and_not_shown() {
    let (url, requests) = server(&[SOON, EMPTY_LIST]);
    target(&url)
        .test_connection(&users(), "userName")
        .await
        .unwrap();
    assert_eq!(requests.join().unwrap().len(), 2);

    let (url, requests) = server(&[REFUSED]);
    let target = target(&url);
    let problem = target
        .test_connection(&users(), "userName")
        .await
        .unwrap_err()
        .to_string();
    assert!(
        problem.contains("401") && problem.contains("PEAKON_TOKEN"),
        "{problem}"
    );
    assert!(
        !problem.contains("s3cret") && !format!("{target:?}").contains("s3cret"),
        "{problem}"
    );
    requests.join().unwrap();
}
