//! A resource as it lies in the database, and the columns beside it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use scim_core::resource::Resource;
use scim_core::schema::{AttributeDefinition, AttributeType, comparison_key};
use scim_core::urn;
use serde_json::{Map, Value};

/// The attributes of a resource, named as in the schema.
pub(super) type Document = Map<String, Value>;

/// The columns beside the document that the database cannot make of it.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) display_name: Option<String>,
    pub(super) user_name: Option<String>,
    pub(super) starts_at: Option<i64>,
    pub(super) leaves_at: Option<i64>,
}

impl Columns {
    pub(super) fn of(resource: &Resource) -> Self {
        let text = |name: &str| text_of(resource.get(name));
        let own = |name: &str| {
            let extension = resource.extension(urn::PEAKON_USER);
            text_of(extension.and_then(|extension| extension.get(name)))
        };
        Self {
            display_name: text("displayName"),
            user_name: text("userName"),
            starts_at: own("Start Date").and_then(|text| milliseconds(&text)),
            leaves_at: own("Separation Date").and_then(|text| milliseconds(&text)),
        }
    }
}

/// Which of the e-mail addresses of an employee, as they are compared, is his alone: the primary one, else the one for work, else the
/// first.
pub(super) fn identifying(emails: &[Value]) -> Option<usize> {
    let is = |email: &Value, name: &str, value: &str| {
        email.get(name).and_then(Value::as_str) == Some(value)
    };
    let find = |wanted: &dyn Fn(&Value) -> bool| {
        emails
            .iter()
            .position(|email| email.get("value").is_some_and(Value::is_string) && wanted(email))
    };
    find(&|email| is(email, "primary", "true"))
        .or_else(|| find(&|email| is(email, "type", "work")))
        .or_else(|| find(&|_| true))
}

pub(super) fn text_of(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

/// What two texts have in common that differ by case only: the library's own rule, so that an index finds what a filter means.
pub(super) fn caseless_key(text: &str) -> String {
    let definition = AttributeDefinition::new("value", AttributeType::String);
    comparison_key(&definition, text).into_owned()
}

/// A date or a dateTime as milliseconds since 1970; without a zone it is meant in UTC.
fn milliseconds(text: &str) -> Option<i64> {
    let moment: DateTime<Utc> = if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        moment.to_utc()
    } else if let Ok(moment) = text.parse::<NaiveDateTime>() {
        moment.and_utc()
    } else {
        text.parse::<NaiveDate>()
            .ok()?
            .and_hms_opt(0, 0, 0)?
            .and_utc()
    };
    Some(moment.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_primary_address_identifies() {
        let mut emails = [
            json!({"type": "work"}),
            json!({"value": "c@x.example"}),
            json!({"value": "a@x.example", "type": "work"}),
            json!({"value": "b@x.example", "type": "home", "primary": "true"}),
        ];
        assert_eq!(identifying(&emails), Some(3));
        emails[3]["primary"] = json!("false");
        assert_eq!(identifying(&emails), Some(2));
        assert_eq!(identifying(&emails[..2]), Some(1));
        assert_eq!(identifying(&emails[..1]), None);
    }

    #[test]
    fn dates_are_read_with_and_without_time_and_zone() {
        for text in [
            "2026-02-03T00:00:00Z",
            "2026-02-03T01:00:00+01:00",
            "2026-02-03T00:00:00",
            "2026-02-03",
        ] {
            assert_eq!(milliseconds(text), Some(1_770_076_800_000), "{text}");
        }
        assert_eq!(milliseconds("soon"), None);
    }
}
