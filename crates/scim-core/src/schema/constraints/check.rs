//! Constraints that contradict themselves or their attribute, and such as are looser than others.

use std::cmp::Ordering;

use super::{Bound, Constraints};
use crate::schema::comparison_key::ComparisonRule;
use crate::schema::{AttributeDefinition, AttributeType};

impl AttributeDefinition {
    /// Whether a text is among the canonical values: as the values of the attribute are compared if the list is closed, and
    /// else without regard to case.
    pub(in crate::schema) fn is_canonical(&self, text: &str) -> bool {
        let rule = if self.constraints.closed {
            ComparisonRule::of(self)
        } else {
            ComparisonRule::Folded
        };
        self.canonical_values.iter().any(|value| {
            value == text
                || if value.is_ascii() && text.is_ascii() {
                    rule.ignores_case() && value.eq_ignore_ascii_case(text)
                } else {
                    rule.key(value) == rule.key(text)
                }
        })
    }

    /// All that is wrong with the constraints of this attribute.
    pub(in crate::schema) fn constraint_problems(&self) -> Vec<String> {
        use AttributeType::{DateTime, Decimal, Integer, Reference, String};
        let constraints = &self.constraints;
        let mut problems = Vec::new();
        let is_text = matches!(self.r#type, String | Reference);
        for (name, is_given) in [
            ("minimumLength", constraints.minimum_length.is_some()),
            ("maximumLength", constraints.maximum_length.is_some()),
            ("pattern", constraints.pattern.is_some()),
        ] {
            if is_given && !is_text {
                problems.push(format!(
                    "only a string or a reference has a {name}, not a {}",
                    self.r#type
                ));
            }
        }
        let bounds = [
            ("minimum", &constraints.minimum),
            ("maximum", &constraints.maximum),
        ];
        for (name, bound) in bounds {
            let fits = match (bound, self.r#type) {
                (None, _)
                | (Some(Bound::Number(_)), Integer | Decimal)
                | (Some(Bound::Instant(_)), DateTime) => true,
                (Some(_), _) => false,
            };
            if !fits {
                problems.push(format!(
                    "a number has a {name} that is a number, a dateTime has one that is a date and time, and a {} has \
                     none that could be compared with this one",
                    self.r#type
                ));
            }
        }
        if let (Some(minimum), Some(maximum)) =
            (constraints.minimum_length, constraints.maximum_length)
            && minimum > maximum
        {
            problems.push(format!(
                "no text has at least {minimum} and at most {maximum} characters"
            ));
        }
        if let (Some(minimum), Some(maximum)) = (&constraints.minimum, &constraints.maximum)
            && minimum.compare(maximum).is_some_and(Ordering::is_gt)
        {
            problems.push(format!(
                "nothing is at least {minimum} and at most {maximum}"
            ));
        }
        if constraints.closed && (self.canonical_values.is_empty() || !is_text) {
            problems.push(
                "closed needs a string or a reference with canonicalValues, which are then all that there are"
                    .to_owned(),
            );
        }
        if is_text {
            for value in &self.canonical_values {
                if let Some(problem) = constraints.text_problem(value) {
                    problems.push(format!(
                        "the canonical value \"{value}\" is against the constraints: {problem}"
                    ));
                }
            }
        }
        problems
    }
}

impl Constraints {
    /// Adds constraints to these, and tells which of them would let through what was refused before.
    pub(in crate::schema) fn tighten(&mut self, by: &Self, refusals: &mut Vec<String>) {
        self.closed |= by.closed;
        narrow(
            &mut self.minimum_length,
            by.minimum_length.as_ref(),
            "minimumLength",
            |new, old| new >= old,
            refusals,
        );
        narrow(
            &mut self.maximum_length,
            by.maximum_length.as_ref(),
            "maximumLength",
            |new, old| new <= old,
            refusals,
        );
        narrow(
            &mut self.minimum,
            by.minimum.as_ref(),
            "minimum",
            |new, old| new.compare(old).is_some_and(Ordering::is_ge),
            refusals,
        );
        narrow(
            &mut self.maximum,
            by.maximum.as_ref(),
            "maximum",
            |new, old| new.compare(old).is_some_and(Ordering::is_le),
            refusals,
        );
        narrow(
            &mut self.pattern,
            by.pattern.as_ref(),
            "pattern",
            |new, old| new == old,
            refusals,
        );
    }
}

fn narrow<T: Clone + std::fmt::Display>(
    old: &mut Option<T>,
    new: Option<&T>,
    name: &str,
    is_tighter: impl FnOnce(&T, &T) -> bool,
    refusals: &mut Vec<String>,
) {
    let Some(new) = new else { return };
    match old {
        Some(old) if !is_tighter(new, old) => {
            refusals.push(format!(
                "{name} {new} is not known to be tighter than the present {old}"
            ));
        }
        _ => *old = Some(new.clone()),
    }
}
