//! Definitions in code.

use super::{AttributeDefinition, Constraints, Mutability, Returned, Uniqueness};

impl AttributeDefinition {
    /// Sets whether it holds an array.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType};
    ///
    /// let emails = AttributeDefinition::new("emails", AttributeType::String).multi_valued(true);
    /// assert!(emails.multi_valued);
    /// ```
    #[must_use]
    pub fn multi_valued(mut self, multi_valued: bool) -> Self {
        self.multi_valued = multi_valued;
        self
    }

    /// Sets the description.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType};
    ///
    /// let badge = AttributeDefinition::new("badge", AttributeType::String).description("Number of the badge");
    /// assert_eq!(badge.description, "Number of the badge");
    /// ```
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Sets whether a value is required.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType};
    ///
    /// assert!(AttributeDefinition::new("badge", AttributeType::String).required(true).required);
    /// ```
    #[must_use]
    pub fn required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }

    /// Sets the suggested values.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType};
    ///
    /// let color = AttributeDefinition::new("color", AttributeType::String).canonical_values(["red", "blue"]);
    /// assert_eq!(color.canonical_values.len(), 2);
    /// ```
    #[must_use]
    pub fn canonical_values<T: Into<String>>(
        mut self,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        self.canonical_values = values.into_iter().map(Into::into).collect();
        self
    }

    /// Sets whether case counts in comparisons.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType};
    ///
    /// assert!(AttributeDefinition::new("code", AttributeType::String).case_exact(true).case_exact);
    /// ```
    #[must_use]
    pub fn case_exact(mut self, case_exact: bool) -> Self {
        self.case_exact = case_exact;
        self
    }

    /// Sets who may write it, and when.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType};
    /// use scim_core::schema::Mutability;
    ///
    /// let code = AttributeDefinition::new("code", AttributeType::String).mutability(Mutability::ReadOnly);
    /// assert_eq!(code.mutability, Mutability::ReadOnly);
    /// ```
    #[must_use]
    pub fn mutability(mut self, mutability: Mutability) -> Self {
        self.mutability = mutability;
        self
    }

    /// Sets when it is part of an answer.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType};
    /// use scim_core::schema::Returned;
    ///
    /// let pin = AttributeDefinition::new("pin", AttributeType::String).returned(Returned::Never);
    /// assert!(pin.is_never_returned());
    /// ```
    #[must_use]
    pub fn returned(mut self, returned: Returned) -> Self {
        self.returned = returned;
        self
    }

    /// Sets among which resources its value is unique.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType};
    /// use scim_core::schema::Uniqueness;
    ///
    /// let badge = AttributeDefinition::new("badge", AttributeType::String).uniqueness(Uniqueness::Server);
    /// assert_eq!(badge.uniqueness, Uniqueness::Server);
    /// ```
    #[must_use]
    pub fn uniqueness(mut self, uniqueness: Uniqueness) -> Self {
        self.uniqueness = uniqueness;
        self
    }

    /// Sets what a reference may refer to.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType};
    ///
    /// let owner = AttributeDefinition::new("owner", AttributeType::Reference).reference_types(["User"]);
    /// assert_eq!(owner.reference_types, ["User"]);
    /// ```
    #[must_use]
    pub fn reference_types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.reference_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the parts of a complex attribute.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType};
    ///
    /// let part = AttributeDefinition::new("street", AttributeType::String);
    /// let home = AttributeDefinition::new("home", AttributeType::Complex).sub_attributes([part]);
    /// assert!(home.sub_attribute("STREET").is_some());
    /// ```
    #[must_use]
    pub fn sub_attributes(mut self, sub_attributes: impl IntoIterator<Item = Self>) -> Self {
        self.sub_attributes = sub_attributes.into_iter().collect();
        self
    }

    /// Sets what is asked of values beyond the RFC.
    ///
    /// ```
    /// use scim_core::schema::{AttributeDefinition, AttributeType, Constraints};
    ///
    /// let title = AttributeDefinition::new("title", AttributeType::String)
    ///     .constraints(Constraints::default().maximum_length(256));
    /// assert_eq!(title.constraints.maximum_length, Some(256));
    /// ```
    #[must_use]
    pub fn constraints(mut self, constraints: Constraints) -> Self {
        self.constraints = constraints;
        self
    }
}
