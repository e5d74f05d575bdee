//! A directory in Microsoft Graph.
//!
//! The first reading asks a delta query for its token and then lists everybody; the next ones follow the delta link. What a delta
//! page names is read as a whole, since such a page need not hold more than what changed.

mod connection;
mod pages;
mod properties;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Url;
use scim_mapping::provisioning::ObjectKind;
use scim_mapping::{Assignments, Record};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use self::connection::Connection;
pub(crate) use self::connection::Credentials;
pub(crate) use self::pages::GraphReading;
use self::properties::Properties;
use crate::failure::Failure;

/// So many requests are under way at a time.
const IN_FLIGHT: usize = 8;
const PAGE: &str = "999";

/// What is read, and from where.
#[derive(Debug, Clone)]
pub(crate) struct GraphSettings {
    pub(crate) graph_url: Url,
    pub(crate) login_url: Url,
    pub(crate) credentials: Credentials,
    /// The enterprise application whose assignments count; none: everybody is in scope.
    pub(crate) service_principal: Option<String>,
    /// The attributes that the mappings of users read.
    pub(crate) user_attributes: Vec<String>,
    /// The attributes that the mappings of groups read.
    pub(crate) group_attributes: Vec<String>,
}

/// A directory in Microsoft Graph. A clone is the same one.
#[derive(Debug, Clone)]
pub(crate) struct GraphSource(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    connection: Connection,
    service_principal: Option<String>,
    users: Properties,
    groups: Properties,
    /// The groups that were assigned when the assignments were read last.
    assigned_groups: Mutex<BTreeSet<String>>,
}

impl GraphSource {
    /// Prepares a connection; nothing is sent yet.
    pub(crate) fn new(settings: GraphSettings) -> Result<Self, Failure> {
        let users = settings.user_attributes.iter().map(String::as_str);
        let groups = settings.group_attributes.iter().map(String::as_str);
        let (users, groups) = (Properties::of_users(users), Properties::of_groups(groups));
        Ok(Self(Arc::new(Inner {
            connection: Connection::new(
                settings.graph_url,
                &settings.login_url,
                settings.credentials,
            )?,
            service_principal: settings.service_principal,
            users,
            groups,
            assigned_groups: Mutex::default(),
        })))
    }

    pub(crate) fn place(&self) -> String {
        self.0.connection.place().to_owned()
    }

    pub(crate) fn begin(&self, kind: ObjectKind, watermark: Option<&str>) -> GraphReading {
        GraphReading::new(self.clone(), kind, watermark)
    }

    pub(crate) async fn assignments(&self) -> Result<Assignments, Failure> {
        let Some(application) = &self.0.service_principal else {
            return Ok(Assignments::everybody());
        };
        let path = ["servicePrincipals", application, "appRoleAssignedTo"];
        let assigned = self.list(self.url(&path, &[("$top", PAGE)])).await?.ok_or_else(|| {
            let advice = "give the object id of the enterprise application, which the portal shows on its overview page";
            Failure::new(self.place(), format!("there is no service principal {application}"), advice)
        })?;
        let mut assignments = Assignments::only();
        let mut groups = BTreeSet::new();
        for assignment in assigned {
            let text = |name: &str| assignment.get(name).and_then(Value::as_str);
            match (text("principalType"), text("principalId")) {
                (Some("Group"), Some(id)) => {
                    groups.insert(id.to_owned());
                }
                (Some("User"), Some(id)) => assignments = assignments.user(id),
                _ => {}
            }
        }
        let members = self.in_flight(
            groups.iter().cloned().collect(),
            |source, group| async move {
                let members = source.members(&group).await?;
                Ok((group, members))
            },
        );
        for (group, members) in members.await? {
            assignments = assignments.assigned_group(group, members);
        }
        *self
            .0
            .assigned_groups
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = groups;
        Ok(assignments)
    }

    pub(crate) async fn find(&self, name: &str) -> Result<Option<Record>, Failure> {
        self.read(ObjectKind::User, name).await
    }

    pub(crate) async fn read(&self, kind: ObjectKind, id: &str) -> Result<Option<Record>, Failure> {
        let url = self.object_url(kind, &[collection(kind), id]);
        let found = match self.0.connection.get_json(url).await? {
            Some(found) => Some(found),
            // Who is deleted stays there for 30 days, and may come back.
            None if kind == ObjectKind::User => {
                let path = ["directory", "deletedItems", "microsoft.graph.user", id];
                let select = [(
                    "$select",
                    format!("{},deletedDateTime", self.0.users.select),
                )];
                let select = select
                    .each_ref()
                    .map(|(name, value)| (*name, value.as_str()));
                self.0.connection.get_json(self.url(&path, &select)).await?
            }
            None => None,
        };
        let Some(found) = found else { return Ok(None) };
        let record = Record::from_graph_user(&found)
            .map_err(|error| self.0.connection.strange(collection(kind), &error))?;
        self.completed(kind, record).await.map(Some)
    }

