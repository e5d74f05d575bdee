//! The schemas of RFC 7643 as data: the printed facts, the verified errata, and the attributes which the prose
//! requires and the listings forget. RFC 9865 and RFC 9967 add to the configuration schema.

use std::sync::LazyLock;

use super::{AttributeDefinition, Schema};

/// Declares an accessor for a definition that is built into the crate.
macro_rules! built_in {
    ($( $(#[$meta:meta])* $name:ident = $file:literal; )+) => {
        $(
            $(#[$meta])*
            #[must_use]
            pub fn $name() -> &'static Schema {
                static DEFINITION: LazyLock<Schema> = LazyLock::new(|| built_in_json(include_str!($file)));
                &DEFINITION
            }
        )+
    };
}

built_in! {
    /// The schema of users ([RFC 7643, section 8.7.1](https://www.rfc-editor.org/rfc/rfc7643#section-8.7.1)).
    ///
    /// ```
    /// assert_eq!(scim_core::schema::user().name, "User");
    /// ```
    user = "definitions/user.json";
    /// The schema of groups ([RFC 7643, section 8.7.1](https://www.rfc-editor.org/rfc/rfc7643#section-8.7.1)).
    ///
    /// ```
    /// assert!(scim_core::schema::group().attribute("members").is_some());
    /// ```
    group = "definitions/group.json";
    /// The enterprise extension of users ([RFC 7643, section 8.7.1](https://www.rfc-editor.org/rfc/rfc7643#section-8.7.1)).
    ///
    /// ```
    /// assert!(scim_core::schema::enterprise_user().attribute("manager").is_some());
    /// ```
    enterprise_user = "definitions/enterprise_user.json";
    /// The schema of the service's configuration ([RFC 7643, section 8.7.2](https://www.rfc-editor.org/rfc/rfc7643#section-8.7.2)),
    /// with the additions of [RFC 9865, section 4](https://www.rfc-editor.org/rfc/rfc9865#section-4) and RFC 9967.
    ///
    /// ```
    /// assert!(scim_core::schema::service_provider_config_schema().attribute("pagination").is_some());
    /// ```
    service_provider_config_schema = "definitions/service_provider_config.json";
    /// The schema of resource types ([RFC 7643, section 8.7.2](https://www.rfc-editor.org/rfc/rfc7643#section-8.7.2)).
    ///
    /// ```
    /// assert!(scim_core::schema::resource_type().attribute("endpoint").is_some());
    /// ```
    resource_type = "definitions/resource_type.json";
    /// The schema of schemas ([RFC 7643, section 8.7.2](https://www.rfc-editor.org/rfc/rfc7643#section-8.7.2)).
    ///
    /// ```
    /// assert!(scim_core::schema::schema().attribute("attributes").is_some());
    /// ```
    schema = "definitions/schema.json";
}

/// The attributes that every resource has and no schema lists
/// ([RFC 7643, section 3.1](https://www.rfc-editor.org/rfc/rfc7643#section-3.1)).
pub(crate) fn common_attributes() -> &'static [AttributeDefinition] {
    static DEFINITIONS: LazyLock<Vec<AttributeDefinition>> =
        LazyLock::new(|| built_in_json(include_str!("definitions/common_attributes.json")));
    &DEFINITIONS
}

#[expect(
    clippy::expect_used,
    reason = "the texts are part of the crate, and a test reads each"
)]
fn built_in_json<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("a built-in definition is well-formed")
}
