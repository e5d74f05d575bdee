//! Writers who keep a service busy, each with employees of its own and one group that they share.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use reqwest::Method;
use serde_json::{Value, json};

use crate::ledger::{Employee, Ledger};
use crate::program::{Answer, Client};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// What the writers of one test share.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) ledger: Mutex<Ledger>,
    pub(crate) group: String,
    /// Requests that were acknowledged.
    pub(crate) done: AtomicUsize,
    /// Whether writers go on when a request is not answered or fails, and are stopped by `stop` alone.
    pub(crate) persistent: bool,
    pub(crate) stop: AtomicBool,
    numbers: AtomicUsize,
}

pub(crate) fn user(user_name: &str, title: &str) -> Value {
    json!({
        "schemas": [USER], "userName": user_name, "title": title,
        "name": {"givenName": "Ines", "familyName": "Okafor"},
        "emails": [
            {"value": format!("{user_name}@fjordlab.example"), "type": "work", "primary": true},
            {"value": format!("{user_name}@home.example"), "type": "home"},
        ],
    })
}

pub(crate) fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<_> = members.iter().map(|id| json!({"value": id})).collect();
    json!({"schemas": [GROUP], "displayName": name, "members": members})
}

pub(crate) fn patch(operation: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]})
}

pub(crate) fn add_member(id: &str) -> Value {
    patch(&json!({"op": "add", "path": "members", "value": [{"value": id}]}))
}

pub(crate) fn remove_member(id: &str) -> Value {
    patch(&json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")}))
}

fn bulk(operations: &[Value]) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations})
}

/// What is known after a request.
enum Outcome {
    Done(Answer),
    /// Refused: nothing has happened.
    Refused,
    /// No answer, or 5xx: it may have happened.
    Unsure,
}

impl Work {
    pub(crate) async fn begin(client: &Client, persistent: bool) -> Arc<Self> {
        let body = group("Everybody", &[]);
        let created = client.send(Method::POST, "/Groups", Some(&body)).await;
        Arc::new(Self {
            ledger: Mutex::default(),
            group: created.is(201).id(),
            done: AtomicUsize::new(0),
            persistent,
            stop: AtomicBool::new(false),
            numbers: AtomicUsize::new(0),
        })
    }

    /// Writes until the service is gone, or until it is stopped.
    pub(crate) async fn write(self: Arc<Self>, client: Client) {
        while !self.stop.load(Ordering::Relaxed) {
            if !self.write_once(&client).await && !self.persistent {
                return;
            }
        }
    }

    fn with<T>(&self, note: impl FnOnce(&mut Ledger) -> T) -> T {
        note(&mut self.ledger.lock().unwrap())
    }

    /// One life of an employee, and a bulk request. Whether the service answered all of it.
    async fn write_once(&self, client: &Client) -> bool {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let Some(id) = self.create(client, &format!("employee-{number}")).await else {
            return false;
        };
        let promoted = |employee: &mut Employee| "CTO".clone_into(&mut employee.title);
        let title = json!({"op": "replace", "path": "title", "value": "CTO"});
        let deactivated = |employee: &mut Employee| employee.active = false;
        let active = json!({"op": "replace", "path": "active", "value": false});
        self.change(client, &id, &title, promoted).await
            && self.member(client, &id, true).await
            && (number.is_multiple_of(2) || self.change(client, &id, &active, deactivated).await)
            && (!number.is_multiple_of(3) || self.member(client, &id, false).await)
            && (!number.is_multiple_of(5) || self.delete(client, &id).await)
            && self.create_many(client, number).await
            && self.create_circle(client, number).await
    }

    async fn create(&self, client: &Client, name: &str) -> Option<String> {
        let body = user(name, "Engineer");
        match self
            .request(client, Method::POST, "/Users", Some(&body))
            .await
        {
            Outcome::Done(answer) => {
                let id = answer.id();
                self.with(|ledger| {
                    ledger.acknowledged.created += 1;
                    ledger.created(&id, name, "Engineer");
                });
                Some(id)
            }
            Outcome::Refused => None,
            Outcome::Unsure => {
                self.with(|ledger| ledger.unsure_names.insert(name.to_owned()));
                None
            }
        }
    }

