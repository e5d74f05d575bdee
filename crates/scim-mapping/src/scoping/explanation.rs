//! Why an object is in scope or not.

use std::fmt;

use serde::Serialize;

use super::{AssignmentExplanation, Group, Scope, ScopingOperator};
use crate::expression::EvaluatedValue;
use crate::record::Record;

/// How something came out.
///
/// ```
/// assert_eq!(serde_json::to_value(scim_mapping::Standing::In)?, "in");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth outcome")]
pub enum Standing {
    /// In scope; a clause or group that is true.
    In,
    /// Out of scope; a clause or group that is false.
    Out,
    /// Cannot be judged.
    Unclear,
}

/// Which of the two filters of a mapping a group belongs to.
///
/// ```
/// assert_eq!(serde_json::to_value(scim_mapping::ScopeFilter::InputFilterGroups)?, "inputFilterGroups");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "Graph's reference has these two")]
pub enum ScopeFilter {
    /// Who passes none of these is ignored.
    InputFilterGroups,
    /// Who passes none of these is out of scope, and is disabled in the target.
    Groups,
}

/// What decided.
///
/// ```
/// use scim_mapping::{Mapping, Record, ScopeDecision};
///
/// let explanation = Mapping::new(Vec::new()).explain_scope(&Record::default(), None);
/// assert_eq!(explanation.decided_by, [ScopeDecision::NoFilter]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "by")]
#[non_exhaustive]
pub enum ScopeDecision {
    /// There is no filter, so everybody passes.
    NoFilter,
    /// The object is not assigned.
    Assignment,
    /// This group passed.
    Group {
        /// The filter it belongs to.
        filter: ScopeFilter,
        /// Its name.
        group: String,
    },
    /// This clause is false, or cannot be judged: the first such one of its group.
    Clause {
        /// The filter it belongs to.
        filter: ScopeFilter,
        /// The name of its group.
        group: String,
        /// Its number in the group, from 1.
        clause: usize,
        /// The clause as people write it.
        text: String,
    },
}

/// Why a record is in scope or not.
///
/// ```
/// use scim_mapping::{Assignments, Mapping, Record, Standing, SynchronizationSchema};
///
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/schema/peakon.json"));
/// let mapping = Mapping::from_object_mapping(&SynchronizationSchema::from_json(text)?, "User")?;
/// let ines = Record::default().with("objectId", "1").with("department", "Clinical Data");
/// let explanation = mapping.explain_scope(&ines, Some(&Assignments::only().user("1")));
/// assert_eq!(explanation.standing, Standing::Out);
/// assert_eq!(explanation.to_string(), "\
/// out of scope: clause 2 of \"Clinical staff with a number\" (employeeId IS NOT NULL) is false; \
/// clause 1 of \"Trial numbers\" (employeeId REGEX MATCH \"^7[0-9]{5}$\") is false
///   assignment: assigned directly
///   \"Clinical staff with a number\": out
///     in: department EQUALS \"Clinical Data\", the value is \"Clinical Data\"
///     out: employeeId IS NOT NULL, there is no value
///   \"Trial numbers\": out
///     out: employeeId REGEX MATCH \"^7[0-9]{5}$\", there is no value
/// ");
/// assert_eq!(serde_json::to_value(&explanation)?["decidedBy"][0]["clause"], 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScopeExplanation {
    /// How it came out.
    pub standing: Standing,
    /// What decided.
    pub decided_by: Vec<ScopeDecision>,
    /// How the object is assigned; none if that was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<AssignmentExplanation>,
    /// Every group of both filters.
    pub groups: Vec<GroupExplanation>,
}

/// How a group of clauses came out: true when all its clauses are.
///
/// See the example of [`ScopeExplanation`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GroupExplanation {
    /// The filter it belongs to.
    pub filter: ScopeFilter,
    /// Its name.
    pub name: String,
    /// How it came out.
    pub standing: Standing,
    /// Its clauses, every one evaluated.
    pub clauses: Vec<ClauseExplanation>,
}

/// How a clause came out.
///
/// See the example of [`ScopeExplanation`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClauseExplanation {
    /// The source attribute.
    pub attribute: String,
    /// The operator.
    pub operator: ScopingOperator,
    /// What the value is compared with; none where the operator takes nothing.
    pub operand: Option<String>,
    /// The value of the attribute; none for null. That of a password is `[Redact]`.
    pub value: Option<String>,
    /// How it came out.
    pub standing: Standing,
    /// Why it cannot be judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl ClauseExplanation {
    fn text(&self) -> String {
        match &self.operand {
            Some(operand) => format!("{} {} \"{operand}\"", self.attribute, self.operator),
            None => format!("{} {}", self.attribute, self.operator),
        }
    }
}

