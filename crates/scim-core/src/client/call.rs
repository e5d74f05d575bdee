//! [`Call`]: one operation as a machine that is given answers and says what is to be sent.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::answer::{Answer, refusal};
use super::deviation::{Deviation, Deviations};
use super::error::{ClientError, ClientErrorKind, Effect};
use super::messages::{Request, Response};
use super::retry::retry_after;
use super::target::Target;
use crate::resource::Resource;

/// What is to happen after an answer.
///
/// # Examples
///
/// See [`Call`].
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "whoever drives a call has to do all of it"
)]
pub enum Outcome<T> {
    /// [`Call::request`] is another one now: send it.
    Send,
    /// Wait at least so long, then send [`Call::request`], which is the same as before.
    Retry {
        /// How long.
        after: Duration,
    },
    /// The call is over, and this is its result.
    Done(T),
    /// The call is over.
    Failed(ClientError),
}

/// Whether a request may have reached the service, although no answer came.
///
/// # Examples
///
/// See [`Call::lost`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever is not sure says Perhaps")]
pub enum Sent {
    /// It has not: there was no connection.
    No,
    /// It may have: the connection broke, or the time was up.
    Perhaps,
}

/// One operation: it says what is to be sent, is given what came back, and ends with a result.
///
/// It knows no transport and no clock, and nothing of other calls; any number of them may be under way. A call that is dropped
/// before its first request is sent has done nothing: [`request`](Self::request) shows what it would do.
///
/// # Examples
///
/// ```
/// use chrono::DateTime;
/// use scim_core::client::{Client, Outcome, Response, Target};
/// use scim_core::schema::SchemaRegistry;
///
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("users are standard")?;
/// let client = Client::new(Target::new("https://people.example/v2".parse()?))?;
/// let mut call = client.get(users, "42", &[])?;
/// assert_eq!(call.request().url, "https://people.example/v2/Users/42");
///
/// let answer = Response::new(503).with_header("Retry-After", "3");
/// let Outcome::Retry { after } = call.read(&answer, DateTime::UNIX_EPOCH) else { return Err("it is busy".into()) };
/// assert_eq!(after.as_secs(), 3);
///
/// let answer = Response::new(200).with_body(r#"{"ID": "42", "userName": "ines"}"#);
/// let Outcome::Done(user) = call.read(&answer, DateTime::UNIX_EPOCH) else { return Err("it is found".into()) };
/// assert_eq!(user.id(), Some("42"));
/// assert_eq!(call.deviations()[0].rule, "media_type");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Call<T> {
    context: Context,
    request: Request,
    /// How often the request was sent, this time included.
    attempts: u32,
    /// What all requests so far have done, as far as that is known.
    effect: Effect,
    redirections: usize,
    /// `None`: the call is over.
    operation: Option<Box<dyn Operation<T>>>,
}

/// What all operations need.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) target: Arc<Target>,
    pub(super) deviations: Deviations,
    /// New addresses by the old ones.
    moved: BTreeMap<String, String>,
    /// The resources of a list that were not yet taken.
    pub(super) gathered: Vec<Resource>,
}

/// What an operation makes of the answers.
pub(super) trait Operation<T>: fmt::Debug + Send + Sync {
    /// An answer with a status below 400.
    fn read(&mut self, answer: Answer, context: &mut Context) -> Result<Next<T>, ClientError>;

    /// An answer with another status. There may be another way.
    fn refused(&mut self, error: ClientError, _: &mut Context) -> Result<Next<T>, ClientError> {
        Err(error)
    }
}

pub(super) enum Next<T> {
    Done(T),
    Send(Request),
}

impl<T> Call<T> {
    pub(super) fn new(
        target: &Arc<Target>,
        request: Request,
        operation: impl Operation<T> + 'static,
    ) -> Self {
        Self {
            context: Context {
                target: Arc::clone(target),
                deviations: Deviations::default(),
                moved: BTreeMap::new(),
                gathered: Vec::new(),
            },
            request,
            attempts: 1,
            effect: Effect::None,
            redirections: 0,
            operation: Some(Box::new(operation)),
        }
    }

