//! Reads a JSON document as a resource: names in the schema's spelling, values of the right type, nothing left
//! that the schema does not know, and a report of all that is wrong.

mod format;
pub(crate) mod members;
pub(crate) mod schemas;
pub(crate) mod simple;
mod unqualified;
pub(crate) mod value;

use value::Known;

use std::fmt::Display;
use std::iter;

use serde_json::{Map, Value};

use super::nearest::nearest;
use super::registry::RegisteredResourceType;
use super::{AttributeDefinition, Mutability, ValidationContext, ValidationReport};
use crate::compatibility::{Compatibility, Tolerance};
use crate::error::{Error, ErrorKind};
use crate::resource::{JsonLimits, Resource, read_json};

/// More failures than a person wants to read; it bounds the answer to a hostile document.
const MAXIMUM_FAILURES: usize = 100;

impl RegisteredResourceType {
    /// Reads a JSON document as a resource of this type.
    ///
    /// Names are matched without regard to case and spelt as the schema does. What is null or empty is left out,
    /// since it is the same as absent ([RFC 7643, section 2.5](https://www.rfc-editor.org/rfc/rfc7643#section-2.5)).
    /// What a client may not write is ignored. `schemas` follows from the content.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::schema::{SchemaRegistry, ValidationContext};
    /// use serde_json::json;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let body = json!({ "UserName": "bjensen", "title": null, "active": "True" });
    /// let (user, tolerated) = users.read(body, ValidationContext::Create, &Compatibility::entra_legacy())?;
    /// assert_eq!(user.get("active"), Some(&json!(true)));
    /// assert_eq!(tolerated.len(), 2); // `schemas` was missing, and a boolean came as a text.
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ValidationReport`] with all failures.
    pub fn read(
        &self,
        value: Value,
        context: ValidationContext,
        compatibility: &Compatibility,
    ) -> Result<(Resource, Vec<Tolerance>), ValidationReport> {
        self.read_members(value, false, context, compatibility)
    }

    /// `are_names_unique` says that somebody has already looked for names that come twice.
    fn read_members(
        &self,
        value: Value,
        are_names_unique: bool,
        context: ValidationContext,
        compatibility: &Compatibility,
    ) -> Result<(Resource, Vec<Tolerance>), ValidationReport> {
        let Value::Object(mut members) = value else {
            let detail = format!(
                "a resource is a JSON object, not {}",
                value::description(&value)
            );
            return Err(ValidationReport::new(vec![Error::new(
                ErrorKind::InvalidSyntax,
                detail,
            )]));
        };
        let mut reader = Reader::new(context, *compatibility);
        reader.are_names_unique = are_names_unique;
        reader.resource(self, &mut members);
        if reader.failures.is_empty() {
            Ok((Resource::new(members), reader.tolerances))
        } else {
            Err(ValidationReport::new(reader.failures))
        }
    }

    /// Reads a JSON text as a resource of this type, and refuses names that come twice in one object.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::schema::{SchemaRegistry, ValidationContext};
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let body = br#"{ "userName": "bjensen", "username": "root" }"#;
    /// assert!(users.read_slice(body, ValidationContext::Create, &Compatibility::standard()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ValidationReport`] with all failures.
    pub fn read_slice(
        &self,
        text: &[u8],
        context: ValidationContext,
        compatibility: &Compatibility,
    ) -> Result<(Resource, Vec<Tolerance>), ValidationReport> {
        let value = read_json(text, JsonLimits::new())
            .map_err(|failure| ValidationReport::new(vec![failure]))?;
        self.read_members(value, true, context, compatibility)
    }

    /// Checks a resource that is already in the form of [`read`](Self::read).
    ///
    /// ```
    /// use scim_core::resource::User;
    /// use scim_core::schema::{SchemaRegistry, ValidationContext};
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// assert!(users.validate(&User::new("bjensen").into(), ValidationContext::Create).is_ok());
    /// assert!(users.validate(&User::new("").into(), ValidationContext::Create).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ValidationReport`] with all failures.
    pub fn validate(
        &self,
        resource: &Resource,
        context: ValidationContext,
    ) -> Result<(), ValidationReport> {
        self.read(resource.to_value(), context, &Compatibility::standard())
            .map(drop)
    }
}

