//! The one trait that an application implements: where resources are kept.

use std::future::Future;
use std::sync::Arc;

use super::context::RequestContext;
use super::step::{Page, Search};
use crate::error::{Error, ErrorKind};
use crate::resource::Resource;

/// Keeps the resources of a service.
///
/// Everything that the protocol says is decided before a store is called: a store sees valid resources, bound filters
/// and versions, and has four duties. It keeps tenants apart, by [`RequestContext::tenant`]. It refuses a value that is
/// taken already where the schema says so, comparing by [`comparison_key`](crate::schema::comparison_key). It replaces
/// and deletes only the expected version, in one atomic step. And a deleted resource is gone from everywhere.
///
/// The methods are native `async fn`s, under any runtime or none:
///
/// ```
/// use scim_core::resource::Resource;
/// use scim_core::service_provider::{Page, RequestContext, ResourceStore, Search, StoreError};
///
/// struct Empty;
///
/// impl ResourceStore for Empty {
///     async fn load(&self, _: &RequestContext, _: &str, _: &str) -> Result<Option<Resource>, StoreError> {
///         Ok(None)
///     }
///     async fn search(&self, _: &RequestContext, _: &Search) -> Result<Page, StoreError> {
///         Ok(Page::new(0, Vec::new()))
///     }
///     async fn insert(&self, _: &RequestContext, _: &str, resource: Resource) -> Result<Resource, StoreError> {
///         Ok(resource)
///     }
///     async fn replace(&self, _: &RequestContext, _: &str, _: Resource, _: &str) -> Result<Resource, StoreError> {
///         Err(StoreError::NotFound)
///     }
///     async fn delete(&self, _: &RequestContext, _: &str, _: &str, _: Option<&str>) -> Result<(), StoreError> {
///         Err(StoreError::NotFound)
///     }
/// }
/// ```
pub trait ResourceStore: Send + Sync {
    /// The resource of a type with an id, or none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] if the store cannot be read.
    fn load(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> impl Future<Output = Result<Option<Resource>, StoreError>> + Send;

    /// One page of the resources that match a query, and the number of all that match.
    ///
    /// # Errors
    ///
    /// [`StoreError::Rejected`] with [`ErrorKind::TooMany`] if the query would cost too much, [`StoreError::Failed`] if
    /// the store cannot be read.
    fn search(
        &self,
        context: &RequestContext,
        search: &Search,
    ) -> impl Future<Output = Result<Page, StoreError>> + Send;

    /// Keeps a new resource, which comes with its id and `meta`, and gives it back as it is now held.
    ///
    /// A store may fill in what it knows better, such as the `displayName` of a manager.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if a unique value is taken, or the error of [`UniqueKey::taken`](crate::schema::UniqueKey::taken);
    /// [`StoreError::Rejected`] if the resource refers to one that does not exist.
    fn insert(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> impl Future<Output = Result<Resource, StoreError>> + Send;

    /// Keeps a resource instead of the one with its id, provided that one still has `expected_version`.
    ///
    /// Comparison and replacement are one atomic step: of two replacements of the same version one must fail.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert), and [`StoreError::Stale`] if the version has moved on, [`StoreError::NotFound`] if
    /// the resource is gone.
    fn replace(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
        expected_version: &str,
    ) -> impl Future<Output = Result<Resource, StoreError>> + Send;

    /// Removes a resource, provided it still has `expected_version`, if one is given.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if the version has moved on, [`StoreError::NotFound`] if the resource is gone.
    fn delete(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
        expected_version: Option<&str>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

impl<S: ResourceStore> ResourceStore for Arc<S> {
    fn load(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> impl Future<Output = Result<Option<Resource>, StoreError>> + Send {
        S::load(self, context, resource_type, id)
    }

    fn search(
        &self,
        context: &RequestContext,
        search: &Search,
    ) -> impl Future<Output = Result<Page, StoreError>> + Send {
        S::search(self, context, search)
    }

    fn insert(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> impl Future<Output = Result<Resource, StoreError>> + Send {
        S::insert(self, context, resource_type, resource)
    }

    fn replace(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
        expected_version: &str,
    ) -> impl Future<Output = Result<Resource, StoreError>> + Send {
        S::replace(self, context, resource_type, resource, expected_version)
    }

    fn delete(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
        expected_version: Option<&str>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        S::delete(self, context, resource_type, id, expected_version)
    }
}

/// Why a store did not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another resource has this value already: 409 ([RFC 7644 §3.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.3)).
    #[error("{attribute}: {detail}")]
    Conflict {
        /// The attribute, in path notation.
        attribute: String,
        /// A sentence for the client.
        detail: String,
    },
    /// The resource is no longer of the expected version. The request is tried again on the new one, unless the client
    /// insists on the version: then 412.
    #[error("the resource has changed in the meantime")]
    Stale,
    /// The resource does not exist: 404.
    #[error("the resource does not exist")]
    NotFound,
    /// The request cannot be carried out for a reason that the client shall read.
    #[error(transparent)]
    Rejected(#[from] Error),
    /// The store failed: 500. The client learns nothing of the cause; it stands in [`Report`](super::Report).
    #[error("the store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// A value that is taken already.
    ///
    /// ```
    /// use scim_core::service_provider::StoreError;
    ///
    /// let error = StoreError::conflict("userName", "somebody has this name already");
    /// assert_eq!(error.to_string(), "userName: somebody has this name already");
    /// ```
    #[must_use]
    pub fn conflict(attribute: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Conflict {
            attribute: attribute.into(),
            detail: detail.into(),
        }
    }

    /// A reference or a value that the store cannot keep: 400 with `invalidValue`.
    ///
    /// ```
    /// use scim_core::service_provider::StoreError;
    ///
    /// let error = StoreError::invalid_value("members", "there is no user 42");
    /// assert_eq!(error.to_string(), "members: there is no user 42");
    /// ```
    #[must_use]
    pub fn invalid_value(attribute: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Rejected(Error::new(ErrorKind::InvalidValue, detail).with_path(attribute))
    }

    /// A failure of the store itself.
    ///
    /// ```
    /// use scim_core::service_provider::StoreError;
    ///
    /// assert_eq!(StoreError::failed("disk full").to_string(), "the store failed");
    /// ```
    #[must_use]
    pub fn failed(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed(cause.into())
    }
}
