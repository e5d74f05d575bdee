//! [`PeakonUser`]: the attributes that a Peakon account has defined.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::typed::NamesOnly;

/// The attributes that a Peakon account has defined, by their display names.
///
/// ```
/// use scim_core::resource::PeakonUser;
///
/// let mut extension = PeakonUser::default();
/// extension.set("Job Title", "CTO").set("Salary", 100_000);
/// assert_eq!(extension.text("job title"), Some("CTO"));
/// assert_eq!(extension.number("Salary"), Some(100_000));
/// ```
///
/// `Debug` shows the names alone: a salary is not for a log.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[non_exhaustive]
pub struct PeakonUser {
    /// The values by name.
    pub attributes: Map<String, Value>,
}

impl fmt::Debug for PeakonUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PeakonUser ")?;
        NamesOnly(&self.attributes).fmt(f)
    }
}

impl PeakonUser {
    /// The value of an attribute, whose name is matched without regard to ASCII case.
    ///
    /// ```
    /// use scim_core::resource::PeakonUser;
    ///
    /// let mut extension = PeakonUser::default();
    /// extension.set("Salary", 7);
    /// assert_eq!(extension.get("salary"), Some(&7.into()));
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.attributes
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The value of an attribute of the kind option, text, date or employee.
    ///
    /// ```
    /// use scim_core::resource::PeakonUser;
    ///
    /// let mut extension = PeakonUser::default();
    /// extension.set("Mentor", "ole@example.com");
    /// assert_eq!(extension.text("Mentor"), Some("ole@example.com"));
    /// ```
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// The value of an attribute of the kind number.
    ///
    /// ```
    /// use scim_core::resource::PeakonUser;
    ///
    /// let mut extension = PeakonUser::default();
    /// extension.set("Salary", 7);
    /// assert_eq!(extension.number("Salary"), Some(7));
    /// ```
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    /// Sets an attribute, in place of one whose name differs in case only.
    ///
    /// ```
    /// use scim_core::resource::PeakonUser;
    ///
    /// let mut extension = PeakonUser::default();
    /// extension.set("Salary", 7).set("SALARY", 8);
    /// assert_eq!(extension.attributes.len(), 1);
    /// ```
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) -> &mut Self {
        let name = name.into();
        self.attributes
            .retain(|known, _| !known.eq_ignore_ascii_case(&name));
        self.attributes.insert(name, value.into());
        self
    }
}
