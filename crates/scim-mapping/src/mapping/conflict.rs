//! Rules that get in each other's way.

use std::collections::BTreeMap;

use scim_core::scim_filter::PatchPath;

use super::problem::Problems;
use crate::location::Location;
use crate::rule::Rule;
use crate::target_path::without_core;

/// Finds every rule that contradicts an earlier one; `numbers` are those of the rules in the mapping, from 1.
pub(super) fn find(rules: &[Rule], numbers: &[usize], problems: &mut Problems) {
    let mut targets: BTreeMap<String, usize> = BTreeMap::new();
    let mut attributes: BTreeMap<(String, bool), (usize, String)> = BTreeMap::new();
    let mut priorities: BTreeMap<u32, usize> = BTreeMap::new();
    for (rule, number) in rules.iter().zip(numbers) {
        let target = rule.target.to_string();
        let place = Some((*number, target.as_str()));
        let path = without_core(&target).to_ascii_lowercase();
        let attribute = whole(&rule.target);
        let contrary = attribute.clone().map(|(path, is_whole)| (path, !is_whole));
        if let Some(other) = targets.get(&path) {
            problems.error(
                place,
                "target",
                format!("rule {other} has the same target attribute"),
                "remove one of the two rules",
            );
        } else if let Some((other, earlier)) = contrary.and_then(|key| attributes.get(&key)) {
            problems.error(
                place,
                "target",
                format!("rule {other} sets {earlier}, which is a part of the same attribute or the whole of it"),
                "map either the attribute as a whole or its parts",
            );
        }
        targets.entry(path).or_insert(*number);
        if let Some(attribute) = attribute {
            attributes
                .entry(attribute)
                .or_insert_with(|| (*number, target.clone()));
        }
        let priority = rule.matching_priority;
        if priority > 0
            && let Some(other) = priorities.get(&priority)
        {
            problems.error(
                place,
                "matching",
                format!("rule {other} has the matching precedence {priority} as well"),
                "number them 1, 2, 3, …",
            );
        }
        priorities.entry(priority).or_insert(*number);
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

/// The attribute of a path without its sub-attribute and filter, in small letters, and whether the path has neither.
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
    let path = format!("{schema}{}", attribute.attribute());
    Some((without_core(&path).to_ascii_lowercase(), is_whole))
}
