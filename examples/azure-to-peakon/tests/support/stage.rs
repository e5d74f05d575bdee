//! A service in a process of its own, a directory of generated people, and the tool between them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::gate::Gate;

pub(crate) const TOKEN: &str = "t0ken-of-the-account";
pub(crate) const PEAKON: &str = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// As many as a cycle needs some seconds for.
pub(crate) const PEOPLE: usize = 120;
pub(crate) const KILLS: usize = 20;
pub(crate) const DATABASE: &str = "TEST_PEAKON_DATABASE";
pub(crate) const ADDRESS: &str = "TEST_PEAKON_ADDRESS";

pub(crate) struct Stage {
    folder: tempfile::TempDir,
    address: SocketAddr,
    /// Where the tool finds the service.
    front: SocketAddr,
    service: Child,
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.service.kill();
        let _ = self.service.wait();
    }
}

fn start(folder: &Path, address: SocketAddr) -> Child {
    let database = format!("sqlite://{}", folder.join("peakon.db").display());
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "serve"])
        .env(DATABASE, database)
        .env(ADDRESS, address.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

impl Stage {
    pub(crate) async fn open() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let address = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let service = start(folder.path(), address);
        let mut stage = Self {
            folder,
            address,
            front: address,
            service,
        };
        stage.ready().await;
        stage
    }

    /// The same with a gate before the service, which keeps answers back after so many writes.
    pub(crate) async fn with_a_gate(open_until: usize) -> (Self, Gate) {
        let mut stage = Self::open().await;
        let gate = Gate::before(stage.address, open_until).await;
        stage.lead_to(gate.address());
        (stage, gate)
    }

    /// The tool finds somebody else in place of the service.
    pub(crate) fn lead_to(&mut self, front: SocketAddr) {
        self.front = front;
    }

    async fn ready(&mut self) {
        while self.get("/healthz").await.is_none() {
            // Somebody else may have its port for a moment.
            if self.service.try_wait().unwrap().is_some() {
                self.service = start(self.folder.path(), self.address);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn kill_the_service(&mut self) {
        self.service.kill().unwrap();
        self.service.wait().unwrap();
        self.service = start(self.folder.path(), self.address);
        self.ready().await;
    }

    pub(crate) async fn get(&self, path: &str) -> Option<String> {
        let url = format!("http://{}{path}", self.address);
        let answer = reqwest::Client::new()
            .get(url)
            .bearer_auth(TOKEN)
            .send()
            .await
            .ok()?;
        if !answer.status().is_success() {
            return None;
        }
        answer.text().await.ok()
    }

    /// How many writes the present process of the service has answered.
    pub(crate) async fn writes(&self) -> u64 {
        let text = self.get("/metrics").await.unwrap_or_default();
        let writes = text.lines().filter(|line| {
            line.starts_with("peakon_requests_total{")
                && ["POST", "PATCH"]
                    .iter()
                    .any(|method| line.contains(&format!("method=\"{method}\"")))
                && !line.contains(".search")
        });
        writes
            .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
            .sum()
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state.db")
    }

    /// Writes the directory, in which everybody has this title.
    pub(crate) fn write_directory(&self, title: &str) {
        let users: Vec<Value> = (0..PEOPLE).map(|number| person(number, title)).collect();
        std::fs::write(
            self.folder.path().join("directory.json"),
            json!({ "users": users }).to_string(),
        )
        .unwrap();
    }

    /// Writes a directory in which nobody is assigned to anything.
    pub(crate) fn write_directory_of_nobody(&self) {
        let document = json!({ "users": [person(0, "Title")], "appRoleAssignedTo": [{ "principalId": "nobody" }] });
        let path = self.folder.path().join("directory.json");
        std::fs::write(path, document.to_string()).unwrap();
    }

    /// Changes the state behind the tool's back.
    pub(crate) async fn change_the_state(&self, statement: &'static str) {
        let options = SqliteConnectOptions::new().filename(self.state());
        let state = SqlitePool::connect_with(options).await.unwrap();
        sqlx::raw_sql(statement).execute(&state).await.unwrap();
        state.close().await;
    }

    /// As if it were so much later that whatever waits is due, while nothing is forgotten.
    pub(crate) async fn time_passes(&self) {
        self.change_the_state(
            "UPDATE escrow SET entry = json_replace(entry, '$.nextAt', '2020-01-01T00:00:00Z');
             UPDATE job SET status = json_replace(status, '$.quarantine.nextCycleAt', '2020-01-01T00:00:00Z')",
        )
        .await;
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = self.command_in_words();
        command.arg("--json");
        command
    }

    pub(crate) fn command_in_words(&self) -> Command {
        let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/schema.json");
        let mut command = Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"));
        command
            .args([
                "sync",
                "--tenant-url",
                &format!("http://{}/scim/v2", self.front),
                "--directory",
            ])
            .arg(self.folder.path().join("directory.json"))
            .arg("--schema")
            .arg(schema)
            .arg("--state")
            .arg(self.state())
            .env("PEAKON_TOKEN", TOKEN)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn start_a_cycle(&self) -> Child {
        self.command().arg("--once").spawn().unwrap()
    }

    pub(crate) async fn finished(child: Child) -> Output {
        tokio::task::spawn_blocking(move || child.wait_with_output().unwrap())
            .await
            .unwrap()
    }

    /// Waits until the present process of the service has answered so many writes; false if the cycle ends before.
    pub(crate) async fn wait_for_writes(&self, child: &mut Child, writes: u64) -> bool {
        loop {
            if child.try_wait().unwrap().is_some() {
                return false;
            }
            if self.writes().await >= writes {
                return true;
            }
        }
    }

    pub(crate) fn ask(&self, arguments: &[&str]) -> Value {
        let output = Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"))
            .args(arguments)
            .arg("--json")
            .arg("--state")
            .arg(self.state())
            .output()
            .unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Cycles until one has nothing to write, as often as it takes to rule out that it never comes; then the target is equal to the
    /// directory.
    ///
    /// No cycle is made to compare everybody: it would find, and mend, what the state has lost.
    pub(crate) async fn becomes_quiet_and_equal(&self, title: &str) {
        let mut cycles = 0;
        loop {
            self.time_passes().await;
            let output = Self::finished(self.start_a_cycle()).await;
            let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
                panic!("{error}: {}", String::from_utf8_lossy(&output.stderr))
            });
            let waiting = self.ask(&["status"])["escrow"].clone();
            if output.status.code() == Some(0)
                && report["cycle"]["writes"] == 0
                && waiting == json!({ "users": 0, "groups": 0 })
            {
                break;
            }
            cycles += 1;
            assert!(cycles < 10, "it never becomes quiet: {report:#}");
        }
        self.compare(title).await;
        // Whoever looks at everything finds nothing else, either.
        self.ask(&["restart"]);
        let output = Self::finished(self.start_a_cycle()).await;
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (&report["cycle"]["cycle"], &report["cycle"]["writes"]),
            (&json!({ "kind": "Initial" }), &json!(0)),
            "{report:#}"
        );
    }

    /// Compares everybody in the target with the directory.
    async fn compare(&self, title: &str) {
        let mut users = Vec::new();
        loop {
            let path = format!("/scim/v2/Users?startIndex={}&count=100", users.len() + 1);
            let page: Value = serde_json::from_str(&self.get(&path).await.unwrap()).unwrap();
            let found = page["Resources"].as_array().cloned().unwrap_or_default();
            if found.is_empty() {
                break;
            }
            users.extend(found);
        }
        assert_eq!(
            users.len(),
            PEOPLE,
            "nobody is missing, and nobody is there twice"
        );
        let ids: BTreeMap<&str, &str> = users
            .iter()
            .map(|user| {
                (
                    user["externalId"].as_str().unwrap(),
                    user["id"].as_str().unwrap(),
                )
            })
            .collect();
        for number in 0..PEOPLE {
            let wanted = person(number, title);
            let id = ids[wanted["id"].as_str().unwrap()];
            let user = users.iter().find(|user| user["id"] == id).unwrap();
            assert_eq!(user["userName"], wanted["userPrincipalName"]);
            assert_eq!(user["active"], true);
            assert_eq!(user[PEAKON]["Job Title"], title, "{user:#}");
            assert_eq!(user[ENTERPRISE]["employeeNumber"], wanted["employeeId"]);
            let manager = wanted["manager"]["id"].as_str().map(|manager| ids[manager]);
            assert_eq!(
                user[ENTERPRISE]["manager"]["value"].as_str(),
                manager,
                "{user:#}"
            );
        }
    }
}

/// Sends a signal to a cycle that waits for answers, and comes back when it has taken notice.
pub(crate) fn interrupt(child: &mut Child) -> BufReader<ChildStderr> {
    signal(child, "-INT");
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert!(line.starts_with("Stopping: "), "{line}");
    said
}

pub(crate) fn signal(child: &Child, name: &str) {
    let process = child.id().to_string();
    let sent = Command::new("kill").args([name, &process]).status();
    assert!(sent.unwrap().success());
}

fn identifier(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn person(number: usize, title: &str) -> Value {
    let mut user = json!({
        "id": identifier(number), "userPrincipalName": format!("p{number}@lumenhaus.example"), "displayName": format!("Pat {number}"),
        "givenName": "Pat", "surname": number.to_string(), "mail": format!("p{number}@lumenhaus.example"),
        "employeeId": (700_000 + number).to_string(), "jobTitle": title, "accountEnabled": true,
    });
    if number > 0 {
        user["manager"] = json!({ "id": identifier(number / 7) });
    }
    user
}
