//! What stands for the ids of new resources, and the ids that take its place.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::super::super::encoding::{decode, encode_segment};
use super::places::{self, Form};
use crate::compatibility::Compatibility;
use crate::error::{Error, ErrorKind};
use crate::message::REFERENCE_PREFIX;
use crate::schema::RegisteredResourceType;

/// A resource that an operation creates.
pub(super) struct Target {
    pub(super) operation: usize,
    pub(super) id: String,
    pub(super) location: String,
}

/// The resources that the request creates, by their `bulkId`s.
pub(super) type Targets = BTreeMap<String, Target>;

/// Puts ids in the place of `bulkId`s, and remembers what one operation refers to.
pub(super) struct Resolver<'t> {
    targets: &'t Targets,
    /// The ids that the request deletes.
    deleted: &'t BTreeSet<String>,
    /// The operations whose resources are referred to.
    pub(super) operations: BTreeSet<usize>,
    /// Those of the deleted ids that are referred to.
    pub(super) ids: BTreeSet<String>,
    unknown: Option<String>,
}

impl<'t> Resolver<'t> {
    pub(super) const fn new(targets: &'t Targets, deleted: &'t BTreeSet<String>) -> Self {
        Self {
            targets,
            deleted,
            operations: BTreeSet::new(),
            ids: BTreeSet::new(),
            unknown: None,
        }
    }

    /// The id in the path of an operation.
    pub(super) fn resolve_path(&mut self, id: &mut String) {
        self.resolve(id, Form::Id);
    }

    /// The references in a resource.
    pub(super) fn resolve_resource(
        &mut self,
        resource_type: &RegisteredResourceType,
        data: &mut Value,
    ) {
        if let Value::Object(members) = data
            && self.is_concerned(members)
        {
            let mut visit = |text: &mut String, form| self.resolve(text, form);
            places::in_resource(resource_type, members, &mut visit);
        }
    }

    /// The `id` in a body beside the one in the path.
    pub(super) fn resolve_own_id(&mut self, data: &mut Value) {
        if let Some(Value::String(id)) = data.as_object_mut().and_then(|data| member(data, "id")) {
            self.resolve(id, Form::Id);
        }
    }

    /// The references in a PATCH request: in values, and in the filters of paths.
    pub(super) fn resolve_patch(
        &mut self,
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
        data: &mut Value,
    ) {
        let Value::Object(members) = data else {
            return;
        };
        if !self.is_concerned(members) {
            return;
        }
        let Some(Value::Array(operations)) = member(members, "Operations") else {
            return;
        };
        let parser = resource_type.parser().leniency(compatibility.leniency());
        for operation in operations {
            let Value::Object(operation) = operation else {
                continue;
            };
            let path = match member(operation, "path") {
                None | Some(Value::Null) => None,
                Some(Value::String(text)) => {
                    // One that cannot be read is refused when the operation begins.
                    let Ok(mut path) = parser.patch_path(text) else {
                        continue;
                    };
                    let sent = path.clone();
                    places::in_filter(resource_type, &mut path, &mut |text: &mut String, form| {
                        self.resolve(text, form);
                    });
                    if path != sent {
                        *text = path.to_string();
                    }
                    Some(path)
                }
                Some(_) => continue,
            };
            let mut visit = |text: &mut String, form| self.resolve(text, form);
            match (path, member(operation, "value")) {
                (Some(path), Some(value)) => {
                    places::in_target(resource_type, &path, value, &mut visit);
                }
                (None, Some(Value::Object(members))) => {
                    places::in_resource(resource_type, members, &mut visit);
                }
                _ => {}
            }
        }
    }

    /// What is wrong with the references.
    pub(super) fn problem(&self) -> Option<Error> {
        let unknown = self.unknown.as_deref()?;
        let unknown: String = unknown.chars().take(80).collect();
        Some(Error::new(
            ErrorKind::InvalidValue,
            format!("no POST of this request has the bulkId \"{unknown}\""),
        ))
    }

    fn is_concerned(&self, members: &Map<String, Value>) -> bool {
        !self.deleted.is_empty() || members.values().any(mentions)
    }

    fn resolve(&mut self, text: &mut String, form: Form) {
        if let Some(target) = self.target(text.strip_prefix(REFERENCE_PREFIX)) {
            target_in(form, target).clone_into(text);
        } else if form == Form::Uri
            && let Some((start, last)) = text.trim_end_matches('/').rsplit_once('/')
            && let Some(last) = decode(last, false)
            && let Some(target) = self.target(last.strip_prefix(REFERENCE_PREFIX))
        {
            *text = format!("{start}/{}", encode_segment(&target.id));
        }
        if let Some(id) = id_in(text, form)
            && self.deleted.contains(id.as_ref())
        {
            self.ids.insert(id.into_owned());
        }
    }

    fn target(&mut self, bulk_id: Option<&str>) -> Option<&'t Target> {
        let bulk_id = bulk_id?;
        let target = self.targets.get(bulk_id);
        match target {
            Some(target) => {
                self.operations.insert(target.operation);
            }
            None => {
                self.unknown.get_or_insert_with(|| bulk_id.to_owned());
            }
        }
        target
    }
}

fn target_in(form: Form, target: &Target) -> &str {
    match form {
        Form::Id => &target.id,
        Form::Uri => &target.location,
    }
}

/// The id of the resource that a text names.
pub(super) fn id_in(text: &str, form: Form) -> Option<Cow<'_, str>> {
    match form {
        Form::Id => Some(text.into()),
        Form::Uri => {
            let (_, last) = text.trim_end_matches('/').rsplit_once('/')?;
            decode(last, false).map(Cow::Owned)
        }
    }
}

/// Whether a `bulkId` stands anywhere. The nesting is what the reader of the body lets through.
fn mentions(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("bulkId"),
        Value::Array(values) => values.iter().any(mentions),
        Value::Object(members) => members.values().any(mentions),
        _ => false,
    }
}

fn member<'m>(members: &'m mut Map<String, Value>, name: &str) -> Option<&'m mut Value> {
    members
        .iter_mut()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}
