//! Which entries of a multi-valued attribute are the same, and where they stand.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher as _};

use serde_json::Value;

use crate::schema::{AttributeDefinition, AttributeType, ComparisonRule, value_key};

/// Where a simple value stands in an entry: in a sub-attribute, or it is the entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf<'r> {
    sub_attribute: Option<&'r AttributeDefinition>,
    definition: &'r AttributeDefinition,
    /// `None`: it is no text, or a text that stands for something else, such as an instant.
    rule: Option<ComparisonRule>,
}

impl<'r> Leaf<'r> {
    fn new(
        attribute: &'r AttributeDefinition,
        sub_attribute: Option<&'r AttributeDefinition>,
    ) -> Self {
        let definition = sub_attribute.unwrap_or(attribute);
        let is_text = matches!(
            definition.r#type,
            AttributeType::String | AttributeType::Reference
        );
        Self {
            sub_attribute,
            definition,
            rule: is_text.then(|| ComparisonRule::of(definition)),
        }
    }

    /// The place that a name in brackets means, if texts stand there that anybody may compare.
    pub(super) fn named(attribute: &'r AttributeDefinition, name: &str) -> Option<Self> {
        let sub_attribute = if attribute.r#type == AttributeType::Complex {
            Some(attribute.sub_attribute(name)?)
        } else if name.eq_ignore_ascii_case("value") {
            None
        } else {
            return None;
        };
        let definition = sub_attribute.unwrap_or(attribute);
        let is_simple = sub_attribute.is_none_or(|sub| !sub.multi_valued);
        (definition.r#type == AttributeType::String
            && is_simple
            && !sub_attribute.is_some_and(AttributeDefinition::is_never_returned))
        .then(|| Self::new(attribute, sub_attribute))
    }

    fn of(sub_attribute: &'r AttributeDefinition) -> Self {
        Self::new(sub_attribute, Some(sub_attribute))
    }

    pub(super) const fn definition(&self) -> &'r AttributeDefinition {
        self.definition
    }

    pub(super) fn is(&self, other: &Leaf<'_>) -> bool {
        std::ptr::eq(self.definition, other.definition)
    }

    pub(super) const fn is_sub_attribute(&self) -> bool {
        self.sub_attribute.is_some()
    }

    pub(super) fn text<'v>(&self, entry: &'v Value) -> Option<&'v str> {
        self.value(entry)?.as_str()
    }

    fn value<'v>(&self, entry: &'v Value) -> Option<&'v Value> {
        match self.sub_attribute {
            Some(sub_attribute) => entry.get(&sub_attribute.name),
            None => Some(entry),
        }
    }

    /// The key of the value, as everywhere where values are compared.
    pub(super) fn key<'v>(&self, entry: &'v Value) -> Option<Cow<'v, str>> {
        let value = self.value(entry)?;
        match (self.rule, value) {
            (Some(rule), Value::String(text)) => Some(rule.key(text)),
            _ => value_key(self.definition, value),
        }
    }

    /// Whether the value has this key; told without making its own wherever that is possible.
    #[inline]
    pub(super) fn has_key(&self, entry: &Value, key: &str) -> bool {
        let Some(value) = self.value(entry) else {
            return false;
        };
        match (self.rule, value) {
            (Some(rule), Value::String(text)) if text.is_ascii() => {
                text.len() == key.len()
                    && if rule.ignores_case() {
                        text.eq_ignore_ascii_case(key)
                    } else {
                        text == key
                    }
            }
            (Some(rule), Value::String(text)) => rule.key(text) == key,
            _ => value_key(self.definition, value).is_some_and(|own| own == key),
        }
    }
}