impl AttributeDefinition {
    /// Reads one value of one attribute, as PATCH gives it: names spelt as in the schema, types checked, null and
    /// empty parts left out. `None` means that the value is unassigned. `path` begins the path of each failure.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::schema::{ValidationContext, user};
    /// use serde_json::json;
    ///
    /// let name = user().attribute("name").ok_or("users have a name")?;
    /// let sent = json!({ "GIVENNAME": "Barbara", "middleName": null });
    /// let (value, _) =
    ///     name.read_value("name", sent, ValidationContext::PatchResult, &Compatibility::strict())?;
    /// assert_eq!(value, Some(json!({ "givenName": "Barbara" })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ValidationReport`] with all failures.
    pub fn read_value(
        &self,
        path: &str,
        mut value: Value,
        context: ValidationContext,
        compatibility: &Compatibility,
    ) -> Result<(Option<Value>, Vec<Tolerance>), ValidationReport> {
        let mut reader = Reader::new(context, *compatibility);
        let is_assigned = reader.attribute(self.into(), &path, &mut value);
        if reader.failures.is_empty() {
            Ok((is_assigned.then_some(value), reader.tolerances))
        } else {
            Err(ValidationReport::new(reader.failures))
        }
    }
}

pub(super) struct Reader {
    context: ValidationContext,
    compatibility: Compatibility,
    /// Known already, of every object.
    are_names_unique: bool,
    failures: Vec<Error>,
    tolerances: Vec<Tolerance>,
}

impl Reader {
    pub(super) fn new(context: ValidationContext, compatibility: Compatibility) -> Self {
        Self {
            context,
            compatibility,
            are_names_unique: false,
            failures: Vec::new(),
            tolerances: Vec::new(),
        }
    }

    fn fail(&mut self, kind: ErrorKind, path: &dyn Display, detail: impl Into<String>) {
        if self.failures.len() < MAXIMUM_FAILURES {
            self.failures
                .push(Error::new(kind, detail).with_path(path.to_string()));
        }
    }

    fn tolerate(&mut self, what: &'static str, path: &dyn Display, detail: impl Into<String>) {
        if self.tolerances.len() < MAXIMUM_FAILURES {
            self.tolerances
                .push(Tolerance::new(what, path.to_string(), detail));
        }
    }

    /// Reads in place: what is right stays where it is.
    fn resource(
        &mut self,
        resource_type: &RegisteredResourceType,
        members: &mut Map<String, Value>,
    ) {
        self.qualify(resource_type, members);
        let mut listed = None;
        self.members(&"", members, |reader, name, value| {
            if name.eq_ignore_ascii_case("schemas") {
                listed = Some(value.take());
                return Some("schemas");
            }
            if let Some(attribute) = resource_type.base().indexed(name) {
                let known = Known::from(attribute);
                let path = &known.definition.name;
                return reader.attribute(known, path, value).then_some(path);
            }
            if let Some(extension) = resource_type.extension_container(name) {
                let urn = extension.schema.id.as_str();
                return reader
                    .extension(resource_type, extension, value)
                    .then_some(urn);
            }
            reader.unknown(&name, name, value, resource_type);
            None
        });
        self.require(
            resource_type
                .base()
                .attributes()
                .map(super::AttributeReference::attribute),
            &"",
            members,
        );
        for extension in resource_type.extension_containers() {
            let urn = extension.schema.id.as_str();
            let attributes = extension
                .attributes()
                .map(super::AttributeReference::attribute);
            match members.get(urn) {
                Some(Value::Object(members)) => {
                    self.require(attributes, &format_args!("{urn}:"), members);
                }
                _ if extension.required && self.context != ValidationContext::Response => {
                    self.fail(
                        ErrorKind::InvalidValue,
                        &urn,
                        "every resource of this type needs this extension",
                    );
                }
                _ => {}
            }
        }
        let schemas = self.schemas(resource_type, listed, members);
        match members.get_mut("schemas") {
            Some(present) => *present = schemas,
            None => {
                members.insert("schemas".to_owned(), schemas);
            }
        }
    }

