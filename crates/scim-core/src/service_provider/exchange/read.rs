//! `GET` on a resource ([RFC 7644 §3.4.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.1)).

use super::super::parameters::Parameters;
use super::super::preconditions::Verdict;
use super::super::step::{Answer, Step};
use super::frame::{Frame, not_found, precondition_failed};
use super::{Next, Operation, Outcome, unexpected};
use crate::projection::Projection;
use crate::schema::RegisteredResourceType;

#[derive(Debug)]
pub(super) struct Read {
    resource_type: RegisteredResourceType,
    projection: Projection,
}

impl Read {
    pub(super) fn begin(
        resource_type: RegisteredResourceType,
        id: String,
        parameters: &Parameters,
        frame: &mut Frame,
    ) -> Outcome<Next> {
        let projection =
            parameters.projection(&resource_type, &frame.compatibility, &mut frame.tolerated)?;
        let left_out = projection.left_out(&resource_type).collect();
        frame.context.leave_out(left_out);
        let step = Step::Load {
            resource_type: resource_type.definition().name.clone(),
            id,
        };
        Ok(Next::Ask(
            Operation::Read(Self {
                resource_type,
                projection,
            }),
            step,
        ))
    }

    pub(super) fn resume(self, answer: Answer, frame: &Frame) -> Outcome<Next> {
        let Answer::Loaded(loaded) = answer else {
            return Err(unexpected());
        };
        let resource = loaded
            .map_err(|error| frame.store_refusal(error))?
            .ok_or_else(not_found)?;
        let version = resource.version();
        match frame.preconditions.judge(version.as_deref()) {
            Verdict::Holds => Ok(Next::Done(frame.resource(
                200,
                &self.resource_type,
                resource,
                vec![&self.projection],
            ))),
            Verdict::Unchanged => Ok(Next::Done(frame.resource_without_body(
                304,
                &self.resource_type,
                &resource,
            ))),
            Verdict::Fails => Err(precondition_failed()),
        }
    }
}
