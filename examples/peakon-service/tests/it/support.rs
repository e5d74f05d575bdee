//! A running service on a file of its own, and a client that speaks to it over loopback.

use peakon_service::{Configuration, RunningService, start};
use reqwest::{Method, StatusCode, Url};
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection as _};

pub(crate) use crate::database::TestDatabase;

pub(crate) const TOKEN: &str = "s3cret-token";
pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const PEAKON: &str = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";

/// A service, its database, and a client with the right token.
pub(crate) struct Account {
    pub(crate) service: RunningService,
    pub(crate) token: Option<String>,
    client: reqwest::Client,
    pub(crate) database: TestDatabase,
}

/// What was answered: status, header fields and JSON (null without a body).
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

/// A client in the making, each of whose requests has a connection of its own: one that was kept could be closed by the service just
/// when the next request is sent. It needs an implementation of cryptography, whether or not a service of this process has chosen one already.
pub(crate) fn client_builder() -> reqwest::ClientBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().pool_max_idle_per_host(0)
}

pub(crate) fn client() -> reqwest::Client {
    client_builder().build().unwrap()
}

/// An empty database of the kind that these tests are run on.
pub(crate) fn new_database() -> TestDatabase {
    if cfg!(postgresql) && env!("CARGO_CRATE_NAME") == "postgresql" {
        TestDatabase::postgresql()
    } else {
        TestDatabase::sqlite()
    }
}

/// Whoever writes into the account `default` waits, in SQLite whoever writes.
pub(crate) struct Held {
    connection: AnyConnection,
    give_back: &'static str,
}

pub(crate) async fn hold(database: &TestDatabase) -> Held {
    let (hold, give_back) = match database {
        TestDatabase::Sqlite(_) => ("BEGIN IMMEDIATE", "ROLLBACK"),
        TestDatabase::PostgreSql { .. } => (
            "SELECT 1 FROM pg_advisory_lock(hashtextextended('default', 0))",
            "SELECT 1 FROM pg_advisory_unlock(hashtextextended('default', 0))",
        ),
    };
    let mut connection = AnyConnection::connect(&database.url()).await.unwrap();
    sqlx::query(hold).execute(&mut connection).await.unwrap();
    Held {
        connection,
        give_back,
    }
}

impl Held {
    pub(crate) async fn give_back(mut self) {
        let give_back = sqlx::query(self.give_back);
        give_back.execute(&mut self.connection).await.unwrap();
        self.connection.close().await.unwrap();
    }
}

impl Account {
    pub(crate) async fn new() -> Self {
        Self::configured(|_| {}).await
    }

    pub(crate) async fn configured(configure: impl FnOnce(&mut Configuration)) -> Self {
        Self::on(new_database(), configure).await
    }

    pub(crate) async fn on(
        database: TestDatabase,
        configure: impl FnOnce(&mut Configuration),
    ) -> Self {
        let listen = ([127, 0, 0, 1], 0).into();
        let mut configuration = Configuration::new(listen, database.url(), TOKEN.parse().unwrap());
        configure(&mut configuration);
        Self {
            service: start(configuration).await.unwrap(),
            database,
            token: Some(TOKEN.to_owned()),
            client: client(),
        }
    }

    /// Stops the service and starts it anew on the same database.
    pub(crate) async fn restart(self) -> Self {
        self.service.stop().await;
        Self::on(self.database, |_| {}).await
    }

    pub(crate) async fn send(&self, method: Method, url: Url, body: Option<Value>) -> Answer {
        self.send_if(method, url, None, body).await
    }

    /// A request that holds only if the resource has this version, if one is given.
    pub(crate) async fn send_if(
        &self,
        method: Method,
        url: Url,
        version: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = self.client.request(method, url);
        if let Some(version) = version {
            request = request.header("If-Match", version);
        }
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        if let Some(body) = body {
            request = request
                .header("Content-Type", "application/scim+json")
                .body(serde_json::to_vec(&body).unwrap());
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Answer {
            status,
            headers,
            body,
        }
    }

    /// A URL below the SCIM URL, its query given as names and plain values.
    pub(crate) fn url(&self, path: &str, query: &[(&str, &str)]) -> Url {
        with_query(&format!("{}{path}", self.service.base_url()), query)
    }

    pub(crate) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, self.url(path, query), None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, self.url(path, &[]), Some(body))
            .await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, self.url(path, &[]), Some(body))
            .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, self.url(path, &[]), None).await
    }

    /// One operation of a PATCH request.
    pub(crate) async fn patch(
        &self,
        path: &str,
        op: &str,
        attribute: &str,
        value: Value,
    ) -> Answer {
        let body = patch_of(op, attribute, value);
        self.send(Method::PATCH, self.url(path, &[]), Some(body))
            .await
    }

    /// Creates an employee with what is said about him, and gives his id.
    pub(crate) async fn employee(&self, user_name: &str, more: Value) -> String {
        let answer = self.post("/Users", employee(user_name, more)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body["id"].as_str().unwrap().to_owned()
    }

    /// A URL beside the SCIM URL.
    pub(crate) async fn beside(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        let url = with_query(&format!("http://{}{path}", self.service.address()), query);
        self.send(Method::GET, url, None).await
    }

    /// The user names of those who would receive a survey sent at a moment, or now.
    pub(crate) async fn audience(&self, at: Option<&str>) -> Vec<String> {
        let query: Vec<_> = at.into_iter().map(|at| ("at", at)).collect();
        let answer = self.beside("/surveys/audience", &query).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let employees = answer.body["employees"].as_array().unwrap();
        assert_eq!(answer.body["totalResults"], employees.len());
        employees
            .iter()
            .map(|it| it["userName"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The ids that a filter finds, in the order of the answer.
    pub(crate) async fn ids(&self, path: &str, filter: &str) -> Vec<String> {
        let answer = self.get(path, &[("filter", filter)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{filter}: {}", answer.body);
        let resources = answer.body["Resources"].as_array().unwrap();
        assert_eq!(answer.body["totalResults"], resources.len(), "{filter}");
        resources
            .iter()
            .map(|it| it["id"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn with_query(url: &str, query: &[(&str, &str)]) -> Url {
    let mut url = Url::parse(url).unwrap();
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

/// The body that creates an employee.
pub(crate) fn employee(user_name: &str, more: Value) -> Value {
    let mut body = json!({
        "schemas": [USER],
        "userName": user_name,
        "name": {"givenName": "Ines", "familyName": "Okafor"},
        "emails": [{"value": user_name, "type": "work", "primary": true}],
        "active": true,
    });
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    body
}

/// A PATCH request of one operation.
pub(crate) fn patch_of(op: &str, attribute: &str, value: Value) -> Value {
    let mut operation = json!({"op": op, "path": attribute});
    if !value.is_null() {
        operation["value"] = value;
    }
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [operation],
    })
}

impl Answer {
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// An error of the protocol with this status and keyword, whose detail holds all of these texts.
    #[track_caller]
    pub(crate) fn has_error(self, status: u16, scim_type: &str, texts: &[&str]) {
        let answer = self.is(status);
        assert_eq!(answer.headers["content-type"], "application/scim+json");
        assert_eq!(answer.body["status"], status.to_string());
        assert_eq!(
            answer.body["scimType"].as_str().unwrap_or_default(),
            scim_type
        );
        let detail = answer.body["detail"].as_str().unwrap();
        for text in texts {
            assert!(detail.contains(text), "{detail:?} does not hold {text:?}");
        }
    }
}
