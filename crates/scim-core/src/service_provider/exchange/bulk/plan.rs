//! What a bulk request comes to before any of it is done: ids for what it creates, references with ids in the place of
//! `bulkId`s, and an order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

use super::super::super::routing::Endpoint;
use super::super::frame::Frame;
use super::order::{Dependencies, in_order};
use super::reading::SentOperation;
use super::references::{Resolver, Target, Targets};
use super::within;
use crate::error::{Error, ErrorKind};
use crate::message::{BulkMethod, BulkOperation, REFERENCE_PREFIX};
use crate::schema::SchemaRegistry;

pub(super) struct Plan {
    pub(super) operations: Vec<Planned>,
    /// The operations in the order of their execution; those of one group refer to each other in a circle.
    pub(super) groups: VecDeque<Vec<usize>>,
}

/// One operation.
pub(super) struct Planned {
    /// What the result repeats.
    pub(super) method: Option<String>,
    pub(super) bulk_id: Option<String>,
    /// The URI of the resource, which a POST has from its beginning.
    pub(super) location: Option<String>,
    /// The operation that creates the resource in its path.
    pub(super) created_by: Option<usize>,
    /// The operations whose resources it refers to, perhaps itself.
    pub(super) refers: BTreeSet<usize>,
    /// What to do, until it is begun.
    pub(super) work: Option<Result<Work, Error>>,
}

pub(super) struct Work {
    pub(super) method: BulkMethod,
    pub(super) endpoint: Endpoint,
    pub(super) version: Option<String>,
    pub(super) data: Value,
    /// The id of the resource that a POST creates.
    pub(super) new_id: String,
}

impl Plan {
    pub(super) fn new(operations: Vec<Value>, frame: &mut Frame) -> Self {
        let mut operations: Vec<Planned> = operations
            .into_iter()
            .enumerate()
            .map(|(index, sent)| Planned::read(index, sent, frame))
            .collect();
        refuse_repeated(&mut operations);
        let targets = targets(&operations);
        let deleted = resolve_paths(&mut operations, &targets, frame);
        let dependencies = resolve_data(&mut operations, &targets, &deleted, frame);
        Self {
            groups: in_order(&dependencies),
            operations,
        }
    }

    /// Whether the operations of a group refer to each other, or the only one to itself.
    pub(super) fn is_circle(&self, group: &[usize]) -> bool {
        match group {
            [only] => self
                .operations
                .get(*only)
                .is_some_and(|operation| operation.refers.contains(only)),
            _ => true,
        }
    }
}

impl Planned {
    fn read(index: usize, sent: Value, frame: &mut Frame) -> Self {
        let sent = within(index, frame, |frame| {
            SentOperation::read(sent, &mut frame.tolerating())
        });
        let work = sent
            .operation
            .and_then(|operation| Work::new(operation, frame));
        let location = match &work {
            Ok(Work {
                endpoint: Endpoint::Collection(resource_type),
                new_id,
                ..
            }) => Some(frame.location(resource_type, new_id)),
            Ok(_) => None,
            Err(_) => sent.path.and_then(|path| location_at(&path, frame)),
        };
        Self {
            method: sent.method,
            bulk_id: sent.bulk_id,
            location,
            created_by: None,
            refers: BTreeSet::new(),
            work: Some(work),
        }
    }

    const fn work_mut(&mut self) -> Option<&mut Work> {
        match &mut self.work {
            Some(Ok(work)) => Some(work),
            _ => None,
        }
    }

    /// The `bulkId` of what it creates.
    fn new_bulk_id(&self) -> Option<&str> {
        match &self.work {
            Some(Ok(work)) if work.method == BulkMethod::Post => self.bulk_id.as_deref(),
            _ => None,
        }
    }
}

impl Work {
    fn new(operation: BulkOperation, frame: &mut Frame) -> Result<Self, Error> {
        let endpoint = endpoint(&operation, &frame.definition.registry)?;
        Ok(Self {
            new_id: match operation.method {
                BulkMethod::Post => frame.context.new_ids.draw(),
                _ => String::new(),
            },
            method: operation.method,
            endpoint,
            version: operation.version,
            data: operation.data.unwrap_or_default(),
        })
    }
}

/// The endpoint of an operation: a type's, or a resource's.
fn endpoint(operation: &BulkOperation, registry: &SchemaRegistry) -> Result<Endpoint, Error> {
    let invalid =
        |detail: &str| Error::new(ErrorKind::InvalidSyntax, detail.to_owned()).with_path("path");
    if operation.path.contains(['?', '#']) {
        return Err(invalid("an operation has a path only, without a query"));
    }
    let endpoint = Endpoint::at(&operation.path, registry)?;
    let methods = match endpoint {
        Endpoint::Collection(_) => "POST",
        Endpoint::Resource(..) => "PUT, PATCH and DELETE",
        _ => {
            return Err(invalid(
                "an operation of a bulk request is on the endpoint of a resource type, or on a resource",
            ));
        }
    };
    if endpoint.offers(operation.method.as_str()) {
        Ok(endpoint)
    } else {
        let detail = format!("in a bulk request this endpoint offers {methods} only");
        Err(Error::new(ErrorKind::MethodNotAllowed, detail))
    }
}

