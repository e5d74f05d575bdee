//! `compValue`: the values of JSON.

use alloc::borrow::ToOwned as _;
use alloc::string::String;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1, one_of};
use nom::combinator::opt;
use nom::{IResult, Parser as _};

use crate::grammar::Expectation;
use crate::grammar::characters::is_name_char;
use crate::grammar::reading::{Failure, Read, Reading};
use crate::literal::{Literal, Number};
use crate::parse_error::ParseErrorKind;

/// `compValue = false / null / true / number / string`
#[inline]
pub(super) fn comp_value<'a>(reading: &Reading<'_>, input: &'a str) -> Read<'a, Literal> {
    match input.as_bytes().first() {
        Some(b'"') => {
            let (rest, text) = string(reading, input, '"')?;
            Ok((rest, Literal::String(text)))
        }
        Some(b'\'') if reading.leniency().single_quoted_strings => {
            let (rest, text) = string(reading, input, '\'')?;
            reading.tolerate("single_quoted_strings", input, rest);
            Ok((rest, Literal::String(text)))
        }
        Some(b'-' | b'0'..=b'9') => number_literal(reading, input),
        Some(b'+') => {
            Err(reading.wrong(input, 0, ParseErrorKind::InvalidNumber, Expectation::VALUE))
        }
        None | Some(b')' | b']') => Err(reading.unexpected(input, Expectation::VALUE)),
        Some(_) => keyword(reading, input),
    }
}

fn number_literal<'a>(reading: &Reading<'_>, input: &'a str) -> Read<'a, Literal> {
    match number(input) {
        Ok((rest, text)) if !continues_word(rest) => {
            Ok((rest, Literal::Number(Number::from_checked(text))))
        }
        _ => Err(reading.wrong(input, 0, ParseErrorKind::InvalidNumber, Expectation::VALUE)),
    }
}

/// `true`, `false` and `null`, in lower case unless a leniency allows more.
fn keyword<'a>(reading: &Reading<'_>, input: &'a str) -> Read<'a, Literal> {
    let word = || {
        take_while1::<_, &str, Failure>(is_name_char)
            .parse(input)
            .ok()
    };
    if let Some((rest, word)) = word() {
        if let Some(literal) = keyword_literal(word) {
            return Ok((rest, literal));
        }
        if reading.leniency().literals_in_any_case
            && let Some(literal) = keyword_literal(&word.to_ascii_lowercase())
        {
            reading.tolerate("literals_in_any_case", input, rest);
            return Ok((rest, literal));
        }
    }
    if input.starts_with(char::is_control) {
        return Err(reading.wrong(
            input,
            0,
            ParseErrorKind::ControlCharacter,
            Expectation::VALUE,
        ));
    }
    Err(reading.wrong(input, 0, ParseErrorKind::InvalidValue, Expectation::VALUE))
}

fn keyword_literal(word: &str) -> Option<Literal> {
    match word {
        "true" => Some(Literal::Boolean(true)),
        "false" => Some(Literal::Boolean(false)),
        "null" => Some(Literal::Null),
        _ => None,
    }
}

/// `number` of [RFC 8259, section 6](https://www.rfc-editor.org/rfc/rfc8259#section-6).
pub(super) fn number(input: &str) -> IResult<&str, &str, Failure> {
    let (rest, _) = opt(char('-')).parse(input)?;
    let (rest, _) = alt((tag("0"), digit1)).parse(rest)?;
    let (rest, _) = opt((char('.'), digit1)).parse(rest)?;
    let (rest, _) = opt((one_of("eE"), opt(one_of("+-")), digit1)).parse(rest)?;
    Ok((
        rest,
        input.get(..input.len() - rest.len()).unwrap_or_default(),
    ))
}

/// Whether what follows a number or a keyword belongs to it, so that it is none.
fn continues_word(rest: &str) -> bool {
    rest.starts_with(|c: char| is_name_char(c) || c == '.')
}

/// `string` of [RFC 8259, section 7](https://www.rfc-editor.org/rfc/rfc8259#section-7), in the given quotation marks.
#[inline]
fn string<'a>(reading: &Reading<'_>, input: &'a str, quote: char) -> Read<'a, String> {
    let inner = input.get(1..).unwrap_or_default();
    let Some(place) = special(inner, quote) else {
        return Err(unterminated(reading, input));
    };
    let (plain, from_special) = inner.split_at(place);
    match from_special.strip_prefix(quote) {
        Some(rest) => Ok((rest, plain.to_owned())),
        None => string_with_escapes(reading, input, quote, plain, from_special),
    }
}

