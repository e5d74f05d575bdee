//! Random requests of two accounts, one between the other: each account is answered as if it had the service for itself.

use std::collections::BTreeMap;

use peakon_service::NewAccount;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, ENTERPRISE, PEAKON, TOKEN, employee, patch_of};

/// Numbers that are the same in every run (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % bound as u64).unwrap()
    }

    fn of<'list, T>(&mut self, list: &'list [T]) -> &'list T {
        &list[self.below(list.len())]
    }
}

/// A resource by the ids that it has where two accounts are, and where its account is alone.
#[derive(Clone)]
struct Twin {
    shared: String,
    alone: String,
}

/// An account, once beside another one and once alone.
struct Side {
    token: String,
    alone: Account,
    users: Vec<Twin>,
    groups: Vec<Twin>,
}

/// A request with `{0}` and `{1}` for ids.
struct Request {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    ids: [Twin; 2],
}

const NAMES: [&str; 5] = ["ines", "sefa", "olu", "anna", "mira"];
const TEAMS: [&str; 3] = ["Ward", "Lab", "Kitchen"];

fn address(dice: &mut Dice) -> String {
    format!("{}@fjordlab.example", dice.of(&NAMES))
}

fn random_employee(dice: &mut Dice) -> Value {
    let mut more = json!({"externalId": dice.of(&NAMES), "displayName": dice.of(&NAMES)});
    match dice.below(4) {
        0 => more[ENTERPRISE] = json!({"manager": {"value": "{0}"}, "employeeNumber": "7"}),
        1 => more[PEAKON] = json!({"Mentor": address(dice), "Job Title": dice.of(&TEAMS)}),
        2 => more["active"] = json!(false),
        _ => {}
    }
    employee(&address(dice), more)
}

fn random_group(dice: &mut Dice) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": dice.of(&TEAMS),
        "members": [{"value": "{0}"}, {"value": "{1}"}],
    })
}

fn random_filter(dice: &mut Dice) -> String {
    let name = *dice.of(&NAMES);
    match dice.below(6) {
        0 => format!("userName eq \"{name}@fjordlab.example\""),
        1 => format!("emails.value eq \"{name}@fjordlab.example\" or externalId eq \"{name}\""),
        2 => format!("displayName eq \"{name}\" and active eq true"),
        3 => "manager.value eq \"{0}\"".to_owned(),
        4 => "groups.value eq \"{1}\" or id eq \"{0}\"".to_owned(),
        _ => format!("{PEAKON}:Job Title eq \"{}\"", dice.of(&TEAMS)),
    }
}

/// A request about these resources, of which some are another account's, or nobody's.
fn random_request(dice: &mut Dice, user: Twin, group: Twin) -> Request {
    let (method, path, body) = match dice.below(13) {
        0 | 1 => (Method::POST, "/Users", Some(random_employee(dice))),
        2 => (Method::POST, "/Groups", Some(random_group(dice))),
        3 => (Method::PUT, "/Users/{0}", Some(random_employee(dice))),
        4 => {
            let (path, value) = match dice.below(4) {
                0 => ("userName", json!(address(dice))),
                1 => ("active", json!(dice.below(2) == 0)),
                2 => (
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
                    json!(address(dice)),
                ),
                _ => ("title", json!(dice.of(&TEAMS))),
            };
            (
                Method::PATCH,
                "/Users/{0}",
                Some(patch_of("replace", path, value)),
            )
        }
        5 => {
            let change = ["add", "replace"][dice.below(2)];
            let body = patch_of(change, "members", json!([{"value": "{0}"}]));
            (Method::PATCH, "/Groups/{1}", Some(body))
        }
        6 => {
            let path = "members[value eq \"{0}\"]";
            (
                Method::PATCH,
                "/Groups/{1}",
                Some(patch_of("remove", path, Value::Null)),
            )
        }
        7 => (
            Method::DELETE,
            ["/Users/{0}", "/Groups/{1}"][dice.below(2)],
            None,
        ),
        8 => (
            Method::GET,
            ["/Users/{0}", "/Groups/{1}", "/Groups/{0}"][dice.below(3)],
            None,
        ),
        9 => {
            let operations = json!([
                {"method": "POST", "path": "/Users", "bulkId": "new", "data": random_employee(dice)},
                {"method": "PATCH", "path": "/Groups/{1}",
                 "data": patch_of("add", "members", json!([{"value": "bulkId:new"}]))},
                {"method": "DELETE", "path": "/Users/{0}"},
            ]);
            let schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
            (
                Method::POST,
                "/Bulk",
                Some(json!({"schemas": [schema], "Operations": operations})),
            )
        }
        10 => (Method::GET, "/Groups", None),
        _ => (Method::GET, "/Users", None),
    };
    let mut query = Vec::new();
    if method == Method::GET && path == "/Users" {
        query.push(("sortBy", "userName".to_owned()));
        query.push(("filter", random_filter(dice)));
        query.push(("count", dice.below(4).to_string()));
        query.push(("startIndex", (1 + dice.below(3)).to_string()));
    }
    Request {
        method,
        path: path.to_owned(),
        query,
        body,
        ids: [user, group],
    }
}

impl Side {
    /// One of its own resources, or what stands for none of its own.
    fn pick(dice: &mut Dice, own: &[Twin], foreign: &[Twin], kind: &str) -> Twin {
        let missing = format!("{kind:0>32}");
        if dice.below(5) == 0 || own.is_empty() {
            // Where it is alone, there is nothing of the other's.
            let shared = match foreign {
                [] => missing.clone(),
                foreign => dice.of(foreign).shared.clone(),
            };
            return Twin {
                shared,
                alone: missing,
            };
        }
        dice.of(own).clone()
    }

