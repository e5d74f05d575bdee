//! Whether the principal may do what he asks for ([RFC 7644 §7.2](https://www.rfc-editor.org/rfc/rfc7644#section-7.2)).

use super::super::context::Permission;
use super::super::routing::Endpoint;
use super::Outcome;
use super::frame::{Frame, not_found};
use crate::error::{Error, ErrorKind};
use crate::schema::RegisteredResourceType;

/// Whether an operation is about one resource, which may be hidden, or about the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Any,
    One,
}

/// Refuses an operation on resources of one type, whether it comes alone or in a bulk request.
pub(super) fn check_operation(method: &str, endpoint: &Endpoint, frame: &Frame) -> Outcome<()> {
    match (method, endpoint) {
        ("POST", Endpoint::Collection(resource_type)) => {
            check(Permission::Create, resource_type, Whose::Any, frame)
        }
        ("PUT" | "PATCH", Endpoint::Resource(resource_type, _)) => {
            check(Permission::Change, resource_type, Whose::One, frame)
        }
        ("DELETE", Endpoint::Resource(resource_type, _)) => {
            check(Permission::Delete, resource_type, Whose::One, frame)
        }
        (_, Endpoint::Resource(resource_type, _)) => {
            check(Permission::Read, resource_type, Whose::One, frame)
        }
        (_, Endpoint::Collection(resource_type)) => {
            check(Permission::Read, resource_type, Whose::Any, frame)
        }
        _ => Ok(()),
    }
}

/// A resource that he may not even read does not exist for him; what he may only read is forbidden to change.
pub(super) fn check(
    permission: Permission,
    resource_type: &RegisteredResourceType,
    whose: Whose,
    frame: &Frame,
) -> Outcome<()> {
    let name = &resource_type.definition().name;
    let permissions = &frame.context.permissions;
    if permissions.allows(name, permission) {
        return Ok(());
    }
    if whose == Whose::One && !permissions.allows(name, Permission::Read) {
        return Err(not_found());
    }
    let what = match permission {
        Permission::Create => "create",
        Permission::Read => "read",
        Permission::Change => "change",
        Permission::Delete => "delete",
    };
    let detail = format!(
        "you have no right to {what} resources of the type {name}; ask the administrator of this service for it"
    );
    Err(Error::new(ErrorKind::Forbidden, detail).into())
}
