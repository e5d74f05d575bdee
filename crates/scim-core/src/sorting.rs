//! [`BoundSort`]: the order of results
//! ([RFC 7644, section 3.4.2.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3)).

mod binding;
mod position;

use core::borrow::Borrow;
use core::cmp::Ordering;

use serde_json::Value;

use crate::evaluation::{Place, is_assigned};
use crate::message::SortOrder;
use crate::resource::Resource;
use crate::schema::AttributeDefinition;

pub use position::SortPosition;

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
/// use scim_core::compatibility::Compatibility;
/// use scim_core::message::SortOrder;
/// use scim_core::resource::Resource;
/// use scim_core::schema::SchemaRegistry;
/// use scim_core::sorting::BoundSort;
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("no users")?;
/// let order = BoundSort::bind(&"userName".parse()?, SortOrder::Ascending, users, &Compatibility::standard())?;
/// let user = |name: &str| Resource::new(json!({"userName": name}).as_object().cloned().unwrap_or_default());
/// assert_eq!(order.compare(&user("alice"), &user("Bob")), Ordering::Less);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct BoundSort {
    path: String,
    /// None if the resource type lacks the attribute, and others that are queried with it do not.
    place: Option<Place>,
    /// Where there is no place, that of the first type which has one.
    definition: AttributeDefinition,
    order: SortOrder,
}

impl BoundSort {
    /// The attribute, in path notation and spelled as the schema spells it.
    ///
    /// For a type that lacks it, as the first of the other types spells it.
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
    pub(crate) const fn place(&self) -> Option<&Place> {
        self.place.as_ref()
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
        self.position(left).cmp(&self.position(right))
    }

    /// Puts resources into this order.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::message::SortOrder;
    /// use scim_core::resource::{Resource, User};
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::sorting::BoundSort;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let order = BoundSort::bind(&"userName".parse()?, SortOrder::Descending, users, &Compatibility::standard())?;
    /// let mut found = ["ada", "Cleo", "bo"].map(|name| Resource::from(User::new(name)));
    /// order.sort(&mut found);
    /// assert_eq!(found.map(|user| user.get("userName").cloned()), ["Cleo", "bo", "ada"].map(|name| Some(name.into())));
    /// # Ok(())
    /// # }
    /// ```
    pub fn sort<R: Borrow<Resource>>(&self, resources: &mut [R]) {
        resources.sort_by_cached_key(|resource| self.position(resource.borrow()));
    }

    /// Where a resource stands in this order: to sort, or to merge what was found, for several resource types at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::message::SortOrder;
    /// use scim_core::resource::{Resource, User};
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::sorting::BoundSort;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let order = BoundSort::bind(&"userName".parse()?, SortOrder::Ascending, users, &Compatibility::standard())?;
    /// let [ada, bo] = ["ada", "Bo"].map(|name| order.position(&Resource::from(User::new(name))));
    /// assert!(ada < bo);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn position(&self, resource: &Resource) -> SortPosition {
        self.position_of(self.value_in(resource), resource.id())
    }

    /// Where a resource with this value and this id stands.
    pub(crate) fn position_of(&self, value: Option<&Value>, id: Option<&str>) -> SortPosition {
        SortPosition::new(&self.definition, value, id, self.order)
    }

    /// The value that decides: of several, the primary one, else the first.
    pub(crate) fn value_in<'r>(&self, resource: &'r Resource) -> Option<&'r Value> {
        let place = self.place.as_ref()?;
        let value = place.attribute_in(resource.attributes())?;
        let value = match value {
            Value::Array(elements) => {
                let primary = |element: &&Value| element.get("primary") == Some(&Value::Bool(true));
                elements.iter().find(primary).or_else(|| elements.first())?
            }
            value => value,
        };
        let value = match &place.sub_attribute {
            Some(name) => value.get(&**name)?,
            None => value,
        };
        let is_simple = !matches!(value, Value::Array(_) | Value::Object(_));
        Some(value).filter(|value| is_simple && is_assigned(value))
    }
}
