//! Dates and times.

use chrono::{DateTime, Datelike, Months, NaiveDateTime, TimeDelta, Utc};

use super::super::date_format::{Format, Moment, Zone, is_possible};
use super::super::{EvaluatedValue, EvaluationError, date_text};
use super::{Call, Outcome};

/// Seconds from 1601-01-01, where the ticks of Active Directory begin, to 1970-01-01.
const EPOCH: i64 = 11_644_473_600;
const TICKS: i64 = 10_000_000;

/// The names of intervals.
pub(in super::super) const INTERVALS: [&str; 7] = ["yyyy", "m", "ww", "d", "h", "n", "s"];

fn date(call: &Call<'_>, index: usize) -> Result<Option<NaiveDateTime>, EvaluationError> {
    let Some(text) = call.text(index)?.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    date_text::parse(&text, call.scope.environment.now)
        .map(|moment| Some(moment.naive_utc()))
        .ok_or_else(|| {
            EvaluationError::new(format!(
                "{text:?} is not a date and time that is understood"
            ))
        })
}

fn out_of_range() -> EvaluationError {
    EvaluationError::new("the date is beyond what a date can be, the years 1 to 9999")
}

fn print(date: NaiveDateTime) -> Outcome {
    if is_possible(&date) {
        Ok(date_text::print(date).into())
    } else {
        Err(out_of_range())
    }
}

pub(super) fn now(call: &Call<'_>) -> Outcome {
    print(call.scope.environment.now.naive_utc())
}

pub(super) fn to_date(call: &Call<'_>) -> Outcome {
    date(call, 0)?.map_or(Ok(EvaluatedValue::Null), print)
}

pub(super) fn add(call: &Call<'_>) -> Outcome {
    let interval = call.needed_text(0)?;
    let amount = call.integer(1)?;
    let Some(start) = date(call, 2)? else {
        return Ok(EvaluatedValue::Null);
    };
    let months = |amount: i64| {
        let count = Months::new(u32::try_from(amount.unsigned_abs()).ok()?);
        if amount < 0 {
            start.checked_sub_months(count)
        } else {
            start.checked_add_months(count)
        }
    };
    let span =
        |unit: i64| start.checked_add_signed(TimeDelta::try_seconds(amount.checked_mul(unit)?)?);
    let moved = match interval.as_str() {
        "yyyy" => amount.checked_mul(12).and_then(months),
        "m" => months(amount),
        "ww" => span(604_800),
        "d" => span(86_400),
        "h" => span(3_600),
        "n" => span(60),
        "s" => span(1),
        other => return Err(unknown_interval(other)),
    };
    moved.ok_or_else(out_of_range).and_then(print)
}

fn unknown_interval(interval: &str) -> EvaluationError {
    EvaluationError::new(format!(
        "the interval {interval:?} is none of {}",
        INTERVALS.join(", ")
    ))
}

pub(super) fn difference(call: &Call<'_>) -> Outcome {
    let interval = call.needed_text(0)?;
    let (Some(from), Some(to)) = (date(call, 1)?, date(call, 2)?) else {
        return Ok(EvaluatedValue::Null);
    };
    let elapsed = to - from;
    let years = i64::from(to.year()) - i64::from(from.year());
    Ok(EvaluatedValue::Integer(match interval.as_str() {
        "yyyy" => years,
        "m" => years * 12 + i64::from(to.month()) - i64::from(from.month()),
        "ww" => {
            // Both dates go back to the Saturday before, so that each Sunday in between counts.
            let back = |moment: NaiveDateTime| i64::from(moment.weekday().number_from_sunday());
            (elapsed - TimeDelta::days(back(to) - back(from))).num_days() / 7
        }
        "d" => elapsed.num_days(),
        "h" => elapsed.num_hours(),
        "n" => elapsed.num_minutes(),
        "s" => elapsed.num_seconds(),
        other => return Err(unknown_interval(other)),
    }))
}

pub(super) fn from_number(call: &Call<'_>) -> Outcome {
    if call.text(0)?.is_none() {
        return Ok(EvaluatedValue::Null);
    }
    let ticks = call.integer(0)?;
    if ticks < 0 {
        return Err(EvaluationError::new(format!(
            "the number {ticks} is below 0, the beginning of 1601"
        )));
    }
    let nanoseconds = u32::try_from(ticks % TICKS * 100).unwrap_or(0);
    DateTime::<Utc>::from_timestamp(ticks / TICKS - EPOCH, nanoseconds)
        .ok_or_else(out_of_range)
        .and_then(|moment| print(moment.naive_utc()))
}

