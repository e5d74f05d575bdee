//! Who is assigned to the application.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

/// Which users and groups are assigned to the application, and whether that matters.
///
/// "Sync only assigned users and groups" counts those who are assigned directly and the immediate members of assigned
/// groups; groups in groups are not followed. A group is in scope when it is assigned itself.
///
/// ```
/// use scim_mapping::{AssignmentExplanation, Assignments};
///
/// let assignments = Assignments::only()
///     .user("1")
///     .assigned_group("clinical", ["2", "night shift"])
///     .other_group("night shift", ["3"]);
/// assert_eq!(assignments.explain("1"), AssignmentExplanation::Direct);
/// assert_eq!(assignments.explain("2"), AssignmentExplanation::MemberOf { group: "clinical".to_owned() });
/// assert!(!assignments.explain("3").is_assigned());
/// assert_eq!(
///     assignments.explain("3").to_string(),
///     "not assigned: a member of \"night shift\", which is only a group within the assigned group \"clinical\""
/// );
/// assert!(Assignments::everybody().explain("3").is_assigned());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignments {
    everybody: bool,
    objects: BTreeSet<String>,
    groups: BTreeMap<String, BTreeSet<String>>,
}

impl Assignments {
    /// "Sync all users and groups": assignments do not matter.
    ///
    /// ```
    /// assert!(scim_mapping::Assignments::everybody().explain("anybody").is_assigned());
    /// ```
    #[must_use]
    pub fn everybody() -> Self {
        Self {
            everybody: true,
            ..Self::only()
        }
    }

    /// "Sync only assigned users and groups": nobody yet.
    ///
    /// ```
    /// assert!(!scim_mapping::Assignments::only().explain("anybody").is_assigned());
    /// ```
    #[must_use]
    pub fn only() -> Self {
        Self {
            everybody: false,
            objects: BTreeSet::new(),
            groups: BTreeMap::new(),
        }
    }

    /// Assigns a user by its object id.
    ///
    /// ```
    /// assert!(scim_mapping::Assignments::only().user("1").explain("1").is_assigned());
    /// ```
    #[must_use]
    pub fn user(mut self, object_id: impl Into<String>) -> Self {
        self.objects.insert(object_id.into());
        self
    }

    /// Assigns a group with its immediate members, all by their object ids.
    ///
    /// ```
    /// let assignments = scim_mapping::Assignments::only().assigned_group("g", ["1"]);
    /// assert!(assignments.explain("1").is_assigned() && assignments.explain("g").is_assigned());
    /// ```
    #[must_use]
    pub fn assigned_group<T: Into<String>>(
        mut self,
        object_id: impl Into<String>,
        members: impl IntoIterator<Item = T>,
    ) -> Self {
        let object_id = object_id.into();
        self.objects.insert(object_id.clone());
        self.other_group(object_id, members)
    }

    /// Tells of a group that is not assigned, so that an explanation can name it.
    ///
    /// ```
    /// let assignments = scim_mapping::Assignments::only().other_group("g", ["1"]);
    /// assert!(!assignments.explain("1").is_assigned());
    /// ```
    #[must_use]
    pub fn other_group<T: Into<String>>(
        mut self,
        object_id: impl Into<String>,
        members: impl IntoIterator<Item = T>,
    ) -> Self {
        let members = members.into_iter().map(Into::into);
        self.groups
            .entry(object_id.into())
            .or_default()
            .extend(members);
        self
    }

    /// Users and groups that are assigned themselves, and the immediate members of those groups; nothing when all are.
    pub(crate) fn into_assigned(self) -> Option<[BTreeSet<String>; 3]> {
        if self.everybody {
            return None;
        }
        let mut users = self.objects;
        let (mut assigned, mut all_members) = (BTreeSet::new(), BTreeSet::new());
        for (group, members) in self.groups {
            if users.remove(&group) {
                assigned.insert(group);
                all_members.extend(members);
            }
        }
        Some([users, assigned, all_members])
    }

    /// Whether the object is assigned, and how.
    ///
    /// ```
    /// use scim_mapping::{AssignmentExplanation, Assignments};
    ///
    /// assert_eq!(Assignments::everybody().explain("1"), AssignmentExplanation::Everybody);
    /// ```
    #[must_use]
    pub fn explain(&self, object_id: &str) -> AssignmentExplanation {
        if self.everybody {
            return AssignmentExplanation::Everybody;
        }
        if self.objects.contains(object_id) {
            return AssignmentExplanation::Direct;
        }
        let groups_with = |member: &str| {
            let groups = self.groups.iter();
            groups
                .filter(|(_, members)| members.contains(member))
                .map(|(group, _)| group.clone())
                .collect::<Vec<_>>()
        };
        let is_assigned = |group: &String| self.objects.contains(group);
        let groups = groups_with(object_id);
        if let Some(group) = groups.iter().find(|group| is_assigned(group)) {
            return AssignmentExplanation::MemberOf {
                group: group.clone(),
            };
        }
        let nested = groups.into_iter().find_map(|inner| {
            let outer = groups_with(&inner).into_iter().find(is_assigned)?;
            Some(AssignmentExplanation::OnlyNested { inner, outer })
        });
        nested.unwrap_or(AssignmentExplanation::NotAssigned)
    }
}

/// How an object is assigned, or that it is not.
///
/// ```
/// use scim_mapping::{AssignmentExplanation, Assignments};
///
/// let explanation = Assignments::only().explain("1");
/// assert_eq!(explanation, AssignmentExplanation::NotAssigned);
/// assert_eq!(explanation.to_string(), "not assigned");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "assigned")]
#[non_exhaustive]
pub enum AssignmentExplanation {
    /// All users and groups are synchronised.
    Everybody,
    /// The object itself is assigned.
    Direct,
    /// It is an immediate member of an assigned group.
    MemberOf {
        /// The object id of the group.
        group: String,
    },
    /// It is a member of a group in an assigned group only, which does not count.
    OnlyNested {
        /// The object id of its group.
        inner: String,
        /// The object id of the assigned group.
        outer: String,
    },
    /// It is not assigned.
    NotAssigned,
}

impl AssignmentExplanation {
    /// Whether the object is assigned.
    ///
    /// ```
    /// assert!(scim_mapping::AssignmentExplanation::Direct.is_assigned());
    /// ```
    #[must_use]
    pub fn is_assigned(&self) -> bool {
        matches!(self, Self::Everybody | Self::Direct | Self::MemberOf { .. })
    }
}

impl fmt::Display for AssignmentExplanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everybody => formatter.write_str("all users and groups are synchronised"),
            Self::Direct => formatter.write_str("assigned directly"),
            Self::MemberOf { group } => {
                write!(formatter, "a member of the assigned group \"{group}\"")
            }
            Self::OnlyNested { inner, outer } => write!(
                formatter,
                "not assigned: a member of \"{inner}\", which is only a group within the assigned group \"{outer}\""
            ),
            Self::NotAssigned => formatter.write_str("not assigned"),
        }
    }
}
