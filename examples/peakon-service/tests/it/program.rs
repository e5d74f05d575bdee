//! The program while it serves: what it prints, what it keeps, and how it ends.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::command_line::program;
use crate::support::{TOKEN, client, employee};

fn ready(child: &mut Child) -> String {
    let mut line = String::new();
    let mut output = BufReader::new(child.stdout.as_mut().unwrap());
    output.read_line(&mut line).unwrap();
    line.strip_prefix("ready ")
        .expect(&line)
        .trim_end()
        .to_owned()
}

#[test]
fn a_flag_comes_before_the_environment_and_that_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = "token = \"s3cret-token\"\npublic-url = \"https://file.example\"\nlisten = \"127.0.0.1:0\"\n";
    std::fs::write(folder.path().join("peakon.toml"), file).unwrap();
    let url = |variable: Option<&str>, flag: Option<&str>| {
        let mut program = program(folder.path());
        program.env("PEAKON_CONFIG", "peakon.toml");
        program.envs(variable.map(|url| ("PEAKON_PUBLIC_URL", url)));
        program.args(flag.map(|url| format!("--public-url={url}")));
        let mut child = program.stdout(Stdio::piped()).spawn().unwrap();
        let url = ready(&mut child);
        child.kill().unwrap();
        child.wait().unwrap();
        url
    };
    let (variable, flag) = ("https://variable.example", "https://flag.example");
    assert_eq!(url(None, None), "https://file.example/scim/v2");
    assert_eq!(url(Some(variable), None), format!("{variable}/scim/v2"));
    assert_eq!(url(Some(variable), Some(flag)), format!("{flag}/scim/v2"));
}

#[test]
fn a_secret_on_the_command_line_is_warned_of_and_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = program(folder.path());
    program.args(["--listen", "127.0.0.1:0", "--log", "warn", "--token", TOKEN]);
    program.args(["--database", "mysql://me:hunter2@host/db"]);
    let output = program.output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("--token shows a secret"), "{error}");
    assert!(error.contains("--database shows a secret"), "{error}");
    assert!(
        !error.contains(TOKEN) && !error.contains("hunter2"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_second_signal_ends_it_at_once() {
    use std::io::Write as _;
    use std::net::TcpStream;
    let folder = tempfile::tempdir().unwrap();
    let (mut child, url) = started(folder.path());
    let address = url.strip_prefix("http://").unwrap();
    let (address, _) = address.split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let head =
        "POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\nExpect: 100-continue\r\n";
    write!(stream, "{head}Authorization: Bearer {TOKEN}\r\n\r\n").unwrap();
    // The request is under way when this comes.
    stream.read_exact(&mut [0; 8]).unwrap();
    let signal = |child: &Child| {
        let killed = Command::new("kill").arg(child.id().to_string()).status();
        assert!(killed.unwrap().success());
    };
    signal(&child);
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
    assert!(
        child.try_wait().unwrap().is_none(),
        "it waits for the request"
    );
    signal(&child);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

/// Starts the program with a token of our choice and waits until it serves.
fn started(folder: &Path) -> (Child, String) {
    let mut child = program(folder)
        .args(["--listen", "127.0.0.1:0", "--token", TOKEN])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let url = ready(&mut child);
    (child, url)
}

#[tokio::test]
async fn what_was_answered_with_201_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    // No service runs in this process, which would have chosen it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = client();
    let mut created = Vec::new();
    for round in 0..3 {
        let (mut child, url) = started(folder.path());
        for number in 0..20 {
            let body = employee(&format!("e{round}-{number}@fjordlab.example"), json!({}));
            let request = client
                .post(format!("{url}/Users"))
                .bearer_auth(TOKEN)
                .json(&body);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 201);
            created.push(
                answer.json::<Value>().await.unwrap()["id"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
            );
        }
        // SIGKILL: no word of farewell.
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let (mut child, url) = started(folder.path());
    for id in created {
        let answer = client
            .get(format!("{url}/Users/{id}"))
            .bearer_auth(TOKEN)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), 200);
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[cfg(unix)]
#[test]
fn it_prints_its_token_once_says_when_it_is_ready_and_stops_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = program(folder.path())
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let (mut token, mut ready) = (String::new(), String::new());
    lines.read_line(&mut token).unwrap();
    lines.read_line(&mut ready).unwrap();
    assert!(
        token.starts_with("token ") && token.trim_end().len() == 6 + 64,
        "{token}"
    );
    assert!(
        ready.starts_with("ready http://127.0.0.1:") && ready.ends_with("/scim/v2\n"),
        "{ready}"
    );
    assert!(folder.path().join("peakon.db").is_file());
    let stopped = Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(stopped.success());
    assert!(child.wait().unwrap().success());
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}
