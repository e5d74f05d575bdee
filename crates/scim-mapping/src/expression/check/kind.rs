//! What is known of a value before any record is seen.

use std::collections::BTreeSet;

use super::super::EvaluatedValue;
use super::ValueType;
use crate::rule::DataType;

/// More constants than these are not told apart any longer.
const MOST_CONSTANTS: usize = 64;

/// What a node can yield, given a record that has its attributes.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about a value"
)]
pub(super) struct Kind {
    /// The types of its values; none is known when empty.
    pub(super) types: BTreeSet<DataType>,
    /// Whether it can be elements with several members.
    pub(super) complex: bool,
    /// Whether it can be several values.
    pub(super) several: bool,
    /// Whether it can be null although the attributes have values.
    pub(super) nullable: bool,
    /// All the texts that it can be, when they are few.
    pub(super) constants: Option<BTreeSet<String>>,
    /// Whether it reads no attribute.
    pub(super) closed: bool,
    /// Whether it differs with each evaluation.
    pub(super) varies: bool,
    /// Whether a problem has been reported already, so that those which follow from it are not.
    pub(super) faulty: bool,
}

impl Kind {
    pub(super) fn of(data_type: DataType) -> Self {
        Self {
            types: BTreeSet::from([data_type]),
            constants: (data_type == DataType::Boolean)
                .then(|| BTreeSet::from(["False".to_owned(), "True".to_owned()])),
            ..Self::default()
        }
    }

    pub(super) fn of_attribute(value_type: ValueType) -> Self {
        Self {
            several: value_type.multi_valued,
            constants: None,
            ..Self::of(value_type.data_type)
        }
    }

    pub(super) fn faulty() -> Self {
        Self {
            faulty: true,
            ..Self::default()
        }
    }

    pub(super) fn null() -> Self {
        Self {
            nullable: true,
            closed: true,
            constants: Some(BTreeSet::new()),
            ..Self::default()
        }
    }

    pub(super) fn constant(data_type: DataType, text: String) -> Self {
        Self {
            constants: Some(BTreeSet::from([text])),
            closed: true,
            ..Self::of(data_type)
        }
    }

    /// The only value that it can have, when there is one.
    pub(super) fn only_constant(&self) -> Option<&str> {
        let constants = self.constants.as_ref()?;
        let mut values = constants.iter();
        match (values.next(), values.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }

    /// What is known of a value that is either this or the other.
    pub(super) fn or(mut self, other: &Self) -> Self {
        self.types.extend(&other.types);
        self.complex |= other.complex;
        self.several |= other.several;
        self.nullable |= other.nullable;
        self.closed &= other.closed;
        self.varies |= other.varies;
        self.faulty |= other.faulty;
        self.constants = match (self.constants, &other.constants) {
            (Some(mut constants), Some(others)) => {
                constants.extend(others.iter().cloned());
                Some(constants).filter(|constants| constants.len() <= MOST_CONSTANTS)
            }
            _ => None,
        };
        self
    }

    /// The same, as far as a call that reads no attribute is known to yield `value`.
    pub(super) fn known(mut self, value: &EvaluatedValue) -> Self {
        match value {
            EvaluatedValue::Null | EvaluatedValue::Ignore | EvaluatedValue::IgnoreObject => {
                self.constants = Some(BTreeSet::new());
                self.nullable = true;
            }
            EvaluatedValue::List(_) | EvaluatedValue::Complex(_) => {}
            single => {
                self.constants = Some(BTreeSet::from([single.to_string()]));
                self.several = false;
                self.nullable = false;
            }
        }
        self
    }

    pub(super) fn is_only(&self, data_types: &[DataType]) -> bool {
        !self.complex
            && self
                .types
                .iter()
                .all(|data_type| data_types.contains(data_type))
    }

    /// How a message names it.
    pub(super) fn describe(&self) -> String {
        if self.complex {
            return "a list of roles".to_owned();
        }
        let names: Vec<String> = self
            .types
            .iter()
            .map(|data_type| format!("{data_type:?}"))
            .collect();
        names.join(" or ")
    }
}
