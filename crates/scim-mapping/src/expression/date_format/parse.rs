use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, Utc};

use super::{Format, MONTHS, Moment, Part, WEEKDAYS, Zone, is_possible};

/// What has been read so far.
#[derive(Default)]
struct Fields {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    weekday: Option<u32>,
    hour: Option<u32>,
    half_day_hour: Option<u32>,
    afternoon: Option<bool>,
    minute: Option<u32>,
    second: Option<u32>,
    nanosecond: u32,
    zone: Option<Zone>,
}

impl Format {
    /// Reads a text that follows the format exactly, but for white space between the parts where that is allowed. Missing
    /// parts of the date are those of the present day.
    pub(in super::super) fn parse(
        &self,
        text: &str,
        now: DateTime<Utc>,
        inner_white: bool,
    ) -> Result<Moment, String> {
        let mut fields = Fields::default();
        let mut rest = text;
        let mut parts = self.parts.iter().peekable();
        while let Some(part) = parts.next() {
            if inner_white {
                rest = rest.trim_start();
                if matches!(part, Part::Literal(literal) if literal.is_whitespace()) {
                    continue;
                }
            }
            let next = match part {
                // In front of an optional fraction the point is optional too; without it there is no fraction.
                Part::Literal('.') if matches!(parts.peek(), Some(Part::Specifier('F', _))) => {
                    rest.strip_prefix('.').or_else(|| {
                        parts.next();
                        Some(rest)
                    })
                }
                Part::Literal(literal) => rest.strip_prefix(*literal),
                Part::Specifier(specifier, count) => fields.read(rest, *specifier, *count),
            };
            rest = next.ok_or_else(|| format!("it differs at {rest:?}"))?;
        }
        if !rest.is_empty() {
            return Err(format!("it differs at {rest:?}"));
        }
        fields
            .assemble(now)
            .ok_or_else(|| "there is no such day or time".to_owned())
    }
}

