//! The values that a filter compares with.

use alloc::borrow::ToOwned as _;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::string::ToString as _;
use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;

use crate::grammar;
use crate::parse_error::ParseError;

/// A value in a filter, typed as in JSON
/// ([RFC 7644, section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2), `compValue`).
///
/// # Examples
///
/// ```
/// use scim_filter::Literal;
///
/// assert_eq!(Literal::from("O'Malley").to_string(), r#""O'Malley""#);
/// assert_eq!(Literal::from(true).to_string(), "true");
/// assert_eq!(Literal::from(42).to_string(), "42");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 7644 allows no other kind of value"
)]
pub enum Literal {
    /// `null`: the attribute has no value.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, kept as it was written.
    Number(Number),
    /// A text, or a date, a reference or binary data in text form.
    String(String),
}

impl From<&str> for Literal {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Literal {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Literal {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<Number> for Literal {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<i64> for Literal {
    fn from(value: i64) -> Self {
        Self::Number(Number::from(value))
    }
}

impl From<i32> for Literal {
    fn from(value: i32) -> Self {
        Self::Number(Number::from(i64::from(value)))
    }
}

/// A JSON number ([RFC 8259, section 6](https://www.rfc-editor.org/rfc/rfc8259#section-6)) that keeps every digit it was
/// written with.
///
/// Two numbers are equal when they are written alike; use [`Number::as_i64`] or [`Number::as_f64`] to compare by value.
///
/// # Examples
///
/// ```
/// use scim_filter::Number;
///
/// let big: Number = "12345678901234567890123".parse()?;
/// assert_eq!(big.as_str(), "12345678901234567890123");
/// assert_eq!(big.as_i64(), None);
/// assert_eq!("-1.5e3".parse::<Number>()?.as_f64(), Some(-1500.0));
/// # Ok::<(), scim_filter::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number(Box<str>);

impl Number {
    /// A number whose text has been checked.
    pub(crate) fn from_checked(text: &str) -> Self {
        Self(text.into())
    }

    /// The number as it was written.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!("1.50".parse::<scim_filter::Number>()?.as_str(), "1.50");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as an integer, if it is written as one and fits.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!("-7".parse::<scim_filter::Number>()?.as_i64(), Some(-7));
    /// assert_eq!("7.0".parse::<scim_filter::Number>()?.as_i64(), None);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// The nearest floating-point number, if there is a finite one.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!("2.5".parse::<scim_filter::Number>()?.as_f64(), Some(2.5));
    /// assert_eq!("1e400".parse::<scim_filter::Number>()?.as_f64(), None);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok().filter(|value: &f64| value.is_finite())
    }

    /// A floating-point number; `None` for infinities and for "not a number", which JSON cannot write.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::Number;
    ///
    /// assert_eq!(Number::from_f64(0.5).map(|number| number.to_string()).as_deref(), Some("0.5"));
    /// assert_eq!(Number::from_f64(f64::NAN), None);
    /// ```
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        value.is_finite().then(|| Self(value.to_string().into()))
    }

    /// How the two compare by value, whatever their length and notation.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::cmp::Ordering;
    /// use scim_filter::Number;
    ///
    /// let one: Number = "1".parse()?;
    /// assert_eq!(one.compare(&"1.0".parse()?), Ordering::Equal);
    /// assert_eq!(one.compare(&"12345678901234567890124".parse()?), Ordering::Less);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        decimal::compare(&self.0, &other.0)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(value.to_string().into())
    }
}

impl FromStr for Number {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        grammar::read_number(text)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

mod decimal;
