//! `sync` from Microsoft Graph, which the stand-in of `support/graph_service.rs` plays, into a service that runs in the test.

use graph_service::SECRET;
use serde_json::json;
use stage::{Stage, person};

#[cfg(test)]
#[path = "support/gate.rs"]
mod gate;
#[cfg(test)]
#[path = "support/graph_service.rs"]
mod graph_service;

#[cfg(test)]
mod stage {
    use std::path::Path;
    use std::process::Output;

    use super::graph_service::{APPLICATION, CLIENT, GraphService, SECRET, TENANT};
    use peakon_service::{Configuration, RunningService, start};
    use serde_json::{Value, json};
    use tokio::process::Command;

    const TOKEN: &str = "t0ken-of-the-account";

    pub(crate) struct Stage {
        pub(crate) graph: GraphService,
        pub(crate) service: RunningService,
        folder: tempfile::TempDir,
    }

    impl Stage {
        pub(crate) async fn open() -> Self {
            let _ = rustls::crypto::ring::default_provider().install_default();
            let folder = tempfile::tempdir().unwrap();
            let database = format!("sqlite://{}", folder.path().join("peakon.db").display());
            let configuration =
                Configuration::new(([127, 0, 0, 1], 0).into(), database, TOKEN.parse().unwrap());
            Self {
                graph: GraphService::start().await,
                service: start(configuration).await.unwrap(),
                folder,
            }
        }

        pub(crate) async fn run(&self, secret: &str) -> Output {
            let mut command = self.command(secret, self.service.base_url());
            command.output().await.unwrap()
        }

        /// One cycle, into whoever stands at this address.
        pub(crate) fn command(&self, secret: &str, tenant_url: &str) -> Command {
            let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/schema.json");
            let mut command = Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"));
            command
                .args([
                    "sync",
                    "--once",
                    "--json",
                    "--graph",
                    "--service-principal",
                    APPLICATION,
                ])
                .args([
                    "--graph-url",
                    &self.graph.graph_url(),
                    "--login-url",
                    &self.graph.login_url(),
                ])
                .arg("--schema")
                .arg(schema)
                .arg("--state")
                .arg(self.folder.path().join("state.db"))
                .env("AZURE_TENANT_ID", TENANT)
                .env("AZURE_CLIENT_ID", CLIENT)
                .env("AZURE_CLIENT_SECRET", secret)
                .env("PEAKON_TENANT_URL", tenant_url)
                .env("PEAKON_TOKEN", TOKEN);
            command
        }

        /// A cycle that ends well, and its counts of users.
        pub(crate) async fn cycle(&self) -> Value {
            let output = self.run(SECRET).await;
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{errors}{text}");
            for secret in [SECRET, TOKEN, "graph-token"] {
                assert!(!text.contains(secret) && !errors.contains(secret));
            }
            let report: Value = serde_json::from_str(&text).unwrap();
            report["cycle"].clone()
        }

        /// What the service holds, as `userName: title, active` and `group: members`.
        pub(crate) async fn held(&self) -> (Vec<String>, Vec<String>) {
            let users = self.list("Users").await;
            let groups = self.list("Groups").await;
            let name = |id: &Value| {
                users.iter().find(|user| user["id"] == *id).unwrap()["userName"]
                    .as_str()
                    .unwrap()
            };
            let peakon = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";
            let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
            let user = |user: &Value| {
                let manager = &user[enterprise]["manager"]["value"];
                let manager = if manager.is_null() {
                    "nobody"
                } else {
                    name(manager)
                };
                let title = user[peakon]["Job Title"].as_str().unwrap_or_default();
                let active = if user["active"] == true {
                    "active"
                } else {
                    "inactive"
                };
                format!(
                    "{} {title} {active} under {manager}",
                    user["userName"].as_str().unwrap()
                )
            };
            let group = |group: &Value| {
                let members = group["members"].as_array().into_iter().flatten();
                let mut members: Vec<&str> = members.map(|member| name(&member["value"])).collect();
                members.sort_unstable();
                format!(
                    "{}: {}",
                    group["displayName"].as_str().unwrap(),
                    members.join(" ")
                )
            };
            let mut told: Vec<String> = users.iter().map(user).collect();
            told.sort();
            (told, groups.iter().map(group).collect())
        }

        async fn list(&self, endpoint: &str) -> Vec<Value> {
            let url = format!("{}/{endpoint}", self.service.base_url());
            let answer = reqwest::Client::new()
                .get(url)
                .bearer_auth(TOKEN)
                .send()
                .await
                .unwrap();
            let list: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
            list["Resources"].as_array().cloned().unwrap_or_default()
        }
    }

