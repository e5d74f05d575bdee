//! The entries of multi-valued attributes.

use super::typed::typed;

typed! {
    /// An entry of a multi-valued attribute with the sub-attributes of
    /// [RFC 7643, section 2.4](https://www.rfc-editor.org/rfc/rfc7643#section-2.4): an e-mail address, a phone number, a role.
    ///
    /// ```
    /// use scim_core::resource::MultiValued;
    ///
    /// let work = MultiValued::new("bjensen@example.com").with_type("work").with_primary(true);
    /// let json = serde_json::to_value(&work)?;
    /// assert_eq!(json["type"], "work");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct MultiValued {
        /// The value itself.
        "value" => value: Option<String>,
        /// A form of it for people.
        "display" => display: Option<String>,
        /// What it is for, such as `work`.
        "type" => r#type: Option<String>,
        /// Whether it is the preferred one.
        "primary" => primary: Option<bool>,
    }
}

impl MultiValued {
    /// An entry with a value.
    ///
    /// ```
    /// use scim_core::resource::MultiValued;
    ///
    /// assert!(MultiValued::new("bjensen@example.com").r#type.is_none());
    /// ```
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: Some(value.into()),
            ..Self::default()
        }
    }

    /// An entry of the type `work`.
    ///
    /// ```
    /// use scim_core::resource::MultiValued;
    ///
    /// assert_eq!(MultiValued::work("x"), MultiValued::new("x").with_type("work"));
    /// ```
    #[must_use]
    pub fn work(value: impl Into<String>) -> Self {
        Self::new(value).with_type("work")
    }

    /// An entry of the type `home`.
    ///
    /// ```
    /// use scim_core::resource::MultiValued;
    ///
    /// assert_eq!(MultiValued::home("x"), MultiValued::new("x").with_type("home"));
    /// ```
    #[must_use]
    pub fn home(value: impl Into<String>) -> Self {
        Self::new(value).with_type("home")
    }

    /// Sets what it is for.
    ///
    /// ```
    /// use scim_core::resource::MultiValued;
    ///
    /// assert_eq!(MultiValued::new("x").with_type("home").r#type.as_deref(), Some("home"));
    /// ```
    #[must_use]
    pub fn with_type(mut self, r#type: impl Into<String>) -> Self {
        self.r#type = Some(r#type.into());
        self
    }

    /// Sets whether it is the preferred one.
    ///
    /// ```
    /// use scim_core::resource::MultiValued;
    ///
    /// assert_eq!(MultiValued::new("x").with_primary(true).primary, Some(true));
    /// ```
    #[must_use]
    pub fn with_primary(mut self, primary: bool) -> Self {
        self.primary = Some(primary);
        self
    }
}

typed! {
    /// A postal address ([RFC 7643, section 4.1.2](https://www.rfc-editor.org/rfc/rfc7643#section-4.1.2)).
    ///
    /// ```
    /// use scim_core::resource::Address;
    ///
    /// let address: Address = serde_json::from_str(r#"{ "Locality": "Aarhus", "country": "DK" }"#)?;
    /// assert_eq!(address.locality.as_deref(), Some("Aarhus"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct Address {
        /// The whole address, ready for a label.
        "formatted" => formatted: Option<String>,
        /// Street, house number and the like.
        "streetAddress" => street_address: Option<String>,
        /// Town.
        "locality" => locality: Option<String>,
        /// State or region.
        "region" => region: Option<String>,
        /// Postal code.
        "postalCode" => postal_code: Option<String>,
        /// Country code of two letters.
        "country" => country: Option<String>,
        /// What it is for, such as `work`.
        "type" => r#type: Option<String>,
        /// Whether it is the preferred one.
        "primary" => primary: Option<bool>,
    }
}

typed! {
    /// A reference to another resource: a member of a group, or a group of a user.
    ///
    /// ```
    /// use scim_core::resource::ResourceReference;
    ///
    /// assert_eq!(ResourceReference::new("2819c223").value.as_deref(), Some("2819c223"));
    /// ```
    pub struct ResourceReference {
        /// The id of the resource.
        "value" => value: Option<String>,
        /// Its address.
        "$ref" => reference: Option<String>,
        /// A name for people.
        "display" => display: Option<String>,
        /// The resource type of a member; `direct` or `indirect` for a group of a user.
        "type" => r#type: Option<String>,
    }
}

impl ResourceReference {
    /// A reference by id.
    ///
    /// ```
    /// use scim_core::resource::ResourceReference;
    ///
    /// assert!(ResourceReference::new("42").reference.is_none());
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            value: Some(id.into()),
            ..Self::default()
        }
    }
}
