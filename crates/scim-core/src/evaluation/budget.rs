//! How much work a query may cost.

use std::cell::Cell;

use super::view::{Shape, Text};
use crate::error::{Error, ErrorKind};

/// So many bytes of a text cost as much as looking at one more value.
const BYTES_A_STEP: usize = 64;
/// The same where the text has to be normalised and folded first.
const FOLDED_BYTES_A_STEP: usize = 2;

/// How many values one query may still look at, over all resources that it is matched against.
///
/// A filter of a thousand conditions on a group of a hundred thousand members asks for a hundred million comparisons, for
/// each such group. One step is one value compared or looked for in vain, and one more for every 64 bytes of its text, or for
/// every 2 if it has other characters than those of ASCII; some 50 million of them take a second.
///
/// # Examples
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::error::ErrorKind;
/// use scim_core::evaluation::{BoundFilter, EvaluationBudget};
/// use scim_core::resource::Resource;
/// use scim_core::schema::SchemaRegistry;
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("no users")?;
/// let filter = users.parser().filter(r#"emails.value ew ".example""#)?;
/// let filter = BoundFilter::bind(&filter, users, &Compatibility::standard())?;
/// let user = json!({"emails": [{"value": "a@work"}, {"value": "b@home"}, {"value": "c@other"}]});
/// let user = Resource::new(user.as_object().cloned().ok_or("no object")?);
///
/// assert!(!filter.matches_within(&user, &EvaluationBudget::new(3))?);
/// let refused = filter.matches_within(&user, &EvaluationBudget::new(2));
/// assert_eq!(refused.err().map(|error| error.kind()), Some(ErrorKind::TooMany));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationBudget {
    remaining: Cell<u64>,
    exhausted: Cell<bool>,
}

impl EvaluationBudget {
    /// So many steps.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::evaluation::EvaluationBudget;
    ///
    /// assert_eq!(EvaluationBudget::new(1_000).remaining(), 1_000);
    /// ```
    #[must_use]
    pub const fn new(steps: u64) -> Self {
        Self {
            remaining: Cell::new(steps),
            exhausted: Cell::new(false),
        }
    }

    /// As many steps as anything may take.
    pub(crate) const fn unlimited() -> Self {
        Self::new(u64::MAX)
    }

    /// The steps that are left.
    ///
    /// # Examples
    ///
    /// See [`EvaluationBudget::new`].
    #[must_use]
    pub const fn remaining(&self) -> u64 {
        self.remaining.get()
    }

    /// Pays for a look at a value; false if that is too much, now or earlier.
    #[inline]
    pub(super) fn pays_for<V>(&self, value: &Shape<'_, V>) -> bool {
        self.pays(match value {
            Shape::Text(Text::Ascii(text)) => 1 + (text.len() / BYTES_A_STEP) as u64,
            Shape::Text(Text::Unicode(text)) => 1 + (text.len() / FOLDED_BYTES_A_STEP) as u64,
            _ => 1,
        })
    }

    /// Pays so many steps.
    #[inline]
    pub(super) fn pays(&self, cost: u64) -> bool {
        if let Some(remaining) = self.remaining.get().checked_sub(cost)
            && !self.exhausted.get()
        {
            self.remaining.set(remaining);
            return true;
        }
        self.exhausted.set(true);
        false
    }

    /// An outcome, if all that led to it was paid for.
    pub(super) fn settle(&self, matches: bool) -> Result<bool, Error> {
        if self.exhausted.get() {
            return Err(Error::new(
                ErrorKind::TooMany,
                "the filter asks for more comparisons than a query may cost; use fewer conditions, or put one on id, userName or \
                 externalId first",
            ));
        }
        Ok(matches)
    }
}