    pub(crate) fn person(id: &str, name: &str, manager: Option<&str>) -> Value {
        let mut user = json!({
            "id": id, "userPrincipalName": name, "displayName": name, "givenName": name, "surname": "B", "accountEnabled": true,
            "employeeId": format!("70000{id}"), "jobTitle": "Steward", "mail": format!("{name}@lumenhaus.example"),
        });
        if let Some(manager) = manager {
            user["manager"] = json!({ "id": manager });
        }
        user
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_in_graph_is_provisioned_and_its_changes_follow() {
    let stage = Stage::open().await;
    {
        let mut directory = stage.graph.directory();
        for (id, name, manager) in [
            ("1", "ada", None),
            ("2", "ben", Some("1")),
            ("3", "cy", Some("2")),
            ("4", "dan", None),
            ("5", "eve", Some("9")),
        ] {
            directory.put_user(person(id, name, manager));
        }
        directory.put_group("a", "Peakon", &["1", "2", "3"]);
        directory.put_group("b", "Others", &["4"]);
        directory.assigned = [("a".to_owned(), "Group"), ("5".to_owned(), "User")].into();
        directory.throttled = 1;
    }
    stage.cycle().await;
    let (users, groups) = stage.held().await;
    let steward = |name: &str, manager: &str| format!("{name} Steward active under {manager}");
    // Nobody knows 9, and dan is not assigned.
    let expected = [
        steward("ada", "nobody"),
        steward("ben", "ada"),
        steward("cy", "ben"),
        steward("eve", "nobody"),
    ];
    assert_eq!(users, expected);
    assert_eq!(groups, ["Peakon: ada ben cy"]);

    let quiet = stage.cycle().await;
    assert_eq!(quiet["writes"], 0, "{quiet:#}");

    {
        let mut directory = stage.graph.directory();
        directory.set("2", "jobTitle", "Director");
        directory.set("3", "manager", json!({ "id": "1" }));
        directory.delete_user("5");
        directory.put_group("a", "Peakon", &["1", "2", "3", "4"]);
        directory.expire_tokens();
        directory.broken = 1;
    }
    let changed = stage.cycle().await;
    assert_eq!(
        changed["counts"]["User"]["created"], 1,
        "dan was assigned and has not changed: {changed:#}"
    );
    let (users, groups) = stage.held().await;
    let expected = [
        steward("ada", "nobody"),
        "ben Director active under ada".to_owned(),
        steward("cy", "ada"),
        steward("dan", "nobody"),
        "eve Steward inactive under nobody".to_owned(),
    ];
    assert_eq!(users, expected);
    assert_eq!(groups, ["Peakon: ada ben cy dan"]);

    // The delta link is too old, somebody came back, and somebody has gone for good meanwhile. Cy is on no page of the list.
    {
        let mut directory = stage.graph.directory();
        directory.between_pages = "3".to_owned();
        directory.purge_user("4");
        let eve = person("5", "eve", Some("2"));
        directory.put_user(eve);
        directory.set("1", "jobTitle", "Head");
        directory.put_group("a", "Peakon", &["1", "2", "3"]);
        directory.forget();
    }
    stage.cycle().await;
    let (users, groups) = stage.held().await;
    let expected = [
        "ada Head active under nobody".to_owned(),
        "ben Director active under ada".to_owned(),
        steward("cy", "ada"),
        steward("eve", "ben"),
    ];
    assert_eq!(users, expected, "dan is deleted, eve is back");
    assert_eq!(groups, ["Peakon: ada ben cy"]);
    let quiet = stage.cycle().await;
    assert_eq!(quiet["writes"], 0, "{quiet:#}");
    for request in stage.graph.take_requests() {
        assert!(
            !request.contains(SECRET) && !request.contains("graph-token"),
            "{request}"
        );
    }
    stage.service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_client_secret_ends_the_run_and_is_not_shown() {
    let stage = Stage::open().await;
    let output = stage.run("another~s3cret").await;
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        errors.contains("AADSTS7000215") && errors.contains("Certificates & secrets"),
        "{errors}"
    );
    assert!(!errors.contains("another~s3cret"), "{errors}");
    stage.service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_an_assigned_group_during_a_cycle_is_put_into_it() {
    let stage = Stage::open().await;
    {
        let mut directory = stage.graph.directory();
        for (id, name) in [("1", "ada"), ("2", "ben"), ("3", "cy")] {
            directory.put_user(person(id, name, None));
        }
        directory.put_group("a", "Peakon", &["1", "2"]);
        directory.assigned = [("a".to_owned(), "Group")].into();
    }
    let url: reqwest::Url = stage.service.base_url().parse().unwrap();
    let address = *url.socket_addrs(|| None).unwrap().first().unwrap();
    let gate = gate::Gate::before(address, 0).await;
    let front = format!("http://{}{}", gate.address(), url.path());
    let [mut first, mut second] = [(); 2].map(|()| stage.command(SECRET, &front));
    let first = tokio::spawn(async move { first.output().await.unwrap() });
    // The assignments have been read, and the groups have not.
    gate.holds().await;
    stage
        .graph
        .directory()
        .put_group("a", "Peakon", &["1", "2", "3"]);
    gate.open();
    let first = first.await.unwrap();
    for output in [first, second.output().await.unwrap()] {
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
    }
    let (users, groups) = stage.held().await;
    assert_eq!(users.len(), 3, "{users:?}");
    assert_eq!(groups, ["Peakon: ada ben cy"]);
}
