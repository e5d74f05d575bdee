//! What bad input gets: one clear message on standard error, the right exit code, and nothing half-written.

use std::io::{Read as _, Write as _};
use std::{fs, net::TcpListener, process::Command};

#[cfg(test)]
#[path = "command_line/files.rs"]
mod files;
#[cfg(test)]
#[path = "command_line/keeper.rs"]
mod keeper;

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
    refused(&["test-connection"], 2, &["--tenant-url"]);
    let url = "http://127.0.0.1:9/scim/v2";
    refused(
        &["test-connection", "--tenant-url", url],
        2,
        &["PEAKON_TOKEN", "--token-file"],
    );
    refused(&["sync", "--tenant-url", url], 2, &["--schema"]);
    refused(&["log", "--since", "yesterday"], 2, &["90m, 24h, 7d"]);
    refused(&["log", "--status", "odd"], 2, &["success"]);
    refused(&["restart", "--clear", "all"], 2, &["watermark"]);
    for (option, value, rule) in [
        (
            "--interval",
            "40 minutes",
            "a time from 1m to 24h, such as 40m, 90s or 1h",
        ),
        (
            "--in-flight",
            "many",
            "a whole number from 1 to 256, such as 8",
        ),
        (
            "--deletion-threshold",
            "5%",
            "such as 500; 0 asks for no permission",
        ),
        (
            "--out-of-scope",
            "keep",
            "[possible values: disable, delete, leave]",
        ),
        ("--mail-to", "nobody", "addresses such as"),
        ("--graph-url", "graph", "https://graph.microsoft.com/v1.0"),
    ] {
        refused(&["sync", option, value], 2, &[option, value, rule]);
    }
    refused(&["log", "--limit", "all"], 2, &["--limit", "0 shows all"]);
    refused(&["log", "--until", "now"], 2, &["--until", "90m, 24h, 7d"]);
    refused(
        &[
            "test-connection",
            "--tenant-url",
            "api.peakon.com",
            "--token",
            SECRET,
        ],
        2,
        &["it does not begin with https://; give a URL such as https://api"],
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
fn a_port_that_speaks_no_tls_is_told_in_words() {
    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/scim/v2", plain.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in plain.incoming() {
            let mut connection = connection.unwrap();
            let _ = connection.read(&mut [0; 4096]);
            let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let connection = ["test-connection", "--tenant-url", &url, "--token", SECRET];
    refused(
        &connection,
        1,
        &["speaks no TLS", "http:// on this machine"],
    );
}

#[test]
fn a_missing_tenant_url_is_said_with_its_option_and_its_variable() {
    let schema = sample("schema.json");
    let parts = ["--tenant-url", "PEAKON_TENANT_URL"];
    refused(&["sync", "--once", "--schema", &schema], 2, &parts);
    refused(&["plan", "--schema", &schema], 2, &parts);
    refused(&["test-connection"], 2, &parts);
}

#[test]
fn with_json_an_error_is_one_object_on_standard_error() {
    let cases: [(&[&str], i32); 3] = [
        (&["--json", "check", "/no/such/schema.json"], 1),
        (&["test-connection", "--json"], 2),
        (&["log", "--json", "--status", "odd"], 2),
    ];
    for (arguments, code) in cases {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        let said: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
        let error = &said["error"];
        assert_eq!(error["exitCode"], code, "{said:#}");
        for member in ["place", "problem", "advice"] {
            let text = error[member].as_str().unwrap();
            assert!(!text.is_empty(), "{member} of {said:#}");
        }
    }
    // A warning is one as well.
    let token = [
        "test-connection",
        "--json",
        "--tenant-url",
        "http://127.0.0.1:9/scim/v2",
        "--token",
        "a b",
    ];
    let said = String::from_utf8(run(&token).stderr).unwrap();
    let lines: Vec<serde_json::Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(lines[0]["warning"]["problem"].is_string(), "{said}");
    assert!(lines[1]["error"]["problem"].is_string(), "{said}");
}

#[test]
fn whoever_closes_the_pipe_has_read_enough() {
    let schema = sample("schema.json");
    let commands: [&[&str]; 4] = [
        &["check", &schema],
        &["check", &schema, "--json"],
        &["completions", "bash"],
        &["--help"],
    ];
    for arguments in commands {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"))
            .args(arguments)
            .stdout(writer)
            .stderr(std::process::Stdio::piped())
            .spawn();
        let output = child.unwrap().wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
        assert_eq!(said, "", "{arguments:?}");
    }
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
    // Bound, so that nobody else takes it, and nobody listens there.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/scim/v2");
    refused(
        &["test-connection", "--tenant-url", &url, "--token", SECRET],
        1,
        &[&format!("127.0.0.1:{port}"), "what to do"],
    );
}

#[test]
fn secrets_come_from_files_and_what_is_no_secret_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let blank = written(&folder, "token", &format!("{SECRET} with a blank\n"));
    let url = "http://127.0.0.1:9/scim/v2";
    let ask = |file: &str| {
        ["test-connection", "--tenant-url", url, "--token-file", file].map(str::to_owned)
    };
    let refused = |arguments: [String; 5], code, parts: &[&str]| {
        refused(&arguments.each_ref().map(String::as_str), code, parts)
    };
    refused(ask(&blank), 2, &["token", "blanks"]);
    refused(ask("/no/such/token"), 2, &["/no/such/token"]);
    let right = written(&folder, "token", &format!("{SECRET}\n"));
    let told = refused(ask(&right), 1, &["127.0.0.1:9"]);
    assert!(!told.contains("warning"), "{told}");
}

