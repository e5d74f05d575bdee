//! What the indexes of a store make of a filter, so that its cost is known before anything is compared.

use std::collections::BTreeSet;

use scim_filter::ComparisonOperator;

use super::{BoundFilter, Condition, ElementFilter, Node};

/// What the indexes of a store make of a filter.
///
/// # Examples
///
/// See [`BoundFilter::narrowing`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Narrowing {
    /// Every match fulfils one of these, and an index finds those that fulfil one. Empty if no index helps: then every resource has to
    /// be looked at.
    pub alternatives: Vec<BoundFilter>,
    /// How many conditions the filter has.
    pub conditions: usize,
    /// The paths of the conditions that no index answers, in path notation and spelled as the schema spells them.
    pub unindexed: BTreeSet<String>,
}

impl BoundFilter {
    /// What the filter is for a store that has an index on each path that `has_index` accepts.
    ///
    /// An index answers `eq`, `sw` and the comparisons by order. So the filter costs no more than the resources that its
    /// alternatives find, or else all there are, times its conditions. A store that counts those first, no further than it is
    /// willing to go, can refuse a filter before it is matched.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::evaluation::BoundFilter;
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let narrowing = |text: &str| -> Result<_, Box<dyn std::error::Error>> {
    ///     let filter = BoundFilter::bind(&users.parser().filter(text)?, users, &Compatibility::standard())?;
    ///     Ok(filter.narrowing(|path| path == "userName"))
    /// };
    /// let of_few = narrowing(r#"userName sw "b" and title co "chief""#)?;
    /// assert_eq!((of_few.alternatives.len(), of_few.conditions), (1, 2));
    /// let of_all = narrowing(r#"userName sw "b" or title co "chief""#)?;
    /// assert_eq!((of_all.alternatives.len(), of_all.conditions), (0, 2));
    /// assert!(of_all.unindexed.contains("title"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn narrowing(&self, has_index: impl Fn(&str) -> bool) -> Narrowing {
        let alternatives = self.node.alternatives(&has_index).unwrap_or_default();
        let (mut conditions, mut unindexed) = (0_usize, BTreeSet::new());
        self.node
            .visit_conditions(false, &mut |path, condition, is_negated| {
                conditions = conditions.saturating_add(1);
                if is_negated || !has_index(&path) || rank(condition).is_none() {
                    unindexed.insert(path);
                }
            });
        Narrowing {
            alternatives: alternatives
                .into_iter()
                .map(|(_, node)| Self { node })
                .collect(),
            conditions,
            unindexed,
        }
    }
}

/// How many resources an index finds for a condition: the lower, the fewer. None if an index does not help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Equal,
    Range,
}

fn rank(condition: &Condition) -> Option<Rank> {
    use ComparisonOperator::{Eq, Ge, Gt, Le, Lt, Sw};
    let Condition::Compare {
        operator,
        operand,
        absent_is_false: false,
    } = condition
    else {
        return None;
    };
    let key = operand.key()?;
    match operator {
        Eq => Some(Rank::Equal),
        Sw if !key.is_empty() => Some(Rank::Range),
        Gt | Ge | Lt | Le => Some(Rank::Range),
        _ => None,
    }
}

type Alternatives<T> = Vec<(Rank, T)>;

/// Of several filters that all have to be fulfilled, the alternatives of the one that leaves the fewest.
fn fewest<T>(parts: impl Iterator<Item = Option<Alternatives<T>>>) -> Option<Alternatives<T>> {
    parts.flatten().min_by_key(|alternatives| {
        let widest = alternatives.iter().map(|(rank, _)| *rank).max();
        (widest, alternatives.len())
    })
}

impl Node {
    fn alternatives(&self, has_index: &impl Fn(&str) -> bool) -> Option<Alternatives<Self>> {
        match self {
            Self::All(parts) => fewest(parts.iter().map(|part| part.alternatives(has_index))),
            Self::Any(parts) => {
                let alternatives = parts.iter().map(|part| part.alternatives(has_index));
                Some(alternatives.collect::<Option<Vec<_>>>()?.concat())
            }
            Self::Not(_) => None,
            Self::Test {
                path, condition, ..
            } => {
                let rank = rank(condition).filter(|_| has_index(path))?;
                Some(vec![(rank, self.clone())])
            }
            Self::Element {
                path,
                place,
                filter,
            } => {
                let alternatives = filter.alternatives(path, has_index)?.into_iter();
                let node = |filter| Self::Element {
                    path: path.clone(),
                    place: place.clone(),
                    filter,
                };
                Some(
                    alternatives
                        .map(|(rank, filter)| (rank, node(filter)))
                        .collect(),
                )
            }
        }
    }

