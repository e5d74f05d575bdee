//! The difference of two lists of entries.

use scim_filter::{AttributePath, Comparison, ComparisonOperator, Literal, PatchPath, ValueFilter};
use serde_json::{Map, Value};

use crate::message::{PatchOperation, PatchOperationKind};
use crate::schema::AttributeDefinition;

use super::super::dialect::PatchDialect;
use super::super::edit::is_primary;
use super::super::lookup::{Identity, Leaf};
use super::{Attribute, kind_for, operation};

/// How many entries one filter names, so that it stays below the limits of any service.
const NAMED_IN_ONE_FILTER: usize = 20;

/// From here on a list is replaced as a whole rather than compared entry by entry: telling entries apart takes the product of
/// their numbers.
const MOST_COMPARISONS: usize = 1_000_000;

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
        let identity = Identity::of(definition);
        let steps = match identity {
            Identity::Leaf(leaf) => self.references(leaf, old, went, came),
            Identity::TypeAndValue { .. } | Identity::Whole => self.typed(old, new, went, came),
        };
        match steps {
            Some(steps) if self.is_preferred(&steps, &whole) && self.leads_to(&steps, old, new) => {
                match identity {
                    Identity::Leaf(_) => steps,
                    _ => self.without_idle_steps(steps, old, new),
                }
            }
            _ => vec![whole],
        }
    }

    /// The steps without those that change nothing beside the others: what adds an entry may take over the one that it replaces.
    fn without_idle_steps(
        &self,
        mut steps: Vec<PatchOperation>,
        old: &[Value],
        new: &[Value],
    ) -> Vec<PatchOperation> {
        let attempts = steps.len().saturating_mul(steps.len() + old.len());
        if steps.len() < 2 || attempts > MOST_COMPARISONS {
            return steps;
        }
        for index in (0..steps.len()).rev() {
            let step = steps.remove(index);
            if !self.leads_to(&steps, old, new) {
                steps.insert(index, step);
            }
        }
        steps
    }

    /// Whether steps are sent rather than the list as a whole: they are shorter, or the client never sends lists.
    fn is_preferred(&self, steps: &[PatchOperation], whole: &PatchOperation) -> bool {
        self.dialect == PatchDialect::Entra || length(steps) < length(std::slice::from_ref(whole))
    }

    /// Simple values, and references told apart by `value`: some go, some come.
    fn references(
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
        match self.dialect {
            PatchDialect::Entra => steps.extend(self.named(leaf, went)?),
            PatchDialect::InteropProfile if leaf.is_sub_attribute() && !went.is_empty() => {
                return None;
            }
            PatchDialect::InteropProfile | PatchDialect::Rfc => {
                let at_once = match self.dialect {
                    PatchDialect::Rfc => NAMED_IN_ONE_FILTER,
                    _ => 1,
                };
                for chunk in went.chunks(at_once) {
                    let terms: Option<Vec<_>> = chunk
                        .iter()
                        .map(|entry| equals("value", leaf.text(entry)?))
                        .collect();
                    let filter = join(terms?, ValueFilter::Or)?;
                    steps.push(self.selected(PatchOperationKind::Remove, filter, None, None));
                }
            }
        }
        steps.extend(self.added(came));
        Some(steps)
    }

    /// A removal that names the entries in its value. `None`: an entry cannot be named.
    #[expect(
        clippy::option_option,
        reason = "no operation is needed, or none is possible"
    )]
    fn named(&self, leaf: Leaf<'_>, went: &[Value]) -> Option<Option<PatchOperation>> {
        let names: Option<Vec<_>> = went
            .iter()
            .map(|entry| {
                let text = leaf.text(entry)?;
                Some(if leaf.is_sub_attribute() {
                    serde_json::json!({"value": text})
                } else {
                    text.into()
                })
            })
            .collect();
        let names = names?;
        Some((!names.is_empty()).then(|| {
            let path = PatchPath::Attribute(self.path.clone());
            operation(PatchOperationKind::Remove, path, Some(Value::Array(names)))
        }))
    }

    /// Typed entries: those that keep their type are edited, the others go and come.
    fn typed(
        &self,
        old: &[Value],
        new: &[Value],
        went: &[Value],
        came: &[Value],
    ) -> Option<Vec<PatchOperation>> {
        if went.len().saturating_mul(old.len() + came.len()) > MOST_COMPARISONS {
            return None;
        }
        let definition = self.reference.attribute();
        let mut added = came.to_vec();
        let (mut steps, mut primary) = (Vec::new(), Vec::new());
        // A new primary entry makes the others false by itself.
        let demotes = came.iter().any(is_primary);
        for entry in went {
            let filter = distinguish(definition, old, entry)?;
            let successor = added.iter().position(|new| {
                entry.get("type").is_some()
                    && entry.get("type") == new.get("type")
                    && names_type_alone(&filter)
            });
            match successor {
                None if self.dialect == PatchDialect::InteropProfile => return None,
                None => steps.push(self.selected(PatchOperationKind::Remove, filter, None, None)),
                Some(position) => {
                    let new = added.remove(position);
                    self.edit(
                        entry.as_object()?,
                        new.as_object()?,
                        &filter,
                        demotes,
                        &mut steps,
                    );
                    if is_primary(&new) && !is_primary(entry) {
                        // Last of all, when no other entry is primary any more.
                        let kind = match self.dialect {
                            PatchDialect::Entra => kind_for(entry.get("primary")),
                            _ => PatchOperationKind::Replace,
                        };
                        let value = Some(Value::Bool(true));
                        primary.push(self.selected(kind, filter, Some("primary"), value));
                    }
                }
            }
        }
        if self.dialect == PatchDialect::Entra {
            added.retain(|entry| match self.described(new, went, entry) {
                Some(made) => {
                    steps.extend(made);
                    false
                }
                None => true,
            });
        }
        steps.extend(self.added(&added));
        steps.extend(primary);
        Some(steps)
    }

    /// The operations that make an entry through the filter that describes it, one for each sub-attribute.
    fn described(
        &self,
        new: &[Value],
        went: &[Value],
        entry: &Value,
    ) -> Option<Vec<PatchOperation>> {
        let kind = entry.get("type")?.as_str()?;
        // The filter would select one of those instead, so that its removal is left out better.
        let is_same = |other: &str| other.eq_ignore_ascii_case(kind);
        if went
            .iter()
            .filter_map(|entry| entry.get("type")?.as_str())
            .any(is_same)
        {
            return None;
        }
        let filter = distinguish(self.reference.attribute(), new, entry)?;
        if !names_type_alone(&filter) || kind.is_empty() {
            return None;
        }
        let mut parts: Vec<_> = entry.as_object()?.iter().collect();
        parts.retain(|(name, _)| *name != "type");
        // What tells it apart comes first, whether it is primary last.
        parts.sort_by_key(|(name, _)| (*name == "primary", *name != "value"));
        if parts.is_empty() {
            return None;
        }
        let part = |(name, value): (&String, &Value)| {
            let (filter, value) = (filter.clone(), Some(value.clone()));
            self.selected(PatchOperationKind::Add, filter, Some(name), value)
        };
        Some(parts.into_iter().map(part).collect())
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
        demotes: bool,
        steps: &mut Vec<PatchOperation>,
    ) {
        for name in old.keys().filter(|name| !new.contains_key(*name)) {
            steps.push(self.selected(PatchOperationKind::Remove, filter.clone(), Some(name), None));
        }
        let settles_itself = |name: &str, value: &Value| {
            name == "primary"
                && (*value == Value::Bool(true)
                    || demotes && old.get(name) == Some(&Value::Bool(true)))
        };
        let set: Map<_, _> = new
            .iter()
            .filter(|(name, value)| old.get(*name) != Some(*value) && !settles_itself(name, value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if self.dialect == PatchDialect::Rfc && set.len() > 1 {
            // Not replace: some take that for the whole entry.
            let (kind, set) = (PatchOperationKind::Add, Some(Value::Object(set)));
            steps.push(self.selected(kind, filter.clone(), None, set));
            return;
        }
        for (name, value) in set {
            let kind = match self.dialect {
                PatchDialect::Entra => kind_for(old.get(&name)),
                _ => PatchOperationKind::Replace,
            };
            steps.push(self.selected(kind, filter.clone(), Some(&name), Some(value)));
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
