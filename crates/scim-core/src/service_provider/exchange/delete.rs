//! `DELETE` on a resource ([RFC 7644 §3.6](https://www.rfc-editor.org/rfc/rfc7644#section-3.6)).

use super::super::preconditions::Verdict;
use super::super::response::Response;
use super::super::step::{Answer, Step};
use super::super::store_error::StoreError;
use super::frame::{Frame, not_found, precondition_failed};
use super::{Next, Operation, Outcome, unexpected};
use crate::schema::RegisteredResourceType;

#[derive(Debug)]
pub(super) struct Delete {
    resource_type: String,
    id: String,
    attempts: usize,
}

impl Delete {
    /// Without a condition the resource need not be seen before it goes.
    pub(super) fn begin(resource_type: &RegisteredResourceType, id: String, frame: &Frame) -> Next {
        let delete = Self {
            resource_type: resource_type.definition().name.clone(),
            id,
            attempts: 0,
        };
        if frame.preconditions.any() {
            delete.load()
        } else {
            delete.delete(None)
        }
    }

    pub(super) fn resume(mut self, answer: Answer, frame: &Frame) -> Outcome<Next> {
        match answer {
            Answer::Loaded(loaded) => {
                let resource = loaded
                    .map_err(|error| frame.store_refusal(error))?
                    .ok_or_else(not_found)?;
                let version = resource.meta().and_then(|meta| meta.version);
                match frame.preconditions.judge(version.as_deref()) {
                    Verdict::Holds => Ok(self.delete(version)),
                    Verdict::Unchanged | Verdict::Fails => Err(precondition_failed()),
                }
            }
            Answer::Deleted(Ok(())) => Ok(Next::Done(Response::new(204))),
            Answer::Deleted(Err(StoreError::Stale))
                if self.attempts < frame.limits.write_attempts =>
            {
                self.attempts += 1;
                Ok(self.load())
            }
            Answer::Deleted(Err(error)) => Err(frame.store_refusal(error)),
            _ => Err(unexpected()),
        }
    }

    fn load(self) -> Next {
        let step = Step::Load {
            resource_type: self.resource_type.clone(),
            id: self.id.clone(),
        };
        Next::Ask(Operation::Delete(self), step)
    }

    fn delete(self, expected_version: Option<String>) -> Next {
        let step = Step::Delete {
            resource_type: self.resource_type.clone(),
            id: self.id.clone(),
            expected_version,
        };
        Next::Ask(Operation::Delete(self), step)
    }
}
