//! A directory that changes.

use std::collections::{BTreeMap, BTreeSet};

use scim_mapping::Assignments;

use crate::history::note;
use crate::random::Random;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Here,
    /// Can be restored.
    SoftDeleted,
    Gone,
}

/// How a directory tells who is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    /// Everything each time.
    File,
    /// What changed since a watermark, and everybody who is here at first.
    Delta,
    /// The same, but the watermark may expire, and a list also tells whom it can restore: as Microsoft Graph is read.
    Graph,
}

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) title: Option<String>,
    pub(crate) department: String,
    pub(crate) manager: Option<String>,
    pub(crate) mentor: Option<String>,
    pub(crate) enabled: bool,
    pub(crate) life: Life,
    pub(crate) changed: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) members: BTreeSet<String>,
    pub(crate) is_gone: bool,
    /// The members at each change.
    pub(crate) delta: Vec<(u64, String, bool)>,
    pub(crate) changed: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Directory {
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) groups: BTreeMap<String, Group>,
    /// None when everybody is assigned.
    pub(crate) assigned: Option<BTreeSet<String>>,
    pub(crate) telling: Telling,
    pub(crate) clock: u64,
    names: usize,
    free_names: Vec<String>,
}

impl Directory {
    pub(crate) fn new(random: &mut Random) -> Self {
        let mut this = Self {
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            assigned: random.percent(60).then(BTreeSet::new),
            telling: match random.below(4) {
                0 | 1 => Telling::File,
                2 => Telling::Delta,
                _ => Telling::Graph,
            },
            clock: 0,
            names: 0,
            free_names: Vec::new(),
        };
        for _ in 0..=random.below(7) {
            this.add_user(random);
        }
        for _ in 0..random.below(4) {
            this.add_group(random);
        }
        this
    }

    fn add_user(&mut self, random: &mut Random) {
        let id = format!("u{}", self.users.len());
        let name = match self.free_names.pop() {
            Some(name) if random.percent(50) => name,
            _ => self.new_name(),
        };
        let user = User {
            name,
            title: random.percent(70).then(|| "Steward".to_owned()),
            department: if random.percent(85) {
                "Trials"
            } else {
                "Elsewhere"
            }
            .to_owned(),
            manager: None,
            mentor: None,
            enabled: random.percent(90),
            life: Life::Here,
            changed: self.clock,
        };
        if let Some(assigned) = &mut self.assigned
            && random.percent(75)
        {
            assigned.insert(id.clone());
        }
        self.users.insert(id.clone(), user);
        self.refer(&id, random);
    }

    fn new_name(&mut self) -> String {
        self.names += 1;
        format!("n{}@fjordlab.example", self.names)
    }

    /// A manager, who may be himself further down: circles are meant.
    fn refer(&mut self, id: &str, random: &mut Random) {
        let here: Vec<(String, String)> = self
            .users
            .iter()
            .filter(|(other, user)| *other != id && user.life == Life::Here)
            .map(|(id, user)| (id.clone(), user.name.clone()))
            .collect();
        let manager = random.pick(&here).filter(|_| random.percent(75)).cloned();
        let mentor = random.pick(&here).filter(|_| random.percent(33)).cloned();
        let clock = self.clock;
        if let Some(user) = self.users.get_mut(id) {
            user.manager = manager.map(|(id, _)| id);
            user.mentor = mentor.map(|(_, name)| name);
            user.changed = clock;
        }
    }

    fn add_group(&mut self, random: &mut Random) {
        let id = format!("g{}", self.groups.len());
        let group = Group {
            name: format!("Group {id}"),
            members: BTreeSet::new(),
            is_gone: false,
            delta: Vec::new(),
            changed: self.clock,
        };
        if let Some(assigned) = &mut self.assigned
            && random.percent(80)
        {
            assigned.insert(id.clone());
        }
        self.groups.insert(id.clone(), group);
        let ids: Vec<String> = self.users.keys().cloned().collect();
        for member in ids {
            if random.percent(50) {
                self.join(&id, &member, true);
            }
        }
    }

    fn join(&mut self, group: &str, member: &str, joins: bool) {
        let clock = self.clock;
        if let Some(group) = self.groups.get_mut(group) {
            let has_changed = if joins {
                group.members.insert(member.to_owned())
            } else {
                group.members.remove(member)
            };
            if has_changed {
                group.delta.push((clock, member.to_owned(), joins));
                group.changed = clock;
            }
        }
    }

