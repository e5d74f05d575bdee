//! [`PeakonValue`]: a value of an account's attribute, by the attribute's kind.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::PeakonAccount;
use crate::resource::PeakonUser;
use crate::schema::{PeakonAttributeKind, parse_instant};

/// A value of an account's attribute, by the attribute's kind.
///
/// `Debug` shows the kind alone: an address or a salary is not for a log.
///
/// ```
/// use scim_core::peakon::{PeakonAccount, PeakonValue};
/// use scim_core::resource::PeakonUser;
/// use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
///
/// let account = PeakonAccount::new(vec![
///     PeakonAttribute::new("Salary", PeakonAttributeKind::Number),
///     PeakonAttribute::new("Start Date", PeakonAttributeKind::Date),
/// ]);
/// let mut ines = PeakonUser::default();
/// ines.set("Salary", 7).set("Start Date", "2026-02-03T00:00:00Z");
/// assert_eq!(account.value(&ines, "salary"), Some(PeakonValue::Number(7)));
/// assert!(matches!(account.value(&ines, "Start Date"), Some(PeakonValue::Date(_))));
/// assert_eq!(account.value(&ines, "Mentor"), None);
/// assert_eq!(format!("{:?}", PeakonValue::Employee("ines@fjordlab.example")), "Employee(..)");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PeakonValue<'value> {
    /// Of the kinds option and text.
    Text(&'value str),
    /// Of the kind number.
    Number(i64),
    /// Of the kind date; without a zone it counts as UTC.
    Date(DateTime<Utc>),
    /// Of the kind employee: an e-mail address.
    Employee(&'value str),
}

impl fmt::Debug for PeakonValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(..)",
            Self::Number(_) => "Number(..)",
            Self::Date(_) => "Date(..)",
            Self::Employee(_) => "Employee(..)",
        })
    }
}

impl PeakonAccount {
    /// The value of an attribute that the account has defined, if it is there and fits its kind. The name is matched without
    /// regard to ASCII case. [`PeakonUser::get`] gives any value as it is.
    #[must_use]
    pub fn value<'value>(
        &self,
        employee: &'value PeakonUser,
        name: &str,
    ) -> Option<PeakonValue<'value>> {
        let attribute = self.attribute(name)?;
        match (attribute.kind, employee.get(name)?) {
            (PeakonAttributeKind::Number, Value::Number(number)) => {
                number.as_i64().map(PeakonValue::Number)
            }
            (PeakonAttributeKind::Date, Value::String(text)) => {
                parse_instant(text).map(PeakonValue::Date)
            }
            (PeakonAttributeKind::Employee, Value::String(text)) => {
                Some(PeakonValue::Employee(text))
            }
            (PeakonAttributeKind::Option | PeakonAttributeKind::Text, Value::String(text)) => {
                Some(PeakonValue::Text(text))
            }
            _ => None,
        }
    }
}
