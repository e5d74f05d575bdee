//! Operations on one resource that is not changed in parts: create, get, replace, delete.

use super::answer::Answer;
use super::base_url::BaseUrl;
use super::call::{Context, Next, Operation};
use super::error::{ClientError, ClientErrorKind, Effect};
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;

/// `POST` of a new resource; followed by `GET` where the service does not show what it made.
#[derive(Debug)]
pub(super) struct Create {
    pub(super) resource_type: RegisteredResourceType,
    pub(super) is_created: bool,
}

impl Operation<Resource> for Create {
    fn read(
        &mut self,
        answer: Answer,
        context: &mut Context,
    ) -> Result<Next<Resource>, ClientError> {
        let status = answer.status;
        let location = answer.location.clone();
        let shown = answer.resource(&self.resource_type, context)?;
        if !self.is_created && status != 201 {
            let detail = "a created resource is answered with 201; another status was taken for it";
            context.deviations.note("status", detail);
        }
        if let Some(resource) =
            shown.filter(|resource| resource.id().is_some_and(|id| !id.is_empty()))
        {
            return Ok(Next::Done(resource));
        }
        let endpoint = &self.resource_type.definition().endpoint;
        let id = location.and_then(|location| BaseUrl::id_in(&location, endpoint));
        match id {
            Some(id) if !self.is_created => {
                self.is_created = true;
                let detail = "a created resource was not shown with its id; it was read once more";
                context.deviations.note("created_not_shown", detail);
                let url = context.target.base_url.resource(endpoint, &id)?;
                Ok(Next::Send(context.request("GET", url, None)))
            }
            _ => Err(no_resource("the answer tells no id")),
        }
    }
}

/// `GET` of one resource.
#[derive(Debug)]
pub(super) struct Get {
    pub(super) resource_type: RegisteredResourceType,
}

impl Operation<Resource> for Get {
    fn read(
        &mut self,
        answer: Answer,
        context: &mut Context,
    ) -> Result<Next<Resource>, ClientError> {
        let shown = answer.resource(&self.resource_type, context)?;
        shown
            .map(Next::Done)
            .ok_or_else(|| no_resource("the answer has no body"))
    }
}

/// `GET` of one resource, if it has changed.
#[derive(Debug)]
pub(super) struct GetIfChanged {
    pub(super) resource_type: RegisteredResourceType,
}

impl Operation<Option<Resource>> for GetIfChanged {
    fn read(
        &mut self,
        answer: Answer,
        context: &mut Context,
    ) -> Result<Next<Option<Resource>>, ClientError> {
        if answer.status == 304 {
            return Ok(Next::Done(None));
        }
        let shown = answer.resource(&self.resource_type, context)?;
        let shown = shown.ok_or_else(|| no_resource("the answer has no body"))?;
        Ok(Next::Done(Some(shown)))
    }
}

/// `PUT` of a whole resource.
#[derive(Debug)]
pub(super) struct Replace {
    pub(super) resource_type: RegisteredResourceType,
}

impl Operation<Option<Resource>> for Replace {
    fn read(
        &mut self,
        answer: Answer,
        context: &mut Context,
    ) -> Result<Next<Option<Resource>>, ClientError> {
        answer
            .resource(&self.resource_type, context)
            .map(Next::Done)
    }
}

/// `DELETE` of one resource.
#[derive(Debug)]
pub(super) struct Delete;

impl Operation<()> for Delete {
    /// A body is of no interest, whatever it is.
    fn read(&mut self, _: Answer, _: &mut Context) -> Result<Next<()>, ClientError> {
        Ok(Next::Done(()))
    }

    /// What is not there any more after an attempt whose outcome nobody knew is what that attempt deleted.
    fn refused(&mut self, error: ClientError, _: &mut Context) -> Result<Next<()>, ClientError> {
        if error.kind() == ClientErrorKind::NotFound && error.effect() == Effect::Unknown {
            return Ok(Next::Done(()));
        }
        Err(error)
    }
}

pub(super) fn no_resource(detail: &str) -> ClientError {
    ClientError::new(
        ClientErrorKind::NotScim,
        format!("a resource was expected, and {detail}"),
    )
}