pub(super) fn to_number(call: &Call<'_>) -> Outcome {
    let Some(moment) = date(call, 0)? else {
        return Ok(EvaluatedValue::Null);
    };
    let moment = moment.and_utc();
    let seconds = moment.timestamp().saturating_add(EPOCH);
    if seconds < 0 {
        return Err(EvaluationError::new(
            "the date is before 1601, where the numbers begin",
        ));
    }
    seconds
        .checked_mul(TICKS)
        .map(|ticks| {
            EvaluatedValue::Integer(ticks + i64::from(moment.timestamp_subsec_nanos() / 100))
        })
        .ok_or_else(out_of_range)
}

/// The names of .NET's `DateTimeStyles` as far as they matter here.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the styles of .NET are flags, each by itself"
)]
pub(in super::super) struct Styles {
    leading_white: bool,
    trailing_white: bool,
    inner_white: bool,
    adjust_to_universal: bool,
    round_trip: bool,
    assume: bool,
    no_current_date: bool,
}

impl Styles {
    pub(in super::super) fn read(text: &str) -> Result<Self, EvaluationError> {
        let mut styles = Self::default();
        for name in text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            match name {
                "None" => {}
                "AllowLeadingWhite" => styles.leading_white = true,
                "AllowTrailingWhite" => styles.trailing_white = true,
                "AllowInnerWhite" => styles.inner_white = true,
                "AllowWhiteSpaces" => {
                    (
                        styles.leading_white,
                        styles.trailing_white,
                        styles.inner_white,
                    ) = (true, true, true);
                }
                "NoCurrentDateDefault" => styles.no_current_date = true,
                "AdjustToUniversal" => styles.adjust_to_universal = true,
                "AssumeLocal" | "AssumeUniversal" => styles.assume = true,
                "RoundtripKind" => styles.round_trip = true,
                other => {
                    return Err(EvaluationError::new(format!(
                        "{other:?} is no style of dates"
                    )));
                }
            }
        }
        if styles.round_trip && (styles.assume || styles.adjust_to_universal) {
            return Err(EvaluationError::new(
                "RoundtripKind cannot be combined with AssumeLocal, AssumeUniversal or AdjustToUniversal",
            ));
        }
        Ok(styles)
    }
}

pub(super) fn format(call: &Call<'_>) -> Outcome {
    let Some(source) = call.text(0)?.filter(|text| !text.is_empty()) else {
        return Ok(EvaluatedValue::Null);
    };
    // The old form has no styles.
    let first = if call.arguments.iter().skip(3).any(Option::is_some) {
        2
    } else {
        1
    };
    let styles = match call.text(1)?.filter(|_| first == 2) {
        Some(styles) => Styles::read(&styles)?,
        None => Styles {
            leading_white: true,
            trailing_white: true,
            round_trip: true,
            ..Styles::default()
        },
    };
    let read = |index: usize| -> Result<(String, Format), EvaluationError> {
        let text = call.needed_text(index)?;
        let format = Format::read(&text).map_err(EvaluationError::new)?;
        Ok((text, format))
    };
    let (input_text, input) = read(first)?;
    let (_, output) = read(first + 1)?;
    let mut text = source.as_str();
    if styles.leading_white {
        text = text.trim_start();
    }
    if styles.trailing_white {
        text = text.trim_end();
    }
    let mut now = call.scope.environment.now;
    if styles.no_current_date && !input.has_date() {
        now = DateTime::parse_from_rfc3339("0001-01-01T00:00:00Z")
            .map_or(now, |first| first.to_utc());
    }
    let moment = input
        .parse(text, now, styles.inner_white)
        .map_err(|reason| {
            EvaluationError::new(format!(
                "{source:?} is not a date in the format {input_text:?}: {reason}"
            ))
        })?;
    Ok(output
        .print(adjusted(moment, &styles).ok_or_else(out_of_range)?)
        .into())
}

/// Converts as .NET does on a server whose local time is UTC.
fn adjusted(moment: Moment, styles: &Styles) -> Option<Moment> {
    let local = moment.to_utc()?.naive_utc();
    if !is_possible(&local) {
        return None;
    }
    let zone = match moment.zone {
        Zone::Unspecified if !styles.assume => Zone::Unspecified,
        Zone::Utc if styles.round_trip || styles.adjust_to_universal => Zone::Utc,
        _ if styles.adjust_to_universal => Zone::Utc,
        _ => Zone::Offset(chrono::FixedOffset::east_opt(0)?),
    };
    Some(Moment { local, zone })
}
