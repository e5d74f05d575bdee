//! [`BoundSort`]: the order of results
//! ([RFC 7644, section 3.4.2.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3)).

use core::borrow::Borrow;
use core::cmp::{Ordering, Reverse};

use scim_filter::AttributePath;
use serde_json::Value;

use crate::compatibility::{Compatibility, Tolerating};
use crate::error::{Error, ErrorKind};
use crate::evaluation::{Place, compare_texts, is_assigned, is_hidden, place, resolve};
use crate::message::SortOrder;
use crate::resource::Resource;
use crate::schema::{
    AttributeDefinition, AttributeType, RegisteredResourceType, compare_numbers, comparison_key,
    parse_instant, value_key,
};

/// An order whose attribute is understood for one resource type.
///
/// Texts are ordered by code point, after case folding where the attribute ignores case; instants by time, numbers by
/// value, false before true. Of several values the primary one counts, else the first. A resource without a value comes
/// last in ascending order and first in descending order; equals are ordered by `id`, so that pages do not overlap.
///
/// # Examples
///
/// ```
/// use core::cmp::Ordering;
/// use scim_core::message::SortOrder;
/// use scim_core::resource::Resource;
/// use scim_core::schema::SchemaRegistry;
/// use scim_core::sorting::BoundSort;
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("no users")?;
/// let order = BoundSort::bind(&"userName".parse()?, SortOrder::Ascending, users)?;
/// let user = |name: &str| Resource::new(json!({"userName": name}).as_object().cloned().unwrap_or_default());
/// assert_eq!(order.compare(&user("alice"), &user("Bob")), Ordering::Less);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct BoundSort {
    path: String,
    place: Place,
    definition: AttributeDefinition,
    order: SortOrder,
}

/// What an order looks at: the value sorted by, and the id that tells equals apart.
#[derive(Clone, Copy)]
pub(crate) struct Position<'r> {
    pub(crate) value: Option<&'r Value>,
    pub(crate) id: Option<&'r str>,
}

/// The order of equals, and of everything without a sort.
pub(crate) fn compare_ids(left: Option<&str>, right: Option<&str>) -> Ordering {
    left.cmp(&right)
}

