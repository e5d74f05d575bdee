//! `PUT` and `PATCH` on a resource ([RFC 7644 §3.5](https://www.rfc-editor.org/rfc/rfc7644#section-3.5)).

use serde_json::Value;

use super::super::parameters::Parameters;
use super::super::preconditions::{Verdict, next_version};
use super::super::response::Response;
use super::super::step::{Amended, Amendment, Answer, Step};
use super::super::store_error::StoreError;
use super::super::writable;
use super::frame::{Frame, not_found, precondition_failed};
use super::{Next, Operation, Outcome, unexpected, written};
use crate::compatibility::Tolerance;
use crate::error::{Error, ErrorKind};
use crate::message::PatchRequest;
use crate::patch::{self, EntryDelta};
use crate::projection::Projection;
use crate::resource::Resource;
use crate::schema::{RegisteredResourceType, ValidationContext};
use crate::urn;

/// A change of one resource: it is read, changed, and written if it is still the one that was read. If it is not, all
/// of this happens again, so that no other change is lost.
#[derive(Debug)]
pub(super) struct Change {
    resource_type: RegisteredResourceType,
    id: String,
    projection: Projection,
    wanted: Wanted,
    shown: Shown,
    /// Whether the client chose what the answer shows.
    is_selected: bool,
    /// What the answer shows besides, because the client wrote it.
    written: Option<Projection>,
    attempts: usize,
}

#[derive(Debug)]
enum Wanted {
    /// To become what the client sent, as far as it is the client's to say.
    Replace(Resource),
    Patch(PatchRequest),
}

/// Whether the answer shows the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Yes,
    /// Unless it is long.
    Usually,
    /// As the client preferred, which the answer says.
    Preferred(bool),
}

/// A resource as it shall be.
struct Outlook {
    resource: Resource,
    is_changed: bool,
    tolerated: Vec<Tolerance>,
    /// What the client wrote.
    written: Option<Projection>,
}

impl Change {
    pub(super) fn begin_replace(
        resource_type: RegisteredResourceType,
        id: String,
        parameters: &Parameters,
        body: Value,
        frame: &mut Frame,
    ) -> Outcome<Next> {
        let projection =
            parameters.projection(&resource_type, &frame.compatibility, &mut frame.tolerated)?;
        refuse_other_id(&id, &body, frame)?;
        let (mut resource, tolerated) = resource_type
            .read(body, ValidationContext::Replace, &frame.compatibility)
            .map_err(Error::from)?;
        frame.tolerated.extend(tolerated);
        if !frame.keeps_passwords {
            writable::drop_password(&mut resource, &resource_type);
        }
        Ok(Box::new(Self {
            resource_type,
            id,
            projection,
            wanted: Wanted::Replace(resource),
            shown: Shown::Yes,
            is_selected: parameters.select(),
            written: None,
            attempts: 0,
        })
        .load())
    }

    pub(super) fn begin_patch(
        resource_type: RegisteredResourceType,
        id: String,
        parameters: &Parameters,
        preference: &str,
        body: &Value,
        frame: &mut Frame,
    ) -> Outcome<Next> {
        let projection =
            parameters.projection(&resource_type, &frame.compatibility, &mut frame.tolerated)?;
        let (request, tolerated) =
            PatchRequest::read_with_report(body, &resource_type, &frame.compatibility)?;
        frame.tolerated.extend(tolerated);
        let shown = if parameters.select() {
            Shown::Yes
        } else {
            preferred(preference).map_or(Shown::Usually, Shown::Preferred)
        };
        let delta = delta(&request, &id, shown, &resource_type, frame);
        let change = Box::new(Self {
            resource_type,
            id,
            projection,
            wanted: Wanted::Patch(request),
            shown,
            is_selected: parameters.select(),
            written: None,
            attempts: 0,
        });
        match delta {
            Some(delta) => Ok(change.amend_unseen(delta, frame)),
            None => Ok(change.load()),
        }
    }

    /// Changes the entries of a list without a look at the resource, which need not be shown.
    fn amend_unseen(self: Box<Self>, delta: EntryDelta, frame: &mut Frame) -> Next {
        frame.tolerated.extend(delta.tolerated.iter().cloned());
        let amendment = Amendment {
            resource_type: self.resource_type.definition().name.clone(),
            id: self.id.clone(),
            delta,
            last_modified: frame.context.now,
            whole_up_to: match self.shown {
                Shown::Preferred(false) => 0,
                _ => frame.limits.page_size_maximum,
            },
        };
        Next::Ask(Operation::Change(self), Step::Amend(amendment))
    }