    async fn change(
        &self,
        client: &Client,
        id: &str,
        operation: &Value,
        apply: impl FnOnce(&mut Employee),
    ) -> bool {
        let path = format!("/Users/{id}");
        let body = patch(operation);
        let outcome = self
            .request(client, Method::PATCH, &path, Some(&body))
            .await;
        let Some(mut employee) = self.with(|ledger| ledger.sure(id).cloned()) else {
            return false;
        };
        apply(&mut employee);
        employee.version += 1;
        self.with(|ledger| {
            let states = ledger.employees.get_mut(id).unwrap();
            match outcome {
                Outcome::Done(_) => {
                    ledger.acknowledged.changed += 1;
                    *states = vec![Some(employee)];
                    true
                }
                Outcome::Refused => false,
                Outcome::Unsure => {
                    states.push(Some(employee));
                    false
                }
            }
        })
    }

    async fn delete(&self, client: &Client, id: &str) -> bool {
        let path = format!("/Users/{id}");
        let outcome = self.request(client, Method::DELETE, &path, None).await;
        self.with(|ledger| {
            let states = ledger.employees.get_mut(id).unwrap();
            match outcome {
                Outcome::Done(_) => {
                    ledger.acknowledged.deleted += 1;
                    *states = vec![None];
                    true
                }
                Outcome::Refused => false,
                Outcome::Unsure => {
                    states.push(None);
                    false
                }
            }
        })
    }

    async fn member(&self, client: &Client, id: &str, comes: bool) -> bool {
        let path = format!("/Groups/{}", self.group);
        let body = if comes {
            add_member(id)
        } else {
            remove_member(id)
        };
        let outcome = self
            .request(client, Method::PATCH, &path, Some(&body))
            .await;
        let key = (self.group.clone(), id.to_owned());
        self.with(|ledger| match outcome {
            Outcome::Done(_) => {
                ledger.acknowledged.members += 1;
                ledger.members.insert(key, vec![comes]);
                true
            }
            Outcome::Refused => false,
            Outcome::Unsure => {
                ledger.members.insert(key, vec![true, false]);
                false
            }
        })
    }

    async fn create_many(&self, client: &Client, number: usize) -> bool {
        let names: Vec<_> = (0..3).map(|it| format!("many-{number}-{it}")).collect();
        let operations: Vec<_> = names
            .iter()
            .map(|name| {
                json!({"method": "POST", "path": "/Users", "bulkId": name, "data": user(name, "Guide")})
            })
            .collect();
        match self
            .request(client, Method::POST, "/Bulk", Some(&bulk(&operations)))
            .await
        {
            Outcome::Done(answer) => {
                let operations = answer.body["Operations"].as_array().unwrap();
                self.with(|ledger| {
                    ledger.acknowledged.bulks += 1;
                    for (name, operation) in names.into_iter().zip(operations) {
                        if operation["status"] == "201" {
                            let location = operation["location"].as_str().unwrap();
                            let id = location.rsplit('/').next().unwrap();
                            ledger.created(id, &name, "Guide");
                        } else {
                            ledger.unsure_names.insert(name);
                        }
                    }
                });
                true
            }
            Outcome::Refused => false,
            Outcome::Unsure => {
                self.with(|ledger| ledger.unsure_names.extend(names));
                false
            }
        }
    }

    /// Two groups that contain each other: both or none.
    async fn create_circle(&self, client: &Client, number: usize) -> bool {
        let circle = number.to_string();
        let half = |own: &str, other: &str| {
            let data = group(
                &format!("circle-{circle}-{own}"),
                &[&format!("bulkId:{other}")],
            );
            json!({"method": "POST", "path": "/Groups", "bulkId": own, "data": data})
        };
        let body = bulk(&[half("left", "right"), half("right", "left")]);
        match self
            .request(client, Method::POST, "/Bulk", Some(&body))
            .await
        {
            Outcome::Done(answer) => {
                let operations = answer.body["Operations"].as_array().unwrap();
                let created = operations.iter().all(|it| it["status"] == "201");
                self.with(|ledger| {
                    ledger.acknowledged.bulks += 1;
                    if created {
                        ledger.circles.insert(circle);
                    } else {
                        ledger.unsure_circles.insert(circle);
                    }
                });
                true
            }
            Outcome::Refused => false,
            Outcome::Unsure => {
                self.with(|ledger| ledger.unsure_circles.insert(circle));
                false
            }
        }
    }

    async fn request(
        &self,
        client: &Client,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Outcome {
        let answer = client.try_send(method, path, &[], body).await;
        match answer {
            Some(answer) if answer.is_success() => {
                self.done.fetch_add(1, Ordering::Relaxed);
                Outcome::Done(answer)
            }
            Some(answer) if answer.status < 500 => {
                self.with(|ledger| ledger.acknowledged.refused += 1);
                Outcome::Refused
            }
            _ => {
                self.with(|ledger| ledger.acknowledged.unsure += 1);
                Outcome::Unsure
            }
        }
    }
}
