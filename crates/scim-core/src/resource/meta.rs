//! [`Meta`]: what the service keeps about a resource.

use chrono::{DateTime, Utc};

use super::typed::typed;

typed! {
    /// What the service keeps about a resource ([RFC 7643, section 3.1](https://www.rfc-editor.org/rfc/rfc7643#section-3.1)).
    ///
    /// ```
    /// use scim_core::resource::Meta;
    ///
    /// let meta: Meta = serde_json::from_str(r#"{ "ResourceType": "User", "created": "2026-01-23T04:56:22Z" }"#)?;
    /// assert_eq!(meta.resource_type.as_deref(), Some("User"));
    /// assert_eq!(serde_json::to_value(&meta)?["created"], "2026-01-23T04:56:22.000Z");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct Meta {
        /// The name of the resource type.
        "resourceType" => resource_type: Option<String>,
        /// When the resource was created.
        "created" as AsDateTime => created: Option<DateTime<Utc>>,
        /// When it last changed.
        "lastModified" as AsDateTime => last_modified: Option<DateTime<Utc>>,
        /// Its address.
        "location" => location: Option<String>,
        /// Its entity-tag.
        "version" => version: Option<String>,
    }
}

impl Meta {
    /// Facts about a resource of this type.
    ///
    /// ```
    /// use scim_core::resource::Meta;
    ///
    /// assert!(Meta::new("User").version.is_none());
    /// ```
    #[must_use]
    pub fn new(resource_type: impl Into<String>) -> Self {
        Self {
            resource_type: Some(resource_type.into()),
            ..Self::default()
        }
    }
}
