//! Rules that get in each other's way.

use scim_core::scim_filter::PatchPath;

use super::problem::Problems;
use crate::location::Location;
use crate::rule::Rule;

/// Finds every rule that contradicts an earlier one; `numbers` are those of the rules in the mapping, from 1.
pub(super) fn find(rules: &[Rule], numbers: &[usize], problems: &mut Problems) {
    for (index, (rule, number)) in rules.iter().zip(numbers).enumerate() {
        let target = rule.target.to_string();
        let place = Some((*number, target.as_str()));
        let earlier = || rules.iter().zip(numbers).take(index);
        if let Some((_, other)) = earlier().find(|(earlier, _)| same(&earlier.target, &rule.target))
        {
            problems.error(
                place,
                "target",
                format!("rule {other} has the same target attribute"),
                "remove one of the two rules",
            );
        } else if let Some((earlier, other)) =
            earlier().find(|(earlier, _)| overlap(&earlier.target, &rule.target))
        {
            problems.error(
                place,
                "target",
                format!("rule {other} sets {}, which is a part of the same attribute or the whole of it", earlier.target),
                "map either the attribute as a whole or its parts",
            );
        }
        let priority = rule.matching_priority;
        if priority > 0
            && let Some((_, other)) =
                earlier().find(|(earlier, _)| earlier.matching_priority == priority)
        {
            problems.error(
                place,
                "matching",
                format!("rule {other} has the matching precedence {priority} as well"),
                "number them 1, 2, 3, …",
            );
        }
        if let Some(name) = Location::contradiction(&rule.target) {
            problems.error(
                place,
                "target",
                format!("the filter says what `{name}` is, and the rule sets it to something else"),
                "remove the rule; the filter sets it in a new element",
            );
        }
    }
}

fn same(left: &PatchPath, right: &PatchPath) -> bool {
    left.to_string().eq_ignore_ascii_case(&right.to_string())
}

/// Whether one of them is the whole attribute and the other a part of it.
fn overlap(left: &PatchPath, right: &PatchPath) -> bool {
    let (Some((left, left_is_whole)), Some((right, right_is_whole))) = (whole(left), whole(right))
    else {
        return false;
    };
    left_is_whole != right_is_whole && left.eq_ignore_ascii_case(&right)
}

/// The attribute of a path without its sub-attribute and filter, and whether the path has neither.
fn whole(path: &PatchPath) -> Option<(String, bool)> {
    let (attribute, is_filtered) = match path {
        PatchPath::Attribute(path) => (path, false),
        PatchPath::ValuePath { attribute, .. } => (attribute, true),
        PatchPath::Schema(_) => return None,
    };
    let schema = attribute
        .schema()
        .map(|urn| format!("{urn}:"))
        .unwrap_or_default();
    let is_whole = attribute.sub_attribute().is_none() && !is_filtered;
    Some((format!("{schema}{}", attribute.attribute()), is_whole))
}
