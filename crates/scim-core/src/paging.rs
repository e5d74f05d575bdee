//! [`IndexPage`]: pages counted from the first result
//! ([RFC 7644, section 3.4.2.4](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4)), and [`Cursor`]: pages that neither
//! skip nor repeat while resources come and go ([RFC 9865](https://www.rfc-editor.org/rfc/rfc9865)).
//!
//! A page by index counts from the start, so whatever is created or deleted before it moves it. A cursor names the place
//! where a page ended, by the value sorted by and the id, and the next page begins after that place, whether or not the
//! resource there still exists. Nothing has to be kept between two pages.

mod index;
mod window;

use core::cmp::Ordering;
use core::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::message::SortOrder;
use crate::resource::Resource;
use crate::sorting::BoundSort;

pub use index::IndexPage;

use window::OrderKey;
pub(crate) use window::{Picked, Start, Window, order_key};

/// Which way a page lies from the place that its cursor names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Next,
    Previous,
}

/// The place between two pages of one query, in one direction.
///
/// It holds an attribute's value and an id in clear, and it trusts whoever presents it. So it is sealed before a client gets it:
/// serialized, encrypted with authentication, bound to the tenant, the subject, the query and a time, and written in unreserved
/// characters ([RFC 9865, section 2](https://www.rfc-editor.org/rfc/rfc9865#section-2)). The
/// [service provider](crate::service_provider::CursorPaging) does so. It knows the order that it was made in, and another order
/// refuses it.
///
/// # Examples
///
/// ```
/// use scim_core::paging::{Cursor, page};
/// use scim_core::resource::Resource;
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let user = |id: &str| Resource::new(json!({"id": id}).as_object().cloned().unwrap_or_default());
/// let users = ["1", "2", "3"].map(user);
/// let first = page(&users, None, None, 2)?;
/// assert_eq!(first.resources.len(), 2);
///
/// // What a service seals, and opens when it comes back.
/// let held = serde_json::to_string(&first.next)?;
/// let cursor: Cursor = serde_json::from_str(&held)?;
/// let second = page(&users, None, Some(&cursor), 2)?;
/// assert_eq!(second.resources[0].id(), Some("3"));
/// assert_eq!(second.next, None);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    direction: Direction,
    /// The path sorted by, after a hyphen if descending; none in the order of the ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    /// What the sort looks at, if there is a sort and the resource has a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    id: String,
}

impl Cursor {
    /// The place right after a resource: for the page that follows it.
    ///
    /// `None` if the resource has no id, as one that is not yet held.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::paging::Cursor;
    /// use scim_core::resource::Resource;
    /// use serde_json::json;
    ///
    /// let user = |id: &str| Resource::new(json!({"id": id}).as_object().cloned().unwrap_or_default());
    /// let after = Cursor::after(&user("2"), None);
    /// assert!(after.is_some_and(|cursor| cursor.leads_to(&user("3"), None) && !cursor.leads_to(&user("2"), None)));
    /// ```
    #[must_use]
    pub fn after(resource: &Resource, sort: Option<&BoundSort>) -> Option<Self> {
        Self::at(resource, sort, Direction::Next)
    }

    /// The place right before a resource: for the page that precedes it.
    ///
    /// `None` if the resource has no id, as one that is not yet held.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::paging::Cursor;
    /// use scim_core::resource::Resource;
    /// use serde_json::json;
    ///
    /// let user = |id: &str| Resource::new(json!({"id": id}).as_object().cloned().unwrap_or_default());
    /// let before = Cursor::before(&user("2"), None);
    /// assert!(before.is_some_and(|cursor| cursor.leads_to(&user("1"), None) && !cursor.leads_to(&user("3"), None)));
    /// ```
    #[must_use]
    pub fn before(resource: &Resource, sort: Option<&BoundSort>) -> Option<Self> {
        Self::at(resource, sort, Direction::Previous)
    }

    fn at(resource: &Resource, sort: Option<&BoundSort>, direction: Direction) -> Option<Self> {
        let value = sort.and_then(|sort| sort.value_in(resource));
        Some(Self {
            direction,
            order: sort.map(|sort| match sort.order() {
                SortOrder::Ascending => sort.path().to_owned(),
                SortOrder::Descending => format!("-{}", sort.path()),
            }),
            value: value.cloned(),
            id: resource.id()?.to_owned(),
        })
    }

    /// The id at the place, for a store that finds the place by an index. Whoever has it may be gone.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::paging::Cursor;
    /// use scim_core::resource::Resource;
    /// use serde_json::json;
    ///
    /// let user = Resource::new(json!({"id": "2"}).as_object().cloned().unwrap_or_default());
    /// // WHERE id < '2' ORDER BY id DESC
    /// let before = Cursor::before(&user, None);
    /// assert!(before.is_some_and(|cursor| cursor.id() == "2" && cursor.leads_back()));
    /// ```
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the page lies before the place.
    ///
    /// # Examples
    ///
    /// See [`Cursor::id`].
    #[must_use]
    pub fn leads_back(&self) -> bool {
        self.direction == Direction::Previous
    }

