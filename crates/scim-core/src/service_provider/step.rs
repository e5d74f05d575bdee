//! The conversation between the machine and whoever holds the resources: a step is asked for, an answer is given.

use chrono::{DateTime, Utc};

use super::response::Response;
use super::search::{Page, Search};
use super::store_error::{InsertionError, StoreError};
use crate::patch::EntryDelta;
use crate::resource::Resource;

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
    /// Keep all of these new resources, which may refer to each other, or none of them: [`Answer::StoredAll`]. Asked for only
    /// if the store has [`atomic_inserts`](super::StoreCapabilities::atomic_inserts).
    InsertAll(Vec<NewResource>),
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
    /// Take entries into and out of a multi-valued attribute of a resource, whatever else it has: [`Answer::Amended`]. Asked
    /// for only if the store has [`entry_deltas`](super::StoreCapabilities::entry_deltas).
    Amend(Amendment),
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
    /// To [`Step::InsertAll`]: the resources as they are now held, in the order given.
    StoredAll(Result<Vec<Resource>, InsertionError>),
    /// To [`Step::Amend`]: what the resource is now.
    Amended(Result<Amended, StoreError>),
    /// To [`Step::Delete`].
    Deleted(Result<(), StoreError>),
}

/// A resource that does not exist yet, with its id and `meta`.
///
/// ```
/// use scim_core::resource::User;
/// use scim_core::service_provider::NewResource;
///
/// assert_eq!(NewResource::new("User", User::new("ines").into()).resource_type, "User");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NewResource {
    /// The name of the resource type.
    pub resource_type: String,
    /// The resource.
    pub resource: Resource,
}

impl NewResource {
    /// A new resource of a type.
    #[must_use]
    pub fn new(resource_type: impl Into<String>, resource: Resource) -> Self {
        Self {
            resource_type: resource_type.into(),
            resource,
        }
    }
}

/// Entries that go out of and come into one multi-valued attribute of a resource, such as the members of a group.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Amendment {
    /// The name of the resource type.
    pub resource_type: String,
    /// The id of the resource.
    pub id: String,
    /// The entries.
    pub delta: EntryDelta,
    /// `meta.lastModified`, if anything changes.
    pub last_modified: DateTime<Utc>,
    /// How many entries the resource may have then to be given back whole. The answer shows no more than these.
    pub whole_up_to: usize,
}

/// What a resource is after an [`Amendment`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Amended {
    /// The resource as it is now held, where it has few entries.
    Whole(Resource),
    /// Its version, where it has more.
    Version(String),
}