    /// One change of any kind.
    pub(crate) fn mutate(&mut self, random: &mut Random) {
        self.clock += 1;
        let clock = self.clock;
        let here: Vec<String> = self
            .users
            .iter()
            .filter(|(_, user)| user.life == Life::Here)
            .map(|(id, _)| id.clone())
            .collect();
        let all: Vec<String> = self
            .users
            .iter()
            .filter(|(_, user)| user.life != Life::Gone)
            .map(|(id, _)| id.clone())
            .collect();
        let groups: Vec<String> = self
            .groups
            .iter()
            .filter(|(_, group)| !group.is_gone)
            .map(|(id, _)| id.clone())
            .collect();
        let someone = random.pick(&here).cloned();
        let group = random.pick(&groups).cloned();
        match (random.below(14), someone, group) {
            (0, ..) => self.add_user(random),
            (1, ..) => self.add_group(random),
            (2, Some(id), _) => {
                let name = self.new_name();
                let former = std::mem::replace(&mut self.users.get_mut(&id).unwrap().name, name);
                self.users.get_mut(&id).unwrap().changed = clock;
                self.rename_mentor(&former, Some(id));
            }
            (3, Some(id), _) => {
                let user = self.users.get_mut(&id).unwrap();
                user.title = random.percent(70).then(|| format!("Title {clock}"));
                user.changed = clock;
            }
            (4, Some(id), _) => {
                let user = self.users.get_mut(&id).unwrap();
                let is_in = user.department == "Trials";
                let other = if is_in { "Elsewhere" } else { "Trials" };
                other.clone_into(&mut user.department);
                user.changed = clock;
            }
            (5, Some(id), _) => {
                let user = self.users.get_mut(&id).unwrap();
                user.enabled = !user.enabled;
                user.changed = clock;
            }
            (6, Some(id), _) => self.refer(&id, random),
            (7, Some(id), _) => self.leave(&id, Life::SoftDeleted),
            (8, ..) => {
                if let Some(id) = random.pick(&all).cloned() {
                    if self.users[&id].life == Life::SoftDeleted && random.percent(60) {
                        let user = self.users.get_mut(&id).unwrap();
                        user.life = Life::Here;
                        user.changed = clock;
                    } else {
                        self.leave(&id, Life::Gone);
                    }
                }
            }
            (9 | 10, Some(id), _) => {
                if let Some(assigned) = &mut self.assigned
                    && !assigned.remove(&id)
                {
                    assigned.insert(id);
                }
            }
            (11, Some(id), Some(group)) => {
                let joins = !self.groups[&group].members.contains(&id);
                self.join(&group, &id, joins);
            }
            (12, _, Some(group)) => {
                let group = self.groups.get_mut(&group).unwrap();
                group.name = format!("Group {clock}");
                group.changed = clock;
            }
            (13, _, Some(group)) if random.percent(40) => {
                let group = self.groups.get_mut(&group).unwrap();
                group.is_gone = true;
                group.changed = clock;
            }
            _ => {}
        }
        note!("  the directory is at {clock}");
    }

    fn rename_mentor(&mut self, former: &str, id: Option<String>) {
        let name = id.map(|id| self.users[&id].name.clone());
        let clock = self.clock;
        for user in self.users.values_mut() {
            if user.mentor.as_deref() == Some(former) {
                user.mentor.clone_from(&name);
                user.changed = clock;
            }
        }
    }

    fn leave(&mut self, id: &str, life: Life) {
        let clock = self.clock;
        let user = self.users.get_mut(id).unwrap();
        user.life = life;
        user.changed = clock;
        let name = user.name.clone();
        // A source of changes may never tell that somebody is gone: then his name stays his in the target.
        if life == Life::Gone && self.telling == Telling::File {
            self.free_names.push(name.clone());
        }
        self.rename_mentor(&name, None);
        for user in self.users.values_mut() {
            if user.manager.as_deref() == Some(id) {
                user.manager = None;
                user.changed = clock;
            }
        }
        let groups: Vec<String> = self.groups.keys().cloned().collect();
        for group in groups {
            self.join(&group, id, false);
        }
        if let Some(assigned) = &mut self.assigned
            && life == Life::Gone
        {
            assigned.remove(id);
        }
    }

    pub(crate) fn is_assigned(&self, id: &str) -> bool {
        self.assigned.as_ref().is_none_or(|ids| ids.contains(id))
    }

    pub(crate) fn assignments(&self) -> Assignments {
        match &self.assigned {
            None => Assignments::everybody(),
            Some(ids) => ids.iter().fold(Assignments::only(), |assignments, id| {
                if self.groups.contains_key(id) {
                    // Membership alone does not assign anybody here.
                    assignments.assigned_group(id, [""; 0])
                } else {
                    assignments.user(id)
                }
            }),
        }
    }

    /// Whether a user has to be active in the target.
    pub(crate) fn is_active(&self, id: &str) -> bool {
        self.users.get(id).is_some_and(|user| {
            user.life == Life::Here
                && user.enabled
                && user.department == "Trials"
                && self.is_assigned(id)
        })
    }
}
