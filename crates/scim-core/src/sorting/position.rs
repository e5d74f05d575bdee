//! [`SortPosition`].

use core::cmp::Reverse;
use core::fmt;

use serde_json::Value;

use crate::message::SortOrder;
use crate::schema::{AttributeDefinition, AttributeType, comparison_key, parse_instant, value_key};

/// Where a resource stands in an order: first by the value sorted by, then by the `id`.
///
/// Positions of several resource types are compared with each other if their orders were
/// [bound together](super::BoundSort::bind_each). Each takes room for its value and its id, so that a value is folded once and
/// not with each comparison.
///
/// # Examples
///
/// See [`BoundSort::position`](super::BoundSort::position).
///
/// `Debug` shows neither the value, which may be personal, nor the id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SortPosition {
    value: Directed,
    id: Option<String>,
}

/// A key in its direction. One query has one direction.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Directed {
    Ascending(Key),
    Descending(Reverse<Key>),
}

/// What a value is compared by. Whatever has none comes last.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Value(Rank, String),
    Absent,
}

/// What stands before what where a store holds values of several types under one attribute, or several resource types have
/// attributes of one name; without it the order would contradict itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Boolean,
    Number,
    Instant,
    Text,
}

impl SortPosition {
    pub(super) fn new(
        definition: &AttributeDefinition,
        value: Option<&Value>,
        id: Option<&str>,
        order: SortOrder,
    ) -> Self {
        let key = value
            .and_then(|value| Key::of(definition, value))
            .unwrap_or(Key::Absent);
        Self {
            value: match order {
                SortOrder::Ascending => Directed::Ascending(key),
                SortOrder::Descending => Directed::Descending(Reverse(key)),
            },
            id: id.map(str::to_owned),
        }
    }
}

impl Key {
    fn of(definition: &AttributeDefinition, value: &Value) -> Option<Self> {
        let rank = match value {
            Value::Bool(_) => Rank::Boolean,
            Value::Number(_) => Rank::Number,
            Value::String(text)
                if definition.r#type == AttributeType::DateTime
                    && parse_instant(text).is_some() =>
            {
                Rank::Instant
            }
            _ => Rank::Text,
        };
        let key = match (rank, value) {
            (Rank::Text, Value::String(text)) => comparison_key(definition, text),
            _ => value_key(definition, value)?,
        };
        Some(Self::Value(rank, key.into_owned()))
    }
}

impl fmt::Debug for SortPosition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SortPosition")
            .finish_non_exhaustive()
    }
}
