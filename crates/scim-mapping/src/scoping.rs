//! Scoping filters: which source objects are provisioned.
//!
//! Groups are alternatives, the clauses of a group must all be true, and no group at all means everybody. A clause on a
//! value that is null or empty is false, `NOT EQUALS` included; only `IS NULL` is true then. Groups do not nest.

mod assignment;
mod explanation;

use std::fmt;

use regex::Regex;

use crate::expression::{EvaluatedValue, compile_pattern};
use crate::record::Record;
use crate::synchronization_schema::{
    FilterClause, FilterGroup, FilterOperand, Presence, ScalarValue,
};

pub use assignment::{AssignmentExplanation, Assignments};
pub use explanation::{
    ClauseExplanation, GroupExplanation, ScopeDecision, ScopeExplanation, ScopeFilter, Standing,
};

/// What a clause asks, in the portal's spelling.
///
/// ```
/// use scim_mapping::ScopingOperator;
///
/// assert_eq!(ScopingOperator::from_name("greater_than"), Some(ScopingOperator::GreaterThan));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ScopingOperator {
    /// `EQUALS`: the same text, case included.
    Equals,
    /// `NOT EQUALS`: another text.
    NotEquals,
    /// `IS TRUE`
    IsTrue,
    /// `IS FALSE`
    IsFalse,
    /// `IS NULL`: null or empty.
    IsNull,
    /// `IS NOT NULL`: neither null nor empty.
    IsNotNull,
    /// `REGEX MATCH`: the regular expression is found somewhere in the value.
    RegexMatch,
    /// `NOT REGEX MATCH`: it is found nowhere.
    NotRegexMatch,
    /// `Includes`: the value contains the operand.
    Includes,
    /// `ENDS_WITH`: the value ends with the operand.
    EndsWith,
    /// `Greater_Than`: both are whole numbers, and the value is greater.
    GreaterThan,
    /// `Greater_Than_OR_EQUALS`: both are whole numbers, and the value is not less.
    GreaterThanOrEquals,
    /// `&`: the operand contains the value.
    ExistsIn,
    /// `!&`: the operand does not contain the value.
    NotExistsIn,
}

impl ScopingOperator {
    const NAMES: [(&'static str, Self); 14] = [
        ("EQUALS", Self::Equals),
        ("NOT EQUALS", Self::NotEquals),
        ("IS TRUE", Self::IsTrue),
        ("IS FALSE", Self::IsFalse),
        ("IS NULL", Self::IsNull),
        ("IS NOT NULL", Self::IsNotNull),
        ("REGEX MATCH", Self::RegexMatch),
        ("NOT REGEX MATCH", Self::NotRegexMatch),
        ("Includes", Self::Includes),
        ("ENDS_WITH", Self::EndsWith),
        ("Greater_Than", Self::GreaterThan),
        ("Greater_Than_OR_EQUALS", Self::GreaterThanOrEquals),
        ("&", Self::ExistsIn),
        ("!&", Self::NotExistsIn),
    ];

    /// The operator of that name, in any case.
    ///
    /// ```
    /// use scim_mapping::ScopingOperator;
    ///
    /// assert_eq!(ScopingOperator::from_name("is not null"), Some(ScopingOperator::IsNotNull));
    /// assert_eq!(ScopingOperator::from_name("LIKE"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find_map(|(known, operator)| {
            known.eq_ignore_ascii_case(name.trim()).then_some(operator)
        })
    }

    /// The name in the portal's spelling.
    ///
    /// ```
    /// assert_eq!(scim_mapping::ScopingOperator::EndsWith.as_str(), "ENDS_WITH");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES
            .into_iter()
            .find_map(|(name, operator)| (operator == self).then_some(name))
            .unwrap_or_default()
    }

    fn takes_operand(self) -> bool {
        !matches!(
            self,
            Self::IsTrue | Self::IsFalse | Self::IsNull | Self::IsNotNull
        )
    }
}

