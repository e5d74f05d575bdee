//! An attribute of the kind "employee" that follows the manager: it holds his e-mail address, and the manager himself his id.

#[cfg(test)]
mod support {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::path::Path;

    use peakon_service::{Configuration, RunningService, Token, start};
    use serde_json::{Value, json};

    pub(crate) const PEAKON: &str = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";
    pub(crate) const ENTERPRISE: &str =
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    const TOKEN: &str = "t0ken-of-the-account";

    pub(crate) struct Stage {
        folder: tempfile::TempDir,
        service: RunningService,
    }

    impl Stage {
        pub(crate) async fn open() -> Self {
            let _ = rustls::crypto::ring::default_provider().install_default();
            let folder = tempfile::tempdir().unwrap();
            let database = format!("sqlite://{}", folder.path().join("peakon.db").display());
            let token: Token = TOKEN.parse().unwrap();
            let address: SocketAddr = (Ipv4Addr::LOCALHOST, 0).into();
            let service = start(Configuration::new(address, database, token))
                .await
                .unwrap();
            Self { folder, service }
        }

        pub(crate) fn write(&self, name: &str, content: &Value) {
            std::fs::write(self.folder.path().join(name), content.to_string()).unwrap();
        }

        /// One cycle that ends well, or what it would do: its report.
        pub(crate) async fn run(&self, command: &[&str]) -> Value {
            let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"))
                .args(command)
                .args(["--json", "--schema", "schema.json"])
                .args(["--directory", "directory.json"])
                .current_dir(self.folder.path())
                .env(
                    "PEAKON_TENANT_URL",
                    format!("http://{}/scim/v2", self.service.address()),
                )
                .env("PEAKON_TOKEN", TOKEN)
                .output()
                .await
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{said}");
            serde_json::from_slice(&output.stdout).unwrap()
        }

        pub(crate) async fn employees(&self) -> Vec<Value> {
            let url = format!("http://{}/scim/v2/Users", self.service.address());
            let answer = reqwest::Client::new().get(url).bearer_auth(TOKEN).send();
            let text = answer.await.unwrap().text().await.unwrap();
            let page: Value = serde_json::from_str(&text).unwrap();
            page["Resources"].as_array().unwrap().clone()
        }
    }

    /// The sample's schema, in which the mentor is the manager.
    pub(crate) fn schema(definition: &Value) -> Value {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/schema.json");
        let mut schema: Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let name = format!("{PEAKON}:Mentor");
        for rule in every(&mut schema, "attributeMappings") {
            if rule["targetAttributeName"] == name.as_str() {
                rule["source"] =
                    json!({"expression": "[manager]", "name": "manager", "type": "Attribute"});
            }
        }
        for attribute in every(&mut schema, "attributes") {
            if attribute["name"] == name.as_str() {
                for (member, value) in definition.as_object().unwrap() {
                    attribute[member] = value.clone();
                }
            }
        }
        schema
    }

    /// Somebody, and two whose manager he is. Their addresses are not their user names.
    pub(crate) fn directory() -> Value {
        let id = |number: usize| format!("00000000-0000-4000-8000-{number:012}");
        let users = (1..=3).map(|number| {
            let mut user = json!({
                "id": id(number), "userPrincipalName": format!("p{number}@cloud.example"), "mail": format!("Pat.{number}@lumenhaus.example"),
                "displayName": format!("Pat {number}"), "givenName": "Pat", "surname": number.to_string(), "employeeId": (700_000 + number).to_string(),
                "accountEnabled": true,
            });
            if number > 1 {
                user["manager"] = json!({"id": id(1)});
            }
            user
        });
        json!({"users": users.collect::<Vec<Value>>()})
    }

    /// The elements of all lists of that name.
    fn every<'value>(value: &'value mut Value, name: &str) -> Vec<&'value mut Value> {
        match value {
            Value::Array(values) => values
                .iter_mut()
                .flat_map(|value| every(value, name))
                .collect(),
            Value::Object(members) => members
                .iter_mut()
                .flat_map(|(member, value)| {
                    if member == name && value.is_array() {
                        value.as_array_mut().into_iter().flatten().collect()
                    } else {
                        every(value, name)
                    }
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

use serde_json::{Value, json};
use support::{ENTERPRISE, PEAKON, Stage, directory, schema};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mentor_is_an_address_where_the_manager_is_an_id() {
    let definitions = [
        // As in the sample.
        json!({}),
        // As somebody writes it who knows no more than that it refers to employees.
        json!({"type": "String", "metadata": []}),
    ];
    for definition in definitions {
        let stage = Stage::open().await;
        stage.write("schema.json", &schema(&definition));
        stage.write("directory.json", &directory());
        let report = stage.run(&["sync", "--once"]).await;
        assert_eq!(report["cycle"]["result"], "Succeeded", "{report:#}");
        let employees = stage.employees().await;
        assert_eq!(employees.len(), 3);
        let boss = employees
            .iter()
            .find(|employee| employee["userName"] == "p1@cloud.example")
            .unwrap();
        for employee in &employees {
            let is_boss = employee["id"] == boss["id"];
            let (mentor, manager) = if is_boss {
                (Value::Null, Value::Null)
            } else {
                (json!("Pat.1@lumenhaus.example"), boss["id"].clone())
            };
            assert_eq!(employee[PEAKON]["Mentor"], mentor, "{employee:#}");
            assert_eq!(
                employee[ENTERPRISE]["manager"]["value"], manager,
                "{employee:#}"
            );
        }
        // A job that knows nothing of the first one finds what it wants, and writes nothing.
        let report = stage
            .run(&["sync", "--once", "--state", "another.db"])
            .await;
        assert_eq!(report["cycle"]["writes"], 0, "{report:#}");
        assert_eq!(report["cycle"]["result"], "Succeeded", "{report:#}");
    }
}
