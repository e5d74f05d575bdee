//! What was acknowledged, and what may have happened unsaid.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// An employee as he may be; `None` where he may not exist.
pub(crate) type State = Option<Employee>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Employee {
    pub(crate) title: String,
    pub(crate) active: bool,
    pub(crate) version: u64,
}

/// The writes of all writers. Each employee is written by one of them, one request at a time, so at most two states are possible.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) employees: BTreeMap<String, Vec<State>>,
    pub(crate) user_names: BTreeMap<String, String>,
    /// Names of employees of whom nobody was told whether they exist, nor by which id.
    pub(crate) unsure_names: BTreeSet<String>,
    /// By group and member, whether he is in it.
    pub(crate) members: BTreeMap<(String, String), Vec<bool>>,
    /// Pairs of groups that contain each other, made in one bulk request.
    pub(crate) circles: BTreeSet<String>,
    pub(crate) unsure_circles: BTreeSet<String>,
    pub(crate) acknowledged: Counts,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) created: usize,
    pub(crate) changed: usize,
    pub(crate) deleted: usize,
    pub(crate) members: usize,
    pub(crate) bulks: usize,
    pub(crate) unsure: usize,
    pub(crate) refused: usize,
}

impl Ledger {
    pub(crate) fn created(&mut self, id: &str, user_name: &str, title: &str) {
        let employee = Employee {
            title: title.to_owned(),
            active: true,
            version: 1,
        };
        self.employees.insert(id.to_owned(), vec![Some(employee)]);
        self.user_names.insert(user_name.to_owned(), id.to_owned());
    }

    pub(crate) fn sure(&self, id: &str) -> Option<&Employee> {
        match self.employees.get(id)?.as_slice() {
            [Some(employee)] => Some(employee),
            _ => None,
        }
    }

    /// Holds the employees that the service gives against what was acknowledged. What was unsure is known from then on.
    pub(crate) fn settle(&mut self, users: &[Value]) {
        let mut found = BTreeMap::new();
        for user in users {
            let text = |pointer| user.pointer(pointer).and_then(Value::as_str);
            let version = text("/meta/version").unwrap();
            let employee = Employee {
                title: text("/title").unwrap().to_owned(),
                active: user["active"].as_bool().unwrap(),
                version: version
                    .trim_matches(|it: char| !it.is_ascii_digit())
                    .parse()
                    .unwrap(),
            };
            let (id, name) = (text("/id").unwrap(), text("/userName").unwrap());
            if self.unsure_names.remove(name) {
                self.created(id, name, &employee.title);
            }
            assert_eq!(
                self.user_names.get(name).map(String::as_str),
                Some(id),
                "{name} was never acknowledged, nor asked for"
            );
            let former = found.insert(id.to_owned(), employee);
            assert!(former.is_none(), "{id} comes twice");
        }
        // Who was not found among those of whom nobody was sure does not exist.
        self.unsure_names.clear();
        for (id, possible) in &mut self.employees {
            let is = found.get(id).cloned();
            assert!(
                possible.contains(&is),
                "employee {id} is {is:?}, and may be {possible:?}"
            );
            *possible = vec![is];
        }
    }

    /// The same for a group.
    pub(crate) fn settle_members(&mut self, group: &str, members: &BTreeSet<String>) {
        for ((in_group, member), possible) in &mut self.members {
            if in_group != group {
                continue;
            }
            let is = members.contains(member);
            let exists = self.employees.get(member) != Some(&vec![None]);
            // Whoever is deleted is in no group.
            let is_possible = if exists { possible.contains(&is) } else { !is };
            assert!(
                is_possible,
                "member {member} of {group}: {is}, and may be {possible:?}"
            );
            *possible = vec![is];
        }
        for member in members {
            let key = (group.to_owned(), member.clone());
            assert!(
                self.members.contains_key(&key),
                "{member} was never added to {group}"
            );
        }
    }
}
