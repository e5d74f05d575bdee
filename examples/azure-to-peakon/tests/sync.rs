//! The subcommands that talk to a target, against a service that runs in the test.

use serde_json::Value;
use support::{Account, SECRET};

#[cfg(test)]
mod support {
    use std::{path::Path, process::Output};

    use peakon_service::{Configuration, RunningService, Token, start};
    use serde_json::Value;
    use tokio::process::Command;

    pub(crate) const SECRET: &str = "t0ken-of-the-account";

    #[derive(Debug)]
    pub(crate) struct Account {
        pub(crate) service: RunningService,
        folder: tempfile::TempDir,
    }

    impl Account {
        pub(crate) async fn open() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let database = format!("sqlite://{}", folder.path().join("peakon.db").display());
            let token: Token = SECRET.parse().unwrap();
            let configuration = Configuration::new(([127, 0, 0, 1], 0).into(), database, token);
            Self {
                service: start(configuration).await.unwrap(),
                folder,
            }
        }

        pub(crate) fn state(&self) -> std::path::PathBuf {
            self.folder.path().join("state.json")
        }

        pub(crate) async fn run(&self, token: &str, arguments: &[&str]) -> Output {
            Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"))
                .args(arguments)
                .env("PEAKON_TENANT_URL", self.service.base_url())
                .env("PEAKON_TOKEN", token)
                .output()
                .await
                .unwrap()
        }

        pub(crate) async fn job(&self, arguments: &[&str]) -> Value {
            let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
            let (directory, schema) = (sample.join("directory.json"), sample.join("schema.json"));
            let mut all = arguments.to_vec();
            let state = self.state();
            let files = [&directory, &schema, &state].map(|path| path.to_str().unwrap());
            all.extend([
                "--json",
                "--directory",
                files[0],
                "--schema",
                files[1],
                "--state",
                files[2],
            ]);
            let output = self.run(SECRET, &all).await;
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{errors}");
            assert!(!errors.contains(SECRET));
            serde_json::from_slice(&output.stdout).unwrap()
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plan_writes_nothing_and_sync_does_what_it_planned_once() {
    let account = Account::open().await;
    let plan = account.job(&["plan"]).await;
    assert_eq!(plan["writes"], 0);
    assert!(plan["users"]["created"].as_u64().unwrap() > 300, "{plan:#}");
    assert!(!account.state().exists(), "a plan keeps no state");

    let first = account.job(&["sync", "--once"]).await;
    assert_eq!(first["users"]["created"], plan["users"]["created"]);
    assert_eq!(first["users"]["failed"], 0);
    assert!(account.state().exists());

    let second = account.job(&["sync", "--once"]).await;
    assert_eq!(second["writes"], 0, "{second:#}");
    // Without the links everybody is matched again, and nobody is created twice.
    std::fs::remove_file(account.state()).unwrap();
    let third = account.job(&["sync", "--once"]).await;
    assert_eq!(third["writes"], 0, "{third:#}");
    account.service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_user_is_provisioned_on_demand() {
    let account = Account::open().await;
    let directory = include_str!("../sample/directory.json");
    let directory: Value = serde_json::from_str(directory).unwrap();
    let users = directory["users"].as_array().unwrap();
    let lead = users.iter().find(|user| {
        user["jobTitle"]
            .as_str()
            .is_some_and(|title| title.starts_with("Director"))
    });
    let name = lead.unwrap()["userPrincipalName"].as_str().unwrap();
    let report = account.job(&["provision", name]).await;
    assert_eq!(report["users"]["created"], 1, "{report:#}");
    // His manager is not there yet.
    assert_eq!(report["pendingReferences"], 1, "{report:#}");
    account.service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connection_is_tested_and_a_wrong_token_is_refused() {
    let account = Account::open().await;
    let right = account.run(SECRET, &["test-connection", "--json"]).await;
    assert!(
        right.status.success(),
        "{}",
        String::from_utf8_lossy(&right.stderr)
    );
    let answer: Value = serde_json::from_slice(&right.stdout).unwrap();
    assert_eq!(answer["groups"], true);

    let wrong = account.run("another-token", &["test-connection"]).await;
    assert_eq!(wrong.status.code(), Some(1));
    let message = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(
        message.contains("401") && message.contains("PEAKON_TOKEN"),
        "{message}"
    );
    assert!(!message.contains("another-token"), "{message}");
    account.service.stop().await;
}
