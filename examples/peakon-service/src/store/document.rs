//! A resource as it lies in the database, and the columns beside it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use scim_core::resource::Resource;
use scim_core::schema::{AttributeDefinition, AttributeType, comparison_key};
use scim_core::urn;
use serde_json::{Map, Value};

/// The attributes of a resource, named as in the schema.
pub(super) type Document = Map<String, Value>;

/// The columns that requests look for.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) display_name: Option<String>,
    pub(super) display_name_key: Option<String>,
    pub(super) user_name: Option<String>,
    pub(super) user_name_key: Option<String>,
    pub(super) external_id_key: Option<String>,
    pub(super) employee_number_key: Option<String>,
    pub(super) starts_at: Option<i64>,
    pub(super) leaves_at: Option<i64>,
}

impl Columns {
    pub(super) fn of(resource: &Resource) -> Self {
        let text = |name: &str| text_of(resource.get(name));
        let in_extension =
            |urn: &str, name: &str| text_of(resource.extension(urn).and_then(|it| it.get(name)));
        let own = |name: &str| in_extension(urn::PEAKON_USER, name);
        let number = in_extension(urn::ENTERPRISE_USER, "employeeNumber");
        let key = |text: &String| caseless_key(text);
        Self {
            display_name_key: text("displayName").as_ref().map(key),
            display_name: text("displayName"),
            user_name: text("userName"),
            user_name_key: text("userName").as_deref().map(user_name_key),
            external_id_key: text("externalId").map(|text| exact_key(&text)),
            employee_number_key: number.as_ref().map(key),
            starts_at: own("Start Date").and_then(|text| milliseconds(&text)),
            leaves_at: own("Separation Date").and_then(|text| milliseconds(&text)),
        }
    }
}

/// An e-mail address of an employee.
#[derive(Debug)]
pub(super) struct Email {
    pub(super) key: String,
    /// The one that is his alone.
    pub(super) identifying: bool,
}

/// The addresses of an employee, each once. The primary one identifies him, else the one for work, else the first.
pub(super) fn emails(employee: &Resource) -> Vec<Email> {
    let entries: Vec<&Value> = employee
        .get("emails")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .collect();
    let has_value = |entry: &&Value| entry.get("value").is_some_and(Value::is_string);
    let is_primary = |entry: &&Value| entry.get("primary") == Some(&Value::Bool(true));
    let is_for_work = |entry: &&Value| {
        let kind = entry.get("type").and_then(Value::as_str);
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case("work"))
    };
    let usable = || entries.iter().copied().filter(has_value);
    let identifying = usable()
        .find(is_primary)
        .or_else(|| usable().find(is_for_work))
        .or_else(|| usable().next())
        .and_then(|entry| text_of(entry.get("value")))
        .map(|text| caseless_key(&text));
    let mut emails: Vec<Email> = Vec::new();
    for text in usable().filter_map(|entry| text_of(entry.get("value"))) {
        let key = caseless_key(&text);
        if emails.iter().all(|email| email.key != key) {
            let identifying = identifying.as_ref() == Some(&key);
            emails.push(Email { key, identifying });
        }
    }
    emails
}

pub(super) fn text_of(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

/// What two texts have in common that differ by case only: the library's own rule, so that an index finds what a filter means.
pub(super) fn caseless_key(text: &str) -> String {
    let definition = AttributeDefinition::new("value", AttributeType::String);
    comparison_key(&definition, text).into_owned()
}

/// User names are compared more widely than other texts.
fn user_name_key(text: &str) -> String {
    let definition = AttributeDefinition::new("userName", AttributeType::String);
    comparison_key(&definition, text).into_owned()
}

fn exact_key(text: &str) -> String {
    let definition = AttributeDefinition::new("externalId", AttributeType::String).case_exact(true);
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
        let emails = emails(
            &serde_json::from_value(json!({"emails": [
                {"value": "a@x.example", "type": "work"},
                {"value": "B@x.example", "type": "home", "primary": true},
                {"value": "b@X.example"},
            ]}))
            .unwrap(),
        );
        let found: Vec<_> = emails
            .iter()
            .map(|email| (email.key.as_str(), email.identifying))
            .collect();
        assert_eq!(found, [("a@x.example", false), ("b@x.example", true)]);
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