    pub(super) fn resume(mut self: Box<Self>, answer: Answer, frame: &mut Frame) -> Outcome<Next> {
        match answer {
            Answer::Loaded(loaded) => {
                let stored = loaded
                    .map_err(|error| frame.store_refusal(error))?
                    .ok_or_else(not_found)?;
                self.amend(stored, frame)
            }
            Answer::Stored(Ok(resource)) => Ok(Next::Done(self.answer(resource, frame))),
            Answer::Stored(Err(StoreError::Stale))
                if self.attempts < frame.limits.write_attempts =>
            {
                self.attempts += 1;
                Ok(self.load())
            }
            Answer::Amended(Ok(Amended::Whole(resource))) => {
                Ok(Next::Done(self.answer(resource, frame)))
            }
            Answer::Amended(Ok(Amended::Version(version))) => {
                Ok(Next::Done(self.answer_unseen(version, frame)))
            }
            Answer::Stored(Err(error)) | Answer::Amended(Err(error)) => {
                Err(frame.store_refusal(error))
            }
            _ => Err(unexpected()),
        }
    }

    fn load(self: Box<Self>) -> Next {
        let step = Step::Load {
            resource_type: self.resource_type.definition().name.clone(),
            id: self.id.clone(),
        };
        Next::Ask(Operation::Change(self), step)
    }

    /// The resource as it shall be, from the one that is. One that would stay the same is not written, so that its
    /// version and its time of change stay too.
    fn amend(mut self: Box<Self>, stored: Resource, frame: &mut Frame) -> Outcome<Next> {
        let meta = stored.meta();
        let version = meta.as_ref().and_then(|meta| meta.version.clone());
        if frame.preconditions.judge(version.as_deref()) != Verdict::Holds {
            return Err(precondition_failed());
        }
        let Outlook {
            mut resource,
            is_changed,
            tolerated,
            written,
        } = self.outlook(stored, frame)?;
        self.written = written.filter(|_| !self.is_selected);
        if self.attempts == 0 {
            frame.tolerated.extend(tolerated);
        }
        if !is_changed {
            return Ok(Next::Done(self.answer(resource, frame)));
        }
        let members = resource.get("members").and_then(Value::as_array);
        if let Some(members) = members {
            refuse_own_member(&self.resource_type, &self.id, members)?;
        }
        let mut meta = meta.unwrap_or_default();
        meta.resource_type = Some(self.resource_type.definition().name.clone());
        meta.last_modified = Some(frame.context.now);
        meta.location = Some(frame.location(&self.resource_type, &self.id));
        meta.version = Some(next_version(version.as_deref()));
        resource.set_meta(&meta);
        let step = Step::Replace {
            resource_type: self.resource_type.definition().name.clone(),
            resource,
            expected_version: version.unwrap_or_default(),
        };
        Ok(Next::Ask(Operation::Change(self), step))
    }

    fn outlook(&self, stored: Resource, frame: &Frame) -> Result<Outlook, Error> {
        let request = match &self.wanted {
            Wanted::Replace(sent) => {
                let resource = self.resource_type.replace(&stored, sent.clone())?;
                return Ok(Outlook {
                    is_changed: resource != stored,
                    resource,
                    tolerated: Vec::new(),
                    written: written::in_resource(sent, &self.resource_type),
                });
            }
            Wanted::Patch(request) => request,
        };
        let mut resource = stored;
        let drops_password =
            !frame.keeps_passwords && self.resource_type.schema().id.matches(urn::USER);
        let had_password = resource.get("password").is_some();
        let applied = patch::apply_in_place(
            request,
            &mut resource,
            &self.resource_type,
            &frame.compatibility,
            &frame.limits.patch,
        )?;
        let tolerated = applied.tolerated().to_vec();
        let changes = applied.changes();
        if changes.is_empty() {
            return Ok(Outlook {
                resource,
                is_changed: false,
                tolerated,
                written: None,
            });
        }
        let written = written::in_changes(&changes, &self.resource_type);
        // One that is not kept is no change either.
        let is_kept = |change: &patch::AttributeChange| {
            !drops_password || had_password || change.path != "password"
        };
        let is_changed = changes.iter().any(is_kept);
        if drops_password {
            writable::drop_password(&mut resource, &self.resource_type);
        }
        Ok(Outlook {
            resource,
            is_changed,
            tolerated,
            written,
        })
    }

