//! Microsoft Graph's `synchronizationSchema`: the JSON that "Review your schema here" downloads.
//!
//! Reading and writing loses nothing: members that are absent stay absent, those that are null stay null, and unknown ones
//! are kept. Texts with a closed set of values in the reference (`flowType`, `type`, …) are kept as they are written,
//! because exports differ in case and Microsoft adds values.

mod definitions;
mod neighbours;
mod presence;
mod resource;
mod scalar_value;
mod types;

use serde::de::DeserializeOwned;
use serde_json::error::Category;

pub use definitions::{
    ApiExpression, AttributeDefinition, DirectoryDefinition, MetadataEntry, ObjectDefinition,
    ReferencedObject,
};
pub use neighbours::{
    AttributeMappingFunctionSchema, AttributeMappingFunctionSchemaCollection,
    AttributeMappingParameterSchema, ExpressionInputObject, FilterOperatorSchema,
    FilterOperatorSchemaCollection, ParseExpressionRequest, ParseExpressionResponse, PropertyValue,
    PublicError, SynchronizationJob, SynchronizationProgress, SynchronizationQuarantine,
    SynchronizationSchedule, SynchronizationStatus, SynchronizationTaskExecution,
    SynchronizationTemplate,
};
pub use presence::Presence;
pub use scalar_value::ScalarValue;
pub use types::{
    AttributeMapping, AttributeMappingSource, ContainerFilter, Filter, FilterClause, FilterGroup,
    FilterOperand, GroupFilter, ObjectMapping, SourceParameter, SynchronizationRule,
    SynchronizationSchema,
};

/// Why a text is no synchronisation schema.
///
/// ```
/// use scim_mapping::SynchronizationSchema;
///
/// let error = SynchronizationSchema::from_json("{\n  \"directories\": 5\n}").unwrap_err();
/// assert_eq!((error.line(), error.column()), (2, 18));
/// assert!(error.to_string().starts_with("line 2, column 18, at directories: "));
/// ```
#[derive(Debug, thiserror::Error)]
#[error("line {line}, column {column}{}: {message}", if path.is_empty() { String::new() } else { format!(", at {path}") })]
pub struct SchemaError {
    line: usize,
    column: usize,
    path: String,
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

    /// The path of the member at fault, such as `directories[0].objects[3].attributes`; empty for the text as a whole.
    ///
    /// ```
    /// let export = r#"{"synchronizationRules": [{"objectMappings": [{"enabled": []}]}]}"#;
    /// let error = scim_mapping::SynchronizationSchema::from_json(export).unwrap_err();
    /// assert_eq!(error.path(), "synchronizationRules[0].objectMappings[0].enabled");
    /// ```
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
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

/// Reads a resource of Graph; `name` is what the error calls it.
fn read<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, SchemaError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut deserializer);
    let read = read.map_err(|error| {
        let path = match error.path().to_string() {
            path if path == "." => String::new(),
            path => path,
        };
        (path, error.into_inner())
    });
    let read = read.and_then(|read| {
        let end = deserializer.end();
        end.map(|()| read).map_err(|error| (String::new(), error))
    });
    read.map_err(|(path, error)| {
        let whole = error.to_string();
        let message = whole.split(" at line ").next().unwrap_or_default();
        let message = match error.classify() {
            Category::Syntax => format!("this is not JSON: {message}"),
            Category::Eof => "the file ends in the middle of the JSON; export it again".to_owned(),
            Category::Data | Category::Io => format!("this is no {name}: {message}"),
        };
        SchemaError {
            line: error.line(),
            column: error.column(),
            path,
            message,
        }
    })
}

impl SynchronizationSchema {
    /// The object mapping for source objects of that name, with its rule; where there is none, the mapping that people call
    /// so, or the one for target objects of that name. Mappings in use come before others, names in the same case first.
    ///
    /// ```
    /// # use scim_mapping::SynchronizationSchema;
    /// let export = r#"{"synchronizationRules":[{"objectMappings":[
    ///     {"sourceObjectName": "User", "targetObjectName": "Person", "name": "Old users", "enabled": false},
    ///     {"sourceObjectName": "User", "targetObjectName": "Employee"},
    ///     {"sourceObjectName": "", "targetObjectName": "Profile"}
    /// ]}]}"#;
    /// let schema = SynchronizationSchema::from_json(export)?;
    /// let target = |name| schema.object_mapping(name)?.1.target_object_name.value().map(String::as_str);
    /// assert_eq!(target("user"), Some("Employee"));
    /// assert_eq!(target("Old users"), Some("Person"));
    /// assert_eq!(target("Profile"), Some("Profile"));
    /// assert_eq!(target("Group"), None);
    /// # Ok::<(), scim_mapping::SchemaError>(())
    /// ```
    #[must_use]
    pub fn object_mapping(&self, name: &str) -> Option<(&SynchronizationRule, &ObjectMapping)> {
        let by = |field: fn(&ObjectMapping) -> &Presence<String>| {
            let text = move |mapping: &ObjectMapping| {
                let text = field(mapping).value();
                text.map(String::as_str).unwrap_or_default().to_owned()
            };
            let is_named = self
                .object_mappings()
                .filter(|(_, mapping)| text(mapping).eq_ignore_ascii_case(name));
            is_named.min_by_key(|(_, mapping)| {
                let is_out_of_use = mapping.enabled.value() == Some(&false);
                (is_out_of_use, text(mapping) != name)
            })
        };
        let is_given = !name.is_empty();
        by(|mapping| &mapping.source_object_name)
            .or_else(|| by(|mapping| &mapping.name).filter(|_| is_given))
            .or_else(|| by(|mapping| &mapping.target_object_name).filter(|_| is_given))
    }

    /// All object mappings, each with its rule, in the order of the schema.
    ///
    /// ```
    /// # use scim_mapping::SynchronizationSchema;
    /// let schema = SynchronizationSchema::from_json(r#"{"synchronizationRules":[{"objectMappings":[{"sourceObjectName":"User"}]}]}"#)?;
    /// assert_eq!(schema.object_mappings().count(), 1);
    /// # Ok::<(), scim_mapping::SchemaError>(())
    /// ```
    pub fn object_mappings(&self) -> impl Iterator<Item = (&SynchronizationRule, &ObjectMapping)> {
        let rules = self.synchronization_rules.value().into_iter().flatten();
        rules.flat_map(|rule| {
            let mappings = rule.object_mappings.value().into_iter().flatten();
            mappings.map(move |mapping| (rule, mapping))
        })
    }

    /// The definition of an object in a directory; a name in the same case comes first.
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
        let objects = directories
            .filter(|candidate| candidate.name.value().is_some_and(|name| name == directory))
            .flat_map(|directory| directory.objects.value().into_iter().flatten());
        let is_named = |candidate: &&ObjectDefinition| {
            let name = candidate.name.value();
            name.is_some_and(|name| name.eq_ignore_ascii_case(object))
        };
        objects
            .filter(is_named)
            .min_by_key(|candidate| candidate.name.value().is_none_or(|name| name != object))
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
