//! The checks of the second cycle: what became of everybody who left, came back, joined or was promoted.

use std::collections::BTreeSet;

use super::directory::{Directory, GraphUser, is_enabled, user_name};
use super::{
    expectation::{self, Standing},
    snapshot::Snapshot,
    verification::Check,
};

/// Compares both states of the directory with the two audiences: the one before the changes, and the present one.
pub(crate) fn checks(
    old: &Directory,
    new: &Directory,
    known: &BTreeSet<String>,
    snapshot: &Snapshot,
    (before, after): (&BTreeSet<String>, &BTreeSet<String>),
) -> Vec<Check> {
    let standing_before = |id: &str| {
        let people = expectation::people(old, known);
        people
            .into_iter()
            .find(|person| person.id == id)
            .map(|person| person.standing)
    };
    let mut left = Vec::new();
    let mut dropped = Vec::new();
    let mut returned = Vec::new();
    let mut joined = Vec::new();
    for person in expectation::people(new, known) {
        let name = person.user_name().to_lowercase();
        match (standing_before(person.id), person.standing) {
            (Some(Standing::Active), Standing::Inactive) if is_enabled(person.user) => {
                dropped.push(name);
            }
            (Some(Standing::Active), Standing::Inactive) => left.push(name),
            (Some(Standing::Inactive), Standing::Active) => returned.push(name),
            (None | Some(Standing::Absent), Standing::Active) => joined.push(name),
            _ => {}
        }
    }
    let lost = |names: Vec<String>, what: &str| {
        moved(
            &names,
            before,
            after,
            &format!(
                "{} {what}: in the audience until then, not any more",
                names.len()
            ),
        )
    };
    let gained = |names: Vec<String>, what: &str| {
        moved(
            &names,
            after,
            before,
            &format!("{} {what}: in the audience from then on", names.len()),
        )
    };
    vec![
        lost(left, "disabled in the directory"),
        lost(dropped, "not assigned any more"),
        gained(returned, "came back"),
        gained(joined, "joined"),
        titles(old, new, snapshot),
    ]
}

/// Everybody must be in one audience and not in the other; a change that did not happen is a fault of the sample.
fn moved(
    names: &[String],
    inside: &BTreeSet<String>,
    outside: &BTreeSet<String>,
    name: &str,
) -> Check {
    let wrong = |name: &&String| !inside.contains(*name) || outside.contains(*name);
    let mut differences: Vec<String> = names.iter().filter(wrong).cloned().collect();
    if names.is_empty() {
        differences.push("the sample has nobody like this".to_owned());
    }
    Check::new(name, differences)
}

fn titles(old: &Directory, new: &Directory, snapshot: &Snapshot) -> Check {
    let title = |user: &GraphUser| user.get("jobTitle").cloned();
    let changed: Vec<&GraphUser> = new
        .users()
        .filter(|(id, user)| {
            old.user(id)
                .is_some_and(|before| title(before) != title(user))
        })
        .map(|(_, user)| user)
        .collect();
    let held = |user: &GraphUser| {
        snapshot
            .user(user_name(user))
            .and_then(expectation::job_title_of)
            .map(str::to_owned)
    };
    let wrong = |user: &&&GraphUser| {
        let wanted = title(user).and_then(|title| Some(title.as_str()?.to_owned()));
        held(user) != wanted
    };
    let mut differences: Vec<String> = changed
        .iter()
        .filter(wrong)
        .map(|user| user_name(user).to_owned())
        .collect();
    if changed.is_empty() {
        differences.push("the sample has nobody like this".to_owned());
    }
    Check::new(
        format!("{} new job title, and the employee has it", changed.len()),
        differences,
    )
}
