//! What is left of a cycle that could not do its work: an entry of the log, its place in `status`, and the quarantine that follows from it.

use std::net::Ipv4Addr;

use support::{Job, nobody, service_at};

#[cfg(test)]
mod support {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::path::{Path, PathBuf};
    use std::process::Output;

    use peakon_service::{Configuration, RunningService, Token, start};
    use serde_json::Value;
    use tokio::net::TcpSocket;

    const TOKEN: &str = "t0ken-of-the-account";

    /// A folder of one's own, and the target that its state belongs to.
    pub(crate) struct Job {
        pub(crate) folder: tempfile::TempDir,
        pub(crate) address: SocketAddr,
        pub(crate) directory: PathBuf,
    }

    impl Job {
        pub(crate) fn new(address: SocketAddr) -> Self {
            Self {
                folder: tempfile::tempdir().unwrap(),
                address,
                directory: Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/directory.json"),
            }
        }

        pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
            tokio::process::Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"))
                .args(arguments)
                .current_dir(self.folder.path())
                .env(
                    "PEAKON_TENANT_URL",
                    format!("http://{}/scim/v2", self.address),
                )
                .env("PEAKON_TOKEN", TOKEN)
                .output()
                .await
                .unwrap()
        }

        /// One cycle, which ends with this exit code: its report, and what was said on standard error.
        pub(crate) async fn cycle(&self, code: i32) -> (Value, String) {
            let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/sample/schema.json");
            let directory = self.directory.to_str().unwrap();
            let arguments = [
                "sync",
                "--once",
                "--json",
                "--schema",
                schema,
                "--directory",
                directory,
            ];
            let output = self.run(&arguments).await;
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(code), "{said}");
            assert!(!said.contains(TOKEN), "{said}");
            (serde_json::from_slice(&output.stdout).unwrap(), said)
        }

        /// What a command tells as JSON.
        pub(crate) async fn ask(&self, arguments: &[&str]) -> Value {
            let mut all = arguments.to_vec();
            all.push("--json");
            let output = self.run(&all).await;
            serde_json::from_slice(&output.stdout)
                .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
        }
    }

    /// Nobody listens there, and nobody else may as long as this is kept.
    pub(crate) fn nobody() -> TcpSocket {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        socket
    }

    pub(crate) async fn service_at(address: SocketAddr, folder: &Path) -> RunningService {
        let database = format!("sqlite://{}", folder.join("peakon.db").display());
        let token: Token = TOKEN.parse().unwrap();
        start(Configuration::new(address, database, token))
            .await
            .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_is_down_fails_cycles_and_the_third_puts_the_job_in_quarantine() {
    let nobody = nobody();
    let job = Job::new(nobody.local_addr().unwrap());
    for failed in 1..=2 {
        let (report, said) = job.cycle(1).await;
        assert_eq!(report["cycle"]["result"], "Failed", "{report:#}");
        assert_eq!(report["notifications"], serde_json::json!([]));
        let error: serde_json::Value = serde_json::from_str(said.trim()).unwrap();
        assert_eq!(error["error"]["exitCode"], 1, "{said}");
        assert!(said.contains(&job.address.to_string()), "{said}");
        let status = job.ask(&["status"]).await;
        assert_eq!(status["status"]["failedCycles"], failed, "{status:#}");
        let last = &status["status"]["lastCycle"];
        assert_eq!(last["result"], "Failed", "{status:#}");
        assert!(
            last["advice"]
                .as_str()
                .is_some_and(|advice| !advice.is_empty())
        );
    }
    let (report, _) = job.cycle(4).await;
    assert_eq!(report["cycle"]["result"], "Quarantined", "{report:#}");
    let told = &report["notifications"][0];
    assert_eq!(
        told["condition"]["quarantined"], "EncounteredQuarantineException",
        "{report:#}"
    );
    let commands = report["commands"].to_string();
    assert!(
        commands.contains("\"azure-to-peakon restart --state azure-to-peakon.db\""),
        "{commands}"
    );
    let entries = job.ask(&["log", "--status", "failure"]).await;
    assert_eq!(entries.as_array().unwrap().len(), 3, "{entries:#}");
    for entry in entries.as_array().unwrap() {
        let error = &entry["provisioningStatusInfo"]["errorInformation"];
        assert_eq!(error["errorCode"], "Timeout", "{entry:#}");
        let advice = error["recommendedAction"].as_str().unwrap();
        assert!(advice.contains("tenant URL"), "{advice}");
    }
    let output = job.run(&["log", "--status", "failure"]).await;
    let lines = String::from_utf8(output.stdout).unwrap();
    let place = format!("Timeout: http://{}/scim/v2: ", job.address);
    assert_eq!(lines.matches(&place).count(), 3, "{lines}");
    assert_eq!(lines.matches("what to do: ").count(), 1, "{lines}");
    assert!(!lines.contains("the directory: "), "{lines}");
    let (rests, _) = job.cycle(4).await;
    assert!(
        rests["commands"]
            .to_string()
            .contains("azure-to-peakon restart"),
        "{rests:#}"
    );

    job.ask(&["restart"]).await;
    drop(nobody);
    let service = service_at(job.address, job.folder.path()).await;
    let (report, said) = job.cycle(0).await;
    assert_eq!(report["cycle"]["result"], "Succeeded", "{report:#}");
    assert_eq!(said, "");
    let status = job.ask(&["status"]).await;
    assert_eq!(status["status"]["failedCycles"], 0, "{status:#}");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_answers_with_server_errors_only_is_down_as_well() {
    let app = axum::Router::new()
        .fallback(|| async { (axum::http::StatusCode::BAD_GATEWAY, "no backend") });
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .unwrap();
    let job = Job::new(listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let (report, said) = job.cycle(1).await;
    assert_eq!(report["cycle"]["result"], "Failed", "{report:#}");
    assert!(said.contains("502"), "{said}");
    let entries = job.ask(&["log"]).await;
    let code = &entries[0]["provisioningStatusInfo"]["errorInformation"]["errorCode"];
    assert_eq!(*code, "InternalServerError", "{entries:#}");
    server.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_that_cannot_be_read_fails_cycles_and_leaves_the_job_alone() {
    let nobody = nobody();
    let mut job = Job::new(nobody.local_addr().unwrap());
    drop(nobody);
    let service = service_at(job.address, job.folder.path()).await;
    job.cycle(0).await;
    let whole = std::fs::read_to_string(&job.directory).unwrap();
    job.directory = job.folder.path().join("cut.json");
    // Cut off in the middle: some people are read before it is noticed.
    let half: String = whole.chars().take(whole.chars().count() / 2).collect();
    std::fs::write(&job.directory, half).unwrap();
    for _ in 0..3 {
        let (report, said) = job.cycle(1).await;
        assert_eq!(report["cycle"]["result"], "Failed", "{report:#}");
        assert!(said.contains("cut.json: the file is cut off"), "{said}");
        assert!(said.contains("nobody was taken for deleted"), "{said}");
    }
    job.directory = job.folder.path().join("missing.json");
    let (report, said) = job.cycle(1).await;
    assert_eq!(report["cycle"]["result"], "Failed", "{report:#}");
    assert!(said.contains("missing.json"), "{said}");
    let status = job.ask(&["status"]).await;
    assert_eq!(status["status"]["quarantine"], serde_json::Value::Null);
    assert_eq!(status["status"]["failedCycles"], 0, "{status:#}");
    assert_eq!(status["status"]["lastCycle"]["result"], "Failed");
    let entries = job.ask(&["log", "--status", "failure"]).await;
    assert_eq!(entries.as_array().unwrap().len(), 4, "{entries:#}");
    for entry in entries.as_array().unwrap() {
        let error = &entry["provisioningStatusInfo"]["errorInformation"];
        assert_eq!(error["errorCode"], "ImportSkipped", "{entry:#}");
        assert!(!error["recommendedAction"].as_str().unwrap().is_empty());
    }
    service.stop().await;
}
