//! What bad input gets: one clear message on standard error, the right exit code, and nothing half-written.

use std::{fs, net::TcpListener, path::Path, process::Command};

use support::{SECRET, refused, run, sample, written};

#[cfg(test)]
mod support {
    use std::{
        fs,
        path::{Path, PathBuf},
        process::{Command, Output},
    };

    pub(crate) const SECRET: &str = "t0ken-that-must-not-be-shown";

    pub(crate) fn run(arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"))
            .args(arguments)
            .env_remove("PEAKON_TOKEN")
            .env_remove("PEAKON_TENANT_URL")
            .output()
            .unwrap()
    }

    #[track_caller]
    pub(crate) fn refused(arguments: &[&str], code: i32, parts: &[&str]) -> String {
        let output = run(arguments);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{message}");
        for part in parts {
            assert!(message.contains(part), "{part:?} is missing in: {message}");
        }
        assert!(!message.contains("panicked"), "{message}");
        assert!(!message.contains(SECRET), "{message}");
        message
    }

    pub(crate) fn sample(name: &str) -> String {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("sample")
            .join(name)
            .display()
            .to_string()
    }

    pub(crate) fn written(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
        let path: PathBuf = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}

#[test]
fn wrong_command_lines_end_with_2() {
    refused(&["--nonsense"], 2, &["--nonsense"]);
    refused(&["nonsense"], 2, &["nonsense"]);
    refused(&["check"], 2, &["<SCHEMA>"]);
    refused(&["test-connection"], 2, &["--tenant-url", "--token"]);
    refused(
        &[
            "test-connection",
            "--tenant-url",
            "api.peakon.com",
            "--token",
            SECRET,
        ],
        2,
        &["https://"],
    );
    refused(
        &[
            "test-connection",
            "--tenant-url",
            "http://peakon.example/scim/v2",
            "--token",
            SECRET,
        ],
        2,
        &["https"],
    );
}

#[test]
fn malformed_token_is_refused_without_showing_it() {
    let token = format!("{SECRET} with a blank");
    let url = "http://127.0.0.1:9/scim/v2";
    refused(
        &["test-connection", "--tenant-url", url, "--token", &token],
        2,
        &["PEAKON_TOKEN", "blanks"],
    );
}

#[test]
fn help_does_not_show_the_token_of_the_environment() {
    let output = Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"))
        .args(["sync", "--help"])
        .env("PEAKON_TOKEN", SECRET)
        .output()
        .unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(
        help.contains("PEAKON_TOKEN") && !help.contains(SECRET),
        "{help}"
    );
}

#[test]
fn target_that_does_not_answer_is_named() {
    // Bound and never accepted by HTTP: freed at once, so that nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}/scim/v2");
    refused(
        &["test-connection", "--tenant-url", &url, "--token", SECRET],
        1,
        &[&format!("127.0.0.1:{port}"), "what to do"],
    );
}

#[test]
fn sample_schema_has_no_problem() {
    let output = run(&["check", &sample("schema.json")]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(text.contains("no problem found"), "{text}");
}

#[test]
fn malformed_schemas_are_refused_with_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let truncated = written(
        &folder,
        "truncated.json",
        "{\"id\": \"x\",\n  \"synchronizationRules\": [",
    );
    refused(
        &["check", &truncated],
        1,
        &["truncated.json", "line 2", "what to do"],
    );
    refused(&["check", "/no/such/file.json"], 1, &["/no/such/file.json"]);

    let schema = fs::read_to_string(sample("schema.json")).unwrap();
    let broken = schema
        .replace(
            "\"expression\": \"[jobTitle]\"",
            "\"expression\": \"Jion([jobTitle]\"",
        )
        .replace(
            "emails[type eq \\\"work\\\"].value",
            "emails[type eq work].value",
        );
    let broken = written(&folder, "broken.json", &broken);
    refused(
        &["check", &broken],
        1,
        &[
            "broken.json",
            "Job Title",
            "emails[type eq work].value",
            "what to do",
        ],
    );
}

#[test]
fn malformed_scoping_filter_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let schema = fs::read_to_string(sample("schema.json")).unwrap();
    let unknown = written(
        &folder,
        "unknown.json",
        &schema.replace("\"REGEX MATCH\"", "\"RESEMBLES\""),
    );
    refused(&["check", &unknown], 1, &["RESEMBLES"]);
    let regex = written(
        &folder,
        "regex.json",
        &schema.replace("^[0-9]{6}$", "^[0-9{6}$"),
    );
    refused(&["check", &regex], 1, &["^[0-9{6}$"]);
}

#[test]
fn malformed_directory_is_refused_before_anything_is_sent_or_written() {
    let folder = tempfile::tempdir().unwrap();
    let directory = written(
        &folder,
        "directory.json",
        r#"{"users": [{"displayName": "nobody"}]}"#,
    );
    let state = folder.path().join("state.json").display().to_string();
    refused(
        &[
            "sync",
            "--once",
            "--tenant-url",
            "http://127.0.0.1:9/scim/v2",
            "--token",
            SECRET,
            "--directory",
            &directory,
            "--schema",
            &sample("schema.json"),
            "--state",
            &state,
        ],
        1,
        &["directory.json, users[0]", "`id`", "what to do"],
    );
    assert!(!Path::new(&state).exists());
}

#[test]
fn explain_tells_where_values_come_from_and_refuses_unknown_names() {
    let output = run(&["explain", "Siobhan.nobody@lumenhaus.example"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nobody is called"));

    let directory = fs::read_to_string(sample("directory.json")).unwrap();
    let directory: serde_json::Value = serde_json::from_str(&directory).unwrap();
    let name = directory["users"][0]["userPrincipalName"].as_str().unwrap();
    let output = run(&["explain", name, "--json"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let explanation: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let attributes = explanation["attributes"].as_array().unwrap();
    let user_name = attributes
        .iter()
        .find(|entry| entry["target"] == "userName")
        .unwrap();
    assert_eq!(user_name["value"], name);
    assert!(
        user_name["because"]
            .as_str()
            .unwrap()
            .contains("[userPrincipalName]")
    );
}