    /// A group's record holds all its members.
    async fn completed(&self, kind: ObjectKind, record: Record) -> Result<Record, Failure> {
        if kind != ObjectKind::Group {
            return Ok(record);
        }
        let id = record.text("objectId").unwrap_or_default();
        // Of a group that is not assigned nobody wants to know who is in it.
        if self.0.service_principal.is_some() && !self.is_assigned(&id) {
            return Ok(without_delta(&record));
        }
        // Not those that came with the assignments: who has joined since then stands in no later delta.
        let members = self.members(&id).await?;
        let members: Vec<Value> = members.into_iter().map(|id| json!({ "id": id })).collect();
        Ok(without_delta(&record).with("members", members))
    }

    fn is_assigned(&self, group: &str) -> bool {
        self.0
            .assigned_groups
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(group)
    }

    /// The ids of the direct members; of a group that is gone there are none.
    async fn members(&self, group: &str) -> Result<Vec<String>, Failure> {
        let url = self.url(
            &["groups", group, "members"],
            &[("$select", "id"), ("$top", PAGE)],
        );
        let members = self.list(url).await?.unwrap_or_default();
        let id = |member: Value| member.get("id").and_then(Value::as_str).map(str::to_owned);
        Ok(members.into_iter().filter_map(id).collect())
    }

    /// All pages of a list; none for 404.
    async fn list(&self, first: Url) -> Result<Option<Vec<Value>>, Failure> {
        let connection = &self.0.connection;
        let mut all = Vec::new();
        let mut next = Some(first);
        while let Some(url) = next {
            let path = url.path().to_owned();
            let Some(mut page) = connection.get_json(url).await? else {
                return Ok(None);
            };
            match page.get_mut("value").map(Value::take) {
                Some(Value::Array(entries)) => all.extend(entries),
                _ => return Err(connection.strange(&path, &"there is no list `value`")),
            }
            let link = page.get("@odata.nextLink").and_then(Value::as_str);
            next = link.map(|link| connection.link(link)).transpose()?;
        }
        Ok(Some(all))
    }

    /// Does the same for each, several at a time.
    async fn in_flight<T, F>(
        &self,
        inputs: Vec<String>,
        work: impl Fn(Self, String) -> F,
    ) -> Result<Vec<T>, Failure>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        let mut tasks = JoinSet::new();
        let mut results = Vec::new();
        for input in inputs {
            if tasks.len() >= IN_FLIGHT
                && let Some(done) = tasks.join_next().await
            {
                results.push(joined(done)?);
            }
            tasks.spawn(work(self.clone(), input));
        }
        while let Some(done) = tasks.join_next().await {
            results.push(joined(done)?);
        }
        Ok(results)
    }

    fn url(&self, path: &[&str], options: &[(&str, &str)]) -> Url {
        self.0.connection.url(path, options)
    }

    /// Objects as a whole: with all properties that are needed, and of users the manager.
    fn object_url(&self, kind: ObjectKind, path: &[&str]) -> Url {
        let properties = self.properties(kind);
        let mut options = vec![("$select", properties.select.as_str())];
        if properties.manager {
            options.push(("$expand", "manager($select=id)"));
        }
        self.url(path, &options)
    }

    fn properties(&self, kind: ObjectKind) -> &Properties {
        match kind {
            ObjectKind::Group => &self.0.groups,
            ObjectKind::User => &self.0.users,
        }
    }
}

const fn collection(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Group => "groups",
        ObjectKind::User => "users",
    }
}

fn joined<T>(outcome: Result<Result<T, Failure>, tokio::task::JoinError>) -> Result<T, Failure> {
    outcome.unwrap_or_else(|error| {
        Err(Failure::new(
            "a request to Microsoft Graph",
            error,
            "run again",
        ))
    })
}

/// The members that a delta page names are not all of them.
fn without_delta(record: &Record) -> Record {
    let mut attributes = record.attributes().clone();
    attributes.remove("members@delta");
    Record::new(attributes)
}

#[cfg(test)]
mod tests;
