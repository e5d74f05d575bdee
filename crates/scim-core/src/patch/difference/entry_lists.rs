//! The difference of two lists of entries.

use std::collections::{BTreeMap, BTreeSet};

use scim_filter::{PatchPath, ValueFilter};
use serde_json::{Map, Value};

use crate::message::{PatchOperation, PatchOperationKind};

use super::super::dialect::PatchDialect;
use super::super::edit::is_primary;
use super::super::lookup::{Identity, Leaf};
use super::client_part::same_fixed_parts;
use super::filters::{Selectors, equals, join, names_type_alone};
use super::trial::Trial;
use super::{Attribute, kind_for, operation};

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
        let identity = Identity::of(definition);
        let steps = match identity {
            Identity::Leaf(leaf) => self.references(leaf, old, went, came),
            Identity::TypeAndValue { .. } | Identity::Whole => self.typed(old, new, went, came),
        };
        let steps = steps
            .filter(|steps| self.is_preferred(steps, &whole))
            .and_then(|steps| {
                let mut trial = Trial::new(self, old, new);
                if trial.leads_to(&steps)? {
                    let adds_and_removes = !went.is_empty() && !came.is_empty();
                    match identity {
                        Identity::TypeAndValue { .. } | Identity::Whole if adds_and_removes => {
                            trial.without_idle_steps(steps)
                        }
                        _ => Some(steps),
                    }
                } else {
                    None
                }
            });
        steps.unwrap_or_else(|| vec![whole])
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
        let definition = self.reference.attribute();
        let selectors = Selectors::of(definition, old);
        let mut by_type = BTreeMap::new();
        for (position, entry) in came.iter().enumerate() {
            if let Some(kind) = entry.get("type").and_then(Value::as_str) {
                by_type.entry(kind).or_insert(position);
            }
        }
        let mut taken = BTreeSet::new();
        let (mut steps, mut primary) = (Vec::new(), Vec::new());
        // A new primary entry makes the others false by itself.
        let demotes = came.iter().any(is_primary);
        for entry in went {
            let filter = selectors.filter(entry)?;
            let kind = entry.get("type").and_then(Value::as_str);
            let successor = kind
                .filter(|_| names_type_alone(&filter))
                .and_then(|kind| by_type.get(kind))
                .and_then(|position| Some((*position, came.get(*position)?)))
                .filter(|(_, new)| same_fixed_parts(definition, entry, new));
            match successor {
                None if self.dialect == PatchDialect::InteropProfile => return None,
                None => steps.push(self.selected(PatchOperationKind::Remove, filter, None, None)),
                Some((position, new)) => {
                    taken.insert(position);
                    self.edit(
                        entry.as_object()?,
                        new.as_object()?,
                        &filter,
                        demotes,
                        &mut steps,
                    );
                    if is_primary(new) && !is_primary(entry) {
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
        let left = came.iter().enumerate();
        let mut added: Vec<_> = left
            .filter(|(position, _)| !taken.contains(position))
            .map(|(_, entry)| entry.clone())
            .collect();
        if self.dialect == PatchDialect::Entra {
            let (selectors, gone) = (
                Selectors::of(definition, new),
                Selectors::of(definition, went),
            );
            added.retain(|entry| {
                // The filter would select one that goes instead, so that its removal is left out better.
                let made = (!gone.knows_type_of(entry))
                    .then(|| self.described(&selectors, entry))
                    .flatten();
                let is_added = made.is_none();
                steps.extend(made.into_iter().flatten());
                is_added
            });
        }
        steps.extend(self.added(&added));
        steps.extend(primary);
        Some(steps)
    }

    /// The operations that make an entry through the filter that describes it, one for each sub-attribute.
    fn described(&self, selectors: &Selectors<'_>, entry: &Value) -> Option<Vec<PatchOperation>> {
        let kind = entry.get("type")?.as_str()?;
        let filter = selectors.filter(entry)?;
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
