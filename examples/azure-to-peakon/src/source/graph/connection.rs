//! Requests to Microsoft Graph: a token by client credentials, renewed in time, and patience with a service that throttles.

use std::time::Duration;

use reqwest::{
    StatusCode, Url,
    header::{AUTHORIZATION, HeaderValue, RETRY_AFTER},
};
use scim_core::resource::Secret;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::{failure::Failure, http};

/// A request is sent so often at most.
const ATTEMPTS: u32 = 8;
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_mins(10);
/// A token is renewed so long before its end.
const MARGIN: Duration = Duration::from_mins(5);
/// What an error message has room for.
const MESSAGE: usize = 300;

/// Who asks: an application that is registered in the tenant.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    /// The tenant's id or one of its domains.
    pub(crate) tenant: String,
    /// The application's client id.
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
}

#[derive(Debug)]
pub(super) struct Connection {
    http: reqwest::Client,
    graph_url: Url,
    token_url: Url,
    credentials: Credentials,
    token: Mutex<Option<Token>>,
}

#[derive(Debug, Clone)]
struct Token {
    text: Secret,
    renewed_at: Instant,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    expires_in: u64,
}

/// An answer that is a success, or one of the statuses that mean something to whoever asks.
#[derive(Debug)]
pub(super) enum Answer {
    Success(Vec<u8>),
    /// 404.
    Absent,
    /// 410, or a 400 that says the same: the token of a delta query has expired.
    Expired,
}

impl Connection {
    pub(super) fn new(
        graph_url: Url,
        login_url: &Url,
        credentials: Credentials,
    ) -> Result<Self, Failure> {
        let token_url = below(login_url, &[&credentials.tenant, "oauth2", "v2.0", "token"]);
        Ok(Self {
            http: http::client(&[&graph_url, login_url])?,
            graph_url,
            token_url,
            credentials,
            token: Mutex::new(None),
        })
    }

    pub(super) fn place(&self) -> &str {
        self.graph_url.as_str().trim_end_matches('/')
    }

    /// An address below the base, with options in the order in which they are given.
    pub(super) fn url(&self, path: &[&str], options: &[(&str, &str)]) -> Url {
        let mut url = below(&self.graph_url, path);
        if !options.is_empty() {
            url.query_pairs_mut().extend_pairs(options);
        }
        url
    }

    /// A link that Graph gave. The token goes nowhere else.
    pub(super) fn link(&self, link: &str) -> Result<Url, Failure> {
        let url = Url::parse(link).ok();
        url.filter(|url| url.origin() == self.graph_url.origin())
            .ok_or_else(|| {
                let advice = "tell with --graph-url where Microsoft Graph stands for this tenant";
                Failure::new(self.place(), "a link leads away from this service", advice)
            })
    }

    /// `GET`, as often as it needs.
    pub(super) async fn get(&self, url: Url) -> Result<Answer, Failure> {
        let mut attempt = 1;
        let mut is_renewed = false;
        loop {
            let token = self.token().await?;
            let outcome = self.send(url.clone(), &token).await;
            let (problem, asked) = match outcome {
                Ok((status, _, body)) if status.is_success() => return Ok(Answer::Success(body)),
                Ok((StatusCode::UNAUTHORIZED, ..)) if !is_renewed => {
                    is_renewed = true;
                    self.drop_token(&token).await;
                    continue;
                }
                Ok((StatusCode::NOT_FOUND, ..)) => return Ok(Answer::Absent),
                Ok((status, _, body)) if is_expired(status, &body) => return Ok(Answer::Expired),
                Ok((status, asked, body)) => {
                    let problem = format!("GET {} answered {}", url.path(), told(status, &body));
                    if !is_passing(status) {
                        return Err(self.refused(status, problem));
                    }
                    (problem, asked)
                }
                Err(problem) => (problem, None),
            };
            let wait = asked.unwrap_or_else(|| FIRST_WAIT * 2_u32.pow(attempt - 1));
            if attempt == ATTEMPTS || wait > LONGEST_WAIT {
                let advice = "run again later; --graph-url tells where Microsoft Graph stands";
                return Err(Failure::new(self.place(), problem, advice));
            }
            attempt += 1;
            tokio::time::sleep(wait).await;
        }
    }

    /// `GET` of a JSON document; none for 404.
    pub(super) async fn get_json(&self, url: Url) -> Result<Option<Value>, Failure> {
        let path = url.path().to_owned();
        match self.get(url).await? {
            Answer::Success(body) => {
                let document = serde_json::from_slice(&body);
                document
                    .map(Some)
                    .map_err(|error| self.strange(&path, &error))
            }
            Answer::Absent => Ok(None),
            Answer::Expired => Err(self.strange(&path, &"410 for what is no delta query")),
        }
    }

    /// An answer that Graph should not give.
    pub(super) fn strange(&self, path: &str, problem: &dyn std::fmt::Display) -> Failure {
        let advice = "check --graph-url, and that no proxy answers in its place";
        Failure::new(format!("{}, {path}", self.place()), problem, advice)
    }

