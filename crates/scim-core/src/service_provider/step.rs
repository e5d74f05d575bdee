//! The conversation between the machine and whoever holds the resources: a step is asked for, an answer is given.

use super::definition::ServiceLimits;
use super::response::Response;
use super::store::StoreError;
use crate::evaluation::BoundFilter;
use crate::resource::Resource;
use crate::sorting::BoundSort;

/// What has to happen next.
///
/// Each step but the last is one call of [`ResourceStore`](super::ResourceStore), whose methods describe what is expected.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(
    clippy::large_enum_variant,
    reason = "it is moved once and kept nowhere"
)]
pub enum Step {
    /// Give the resource with this id: [`Answer::Loaded`].
    #[non_exhaustive]
    Load {
        /// The name of the resource type.
        resource_type: String,
        /// The id.
        id: String,
    },
    /// Give one page of the resources that match: [`Answer::Found`].
    Search(Search),
    /// Keep this new resource: [`Answer::Stored`].
    #[non_exhaustive]
    Insert {
        /// The name of the resource type.
        resource_type: String,
        /// The resource, with its id and `meta`.
        resource: Resource,
    },
    /// Keep this resource instead of the one that has its id, if that one still has the expected version:
    /// [`Answer::Stored`].
    #[non_exhaustive]
    Replace {
        /// The name of the resource type.
        resource_type: String,
        /// The resource as it shall be, with its next version.
        resource: Resource,
        /// `meta.version` of the resource that it was made from.
        expected_version: String,
    },
    /// Remove the resource with this id: [`Answer::Deleted`].
    #[non_exhaustive]
    Delete {
        /// The name of the resource type.
        resource_type: String,
        /// The id.
        id: String,
        /// The version that the resource must still have, if it matters.
        expected_version: Option<String>,
    },
    /// Send this: the exchange is over.
    Done(Response),
}

/// What came of a [`Step`].
#[derive(Debug)]
#[non_exhaustive]
pub enum Answer {
    /// To [`Step::Load`]: the resource, or none.
    Loaded(Result<Option<Resource>, StoreError>),
    /// To [`Step::Search`].
    Found(Result<Page, StoreError>),
    /// To [`Step::Insert`] and [`Step::Replace`]: the resource as it is now held.
    Stored(Result<Resource, StoreError>),
    /// To [`Step::Delete`].
    Deleted(Result<(), StoreError>),
}

/// A query on the resources of one type ([RFC 7644 §3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2)).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Search {
    /// The name of the resource type.
    pub resource_type: String,
    /// What a resource must match; every resource, if there is none.
    pub filter: Option<BoundFilter>,
    /// The order; any order that stays the same from page to page, if there is none. Equal ones stand in the order of
    /// their ids.
    pub sort: Option<BoundSort>,
    /// The position, counted from one, of the first resource to give.
    pub start_index: usize,
    /// How many to give at most; zero asks for the number of matches only.
    pub count: usize,
    /// What evaluating the filter may cost, for an [`EvaluationBudget`](crate::evaluation::EvaluationBudget) of the query.
    pub evaluation_steps: u64,
}

impl Search {
    /// A query for the first `count` resources of a type.
    #[must_use]
    pub fn new(resource_type: impl Into<String>, count: usize) -> Self {
        Self {
            resource_type: resource_type.into(),
            filter: None,
            sort: None,
            start_index: 1,
            count,
            evaluation_steps: ServiceLimits::default().evaluation_steps,
        }
    }
}

/// Some of the resources that match a query.
///
/// ```
/// use scim_core::service_provider::Page;
///
/// assert_eq!(Page::new(0, Vec::new()).total_results, 0);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page {
    /// How many match altogether.
    pub total_results: usize,
    /// Those of this page, at most as many as were asked for.
    pub resources: Vec<Resource>,
}

impl Page {
    /// A page of a result.
    #[must_use]
    pub const fn new(total_results: usize, resources: Vec<Resource>) -> Self {
        Self {
            total_results,
            resources,
        }
    }
}
