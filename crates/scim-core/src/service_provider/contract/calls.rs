//! Calls as values: to let them compete, to give them up, and to let them fail.

use std::sync::Arc;

use super::subject::{Subject, Task};
use super::together::{Slot, lag};
use super::trial::{Stop, Trial};
use crate::resource::Resource;
use crate::service_provider::context::RequestContext;
use crate::service_provider::step::{Amendment, NewResource};
use crate::service_provider::store::ResourceStore;
use crate::service_provider::store_error::StoreError;

/// How many polls one of two calls is ahead of the other, at most: each number is tried.
pub(super) const LAGS: usize = 6;

/// A call that changes something.
#[derive(Clone, Debug)]
pub(super) enum Call {
    Insert(String, Resource),
    InsertAll(Vec<NewResource>),
    Replace(String, Resource, String),
    Delete(String, String, Option<String>),
    Amend(Amendment),
}

impl Call {
    pub(super) const fn method(&self) -> &'static str {
        match self {
            Self::Insert(..) => "insert",
            Self::InsertAll(_) => "insert_all",
            Self::Replace(..) => "replace",
            Self::Delete(..) => "delete",
            Self::Amend(_) => "amend",
        }
    }

    pub(super) async fn carry_out<T: ResourceStore>(
        self,
        store: Arc<T>,
        context: RequestContext,
    ) -> Result<(), StoreError> {
        match self {
            Self::Insert(resource_type, resource) => store
                .insert(&context, &resource_type, resource)
                .await
                .map(drop),
            Self::InsertAll(resources) => {
                let kept = store.insert_all(&context, resources).await;
                kept.map(drop).map_err(|refused| refused.error)
            }
            Self::Replace(resource_type, resource, version) => {
                let held = store
                    .replace(&context, &resource_type, resource, &version)
                    .await;
                held.map(drop)
            }
            Self::Delete(resource_type, id, version) => {
                store
                    .delete(&context, &resource_type, &id, version.as_deref())
                    .await
            }
            Self::Amend(amendment) => store.amend(&context, &amendment).await.map(drop),
        }
    }
}

impl<S: Subject> Trial<'_, S> {
    /// Lets two calls compete, of which the second begins some polls later.
    pub(super) async fn compete(
        &self,
        first: Call,
        second: Call,
        lagging: usize,
    ) -> Result<[Result<(), StoreError>; 2], Stop> {
        let slots = [Slot::new(), Slot::new()];
        let tasks = [(first, 0), (second, lagging)].into_iter().zip(&slots);
        let tasks = tasks.map(|((call, polls), slot)| -> Task {
            let (store, context, slot) = (Arc::clone(&self.store), self.context(), slot.clone());
            Box::pin(async move {
                lag(polls).await;
                slot.put(call.carry_out(store, context).await);
            })
        });
        self.subject.run_together(tasks.collect()).await;
        match slots.map(|slot| slot.take()) {
            [Some(first), Some(second)] => Ok([first, second]),
            _ => Err(Stop::broken(
                "Subject::run_together runs each of its tasks to the end",
                "a task was not run to its end",
                "await every task before it returns; a task that panics does not end either",
            )),
        }
    }
}
