//! The target over HTTP: what the cycle wants of it becomes calls of `scim_core::client`, and what comes back its answers.

mod answer;

use std::sync::Arc;

use chrono::Utc;
use reqwest::Url;
use scim_core::client::{
    BaseUrl, Call, Client, ClientError, Deviation, Outcome, Request, Response, Sent,
    Target as ServiceTarget,
};
use scim_core::patch::PatchDialect;
use scim_core::resource::Secret;
use scim_core::schema::RegisteredResourceType;
use scim_mapping::provisioning::{Failure as ProvisioningFailure, FailureCode};

use crate::{failure::Failure, http};

/// The largest answer: one byte more than the client takes, so that it sees when there is more.
const LARGEST_ANSWER: usize = (16 << 20) + 1;
/// After so many answers in a row that were waited for in vain, a call is given up: whoever has asked sits before a silent screen.
const SILENCES: usize = 2;

/// A connection to one tenant; a clone is the same one.
#[derive(Debug, Clone)]
pub(crate) struct Target(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    http: reqwest::Client,
    /// Asks again by itself: for what stands outside of a cycle.
    patient: Client,
    /// Asks once: what is to happen then the cycle decides.
    plain: Client,
}

/// What the target says that it can hold.
#[derive(Debug, Clone)]
pub(crate) struct Discovered {
    pub(crate) users: RegisteredResourceType,
    /// None when the target keeps no groups, as Peakon's own documents say of it.
    pub(crate) groups: Option<RegisteredResourceType>,
    pub(crate) schemas: usize,
    /// Whether parts of a resource can be changed.
    pub(crate) patch: bool,
    /// What the target does in its own way.
    pub(crate) deviations: Vec<Deviation>,
}

/// A request without an answer.
#[derive(Debug)]
struct Lost {
    sent: Sent,
    problem: String,
    /// Whether it was waited for as long as anything is waited for.
    is_late: bool,
}

/// A call that failed, and why nothing came back, if nothing did.
#[derive(Debug)]
struct Trouble {
    error: ClientError,
    transport: Option<String>,
}

impl Target {
    /// Prepares a connection; nothing is sent yet.
    pub(crate) fn new(base: &Url, token: &Secret) -> Result<Self, Failure> {
        let base_url = if base.scheme() == "http" {
            BaseUrl::without_tls(base.as_str())
        } else {
            base.as_str().parse()
        };
        let base_url = base_url.map_err(|error| {
            Failure::new(
                "--tenant-url",
                error,
                "give a URL such as https://api.peakon.com/scim/v2",
            )
            .of_the_command_line()
        })?;
        let mut target = ServiceTarget::new(base_url);
        target.bearer_token = Some(token.clone());
        concat!("azure-to-peakon/", env!("CARGO_PKG_VERSION")).clone_into(&mut target.user_agent);
        Self::with(target, http::client(&[base])?)
    }

    fn with(target: ServiceTarget, http: reqwest::Client) -> Result<Self, Failure> {
        let mut once = target.clone();
        once.retries.attempts = 1;
        let client = |target| {
            Client::new(target).map_err(|error| {
                let advice = "copy the token again from Peakon, Administration > Integrations > Employee provisioning";
                Failure::new("the token", error.detail(), advice).of_the_command_line()
            })
        };
        Ok(Self(Arc::new(Inner {
            http,
            patient: client(target)?,
            plain: client(once)?,
        })))
    }

    /// The same connection, for what the target has told about itself and how the mapping writes changes.
    pub(crate) fn prepared(&self, patch: bool, dialect: PatchDialect) -> Result<Self, Failure> {
        let mut target = self.0.patient.target().clone();
        target.capabilities.patch = patch;
        target.dialect = dialect;
        Self::with(target, self.0.http.clone())
    }

    pub(crate) fn base(&self) -> &str {
        self.0.patient.target().base_url.as_str()
    }

    /// Asks for somebody who does not exist, as Entra does: the answer must be an empty list.
    pub(crate) async fn test_connection(
        &self,
        users: &RegisteredResourceType,
        attribute: &str,
    ) -> Result<(), Failure> {
        let nobody = random_identifier()?;
        let path = attribute.parse().or_else(|_| "userName".parse());
        let path = path.map_err(|error| {
            Failure::new("the matching attribute", error, "correct the mapping")
        })?;
        let call = self.0.patient.test_connection(users, &path, &nobody);
        let call = call.map_err(|error| self.explained(&Trouble::from(error)))?;
        self.drive(call)
            .await
            .map(drop)
            .map_err(|trouble| self.explained(&trouble))
    }