    /// Sends a request to both services, compares the answers, and remembers what it made.
    async fn send(&mut self, shared: &mut Account, request: &Request) -> u16 {
        shared.token = Some(self.token.clone());
        let mut answers = Vec::new();
        for (account, is_shared) in [(&*shared, true), (&self.alone, false)] {
            let id = |twin: &Twin| {
                if is_shared {
                    twin.shared.clone()
                } else {
                    twin.alone.clone()
                }
            };
            let fill = |text: &str| {
                text.replace("{0}", &id(&request.ids[0]))
                    .replace("{1}", &id(&request.ids[1]))
            };
            let query: Vec<_> = request
                .query
                .iter()
                .map(|(name, value)| (*name, fill(value)))
                .collect();
            let query: Vec<_> = query
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            let url = account.url(&fill(&request.path), &query);
            let body = request
                .body
                .as_ref()
                .map(|body| serde_json::from_str(&fill(&body.to_string())).unwrap());
            answers.push(account.send(request.method.clone(), url, body).await);
        }
        let (alone, beside) = (answers.pop().unwrap(), answers.pop().unwrap());
        for (endpoint, list) in [("/Users/", &mut self.users), ("/Groups/", &mut self.groups)] {
            let made = made(&beside.body, endpoint)
                .into_iter()
                .zip(made(&alone.body, endpoint));
            for (shared, alone) in made {
                if !list.iter().any(|known| known.shared == shared) {
                    list.push(Twin { shared, alone });
                }
            }
        }
        assert_eq!(
            beside.status, alone.status,
            "{} {}: {}",
            request.method, request.path, beside.body
        );
        assert_eq!(beside.headers.get("etag"), alone.headers.get("etag"));
        let status = beside.status.as_u16();
        let beside = self.plain(beside.body, shared, &request.ids, |twin| &twin.shared);
        let alone = self.plain(alone.body, &self.alone, &request.ids, |twin| &twin.alone);
        assert_eq!(beside, alone, "{} {}", request.method, request.path);
        if status == 204 {
            let is_left = |twin: &Twin| request.ids.iter().all(|gone| gone.shared != twin.shared);
            let list = if request.path.starts_with("/Users") {
                &mut self.users
            } else {
                &mut self.groups
            };
            list.retain(is_left);
        }
        status
    }

    /// An answer without what differs anyway: ids, moments, where the service listens, the order of the ids.
    fn plain(
        &self,
        mut body: Value,
        account: &Account,
        asked: &[Twin],
        id: fn(&Twin) -> &String,
    ) -> String {
        let mut text = {
            forget_moments(&mut body);
            body.to_string().replace(account.service.base_url(), "")
        };
        for (kind, list) in [
            ("user", &self.users[..]),
            ("group", &self.groups),
            ("asked", asked),
        ] {
            for (number, twin) in list.iter().enumerate() {
                text = text.replace(id(twin), &format!("{kind} {number}"));
            }
        }
        let mut body: Value = serde_json::from_str(&text).unwrap();
        if let Some(Value::Array(found)) = body.get_mut("Resources") {
            found.sort_by_key(Value::to_string);
        }
        body.to_string()
    }
}

/// The ids of what a request has made, by their locations.
fn made(body: &Value, endpoint: &str) -> Vec<String> {
    let operations = body["Operations"].as_array().into_iter().flatten();
    let locations = operations
        .filter(|operation| operation["status"] == "201")
        .map(|operation| &operation["location"]);
    let locations = locations.chain([&body["meta"]["location"]]);
    locations
        .filter_map(|location| location.as_str()?.split_once(endpoint))
        .map(|(_, id)| id.to_owned())
        .collect()
}

fn forget_moments(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in ["created", "lastModified", "at"] {
                members.remove(name);
            }
            members.values_mut().for_each(forget_moments);
        }
        Value::Array(elements) => elements.iter_mut().for_each(forget_moments),
        _ => {}
    }
}

/// P-7644-6-1
#[tokio::test]
async fn two_accounts_are_answered_as_if_each_had_the_service_for_itself() {
    let mut shared = Account::new().await;
    let accounts = shared.service.accounts().clone();
    accounts.create(NewAccount::new("nordlys")).await.unwrap();
    let token = accounts.issue_token("nordlys", "directory", None).await;
    let tokens = [TOKEN.to_owned(), token.unwrap().reveal().to_owned()];
    let mut sides = Vec::new();
    for token in tokens {
        let alone = Account::new().await;
        sides.push(Side {
            token,
            alone,
            users: Vec::new(),
            groups: Vec::new(),
        });
    }
    let mut dice = Dice(6);
    let mut statuses = BTreeMap::new();
    for _ in 0..400 {
        let turn = dice.below(2);
        let foreign = [
            sides[1 - turn].users.clone(),
            sides[1 - turn].groups.clone(),
        ];
        let side = &mut sides[turn];
        let user = Side::pick(&mut dice, &side.users, &foreign[0], "1");
        let group = Side::pick(&mut dice, &side.groups, &foreign[1], "2");
        let request = random_request(&mut dice, user, group);
        let status = side.send(&mut shared, &request).await;
        *statuses.entry(status).or_insert(0) += 1;
        let audience = side.alone.audience(None).await;
        assert_eq!(shared.audience(None).await, audience);
    }
    // Something of everything has happened.
    for status in [200, 201, 204, 400, 404, 409] {
        assert!(
            statuses.get(&status).is_some_and(|times| *times >= 5),
            "{statuses:?}"
        );
    }
    for side in sides {
        side.alone.service.stop().await;
    }
    shared.service.stop().await;
}
