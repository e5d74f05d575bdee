//! One check over one empty store.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use super::report::{Outcome, Violation};
use super::samples;
use super::subject::Subject;
use super::together::within_polls;
use crate::resource::{Meta, Resource};
use crate::schema::{RegisteredResourceType, SchemaRegistry, ValidationContext};
use crate::service_provider::context::RequestContext;
use crate::service_provider::preconditions::{FIRST_VERSION, next_version};
use crate::service_provider::references::{reference_attributes, targets};
use crate::service_provider::search::{Page, Search};
use crate::service_provider::store::{ResourceStore, StoreCapabilities};
use crate::service_provider::store_error::StoreError;

/// Why a check ends early.
#[derive(Debug)]
pub(super) struct Stop(pub(super) Outcome);

impl Stop {
    pub(super) fn broken(
        expected: impl Into<String>,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self(Outcome::Failed(Violation {
            expected: expected.into(),
            found: found.into(),
            advice: advice.into(),
        }))
    }

    pub(super) fn not_applicable(why: impl Into<String>) -> Self {
        Self(Outcome::NotApplicable(why.into()))
    }
}

pub(super) type Verdict = Result<(), Stop>;

/// Stops unless a condition holds.
pub(super) fn expect(
    holds: bool,
    expected: impl Into<String>,
    found: impl Into<String>,
    advice: impl Into<String>,
) -> Verdict {
    if holds {
        Ok(())
    } else {
        Err(Stop::broken(expected, found, advice))
    }
}

pub(super) fn id_of(resource: &Resource) -> &str {
    resource.id().unwrap_or_default()
}

pub(super) fn version_of(resource: &Resource) -> String {
    resource
        .meta()
        .and_then(|meta| meta.version)
        .unwrap_or_default()
}

/// What a store answered, with the cause of a failure.
pub(super) fn told<T>(answer: &Result<T, StoreError>) -> String {
    match answer {
        Ok(_) => "it was done".to_owned(),
        Err(error) => told_error(error),
    }
}

pub(super) fn told_error(error: &StoreError) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// The tenant of all checks but one.
pub(super) const TENANT: &str = "tenant-1";
const BASE_URL: &str = "https://contract.example/scim/v2";

/// A store, and numbers that have not been used in it.
#[derive(Debug)]
pub(super) struct Trial<'s, S: Subject> {
    pub(super) subject: &'s S,
    pub(super) registry: &'s SchemaRegistry,
    pub(super) store: Arc<S::Store>,
    drawn: AtomicUsize,
}

impl<'s, S: Subject> Trial<'s, S> {
    pub(super) fn new(subject: &'s S, registry: &'s SchemaRegistry, store: S::Store) -> Self {
        Self {
            subject,
            registry,
            store: Arc::new(store),
            drawn: AtomicUsize::new(0),
        }
    }

    pub(super) fn capabilities(&self) -> StoreCapabilities {
        self.store.capabilities()
    }

