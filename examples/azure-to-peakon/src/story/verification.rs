//! The checks: what the service answers against what it must answer.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::directory::Directory;
use super::{
    expectation::{self, Expected, Standing},
    snapshot::{Snapshot, is_active},
};

/// One thing that must be so.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) passed: bool,
    /// What differs.
    pub(crate) differences: Vec<String>,
}

impl Check {
    pub(crate) fn new(name: impl Into<String>, differences: Vec<String>) -> Self {
        Self {
            name: name.into(),
            passed: differences.is_empty(),
            differences,
        }
    }

    pub(crate) fn that(name: impl Into<String>, holds: bool, otherwise: &str) -> Self {
        Self::new(
            name,
            if holds {
                Vec::new()
            } else {
                vec![otherwise.to_owned()]
            },
        )
    }
}

/// Compares everything that the service holds with the directory.
#[derive(Debug)]
pub(crate) struct Verification<'a> {
    pub(crate) directory: &'a Directory,
    /// `userName`s that Peakon held before the cycle, in lower case.
    pub(crate) known: &'a BTreeSet<String>,
    /// Employees of whom the directory knows nothing.
    pub(crate) strangers: &'a BTreeMap<String, Value>,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) audience: &'a BTreeSet<String>,
}

impl Verification<'_> {
    /// All checks that hold after every cycle.
    pub(crate) fn checks(&self) -> Vec<Check> {
        let people = expectation::people(self.directory, self.known);
        vec![
            self.headcount(&people),
            self.standing(&people, Standing::Active),
            self.attributes(&people),
            self.managers(&people),
            self.mentors(&people),
            self.standing(&people, Standing::Inactive),
            self.standing(&people, Standing::Absent),
            self.strangers(),
            self.groups(&people),
            self.audience(&people),
        ]
    }

    fn headcount(&self, people: &[Expected<'_>]) -> Check {
        let present = people
            .iter()
            .filter(|person| person.standing != Standing::Absent)
            .count();
        let wanted = present + self.strangers.len();
        let (held, listed) = (self.snapshot.total_users, self.snapshot.users.len());
        let otherwise =
            format!("totalResults {held}, different userNames {listed}, wanted {wanted}");
        Check::that(
            format!("{wanted} employees, nobody twice"),
            held == wanted && listed == wanted,
            &otherwise,
        )
    }

    fn standing(&self, people: &[Expected<'_>], standing: Standing) -> Check {
        let people: Vec<_> = people
            .iter()
            .filter(|person| person.standing == standing)
            .collect();
        let differs = |person: &&&Expected<'_>| {
            let employee = self.snapshot.user(person.user_name());
            match standing {
                Standing::Active => !employee.is_some_and(is_active),
                Standing::Inactive => employee.is_none_or(is_active),
                Standing::Absent => employee.is_some(),
            }
        };
        let differences = people
            .iter()
            .filter(differs)
            .map(|person| person.user_name().to_owned());
        let name = match standing {
            Standing::Active => "people in scope are active employees",
            Standing::Inactive => "left or out of scope: still there, but inactive",
            Standing::Absent => "people out of scope were never created",
        };
        Check::new(format!("{} {name}", people.len()), differences.collect())
    }

    fn attributes(&self, people: &[Expected<'_>]) -> Check {
        let mut compared = 0;
        let mut differences = Vec::new();
        for (person, employee) in self.active(people) {
            for (name, wanted, found) in expectation::attributes(person, employee) {
                compared += 1;
                if found != wanted.as_ref() {
                    let found = found.map_or_else(|| "nothing".to_owned(), Value::to_string);
                    let wanted = wanted.map_or_else(|| "nothing".to_owned(), |it| it.to_string());
                    differences.push(format!(
                        "{}: {name} is {found}, not {wanted}",
                        person.user_name()
                    ));
                }
            }
        }
        Check::new(
            format!("{compared} attribute values as in the directory"),
            differences,
        )
    }

    fn managers(&self, people: &[Expected<'_>]) -> Check {
        let mut set = 0;
        let mut differences = Vec::new();
        for (person, employee) in self.active(people) {
            let manager = expectation::manager_id(person.user)
                .and_then(|id| people.iter().find(|other| other.id == id))
                .and_then(|manager| self.snapshot.user(manager.user_name()));
            let wanted = manager.and_then(|manager| manager.get("id")?.as_str());
            let found = expectation::manager_of(employee);
            set += usize::from(wanted.is_some());
            if found != wanted {
                differences.push(format!(
                    "{}: manager is {found:?}, not {wanted:?}",
                    person.user_name()
                ));
            }
        }
        Check::new(
            format!("{set} managers by their Peakon id, rings included"),
            differences,
        )
    }

    fn mentors(&self, people: &[Expected<'_>]) -> Check {
        let mut set = 0;
        let mut differences = Vec::new();
        for (person, employee) in self.active(people) {
            let Some(wanted) = expectation::mentor(person.user) else {
                continue;
            };
            set += 1;
            let found = expectation::mentor_of(employee);
            if found.map(str::to_lowercase) != Some(wanted.to_lowercase()) {
                differences.push(format!(
                    "{}: mentor is {found:?}, not {wanted}",
                    person.user_name()
                ));
            }
        }
        Check::new(
            format!("{set} mentors by their e-mail address"),
            differences,
        )
    }

    fn strangers(&self) -> Check {
        let differs =
            |(name, before): &(&String, &Value)| self.snapshot.users.get(*name) != Some(*before);
        let differences = self
            .strangers
            .iter()
            .filter(differs)
            .map(|(name, _)| name.clone());
        Check::new(
            "employees unknown to the directory are as before",
            differences.collect(),
        )
    }

    fn groups(&self, people: &[Expected<'_>]) -> Check {
        let mut differences = Vec::new();
        let mut members = 0;
        let mut wanted_groups = 0;
        for group in self.directory.assigned_groups() {
            wanted_groups += 1;
            // Who is inactive and in the group may stand in it: he receives no survey.
            let ids = |standing: Standing| -> BTreeSet<&str> {
                let members = group.members();
                let people = members.filter_map(|id| people.iter().find(|person| person.id == id));
                let people = people.filter(|person| person.standing == standing);
                people
                    .filter_map(|person| {
                        self.snapshot.user(person.user_name())?.get("id")?.as_str()
                    })
                    .collect()
            };
            let (wanted, tolerated) = (ids(Standing::Active), ids(Standing::Inactive));
            members += wanted.len();
            let held = self.snapshot.groups.iter().find(|held| {
                held.get("displayName").and_then(Value::as_str) == Some(&group.display_name)
            });
            let found = held.and_then(|held| held.get("members")?.as_array());
            let found: BTreeSet<&str> = found
                .into_iter()
                .flatten()
                .filter_map(|member| member.get("value")?.as_str())
                .collect();
            let others = found
                .difference(&wanted)
                .filter(|id| !tolerated.contains(*id))
                .count();
            if held.is_none() || !found.is_superset(&wanted) || others > 0 {
                let problem = format!(
                    "{}: {} members, wanted {}, {others} who do not belong there",
                    group.display_name,
                    found.len(),
                    wanted.len()
                );
                differences.push(problem);
            }
        }
        Check::new(
            format!("{wanted_groups} assigned groups with {members} active members"),
            differences,
        )
    }

    fn audience(&self, people: &[Expected<'_>]) -> Check {
        let active = people
            .iter()
            .filter(|person| person.standing == Standing::Active);
        let mut wanted: BTreeSet<String> = active
            .map(|person| person.user_name().to_lowercase())
            .collect();
        let strangers = self
            .strangers
            .iter()
            .filter(|(_, employee)| is_active(employee));
        wanted.extend(strangers.map(|(name, _)| name.clone()));
        let differences = wanted
            .symmetric_difference(self.audience)
            .cloned()
            .collect();
        Check::new(
            format!("a survey sent now reaches exactly these {}", wanted.len()),
            differences,
        )
    }

    fn active<'p>(
        &'p self,
        people: &'p [Expected<'p>],
    ) -> impl Iterator<Item = (&'p Expected<'p>, &'p Value)> {
        let active = people
            .iter()
            .filter(|person| person.standing == Standing::Active);
        active.filter_map(|person| Some((person, self.snapshot.user(person.user_name())?)))
    }
}
