//! The program itself: what it prints, and how it ends.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::{TOKEN, client, employee};

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_peakon-service"));
    command
        .current_dir(folder)
        .env_remove("PEAKON_TOKEN")
        .env_remove("DATABASE_URL")
        .env_remove("PEAKON_CONFIG")
        .env("PEAKON_LOG", "error")
        .stdin(Stdio::null());
    command
}

/// Runs to the end; one message on standard error holds these texts, and no file is left behind.
#[track_caller]
fn fails(arguments: &[&str], files: &[(&str, &str)], code: i32, texts: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let mut program = program(folder.path());
    if !arguments.contains(&"--listen") {
        program.args(["--listen", "127.0.0.1:0"]);
    }
    let output = program.args(arguments).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{error}");
    assert!(output.stdout.is_empty());
    for text in texts {
        assert!(error.contains(text), "{error:?} does not hold {text:?}");
    }
    assert!(
        code == 2 || error.lines().count() == 1,
        "{error:?} is more than one message"
    );
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        files.len()
    );
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    fails(&["--listen", "nowhere"], &[], 2, &["nowhere", "--listen"]);
    let texts = ["an IP address and a port, such as 127.0.0.1:8080"];
    fails(&["--listen", "localhost:8080"], &[], 2, &texts);
    fails(&["--colour"], &[], 2, &["--colour", "--help"]);
    fails(&["--token", ""], &[], 2, &["--token", "empty"]);
    fails(
        &["--unknown-members", "perhaps"],
        &[],
        2,
        &["refuse", "keep"],
    );
}

#[test]
fn a_malformed_token_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path())
        .args(["--token", "s3cret token"])
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        error.contains("character 7") && !error.contains("s3cret"),
        "{error}"
    );
}

/// P-7644-1.3-1, P-7644-7.1-1
#[test]
fn a_malformed_public_url_is_refused_and_its_password_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    for url in [
        "people.example.com",
        "ftp://h",
        "https://h/?q",
        "https://h/#f",
        "https://me:hunter2@h/",
    ] {
        for by_environment in [false, true] {
            let mut program = program(folder.path());
            if by_environment {
                program.env("PEAKON_PUBLIC_URL", url);
            } else {
                program.args(["--public-url", url]);
            }
            let output = program.output().unwrap();
            let error = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{url}");
            assert!(
                error.contains("--public-url") && error.contains("https://people.example.com"),
                "{error}"
            );
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}

#[test]
fn a_port_in_use_ends_with_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    fails(&["--listen", &address], &[], 1, &[&address, "another port"]);
}

#[test]
fn a_database_that_cannot_be_used_ends_with_1() {
    fails(
        &["--database", "mysql://me:secret@host/db"],
        &[],
        1,
        &["`mysql`", "sqlite://peakon.db"],
    );
    fails(
        &["--database", "postgres://me:secret@127.0.0.1:1/db"],
        &[],
        1,
        &[
            "`db` on 127.0.0.1:1",
            "Connection refused",
            "the server must run",
        ],
    );
    fails(
        &["--database", "sqlite://no/such/folder/peakon.db"],
        &[],
        1,
        &["no/such/folder", "the folder must exist"],
    );
    fails(
        &["--database", "sqlite://text.db"],
        &[(
            "text.db",
            "this is no database, however long the text may be",
        )],
        1,
        &["text.db"],
    );
    fails(
        &["--database", "peakon.db"],
        &[],
        1,
        &["peakon.db", "sqlite://"],
    );
}

#[test]
fn a_malformed_file_of_attributes_ends_with_1() {
    let kinds = "option, text, date, number and employee";
    for (text, place) in [
        ("[{\"name\": \"Job Title\"}]", "line 1 column 2"),
        (
            "[\n{\"name\": \"Job Title\", \"kind\": \"colour\"}]",
            "line 2 column",
        ),
        ("[{\"name\": \"A\", \"kind\": \"text\"}", "line 1 column"),
        ("", "line 1 column 0"),
    ] {
        fails(
            &["--attributes", "own.json"],
            &[("own.json", text)],
            1,
            &["own.json", place, kinds],
        );
    }
    fails(
        &["--attributes", "missing.json"],
        &[],
        1,
        &["missing.json", "cannot be read"],
    );
    let twice =
        "[{\"name\": \"Level\", \"kind\": \"text\"}, {\"name\": \"level\", \"kind\": \"text\"}]";
    fails(
        &["--attributes", "own.json"],
        &[("own.json", twice)],
        1,
        &["level"],
    );
}

