use std::{
    io::{Read, Write},
    net::TcpListener,
    thread::JoinHandle,
};

use serde_json::json;

use super::{Client, Token};

/// Answers one connection after the other, and gives back the requests.
fn server(answers: &'static [&'static str]) -> (reqwest::Url, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/scim/v2/", listener.local_addr().unwrap());
    let requests = std::thread::spawn(move || {
        let serve = |answer: &&str| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut buffer = [0; 4096];
            let length = stream.read(&mut buffer).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(&buffer[..length]).into_owned()
        };
        answers.iter().map(serve).collect()
    });
    (url.parse().unwrap(), requests)
}

fn client(url: &reqwest::Url) -> Client {
    Client::new(url, &Token::from("s3cret".to_owned())).unwrap()
}

const THROTTLED: &str = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 0\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
const EMPTY_LIST: &str =
    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 18\r\n\r\n{\"totalResults\":0}";
const BROKEN: &str =
    "HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
const REFUSED: &str = "HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 17\r\n\r\n{\"detail\":\"no\"}  ";

/// H-9110-4, P-7644-1.2-1
#[tokio::test]
async fn a_throttled_request_is_sent_again_and_counted() {
    let (url, requests) = server(&[THROTTLED, EMPTY_LIST]);
    let client = client(&url);
    let filter = "userName eq \"o'brien+x@a.example\"";
    let answer = client
        .get(&["Users"], &[("filter", filter)])
        .await
        .unwrap()
        .success()
        .unwrap();
    assert_eq!(answer, json!({ "totalResults": 0 }));
    assert_eq!((client.requests(), client.writes()), (2, 0));
    let requests = requests.join().unwrap();
    let line = requests[1].lines().next().unwrap();
    let expected = "GET /scim/v2/Users?filter=userName+eq+%22o%27brien%2Bx%40a.example%22 HTTP/1.1";
    assert_eq!(line, expected);
    assert!(requests[1].contains("authorization: Bearer s3cret"));
}

/// H-9110-4
#[tokio::test]
async fn a_write_whose_outcome_is_unknown_is_not_repeated() {
    let (url, requests) = server(&[BROKEN]);
    let client = client(&url);
    let answer = client.post(&["Users"], &json!({})).await.unwrap();
    assert_eq!(answer.status, 500);
    assert_eq!(client.writes(), 1);
    requests.join().unwrap();
}

#[tokio::test]
async fn a_refused_token_is_explained_and_not_shown() {
    let (url, requests) = server(&[REFUSED]);
    let problem = client(&url)
        .get(&["Users"], &[])
        .await
        .unwrap()
        .success()
        .unwrap_err()
        .to_string();
    assert!(
        problem.contains("answered 401 no") && problem.contains("PEAKON_TOKEN"),
        "{problem}"
    );
    assert!(!problem.contains("s3cret"));
    assert!(!format!("{:?}", client(&url)).contains("s3cret"));
    requests.join().unwrap();
}

const HTML: &str = "HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 24\r\n\r\n<html>Ask IT first</html";
const NO_STATUS: &str = "HTTP/1.1 409 Conflict\r\nconnection: close\r\ncontent-length: 25\r\n\r\n{\"scimType\":\"uniqueness\"}";

/// P-7644-3.12-8
#[tokio::test]
async fn an_error_is_told_whatever_its_body_is() {
    for (answers, told) in [
        (&[BROKEN] as &'static [&'static str], "answered 500"),
        (&[HTML], "answered 403 <html>Ask IT first"),
        (&[NO_STATUS], "answered 409 uniqueness"),
    ] {
        let (url, requests) = server(answers);
        let answer = client(&url).post(&["Users"], &json!({})).await.unwrap();
        let problem = answer.success().unwrap_err().to_string();
        assert!(problem.contains(told), "{problem}");
        requests.join().unwrap();
    }
}