    /// The value sorted by and the id at the place, and whether the page lies before it.
    #[cfg(feature = "sql")]
    pub(crate) fn place(&self) -> (Option<&Value>, &str, bool) {
        (self.value.as_ref(), &self.id, self.leads_back())
    }

    /// Refuses the cursor of another order.
    pub(crate) fn check(&self, sort: Option<&BoundSort>) -> Result<(), Error> {
        if self.is_of(sort) {
            Ok(())
        } else {
            Err(Self::of_another_order())
        }
    }

    pub(crate) fn of_another_order() -> Error {
        Error::new(
            ErrorKind::InvalidCursor,
            "the cursor belongs to another order; begin with the first page",
        )
    }

    fn is_of(&self, sort: Option<&BoundSort>) -> bool {
        match (self.order.as_deref(), sort) {
            (None, None) => true,
            (Some(order), Some(sort)) => match sort.order() {
                SortOrder::Ascending => order == sort.path(),
                SortOrder::Descending => order.strip_prefix('-') == Some(sort.path()),
            },
            _ => false,
        }
    }

    /// Whether a resource lies on this cursor's side of the place. In another order than that of the cursor none does.
    ///
    /// # Examples
    ///
    /// See [`Cursor::after`].
    #[must_use]
    pub fn leads_to(&self, resource: &Resource, sort: Option<&BoundSort>) -> bool {
        let ordering = || order_key(resource, sort).cmp(&self.order_key(sort));
        let wanted = match self.direction {
            Direction::Next => Ordering::Greater,
            Direction::Previous => Ordering::Less,
        };
        self.is_of(sort) && ordering() == wanted
    }

    /// Where the place stands, in an order that is known to be that of the cursor.
    fn order_key(&self, sort: Option<&BoundSort>) -> OrderKey {
        match sort {
            Some(sort) => {
                let place = sort.position_of(self.value.as_ref(), Some(&self.id));
                (Some(place), None)
            }
            None => (None, Some(self.id.clone())),
        }
    }
}

/// Without the value, which may be personal, and without the id.
impl fmt::Debug for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Cursor")
            .field("direction", &self.direction)
            .finish_non_exhaustive()
    }
}

/// Some of the results of a query, and the ways to its neighbours.
///
/// # Examples
///
/// See [`page`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CursorPage<'r> {
    /// The resources, in the order of the query.
    pub resources: Vec<&'r Resource>,
    /// To the page after this one; none with the last page.
    pub next: Option<Cursor>,
    /// To the page before this one; none with the first page.
    pub previous: Option<Cursor>,
}

/// The page that a cursor leads to, or the first one, among all matches of a query in any order.
///
/// A cursor backwards past the first resource leads to the first page. Without a sort the order is that of the ids. With a
/// `count` of zero there are neither resources nor cursors.
///
/// # Errors
///
/// `invalidCursor`: the cursor belongs to another order than `sort`.
///
/// # Examples
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::error::ErrorKind;
/// use scim_core::message::SortOrder;
/// use scim_core::paging::page;
/// use scim_core::resource::Resource;
/// use scim_core::schema::SchemaRegistry;
/// use scim_core::sorting::BoundSort;
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("no users")?;
/// let by_name = BoundSort::bind(&"userName".parse()?, SortOrder::Ascending, users, &Compatibility::standard())?;
/// let user = |id: &str, name: &str| {
///     Resource::new(json!({"id": id, "userName": name}).as_object().cloned().unwrap_or_default())
/// };
/// let mut held = vec![user("1", "olu"), user("2", "Ines"), user("3", "bo")];
///
/// let cursor = page(&held, Some(&by_name), None, 2)?.next;
/// // Somebody who sorts before the place comes, the one at the place goes: the next page is the same.
/// held.push(user("4", "anna"));
/// held.retain(|user| user.id() != Some("2"));
/// let second = page(&held, Some(&by_name), cursor.as_ref(), 2)?;
/// assert_eq!(second.resources, [&user("1", "olu")]);
///
/// // In another order there is no such place.
/// let refused = page(&held, None, cursor.as_ref(), 2);
/// assert_eq!(refused.err().map(|error| error.kind()), Some(ErrorKind::InvalidCursor));
/// # Ok(())
/// # }
/// ```
pub fn page<'r>(
    matches: impl IntoIterator<Item = &'r Resource>,
    sort: Option<&BoundSort>,
    cursor: Option<&Cursor>,
    count: usize,
) -> Result<CursorPage<'r>, Error> {
    let mut window = Window::new(Start::Cursor(cursor.cloned()), count, sort)?;
    for resource in matches {
        window.take_in(resource, sort);
    }
    let Picked {
        resources,
        next,
        previous,
        ..
    } = window.finish(sort);
    Ok(CursorPage {
        resources,
        next,
        previous,
    })
}