#[test]
fn a_malformed_file_of_resource_types_ends_with_1() {
    let no_schema = r#"{"schemas": [], "resourceTypes": [{"name": "Room", "endpoint": "/Rooms", "schema": "urn:example:Room"}]}"#;
    for (text, place) in [
        (r#"{"schemas": []}"#, "line 1 column 15"),
        ("[", "line 1 column"),
        (no_schema, "urn:example:Room"),
    ] {
        let arguments = ["--resource-types", "types.json"];
        fails(&arguments, &[("types.json", text)], 1, &[place]);
    }
}

#[test]
fn a_certificate_that_cannot_be_used_ends_with_1() {
    let made = || rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (one, other) = (made(), made());
    let (certificate, key) = (one.cert.pem(), other.signing_key.serialize_pem());
    let arguments = ["--tls-certificate", "own.pem", "--tls-key", "key.pem"];
    let pem = ["own.pem", "-----BEGIN CERTIFICATE-----"];
    fails(&arguments, &[("key.pem", &key)], 1, &pem);
    fails(&arguments, &[("own.pem", ""), ("key.pem", &key)], 1, &pem);
    let pem = ["private key", "key.pem", "-----BEGIN PRIVATE KEY-----"];
    let files = [("own.pem", certificate.as_str()), ("key.pem", "")];
    fails(&arguments, &files, 1, &pem);
    let files = [("own.pem", certificate.as_str()), ("key.pem", key.as_str())];
    fails(
        &arguments,
        &files,
        1,
        &["own.pem", "key.pem", "the key that"],
    );
}

#[test]
fn a_certificate_without_a_key_ends_with_2_wherever_it_is_named() {
    let texts = ["--tls-certificate", "--tls-key", "give both"];
    fails(&["--tls-certificate", "own.pem"], &[], 2, &texts);
    fails(&["--tls-key", "key.pem"], &[], 2, &texts);
    let file = [("peakon.toml", "tls-certificate = \"own.pem\"")];
    fails(&["--config", "peakon.toml"], &file, 2, &texts);
    // One of each source is a pair: the service goes on to read the files.
    let arguments = ["--config", "peakon.toml", "--tls-key", "key.pem"];
    fails(&arguments, &file, 1, &["own.pem"]);
}

#[test]
fn a_wrong_configuration_file_ends_with_2() {
    let arguments = ["--config", "peakon.toml"];
    fails(&arguments, &[], 2, &["peakon.toml", "cannot be read"]);
    let misspelt = [("peakon.toml", "log = \"error\"\nlisen = \"127.0.0.1:0\"")];
    let texts = ["peakon.toml, line 2", "`lisen`", "did you mean `listen`"];
    fails(&arguments, &misspelt, 2, &texts);
    let wrong = [("peakon.toml", "connections = 0")];
    let texts = ["peakon.toml, line 1", "`connections`", "1..=1000000"];
    fails(&arguments, &wrong, 2, &texts);
    let malformed = [("peakon.toml", "token = \"s3cret-token")];
    fails(&arguments, &malformed, 2, &["peakon.toml, line 1"]);
}

/// Waits until the program says that it is ready, and gives the URL.
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

#[test]
fn help_teaches_and_hides_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path())
        .env("PEAKON_TOKEN", "very-own-word")
        .arg("--help")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for part in [
        "PEAKON_TOKEN",
        "DATABASE_URL",
        "/surveys/audience",
        "\"kind\": \"option\"",
        "Exit codes",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert!(!text.contains("very-own-word"));
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