    /// All types; those that others refer to come first, as far as they do not refer to each other in a circle.
    pub(super) fn types(&self) -> Vec<&'s RegisteredResourceType> {
        let mut rest: Vec<_> = self.registry.resource_types().collect();
        let mut placed: Vec<&RegisteredResourceType> = Vec::new();
        while !rest.is_empty() {
            let waits = |one: &RegisteredResourceType| {
                let mut written = reference_attributes(one).filter(|it| samples::is_written(it));
                written.any(|reference| {
                    targets(reference.attribute()).iter().any(|target| {
                        let name =
                            |other: &&RegisteredResourceType| other.definition().name == *target;
                        *target != one.definition().name && rest.iter().any(name)
                    })
                })
            };
            let next = rest.iter().position(|one| !waits(one)).unwrap_or_default();
            placed.push(rest.remove(next));
        }
        placed
    }

    pub(super) fn draw(&self) -> usize {
        self.drawn.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// An id that has not been used. Ids are in another order than that in which they are made.
    pub(super) fn new_id(&self) -> String {
        format!("n{:05}", self.draw() * 7_919 % 100_000)
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        let seconds = i64::try_from(self.draw()).unwrap_or_default();
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::seconds(seconds)
    }

    pub(super) fn context(&self) -> RequestContext {
        self.context_of(TENANT)
    }

    pub(super) fn context_of(&self, tenant: &str) -> RequestContext {
        RequestContext::new(tenant, "contract", self.now(), "unused", BASE_URL)
    }

    /// A new valid resource, with `id` and `meta`, which refers to no other one.
    pub(super) fn sample(&self, resource_type: &RegisteredResourceType) -> Result<Resource, Stop> {
        let id = self.new_id();
        self.sample_with_id(resource_type, &id)
    }

    pub(super) fn sample_with_id(
        &self,
        resource_type: &RegisteredResourceType,
        id: &str,
    ) -> Result<Resource, Stop> {
        let name = &resource_type.definition().name;
        let mut resource = samples::sample(resource_type, self.draw());
        self.subject.adjust(name, &mut resource);
        if let Err(report) = resource_type.validate(&resource, ValidationContext::Create) {
            return Err(Stop::broken(
                format!("a valid resource of the type {name} can be made from its schema"),
                report.to_string(),
                "complete the resource in Subject::adjust",
            ));
        }
        self.identify(&mut resource, resource_type, id);
        Ok(resource)
    }

    /// Gives a new resource its id and its `meta`.
    pub(super) fn identify(
        &self,
        resource: &mut Resource,
        resource_type: &RegisteredResourceType,
        id: &str,
    ) {
        let definition = resource_type.definition();
        let now = self.now();
        resource.set_id(id);
        resource.set_meta(&Meta {
            created: Some(now),
            last_modified: Some(now),
            location: Some(format!("{BASE_URL}/{}/{id}", definition.endpoint_segment())),
            version: Some(FIRST_VERSION.to_owned()),
            ..Meta::new(definition.name.clone())
        });
    }

    /// What another one shall be instead: with other values, its id and its next version.
    pub(super) fn changed(
        &self,
        resource_type: &RegisteredResourceType,
        held: &Resource,
    ) -> Result<Resource, Stop> {
        let mut changed = self.sample_with_id(resource_type, id_of(held))?;
        let mut meta = held.meta().unwrap_or_default();
        meta.version = Some(next_version(meta.version.as_deref()));
        meta.last_modified = Some(self.now());
        changed.set_meta(&meta);
        for reference in resource_type.attributes() {
            let is_immutable =
                reference.attribute().mutability == crate::schema::Mutability::Immutable;
            if is_immutable && let Some(value) = reference.value_in(held) {
                samples::set(&mut changed, reference, value.clone());
            }
        }
        Ok(changed)
    }

    /// Inserts a resource that nothing speaks against, and gives it as it is then held.
    pub(super) async fn insert(
        &self,
        resource_type: &RegisteredResourceType,
        resource: Resource,
    ) -> Result<Resource, Stop> {
        let context = self.context();
        let name = &resource_type.definition().name;
        let answer = self.store.insert(&context, name, resource).await;
        answer.map_err(|error| {
            Stop::broken(
                format!("insert keeps a new, valid {name}"),
                told_error(&error),
                "if the store demands more than the schema says, see to it in Subject::adjust",
            )
        })
    }

    /// A new resource as it is held.
    pub(super) async fn add(
        &self,
        resource_type: &RegisteredResourceType,
    ) -> Result<Resource, Stop> {
        let sample = self.sample(resource_type)?;
        self.insert(resource_type, sample).await
    }

    pub(super) async fn load(
        &self,
        resource_type: &RegisteredResourceType,
        id: &str,
    ) -> Result<Option<Resource>, Stop> {
        let name = &resource_type.definition().name;
        let answer = self.store.load(&self.context(), name, id).await;
        answer.map_err(|error| {
            Stop::broken(
                format!("load of a {name} answers with it or with none"),
                told_error(&error),
                "an id that nothing has is no error of load",
            )
        })
    }

    /// The resource that has to be there.
    pub(super) async fn loaded(
        &self,
        resource_type: &RegisteredResourceType,
        id: &str,
    ) -> Result<Resource, Stop> {
        self.load(resource_type, id).await?.ok_or_else(|| {
            Stop::broken(
                format!(
                    "load finds the {} with the id {id}",
                    resource_type.definition().name
                ),
                "none",
                "look at what load selects by",
            )
        })
    }

    pub(super) async fn search(&self, search: &Search) -> Result<Page, Stop> {
        let answer = self.store.search(&self.context(), search).await;
        answer.map_err(|error| {
            Stop::broken(
                format!(
                    "search answers a query for the type {}",
                    search.resource_type
                ),
                told_error(&error),
                "Search::among answers every query from all resources of the type",
            )
        })
    }

    /// Carries out a call, and gives it up after this many polls; none if it was given up.
    pub(super) async fn give_up<F: Future>(&self, call: F, polls: usize) -> Option<F::Output> {
        within_polls(call, polls).await
    }
}
