//! The difference of two lists of entries.

use scim_filter::{AttributePath, Comparison, ComparisonOperator, Literal, PatchPath, ValueFilter};
use serde_json::{Map, Value};

use crate::message::{PatchOperation, PatchOperationKind};
use crate::schema::AttributeDefinition;

use super::super::edit::is_primary;
use super::super::lookup::{Identity, Leaf};
use super::{Attribute, operation};

/// How many entries one filter names, so that it stays below the limits of any service.
const NAMED_IN_ONE_FILTER: usize = 20;

impl Attribute<'_> {
    /// The operations that make the new list of the old one: entry by entry where the entries can be told apart and it is
    /// shorter, else the list as a whole.
    pub(super) fn entries(
        &self,
        old: &[Value],
        new: &[Value],
        went: &[Value],
        came: &[Value],
    ) -> Vec<PatchOperation> {
        let whole = operation(
            PatchOperationKind::Replace,
            PatchPath::Attribute(self.path.clone()),
            Some(Value::Array(new.to_vec())),
        );
        let definition = self.reference.attribute();
        let steps = match Identity::of(definition) {
            Identity::Leaf(leaf) => self.members(leaf, old, went, came),
            Identity::TypeAndValue { .. } | Identity::Whole => self.typed(old, went, came),
        };
        match steps {
            Some(steps)
                if length(&steps) < length(std::slice::from_ref(&whole))
                    && self.leads_to(&steps, old, new) =>
            {
                steps
            }
            _ => vec![whole],
        }
    }

    /// Simple values, and references told apart by `value`: some go, some come.
    fn members(
        &self,
        leaf: Leaf<'_>,
        old: &[Value],
        went: &[Value],
        came: &[Value],
    ) -> Option<Vec<PatchOperation>> {
        let mut keys: Vec<_> = old.iter().map(|entry| leaf.key(entry)).collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.len() != old.len() {
            return None;
        }
        let mut steps = Vec::new();
        for chunk in went.chunks(NAMED_IN_ONE_FILTER) {
            let terms: Option<Vec<_>> = chunk
                .iter()
                .map(|entry| equals("value", leaf.text(entry)?))
                .collect();
            let filter = join(terms?, ValueFilter::Or)?;
            steps.push(self.selected(PatchOperationKind::Remove, filter, None, None));
        }
        steps.extend(self.added(came));
        Some(steps)
    }

    /// Typed entries: those that keep their type are edited, the others go and come.
    fn typed(&self, old: &[Value], went: &[Value], came: &[Value]) -> Option<Vec<PatchOperation>> {
        let definition = self.reference.attribute();
        let mut added = came.to_vec();
        let (mut steps, mut primary) = (Vec::new(), Vec::new());
        for entry in went {
            let filter = distinguish(definition, old, entry)?;
            let successor = added.iter().position(|new| {
                entry.get("type").is_some()
                    && entry.get("type") == new.get("type")
                    && names_type_alone(&filter)
            });
            match successor {
                None => steps.push(self.selected(PatchOperationKind::Remove, filter, None, None)),
                Some(position) => {
                    let new = added.remove(position);
                    self.edit(entry.as_object()?, new.as_object()?, &filter, &mut steps);
                    if is_primary(&new) && !is_primary(entry) {
                        // Last of all, when no other entry is primary any more.
                        primary.push(self.selected(
                            PatchOperationKind::Replace,
                            filter,
                            Some("primary"),
                            Some(Value::Bool(true)),
                        ));
                    }
                }
            }
        }
        steps.extend(self.added(&added));
        steps.extend(primary);
        Some(steps)
    }

    fn added(&self, came: &[Value]) -> Option<PatchOperation> {
        let path = PatchPath::Attribute(self.path.clone());
        (!came.is_empty()).then(|| {
            operation(
                PatchOperationKind::Add,
                path,
                Some(Value::Array(came.to_vec())),
            )
        })
    }

    fn edit(
        &self,
        old: &Map<String, Value>,
        new: &Map<String, Value>,
        filter: &ValueFilter,
        steps: &mut Vec<PatchOperation>,
    ) {
        for name in old.keys().filter(|name| !new.contains_key(*name)) {
            steps.push(self.selected(PatchOperationKind::Remove, filter.clone(), Some(name), None));
        }
        let becomes_primary =
            |name: &str, value: &Value| name == "primary" && *value == Value::Bool(true);
        let set: Map<_, _> = new
            .iter()
            .filter(|(name, value)| old.get(*name) != Some(*value) && !becomes_primary(name, value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        match (set.len(), set.iter().next()) {
            (0, _) => {}
            (1, Some((name, value))) => {
                steps.push(self.selected(
                    PatchOperationKind::Replace,
                    filter.clone(),
                    Some(name),
                    Some(value.clone()),
                ));
            }
            _ => steps.push(self.selected(
                PatchOperationKind::Replace,
                filter.clone(),
                None,
                Some(Value::Object(set)),
            )),
        }
    }

    fn selected(
        &self,
        kind: PatchOperationKind,
        filter: ValueFilter,
        sub_attribute: Option<&str>,
        value: Option<Value>,
    ) -> PatchOperation {
        let path = PatchPath::ValuePath {
            attribute: self.path.clone(),
            filter,
            sub_attribute: sub_attribute.map(str::to_owned),
        };
        operation(kind, path, value)
    }
}

/// The shortest filter that selects this entry alone.
fn distinguish(
    definition: &AttributeDefinition,
    entries: &[Value],
    entry: &Value,
) -> Option<ValueFilter> {
    let same = |name: &str, other: &Value| {
        let text = |value: &Value| {
            value
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_lowercase)
        };
        text(other) == text(entry)
    };
    let alone = |names: &[&str]| {
        names.iter().all(|name| {
            definition.sub_attribute(name).is_some()
                && entry.get(*name).is_some_and(Value::is_string)
        }) && entries
            .iter()
            .filter(|other| names.iter().all(|name| same(name, other)))
            .count()
            == 1
    };
    let names = [&["type"][..], &["value"], &["type", "value"]]
        .into_iter()
        .find(|names| alone(names))?;
    let terms: Option<Vec<_>> = names
        .iter()
        .map(|name| equals(name, entry.get(*name)?.as_str()?))
        .collect();
    join(terms?, ValueFilter::And)
}

fn names_type_alone(filter: &ValueFilter) -> bool {
    matches!(filter, ValueFilter::Comparison(comparison) if comparison.path.attribute() == "type")
}

fn equals(name: &str, text: &str) -> Option<ValueFilter> {
    let path = AttributePath::new(name).ok()?;
    Some(ValueFilter::Comparison(Comparison::new(
        path,
        ComparisonOperator::Eq,
        Literal::from(text),
    )))
}

fn join(
    mut terms: Vec<ValueFilter>,
    all: fn(Vec<ValueFilter>) -> ValueFilter,
) -> Option<ValueFilter> {
    if terms.len() > 1 {
        Some(all(terms))
    } else {
        terms.pop()
    }
}

/// How long operations are when they are sent.
fn length(operations: &[PatchOperation]) -> usize {
    operations
        .iter()
        .map(|operation| {
            let path = operation
                .path
                .as_ref()
                .map(|path| path.to_string().len())
                .unwrap_or_default();
            let value = operation
                .value
                .as_ref()
                .map(|value| value.to_string().len())
                .unwrap_or_default();
            path + value + r#"{"op":"","path":"","value":}"#.len()
        })
        .sum()
}
