//! From the values of expressions to those of JSON: explicit, lossless, or an error.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use super::check::ValueType;
use super::{EvaluatedValue, date_text};
use crate::rule::DataType;

/// Why a value cannot be that of an attribute: the value, the type, and the way out.
///
/// ```
/// use scim_mapping::{DataType, EvaluatedValue, ValueType};
///
/// let error = EvaluatedValue::Text("007".to_owned())
///     .convert(ValueType::single(DataType::Integer), "2026-02-03T07:05:09Z".parse()?)
///     .unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "\"007\" would lose its form as an Integer; make the target attribute a String, or remove what is not digits with Replace"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}; {way_out}")]
pub struct ConversionError {
    reason: String,
    way_out: &'static str,
}

impl ConversionError {
    fn new(reason: String, way_out: &'static str) -> Self {
        Self { reason, way_out }
    }

    /// What is wrong, with the value.
    ///
    /// ```
    /// # use scim_mapping::{DataType, EvaluatedValue, ValueType};
    /// let boolean = ValueType::single(DataType::Boolean);
    /// let error = EvaluatedValue::Integer(1).convert(boolean, "2026-02-03T07:05:09Z".parse()?).unwrap_err();
    /// assert_eq!(error.reason(), "\"1\" is neither True nor False, as a Boolean must be");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// What to do.
    ///
    /// ```
    /// # use scim_mapping::{DataType, EvaluatedValue, ValueType};
    /// let boolean = ValueType::single(DataType::Boolean);
    /// let error = EvaluatedValue::Integer(1).convert(boolean, "2026-02-03T07:05:09Z".parse()?).unwrap_err();
    /// assert_eq!(error.way_out(), "convert with CBool or choose with Switch");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn way_out(&self) -> &str {
        self.way_out
    }
}

impl EvaluatedValue {
    /// The JSON value for an attribute of a type; `None` for null and for what says to leave the attribute or the object.
    ///
    /// Nothing is guessed and nothing is lost: a text that is not exactly a number is no Integer, and several values do not
    /// become one. A single value becomes a list of one where the attribute has several. A date without a zone is taken as
    /// UTC, as everywhere in the language; `now` gives the parts that a date leaves out.
    ///
    /// ```
    /// use scim_mapping::{DataType, EvaluatedValue, ValueType};
    /// use serde_json::json;
    ///
    /// let now = "2026-02-03T07:05:09Z".parse()?;
    /// let date = EvaluatedValue::Text("2/3/2026 7:05:09 AM".to_owned());
    /// let converted = date.convert(ValueType::single(DataType::DateTime), now)?;
    /// assert_eq!(converted, Some(json!("2026-02-03T07:05:09Z")));
    ///
    /// let two = EvaluatedValue::List(vec!["a".to_owned(), "b".to_owned()]);
    /// assert!(two.convert(ValueType::single(DataType::String), now).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the value is of another type, or would lose something.
    pub fn convert(
        &self,
        to: ValueType,
        now: DateTime<Utc>,
    ) -> Result<Option<Value>, ConversionError> {
        let values = match self {
            Self::Null | Self::Ignore | Self::IgnoreObject => return Ok(None),
            Self::List(values) => values
                .iter()
                .map(|text| self.single(text, to.data_type, now))
                .collect::<Result<Vec<Value>, ConversionError>>()?,
            Self::Complex(elements) => elements.iter().cloned().map(Value::Object).collect(),
            Self::Text(text) => vec![self.single(text, to.data_type, now)?],
            Self::Boolean(_) | Self::Integer(_) => {
                vec![self.single(&self.to_string(), to.data_type, now)?]
            }
        };
        if to.multi_valued {
            return Ok(Some(Value::Array(values)));
        }
        let count = values.len();
        let mut values = values.into_iter();
        match (values.next(), values.next()) {
            (first, None) => Ok(first),
            _ => Err(ConversionError::new(
                format!("{count} values for an attribute that takes one"),
                "choose with Item or combine with Join",
            )),
        }
    }

    fn single(
        &self,
        text: &str,
        data_type: DataType,
        now: DateTime<Utc>,
    ) -> Result<Value, ConversionError> {
        let trimmed = text.trim();
        let is_text = matches!(self, Self::Text(_) | Self::List(_));
        match data_type {
            DataType::String => Ok(Value::String(text.to_owned())),
            DataType::Reference if !matches!(self, Self::Boolean(_)) && !trimmed.is_empty() => {
                Ok(Value::String(text.to_owned()))
            }
            DataType::Reference => Err(ConversionError::new(
                format!("{text:?} is no identifier of an object, as a Reference must be"),
                "map a reference attribute such as manager",
            )),
            DataType::Binary if is_text && is_base64(trimmed) => {
                Ok(Value::String(trimmed.to_owned()))
            }
            DataType::Binary => Err(ConversionError::new(
                format!("{text:?} is not base64, as Binary must be"),
                "encode it with ConvertToBase64, or map a Binary attribute",
            )),
            DataType::Boolean if trimmed.eq_ignore_ascii_case("true") => Ok(Value::Bool(true)),
            DataType::Boolean if trimmed.eq_ignore_ascii_case("false") => Ok(Value::Bool(false)),
            DataType::Boolean => Err(ConversionError::new(
                format!("{text:?} is neither True nor False, as a Boolean must be"),
                "convert with CBool or choose with Switch",
            )),
            DataType::Integer => {
                let number: i64 = trimmed.parse().map_err(|_| {
                    ConversionError::new(
                        format!("{text:?} is not a whole number, as an Integer must be"),
                        "make the target attribute a String, or remove what is not digits with Replace",
                    )
                })?;
                if number.to_string() != trimmed {
                    return Err(ConversionError::new(
                        format!("{text:?} would lose its form as an Integer"),
                        "make the target attribute a String, or remove what is not digits with Replace",
                    ));
                }
                Ok(Value::from(number))
            }
            DataType::DateTime => {
                // A dateTime of SCIM has a time and a zone (RFC 7643, section 2.3.5); what is one already stays as it is.
                if DateTime::parse_from_rfc3339(trimmed).is_ok() {
                    return Ok(Value::String(trimmed.to_owned()));
                }
                date_text::parse(trimmed, now)
                    .map(|moment| {
                        Value::String(moment.to_rfc3339_opts(SecondsFormat::AutoSi, true))
                    })
                    .ok_or_else(|| {
                        ConversionError::new(
                            format!("{text:?} is not a date, as a DateTime must be"),
                            "bring it into the form yyyy-MM-dd with FormatDateTime",
                        )
                    })
            }
        }
    }
}

/// RFC 7643, section 2.3.6: base64 in either alphabet of RFC 4648; padding may be left out.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let padded = match digits.len() % 4 {
        0 => padding == 0,
        2 => padding == 0 || padding == 2,
        3 => padding == 0 || padding == 1,
        _ => false,
    };
    padded
        && digits.bytes().all(|digit| {
            digit.is_ascii_alphanumeric() || matches!(digit, b'+' | b'/' | b'-' | b'_')
        })
}
