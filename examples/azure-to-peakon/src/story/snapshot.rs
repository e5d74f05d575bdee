//! What the service says about itself over HTTP: the only source that the checks believe.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Url;
use scim_core::resource::Secret;
use serde_json::Value;

use crate::{failure::Failure, http};

const PAGE: usize = 100;

/// Asks the service, apart from the client that provisions.
#[derive(Debug)]
pub(crate) struct Inspector {
    http: reqwest::Client,
    base: Url,
    token: Secret,
}

/// All employees and groups at one moment.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// By `userName` in lower case.
    pub(crate) users: BTreeMap<String, Value>,
    pub(crate) groups: Vec<Value>,
    /// What the listing claims, to be compared with what it gave.
    pub(crate) total_users: usize,
}

impl Inspector {
    pub(crate) fn new(base: &Url, token: &Secret) -> Result<Self, Failure> {
        Ok(Self {
            http: http::client(&[base])?,
            base: base.clone(),
            token: token.clone(),
        })
    }

    /// The answer to `GET` of a path below the base, or of one that begins with a slash.
    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<String, Failure> {
        let mut url = self.base.clone();
        match path.strip_prefix('/') {
            Some(path) => url.set_path(path),
            None => url.set_path(&format!(
                "{}/{path}",
                self.base.path().trim_end_matches('/')
            )),
        }
        url.query_pairs_mut().extend_pairs(query);
        self.answer(self.http.get(url)).await
    }

    async fn get_json(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, Failure> {
        let text = self.get(path, query).await?;
        serde_json::from_str(&text)
            .map_err(|error| Failure::new(path, error, "see what the service says"))
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<String, Failure> {
        let refuse = |problem: String| {
            Failure::new(self.base.as_str(), problem, "see what the service says")
        };
        let answer = request.bearer_auth(self.token.expose()).send().await;
        let answer = answer.map_err(|error| refuse(http::chain(&error.without_url())))?;
        let status = answer.status();
        let body = http::body(answer).await.map_err(refuse)?;
        let text = String::from_utf8_lossy(&body).into_owned();
        if status.is_success() {
            Ok(text)
        } else {
            Err(refuse(format!("{status}: {text}")))
        }
    }

    pub(crate) async fn snapshot(&self) -> Result<Snapshot, Failure> {
        let (users, total_users) = self.list("Users").await?;
        let (groups, _) = self.list("Groups").await?;
        let users = users
            .into_iter()
            .map(|user| (user_name(&user), user))
            .collect();
        Ok(Snapshot {
            users,
            groups,
            total_users,
        })
    }

    async fn list(&self, endpoint: &str) -> Result<(Vec<Value>, usize), Failure> {
        let mut resources = Vec::new();
        loop {
            let start = (resources.len() + 1).to_string();
            let query = [("startIndex", start.as_str()), ("count", &PAGE.to_string())];
            let mut page = self.get_json(endpoint, &query).await?;
            let total = page
                .get("totalResults")
                .and_then(Value::as_u64)
                .unwrap_or(0);
            let total = usize::try_from(total).unwrap_or(usize::MAX);
            match page.get_mut("Resources").map(Value::take) {
                Some(Value::Array(found)) if !found.is_empty() => resources.extend(found),
                _ => return Ok((resources, total)),
            }
            if resources.len() >= total {
                return Ok((resources, total));
            }
        }
    }

    /// Creates an employee, as somebody in Peakon did before the directory was connected.
    pub(crate) async fn hire(&self, employee: &Value) -> Result<(), Failure> {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/Users", self.base.path().trim_end_matches('/')));
        let request = self
            .http
            .post(url)
            .header("content-type", "application/scim+json")
            .body(employee.to_string());
        self.answer(request).await.map(drop)
    }

    /// The `userName`s of whoever receives a survey sent at `at`, or now; in lower case.
    pub(crate) async fn audience(&self, at: Option<&str>) -> Result<BTreeSet<String>, Failure> {
        let text = |page: &Value, name: &str| page.get(name)?.as_str().map(str::to_owned);
        let (mut at, mut after) = (at.map(str::to_owned), None);
        let mut audience = BTreeSet::new();
        loop {
            let asked = [("at", at.as_deref()), ("after", after.as_deref())];
            let asked = asked.into_iter();
            let query: Vec<_> = asked
                .filter_map(|(name, value)| Some((name, value?)))
                .collect();
            let page = self.get_json("/surveys/audience", &query).await?;
            let employees = page.get("employees").and_then(Value::as_array);
            audience.extend(employees.into_iter().flatten().map(user_name));
            (at, after) = (text(&page, "at"), text(&page, "next"));
            if after.is_none() {
                return Ok(audience);
            }
        }
    }

    /// How many writes the service has answered: neither `GET` nor a query by `POST`.
    pub(crate) async fn writes(&self) -> Result<u64, Failure> {
        let text = self.get("/metrics", &[]).await?;
        let counters = text
            .lines()
            .filter(|line| line.starts_with("peakon_requests_total{"));
        let writes = counters
            .filter(|line| !line.contains("method=\"GET\"") && !line.contains("/.search\""));
        Ok(writes
            .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
            .sum())
    }
}

impl Snapshot {
    pub(crate) fn user(&self, user_name: &str) -> Option<&Value> {
        self.users.get(&user_name.to_lowercase())
    }
}

fn user_name(user: &Value) -> String {
    user.get("userName")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_lowercase()
}

pub(crate) fn is_active(user: &Value) -> bool {
    user.get("active").and_then(Value::as_bool).unwrap_or(false)
}
