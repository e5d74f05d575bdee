//! [`Container`]: the attributes of one schema of a resource type, found by name.

use std::sync::Arc;

use super::attribute_reference::AttributeReference;
use crate::schema::definitions::common_attributes;
use crate::schema::name_index::NameIndex;
use crate::schema::{AttributeDefinition, Schema};
use crate::urn::{SchemaUrn, compare_ignoring_case};

/// The attributes of one schema, sorted by name without regard to case.
#[derive(Debug)]
pub(crate) struct Container {
    pub(crate) schema: Arc<Schema>,
    pub(crate) required: bool,
    attributes: Vec<IndexedAttribute>,
    index: NameIndex,
    /// Where those stand of which an answer does not show all.
    not_whole: Vec<usize>,
}

/// So few names are compared one after another, which is faster than the index.
const FEW: usize = 8;

/// An attribute with its sub-attributes.
#[derive(Debug)]
pub(crate) struct IndexedAttribute {
    reference: AttributeReference,
    /// In the order of the definition.
    sub_attributes: Vec<AttributeReference>,
    index: NameIndex,
    is_returned_whole: bool,
}

impl Container {
    pub(super) fn new(schema: Arc<Schema>, required: bool, is_base: bool) -> Self {
        let urn = (!is_base).then(|| Arc::new(schema.id.clone()));
        // Older schemas list common attributes; what RFC 7643, section 3.1 says of them wins.
        let common = if is_base { common_attributes() } else { &[] };
        let listed = schema.attributes.iter().filter(|listed| {
            common
                .iter()
                .all(|common| !common.name.eq_ignore_ascii_case(&listed.name))
        });
        let mut attributes: Vec<_> = common
            .iter()
            .chain(listed)
            .map(|definition| IndexedAttribute::new(urn.as_ref(), definition))
            .collect();
        attributes.sort_by(|left, right| compare_ignoring_case(left.name(), right.name()));
        let index = NameIndex::new(&attributes.iter().map(IndexedAttribute::name));
        let not_whole = (0..).zip(&attributes);
        let not_whole = not_whole.filter(|(_, attribute)| !attribute.is_returned_whole);
        Self {
            not_whole: not_whole.map(|(position, _)| position).collect(),
            schema,
            required,
            attributes,
            index,
        }
    }

    pub(super) fn identifier(&self) -> &str {
        self.schema.id.as_str()
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&AttributeReference> {
        self.indexed(name).map(|indexed| &indexed.reference)
    }

    pub(crate) fn indexed(&self, name: &str) -> Option<&IndexedAttribute> {
        let name_at = |position| self.attributes.get(position).map(IndexedAttribute::name);
        self.attributes.get(self.index.position(name, name_at)?)
    }

    /// The attribute with this name, if an answer to a client that names none does not show all of it.
    pub(crate) fn not_returned_whole(&self, name: &str) -> Option<&IndexedAttribute> {
        if self.not_whole.len() > FEW {
            return self
                .indexed(name)
                .filter(|known| !known.is_returned_whole());
        }
        let mut not_whole = self.not_whole.iter();
        not_whole.find_map(|position| {
            let attribute = self.attributes.get(*position)?;
            attribute
                .name()
                .eq_ignore_ascii_case(name)
                .then_some(attribute)
        })
    }

    pub(crate) fn attributes(&self) -> impl Iterator<Item = &AttributeReference> {
        self.all_indexed().map(|indexed| &indexed.reference)
    }

    pub(crate) fn all_indexed(&self) -> impl Iterator<Item = &IndexedAttribute> {
        self.attributes.iter()
    }
}

impl IndexedAttribute {
    fn new(container: Option<&Arc<SchemaUrn>>, definition: &AttributeDefinition) -> Self {
        let reference = AttributeReference {
            container: container.cloned(),
            attribute: Arc::new(definition.clone()),
            sub_attribute: None,
        };
        let sub_attributes: Vec<_> = definition
            .sub_attributes
            .iter()
            .map(|sub| AttributeReference {
                sub_attribute: Some(Arc::new(sub.clone())),
                ..reference.clone()
            })
            .collect();
        let index = NameIndex::new(&sub_attributes.iter().map(AttributeReference::name));
        Self {
            is_returned_whole: std::iter::once(definition)
                .chain(&definition.sub_attributes)
                .all(AttributeDefinition::is_returned_by_default),
            reference,
            sub_attributes,
            index,
        }
    }

    fn name(&self) -> &str {
        self.reference.name()
    }

    pub(crate) fn definition(&self) -> &AttributeDefinition {
        self.reference.attribute()
    }

    /// Of the definition's sub-attributes, by their names.
    pub(crate) const fn index(&self) -> &NameIndex {
        &self.index
    }

    pub(crate) const fn reference(&self) -> &AttributeReference {
        &self.reference
    }

    /// Whether an answer shows all of it to a client that names no attributes.
    pub(crate) const fn is_returned_whole(&self) -> bool {
        self.is_returned_whole
    }

    pub(super) fn sub_attribute(&self, name: &str) -> Option<&AttributeReference> {
        let name_at = |position| {
            self.sub_attributes
                .get(position)
                .map(AttributeReference::name)
        };
        self.sub_attributes.get(self.index.position(name, name_at)?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn few_and_many_that_are_not_shown_whole_are_found_alike() {
        for count in [1, FEW, FEW + 1, 3 * FEW] {
            let hidden = (0..count)
                .map(|number| json!({"name": format!("Hidden{number}"), "returned": "request"}));
            let shown = (0..count).map(|number| json!({"name": format!("shown{number}")}));
            let attributes: Vec<_> = hidden.chain(shown).collect();
            let schema =
                json!({"id": "urn:example:Thing", "name": "Thing", "attributes": attributes});
            let schema: Schema = serde_json::from_value(schema).unwrap();
            let container = Container::new(Arc::new(schema), true, true);
            for number in 0..count {
                let name = format!("hidden{number}");
                let found = container.not_returned_whole(&name).unwrap();
                assert_eq!(found.name(), format!("Hidden{number}"));
                let shown = container.not_returned_whole(&format!("shown{number}"));
                assert!(shown.is_none());
            }
            assert!(container.not_returned_whole("id").is_none());
            assert!(container.not_returned_whole("unknown").is_none());
        }
    }
}