    /// The request that is to be sent now.
    #[must_use]
    pub const fn request(&self) -> &Request {
        &self.request
    }

    /// Takes the answer to [`request`](Self::request), at this time.
    pub fn read(&mut self, response: &Response, now: DateTime<Utc>) -> Outcome<T> {
        if self.operation.is_none() {
            return self.over();
        }
        match response.status {
            200..300 | 304 => self.answered(response),
            300..400 => self.redirected(response),
            400..600 => self.refused(response, now),
            status => {
                let detail = "this is no status of a final answer";
                self.has_done(Effect::Unknown);
                self.end(ClientError::new(ClientErrorKind::NotScim, detail).with_status(status))
            }
        }
    }

    /// Takes note that no answer came.
    ///
    /// What may have been carried out is repeated only if that does no harm; otherwise the call fails with
    /// [`Effect::Unknown`].
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::client::{Client, Effect, Outcome, Sent, Target};
    /// use scim_core::resource::{Resource, User};
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let client = Client::new(Target::new("https://people.example/v2".parse()?))?;
    /// let mut call = client.create(users, &Resource::from(User::new("ines")))?;
    ///
    /// assert!(matches!(call.lost(Sent::No), Outcome::Retry { .. }));
    /// // Now there may be a user ines, or not. Another POST could make a second one.
    /// let Outcome::Failed(error) = call.lost(Sent::Perhaps) else { return Err("nobody can know".into()) };
    /// assert_eq!(error.effect(), Effect::Unknown);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lost(&mut self, sent: Sent) -> Outcome<T> {
        if self.operation.is_none() {
            return self.over();
        }
        if sent == Sent::Perhaps {
            self.has_done(Effect::Unknown);
        }
        if (sent == Sent::No || self.request.repeatable)
            && self.attempts < self.context.target.retries.attempts
        {
            let after = self.context.target.retries.wait(self.attempts);
            return self.again(after);
        }
        self.end(ClientError::new(ClientErrorKind::Lost, "no answer came"))
    }

    /// What the service did otherwise than the protocol has it, and what was understood all the same.
    #[must_use]
    pub fn deviations(&self) -> &[Deviation] {
        self.context.deviations.all()
    }

    pub(super) const fn gathered(&mut self) -> &mut Vec<Resource> {
        &mut self.context.gathered
    }

    fn again(&mut self, after: Duration) -> Outcome<T> {
        self.attempts += 1;
        Outcome::Retry { after }
    }

    fn answered(&mut self, response: &Response) -> Outcome<T> {
        // What changes something has changed it, whatever the answer looks like.
        self.has_done(Effect::Done);
        let answer = Answer::read(response, &mut self.context);
        let Some(operation) = &mut self.operation else {
            return self.over();
        };
        match operation.read(answer, &mut self.context) {
            Ok(next) => self.go_on(next),
            Err(error) => self.end(error.with_status(response.status)),
        }
    }

    /// Keeps in mind what the request has done, if it is one that does anything: a query may be a POST, too.
    fn has_done(&mut self, effect: Effect) {
        let is_query = self.request.method == "POST" && self.request.repeatable;
        if self.request.method != "GET" && !is_query {
            self.effect = self.effect.max(effect);
        }
    }

    fn go_on(&mut self, next: Next<T>) -> Outcome<T> {
        match next {
            Next::Done(result) => {
                self.operation = None;
                Outcome::Done(result)
            }
            Next::Send(mut request) => {
                if let Some(moved) = self.context.moved.get(&request.url) {
                    moved.clone_into(&mut request.url);
                }
                self.request = request;
                self.attempts = 1;
                self.redirections = 0;
                Outcome::Send
            }
        }
    }

    /// 307 and 308 lead everybody on, 301 and 302 those who only look; all of them within the service.
    fn redirected(&mut self, response: &Response) -> Outcome<T> {
        let follows = match response.status {
            307 | 308 => true,
            301 | 302 => self.request.method == "GET",
            _ => false,
        };
        let place = response.header("Location");
        let place = place.and_then(|place| self.context.target.base_url.redirected(place));
        let error = |detail: &str| {
            ClientError::new(ClientErrorKind::Redirected, detail).with_status(response.status)
        };
        match place {
            Some(place) if follows && self.redirections < self.context.target.limits.redirections => {
                if matches!(response.status, 301 | 308) {
                    self.context.deviations.note("moved", format!("the new address is {}", told(&place)));
                    self.context.moved.insert(self.request.url.clone(), place.clone());
                }
                self.redirections += 1;
                self.request.url = place;
                Outcome::Send
            }
            Some(_) if follows => self.end(error("one redirection follows the other")),
            Some(_) => self.end(error("this redirection is not meant for such a request: correct the base URL")),
            None => self.end(error(
                "the service leads away from its base URL; if it has moved there, set that as the base URL",
            )),
        }
    }

    fn refused(&mut self, response: &Response, now: DateTime<Utc>) -> Outcome<T> {
        let asked = response
            .header("Retry-After")
            .and_then(|value| retry_after(value, now));
        let policy = self.context.target.retries;
        // 429 says that nothing was done. With 503 and Retry-After the service asks for another attempt.
        let is_safe = match response.status {
            429 => true,
            503 => asked.is_some() || self.request.repeatable,
            408 | 425 | 500 | 502 | 504..600 => self.request.repeatable,
            _ => false,
        };
        if response.status == 408 || (response.status >= 500 && response.status != 501) {
            self.has_done(Effect::Unknown);
        }
        let after = asked.unwrap_or_else(|| policy.wait(self.attempts));
        if is_safe && self.attempts < policy.attempts && after <= policy.longest_wait {
            return self.again(after);
        }
        let error = refusal(response, &self.context.target).with_retry_after(asked);
        let Some(operation) = &mut self.operation else {
            return self.over();
        };
        match operation.refused(error.with_effect(self.effect), &mut self.context) {
            Ok(next) => self.go_on(next),
            Err(error) => self.end(error),
        }
    }

    fn over(&self) -> Outcome<T> {
        let error = ClientError::new(ClientErrorKind::Over, "the call is over");
        Outcome::Failed(error.with_effect(self.effect))
    }

    fn end(&mut self, error: ClientError) -> Outcome<T> {
        self.operation = None;
        Outcome::Failed(
            error
                .with_request(self.request.told())
                .with_effect(self.effect),
        )
    }
}

impl Context {
    /// A request to this address with all that requests have in common.
    pub(super) fn request(
        &self,
        method: &'static str,
        url: String,
        body: Option<&Value>,
    ) -> Request {
        self.target.request(method, url, body)
    }
}

impl Target {
    pub(super) fn request(
        &self,
        method: &'static str,
        url: String,
        body: Option<&Value>,
    ) -> Request {
        let mut request = Request::new(method, url);
        let mut add = |name: &str, value: String| request.headers.push((name.to_owned(), value));
        add(
            "Accept",
            "application/scim+json, application/json".to_owned(),
        );
        if !self.user_agent.is_empty() {
            add("User-Agent", self.user_agent.clone());
        }
        if let Some(token) = &self.bearer_token {
            add("Authorization", format!("Bearer {}", token.expose()));
        }
        if let Some(body) = body {
            add("Content-Type", self.media_type.clone());
            request.body = body.to_string().into_bytes();
        }
        request
    }
}

/// An address without its query, which may be personal.
fn told(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("request", &self.request)
            .field("attempts", &self.attempts)
            .field("is_over", &self.operation.is_none())
            .finish_non_exhaustive()
    }
}
