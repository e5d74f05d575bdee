//! The custom and standard date and time formats of .NET in the invariant culture.

mod parse;
mod print;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, TimeDelta, Utc};

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Whether .NET has the date: its years end with four digits.
pub(super) fn is_possible(date: &impl Datelike) -> bool {
    (1..=9999).contains(&date.year())
}

/// What a text says of its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    Unspecified,
    Utc,
    Offset(FixedOffset),
}

/// A date and time as it was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) local: NaiveDateTime,
    pub(super) zone: Zone,
}

impl Moment {
    /// The instant, with UTC for a moment that names no zone.
    pub(super) fn to_utc(self) -> Option<DateTime<Utc>> {
        let offset = match self.zone {
            Zone::Unspecified | Zone::Utc => 0,
            Zone::Offset(offset) => offset.local_minus_utc(),
        };
        self.local
            .checked_sub_signed(TimeDelta::seconds(i64::from(offset)))
            .map(|moment| moment.and_utc())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// A specifier and how often it is repeated.
    Specifier(char, usize),
    Literal(char),
}

/// The longest format, in characters: what a format prints grows with it.
const LONGEST: usize = 256;

/// A format that has been read.
#[derive(Clone, Debug)]
pub(super) struct Format {
    parts: Vec<Part>,
}

impl Format {
    /// Reads a format; the error says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if text.chars().count() > LONGEST {
            return Err(format!("the format has more than {LONGEST} characters"));
        }
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (None, _) => Err("the format is empty".to_owned()),
            (Some(single), None) => {
                let custom = standard(single).ok_or_else(|| {
                    format!(
                        "{text:?} is no standard format; for a single specifier write \"%{text}\""
                    )
                })?;
                Self::read_custom(custom)
            }
            _ => Self::read_custom(text),
        }
    }

    /// Whether a text in this format says anything of the day, the month or the year.
    pub(super) fn has_date(&self) -> bool {
        self.parts.iter().any(|part| {
            matches!(
                part,
                Part::Specifier('d', 1 | 2) | Part::Specifier('M' | 'y', _)
            )
        })
    }

    fn read_custom(text: &str) -> Result<Self, String> {
        let mut parts: Vec<Part> = Vec::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\\' => {
                    let literal = characters
                        .next()
                        .ok_or_else(|| format!("{text:?} ends with a backslash"))?;
                    parts.push(Part::Literal(literal));
                }
                // Inside quotes a backslash takes the next character as it is, too.
                '"' | '\'' => loop {
                    let next = characters.next();
                    if next == Some(character) {
                        break;
                    }
                    let literal = if next == Some('\\') {
                        characters.next()
                    } else {
                        next
                    };
                    let literal =
                        literal.ok_or_else(|| format!("in {text:?} a quote is not closed"))?;
                    parts.push(Part::Literal(literal));
                },
                '%' if characters.peek().is_some_and(|next| *next != '%') => {}
                '%' => {
                    return Err(format!("in {text:?} no specifier follows the `%`"));
                }
                'd' | 'f' | 'F' | 'g' | 'h' | 'H' | 'K' | 'm' | 'M' | 's' | 't' | 'y' | 'z' => {
                    let mut count = 1;
                    while characters.next_if_eq(&character).is_some() {
                        count += 1;
                    }
                    if matches!(character, 'f' | 'F') && count > 7 {
                        return Err(format!(
                            "in {text:?} the fraction has more than seven digits"
                        ));
                    }
                    parts.push(Part::Specifier(character, count));
                }
                literal => parts.push(Part::Literal(literal)),
            }
        }
        Ok(Self { parts })
    }
}

/// The standard formats of one letter, in the invariant culture.
fn standard(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "MM/dd/yyyy",
        'D' => "dddd, dd MMMM yyyy",
        'f' => "dddd, dd MMMM yyyy HH:mm",
        'F' | 'U' => "dddd, dd MMMM yyyy HH:mm:ss",
        'g' => "MM/dd/yyyy HH:mm",
        'G' => "MM/dd/yyyy HH:mm:ss",
        'm' | 'M' => "MMMM dd",
        'o' | 'O' => "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
        'r' | 'R' => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        's' => "yyyy-MM-dd'T'HH:mm:ss",
        't' => "HH:mm",
        'T' => "HH:mm:ss",
        'u' => "yyyy-MM-dd HH:mm:ss'Z'",
        'y' | 'Y' => "yyyy MMMM",
        _ => return None,
    })
}
