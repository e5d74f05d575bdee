//! The program as a process of its own, and a client of it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;

pub(crate) const TOKEN: &str = "s3cret-token";

/// A running program; it is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    pub(crate) client: Client,
}

/// Where requests go. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    base_url: String,
    http: reqwest::Client,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Program {
    /// Starts the program on a free port, and waits until it serves.
    #[track_caller]
    pub(crate) fn start(database: &str) -> Self {
        Self::start_by(
            &mut Command::new(env!("CARGO_BIN_EXE_peakon-service")),
            database,
        )
    }

    /// The same by a command that ends with the program's name, such as `prlimit … peakon-service`.
    #[track_caller]
    pub(crate) fn start_by(command: &mut Command, database: &str) -> Self {
        let child = command
            .args(["--listen", "127.0.0.1:0", "--log", "off"])
            .env("DATABASE_URL", database)
            .env("PEAKON_TOKEN", TOKEN)
            .env("PEAKON_REQUESTS_PER_SECOND", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Whoever is running is killed, also if what follows panics.
        let mut program = Self {
            child,
            client: Client::new(),
        };
        let mut lines = BufReader::new(program.child.stdout.take().unwrap()).lines();
        let ready = lines.find_map(|line| Some(line.unwrap().strip_prefix("ready ")?.to_owned()));
        program.client.base_url = ready.expect("the program does not start");
        program
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Client {
    fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().timeout(Duration::from_mins(1));
        Self {
            base_url: String::new(),
            http: http.build().unwrap(),
        }
    }

    /// The answer, or nothing if the connection broke: then nobody knows whether the request was carried out.
    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Option<&Value>,
    ) -> Option<Answer> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base_url))
            .bearer_auth(TOKEN);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            let text = serde_json::to_vec(body).unwrap();
            request = request
                .header("Content-Type", "application/scim+json")
                .body(text);
        }
        let response = request.send().await.ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.ok()?;
        Some(Answer {
            status,
            headers,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        })
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let answer = self.try_send(method, path, &[], body).await;
        answer.expect("an answer")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// All resources of an endpoint, page by page by cursor.
    pub(crate) async fn walk(&self, endpoint: &str, attributes: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("{endpoint}?count=500&cursor={cursor}{attributes}");
            let mut page = self.get(&path).await.is(200).body;
            let Value::Array(mut resources) = page["Resources"].take() else {
                return all;
            };
            all.append(&mut resources);
            match page["nextCursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => return all,
            }
        }
    }
}

impl Answer {
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }

    pub(crate) const fn is_success(&self) -> bool {
        self.status < 300
    }

    /// Whether the service cannot do it now, and says when to try again.
    pub(crate) fn is_unavailable(&self) -> bool {
        self.status == 503 && self.headers.contains_key("retry-after")
    }

    pub(crate) fn etag(&self) -> &str {
        self.headers["etag"].to_str().unwrap()
    }
}
