//! Schemas as data ([RFC 7643, section 7](https://www.rfc-editor.org/rfc/rfc7643#section-7)): definitions, the registry
//! that holds those of one service, and the reading and validation of resources by them.

mod attribute_definition;
mod comparison_key;
mod constraints;
mod decimal;
mod definition;
mod definitions;
mod dependents;
mod instant;
mod json_schema;
mod name_index;
mod nearest;
mod peakon;
mod reading;
mod registry;
mod replacement;
mod resource_builder;
mod resource_type;
pub mod service_provider_config;
mod tightening;
mod unique_key;
mod validation;

pub use attribute_definition::{
    AttributeDefinition, AttributeType, Mutability, Returned, Uniqueness,
};
pub(crate) use comparison_key::{ComparisonRule, base64_digits, instant_key};
pub use comparison_key::{comparison_key, value_key};
pub use constraints::{Bound, Constraints, InvalidPattern, Pattern};
pub(crate) use decimal::{Decimal, compare_numbers, integer};
pub use definition::Schema;
pub(crate) use definitions::common_attributes;
pub use definitions::{
    enterprise_user, group, resource_type, schema, service_provider_config_schema, user,
};
pub(crate) use dependents::{is_dependent, subject};
pub(crate) use instant::parse_instant;
pub(crate) use name_index::NameIndex;
pub use peakon::{
    InvalidPeakonAttribute, PeakonAttribute, PeakonAttributeKind, peakon_user_schema,
};
pub(crate) use reading::members::object_in_text;
pub(crate) use reading::schemas::is_foreign;
pub(crate) use reading::simple;
pub(crate) use reading::value::{complete_reference, description};
pub use registry::{
    AttributeReference, Redacted, RegisteredResourceType, RegistryError, RegistryProblem,
    SchemaRegistry, SchemaRegistryBuilder, UnknownAttribute,
};
pub(crate) use registry::{Container, IndexedAttribute};
pub use resource_builder::ResourceBuilder;
pub use resource_type::{ResourceType, SchemaExtension};
pub use service_provider_config::ServiceProviderConfig;
pub use tightening::Tightening;
pub use unique_key::UniqueKey;
pub use validation::{ValidationContext, ValidationReport};