    /// Whether the extension is to be kept.
    fn extension(
        &mut self,
        resource_type: &RegisteredResourceType,
        extension: &super::registry::Container,
        value: &mut Value,
    ) -> bool {
        let urn = extension.schema.id.as_str();
        let members = match value {
            Value::Null => return false,
            Value::Object(members) => members,
            other => {
                let detail = format!(
                    "an extension is a JSON object, not {}",
                    value::description(other)
                );
                self.fail(ErrorKind::InvalidValue, &urn, detail);
                return false;
            }
        };
        let failures = self.failures.len();
        self.members(&format_args!("{urn}:"), members, |reader, name, value| {
            let Some(attribute) = extension.indexed(name) else {
                if !value.is_null() {
                    reader.unknown_name(&format_args!("{urn}:{name}"), || {
                        resource_type.unknown_attribute(Some(urn), name).to_string()
                    });
                }
                return None;
            };
            let known = Known::from(attribute);
            let name = known.definition.name.as_str();
            reader
                .attribute(known, &format_args!("{urn}:{name}"), value)
                .then_some(name)
        });
        // One whose members are all wrong was sent nevertheless: what it lacks is told in the same report.
        !members.is_empty() || self.failures.len() > failures
    }

    fn unknown(
        &mut self,
        path: &dyn Display,
        name: &str,
        value: &Value,
        resource_type: &RegisteredResourceType,
    ) {
        if value.is_null() {
            return;
        }
        self.unknown_name(path, || {
            let unknown = resource_type.unknown_attribute(None, name);
            let mut extensions = resource_type.extension_containers().iter();
            match extensions.find(|extension| extension.indexed(name).is_some()) {
                Some(extension) => unknown.with_hint(format!(
                    "it belongs into the object \"{}\"",
                    extension.schema.id
                )),
                None => unknown,
            }
            .to_string()
        });
    }

    /// The sentence is made only where somebody will read it.
    fn unknown_name(&mut self, path: &dyn Display, sentence: impl FnOnce() -> String) {
        if self.compatibility.ignore_unknown_attributes {
            if self.tolerances.len() < MAXIMUM_FAILURES {
                let detail = format!("it was left out: {}", sentence());
                self.tolerate("ignore_unknown_attributes", path, detail);
            }
        } else if self.failures.len() < MAXIMUM_FAILURES {
            self.fail(ErrorKind::InvalidSyntax, path, sentence());
        }
    }

    fn require<'definition>(
        &mut self,
        definitions: impl Iterator<Item = &'definition AttributeDefinition>,
        prefix: &dyn Display,
        present: &Map<String, Value>,
    ) {
        if self.context == ValidationContext::Response {
            return;
        }
        for definition in definitions {
            // Nobody sends what only the service writes, and `schemas` has rules of its own.
            let is_expected = definition.required
                && definition.mutability != Mutability::ReadOnly
                && definition.name != "schemas";
            if is_expected && !present.contains_key(&definition.name) {
                let path = format!("{prefix}{}", definition.name);
                if self
                    .failures
                    .iter()
                    .all(|failure| failure.path() != Some(path.as_str()))
                {
                    let detail = self.required(prefix, &definition.name);
                    self.fail(ErrorKind::InvalidValue, &path, detail);
                }
            }
        }
    }

    /// That a value is required; and what was sent instead of it, if that was passed over for a slip of the pen.
    fn required(&self, prefix: &dyn Display, name: &str) -> String {
        let prefix = prefix.to_string();
        let meant = self
            .tolerances
            .iter()
            .filter(|tolerance| tolerance.what == "ignore_unknown_attributes")
            .filter_map(|tolerance| tolerance.path.strip_prefix(&prefix))
            .find(|sent| nearest(sent, iter::once(name)).is_some());
        match meant {
            Some(sent) => {
                format!("a value is required; \"{sent}\" was left out: did you mean \"{name}\"?")
            }
            None => "a value is required".to_owned(),
        }
    }
}
