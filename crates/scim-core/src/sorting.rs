//! [`BoundSort`]: the order of results
//! ([RFC 7644, section 3.4.2.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3)).

use core::cmp::Ordering;

use scim_filter::AttributePath;
use serde_json::Value;

use crate::compatibility::{Compatibility, Tolerating};
use crate::error::{Error, ErrorKind};
use crate::evaluation::{Place, compare_texts, is_assigned, is_hidden, place, resolve};
use crate::message::SortOrder;
use crate::resource::Resource;
use crate::schema::{
    AttributeDefinition, AttributeType, RegisteredResourceType, compare_numbers, parse_instant,
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
/// let order = BoundSort::bind(&"userName".parse()?, SortOrder::Ascending, &users)?;
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
    /// let refused = BoundSort::bind(&"name".parse()?, SortOrder::Ascending, &users);
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
        Some(value).filter(|value| is_assigned(value))
    }

    fn compare_values(&self, left: &Value, right: &Value) -> Ordering {
        match (left, right) {
            (Value::String(left), Value::String(right)) => {
                let instants = (self.definition.r#type == AttributeType::DateTime)
                    .then(|| parse_instant(left).zip(parse_instant(right)))
                    .flatten();
                instants.map_or_else(
                    || compare_texts(&self.definition, left, right),
                    |(left, right)| left.cmp(&right),
                )
            }
            (Value::Number(left), Value::Number(right)) => compare_numbers(left, right),
            (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
            _ => Ordering::Equal,
        }
    }
}