impl fmt::Display for ScopingOperator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl serde::Serialize for ScopingOperator {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Why a clause cannot be judged for a record.
///
/// ```
/// use scim_mapping::{Mapping, Record, SynchronizationSchema};
///
/// let export = r#"{"synchronizationRules": [{"objectMappings": [{
///     "sourceObjectName": "User",
///     "scope": {"groups": [{"name": "old hands", "clauses": [{
///         "operatorName": "Greater_Than",
///         "sourceOperandName": "yearsOfService",
///         "targetOperand": {"values": ["5"]}
///     }]}]},
///     "attributeMappings": [{
///         "targetAttributeName": "userName",
///         "source": {"expression": "[mail]"},
///         "matchingPriority": 1
///     }]
/// }]}]}"#;
/// let mapping = Mapping::from_object_mapping(&SynchronizationSchema::from_json(export)?, "User")?;
/// let error = mapping.in_scope(&Record::default().with("yearsOfService", "many")).unwrap_err();
/// assert!(error.to_string().starts_with("scoping filter \"old hands\", attribute yearsOfService: "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("scoping filter \"{group}\", attribute {attribute}: {reason}")]
pub struct ScopingError {
    group: String,
    attribute: String,
    reason: String,
}

/// The groups of a scoping filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Scope {
    groups: Vec<Group>,
}

#[derive(Clone, Debug, PartialEq)]
struct Group {
    name: String,
    clauses: Vec<Clause>,
}

#[derive(Clone, Debug)]
struct Clause {
    attribute: String,
    operator: ScopingOperator,
    operand: String,
    /// Follows from the operand.
    pattern: Option<Regex>,
}

impl PartialEq for Clause {
    fn eq(&self, other: &Self) -> bool {
        (&self.attribute, self.operator, &self.operand)
            == (&other.attribute, other.operator, &other.operand)
    }
}

impl Scope {
    /// Reads the groups of a schema; every fault is given as place and message.
    pub(crate) fn read(groups: &[FilterGroup], faults: &mut Vec<(String, String)>) -> Self {
        let mut scope = Self::default();
        for group in groups {
            let name = group.name.value().cloned().unwrap_or_default();
            let mut clauses = Vec::new();
            for clause in group.clauses.value().into_iter().flatten() {
                match Clause::read(clause) {
                    Ok(clause) => clauses.push(clause),
                    Err(message) => faults.push((format!("scoping filter \"{name}\""), message)),
                }
            }
            scope.groups.push(Group { name, clauses });
        }
        scope
    }

    pub(crate) fn attributes(&self) -> impl Iterator<Item = &str> {
        self.groups
            .iter()
            .flat_map(|group| &group.clauses)
            .map(|clause| clause.attribute.as_str())
    }

    /// The groups in Graph's form.
    pub(crate) fn to_groups(&self) -> Vec<FilterGroup> {
        let group = |group: &Group| FilterGroup {
            name: Presence::Set(group.name.clone()),
            clauses: Presence::Set(group.clauses.iter().map(Clause::to_graph).collect()),
            ..FilterGroup::default()
        };
        self.groups.iter().map(group).collect()
    }

    /// One group that passes is enough, whatever cannot be judged beside it.
    pub(crate) fn contains(&self, record: &Record) -> Result<bool, ScopingError> {
        let mut fault = None;
        for group in &self.groups {
            match group.contains(record) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(error) => fault = fault.or(Some(error)),
            }
        }
        fault.map_or(Ok(self.groups.is_empty()), Err)
    }
}

impl Group {
    /// One clause that is false is enough, whatever cannot be judged beside it.
    fn contains(&self, record: &Record) -> Result<bool, ScopingError> {
        let mut fault = None;
        for clause in &self.clauses {
            match clause.holds(record) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(reason) => fault = fault.or(Some((clause, reason))),
            }
        }
        match fault {
            None => Ok(true),
            Some((clause, reason)) => Err(ScopingError {
                group: self.name.clone(),
                attribute: clause.attribute.clone(),
                reason,
            }),
        }
    }
}

