//! Dates as the language hands them on: texts in one fixed form, in UTC.

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};

use super::date_format::{Format, Moment};

/// What `CDate` and its kin read. A text without a zone is taken as UTC.
const READ: [&str; 17] = [
    "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    "yyyy-MM-dd'T'HH:mmK",
    "yyyy-MM-dd HH:mmK",
    "yyyy-MM-ddK",
    "M/d/yyyy h:mm:ss tt",
    "M/d/yyyy h:mm tt",
    "M/d/yyyy H:mm:ss",
    "M/d/yyyy H:mm",
    "M/d/yyyy",
    "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "d MMM yyyy",
    "d MMMM yyyy",
    "MMM d, yyyy",
    "MMMM d, yyyy",
    "d-MMM-yyyy",
    "yyyy/MM/dd",
];

/// Reads a date in any of the forms above.
pub(crate) fn parse(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let text = text.trim();
    // Most are in this form, whose fraction may be longer than that of .NET.
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.to_utc());
    }
    READ.iter()
        .find_map(|format| Format::read(format).ok()?.parse(text, now, false).ok())
        .and_then(Moment::to_utc)
}

/// Writes `M/d/yyyy h:mm:ss tt`.
pub(super) fn print(moment: NaiveDateTime) -> String {
    let (afternoon, hour) = moment.hour12();
    let designator = if afternoon { "PM" } else { "AM" };
    format!(
        "{}/{}/{:04} {hour}:{:02}:{:02} {designator}",
        moment.month(),
        moment.day(),
        moment.year(),
        moment.minute(),
        moment.second()
    )
}
