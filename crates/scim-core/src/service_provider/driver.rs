//! The machine, driven over a store: the whole service as one function.

use std::sync::Arc;

use super::context::RequestContext;
use super::definition::ServiceDefinition;
use super::exchange::Exchange;
use super::request::Request;
use super::response::Response;
use super::step::{Answer, Step};
use super::store::ResourceStore;

/// A SCIM service: implement [`ResourceStore`], mount one handler.
///
/// It is cheap to share behind an `Arc`, keeps no state between requests and needs no runtime. Authentication comes
/// before it: the application checks the token, and says in the [`RequestContext`] whose request it is.
#[derive(Clone, Debug)]
pub struct ServiceProvider<S> {
    definition: Arc<ServiceDefinition>,
    store: S,
}

impl<S: ResourceStore> ServiceProvider<S> {
    /// A service over a store.
    pub fn new(definition: ServiceDefinition, store: S) -> Self {
        let capabilities = store.capabilities();
        Self {
            definition: Arc::new(ServiceDefinition {
                capabilities,
                ..definition
            }),
            store,
        }
    }

    /// What the service offers.
    #[must_use]
    pub fn definition(&self) -> &ServiceDefinition {
        &self.definition
    }

    /// Where its resources are kept.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// Answers one request. Whatever goes wrong, there is an answer.
    pub async fn answer(&self, request: Request, context: RequestContext) -> Response {
        let (mut exchange, mut step) = Exchange::start(&self.definition, &request, context);
        loop {
            let context = exchange.context();
            let answer = match step {
                Step::Load { resource_type, id } => {
                    Answer::Loaded(self.store.load(context, &resource_type, &id).await)
                }
                Step::Search(search) => Answer::Found(self.store.search(context, &search).await),
                Step::Insert {
                    resource_type,
                    resource,
                } => Answer::Stored(self.store.insert(context, &resource_type, resource).await),
                Step::InsertAll(resources) => {
                    Answer::StoredAll(self.store.insert_all(context, resources).await)
                }
                Step::Amend(amendment) => {
                    Answer::Amended(self.store.amend(context, &amendment).await)
                }
                Step::Replace {
                    resource_type,
                    resource,
                    expected_version,
                } => Answer::Stored(
                    self.store
                        .replace(context, &resource_type, resource, &expected_version)
                        .await,
                ),
                Step::Delete {
                    resource_type,
                    id,
                    expected_version,
                } => Answer::Deleted(
                    self.store
                        .delete(context, &resource_type, &id, expected_version.as_deref())
                        .await,
                ),
                Step::Done(response) => return response,
            };
            (exchange, step) = exchange.resume(answer);
        }
    }
}
