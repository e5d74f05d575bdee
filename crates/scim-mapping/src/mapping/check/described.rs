//! What an export says of the target.

use scim_core::schema::{
    AttributeDefinition, AttributeType, Mutability, ResourceType, Schema, SchemaRegistry,
    SchemaRegistryBuilder, Uniqueness, enterprise_user, group, user,
};
use scim_core::urn;

use crate::synchronization_schema::{
    AttributeDefinition as DescribedAttribute, SynchronizationSchema,
};

impl SynchronizationSchema {
    /// What the schema says of the target of the object mapping for source objects of that name: the target's attribute
    /// list, or the rules' own targets where there is none.
    ///
    /// A target of SCIM has the users and groups of RFC 7643, and an extension for every other URN in the list. With it
    /// [`check`](Self::check) works on an export alone.
    ///
    /// ```
    /// use scim_mapping::SynchronizationSchema;
    ///
    /// let export = r#"{"synchronizationRules": [{"objectMappings": [{"sourceObjectName": "User", "attributeMappings": [
    ///     {"targetAttributeName": "userName", "source": {"expression": "[userPrincipalName]"}, "matchingPriority": 1},
    ///     {"targetAttributeName": "urn:example:2.0:User:Team", "source": {"expression": "[department]"}}
    /// ]}]}]}"#;
    /// let schema = SynchronizationSchema::from_json(export)?;
    /// assert!(schema.check("User", &schema.described_target("User")).is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn described_target(&self, source_object_name: &str) -> SchemaRegistry {
        let attributes = listed(self, source_object_name);
        let name = self
            .object_mapping(source_object_name)
            .and_then(|(_, mapping)| mapping.target_object_name.value())
            .map(String::as_str)
            .unwrap_or_default();
        let is_scim = name.is_empty()
            || name.to_ascii_lowercase().starts_with("urn:")
            || attributes
                .iter()
                .any(|attribute| attribute.path == "userName");
        // Other objects than users and groups can have a `userName`, or be called by a URN.
        let is_known = |registry: &SchemaRegistry| {
            let known = self.resource_type(source_object_name, registry);
            known.is_some()
        };
        let scim = is_scim.then(|| of_scim(&attributes)).flatten();
        scim.filter(is_known)
            .or_else(|| of_another_kind(name, &attributes))
            .unwrap_or_else(SchemaRegistry::standard)
    }
}

/// An attribute as the export describes it.
struct Listed {
    path: String,
    definition: AttributeDefinition,
}

fn listed(schema: &SynchronizationSchema, object: &str) -> Vec<Listed> {
    let Some((rule, mapping)) = schema.object_mapping(object) else {
        return Vec::new();
    };
    let rules = || mapping.attribute_mappings.value().into_iter().flatten();
    let is_matched = |path: &str| {
        rules().any(|rule| {
            let is_it = rule
                .target_attribute_name
                .value()
                .is_some_and(|it| it == path);
            is_it && rule.matching_priority.value().is_some_and(|it| *it > 0)
        })
    };
    let definition = rule
        .target_directory_name
        .value()
        .zip(mapping.target_object_name.value())
        .and_then(|(directory, object)| schema.object_definition(directory, object));
    let described = |attribute: &DescribedAttribute| {
        let path = attribute.name.value()?.clone();
        let data_type = match attribute.r#type.value().map(String::as_str) {
            Some("Boolean") => AttributeType::Boolean,
            Some("Integer") => AttributeType::Integer,
            Some("DateTime") => AttributeType::DateTime,
            Some("Binary") => AttributeType::Binary,
            _ => AttributeType::String,
        };
        let mutability = match attribute.mutability.value().map(String::as_str) {
            Some("ReadOnly") => Mutability::ReadOnly,
            Some("Immutable") => Mutability::Immutable,
            Some("WriteOnly") => Mutability::WriteOnly,
            _ => Mutability::ReadWrite,
        };
        // The export cannot say what is unique; whoever matches by an attribute takes it to be.
        let uniqueness = if is_matched(&path) {
            Uniqueness::Server
        } else {
            Uniqueness::None
        };
        let definition = AttributeDefinition::new(path.as_str(), data_type)
            .multi_valued(attribute.multivalued.value() == Some(&true))
            .mutability(mutability)
            .uniqueness(uniqueness);
        Some(Listed { path, definition })
    };
    match definition.and_then(|definition| definition.attributes.value()) {
        Some(attributes) => attributes.iter().filter_map(described).collect(),
        None => rules()
            .filter_map(|rule| {
                described(&DescribedAttribute {
                    name: rule.target_attribute_name.clone(),
                    ..DescribedAttribute::default()
                })
            })
            .collect(),
    }
}

