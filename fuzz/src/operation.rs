//! Operations on a service, as a fuzzer makes them up.

use arbitrary::Arbitrary;
use scim_core::service_provider::{Request, Response};
use serde_json::{Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/// What earlier answers told.
#[derive(Debug, Default)]
pub struct Seen {
    paths: Vec<String>,
    cursor: Option<String>,
}

impl Seen {
    /// Remembers where a resource stands, and how a list goes on.
    pub fn learn(&mut self, response: &Response, base: &str) {
        if let Some(path) = response
            .header("Location")
            .and_then(|location| location.strip_prefix(base))
            && !self.paths.iter().any(|known| known == path)
        {
            self.paths.push(path.to_owned());
        }
        let body: Option<Value> = response
            .body
            .as_ref()
            .and_then(|body| serde_json::from_slice(body).ok());
        if let Some(cursor) = body.as_ref().and_then(|body| body["nextCursor"].as_str()) {
            self.cursor = Some(cursor.to_owned());
        }
    }

    fn path(&self, which: u8) -> String {
        let path = self.paths.get(usize::from(which) % (self.paths.len() + 1));
        path.cloned().unwrap_or_else(|| "/Users/nobody".to_owned())
    }

    fn id(&self, which: u8) -> String {
        let path = self.path(which);
        path.rsplit('/').next().unwrap_or_default().to_owned()
    }
}

/// One request.
#[derive(Arbitrary, Clone, Debug)]
pub enum Operation {
    Create(New),
    Read {
        which: u8,
        selection: Option<Part>,
    },
    Find(Find),
    Replace {
        which: u8,
        new: New,
        version: Option<u8>,
    },
    Change {
        which: u8,
        changes: Vec<Change>,
        version: Option<u8>,
    },
    Delete {
        which: u8,
        version: Option<u8>,
    },
    Bulk {
        operations: Vec<Single>,
        fail_on_errors: Option<i8>,
    },
    /// Whatever: a method and a path, a query, a body.
    Other {
        request: String,
        query: String,
        body: String,
    },
}

#[derive(Arbitrary, Clone, Debug)]
pub enum New {
    User {
        name: u8,
        manager: Option<Target>,
        active: Option<bool>,
        emails: Vec<u8>,
    },
    Group {
        name: u8,
        members: Vec<Target>,
    },
}

/// Somebody who is referred to.
#[derive(Arbitrary, Clone, Debug)]
pub enum Target {
    Known(u8),
    InThisRequest(u8),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Part {
    UserName,
    DisplayName,
    Emails,
    WorkEmail,
    Members,
    Manager,
    Active,
    Meta,
    Nothing,
}

#[derive(Arbitrary, Clone, Debug)]
pub struct Find {
    place: u8,
    part: Option<(Part, u8)>,
    sort: Option<(Part, bool)>,
    start_index: Option<i8>,
    count: Option<i8>,
    cursor: Option<bool>,
    by_post: bool,
}

#[derive(Arbitrary, Clone, Debug)]
pub struct Change {
    kind: u8,
    part: Part,
    value: Option<Target>,
    number: u8,
}

/// An operation of a bulk request.
#[derive(Arbitrary, Clone, Debug)]
pub enum Single {
    Create { bulk_id: u8, new: New },
    Change { which: Target, changes: Vec<Change> },
    Delete { which: u8 },
}

impl Operation {
    /// The request, where earlier answers were these.
    #[must_use]
    pub fn request(&self, seen: &Seen) -> Request {
        let versioned = |request: Request, version: &Option<u8>| match version {
            Some(version) => request.with_header("If-Match", format!("W/\"{}\"", version % 4)),
            None => request,
        };
        match self {
            Self::Create(new) => {
                Request::new("POST", new.endpoint()).with_body(new.body(seen).to_string())
            }
            Self::Read { which, selection } => {
                let request = Request::new("GET", seen.path(*which));
                match selection {
                    Some(part) => request.with_query(format!("attributes={}", part.path())),
                    None => request,
                }
            }
            Self::Find(find) => find.request(seen),
            Self::Replace {
                which,
                new,
                version,
            } => versioned(
                Request::new("PUT", seen.path(*which)).with_body(new.body(seen).to_string()),
                version,
            ),
            Self::Change {
                which,
                changes,
                version,
            } => versioned(
                Request::new("PATCH", seen.path(*which))
                    .with_body(patch(changes, seen).to_string()),
                version,
            ),
            Self::Delete { which, version } => {
                versioned(Request::new("DELETE", seen.path(*which)), version)
            }
            Self::Bulk {
                operations,
                fail_on_errors,
            } => {
                let operations: Vec<_> = operations.iter().map(|one| one.json(seen)).collect();
                let mut body = json!({ "schemas": [BULK], "Operations": operations });
                if let Some(number) = fail_on_errors {
                    body["failOnErrors"] = (*number).into();
                }
                Request::new("POST", "/Bulk").with_body(body.to_string())
            }
            Self::Other {
                request,
                query,
                body,
            } => {
                let (method, path) = request.split_once(' ').unwrap_or(("GET", request));
                Request::new(method, path)
                    .with_query(query.clone())
                    .with_body(body.clone())
            }
        }
    }
}

impl New {
    const fn endpoint(&self) -> &'static str {
        match self {
            Self::User { .. } => "/Users",
            Self::Group { .. } => "/Groups",
        }
    }

    fn body(&self, seen: &Seen) -> Value {
        match self {
            Self::User {
                name,
                manager,
                active,
                emails,
            } => {
                let emails: Vec<_> = emails
                    .iter()
                    .take(5)
                    .map(|email| json!({ "value": format!("{email}@a.example"), "type": kind(*email) }))
                    .collect();
                let mut body = json!({
                    "schemas": [USER], "userName": format!("user {}", name % 16), "active": active, "emails": emails,
                });
                if let Some(manager) = manager {
                    body["schemas"] = json!([USER, ENTERPRISE]);
                    body[ENTERPRISE] = json!({ "manager": { "value": manager.id(seen) } });
                }
                body
            }
            Self::Group { name, members } => {
                let members: Vec<_> = members
                    .iter()
                    .take(30)
                    .map(|member| json!({ "value": member.id(seen) }))
                    .collect();
                json!({ "schemas": [GROUP], "displayName": format!("group {name}"), "members": members })
            }
        }
    }
}

impl Target {
    fn id(&self, seen: &Seen) -> String {
        match self {
            Self::Known(which) => seen.id(*which),
            Self::InThisRequest(number) => format!("bulkId:{}", number % 8),
        }
    }
}

impl Part {
    const fn path(self) -> &'static str {
        match self {
            Self::UserName => "userName",
            Self::DisplayName => "displayName",
            Self::Emails => "emails",
            Self::WorkEmail => "emails[type eq \"work\"].value",
            Self::Members => "members",
            Self::Manager => {
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"
            }
            Self::Active => "active",
            Self::Meta => "meta.lastModified",
            Self::Nothing => "nothing",
        }
    }
}

