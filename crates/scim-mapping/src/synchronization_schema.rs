//! Microsoft Graph's `synchronizationSchema`: the JSON that "Review your schema here" downloads.
//!
//! Reading and writing loses nothing: members that are absent stay absent, those that are null stay null, and unknown ones
//! are kept. Texts with a closed set of values in the reference (`flowType`, `type`, …) are kept as they are written,
//! because exports differ in case and Microsoft adds values.

mod presence;
mod types;

use serde_json::error::Category;

pub use presence::Presence;
pub use types::{
    AttributeDefinition, AttributeMapping, AttributeMappingSource, DirectoryDefinition, Filter,
    FilterClause, FilterGroup, FilterOperand, MetadataEntry, ObjectDefinition, ObjectMapping,
    ReferencedObject, SourceParameter, SynchronizationRule, SynchronizationSchema,
};

/// Why a text is no synchronisation schema.
///
/// ```
/// use scim_mapping::SynchronizationSchema;
///
/// let error = SynchronizationSchema::from_json("{\n  \"directories\": 5\n}").unwrap_err();
/// assert_eq!((error.line(), error.column()), (2, 18));
/// assert!(error.to_string().starts_with("line 2, column 18: "));
/// ```
#[derive(Debug, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct SchemaError {
    line: usize,
    column: usize,
    message: String,
}

impl SchemaError {
    /// The line, from 1.
    ///
    /// ```
    /// let error = scim_mapping::SynchronizationSchema::from_json("{\n  \"directories\": 5\n}").unwrap_err();
    /// assert_eq!(error.line(), 2);
    /// ```
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column, from 1.
    ///
    /// ```
    /// let error = scim_mapping::SynchronizationSchema::from_json("{\n  \"directories\": 5\n}").unwrap_err();
    /// assert_eq!(error.column(), 18);
    /// ```
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// What was found and what was expected.
    ///
    /// ```
    /// let error = scim_mapping::SynchronizationSchema::from_json("{\n  \"directories\": 5\n}").unwrap_err();
    /// assert!(error.message().starts_with("this is no synchronizationSchema: "));
    /// ```
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl SynchronizationSchema {
    /// Reads an export.
    ///
    /// # Errors
    ///
    /// When the text is no JSON, or a member has another type than the reference says. The error names the place.
    ///
    /// ```
    /// use scim_mapping::SynchronizationSchema;
    ///
    /// let text = r#"{"synchronizationRules":[{"name":"USER_OUTBOUND_USER","objectMappings":[]}],"version":null}"#;
    /// let schema = SynchronizationSchema::from_json(text)?;
    /// let written: serde_json::Value = serde_json::to_value(&schema)?;
    /// assert_eq!(written, serde_json::from_str::<serde_json::Value>(text)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, SchemaError> {
        let schema: Self =
            serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
                let whole = error.to_string();
                let message = whole.split(" at line ").next().unwrap_or_default();
                let message = match error.classify() {
                    Category::Syntax => format!("this is not JSON: {message}"),
                    Category::Eof => {
                        "the file ends in the middle of the JSON; export it again".to_owned()
                    }
                    Category::Data | Category::Io => {
                        format!("this is no synchronizationSchema: {message}")
                    }
                };
                SchemaError {
                    line: error.line(),
                    column: error.column(),
                    message,
                }
            })?;
        Ok(schema)
    }

    /// Writes the schema as Graph's JSON, indented.
    ///
    /// ```
    /// use scim_mapping::SynchronizationSchema;
    ///
    /// let schema = SynchronizationSchema::from_json(r#"{"id":"1","version":null}"#)?;
    /// assert_eq!(schema.to_json()?, "{\n  \"id\": \"1\",\n  \"version\": null\n}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Never for a schema that was read.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// The object mapping for source objects of that name, with its rule: the first enabled one, or the first if none is.
    ///
    /// ```
    /// # use scim_mapping::SynchronizationSchema;
    /// let schema = SynchronizationSchema::from_json(r#"{"synchronizationRules":[{"objectMappings":[{"sourceObjectName":"User"}]}]}"#)?;
    /// assert!(schema.object_mapping("User").is_some());
    /// assert!(schema.object_mapping("Group").is_none());
    /// # Ok::<(), scim_mapping::SchemaError>(())
    /// ```
    #[must_use]
    pub fn object_mapping(
        &self,
        source_object_name: &str,
    ) -> Option<(&SynchronizationRule, &ObjectMapping)> {
        let all = || {
            self.synchronization_rules
                .value()
                .into_iter()
                .flatten()
                .flat_map(|rule| {
                    let mappings = rule.object_mappings.value().into_iter().flatten();
                    mappings.map(move |mapping| (rule, mapping))
                })
        };
        let fits = |mapping: &ObjectMapping| {
            mapping
                .source_object_name
                .value()
                .is_some_and(|name| name.eq_ignore_ascii_case(source_object_name))
        };
        all()
            .find(|(_, mapping)| fits(mapping) && mapping.enabled.value() != Some(&false))
            .or_else(|| all().find(|(_, mapping)| fits(mapping)))
    }

    /// The definition of an object in a directory.
    ///
    /// ```
    /// use scim_mapping::SynchronizationSchema;
    ///
    /// let export = r#"{"directories": [{"name": "Peakon", "objects": [{
    ///     "name": "User",
    ///     "attributes": [{"name": "userName", "type": "String", "required": true}]
    /// }]}]}"#;
    /// let schema = SynchronizationSchema::from_json(export)?;
    /// assert!(schema.object_definition("Peakon", "User").is_some());
    /// assert!(schema.object_definition("Peakon", "Group").is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn object_definition(&self, directory: &str, object: &str) -> Option<&ObjectDefinition> {
        let directories = self.directories.value().into_iter().flatten();
        directories
            .filter(|candidate| candidate.name.value().is_some_and(|name| name == directory))
            .flat_map(|directory| directory.objects.value().into_iter().flatten())
            .find(|candidate| candidate.name.value().is_some_and(|name| name == object))
    }
}

impl ObjectDefinition {
    /// The attribute of that name, which is compared as written.
    ///
    /// ```
    /// use scim_mapping::SynchronizationSchema;
    ///
    /// let export = r#"{"directories": [{"name": "Peakon", "objects": [{
    ///     "name": "User",
    ///     "attributes": [{"name": "userName", "type": "String", "required": true}]
    /// }]}]}"#;
    /// let schema = SynchronizationSchema::from_json(export)?;
    /// let users = schema.object_definition("Peakon", "User").ok_or("the export has users")?;
    /// let user_name = users.attribute("userName").ok_or("users have names")?;
    /// assert_eq!(user_name.required.value(), Some(&true));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&AttributeDefinition> {
        self.attributes
            .value()
            .into_iter()
            .flatten()
            .find(|attribute| {
                attribute
                    .name
                    .value()
                    .is_some_and(|candidate| candidate == name)
            })
    }
}
