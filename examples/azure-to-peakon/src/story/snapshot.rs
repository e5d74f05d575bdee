//! What the service says about itself over HTTP: the only source that the checks believe.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Url;
use serde_json::Value;

use crate::{
    client::{Client, Token},
    failure::Failure,
};

const PAGE: usize = 100;

/// Asks the service, apart from the client that provisions.
#[derive(Debug)]
pub(crate) struct Inspector {
    scim: Client,
    service: Client,
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
    pub(crate) fn new(base: &Url, token: &Token) -> Result<Self, Failure> {
        let mut origin = base.clone();
        origin.set_path("/");
        Ok(Self {
            scim: Client::new(base, token)?,
            service: Client::new(&origin, token)?,
        })
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
            let mut page = self.scim.get(&[endpoint], &query).await?.success()?;
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
        self.scim
            .post(&["Users"], employee)
            .await?
            .success()
            .map(drop)
    }

    /// The `userName`s of whoever receives a survey sent at `at`, or now; in lower case.
    pub(crate) async fn audience(&self, at: Option<&str>) -> Result<BTreeSet<String>, Failure> {
        let query: Vec<(&str, &str)> = at.map(|at| ("at", at)).into_iter().collect();
        let answer = self
            .service
            .get(&["surveys", "audience"], &query)
            .await?
            .success()?;
        let employees = answer.get("employees").and_then(Value::as_array);
        Ok(employees.into_iter().flatten().map(user_name).collect())
    }

    /// How many requests other than `GET` the service has answered.
    pub(crate) async fn writes(&self) -> Result<u64, Failure> {
        let answer = self.service.get(&["metrics"], &[]).await?.success()?;
        let text = answer.as_str().unwrap_or_default();
        let counters = text
            .lines()
            .filter(|line| line.starts_with("peakon_requests_total{"));
        let writes = counters.filter(|line| !line.contains("method=\"GET\""));
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
