//! Two accounts in one service, and what is tried between them.

use peakon_service::{AccountSettings, NewAccount};
use reqwest::Method;
use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
use serde_json::{Value, json};

use crate::support::{Account, Answer, ENTERPRISE, PEAKON, TOKEN};

/// Two accounts in one service, with the same people, numbers, addresses and groups.
pub(crate) struct Both {
    pub(crate) account: Account,
    pub(crate) token: String,
    pub(crate) ours: People,
    pub(crate) theirs: People,
}

/// The ids of an account's resources.
pub(crate) struct People {
    pub(crate) ines: String,
    pub(crate) sefa: String,
    pub(crate) ward: String,
}

impl Both {
    pub(crate) async fn new() -> Self {
        let account = Account::new().await;
        let accounts = account.service.accounts().clone();
        let settings: AccountSettings =
            serde_json::from_value(json!({"employeeRules": "peakon"})).unwrap();
        accounts
            .change_settings("default", |it| *it = settings.clone())
            .await
            .unwrap();
        let mut new = NewAccount::new("nordlys");
        new.settings = settings;
        new.attributes
            .push(PeakonAttribute::new("Shift", PeakonAttributeKind::Option));
        accounts.create(new).await.unwrap();
        let token = accounts.issue_token("nordlys", "directory", None).await;
        let token = token.unwrap().reveal().to_owned();
        let mut both = Self {
            ours: people(&account).await,
            theirs: People {
                ines: String::new(),
                sefa: String::new(),
                ward: String::new(),
            },
            account,
            token,
        };
        both.be_them();
        both.theirs = people(&both.account).await;
        // Somebody whom only they have.
        let shift = json!({"externalId": "only-them", PEAKON: {"Shift": "Night"}});
        both.account.employee("only@nordlys.example", shift).await;
        both.be_us();
        both
    }

    pub(crate) fn be_us(&mut self) {
        self.account.token = Some(TOKEN.to_owned());
    }

    pub(crate) fn be_them(&mut self) {
        self.account.token = Some(self.token.clone());
    }

    /// Everything that they have, as they see it.
    pub(crate) async fn all_of_theirs(&mut self) -> Value {
        self.be_them();
        let mut all = Vec::new();
        for path in ["/Users", "/Groups", "/Schemas"] {
            all.push(self.account.get(path, &[]).await.is(200).body);
        }
        let audience = json!(self.account.audience(None).await);
        all.push(audience);
        self.be_us();
        Value::Array(all)
    }

    /// What a request with one text in it is answered, without the text.
    async fn attempt(&self, attempt: &Attempt<'_>, text: &str) -> (u16, Vec<String>, String) {
        let fill = |template: &str| template.replace("{}", text);
        let query: Vec<_> = attempt
            .query
            .iter()
            .map(|(name, value)| (*name, fill(value)))
            .collect();
        let query: Vec<_> = query
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let url = self.account.url(&fill(attempt.path), &query);
        let body = attempt
            .body
            .as_ref()
            .map(|body| serde_json::from_str(&fill(&body.to_string())).unwrap());
        let method = attempt.method.clone();
        let answer = self
            .account
            .send_if(method, url, attempt.version, body)
            .await;
        let Answer {
            status,
            headers,
            body,
        } = answer;
        let passing = ["date", "x-request-id"];
        let headers = headers
            .iter()
            .filter(|(name, _)| !passing.contains(&name.as_str()));
        let headers = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
        let headers = headers.map(|line| line.replace(text, "{}")).collect();
        (
            status.as_u16(),
            headers,
            body.to_string().replace(text, "{}"),
        )
    }

    /// Tries the same with something of theirs and with something that does not exist.
    pub(crate) async fn is_as_if_it_did_not_exist(
        &self,
        attempt: &Attempt<'_>,
        real: &str,
        unreal: &str,
    ) {
        assert_eq!(real.len(), unreal.len());
        let found = self.attempt(attempt, real).await;
        let missing = self.attempt(attempt, unreal).await;
        assert_eq!(found, missing, "{attempt:?}");
        assert_eq!(found.0, attempt.status, "{attempt:?}: {}", found.2);
    }
}

/// A request with `{}` for the text that is tried.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) version: Option<&'a str>,
    pub(crate) body: Option<Value>,
    pub(crate) status: u16,
}

pub(crate) fn to(method: Method, path: &str, body: Option<Value>, status: u16) -> Attempt<'_> {
    Attempt {
        method,
        path,
        query: &[],
        version: None,
        body,
        status,
    }
}

pub(crate) fn find<'a>(path: &'a str, query: &'a [(&'a str, &'a str)], status: u16) -> Attempt<'a> {
    Attempt {
        method: Method::GET,
        path,
        query,
        version: None,
        body: None,
        status,
    }
}

pub(crate) async fn people(account: &Account) -> People {
    let number =
        |number: &str| json!({"externalId": number, ENTERPRISE: {"employeeNumber": number}});
    let sefa = account.employee("sefa@fjordlab.example", number("7")).await;
    let mut ines = number("8");
    ines[ENTERPRISE]["manager"] = json!({"value": sefa});
    ines[PEAKON] = json!({"Mentor": "sefa@fjordlab.example"});
    let ines = account.employee("ines@fjordlab.example", ines).await;
    let ward = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Ward", "externalId": "g1", "members": [{"value": ines}],
    });
    let ward = account.post("/Groups", ward).await.is(201).body;
    let ward = ward["id"].as_str().unwrap().to_owned();
    People { ines, sefa, ward }
}