fn of_scim(attributes: &[Listed]) -> Option<SchemaRegistry> {
    let mut extensions: Vec<Schema> = Vec::new();
    for Listed { path, definition } in attributes {
        let Some((urn, name)) = extension_of(path) else {
            continue;
        };
        let mut added = definition.clone();
        name.clone_into(&mut added.name);
        let position = extensions
            .iter()
            .position(|known| known.id.as_str().eq_ignore_ascii_case(urn));
        let known = match position {
            Some(position) => extensions.remove(position),
            None => match urn.parse() {
                Ok(id) => Schema::new(id, "Extension").with_free_names(true),
                Err(_) => continue,
            },
        };
        extensions.push(known.attribute_added(added));
    }
    let urns: Vec<String> = extensions
        .iter()
        .map(|extension| extension.id.as_str().to_owned())
        .chain([urn::ENTERPRISE_USER.to_owned()])
        .collect();
    let users = urns.iter().filter_map(|urn| urn.parse().ok()).fold(
        ResourceType::new("User", "/Users", user().id.clone()),
        |kind, urn| kind.extension(urn, false),
    );
    let groups = ResourceType::new("Group", "/Groups", group().id.clone());
    let builder = SchemaRegistry::builder()
        .schema(user().clone())
        .schema(group().clone())
        .schema(enterprise_user().clone());
    extensions
        .into_iter()
        .fold(builder, SchemaRegistryBuilder::schema)
        .resource_type(users)
        .resource_type(groups)
        .build()
        .ok()
}

/// One type of objects with the attributes of the list; a name with a dot is a part of another attribute.
fn of_another_kind(name: &str, attributes: &[Listed]) -> Option<SchemaRegistry> {
    let is_name = |text: &str| {
        let starts = text.starts_with(|first: char| first.is_ascii_alphabetic());
        let rest = |other: char| other.is_ascii_alphanumeric() || matches!(other, '_' | '-' | '$');
        starts && text.chars().all(rest)
    };
    let mut definitions: Vec<AttributeDefinition> = Vec::new();
    for Listed { path, definition } in attributes {
        let (whole, part) = match path.split_once('.') {
            Some((whole, part)) => (whole, Some(part)),
            None => (path.as_str(), None),
        };
        // What is no name of SCIM cannot be the target of a rule either, which the check tells.
        if !is_name(whole) || !part.is_none_or(is_name) {
            continue;
        }
        let Some(part) = part else {
            definitions.push(definition.clone());
            continue;
        };
        let mut added = definition.clone();
        part.clone_into(&mut added.name);
        match definitions.iter_mut().find(|known| known.name == whole) {
            Some(known) => known.sub_attributes.push(added),
            None => definitions.push(
                AttributeDefinition::new(whole, AttributeType::Complex).sub_attributes([added]),
            ),
        }
    }
    let id: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let id = format!("urn:export:{id}").parse().ok()?;
    let schema = definitions
        .into_iter()
        .fold(Schema::new(id, name), Schema::attribute_added);
    let objects = ResourceType::new(name, "/Objects", schema.id.clone());
    SchemaRegistry::builder()
        .schema(schema)
        .resource_type(objects)
        .build()
        .ok()
}

/// `urn:…:2.0:User` and the attribute name behind it, for extensions that RFC 7643 does not have.
fn extension_of(path: &str) -> Option<(&str, &str)> {
    let (start, _) = path.match_indices(":User:").next()?;
    let urn = path.get(..start + ":User".len())?;
    let name = path.get(start + ":User:".len()..)?;
    let is_known = [urn::USER, urn::ENTERPRISE_USER]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(urn));
    (path.starts_with("urn:") && !is_known).then_some((urn, name))
}