impl Find {
    fn request(&self, seen: &Seen) -> Request {
        let place = ["/Users", "/Groups", ""][usize::from(self.place % 3)];
        let filter = self.part.map(|(part, number)| {
            let path = if matches!(part, Part::WorkEmail) {
                "emails.value"
            } else {
                part.path()
            };
            match number % 4 {
                0 => format!("{path} pr"),
                1 => format!("{path} eq \"{number}\""),
                2 => format!("not ({path} co \"{}\")", number % 10),
                _ => format!("{path} gt \"m\" or id sw \"1\""),
            }
        });
        let order = self.sort.map(|(part, ascending)| {
            (
                part.path(),
                if ascending { "ascending" } else { "descending" },
            )
        });
        let cursor = self.cursor.map(|known| {
            if known {
                seen.cursor.clone().unwrap_or_default()
            } else {
                String::new()
            }
        });
        if self.by_post {
            let body = json!({
                "schemas": [SEARCH], "filter": filter, "sortBy": order.map(|(path, _)| path),
                "sortOrder": order.map(|(_, order)| order), "startIndex": self.start_index, "count": self.count,
                "cursor": cursor,
            });
            return Request::new("POST", format!("{place}/.search")).with_body(body.to_string());
        }
        let mut query = Vec::new();
        let mut add = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                query.push(format!("{name}={}", value.replace(' ', "+")));
            }
        };
        add("filter", filter);
        add("sortBy", order.map(|(path, _)| path.to_owned()));
        add("sortOrder", order.map(|(_, order)| order.to_owned()));
        add(
            "startIndex",
            self.start_index.map(|number| number.to_string()),
        );
        add("count", self.count.map(|number| number.to_string()));
        add("cursor", cursor);
        let path = if place.is_empty() { "/" } else { place };
        Request::new("GET", path).with_query(query.join("&"))
    }
}

impl Single {
    fn json(&self, seen: &Seen) -> Value {
        match self {
            Self::Create { bulk_id, new } => json!({
                "method": "POST", "path": new.endpoint(), "bulkId": (bulk_id % 8).to_string(), "data": new.body(seen),
            }),
            Self::Change { which, changes } => {
                let path = match which {
                    Target::Known(which) => seen.path(*which),
                    Target::InThisRequest(number) if number % 2 == 0 => {
                        format!("/Users/bulkId:{}", number % 8)
                    }
                    Target::InThisRequest(number) => format!("/Groups/bulkId:{}", number % 8),
                };
                json!({ "method": "PATCH", "path": path, "data": patch(changes, seen) })
            }
            Self::Delete { which } => json!({ "method": "DELETE", "path": seen.path(*which) }),
        }
    }
}

fn patch(changes: &[Change], seen: &Seen) -> Value {
    let operations: Vec<_> = changes
        .iter()
        .take(8)
        .map(|change| {
            let op = ["add", "replace", "remove"][usize::from(change.kind % 3)];
            let id = change.value.as_ref().map(|target| target.id(seen));
            let value = match (change.part, &id) {
                (Part::Members, Some(id)) => json!([{ "value": id }]),
                (Part::Members, None) => Value::Null,
                (Part::Emails, _) => {
                    json!([{ "value": change.number.to_string(), "type": kind(change.number) }])
                }
                (Part::Active, _) => (change.number % 2 == 0).into(),
                (_, Some(id)) => id.as_str().into(),
                (_, None) => change.number.to_string().into(),
            };
            if op == "remove" {
                let path = match (change.part, id) {
                    (Part::Members, Some(id)) => format!("members[value eq \"{id}\"]"),
                    (part, _) => part.path().to_owned(),
                };
                return json!({ "op": op, "path": path });
            }
            json!({ "op": op, "path": change.part.path(), "value": value })
        })
        .collect();
    json!({ "schemas": [PATCH], "Operations": operations })
}

const fn kind(number: u8) -> &'static str {
    if number.is_multiple_of(2) {
        "work"
    } else {
        "home"
    }
}
