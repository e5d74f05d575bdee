//! [`BoundFilter`]: what a filter means for resources of one type
//! ([RFC 7644, section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2)).
//!
//! A filter is bound once: its paths are looked up in the schemas, its literals get the types of their attributes, and what
//! makes no sense is refused. Then it is matched against any number of resources.
//!
//! Logic has two values, so `ne` is the negation of `eq` and `not` is plain negation: a user without a title fulfils both
//! `title ne "CTO"` and `not (title eq "CTO")`. A back end with a third truth value (SQL) has to be told so.

mod binding;
mod budget;
mod compact;
mod condition;
mod element_filter;
mod name;
mod narrowing;
mod number;
mod operand;
mod place;
pub(crate) mod reference;
mod several_types;
mod split;
mod text;
mod typing;
mod view;

use std::borrow::Cow;
use std::fmt;

use scim_filter::{ComparisonOperator, Filter};

use crate::compatibility::{Compatibility, Tolerance, Tolerating};
use crate::error::Error;
use crate::resource::{Hidden, Resource};
use crate::schema::RegisteredResourceType;

pub use budget::EvaluationBudget;
pub use compact::CompactResource;
pub use narrowing::Narrowing;

pub(crate) use binding::{implied_value, is_hidden, names, note_single, place, resolve};
pub(crate) use condition::{Condition, is_assigned};
pub(crate) use element_filter::{ElementFilter, bind_element_filter};
#[cfg(feature = "sql")]
pub(crate) use operand::{Operand, is_base64};
pub(crate) use place::Place;

use name::Name;
use view::View;

/// A filter whose paths and values are understood for one resource type: bind once, match many.
///
/// # Examples
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::evaluation::BoundFilter;
/// use scim_core::resource::Resource;
/// use scim_core::schema::SchemaRegistry;
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("no users")?;
/// let filter = users.parser().filter(r#"userName sw "BJ" and emails[type eq "work"]"#)?;
/// let filter = BoundFilter::bind(&filter, users, &Compatibility::standard())?;
///
/// let user = json!({"userName": "bjensen", "emails": [{"type": "work", "value": "b@example.com"}]});
/// let user = Resource::new(user.as_object().cloned().ok_or("no object")?);
/// assert!(filter.matches(&user));
/// # Ok(())
/// # }
/// ```
///
/// `Debug` shows paths and operators, and no value that is compared with: what a client looks for may be personal.
#[derive(Clone, Debug)]
pub struct BoundFilter {
    node: Node,
}

/// An equality that every match of a filter fulfils: a store that has an index on `path` need look nowhere else.
///
/// # Examples
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::evaluation::{BoundFilter, Equality};
/// use scim_core::schema::SchemaRegistry;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("no users")?;
/// let filter = users.parser().filter(r#"username eq "BJensen" and active eq true"#)?;
/// let equalities = BoundFilter::bind(&filter, users, &Compatibility::standard())?.equalities();
/// assert_eq!(equalities, [Equality::new("userName", "bjensen"), Equality::new("active", "true")]);
/// # Ok(())
/// # }
/// ```
///
/// `Debug` does not show the key, which may be personal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Equality {
    /// The attribute, in path notation and spelled as the schema spells it.
    pub path: String,
    /// The key of the value, as [`value_key`](crate::schema::value_key) makes it.
    pub key: String,
}

impl Equality {
    /// An equality of a path and the comparison key of its value.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::evaluation::Equality;
    ///
    /// assert_eq!(Equality::new("userName", "bjensen").key, "bjensen");
    /// ```
    #[must_use]
    pub fn new(path: impl Into<String>, key: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            key: key.into(),
        }
    }
}

impl fmt::Debug for Equality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Equality")
            .field("path", &self.path)
            .field("key", &Hidden)
            .finish()
    }
}

/// A bound filter as a tree.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    /// One of the values at a place fulfils the condition; the path is the canonical one.
    Test {
        path: String,
        place: Place,
        condition: Condition,
    },
    /// One of the elements at a place fulfils all conditions together.
    Element {
        path: String,
        place: Place,
        filter: ElementFilter,
    },
}

impl BoundFilter {
    /// Understands a filter for a resource type.
    ///
    /// # Errors
    ///
    /// `invalidFilter`, naming the attribute, the rule and the way out: an attribute that no schema knows, an operator that
    /// the attribute's type does not have, a literal of another type, a complex attribute compared as a whole, or an
    /// attribute whose values are never shown.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::error::ErrorKind;
    /// use scim_core::evaluation::BoundFilter;
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let filter = users.parser().filter("active gt true")?;
    /// let refused = BoundFilter::bind(&filter, users, &Compatibility::standard());
    /// assert_eq!(refused.err().map(|error| error.kind()), Some(ErrorKind::InvalidFilter));
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind(
        filter: &Filter,
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
    ) -> Result<Self, Error> {
        Self::bind_with_report(filter, resource_type, compatibility).map(|(bound, _)| bound)
    }