    async fn send(
        &self,
        url: Url,
        token: &Secret,
    ) -> Result<(StatusCode, Option<Duration>, Vec<u8>), String> {
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
            .map_err(|_| "the token is nothing that a header field can carry".to_owned())?;
        authorization.set_sensitive(true);
        let request = self.http.get(url).header(AUTHORIZATION, authorization);
        let response = request
            .send()
            .await
            .map_err(|error| http::chain(&error.without_url()))?;
        let status = response.status();
        let asked = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        Ok((status, asked, http::body(response).await?))
    }

    fn refused(&self, status: StatusCode, problem: String) -> Failure {
        let advice = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                "grant the application User.Read.All, GroupMember.Read.All and Application.Read.All, with the consent of an administrator"
            }
            StatusCode::BAD_REQUEST => {
                "an attribute of the mapping may be none that Microsoft Graph knows of users"
            }
            _ => "see what Microsoft Graph says",
        };
        Failure::new(self.place(), problem, advice)
    }

    /// The token that is held, or a new one when its time is nearly up.
    async fn token(&self) -> Result<Secret, Failure> {
        let mut held = self.token.lock().await;
        if let Some(token) = held
            .as_ref()
            .filter(|token| Instant::now() < token.renewed_at)
        {
            return Ok(token.text.clone());
        }
        let token = self.new_token().await?;
        let text = token.text.clone();
        *held = Some(token);
        Ok(text)
    }

    /// Another request may have renewed it already.
    async fn drop_token(&self, refused: &Secret) {
        let mut held = self.token.lock().await;
        if held
            .as_ref()
            .is_some_and(|token| token.text.expose() == refused.expose())
        {
            *held = None;
        }
    }

    async fn new_token(&self) -> Result<Token, Failure> {
        let mut origin = self.graph_url.clone();
        origin.set_path("/.default");
        origin.set_query(None);
        let form = [
            ("client_id", self.credentials.client_id.as_str()),
            ("client_secret", self.credentials.client_secret.expose()),
            ("scope", origin.as_str()),
            ("grant_type", "client_credentials"),
        ];
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let mut attempt = 1;
        loop {
            let request = self
                .http
                .post(self.token_url.clone())
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.clone());
            let problem = match request.send().await {
                Ok(response) => {
                    let status = response.status();
                    match http::body(response).await {
                        Ok(body) if status.is_success() => return self.read_token(&body),
                        Ok(body) if !is_passing(status) => return Err(self.no_token(status, &body)),
                        Ok(body) => told(status, &body),
                        Err(problem) => problem,
                    }
                }
                Err(error) => http::chain(&error.without_url()),
            };
            if attempt == ATTEMPTS {
                let advice =
                    "run again later; --login-url tells where Microsoft Entra gives tokens";
                return Err(Failure::new(self.token_place(), problem, advice));
            }
            tokio::time::sleep(FIRST_WAIT * 2_u32.pow(attempt - 1)).await;
            attempt += 1;
        }
    }

    fn read_token(&self, body: &[u8]) -> Result<Token, Failure> {
        let answer: TokenAnswer = serde_json::from_slice(body).map_err(|_| {
            // What was sent may stand in what came back.
            let advice = "check --login-url, and that no proxy answers in its place";
            Failure::new(
                self.token_place(),
                "the answer holds no access token",
                advice,
            )
        })?;
        let life = Duration::from_secs(answer.expires_in);
        Ok(Token {
            text: answer.access_token.into(),
            renewed_at: Instant::now() + life.saturating_sub(MARGIN).max(life / 2),
        })
    }

    fn no_token(&self, status: StatusCode, body: &[u8]) -> Failure {
        let problem = format!("no token: {}", told(status, body));
        let problem = problem.replace(self.credentials.client_secret.expose(), "[redacted]");
        let advice = "check tenant, client id and secret of the application; a secret has an end, and the portal shows it under \
                      App registrations > Certificates & secrets";
        Failure::new(self.token_place(), problem, advice)
    }

    fn token_place(&self) -> String {
        self.token_url.as_str().to_owned()
    }
}

/// A path below a base, each part percent-encoded.
fn below(base: &Url, path: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

fn is_passing(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT
        || (status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED)
}

/// Graph says 410, and for some resources 400 with a code that names the state of the synchronisation.
fn is_expired(status: StatusCode, body: &[u8]) -> bool {
    if status == StatusCode::GONE {
        return true;
    }
    let code = error_of(body).and_then(|error| error.get("code")?.as_str().map(str::to_lowercase));
    let names = ["syncstatenotfound", "syncstateinvalid", "resyncrequired"];
    status == StatusCode::BAD_REQUEST
        && code.is_some_and(|code| names.iter().any(|name| code.contains(name)))
}

fn error_of(body: &[u8]) -> Option<Value> {
    serde_json::from_slice::<Value>(body)
        .ok()?
        .get_mut("error")
        .map(Value::take)
}

/// The status, and what the service says: of Graph a code and a message, of the login a code and a description.
fn told(status: StatusCode, body: &[u8]) -> String {
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = document.get("error");
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let (code, message) = match error {
        Some(Value::Object(error)) => (text(error.get("code")), text(error.get("message"))),
        other => (text(other), text(document.get("error_description"))),
    };
    let message = message.lines().next().unwrap_or_default();
    let told = format!("{} {code} {message}", status.as_u16());
    let told = told
        .chars()
        .filter(|character| !character.is_control())
        .take(MESSAGE);
    told.collect::<String>().trim_end().to_owned()
}