impl BoundSort {
    /// Understands `sortBy` for a resource type.
    ///
    /// # Errors
    ///
    /// `invalidValue`: an attribute that no schema knows, a complex attribute that has no `value` to order by, or an
    /// attribute whose values are never shown.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::error::ErrorKind;
    /// use scim_core::message::SortOrder;
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::sorting::BoundSort;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let refused = BoundSort::bind(&"name".parse()?, SortOrder::Ascending, users);
    /// assert_eq!(refused.err().map(|error| error.kind()), Some(ErrorKind::InvalidValue));
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind(
        path: &AttributePath,
        order: SortOrder,
        resource_type: &RegisteredResourceType,
    ) -> Result<Self, Error> {
        let refuse = |path: String, detail: &str| {
            Err(Error::new(ErrorKind::InvalidValue, detail).with_path(path))
        };
        let (standard, mut tolerated) = (Compatibility::standard(), Vec::new());
        let mut tolerating = Tolerating {
            compatibility: &standard,
            tolerated: &mut tolerated,
        };
        let mut find = |path: &AttributePath| resolve(path, resource_type, &mut tolerating);
        let mut reference = match find(path) {
            Ok(reference) => reference,
            Err(detail) => return refuse(path.to_string(), &format!("sortBy: {detail}")),
        };
        if is_hidden(&reference) {
            return refuse(
                reference.canonical_path(),
                "sortBy: its values are never shown; sort by another attribute",
            );
        }
        if reference.definition().r#type == AttributeType::Complex {
            let value = path
                .clone()
                .with_sub_attribute("value")
                .ok()
                .and_then(|path| find(&path).ok());
            let Some(value) = value.filter(|_| reference.attribute().multi_valued) else {
                return refuse(
                    reference.canonical_path(),
                    "sortBy: it is complex; name one of its sub-attributes, as in name.familyName",
                );
            };
            if is_hidden(&value) {
                return refuse(
                    value.canonical_path(),
                    "sortBy: its values are never shown; sort by another attribute",
                );
            }
            reference = value;
        }
        let place = place(&reference);
        let path = reference.canonical_path();
        let definition = reference.definition().clone();
        Ok(Self {
            path,
            place,
            definition,
            order,
        })
    }

    /// The attribute, in path notation and spelled as the schema spells it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the order is ascending or descending.
    #[must_use]
    pub const fn order(&self) -> SortOrder {
        self.order
    }

    #[cfg(feature = "sql")]
    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    /// The definition of what is sorted by.
    #[cfg(feature = "sql")]
    pub(crate) const fn definition(&self) -> &AttributeDefinition {
        &self.definition
    }

    /// How two resources are ordered; `Equal` only for resources with the same `id`, or with none.
    ///
    /// # Examples
    ///
    /// See [`BoundSort`].
    #[must_use]
    pub fn compare(&self, left: &Resource, right: &Resource) -> Ordering {
        self.compare_positions(self.position(left), self.position(right))
    }

    /// Puts resources into this order.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::message::SortOrder;
    /// use scim_core::resource::{Resource, User};
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::sorting::BoundSort;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let order = BoundSort::bind(&"userName".parse()?, SortOrder::Descending, users)?;
    /// let mut found = ["ada", "Cleo", "bo"].map(|name| Resource::from(User::new(name)));
    /// order.sort(&mut found);
    /// assert_eq!(found.map(|user| user.get("userName").cloned()), ["Cleo", "bo", "ada"].map(|name| Some(name.into())));
    /// # Ok(())
    /// # }
    /// ```
    pub fn sort<R: Borrow<Resource>>(&self, resources: &mut [R]) {
        // Each key is made once, and not with each comparison: a text in another script takes long to fold.
        resources.sort_by_cached_key(|resource| {
            let resource = resource.borrow();
            let value = self.value_in(resource).and_then(|value| {
                let rank = Rank::of(&self.definition, value);
                let key = match (rank, value) {
                    (Rank::Text, Value::String(text)) => comparison_key(&self.definition, text),
                    _ => value_key(&self.definition, value)?,
                };
                Some((rank, key.into_owned()))
            });
            let id = resource.id().map(str::to_owned);
            match self.order {
                SortOrder::Ascending => (value.is_none(), Ok(value), id),
                SortOrder::Descending => (value.is_some(), Err(Reverse(value)), id),
            }
        });
    }

    /// Where a resource stands in this order.
    pub(crate) fn position<'r>(&self, resource: &'r Resource) -> Position<'r> {
        Position {
            value: self.value_in(resource),
            id: resource.id(),
        }
    }

    pub(crate) fn compare_positions(&self, left: Position<'_>, right: Position<'_>) -> Ordering {
        let ordering = match (left.value, right.value) {
            (Some(left), Some(right)) => self.compare_values(left, right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        let ordering = match self.order {
            SortOrder::Ascending => ordering,
            SortOrder::Descending => ordering.reverse(),
        };
        ordering.then_with(|| compare_ids(left.id, right.id))
    }

    /// The value that decides: of several, the primary one, else the first.
    pub(crate) fn value_in<'r>(&self, resource: &'r Resource) -> Option<&'r Value> {
        let value = self.place.attribute_in(resource.attributes())?;
        let value = match value {
            Value::Array(elements) => {
                let primary = |element: &&Value| element.get("primary") == Some(&Value::Bool(true));
                elements.iter().find(primary).or_else(|| elements.first())?
            }
            value => value,
        };
        let value = match &self.place.sub_attribute {
            Some(name) => value.get(name)?,
            None => value,
        };
        let is_simple = !matches!(value, Value::Array(_) | Value::Object(_));
        Some(value).filter(|value| is_simple && is_assigned(value))
    }

    fn compare_values(&self, left: &Value, right: &Value) -> Ordering {
        match (left, right) {
            (Value::String(left_text), Value::String(right_text)) => {
                let ranks = [left, right].map(|value| Rank::of(&self.definition, value));
                match ranks {
                    [Rank::Instant, Rank::Instant] => {
                        parse_instant(left_text).cmp(&parse_instant(right_text))
                    }
                    [Rank::Text, Rank::Text] => {
                        compare_texts(&self.definition, left_text, right_text)
                    }
                    [left, right] => left.cmp(&right),
                }
            }
            (Value::Number(left), Value::Number(right)) => compare_numbers(left, right),
            (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
            (left, right) => {
                Rank::of(&self.definition, left).cmp(&Rank::of(&self.definition, right))
            }
        }
    }
}

/// What stands before what where a store holds values of several types under one attribute; without it the order would
/// contradict itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Boolean,
    Number,
    Instant,
    Text,
}

impl Rank {
    fn of(definition: &AttributeDefinition, value: &Value) -> Self {
        match value {
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(text)
                if definition.r#type == AttributeType::DateTime
                    && parse_instant(text).is_some() =>
            {
                Self::Instant
            }
            _ => Self::Text,
        }
    }
}