/// What is sent without TLS stays on this machine.
#[test]
fn no_proxy_sees_what_is_for_this_machine() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let output = Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"))
        .args([
            "test-connection",
            "--tenant-url",
            "http://127.0.0.1:9/scim/v2",
        ])
        .env("PEAKON_TOKEN", SECRET)
        .env("HTTP_PROXY", &address)
        .env("http_proxy", &address)
        .env("ALL_PROXY", &address)
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    // Whoever had connected would wait here.
    let met = proxy.accept().map(|_| ()).map_err(|error| error.kind());
    assert_eq!(met, Err(std::io::ErrorKind::WouldBlock));
}

#[test]
fn a_graph_needs_its_names_and_a_decision_on_assignments() {
    let graph = ["explain", "ines", "--graph"];
    refused(&graph, 2, &["--entra-tenant", "--client-id"]);
    let schema = sample("schema.json");
    let named = [
        "explain",
        "ines",
        "--schema",
        &schema,
        "--graph",
        "--entra-tenant",
        "t",
        "--client-id",
        "c",
    ];
    refused(&named, 2, &["--service-principal", "--everybody"]);
    let mut all = named.to_vec();
    all.push("--everybody");
    refused(&all, 2, &["AZURE_CLIENT_SECRET"]);
    all.extend(["--graph-url", "http://graph.elsewhere.example"]);
    refused(&all, 2, &["https"]);
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(&["completions", shell]);
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(
            output.status.success() && script.contains("test-connection"),
            "{shell}"
        );
    }
}

#[test]
fn help_tells_the_exit_codes() {
    let output = run(&["--help"]);
    let help = String::from_utf8(output.stdout).unwrap();
    for code in ["  0  ", "  3  ", "  4  ", "  5  ", "130  "] {
        assert!(help.contains(code), "{help}");
    }
}

#[test]
fn explain_tells_where_values_come_from_and_refuses_unknown_names() {
    let [place, schema] = [sample("directory.json"), sample("schema.json")];
    // Of whom nobody has told it knows nothing: no sample stands in for a directory.
    refused(&["explain", "ines"], 2, &["--schema"]);
    let mut ask = vec!["explain", "ines", "--schema", &schema];
    refused(&ask, 2, &["it is missing", "--directory", "--graph"]);
    ask.extend(["--directory", &place]);
    refused(&ask, 1, &[&place, "nobody is called"]);

    let directory = fs::read_to_string(&place).unwrap();
    let directory: serde_json::Value = serde_json::from_str(&directory).unwrap();
    let name = directory["users"][0]["userPrincipalName"].as_str().unwrap();
    ask[1] = name;
    ask.push("--json");
    let output = run(&ask);
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
    assert_eq!(user_name["outcome"]["set"]["value"], name);
    assert!(
        user_name["source"]
            .as_str()
            .unwrap()
            .contains("userPrincipalName")
    );
    assert!(explanation["scope"]["standing"].is_string() && explanation["isEnabled"] == true);
}
