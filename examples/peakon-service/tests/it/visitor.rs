//! Somebody at the administration page, with no more than HTTP: links, forms and cookies.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, HeaderMap, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode};

use crate::support::client_builder;

pub(crate) const LOGIN: &str = "ines@fjordlab.example";
pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const PAGES: &str = "/administration/integrations/employee-provisioning";

/// A browser without a screen.
pub(crate) struct Visitor {
    client: Client,
    origin: String,
    pub(crate) cookies: BTreeMap<String, String>,
    /// The key of the forms of the last page.
    pub(crate) form_key: String,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Visitor {
    /// At the service with this address.
    pub(crate) fn new(address: impl std::fmt::Display) -> Self {
        let client = client_builder().redirect(Policy::none()).no_proxy();
        Self {
            client: client.build().unwrap(),
            origin: format!("http://{address}"),
            cookies: BTreeMap::new(),
            form_key: String::new(),
        }
    }

    pub(crate) async fn logged_in(address: impl std::fmt::Display) -> Self {
        let mut visitor = Self::new(address);
        visitor.log_in(LOGIN, PASSWORD).await.is(303);
        // For its form key: a session of its own, a key of its own.
        visitor.get("/administration/integrations").await.is(200);
        visitor
    }

    pub(crate) async fn log_in(&mut self, login: &str, password: &str) -> Page {
        self.get("/administration/login").await.is(200);
        let fields = [("login", login), ("password", password)];
        self.post("/administration/login", &fields).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, &HeaderMap::new(), None).await
    }

    /// Sends a form of the last page.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, self.origin.parse().unwrap());
        let key = self.form_key.clone();
        let fields: Vec<_> = [("form_key", key.as_str())]
            .into_iter()
            .chain(fields.iter().copied())
            .collect();
        self.post_as(path, &headers, &fields).await
    }

    /// Sends a form with these header fields and these fields, and no more.
    pub(crate) async fn post_as(
        &mut self,
        path: &str,
        headers: &HeaderMap,
        fields: &[(&str, &str)],
    ) -> Page {
        self.send(Method::POST, path, headers, Some(fields)).await
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &HeaderMap,
        fields: Option<&[(&str, &str)]>,
    ) -> Page {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.origin));
        request = request.headers(headers.clone());
        let cookies = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        request = request.header(COOKIE, cookies.collect::<Vec<_>>().join("; "));
        if let Some(fields) = fields {
            let mut url = reqwest::Url::parse("http://form").unwrap();
            url.query_pairs_mut().extend_pairs(fields);
            request = request
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(url.query().unwrap_or_default().to_owned());
        }
        let response = request.send().await.unwrap();
        let page = Page {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        };
        for cookie in page.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(key) = page.value_of("form_key") {
            self.form_key = key;
        }
        page
    }
}

impl Page {
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn has(self, text: &str) -> Self {
        assert!(self.text.contains(text), "no {text:?} in {}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn has_not(self, text: &str) -> Self {
        assert!(!self.text.contains(text), "{text:?} in {}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn leads_to(self, path: &str) {
        let page = self.is(303);
        assert_eq!(page.headers["location"], path);
    }

    /// The value of the first input with this name or id.
    pub(crate) fn value_of(&self, name: &str) -> Option<String> {
        let by = |attribute| self.text.split_once(&format!("{attribute}=\"{name}\""));
        let (_, rest) = by("name").or_else(|| by("id"))?;
        let (_, rest) = rest.split_once("value=\"")?;
        Some(rest.split_once('"')?.0.to_owned())
    }

    /// What stands between two texts.
    pub(crate) fn between(&self, before: &str, after: &str) -> Option<String> {
        let (_, rest) = self.text.split_once(before)?;
        Some(rest.split_once(after)?.0.to_owned())
    }
}