impl Scope {
    pub(crate) fn explain(&self, filter: ScopeFilter, record: &Record) -> Vec<GroupExplanation> {
        self.groups
            .iter()
            .map(|group| group.explain(filter, record))
            .collect()
    }
}

impl Group {
    fn explain(&self, filter: ScopeFilter, record: &Record) -> GroupExplanation {
        let clauses: Vec<ClauseExplanation> = self
            .clauses
            .iter()
            .map(|clause| {
                let (standing, reason) = match clause.holds(record) {
                    Ok(true) => (Standing::In, None),
                    Ok(false) => (Standing::Out, None),
                    Err(reason) => (Standing::Unclear, Some(reason)),
                };
                let value = match record.value(&clause.attribute) {
                    EvaluatedValue::Null => None,
                    _ if clause.attribute.to_ascii_lowercase().contains("password") => {
                        Some("[Redact]".to_owned())
                    }
                    value => Some(value.to_string()),
                };
                ClauseExplanation {
                    attribute: clause.attribute.clone(),
                    operator: clause.operator,
                    operand: clause
                        .operator
                        .takes_operand()
                        .then(|| clause.operand.clone()),
                    value,
                    standing,
                    reason,
                }
            })
            .collect();
        let has = |standing| clauses.iter().any(|clause| clause.standing == standing);
        let standing = if has(Standing::Out) {
            Standing::Out
        } else if has(Standing::Unclear) {
            Standing::Unclear
        } else {
            Standing::In
        };
        GroupExplanation {
            filter,
            name: self.name.clone(),
            standing,
            clauses,
        }
    }
}

impl ScopeExplanation {
    pub(crate) fn new(
        assignment: Option<AssignmentExplanation>,
        groups: Vec<GroupExplanation>,
    ) -> Self {
        if assignment
            .as_ref()
            .is_some_and(|assignment| !assignment.is_assigned())
        {
            return Self {
                standing: Standing::Out,
                decided_by: vec![ScopeDecision::Assignment],
                assignment,
                groups,
            };
        }
        let mut standing = Standing::In;
        let mut decided_by = Vec::new();
        for filter in [ScopeFilter::InputFilterGroups, ScopeFilter::Groups] {
            let own = || groups.iter().filter(|group| group.filter == filter);
            let passed = own().find(|group| group.standing == Standing::In);
            if let Some(passed) = passed {
                decided_by.push(ScopeDecision::Group {
                    filter,
                    group: passed.name.clone(),
                });
            } else if own().next().is_some() {
                let unclear = own().any(|group| group.standing == Standing::Unclear);
                standing = if unclear {
                    Standing::Unclear
                } else {
                    Standing::Out
                };
                decided_by = own().filter_map(first_fault).collect();
                break;
            }
        }
        if decided_by.is_empty() {
            decided_by.push(ScopeDecision::NoFilter);
        }
        Self {
            standing,
            decided_by,
            assignment,
            groups,
        }
    }
}

/// The first clause that keeps a group from passing.
fn first_fault(group: &GroupExplanation) -> Option<ScopeDecision> {
    let mut clauses = group.clauses.iter().enumerate();
    let (index, clause) = clauses.find(|(_, clause)| clause.standing == group.standing)?;
    Some(ScopeDecision::Clause {
        filter: group.filter,
        group: group.name.clone(),
        clause: index + 1,
        text: clause.text(),
    })
}

impl fmt::Display for ScopeExplanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (heading, what) = match self.standing {
            Standing::In => ("in scope", ""),
            Standing::Out => ("out of scope", " is false"),
            Standing::Unclear => ("cannot be judged", ""),
        };
        let reasons: Vec<String> = self
            .decided_by
            .iter()
            .map(|decision| match decision {
                ScopeDecision::NoFilter => "there is no scoping filter".to_owned(),
                ScopeDecision::Assignment => "the object is not assigned".to_owned(),
                ScopeDecision::Group { group, .. } => format!("\"{group}\" is true"),
                ScopeDecision::Clause {
                    group,
                    clause,
                    text,
                    ..
                } => format!("clause {clause} of \"{group}\" ({text}){what}"),
            })
            .collect();
        writeln!(formatter, "{heading}: {}", reasons.join("; "))?;
        if let Some(assignment) = &self.assignment {
            writeln!(formatter, "  assignment: {assignment}")?;
        }
        for group in &self.groups {
            writeln!(formatter, "  \"{}\": {}", group.name, group.standing)?;
            for clause in &group.clauses {
                let value = match (&clause.reason, &clause.value) {
                    (Some(reason), _) => reason.clone(),
                    (None, Some(value)) => format!("the value is \"{value}\""),
                    (None, None) => "there is no value".to_owned(),
                };
                writeln!(
                    formatter,
                    "    {}: {}, {value}",
                    clause.standing,
                    clause.text()
                )?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::In => "in",
            Self::Out => "out",
            Self::Unclear => "unclear",
        })
    }
}
