//! The program when it does not serve: what it prints, and how it ends.

use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) fn program(folder: &Path) -> Command {
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
fn a_number_that_is_none_is_told_by_its_flag_the_rule_and_an_example() {
    for (flag, value, rule) in [
        (
            "--filter-steps",
            "many",
            "a whole number from 1 to 18446744073709551615, such as 2000000",
        ),
        (
            "--connections",
            "0",
            "a whole number from 1 to 1000000, such as 1000",
        ),
        (
            "--grace-seconds",
            "1.5",
            "a whole number from 1 to 86400, such as 10",
        ),
        (
            "--proxies",
            "256",
            "a whole number from 0 to 255, such as 1",
        ),
        (
            "--log",
            "loud",
            "one of off, error, warn, info, debug and trace",
        ),
    ] {
        fails(&[flag, value], &[], 2, &[flag, value, rule]);
    }
}

#[test]
fn a_url_of_no_database_ends_with_2() {
    for (url, text) in [
        ("mysql://me:secret@host/db", "`mysql`"),
        ("peakon.db", "is not one"),
        ("sqlite::memory:", "give a file"),
    ] {
        fails(&["--database", url], &[], 2, &[text, "sqlite://peakon.db"]);
        let folder = tempfile::tempdir().unwrap();
        let mut program = program(folder.path());
        let output = program
            .args(["account", "list", "--database", url])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{url}");
    }
}

#[test]
fn a_database_that_cannot_be_used_ends_with_1() {
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
    let texts = [
        "peakon.toml, line 1",
        "`connections`",
        "from 1 to 1000000, such as 1000",
    ];
    fails(&arguments, &wrong, 2, &texts);
    let malformed = [("peakon.toml", "token = \"s3cret-token")];
    fails(&arguments, &malformed, 2, &["peakon.toml, line 1"]);
}

/// Waits until the program says that it is ready, and gives the URL.
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
