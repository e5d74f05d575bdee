//! The machine that answers one request: it asks for steps, is given answers, and ends with a response.

mod begin;
mod bulk;
mod change;
mod create;
mod delete;
mod frame;
mod list;
mod me;
mod permissions;
mod read;
mod shown;
mod written;

use std::sync::Arc;

use super::context::RequestContext;
use super::definition::ServiceDefinition;
use super::request::Request;
use super::response::{Refusal, Response};
use super::step::{Answer, Step};
use bulk::Bulk;
use change::Change;
use create::Create;
use delete::Delete;
use frame::Frame;
use list::List;
use read::Read;

/// One request on its way to its response, without any input or output of its own.
///
/// [`start`](Self::start) reads the request and says the first [`Step`]; whoever holds the resources carries it out and
/// [`resume`](Self::resume)s with the [`Answer`], until the step is [`Step::Done`]. The same request, context and answers
/// always give the same steps. [`ServiceProvider`](super::ServiceProvider) drives it over a
/// [`ResourceStore`](super::ResourceStore).
///
/// ```
/// use std::sync::Arc;
///
/// use chrono::DateTime;
/// use scim_core::schema::SchemaRegistry;
/// use scim_core::service_provider::{Answer, Exchange, Request, RequestContext, ServiceDefinition, Step};
///
/// let definition = Arc::new(ServiceDefinition::new(SchemaRegistry::standard()));
/// let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "unused", "https://people.example/scim/v2");
/// let (exchange, step) = Exchange::start(&definition, &Request::new("GET", "/Users/42"), context);
/// assert!(matches!(step, Step::Load { ref id, .. } if id == "42"));
///
/// let (_, step) = exchange.resume(Answer::Loaded(Ok(None)));
/// assert!(matches!(step, Step::Done(response) if response.status == 404));
/// ```
#[derive(Debug)]
pub struct Exchange {
    frame: Frame,
    operation: Operation,
}

/// What the exchange waits for.
#[derive(Debug)]
enum Operation {
    Create(Create),
    Read(Read),
    List(List),
    Change(Box<Change>),
    Delete(Delete),
    Bulk(Box<Bulk>),
    Finished,
}

impl Operation {
    fn resume(self, answer: Answer, frame: &mut Frame) -> Outcome<Next> {
        match self {
            Self::Create(create) => create.resume(answer, frame),
            Self::Read(read) => read.resume(answer, frame),
            Self::List(list) => list.resume(answer, frame),
            Self::Change(change) => change.resume(answer, frame),
            Self::Delete(delete) => delete.resume(answer, frame),
            Self::Bulk(bulk) => bulk.resume(answer, frame),
            Self::Finished => Err(unexpected()),
        }
    }
}

/// What an operation does next.
#[expect(
    clippy::large_enum_variant,
    reason = "it is moved once and kept nowhere"
)]
enum Next {
    Ask(Operation, Step),
    Done(Response),
}

type Outcome<T> = Result<T, Box<Refusal>>;

impl Exchange {
    /// Reads a request and says the first step.
    #[must_use]
    pub fn start(
        definition: &Arc<ServiceDefinition>,
        request: &Request,
        context: RequestContext,
    ) -> (Self, Step) {
        let mut frame = Frame::new(definition, request, context);
        let next = begin::begin(request, &mut frame);
        Self {
            frame,
            operation: Operation::Finished,
        }
        .proceed(next)
    }

    /// Takes the answer to the last step and says the next one.
    ///
    /// An answer that does not belong to the last step ends the exchange with status 500.
    #[must_use]
    pub fn resume(mut self, answer: Answer) -> (Self, Step) {
        let operation = std::mem::replace(&mut self.operation, Operation::Finished);
        let next = operation.resume(answer, &mut self.frame);
        self.proceed(next)
    }

    /// The context that the exchange was started with.
    #[must_use]
    pub const fn context(&self) -> &RequestContext {
        &self.frame.context
    }

    fn proceed(mut self, next: Outcome<Next>) -> (Self, Step) {
        let response = match next {
            Ok(Next::Ask(operation, step)) => {
                self.operation = operation;
                return (self, step);
            }
            Ok(Next::Done(response)) => response,
            Err(refusal) => Response::from(*refusal),
        };
        let response = self.frame.finish(response);
        (self, Step::Done(response))
    }
}

/// The answer belongs to another step: the driver is wrong, not the client.
fn unexpected() -> Box<Refusal> {
    Refusal::internal(
        Box::<dyn std::error::Error + Send + Sync>::from(
            "the answer does not belong to the step that was asked for",
        )
        .into(),
    )
}