    fn answer(&self, resource: Resource, frame: &Frame) -> Response {
        let most = frame.limits.page_size_maximum;
        let is_shown = self.shown.is_shown(&resource, most);
        // Otherwise a change of nothing would be a way to read.
        let response = if is_shown && frame.may_read(&self.resource_type) {
            let projections: Vec<_> = [&self.projection]
                .into_iter()
                .chain(&self.written)
                .collect();
            frame.resource(200, &self.resource_type, resource, projections)
        } else {
            frame.resource_without_body(204, &self.resource_type, &resource)
        };
        self.shown.said_in(response)
    }

    fn answer_unseen(&self, version: String, frame: &Frame) -> Response {
        let response = frame.resource_unseen(204, &self.resource_type, &self.id, version);
        self.shown.said_in(response)
    }
}

impl Shown {
    fn is_shown(self, resource: &Resource, most: usize) -> bool {
        match self {
            Self::Yes => true,
            Self::Usually => !is_long(resource, most),
            Self::Preferred(preferred) => preferred,
        }
    }

    /// The answer, which says that it is as the client preferred.
    fn said_in(self, response: Response) -> Response {
        let applied = match self {
            Self::Yes | Self::Usually => return response,
            // It is not his to see.
            Self::Preferred(true) if response.body.is_none() => return response,
            Self::Preferred(true) => "return=representation",
            Self::Preferred(false) => "return=minimal",
        };
        response.with_header("Preference-Applied", applied)
    }
}

/// What a request comes to without a look at the resource, if the store can do that, and neither the client's conditions nor the
/// answer need the resource.
///
/// What is wrong with a request is told by the way over the resource, which may turn out not to exist.
fn delta(
    request: &PatchRequest,
    id: &str,
    shown: Shown,
    resource_type: &RegisteredResourceType,
    frame: &Frame,
) -> Option<EntryDelta> {
    let capabilities = frame.definition.capabilities;
    let is_wanted = matches!(shown, Shown::Yes | Shown::Preferred(true));
    if !capabilities.entry_deltas || is_wanted || frame.preconditions.any() {
        return None;
    }
    let limits = &frame.limits.patch;
    patch::entry_delta(request, resource_type, &frame.compatibility, limits)
        .ok()
        .flatten()
        .filter(|delta| refuse_own_member(resource_type, id, &delta.added).is_ok())
}

/// Whether an attribute has more values than a page has results: so many members are not sent back for each that is added.
fn is_long(resource: &Resource, most: usize) -> bool {
    let mut lists = resource.attributes().values().filter_map(Value::as_array);
    lists.any(|list| list.len() > most)
}

/// What the client wishes by `Prefer` (RFC 7240 §4.2): to see the resource, or not.
fn preferred(preference: &str) -> Option<bool> {
    preference.split([',', ';']).find_map(|wish| {
        match wish.replace([' ', '"'], "").to_ascii_lowercase().as_str() {
            "return=representation" => Some(true),
            "return=minimal" => Some(false),
            _ => None,
        }
    })
}

/// An `id` in the body that is not the one in the address.
fn refuse_other_id(id: &str, body: &Value, frame: &mut Frame) -> Outcome<()> {
    let sent = body.as_object().and_then(|body| {
        body.iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("id"))
    });
    if sent.is_none_or(|(_, sent)| sent.is_null() || sent.as_str() == Some(id)) {
        return Ok(());
    }
    if frame.compatibility.ignore_different_id {
        frame.tolerated.push(Tolerance::new(
            "ignore_different_id",
            "id",
            "the id in the address was taken, not the one in the body",
        ));
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidValue,
        "the id in the body is not the one in the address; leave it out",
    )
    .with_path("id")
    .into())
}

/// Groups may contain each other, but none contains itself.
pub(super) fn refuse_own_member(
    resource_type: &RegisteredResourceType,
    id: &str,
    members: &[Value],
) -> Result<(), Error> {
    let mut ids = members
        .iter()
        .filter_map(|member| member.get("value")?.as_str());
    if resource_type.schema().id.matches(urn::GROUP) && ids.any(|member| member == id) {
        return Err(Error::new(
            ErrorKind::InvalidValue,
            "a group cannot be a member of itself",
        )
        .with_path("members"));
    }
    Ok(())
}
