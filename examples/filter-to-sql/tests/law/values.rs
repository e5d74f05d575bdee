//! Values that meet, and values that are meant to break something.

use scim_core::schema::{AttributeDefinition, AttributeType};
use serde_json::Value;

use crate::dice::Dice;

const TEXTS: &[&str] = &[
    "",
    "a",
    "A",
    "b",
    "B",
    "ab",
    "AB",
    "aB",
    "é",
    "e\u{301}",
    "É",
    "ß",
    "SS",
    "ss",
    "ſ",
    "s",
    "Σ",
    "ς",
    "σ",
    "İ",
    "i",
    "I",
    "ı",
    "i\u{307}",
    "ﬀ",
    "FF",
    "Å",
    "A\u{30a}",
    "\u{345}",
    "\u{301}",
    "'",
    "''",
    "\"",
    "\\",
    "%",
    "_",
    "a%b",
    "a_b",
    "a\\%b",
    "\0",
    "\u{1}",
    "\u{2}",
    "\u{3}",
    "\u{4}",
    "\u{1}\u{2}",
    "\u{1}\u{2}\u{2}",
    "a\0b",
    "😀",
    "😀b",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{d7ff}",
    "\u{e000}",
    "\u{10ffff}",
    "\n",
    "\u{7f}",
    " ",
    " a",
    "a ",
    "true",
    "false",
    "1",
    "9",
    "10",
    "1.0",
    "null",
    "[]",
    "{}",
    "$.a",
    "?1",
    "$1",
    "'); DROP TABLE users; --",
    "work",
    "home",
    "WORK",
];

const INSTANTS: &[&str] = &[
    "2011-05-13T04:42:34Z",
    "2011-05-13T06:42:34+02:00",
    "2011-05-13T04:42:34.000000001Z",
    "2011-05-13T04:42:34.5",
    "2011-05-13t04:42:34z",
    "0000-01-01T00:00:00+23:59",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
    "2016-12-31T23:59:60Z",
    "2016-12-31T23:59:59.999999999Z",
    "2017-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999Z",
];

const NUMBERS: &[&str] = &[
    "0",
    "-0.0",
    "1",
    "1.0",
    "1e0",
    "10e-1",
    "-1",
    "-1.5",
    "2",
    "9",
    "10",
    "-10",
    "0.1",
    "0.10",
    "1e-1",
    "0.5",
    "9007199254740993",
    "9007199254740992.0",
    "9007199254740992",
    "18446744073709551615",
    "-9223372036854775808",
    "1e308",
    "-1e308",
    "1e-300",
    "-1e-300",
    "123456789.25",
];

/// Only in filters: no resource holds them.
const LONGER_NUMBERS: &[&str] = &[
    "0.1000000000000000055511151231257827",
    "1e400",
    "-1e400",
    "1e-400",
    "340282366920938463463374607431768211456",
];

const URIS: &[&str] = &[
    "https://h/v2/Users/1",
    "https://h/Users/1",
    "https://h/scim/v1/Users/1",
    "/Users/1",
    "Users/1",
    "../Users/1",
    "/v2/Users/1",
    "./v2/Users/./1",
    "v2",
    "",
    "V2/v1",
    "Users",
    "1",
    "https://h/Users/2",
    "HTTPS://H/users/1",
    "urn:x:y",
    "a:/v1//b",
    "https://h//Users/1",
    "https://h/Users/1/",
    "/Groups/1",
    "https://h/é",
    "https://h/e\u{301}",
    "/",
    "//h/Users/1",
    "urn:ietf:params:scim:schemas:core:2.0:User",
    "URN:IETF:params:scim:schemas:core:2.0:user",
];

const BASE64: &[&str] = &[
    "MIID+/8=", "MIID-_8=", "MIID+/8", "", "AAAA", "aaaa", "TWFu", "TQ==", "TQ",
];

pub(crate) fn text(dice: &mut Dice) -> String {
    match dice.below(10) {
        0..5 => dice.pick(TEXTS).to_owned(),
        5..9 => format!("{}{}", dice.pick(TEXTS), dice.pick(TEXTS)),
        _ => dice.pick(TEXTS).repeat(dice.below(200)),
    }
}

/// A value that the attribute may have, if it is not complex.
pub(crate) fn simple(definition: &AttributeDefinition, dice: &mut Dice) -> Value {
    match definition.r#type {
        AttributeType::Boolean => dice.chance(50).into(),
        AttributeType::Integer | AttributeType::Decimal => {
            serde_json::from_str(dice.pick(NUMBERS)).unwrap_or_default()
        }
        AttributeType::DateTime => dice.pick(INSTANTS).into(),
        AttributeType::Binary => dice.pick(BASE64).into(),
        AttributeType::Reference => dice.pick(URIS).into(),
        _ => text(dice).into(),
    }
}

/// A literal that the attribute may be compared with, as a filter has it.
pub(crate) fn literal(definition: &AttributeDefinition, operator: &str, dice: &mut Dice) -> String {
    let is_part = matches!(operator, "co" | "sw" | "ew");
    match simple(definition, dice) {
        Value::Number(_) if dice.chance(20) => dice.pick(LONGER_NUMBERS).to_owned(),
        Value::Number(_) => dice.pick(NUMBERS).to_owned(),
        Value::String(text) if is_part => {
            let from = dice.below(text.chars().count());
            let count = dice.below(4);
            let part: String = text.chars().skip(from).take(count).collect();
            Value::String(part).to_string()
        }
        other => other.to_string(),
    }
}
