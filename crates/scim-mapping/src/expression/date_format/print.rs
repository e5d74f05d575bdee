use chrono::{Datelike, Timelike};

use super::{Format, MONTHS, Moment, Part, WEEKDAYS, Zone};

impl Format {
    /// Prints a moment.
    pub(in super::super) fn print(&self, moment: Moment) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(character) => text.push(*character),
                Part::Specifier('F', count) => {
                    let digits = fraction(moment, *count);
                    let digits = digits.trim_end_matches('0');
                    if digits.is_empty() && text.ends_with('.') {
                        text.pop();
                    }
                    text.push_str(digits);
                }
                Part::Specifier(specifier, count) => {
                    text.push_str(&print_specifier(moment, *specifier, *count));
                }
            }
        }
        text
    }
}

fn fraction(moment: Moment, count: usize) -> String {
    let digits = format!("{:09}", moment.local.nanosecond() % 1_000_000_000);
    digits.chars().take(count).collect()
}

fn print_specifier(moment: Moment, specifier: char, count: usize) -> String {
    let local = moment.local;
    let padded = |number: u32| {
        if count == 1 {
            number.to_string()
        } else {
            format!("{number:02}")
        }
    };
    let name = |names: &[&str], index: u32| {
        let name = usize::try_from(index)
            .ok()
            .and_then(|index| names.get(index))
            .copied()
            .unwrap_or_default();
        if count == 3 {
            name.chars().take(3).collect()
        } else {
            name.to_owned()
        }
    };
    match (specifier, count) {
        ('d', 1 | 2) => padded(local.day()),
        ('d', _) => name(&WEEKDAYS, local.weekday().num_days_from_monday()),
        ('M', 1 | 2) => padded(local.month()),
        ('M', _) => name(&MONTHS, local.month0()),
        ('y', 1) => (local.year() % 100).to_string(),
        ('y', 2) => format!("{:02}", local.year() % 100),
        ('y', _) => format!("{:0count$}", local.year()),
        ('H', _) => padded(local.hour()),
        ('h', _) => padded(local.hour12().1),
        ('m', _) => padded(local.minute()),
        ('s', _) => padded(local.second()),
        ('f', _) => fraction(moment, count),
        ('t', 1) => if local.hour12().0 { "P" } else { "A" }.to_owned(),
        ('t', _) => if local.hour12().0 { "PM" } else { "AM" }.to_owned(),
        ('g', _) => "A.D.".to_owned(),
        ('K', _) => match moment.zone {
            Zone::Unspecified => String::new(),
            Zone::Utc => "Z".to_owned(),
            Zone::Offset(_) => offset(moment, 3),
        },
        ('z', _) => offset(moment, count),
        _ => String::new(),
    }
}

fn offset(moment: Moment, count: usize) -> String {
    let seconds = match moment.zone {
        Zone::Offset(offset) => offset.local_minus_utc(),
        Zone::Unspecified | Zone::Utc => 0,
    };
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() % 3600 / 60);
    match count {
        1 => format!("{sign}{hours}"),
        2 => format!("{sign}{hours:02}"),
        _ => format!("{sign}{hours:02}:{minutes:02}"),
    }
}