impl Fields {
    /// Reads one specifier and gives the rest of the text.
    fn read<'text>(
        &mut self,
        text: &'text str,
        specifier: char,
        count: usize,
    ) -> Option<&'text str> {
        let two = |text| digits(text, if count == 1 { 1 } else { 2 }, 2);
        match (specifier, count) {
            ('d', 1 | 2) => keep(&mut self.day, two(text)?),
            ('d', _) => keep(&mut self.weekday, name(text, &WEEKDAYS, count)?),
            ('M', 1 | 2) => keep(&mut self.month, two(text)?),
            ('M', _) => {
                let (index, rest) = name(text, &MONTHS, count)?;
                keep(&mut self.month, (index + 1, rest))
            }
            ('y', 1 | 2) => {
                let (year, rest) = two(text)?;
                // .NET's window of a hundred years ends in 2049.
                let year = if year <= 49 { 2000 + year } else { 1900 + year };
                keep(&mut self.year, (i32::try_from(year).ok()?, rest))
            }
            ('y', _) => {
                // Three letters take three digits or more; otherwise exactly as many digits as letters.
                let (year, rest) = digits(text, count, count.max(4))?;
                keep(&mut self.year, (i32::try_from(year).ok()?, rest))
            }
            ('H', _) => keep(&mut self.hour, two(text)?),
            ('h', _) => keep(&mut self.half_day_hour, two(text)?),
            ('m', _) => keep(&mut self.minute, two(text)?),
            ('s', _) => keep(&mut self.second, two(text)?),
            ('f', _) => self.read_fraction(text, count, count),
            ('F', _) => self.read_fraction(text, 0, count),
            ('t', _) => {
                let (designator, rest) = text.split_at_checked(count.min(2))?;
                let afternoon = match designator.to_ascii_uppercase().as_str() {
                    "AM" | "A" => false,
                    "PM" | "P" => true,
                    _ => return None,
                };
                keep(&mut self.afternoon, (afternoon, rest))
            }
            ('g', _) => text
                .strip_prefix("A.D.")
                .or_else(|| text.strip_prefix("AD")),
            ('K', _) => {
                if let Some(rest) = text.strip_prefix(['Z', 'z']) {
                    self.zone = Some(Zone::Utc);
                    return Some(rest);
                }
                if text.starts_with(['+', '-']) {
                    self.read_offset(text, 3)
                } else {
                    Some(text)
                }
            }
            ('z', _) => self.read_offset(text, count),
            _ => None,
        }
    }

    fn read_fraction<'text>(
        &mut self,
        text: &'text str,
        fewest: usize,
        most: usize,
    ) -> Option<&'text str> {
        let length = text
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        if length < fewest {
            return None;
        }
        let (digits, rest) = text.split_at_checked(length)?;
        self.nanosecond = format!("{digits:0<9}").parse().ok()?;
        Some(rest)
    }

    fn read_offset<'text>(&mut self, text: &'text str, count: usize) -> Option<&'text str> {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+')?),
        };
        let (hours, mut rest) = digits(rest, if count == 2 { 2 } else { 1 }, 2)?;
        let mut minutes = 0;
        if count > 2 {
            (minutes, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2, 2)?;
        }
        let seconds = sign * i32::try_from(hours * 3600 + minutes * 60).ok()?;
        self.zone = Some(Zone::Offset(
            FixedOffset::east_opt(seconds).filter(|_| minutes < 60 && hours <= 14)?,
        ));
        Some(rest)
    }

    fn assemble(self, now: DateTime<Utc>) -> Option<Moment> {
        let today = now.date_naive();
        let dateless = self.year.is_none() && self.month.is_none() && self.day.is_none();
        let date = if dateless {
            today
        } else {
            NaiveDate::from_ymd_opt(
                self.year.unwrap_or(today.year()),
                self.month.unwrap_or(1),
                self.day.unwrap_or(1),
            )
            .filter(is_possible)?
        };
        if self
            .weekday
            .is_some_and(|weekday| weekday != date.weekday().num_days_from_monday())
        {
            return None;
        }
        let hour = match (self.hour, self.half_day_hour, self.afternoon) {
            (Some(hour), _, Some(afternoon)) if afternoon != (hour >= 12) => return None,
            (Some(hour), _, _) => hour,
            (None, Some(hour @ 0..=12), afternoon) => {
                hour % 12 + if afternoon == Some(true) { 12 } else { 0 }
            }
            (None, Some(_), _) => return None,
            (None, None, _) => 0,
        };
        let time = NaiveTime::from_hms_nano_opt(
            hour,
            self.minute.unwrap_or(0),
            self.second.unwrap_or(0),
            self.nanosecond,
        )?;
        Some(Moment {
            local: date.and_time(time),
            zone: self.zone.unwrap_or(Zone::Unspecified),
        })
    }
}

/// A part that occurs twice has to say the same twice.
fn keep<'text, T: PartialEq>(
    field: &mut Option<T>,
    (value, rest): (T, &'text str),
) -> Option<&'text str> {
    if field.as_ref().is_some_and(|known| *known != value) {
        return None;
    }
    *field = Some(value);
    Some(rest)
}

fn digits(text: &str, fewest: usize, most: usize) -> Option<(u32, &str)> {
    let length = text
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    let (digits, rest) = text.split_at_checked(length).filter(|_| length >= fewest)?;
    Some((digits.parse().ok()?, rest))
}

/// A name in full, or its first three letters; case does not matter.
fn name<'text>(text: &'text str, names: &[&str], count: usize) -> Option<(u32, &'text str)> {
    (0..).zip(names).find_map(|(index, name)| {
        let name = if count == 3 { name.get(..3)? } else { name };
        let (start, rest) = text.split_at_checked(name.len())?;
        start.eq_ignore_ascii_case(name).then_some((index, rest))
    })
}