    /// As [`BoundFilter::bind`], and tells what had to be tolerated. What the parser tolerated it tells itself.
    ///
    /// # Errors
    ///
    /// As for [`BoundFilter::bind`].
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
    /// let filter = users.parser().filter(r#"roles[primary eq "True"]"#)?;
    /// let (_, tolerated) = BoundFilter::bind_with_report(&filter, users, &Compatibility::entra())?;
    /// assert_eq!(tolerated[0].what, "booleans_as_text_in_filters");
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind_with_report(
        filter: &Filter,
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
    ) -> Result<(Self, Vec<Tolerance>), Error> {
        Tolerating::report(compatibility, |tolerating| {
            let node = binding::bind(filter, resource_type, tolerating, None)?;
            Ok(Self { node })
        })
    }

    /// Whether a resource fulfils the filter.
    ///
    /// # Examples
    ///
    /// See [`BoundFilter`].
    #[must_use]
    pub fn matches(&self, resource: &Resource) -> bool {
        self.node.matches(
            |name| resource.attributes().get(&**name),
            &EvaluationBudget::unlimited(),
        )
    }

    /// As [`BoundFilter::matches`], for a resource that is laid out to be filtered.
    ///
    /// # Examples
    ///
    /// See [`CompactResource`].
    #[must_use]
    pub fn matches_compact(&self, resource: &CompactResource) -> bool {
        self.node
            .matches(|name| resource.member(name), &EvaluationBudget::unlimited())
    }

    /// Whether a resource fulfils the filter, if that can be told within a budget that all resources of a query share.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooMany`](crate::error::ErrorKind::TooMany): the budget is spent.
    ///
    /// # Examples
    ///
    /// See [`EvaluationBudget`].
    pub fn matches_within(
        &self,
        resource: &Resource,
        budget: &EvaluationBudget,
    ) -> Result<bool, Error> {
        budget.settle(
            self.node
                .matches(|name| resource.attributes().get(&**name), budget),
        )
    }

    /// As [`BoundFilter::matches_within`], for a resource that is laid out to be filtered.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooMany`](crate::error::ErrorKind::TooMany): the budget is spent.
    ///
    /// # Examples
    ///
    /// See [`CompactResource`] and [`EvaluationBudget`].
    pub fn matches_compact_within(
        &self,
        resource: &CompactResource,
        budget: &EvaluationBudget,
    ) -> Result<bool, Error> {
        budget.settle(self.node.matches(|name| resource.member(name), budget))
    }

    /// The equalities that every match fulfils, for look-ups in an index. None means that every resource has to be tried.
    ///
    /// A store may use any of them to find candidates, and still asks [`BoundFilter::matches`] for each candidate.
    ///
    /// # Examples
    ///
    /// See [`Equality`].
    #[must_use]
    pub fn equalities(&self) -> Vec<Equality> {
        let mut equalities = Vec::new();
        self.node.collect_equalities(&mut equalities);
        equalities
    }

    /// The tree, for those who translate it.
    #[cfg(feature = "sql")]
    pub(crate) const fn node(&self) -> &Node {
        &self.node
    }
}

impl Node {
    /// `member` finds the members of the resource by name.
    fn matches<'r, V: View<'r>>(
        &self,
        member: impl Fn(&Name) -> Option<V> + Copy,
        budget: &EvaluationBudget,
    ) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(member, budget)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(member, budget)),
            Self::Not(part) => !part.matches(member, budget),
            Self::Test {
                place, condition, ..
            } => place.any(member, budget, |value| condition.holds(value, budget)),
            Self::Element { place, filter, .. } => place.any(member, budget, |element| {
                element.is_some_and(|element| filter.matches_within(element, budget))
            }),
        }
    }

    fn collect_equalities(&self, equalities: &mut Vec<Equality>) {
        match self {
            Self::All(parts) => parts
                .iter()
                .for_each(|part| part.collect_equalities(equalities)),
            Self::Test {
                path, condition, ..
            } => {
                equalities.extend(equality_key(condition).map(|key| Equality::new(path, key)));
            }
            Self::Element { path, filter, .. } => {
                filter.visit_equalities(&mut |name, condition| {
                    let path = name.map_or_else(|| path.clone(), |name| format!("{path}.{name}"));
                    equalities.extend(equality_key(condition).map(|key| Equality::new(path, key)));
                });
            }
            Self::Any(_) | Self::Not(_) => {}
        }
    }
}

fn equality_key(condition: &Condition) -> Option<Cow<'_, str>> {
    match condition {
        // What counts as false when it is absent is not found by its key.
        Condition::Compare {
            operator: ComparisonOperator::Eq,
            operand,
            absent_is_false: false,
        } => operand.key(),
        _ => None,
    }
}
