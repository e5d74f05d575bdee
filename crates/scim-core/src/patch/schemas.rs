//! Operations on `schemas`, which follows from the extensions that have values.

use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::message::PatchOperationKind;
use crate::schema::is_foreign;

use super::session::Session;
use super::target::{Meaning, Target, schema_named};
use super::touched::{Before, Touched};
use super::value::invalid;

/// The attribute, in the errors about it.
const SCHEMAS: &str = "schemas";

impl Session<'_, '_> {
    /// `add`, `replace` and `remove` on `schemas`. An extension without values is not listed in the end, so adding one has
    /// no effect of its own; removing one removes its attributes. In the value of an operation without path
    /// (`explicit` is false) a list is taken as information and removes nothing.
    pub(super) fn run_on_schemas(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        target: &Target<'_, '_>,
        value: Option<&Value>,
        explicit: bool,
    ) -> Result<(), Error> {
        match kind {
            PatchOperationKind::Add => self.known_urns(value).map(|_| ()),
            PatchOperationKind::Replace => {
                let listed = self.known_urns(value)?;
                let base = &self.resource_type.schema().id;
                if !explicit {
                    return Ok(());
                }
                if !listed.iter().any(|urn| base.matches(urn)) {
                    return Err(invalid(
                        &SCHEMAS,
                        format!("the base schema {base} cannot be left out"),
                    ));
                }
                let dropped =
                    |urn: &str| !listed.iter().any(|listed| listed.eq_ignore_ascii_case(urn));
                self.drop_extensions(index, kind, &dropped)
            }
            PatchOperationKind::Remove => self.remove_schemas(index, kind, target, value),
        }
    }

    fn remove_schemas(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        target: &Target<'_, '_>,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        let listed = match value.filter(|value| !value.is_null()) {
            Some(_) => Some(self.known_urns(value)?),
            None => None,
        };
        let base = &self.resource_type.schema().id;
        let named = |urn: &str| match (&target.selection, &listed) {
            (Some(selection), _) => selection.test.holds(&Value::from(urn)),
            (None, Some(listed)) => listed.iter().any(|listed| listed.eq_ignore_ascii_case(urn)),
            (None, None) => true,
        };
        if target.selection.is_none() && listed.is_none() {
            return Err(Error::new(
                ErrorKind::Mutability,
                "it is required; name the extension that is to go",
            )
            .with_path(SCHEMAS));
        }
        if named(base.as_str()) {
            return Err(invalid(
                &SCHEMAS,
                format!("the base schema {base} cannot be removed"),
            ));
        }
        self.drop_extensions(index, kind, &named)
    }

    fn drop_extensions(
        &mut self,
        index: usize,
        kind: PatchOperationKind,
        dropped: &dyn Fn(&str) -> bool,
    ) -> Result<(), Error> {
        let resource_type = self.resource_type;
        for schema in resource_type
            .extensions()
            .filter(|schema| dropped(schema.id.as_str()))
        {
            self.remove_extension(index, kind, schema)?;
        }
        Ok(())
    }

    /// The URNs of a value, each known to the resource type.
    fn known_urns(&mut self, value: Option<&Value>) -> Result<Vec<String>, Error> {
        let mut known = Vec::new();
        let sent = match value {
            None | Some(Value::Null) => &[],
            Some(Value::Array(entries)) => entries.as_slice(),
            Some(single) => std::slice::from_ref(single),
        };
        for urn in sent {
            let Value::String(urn) = urn else {
                return Err(invalid(&SCHEMAS, "a list of schema URNs is needed"));
            };
            match schema_named(urn, self.resource_type) {
                Some(Meaning::Base | Meaning::Extension(_)) => known.push(urn.clone()),
                _ if self.compatibility.ignore_foreign_schemas && is_foreign(urn) => {
                    let detail = "a schema that means nothing here was left out";
                    self.tolerating()
                        .note("ignore_foreign_schemas", SCHEMAS, detail);
                }
                _ => {
                    let detail = format!(
                        "this resource type has no schema {urn}; /ResourceTypes lists those that it has"
                    );
                    let kind = self.compatibility.unknown_name(ErrorKind::InvalidValue);
                    return Err(Error::new(kind, detail).with_path(SCHEMAS));
                }
            }
        }
        Ok(known)
    }

    /// Takes out extensions that have no values any more, and brings `schemas` in step.
    pub(super) fn settle_schemas(&mut self) {
        let resource_type = self.resource_type;
        for container in resource_type.extension_containers() {
            let urn = container.schema.id.as_str();
            let empty = self
                .attributes
                .get(urn)
                .and_then(Value::as_object)
                .is_some_and(serde_json::Map::is_empty);
            if empty {
                self.attributes.remove(urn);
                self.emptied.push(urn);
            }
        }
        let present = self.attributes.get(SCHEMAS);
        if present.is_some_and(|present| self.is_in_step(present)) {
            return;
        }
        let mut listed = match present {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(entries)) => entries.clone(),
            Some(single) => vec![single.clone()],
        };
        for container in resource_type.extension_containers() {
            let urn = container.schema.id.as_str();
            let belongs = container.required || self.attributes.contains_key(urn);
            let present = listed.iter().any(|value| is(value, urn));
            if belongs && !present {
                listed.push(Value::from(urn));
            } else if present && !belongs {
                listed.retain(|value| !is(value, urn));
            }
        }
        let base = resource_type.schema().id.as_str();
        if !listed.iter().any(|value| is(value, base)) {
            listed.insert(0, Value::from(base));
        }
        let listed = Value::Array(listed);
        if present != Some(&listed)
            && let Some(reference) = resource_type.base().attribute(SCHEMAS)
        {
            let before = self.attributes.insert(SCHEMAS.to_owned(), listed);
            let mut touched = Touched::new(reference, 0, PatchOperationKind::Replace);
            touched.before = Some(Before::Whole(before));
            self.touched.push(touched);
        }
    }

    /// Whether `schemas` lists the base schema and those extensions that are there.
    fn is_in_step(&self, schemas: &Value) -> bool {
        let Value::Array(listed) = schemas else {
            return false;
        };
        let lists = |urn: &str| listed.iter().any(|value| is(value, urn));
        let mut extensions = self.resource_type.extension_containers().iter();
        lists(self.resource_type.schema().id.as_str())
            && extensions.all(|container| {
                let urn = container.schema.id.as_str();
                lists(urn) == (container.required || self.attributes.contains_key(urn))
            })
    }
}

fn is(value: &Value, urn: &str) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.eq_ignore_ascii_case(urn))
}