/// When two entries of an attribute are the same entry.
#[derive(Clone, Copy, Debug)]
pub(super) enum Identity<'r> {
    /// Simple values: by the rule of the attribute. References, such as members: the same `value`.
    Leaf(Leaf<'r>),
    /// Typed values, such as e-mail addresses: the same `type` and `value`.
    TypeAndValue { r#type: Leaf<'r>, value: Leaf<'r> },
    /// Anything else: equal in everything.
    Whole,
}

impl<'r> Identity<'r> {
    pub(super) fn of(definition: &'r AttributeDefinition) -> Self {
        if definition.r#type != AttributeType::Complex {
            return Self::Leaf(Leaf::new(definition, None));
        }
        let leaf = |name| definition.sub_attribute(name).map(Leaf::of);
        match (leaf("value"), leaf("$ref"), leaf("type")) {
            (Some(value), Some(_), _) => Self::Leaf(value),
            (Some(value), None, Some(r#type)) => Self::TypeAndValue { r#type, value },
            _ => Self::Whole,
        }
    }

    /// As [`Identity::of`], where an entry is named to be removed: by its `value` alone.
    pub(super) fn by_value(definition: &'r AttributeDefinition) -> Self {
        if definition.r#type != AttributeType::Complex {
            return Self::of(definition);
        }
        let value = definition.sub_attribute("value").map(Leaf::of);
        value.map_or(Self::Whole, Self::Leaf)
    }

    /// A text that is equal for entries that are the same. `None`: the entry lacks what would tell it apart, so that it is the
    /// same as an equal one only.
    pub(super) fn key<'v>(&self, entry: &'v Value) -> Option<Cow<'v, str>> {
        match self {
            Self::Leaf(leaf) => leaf.key(entry),
            // The length of the first keeps the two from running into each other.
            Self::TypeAndValue { r#type, value } => {
                let value = value.key(entry)?;
                let kind = r#type.key(entry).unwrap_or_default();
                Some(format!("{}:{kind}{value}", kind.len()).into())
            }
            Self::Whole => None,
        }
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Leaf(left), Self::Leaf(right)) => left.is(right),
            (Self::TypeAndValue { .. }, Self::TypeAndValue { .. }) | (Self::Whole, Self::Whole) => {
                true
            }
            _ => false,
        }
    }

    pub(super) fn has_key(&self, entry: &Value, key: &str) -> bool {
        match self {
            Self::Leaf(leaf) => leaf.has_key(entry, key),
            Self::TypeAndValue { r#type, value } => {
                let parts = key.split_once(':').and_then(|(length, rest)| {
                    let length = length.parse().ok()?;
                    rest.split_at_checked(length)
                });
                parts.is_some_and(|(wanted_type, wanted_value)| {
                    value.has_key(entry, wanted_value)
                        && if wanted_type.is_empty() {
                            r#type.text(entry).unwrap_or_default().is_empty()
                        } else {
                            r#type.has_key(entry, wanted_type)
                        }
                })
            }
            Self::Whole => false,
        }
    }

    fn hash(&self, entry: &Value) -> u64 {
        self.key(entry)
            .map_or_else(|| hash(&entry.to_string()), |key| hash(&key))
    }
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted<'w> {
    Key(&'w str),
    /// An entry without a key: an equal one.
    Equal(&'w Value),
}

impl Wanted<'_> {
    pub(super) fn is(&self, identity: &Identity<'_>, entry: &Value) -> bool {
        match self {
            Self::Key(key) => identity.has_key(entry, key),
            Self::Equal(wanted) => *wanted == entry,
        }
    }

    fn hash(&self) -> u64 {
        match self {
            Self::Key(key) => hash(key),
            Self::Equal(entry) => hash(&entry.to_string()),
        }
    }
}

/// The positions of entries by what they are told apart by. It may point at too many, at entries that have changed or gone: who
/// looks up looks at the entry too.
#[derive(Debug)]
pub(super) struct Index<'r> {
    pub(super) identity: Identity<'r>,
    places: BTreeSet<(u64, usize)>,
}

impl<'r> Index<'r> {
    pub(super) fn new(identity: Identity<'r>, entries: &[Value]) -> Self {
        let places = entries
            .iter()
            .enumerate()
            .map(|(position, entry)| (identity.hash(entry), position))
            .collect();
        Self { identity, places }
    }

    pub(super) fn insert(&mut self, entry: &Value, position: usize) {
        self.places.insert((self.identity.hash(entry), position));
    }

    /// The positions where it may stand, in order.
    pub(super) fn positions(&self, wanted: Wanted<'_>) -> impl Iterator<Item = usize> + '_ {
        let hash = wanted.hash();
        self.places
            .range((hash, 0)..=(hash, usize::MAX))
            .map(|(_, position)| *position)
    }
}

/// The same on every machine and in every run: the hasher has no random part.
fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}