/// The first character that is not simply part of the string: a control character, a backslash, the quotation mark.
///
/// Eight bytes at a time, because strings are most of what filters hold.
#[inline]
fn special(text: &str, quote: char) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let quote = u8::try_from(quote).unwrap_or(b'"');
    let holds = |word: u64, byte: u8| {
        let difference = word ^ (ONES * u64::from(byte));
        difference.wrapping_sub(ONES) & !difference & HIGH != 0
    };
    let is_plain = |bytes: &[u8; 8]| {
        let word = u64::from_le_bytes(*bytes);
        let has_control = word.wrapping_sub(ONES * 0x20) & !word & HIGH != 0;
        !has_control && !holds(word, b'\\') && !holds(word, quote)
    };
    let bytes = text.as_bytes();
    let plain = 8 * bytes
        .as_chunks::<8>()
        .0
        .iter()
        .take_while(|word| is_plain(word))
        .count();
    let is_special = |byte: &u8| *byte < b' ' || *byte == b'\\' || *byte == quote;
    Some(plain + bytes.get(plain..)?.iter().position(is_special)?)
}

fn string_with_escapes<'a>(
    reading: &Reading<'_>,
    input: &'a str,
    quote: char,
    plain: &str,
    from_special: &'a str,
) -> Read<'a, String> {
    let mut text = plain.to_owned();
    let mut rest = from_special;
    loop {
        if let Some(after) = rest.strip_prefix(quote) {
            return Ok((after, text));
        }
        if !rest.starts_with('\\') {
            return Err(reading.wrong(
                rest,
                1,
                ParseErrorKind::ControlCharacter,
                Expectation::NONE,
            ));
        }
        let Some((after, character)) = escape(rest, quote) else {
            let length = rest.chars().take(2).map(char::len_utf8).sum();
            return Err(reading.wrong(
                rest,
                length,
                ParseErrorKind::InvalidEscape,
                Expectation::NONE,
            ));
        };
        text.push(character);
        let Some(place) = special(after, quote) else {
            return Err(unterminated(reading, input));
        };
        let (more, from_special) = after.split_at(place);
        text.push_str(more);
        rest = from_special;
    }
}

#[cold]
fn unterminated(reading: &Reading<'_>, input: &str) -> nom::Err<Failure> {
    reading.wrong(
        input,
        input.len(),
        ParseErrorKind::UnterminatedString,
        Expectation::NONE,
    )
}

/// One escape, from its backslash on.
fn escape(input: &str, quote: char) -> Option<(&str, char)> {
    let mut characters = input.chars();
    characters.next();
    let character = match characters.next()? {
        c @ ('"' | '\\' | '/') => c,
        c if c == quote => c,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode_escape(characters.as_str()),
        _ => return None,
    };
    Some((characters.as_str(), character))
}

/// The four digits after `\u`, and the second half of a surrogate pair.
fn unicode_escape(input: &str) -> Option<(&str, char)> {
    let (rest, first) = four_digits(input)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Some((rest, char::from_u32(first)?));
    }
    let (rest, second) = four_digits(rest.strip_prefix("\\u")?)?;
    let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    Some((
        rest,
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + low)?,
    ))
}

fn four_digits(input: &str) -> Option<(&str, u32)> {
    let digits = input
        .get(..4)
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    Some((input.get(4..)?, u32::from_str_radix(digits, 16).ok()?))
}

/// Whether a string begins here, or another value, as this reader takes it, and then the end of a condition stand here: for
/// the search of the end of a name with spaces.
pub(super) fn is_value(reading: &Reading<'_>, input: &str) -> bool {
    let rest = match input.chars().next() {
        // No name holds an operator and a quotation mark: printed in other quotation marks it would be read otherwise.
        Some('"') => return true,
        Some('\'') if reading.leniency().single_quoted_strings => return true,
        Some('-' | '0'..='9') => number(input).ok().map(|(rest, _)| rest),
        Some(_) => match take_while1::<_, &str, Failure>(is_name_char).parse(input) {
            Ok((rest, word)) => {
                let any_case = reading.leniency().literals_in_any_case;
                let is_keyword = keyword_literal(word).is_some()
                    || (any_case && keyword_literal(&word.to_ascii_lowercase()).is_some());
                is_keyword.then_some(rest)
            }
            Err(_) => None,
        },
        None => None,
    };
    let plus = reading.leniency().plus_for_space;
    rest.is_some_and(|rest| match rest.chars().next() {
        None | Some(' ' | '\t' | ')' | ']') => true,
        Some('+') => plus,
        Some(_) => false,
    })
}