/// The URI of the resource that an operation names which cannot be read otherwise.
fn location_at(path: &str, frame: &Frame) -> Option<String> {
    match Endpoint::at(path, &frame.definition.registry) {
        Ok(Endpoint::Resource(resource_type, id))
            if !path.contains(['?', '#']) && !id.starts_with(REFERENCE_PREFIX) =>
        {
            Some(frame.location(&resource_type, &id))
        }
        _ => None,
    }
}

/// A name that two resources have names neither.
fn refuse_repeated(operations: &mut [Planned]) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for bulk_id in operations.iter().filter_map(Planned::new_bulk_id) {
        *count.entry(bulk_id.to_owned()).or_default() += 1;
    }
    count.retain(|_, count| *count > 1);
    for operation in operations {
        if operation
            .new_bulk_id()
            .is_some_and(|bulk_id| count.contains_key(bulk_id))
        {
            let detail = "another POST of this request has the same; each needs its own";
            let error = Error::new(ErrorKind::InvalidValue, detail).with_path("bulkId");
            operation.work = Some(Err(error));
        }
    }
}

/// What the operations create. Those that cannot be carried out are there too, for whoever refers to them.
fn targets(operations: &[Planned]) -> Targets {
    let mut targets = Targets::new();
    for (operation, planned) in operations.iter().enumerate() {
        let is_post = planned.method.as_deref() == Some(BulkMethod::Post.as_str());
        let Some(bulk_id) = planned.bulk_id.as_ref().filter(|_| is_post) else {
            continue;
        };
        let id = match &planned.work {
            Some(Ok(work)) => work.new_id.clone(),
            _ => String::new(),
        };
        targets.entry(bulk_id.clone()).or_insert_with(|| Target {
            operation,
            id,
            location: planned.location.clone().unwrap_or_default(),
        });
    }
    targets
}

/// Puts ids into the paths, and says which resources are deleted.
fn resolve_paths(operations: &mut [Planned], targets: &Targets, frame: &Frame) -> BTreeSet<String> {
    let none = BTreeSet::new();
    let mut deleted = BTreeSet::new();
    for operation in operations {
        let Some(Work {
            method,
            endpoint: Endpoint::Resource(resource_type, id),
            ..
        }) = operation.work_mut()
        else {
            continue;
        };
        let mut resolver = Resolver::new(targets, &none);
        resolver.resolve_path(id);
        if *method == BulkMethod::Delete {
            deleted.insert(id.clone());
        }
        let location = frame.location(resource_type, id);
        match resolver.problem() {
            Some(error) => operation.work = Some(Err(error.with_path("path"))),
            None => operation.location = Some(location),
        }
        operation.created_by = resolver.operations.first().copied();
        operation.refers = resolver.operations;
    }
    deleted
}

/// Puts ids into the data, and says what each operation has to wait for: for what it refers to; for earlier ones on the same
/// resource; and, before it deletes a resource, for earlier ones that refer to that.
///
/// Nothing waits for a PUT, PATCH or DELETE but such a later one, so a circle consists of creations.
fn resolve_data(
    operations: &mut [Planned],
    targets: &Targets,
    deleted: &BTreeSet<String>,
    frame: &Frame,
) -> Dependencies {
    let mut dependencies = Dependencies::with_capacity(operations.len());
    let mut last_on: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut referring: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, operation) in operations.iter_mut().enumerate() {
        let mut waits_for = BTreeSet::new();
        if let Some(work) = operation.work_mut() {
            let mut resolver = Resolver::new(targets, deleted);
            match (&work.endpoint, work.method) {
                (Endpoint::Collection(resource_type), _) => {
                    resolver.resolve_resource(resource_type, &mut work.data);
                }
                (Endpoint::Resource(resource_type, _), BulkMethod::Put) => {
                    resolver.resolve_own_id(&mut work.data);
                    resolver.resolve_resource(resource_type, &mut work.data);
                }
                (Endpoint::Resource(resource_type, _), BulkMethod::Patch) => {
                    resolver.resolve_patch(resource_type, &frame.compatibility, &mut work.data);
                }
                _ => {}
            }
            if let Endpoint::Resource(resource_type, id) = &work.endpoint {
                let resource = (resource_type.definition().name.clone(), id.clone());
                waits_for.extend(last_on.insert(resource, index));
                if work.method == BulkMethod::Delete {
                    waits_for.extend(referring.remove(id).into_iter().flatten());
                }
            }
            for id in std::mem::take(&mut resolver.ids) {
                referring.entry(id).or_default().push(index);
            }
            match resolver.problem() {
                Some(error) => operation.work = Some(Err(error.with_path("data"))),
                None => operation.refers.append(&mut resolver.operations),
            }
        }
        if matches!(operation.work, Some(Ok(_))) {
            waits_for.extend(&operation.refers);
        } else {
            operation.refers.clear();
        }
        dependencies.push(waits_for);
    }
    dependencies
}