impl Clause {
    fn read(clause: &FilterClause) -> Result<Self, String> {
        let name = clause
            .operator_name
            .value()
            .map(String::as_str)
            .unwrap_or_default();
        let operator = ScopingOperator::from_name(name).ok_or_else(|| {
            let known: Vec<&str> = ScopingOperator::NAMES
                .iter()
                .map(|(name, _)| *name)
                .collect();
            format!(
                "there is no operator {name:?}; use one of {}",
                known.join(", ")
            )
        })?;
        let attribute = clause
            .source_operand_name
            .value()
            .cloned()
            .unwrap_or_default();
        if attribute.is_empty() {
            return Err("a clause names no source attribute; give `sourceOperandName`".to_owned());
        }
        let values = clause
            .target_operand
            .value()
            .and_then(|operand| operand.values.value());
        let values = values.map(Vec::as_slice).unwrap_or_default();
        let operand = match values {
            [operand] if operator.takes_operand() => operand.to_string(),
            _ if !operator.takes_operand() => String::new(),
            _ => {
                return Err(format!(
                    "{name} on {attribute} takes one value, not {}",
                    values.len()
                ));
            }
        };
        let pattern = match operator {
            ScopingOperator::RegexMatch | ScopingOperator::NotRegexMatch => {
                Some(compile_pattern(&operand)?)
            }
            ScopingOperator::GreaterThan | ScopingOperator::GreaterThanOrEquals => {
                whole_number(&operand)?;
                None
            }
            _ => None,
        };
        Ok(Self {
            attribute,
            operator,
            operand,
            pattern,
        })
    }

    fn to_graph(&self) -> FilterClause {
        let values = if self.operator.takes_operand() {
            vec![ScalarValue::from(self.operand.as_str())]
        } else {
            Vec::new()
        };
        FilterClause {
            operator_name: Presence::Set(self.operator.to_string()),
            source_operand_name: Presence::Set(self.attribute.clone()),
            target_operand: Presence::Set(FilterOperand {
                values: Presence::Set(values),
                ..FilterOperand::default()
            }),
            ..FilterClause::default()
        }
    }

    fn holds(&self, record: &Record) -> Result<bool, String> {
        let value = record.value(&self.attribute);
        if let EvaluatedValue::List(values) = &value
            && values.len() > 1
        {
            return Err(
                "an attribute with several values cannot stand in a scoping filter".to_owned(),
            );
        }
        if value.is_null_or_empty() {
            return Ok(self.operator == ScopingOperator::IsNull);
        }
        let text = value.to_string();
        let found = || {
            self.pattern
                .as_ref()
                .is_some_and(|pattern| pattern.is_match(&text))
        };
        Ok(match self.operator {
            ScopingOperator::Equals => text == self.operand,
            ScopingOperator::NotEquals => text != self.operand,
            ScopingOperator::IsTrue => text.eq_ignore_ascii_case("true"),
            ScopingOperator::IsFalse => text.eq_ignore_ascii_case("false"),
            ScopingOperator::IsNull => false,
            ScopingOperator::IsNotNull => true,
            ScopingOperator::RegexMatch => found(),
            ScopingOperator::NotRegexMatch => !found(),
            ScopingOperator::Includes => text.contains(&self.operand),
            ScopingOperator::EndsWith => text.ends_with(&self.operand),
            ScopingOperator::GreaterThan => whole_number(&text)? > whole_number(&self.operand)?,
            ScopingOperator::GreaterThanOrEquals => {
                whole_number(&text)? >= whole_number(&self.operand)?
            }
            ScopingOperator::ExistsIn => self.operand.contains(&text),
            ScopingOperator::NotExistsIn => !self.operand.contains(&text),
        })
    }
}

fn whole_number(text: &str) -> Result<u64, String> {
    text.trim()
        .parse()
        .map_err(|_| format!("{text:?} is not a whole number of 0 or more"))
}