    /// Reads what the target tells about itself.
    pub(crate) async fn discover(&self) -> Result<Discovered, Failure> {
        let (discovered, deviations) = self
            .drive(self.0.patient.discover())
            .await
            .map_err(|trouble| self.explained(&trouble))?;
        let users = discovered
            .registry
            .resource_type_at("Users")
            .ok_or_else(|| {
                let advice = "check the tenant URL, or tell the target's vendor";
                Failure::new(self.base(), "there is no resource type at /Users", advice)
                    .of_the_target(
                        FailureCode::SystemForCrossDomainIdentityManagementServiceIncompatible,
                    )
            })?;
        Ok(Discovered {
            users: users.clone(),
            groups: discovered.registry.resource_type_at("Groups").cloned(),
            schemas: discovered.registry.schemas().count(),
            patch: discovered.capabilities.patch,
            deviations,
        })
    }

    /// Carries a call through: its result, and what was understood although it is otherwise than the protocol has it.
    async fn drive<T>(&self, mut call: Call<T>) -> Result<(T, Vec<Deviation>), Trouble> {
        let mut transport = None;
        let mut silences = 0;
        loop {
            let outcome = match self.send(call.request()).await {
                Ok(response) => {
                    silences = 0;
                    call.read(&response, Utc::now())
                }
                Err(lost) => {
                    transport = Some(lost.problem);
                    silences += usize::from(lost.is_late);
                    let mut outcome = call.lost(lost.sent);
                    while silences >= SILENCES && matches!(outcome, Outcome::Retry { .. }) {
                        outcome = call.lost(lost.sent);
                    }
                    outcome
                }
            };
            match outcome {
                Outcome::Send => {}
                Outcome::Retry { after } => tokio::time::sleep(after).await,
                Outcome::Done(result) => return Ok((result, call.deviations().to_vec())),
                Outcome::Failed(error) => return Err(Trouble { error, transport }),
            }
        }
    }

    async fn send(&self, request: &Request) -> Result<Response, Lost> {
        let method = request.method.parse::<reqwest::Method>();
        let method = method.map_err(|error| Lost {
            sent: Sent::No,
            problem: error.to_string(),
            is_late: false,
        })?;
        let mut outgoing = self.0.http.request(method, &request.url);
        for (name, value) in &request.headers {
            outgoing = outgoing.header(name, value);
        }
        let sent = outgoing.body(request.body.clone()).send().await;
        let mut incoming = sent.map_err(|error| {
            let sent = if error.is_connect() || error.is_builder() {
                Sent::No
            } else {
                Sent::Perhaps
            };
            Lost::new(sent, error)
        })?;
        let mut response = Response::new(incoming.status().as_u16());
        for (name, value) in incoming.headers() {
            if let Ok(value) = value.to_str() {
                response = response.with_header(name.as_str(), value);
            }
        }
        let mut body = Vec::new();
        while body.len() < LARGEST_ANSWER {
            match incoming.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return Err(Lost::new(Sent::Perhaps, error)),
            }
        }
        Ok(response.with_body(body))
    }

    /// The end of a run, with advice for what happened.
    fn explained(&self, trouble: &Trouble) -> Failure {
        let error = &trouble.error;
        let advice = match error.status() {
            Some(401 | 403) => {
                "give the bearer token that Peakon shows under Administration > Integrations > Employee provisioning: in \
                 PEAKON_TOKEN, or in a file named with --token-file"
            }
            Some(404) => "check the tenant URL: it ends in /scim/v2",
            Some(429) => "the target throttles: wait, then run again",
            Some(500..) => "the target is out of order: run again later",
            Some(_) => "check the tenant URL, which ends in /scim/v2, and see what the target says",
            None => {
                "check the tenant URL, and that the service can be reached from here; HTTPS_PROXY and NO_PROXY say by which way"
            }
        };
        let problem = match &trouble.transport {
            Some(transport) if error.status().is_none() => transport.clone(),
            _ => error.to_string(),
        };
        let code = ProvisioningFailure::refused(error.status(), "").code;
        Failure::new(self.base(), problem, advice).of_the_target(code)
    }
}

impl Lost {
    fn new(sent: Sent, error: reqwest::Error) -> Self {
        Self {
            sent,
            is_late: error.is_timeout(),
            problem: http::chain(&error.without_url()),
        }
    }
}

impl From<ClientError> for Trouble {
    fn from(error: ClientError) -> Self {
        Self {
            error,
            transport: None,
        }
    }
}

/// A random identifier in the form of a UUID.
pub(crate) fn random_identifier() -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::new("the system's random numbers", error, "run again"))?;
    let number = u128::from_be_bytes(bytes);
    Ok(format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        number >> 96,
        (number >> 80) & 0xffff,
        (number >> 64) & 0xfff,
        0x8000 | ((number >> 48) & 0x3fff),
        number & 0xffff_ffff_ffff
    ))
}

#[cfg(test)]
mod tests;
