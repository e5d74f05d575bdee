//! The subcommands that talk to a target, against a service that runs in the test.

use std::path::Path;

use serde_json::Value;
use support::{Account, SECRET, created};

#[cfg(test)]
#[path = "sync/deletions.rs"]
mod deletions;
#[cfg(test)]
#[path = "sync/interval.rs"]
mod interval;
#[cfg(test)]
#[path = "sync/quarantine.rs"]
mod quarantine;
#[cfg(test)]
#[path = "sync/terminal.rs"]
mod terminal;

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
            self.folder.path().join("state.db")
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

        pub(crate) fn folder(&self) -> &Path {
            self.folder.path()
        }

        /// How many employees the service has.
        pub(crate) async fn users(&self) -> u64 {
            let _ = rustls::crypto::ring::default_provider().install_default();
            let url = format!("{}/Users?count=1&attributes=id", self.service.base_url());
            let answer = reqwest::Client::new()
                .get(url)
                .bearer_auth(SECRET)
                .send()
                .await
                .unwrap();
            let list: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
            list["totalResults"].as_u64().unwrap()
        }

        /// A command that ends well, and its JSON.
        pub(crate) async fn ask(&self, arguments: &[&str]) -> Value {
            let mut all = arguments.to_vec();
            all.push("--json");
            read(&self.run(SECRET, &all).await)
        }

        /// A job from a directory of one's own, however it ends.
        pub(crate) async fn job_from(&self, directory: &Path, arguments: &[&str]) -> Output {
            let mut all = arguments.to_vec();
            all.push("--json");
            self.start(directory, &all).await
        }

        /// What a job tells a person.
        pub(crate) async fn job_in_words(&self, directory: &Path, arguments: &[&str]) -> String {
            let output = self.start(directory, arguments).await;
            String::from_utf8(output.stdout).unwrap()
        }

        async fn start(&self, directory: &Path, arguments: &[&str]) -> Output {
            let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/schema.json");
            let state = self.state();
            let files = [directory, &schema, &state].map(|path| path.to_str().unwrap());
            let mut all = arguments.to_vec();
            all.extend([
                "--directory",
                files[0],
                "--schema",
                files[1],
                "--state",
                files[2],
            ]);
            self.run(SECRET, &all).await
        }

        /// A job from the sample that ends well, and its JSON.
        pub(crate) async fn job(&self, arguments: &[&str]) -> Value {
            let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/directory.json");
            read(&self.job_from(&directory, arguments).await)
        }
    }

    pub(crate) fn created(report: &Value) -> u64 {
        report["cycle"]["counts"]["User"]["created"]
            .as_u64()
            .unwrap()
    }

    fn read(output: &Output) -> Value {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.success(),
            "{errors}{}",
            String::from_utf8_lossy(&output.stdout)
        );
        assert!(!errors.contains(SECRET));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plan_writes_nothing_and_sync_does_what_it_planned_once() {
    let account = Account::open().await;
    let plan = account.job(&["plan"]).await;
    assert!(created(&plan) > 300, "{plan:#}");
    assert_eq!(account.users().await, 0, "nothing was written");
    assert_eq!(plan["cycle"]["plan"], true, "{plan:#}");
    assert_eq!(plan["cycle"]["writes"], 0, "{plan:#}");
    assert!(plan["cycle"]["plannedWrites"].as_u64().unwrap() > 300);
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/sample/directory.json");
    let told = account.job_in_words(Path::new(directory), &["plan"]).await;
    for part in ["would create", "no write, and", "Nothing was written."] {
        assert!(told.contains(part), "{part} is missing in: {told}");
    }
    for part in ["created", "updated"] {
        assert!(!told.contains(part), "{part} is said of a plan: {told}");
    }
    assert!(
        !told.contains("would skip") && told.contains("would be skipped; --json names them"),
        "{told}"
    );
    assert!(!account.state().exists(), "a plan keeps no state");

    let first = account.job(&["sync", "--once"]).await;
    assert_eq!(created(&first), created(&plan));
    assert_eq!(first["cycle"]["counts"]["User"]["failed"], 0);
    assert_eq!(account.users().await, created(&plan));

    let second = account.job(&["sync", "--once"]).await;
    assert_eq!(second["cycle"]["writes"], 0, "{second:#}");
    // Without the links everybody is matched again, and nobody is created twice.
    std::fs::remove_file(account.state()).unwrap();
    let third = account.job(&["sync", "--once"]).await;
    assert_eq!(created(&third), 0, "{third:#}");
    assert_eq!(account.users().await, created(&plan));
    account.service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_user_is_provisioned_on_demand_and_the_log_tells_of_him() {
    let account = Account::open().await;
    let directory = include_str!("../sample/directory.json");
    let directory: Value = serde_json::from_str(directory).unwrap();
    let users = directory["users"].as_array().unwrap();
    let lead = users.iter().find(|user| {
        user["jobTitle"]
            .as_str()
            .is_some_and(|title| title.starts_with("Director"))
    });
    let lead = lead.unwrap();
    let name = lead["userPrincipalName"].as_str().unwrap();
    let report = account.job(&["provision", name]).await;
    assert_eq!(created(&report), 1, "{report:#}");
    // His manager is not there yet.
    assert_eq!(
        report["cycle"]["counts"]["User"]["pendingReferences"], 1,
        "{report:#}"
    );
    let entry = &report["entries"][0];
    let steps: Vec<&str> = entry["provisioningSteps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["provisioningStepType"].as_str().unwrap())
        .collect();
    for step in ["import", "scoping", "matching", "export"] {
        assert!(steps.contains(&step), "{step} is missing: {report:#}");
    }

    let state = account.state();
    let state = state.to_str().unwrap();
    let log = account
        .ask(&[
            "log", "--state", state, "--user", name, "--action", "create", "--since", "1h",
        ])
        .await;
    assert_eq!(log[0]["sourceIdentity"]["id"], lead["id"], "{log:#}");
    let none = account
        .ask(&["log", "--state", state, "--status", "failure"])
        .await;
    assert_eq!(none, Value::Array(Vec::new()));
    let report = account.folder().join("report.html");
    for (option, value, part) in [
        (
            "--cycle",
            "foo",
            "No cycle that is kept has an id that begins with foo",
        ),
        (
            "--user",
            "nobody",
            "The log has nobody who is called nobody",
        ),
        ("--report", report.to_str().unwrap(), "report.html."),
    ] {
        let told = account
            .run(SECRET, &["log", "--state", state, option, value])
            .await;
        let told = String::from_utf8(told.stdout).unwrap();
        assert!(told.contains(part), "{told}");
    }
    let status = account.ask(&["status", "--state", state]).await;
    assert_eq!(status["links"]["users"], 1, "{status:#}");
    assert_eq!(status["tenantUrl"], account.service.base_url());
    let restarted = account
        .ask(&[
            "restart",
            "--state",
            state,
            "--clear",
            "links",
            "--force-deletes",
        ])
        .await;
    assert_eq!(
        restarted["cleared"],
        serde_json::json!(["watermark", "links"])
    );
    let kept = restarted["parts"]["kept"].as_array().unwrap();
    assert_eq!(kept.last().unwrap()["part"], "log", "{restarted:#}");
    let status = account.ask(&["status", "--state", state]).await;
    assert_eq!(status["links"]["users"], 0, "{status:#}");
    assert_eq!(status["forceDeletes"], true, "{status:#}");
    account.service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_deletions_need_permission() {
    let account = Account::open().await;
    account.job(&["sync", "--once"]).await;
    let before = account.users().await;
    // Everybody but one has left.
    let directory = account.folder().join("few.json");
    let first = r#"{"users": [{"id": "1", "userPrincipalName": "a@b.example", "employeeId": "700001", "givenName": "A", "surname": "B"}]}"#;
    std::fs::write(&directory, first).unwrap();
    let arguments = ["sync", "--once", "--deletion-threshold", "10"];
    let stopped = account.job_from(&directory, &arguments).await;
    assert_eq!(
        stopped.status.code(),
        Some(4),
        "{}",
        String::from_utf8_lossy(&stopped.stderr)
    );
    let report: Value = serde_json::from_slice(&stopped.stdout).unwrap();
    assert!(
        report["cycle"]["counts"]["User"]["staged"]
            .as_u64()
            .unwrap()
            > 300,
        "{report:#}"
    );
    assert_eq!(
        report["notifications"][0]["condition"], "tooManyDeletes",
        "{report:#}"
    );
    assert_eq!(account.users().await, before + 1, "one came, nobody went");

    let errors = String::from_utf8_lossy(&stopped.stderr).into_owned();
    assert!(errors.contains("threshold of 10"), "{errors}");
    let told = report["commands"].to_string();
    let state = account.state().display().to_string();
    for command in ["restart --force-deletes", "restart"] {
        let command = format!("\"azure-to-peakon {command} --state {state}\"");
        assert!(told.contains(&command), "{command} is missing in: {told}");
    }

    let resting = account.job_from(&directory, &arguments).await;
    assert_eq!(resting.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&resting.stdout).contains("rests"));

    let state = account.state();
    account
        .ask(&[
            "restart",
            "--state",
            state.to_str().unwrap(),
            "--force-deletes",
        ])
        .await;
    let forced = account.job_from(&directory, &arguments).await;
    assert_eq!(
        forced.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&forced.stdout)
    );
    assert_eq!(account.users().await, 1);
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
