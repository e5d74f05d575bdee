//! Changing a resource ([RFC 7644, section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2)): [`apply`] a
//! request, or find the [`difference`] between two states as a request.

mod applied;
mod dialect;
mod difference;
mod edit;
mod entry_delta;
mod list;
mod lookup;
mod remove;
mod schemas;
mod session;
mod slot;
mod target;
mod touched;
mod value;

use std::fmt;

use serde_json::Value;

use crate::compatibility::{Compatibility, Tolerance};
use crate::error::{Error, ErrorKind};
use crate::message::PatchRequest;
use crate::resource::{Hidden, Resource};
use crate::schema::RegisteredResourceType;

pub use applied::Applied;
pub use dialect::PatchDialect;
pub use difference::difference;
pub use entry_delta::{EntryDelta, entry_delta};

use list::Budget;
use session::Session;

/// What a PATCH request made of a resource.
///
/// # Examples
///
/// See [`apply`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Patched {
    /// The resource after the request.
    pub resource: Resource,
    /// What is different now, by path. Empty: nothing is, so version and time of change stay as they are.
    pub changes: Vec<AttributeChange>,
    /// What was not sent as the RFC has it, and how it was understood.
    pub tolerated: Vec<Tolerance>,
}

/// What is different in one attribute.
///
/// Of a multi-valued attribute only the entries that went and the entries that came are told, so that a change in a group
/// of ten thousand stays small. The values of an attribute that is never returned, such as a password, are not told, and
/// `Debug` shows no values.
///
/// # Examples
///
/// See [`apply`].
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct AttributeChange {
    /// The attribute, in path notation and spelled as the schema spells it.
    pub path: String,
    /// What it was, if it had a value.
    pub before: Option<Value>,
    /// What it is, if it has a value.
    pub after: Option<Value>,
}

impl AttributeChange {
    /// A change of a path from one value to another.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::patch::AttributeChange;
    ///
    /// assert_eq!(AttributeChange::new("title", None, Some("CTO".into())).path, "title");
    /// ```
    #[must_use]
    pub fn new(path: impl Into<String>, before: Option<Value>, after: Option<Value>) -> Self {
        Self {
            path: path.into(),
            before,
            after,
        }
    }
}

impl fmt::Debug for AttributeChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttributeChange")
            .field("path", &self.path)
            .field("before", &self.before.as_ref().map(Hidden::of))
            .field("after", &self.after.as_ref().map(Hidden::of))
            .finish()
    }
}

/// How much one PATCH request may do.
///
/// # Examples
///
/// ```
/// use scim_core::patch::PatchLimits;
///
/// let mut limits = PatchLimits::default();
/// limits.operations = 10;
/// assert!(limits.written_values > limits.operations);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PatchLimits {
    /// The number of operations; 1,000 unless set.
    pub operations: usize,
    /// The number of JSON values that the operations write, an operation through a filter counted once for each entry that
    /// matches; 1,000,000 unless set. It bounds the growth of the resource.
    pub written_values: usize,
    /// The number of entries of multi-valued attributes that the operations look at to find those that they mean, an entry
    /// counted once for each term of an `or` that it is compared with; 50,000,000 unless set. Single members are looked up in
    /// an index, so a thousand of them in a group of a hundred thousand need 201,000.
    pub examined_entries: usize,
}

impl Default for PatchLimits {
    fn default() -> Self {
        Self {
            operations: 1_000,
            written_values: 1_000_000,
            examined_entries: 50_000_000,
        }
    }
}

/// Applies a request to a resource, under the default [`PatchLimits`].
///
/// All operations succeed, or the request fails and nothing has happened: the resource is only read, and the outcome is a
/// new one. The operations see the results of those before them; what the resource must fulfil as a whole, such as having
/// its required attributes, is checked after the last.
///
/// # Errors
///
/// Every error names the operation and the path. Its kind is one of the protocol:
///
/// - `invalidPath`: the path names nothing that the schemas know, or selects in a single value;
/// - `invalidFilter`: the filter in the path makes no sense for its attribute;
/// - `noTarget`: the filter of an `add` or `replace` selects nothing, or a `remove` has no path;
/// - `mutability`: the attribute is read-only, or immutable and already set, or required and would lose its value;
/// - `invalidValue`: the value is missing, or does not fit its attribute.
///
/// A request beyond the limits fails as too large.
///
/// # Examples
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::message::PatchRequest;
/// use scim_core::patch;
/// use scim_core::resource::Resource;
/// use scim_core::schema::SchemaRegistry;
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("no users")?;
/// let compatibility = Compatibility::standard();
/// let user = json!({
///     "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
///     "id": "1", "userName": "bjensen", "emails": [{"type": "work", "value": "old@example.com"}],
/// });
/// let user = Resource::new(user.as_object().cloned().ok_or("no object")?);
///
/// let request = json!({
///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
///     "Operations": [{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "new@example.com"}],
/// });
/// let request = PatchRequest::read(&request, users, &compatibility)?;
/// let patched = patch::apply(&request, &user, users, &compatibility)?;
/// assert_eq!(patched.resource.get("emails"), Some(&json!([{"type": "work", "value": "new@example.com"}])));
/// assert_eq!(patched.changes[0].path, "emails");
///
/// // The same again changes nothing.
/// assert!(patch::apply(&request, &patched.resource, users, &compatibility)?.changes.is_empty());
/// # Ok(())
/// # }
/// ```
pub fn apply(
    request: &PatchRequest,
    resource: &Resource,
    resource_type: &RegisteredResourceType,
    compatibility: &Compatibility,
) -> Result<Patched, Error> {
    apply_within(
        request,
        resource,
        resource_type,
        compatibility,
        &PatchLimits::default(),
    )
}

