//! A `sync` that goes on keeps the state from `restart`, and whoever is told to restart is told of that.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Stdio};

use super::support::{SECRET, refused, run, sample};

/// A target that takes no token; its URL.
fn target_that_refuses() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(
                b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            );
        }
    });
    url
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn whoever_is_told_to_restart_is_told_to_end_the_sync_first() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.db").display().to_string();
    let (directory, schema) = (sample("directory.json"), sample("schema.json"));
    let url = target_that_refuses();
    let arguments = [
        "--tenant-url",
        &url,
        "--state",
        &state,
        "--directory",
        &directory,
        "--schema",
        &schema,
    ];
    let mut sync = Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"))
        .arg("sync")
        .args(arguments)
        .env("PEAKON_TOKEN", SECRET)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    for line in BufReader::new(sync.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.starts_with("The next cycle begins at ") {
            break;
        }
        said.push_str(&line);
        said.push('\n');
    }
    let clause = "(first end the `sync` that is at work, and afterwards start it again): azure-to-peakon restart --state";
    assert!(in_one_line(&said).contains(clause), "{said}");

    let status = run(&["status", "--state", &state]);
    let status = String::from_utf8(status.stdout).unwrap();
    let process = format!("process {} on ", sync.id());
    let kept = format!("A `sync` is at work, and sleeps between its cycles: {process}");
    for part in [&kept, clause] {
        assert!(in_one_line(&status).contains(part), "{status}");
    }
    let parts = [
        &process,
        "a `sync` that keeps the state",
        "stopping its service, run this again",
    ];
    refused(&["restart", "--state", &state], 5, &parts);

    // Whoever is dead keeps nothing, and left the name of his process.
    sync.kill().unwrap();
    sync.wait().unwrap();
    let status = run(&["status", "--state", &state]);
    let status = String::from_utf8(status.stdout).unwrap();
    assert!(status.contains("azure-to-peakon restart"), "{status}");
    assert!(!status.contains("`sync`"), "{status}");
    assert!(run(&["restart", "--state", &state]).status.success());
}
