//! The target over HTTP: one bearer token, bounded retries, and a count of what was asked.

use std::{cell::Cell, time::Duration};

use reqwest::{
    Method, StatusCode, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER},
};
use serde_json::Value;

use crate::failure::Failure;

const ATTEMPTS: u32 = 5;
/// Where nothing answers, waiting long seldom helps.
const LOST_ATTEMPTS: u32 = 3;
const LONGEST_WAIT: Duration = Duration::from_mins(1);
const LARGEST_ANSWER: usize = 16 << 20;

/// A connection to one tenant.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
    requests: Cell<u64>,
    writes: Cell<u64>,
}

/// What the target answered, whatever the status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    request: String,
}

/// The secret that every request carries; it is never shown.
#[derive(Clone)]
pub(crate) struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token(…)")
    }
}

impl From<String> for Token {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Token {
    /// Refuses what no header can carry; the text itself is not repeated.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let graphic = self.0.bytes().all(|byte| byte.is_ascii_graphic());
        if graphic && !self.0.is_empty() {
            return Ok(());
        }
        let problem = "a bearer token is printable ASCII without blanks, and not empty";
        let advice =
            "copy it again from Peakon, Administration > Integrations > Employee provisioning";
        Err(Failure::new("--token or PEAKON_TOKEN", problem, advice).of_the_command_line())
    }
}

impl Client {
    /// Prepares a connection; nothing is sent yet.
    pub(crate) fn new(base: &Url, token: &Token) -> Result<Self, Failure> {
        let refuse = |problem: String| {
            Failure::new(
                base.to_string(),
                problem,
                "check the tenant URL and the token",
            )
        };
        token.check()?;
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", token.0))
            .map_err(|error| refuse(error.to_string()))?;
        authorization.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization);
        headers.insert(ACCEPT, HeaderValue::from_static("application/scim+json"));
        // Whoever has chosen an implementation of cryptography for this process before keeps it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .default_headers(headers)
            .user_agent(concat!("azure-to-peakon/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(30))
            // A redirect could carry the token to another host.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| refuse(error.to_string()))?;
        Ok(Self {
            http,
            base: base.clone(),
            requests: Cell::new(0),
            writes: Cell::new(0),
        })
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.get()
    }

    pub(crate) fn writes(&self) -> u64 {
        self.writes.get()
    }

    pub(crate) fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// `GET`, with the query's names and values percent-encoded.
    pub(crate) async fn get(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer, Failure> {
        self.send(Method::GET, path, query, None).await
    }

    pub(crate) async fn post(&self, path: &[&str], body: &Value) -> Result<Answer, Failure> {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &[&str], body: &Value) -> Result<Answer, Failure> {
        self.send(Method::PATCH, path, &[], Some(body)).await
    }

    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    async fn send(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer, Failure> {
        let url = self.url(path, query);
        let request = format!("{method} {}", url.path());
        let mut attempt = 1;
        loop {
            let outcome = self.send_once(method.clone(), url.clone(), body).await;
            let wait = match &outcome {
                Ok((status, wait, _)) if is_passing(*status, &method) => {
                    wait.unwrap_or_else(|| Duration::from_millis(200 << attempt.min(8)))
                }
                // An answer was lost: to ask again does no harm where the request only reads.
                Err(_) if method == Method::GET && attempt < LOST_ATTEMPTS => {
                    Duration::from_millis(200 << attempt.min(8))
                }
                _ => return Self::answer(outcome, request, url.as_str()),
            };
            if attempt == ATTEMPTS || wait > LONGEST_WAIT {
                return Self::answer(outcome, request, url.as_str());
            }
            attempt += 1;
            tokio::time::sleep(wait).await;
        }
    }

    async fn send_once(
        &self,
        method: Method,
        url: Url,
        body: Option<&Value>,
    ) -> Result<(StatusCode, Option<Duration>, Value), String> {
        self.requests.set(self.requests.get() + 1);
        if method != Method::GET {
            self.writes.set(self.writes.get() + 1);
        }
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request
                .header(CONTENT_TYPE, "application/scim+json")
                .body(body.to_string());
        }
        let mut response = request
            .send()
            .await
            .map_err(|error| chain(&error.without_url()))?;
        let status = response.status();
        let wait = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let mut bytes = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| chain(&error.without_url()))?
        {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > LARGEST_ANSWER {
                return Err(format!("the answer is larger than {LARGEST_ANSWER} bytes"));
            }
        }
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Ok((status, wait, body))
    }

    fn answer(
        outcome: Result<(StatusCode, Option<Duration>, Value), String>,
        request: String,
        url: &str,
    ) -> Result<Answer, Failure> {
        match outcome {
            Ok((status, _, body)) => Ok(Answer {
                status: status.as_u16(),
                body,
                request,
            }),
            Err(problem) => Err(Failure::new(
                url.split('?').next().unwrap_or(url),
                problem,
                "check the tenant URL, and that the service can be reached from here",
            )),
        }
    }
}

/// Worth asking again: throttled, or out of order for a moment.
fn is_passing(status: StatusCode, method: &Method) -> bool {
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => true,
        // The write may have been done.
        _ => *method == Method::GET && status.is_server_error() && status.as_u16() != 501,
    }
}

/// An error with its causes, which reqwest keeps out of its own text.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The SCIM error's `detail`, or what else the body says.
    pub(crate) fn detail(&self) -> String {
        let kind = self.body.get("scimType").and_then(Value::as_str);
        let detail = self.body.get("detail").and_then(Value::as_str);
        let text = match (detail, &self.body) {
            (Some(detail), _) => detail.to_owned(),
            (None, Value::String(text)) => text.chars().take(200).collect(),
            _ => String::new(),
        };
        let kind = kind.map(|kind| format!(" {kind}")).unwrap_or_default();
        format!("{} answered {}{kind} {text}", self.request, self.status)
            .trim_end()
            .to_owned()
    }

    /// The body of a success; anything else becomes a failure with advice for the status.
    pub(crate) fn success(self) -> Result<Value, Failure> {
        if self.is_success() {
            Ok(self.body)
        } else {
            Err(self.failure())
        }
    }

    /// The answer as the end of a run, with advice for its status.
    pub(crate) fn failure(&self) -> Failure {
        let advice = match self.status {
            401 | 403 => {
                "give the bearer token that Peakon shows under Administration > Integrations > \
                 Employee provisioning, with --token or in PEAKON_TOKEN"
            }
            404 => "check the tenant URL: it ends in /scim/v2",
            429 => "the target throttles: wait, then run again",
            500.. => "the target is out of order: run again later",
            _ => "see what the target says",
        };
        Failure::new("the target", self.detail(), advice)
    }
}

#[cfg(test)]
mod tests;
