//! `POST` on a collection ([RFC 7644 §3.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.3)).

use serde_json::Value;

use super::super::parameters::Parameters;
use super::super::preconditions::FIRST_VERSION;
use super::super::step::{Answer, Step};
use super::super::store_error::StoreError;
use super::super::writable;
use super::frame::Frame;
use super::{Next, Operation, Outcome, unexpected, written};
use crate::error::Error;
use crate::projection::Projection;
use crate::resource::Meta;
use crate::schema::{RegisteredResourceType, ValidationContext};

#[derive(Debug)]
pub(super) struct Create {
    resource_type: RegisteredResourceType,
    projection: Projection,
    written: Option<Projection>,
}

impl Create {
    pub(super) fn begin(
        resource_type: RegisteredResourceType,
        parameters: &Parameters,
        body: Value,
        frame: &mut Frame,
    ) -> Outcome<Next> {
        let projection =
            parameters.projection(&resource_type, &frame.compatibility, &mut frame.tolerated)?;
        let (mut resource, tolerated) = resource_type
            .read(body, ValidationContext::Create, &frame.compatibility)
            .map_err(Error::from)?;
        frame.tolerated.extend(tolerated);
        if !frame.keeps_passwords {
            writable::drop_password(&mut resource, &resource_type);
        }
        let written = if parameters.select() {
            None
        } else {
            written::in_resource(&resource, &resource_type)
        };
        let id = frame.context.new_ids.draw();
        check_new_id(&id).map_err(|error| frame.store_refusal(error))?;
        let meta = Meta {
            created: Some(frame.context.now),
            last_modified: Some(frame.context.now),
            location: Some(frame.location(&resource_type, &id)),
            version: Some(FIRST_VERSION.to_owned()),
            ..Meta::new(resource_type.definition().name.clone())
        };
        resource.set_id(id);
        resource.set_meta(&meta);
        let step = Step::Insert {
            resource_type: resource_type.definition().name.clone(),
            resource,
        };
        Ok(Next::Ask(
            Operation::Create(Self {
                resource_type,
                projection,
                written,
            }),
            step,
        ))
    }

    pub(super) fn resume(self, answer: Answer, frame: &Frame) -> Outcome<Next> {
        let Answer::Stored(stored) = answer else {
            return Err(unexpected());
        };
        let resource = stored.map_err(|error| frame.store_refusal(error))?;
        let projections: Vec<_> = [&self.projection]
            .into_iter()
            .chain(&self.written)
            .collect();
        Ok(Next::Done(frame.resource(
            201,
            &self.resource_type,
            resource,
            projections,
        )))
    }
}

/// What an application draws as an identifier has to be one: a bulk request writes `bulkId:` where an id would stand
/// (RFC 7643 §3.1).
fn check_new_id(id: &str) -> Result<(), StoreError> {
    if id.is_empty() || id.contains("bulkId") {
        return Err(StoreError::failed(
            "the id of a new resource is not empty and does not contain the word bulkId",
        ));
    }
    Ok(())
}
