//! Numbers, times and values as people read them.

use std::fmt;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use scim_mapping::provisioning::{CycleKind, LogIdentity};

/// As much of a value, a reason or a name as is shown.
const LONGEST: usize = 200;

/// A moment, for people and for machines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment(pub(super) DateTime<Utc>);

impl Moment {
    pub(super) fn machine(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0.format("%-d %b %Y, %H:%M"))
    }
}

pub(super) fn kind(cycle: &CycleKind) -> &'static str {
    match cycle {
        CycleKind::Initial => "Initial",
        CycleKind::Incremental => "Incremental",
        CycleKind::OnDemand { .. } => "On demand",
    }
}

pub(super) fn duration(long: TimeDelta) -> String {
    let milliseconds = long.num_milliseconds().max(0);
    let seconds = milliseconds / 1000;
    match seconds {
        0..10 => format!("{seconds}.{} s", milliseconds % 1000 / 100),
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// With a comma before every three digits. A template gives now the number, now a reference to it.
pub(super) fn number(number: impl fmt::Display) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// As much of a text as is shown, and how many characters are left out.
pub(super) fn shortened(text: &str) -> (String, usize) {
    let shown: String = text.chars().take(LONGEST).collect();
    let left_out = text.chars().count().saturating_sub(LONGEST);
    (shown, left_out)
}

/// What people call an object: its name, its sign-in name, or its id.
pub(super) fn name(source: &LogIdentity, target: &LogIdentity) -> String {
    let sign_in = source.details.get("UserPrincipalName").map(String::as_str);
    let names = [
        Some(source.display_name.as_str()),
        sign_in,
        Some(target.display_name.as_str()),
        Some(source.id.as_str()),
        Some(target.id.as_str()),
    ];
    let name = names
        .into_iter()
        .flatten()
        .find(|name| !name.trim().is_empty());
    shortened(name.unwrap_or("Without a name")).0
}

/// What an object is; of the URN of a schema, its end.
pub(super) fn what(source: &LogIdentity, target: &LogIdentity) -> String {
    let kind = if source.identity_type.is_empty() {
        &target.identity_type
    } else {
        &source.identity_type
    };
    let last = kind.rsplit(':').next().unwrap_or_default();
    shortened(last).0
}