    fn visit_conditions(&self, is_negated: bool, visit: &mut impl FnMut(String, &Condition, bool)) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.visit_conditions(is_negated, visit);
                }
            }
            Self::Not(part) => part.visit_conditions(true, visit),
            Self::Test {
                path, condition, ..
            } => visit(path.clone(), condition, is_negated),
            Self::Element { path, filter, .. } => filter.visit_conditions(path, is_negated, visit),
        }
    }
}

impl ElementFilter {
    fn alternatives(
        &self,
        attribute: &str,
        has_index: &impl Fn(&str) -> bool,
    ) -> Option<Alternatives<Self>> {
        let of = |part: &Self| part.alternatives(attribute, has_index);
        match self {
            Self::All(parts) => fewest(parts.iter().map(of)),
            Self::Any(parts) => Some(parts.iter().map(of).collect::<Option<Vec<_>>>()?.concat()),
            Self::Not(_) => None,
            Self::Test(name, condition) => {
                let path = path_of(attribute, name.as_deref());
                let rank = rank(condition).filter(|_| has_index(&path))?;
                Some(vec![(rank, self.clone())])
            }
        }
    }

    fn visit_conditions(
        &self,
        attribute: &str,
        is_negated: bool,
        visit: &mut impl FnMut(String, &Condition, bool),
    ) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.visit_conditions(attribute, is_negated, visit);
                }
            }
            Self::Not(part) => part.visit_conditions(attribute, true, visit),
            Self::Test(name, condition) => {
                visit(path_of(attribute, name.as_deref()), condition, is_negated);
            }
        }
    }
}

fn path_of(attribute: &str, sub_attribute: Option<&str>) -> String {
    sub_attribute.map_or_else(
        || attribute.to_owned(),
        |sub_attribute| format!("{attribute}.{sub_attribute}"),
    )
}

#[cfg(test)]
mod tests {
    use crate::compatibility::Compatibility;
    use crate::evaluation::BoundFilter;
    use crate::schema::SchemaRegistry;

    #[test]
    fn an_index_helps_where_every_match_fulfils_what_it_finds() {
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        let has_index = |path: &str| ["userName", "externalId", "emails.value"].contains(&path);
        for (text, alternatives, conditions, unindexed) in [
            ("userName eq \"a\"", 1, 1, vec![]),
            ("userName sw \"\"", 0, 1, vec!["userName"]),
            ("userName pr", 0, 1, vec!["userName"]),
            ("userName ne \"a\"", 0, 1, vec!["userName"]),
            ("userName co \"a\"", 0, 1, vec!["userName"]),
            ("userName ge \"a\"", 1, 1, vec![]),
            ("not (userName eq \"a\")", 0, 1, vec!["userName"]),
            ("title eq \"a\"", 0, 1, vec!["title"]),
            ("title eq \"a\" and userName sw \"b\"", 1, 2, vec!["title"]),
            ("title eq \"a\" or userName eq \"b\"", 0, 2, vec!["title"]),
            ("externalId eq \"a\" or userName eq \"b\"", 2, 2, vec![]),
            // One that is equal rather than many that are not less.
            (
                "userName ge \"a\" and (externalId eq \"a\" or externalId eq \"b\")",
                2,
                3,
                vec![],
            ),
            (
                "(userName eq \"a\" and title pr) or (userName eq \"b\" and nickName pr)",
                2,
                4,
                vec!["nickName", "title"],
            ),
            (
                "emails[value eq \"a\" and type eq \"work\"]",
                1,
                2,
                vec!["emails.type"],
            ),
            (
                "emails[value eq \"a\" or type eq \"work\"]",
                0,
                2,
                vec!["emails.type"],
            ),
            ("emails[value eq \"a\" or value sw \"b\"]", 2, 2, vec![]),
            ("emails[not (value eq \"a\")]", 0, 1, vec!["emails.value"]),
            ("emails.value eq \"a\"", 1, 1, vec![]),
        ] {
            let filter = users.parser().filter(text).unwrap();
            let filter = BoundFilter::bind(&filter, users, &Compatibility::standard()).unwrap();
            let narrowing = filter.narrowing(has_index);
            let found = (narrowing.alternatives.len(), narrowing.conditions);
            assert_eq!(found, (alternatives, conditions), "{text}");
            let paths: Vec<_> = narrowing.unindexed.iter().map(String::as_str).collect();
            assert_eq!(paths, unindexed, "{text}");
        }
    }
}
