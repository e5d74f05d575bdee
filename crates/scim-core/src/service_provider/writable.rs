//! What a service does not keep.

use crate::resource::Resource;
use crate::schema::RegisteredResourceType;
use crate::urn;

/// A resource without its password, for a service that keeps none.
pub(super) fn drop_password(resource: &mut Resource, resource_type: &RegisteredResourceType) {
    if resource_type.schema().id.matches(urn::USER) {
        resource.attributes_mut().remove("password");
    }
}
