//! A small service: it keeps users and groups, and does as it is told.

use std::collections::BTreeMap;

use scim_core::compatibility::Compatibility;
use scim_core::evaluation::BoundFilter;
use scim_core::patch;
use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use scim_mapping::provisioning::{ObjectKind, TargetAnswer, TargetOperation};
use serde_json::Value;

#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) objects: BTreeMap<ObjectKind, BTreeMap<String, Resource>>,
    types: BTreeMap<ObjectKind, RegisteredResourceType>,
    compatibility: Compatibility,
    next: usize,
    /// Whether a write is answered without the object.
    pub(crate) is_silent: bool,
}

impl Target {
    pub(crate) fn new(
        types: BTreeMap<ObjectKind, RegisteredResourceType>,
        compatibility: Compatibility,
        is_silent: bool,
    ) -> Self {
        let objects = types.keys().map(|kind| (*kind, BTreeMap::new())).collect();
        Self {
            objects,
            types,
            compatibility,
            next: 0,
            is_silent,
        }
    }

    pub(crate) fn of(&self, kind: ObjectKind) -> &BTreeMap<String, Resource> {
        &self.objects[&kind]
    }

    fn of_mut(&mut self, kind: ObjectKind) -> &mut BTreeMap<String, Resource> {
        self.objects.get_mut(&kind).unwrap()
    }

    fn is_taken(&self, kind: ObjectKind, resource: &Resource, own: Option<&str>) -> bool {
        let name = |resource: &Resource| {
            let attribute = match kind {
                ObjectKind::User => "userName",
                ObjectKind::Group => "displayName",
            };
            resource
                .get(attribute)
                .and_then(Value::as_str)
                .map(str::to_lowercase)
        };
        self.of(kind)
            .iter()
            .any(|(id, other)| Some(id.as_str()) != own && name(other) == name(resource))
    }

    pub(crate) fn add(&mut self, kind: ObjectKind, body: &Value) -> Option<String> {
        let mut resource = Resource::new(body.as_object().unwrap().clone());
        if self.is_taken(kind, &resource, None) {
            return None;
        }
        self.next += 1;
        let id = format!("t{}", self.next);
        resource.set_id(&id);
        self.of_mut(kind).insert(id.clone(), resource);
        Some(id)
    }

    fn shown(&self, kind: ObjectKind, id: &str, without_members: bool) -> Option<Resource> {
        let mut resource = self.of(kind).get(id)?.clone();
        if without_members {
            resource.attributes_mut().remove("members");
        }
        Some(resource)
    }

    pub(crate) fn carry_out(
        &mut self,
        kind: ObjectKind,
        operation: &TargetOperation,
    ) -> TargetAnswer {
        let conflict = || TargetAnswer::refused(409, "taken");
        match operation {
            TargetOperation::Find { filter } => {
                let bound = match BoundFilter::bind(filter, &self.types[&kind], &self.compatibility)
                {
                    Ok(bound) => bound,
                    Err(error) => return TargetAnswer::refused(400, error.to_string()),
                };
                let is_group = kind == ObjectKind::Group;
                let ids = self.of(kind).iter();
                let ids = ids
                    .filter(|(_, resource)| bound.matches(resource))
                    .map(|(id, _)| id);
                TargetAnswer::Found(
                    ids.filter_map(|id| self.shown(kind, id, is_group))
                        .collect(),
                )
            }
            TargetOperation::Read {
                id,
                excluding_members,
            } => TargetAnswer::Read(self.shown(kind, id, *excluding_members)),
            TargetOperation::Create { body } => match self.add(kind, body) {
                Some(id) => TargetAnswer::Written(self.shown(kind, &id, false)),
                None => conflict(),
            },
            TargetOperation::Patch { id, body, .. } => {
                let Some(current) = self.of(kind).get(id) else {
                    return TargetAnswer::Gone;
                };
                let read = scim_core::message::PatchRequest::read(
                    body,
                    &self.types[&kind],
                    &self.compatibility,
                );
                let patched = read.and_then(|request| {
                    patch::apply(&request, current, &self.types[&kind], &self.compatibility)
                });
                match patched {
                    Ok(patched) => self.put(kind, id, patched.resource),
                    Err(error) => TargetAnswer::refused(400, error.to_string()),
                }
            }
            TargetOperation::Replace { id, body } => {
                if !self.of(kind).contains_key(id) {
                    return TargetAnswer::Gone;
                }
                self.put(kind, id, Resource::new(body.as_object().unwrap().clone()))
            }
            TargetOperation::Delete { id } => match self.of_mut(kind).remove(id) {
                Some(_) => {
                    self.forget_member(id);
                    TargetAnswer::Deleted
                }
                None => TargetAnswer::Gone,
            },
            other => panic!("{other:?}"),
        }
    }

    fn put(&mut self, kind: ObjectKind, id: &str, resource: Resource) -> TargetAnswer {
        if self.is_taken(kind, &resource, Some(id)) {
            return TargetAnswer::refused(409, "taken");
        }
        self.of_mut(kind).insert(id.to_owned(), resource);
        TargetAnswer::Written(self.shown(kind, id, false).filter(|_| !self.is_silent))
    }

    fn forget_member(&mut self, id: &str) {
        for group in self.of_mut(ObjectKind::Group).values_mut() {
            if let Some(Value::Array(members)) = group.attributes_mut().get_mut("members") {
                members.retain(|member| member["value"] != id);
            }
        }
    }

    pub(crate) fn edit(&mut self, kind: ObjectKind, id: &str, attribute: &str, value: Value) {
        if let Some(resource) = self.of_mut(kind).get_mut(id) {
            resource
                .attributes_mut()
                .insert(attribute.to_owned(), value);
        }
    }

    pub(crate) fn remove(&mut self, kind: ObjectKind, id: &str) {
        self.of_mut(kind).remove(id);
        self.forget_member(id);
    }
}