/// Applies a request to a resource within limits of one's own; otherwise as [`apply`].
///
/// # Errors
///
/// As for [`apply`].
///
/// # Examples
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::error::ErrorKind;
/// use scim_core::message::PatchRequest;
/// use scim_core::patch::{self, PatchLimits};
/// use scim_core::resource::Resource;
/// use scim_core::schema::SchemaRegistry;
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("no users")?;
/// let compatibility = Compatibility::standard();
/// let request = json!({
///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
///     "Operations": [{"op": "remove", "path": "title"}, {"op": "remove", "path": "nickName"}],
/// });
/// let request = PatchRequest::read(&request, users, &compatibility)?;
/// let user = Resource::new(json!({"userName": "bjensen"}).as_object().cloned().ok_or("no object")?);
/// let mut limits = PatchLimits::default();
/// limits.operations = 1;
/// let refused = patch::apply_within(&request, &user, users, &compatibility, &limits);
/// assert_eq!(refused.err().map(|error| error.kind()), Some(ErrorKind::PayloadTooLarge));
/// # Ok(())
/// # }
/// ```
pub fn apply_within(
    request: &PatchRequest,
    resource: &Resource,
    resource_type: &RegisteredResourceType,
    compatibility: &Compatibility,
    limits: &PatchLimits,
) -> Result<Patched, Error> {
    let mut patched = resource.clone();
    let applied = apply_in_place(request, &mut patched, resource_type, compatibility, limits)?;
    let (changes, tolerated) = (applied.changes(), applied.tolerated);
    Ok(Patched {
        resource: patched,
        changes,
        tolerated,
    })
}

/// Applies a request to a resource in place: without a copy of it, and all or nothing.
///
/// A request that fails leaves the resource exactly as it was, the order of its entries included. What it means, and its
/// errors, are those of [`apply`].
///
/// # Errors
///
/// As for [`apply`].
///
/// # Examples
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::message::PatchRequest;
/// use scim_core::patch::{self, PatchLimits};
/// use scim_core::resource::Resource;
/// use scim_core::schema::SchemaRegistry;
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = SchemaRegistry::standard();
/// let groups = registry.resource_type("Group").ok_or("no groups")?;
/// let compatibility = Compatibility::standard();
/// let group = json!({"displayName": "Trials", "members": [{"value": "1"}, {"value": "2"}]});
/// let mut group = Resource::new(group.as_object().cloned().ok_or("no object")?);
/// let untouched = group.clone();
///
/// let request = json!({
///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
///     "Operations": [{"op": "remove", "path": "members[value eq \"1\"]"}],
/// });
/// let request = PatchRequest::read(&request, groups, &compatibility)?;
/// let applied = patch::apply_in_place(&request, &mut group, groups, &compatibility, &PatchLimits::default())?;
/// assert!(!applied.is_unchanged() && applied.tolerated().is_empty());
/// assert_eq!(applied.resource().get("members"), Some(&json!([{"value": "2"}])));
/// assert_eq!(applied.changes()[0].before, Some(json!([{"value": "1"}])));
/// // It could not be stored.
/// applied.undo();
/// assert_eq!(group, untouched);
/// # Ok(())
/// # }
/// ```
pub fn apply_in_place<'r>(
    request: &PatchRequest,
    resource: &'r mut Resource,
    resource_type: &'r RegisteredResourceType,
    compatibility: &Compatibility,
    limits: &PatchLimits,
) -> Result<Applied<'r>, Error> {
    check_operations(request, limits)?;
    let attributes = resource.attributes_mut();
    let mut session = Session::new(attributes, resource_type, compatibility, budget(limits));
    let outcome = session.run_all(&request.operations);
    let tolerated = std::mem::take(&mut session.tolerated);
    if let Err(error) = outcome {
        session.undo();
        return Err(error);
    }
    let journal = session.into_journal();
    Ok(Applied {
        resource,
        journal,
        tolerated,
    })
}

fn check_operations(request: &PatchRequest, limits: &PatchLimits) -> Result<(), Error> {
    if request.operations.len() > limits.operations {
        return Err(Error::new(
            ErrorKind::PayloadTooLarge,
            format!(
                "the request has {} operations and {} are allowed; send several requests",
                request.operations.len(),
                limits.operations
            ),
        ));
    }
    Ok(())
}

const fn budget(limits: &PatchLimits) -> Budget {
    Budget {
        written: limits.written_values,
        examined: limits.examined_entries,
    }
}
