//! What a terminal shows and a file does not: a bar, and colours unless `NO_COLOR` is set.

use tokio::process::Command;

use super::support::{Account, SECRET};

const RED: &str = "\u{1b}[31m";

/// What the program says on a terminal, which `script` plays.
async fn on_a_terminal(
    account: &Account,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> String {
    let quoted = |word: &str| format!("'{word}'");
    let words =
        std::iter::once(env!("CARGO_BIN_EXE_azure-to-peakon")).chain(arguments.iter().copied());
    let line: Vec<String> = words.map(quoted).collect();
    let output = Command::new("script")
        .args(["--quiet", "--command", &line.join(" "), "/dev/null"])
        .env("PEAKON_TENANT_URL", account.service.base_url())
        .env("PEAKON_TOKEN", SECRET)
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .envs(variables.iter().copied())
        .stdin(std::process::Stdio::null())
        .output()
        .await
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(terminal), ignore = "there is no program `script` of util-linux")]
async fn a_terminal_shows_a_bar_and_colours_and_a_file_does_not() {
    let account = Account::open().await;
    let directory = account.folder().join("directory.json");
    // The second one cannot be read.
    let users = r#"{"users": [{"id": "1", "userPrincipalName": "ines@a.example"}, {"id": "1"}]}"#;
    std::fs::write(&directory, users).unwrap();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/sample/schema.json");
    let state = account.state();
    let [directory, state] = [&directory, &state].map(|path| path.to_str().unwrap());
    let plan = [
        "plan",
        "--directory",
        directory,
        "--schema",
        schema,
        "--state",
        state,
    ];
    let shown = on_a_terminal(&account, &plan, &[]).await;
    assert!(
        shown.contains("Provisioning [") && shown.contains(RED),
        "{shown}"
    );
    let shown = on_a_terminal(&account, &plan, &[("NO_COLOR", "1")]).await;
    assert!(
        shown.contains("Provisioning [") && !shown.contains(RED),
        "{shown}"
    );
    assert!(shown.contains("would fail"), "{shown}");

    let output = account.run(SECRET, &plan).await;
    let [said, noted] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(said.contains("would fail"), "{said}");
    assert!(!said.contains('\u{1b}'), "{said}");
    assert_eq!(noted, "", "a line comes only after 30 seconds");
    account.service.stop().await;
}
