//! What is known while one text is read.

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::ops::Range;

use nom::IResult;

use crate::Parser;
use crate::grammar::Expectation;
use crate::leniency::{Leniency, Tolerated};
use crate::parse_error::{ParseError, ParseErrorKind};

/// What a rule gives back.
pub(super) type Read<'a, T> = IResult<&'a str, T, Failure>;

/// A rule did not match; the [`Reading`] knows why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failure;

impl nom::error::ParseError<&str> for Failure {
    fn from_error_kind(_: &str, _: nom::error::ErrorKind) -> Self {
        Self
    }

    fn append(_: &str, _: nom::error::ErrorKind, other: Self) -> Self {
        other
    }
}

/// The alternative does not begin here; nothing needs to be told.
pub(super) const NO_MATCH: nom::Err<Failure> = nom::Err::Error(Failure);

#[derive(Clone, Copy)]
struct Furthest {
    start: usize,
    /// Zero: as long as the token.
    length: usize,
    kind: ParseErrorKind,
    expected: Expectation,
}

/// One text, how far reading got in it, and what had to be tolerated.
pub(super) struct Reading<'a> {
    parser: &'a Parser,
    source: &'a str,
    furthest: Cell<Furthest>,
    terms: Cell<usize>,
    /// Conditions read ahead, to find out where a name ends: as many again may be, so that reading stays linear.
    terms_ahead: Cell<usize>,
    tolerated: RefCell<Vec<Tolerated>>,
}

impl<'a> Reading<'a> {
    /// Whether the text may be read at all; apart from [`Reading::new`], whose result need not be moved then.
    #[inline]
    pub(super) fn check_length(parser: &Parser, source: &str) -> Result<(), ParseError> {
        if source.len() <= parser.limits.bytes {
            return Ok(());
        }
        Err(ParseError::new(
            ParseErrorKind::TooLong,
            source,
            parser.limits.bytes..source.len(),
            Expectation::NONE,
        ))
    }

    /// Reads `input`, a part of this text, with a rule whose failure is none of the text; what it costs is counted.
    pub(super) fn ahead<'b, T>(
        &self,
        input: &'b str,
        rule: impl FnOnce(&Reading<'_>) -> Read<'b, T>,
    ) -> Result<Read<'b, T>, nom::Err<Failure>> {
        let ahead = Reading::new(self.parser, input);
        ahead.terms.set(self.terms_ahead.get());
        let read = rule(&ahead);
        self.terms_ahead.set(ahead.terms.get());
        if ahead.furthest.get().kind == ParseErrorKind::TooManyTerms {
            return Err(self.wrong(input, 0, ParseErrorKind::TooManyTerms, Expectation::NONE));
        }
        Ok(read)
    }

    /// A text whose length has been checked, or a part of one.
    #[inline]
    pub(super) const fn new(parser: &'a Parser, source: &'a str) -> Self {
        Self {
            parser,
            source,
            furthest: Cell::new(Furthest {
                start: 0,
                length: 0,
                kind: ParseErrorKind::UnexpectedToken,
                expected: Expectation::NONE,
            }),
            terms: Cell::new(0),
            terms_ahead: Cell::new(0),
            tolerated: RefCell::new(Vec::new()),
        }
    }

    pub(super) const fn parser(&self) -> &'a Parser {
        self.parser
    }

    pub(super) const fn leniency(&self) -> &'a Leniency {
        &self.parser.leniency
    }

    /// Where in the text `rest`, a part of it, begins.
    pub(super) fn offset(&self, rest: &str) -> usize {
        rest.as_ptr()
            .addr()
            .wrapping_sub(self.source.as_ptr().addr())
    }

    /// Notes what could have stood at the start of `rest`; the furthest place wins.
    #[inline]
    pub(super) fn note(&self, rest: &str, expected: Expectation) {
        let start = self.offset(rest);
        let furthest = self.furthest.get();
        if start > furthest.start {
            self.furthest.set(Furthest {
                start,
                length: 0,
                kind: ParseErrorKind::UnexpectedToken,
                expected,
            });
        } else if start == furthest.start {
            self.furthest.set(Furthest {
                expected: furthest.expected.with(expected),
                ..furthest
            });
        }
    }

    /// Something else stands at the start of `rest`; another alternative may still match.
    #[inline]
    pub(super) fn expected(&self, rest: &str, expected: Expectation) -> nom::Err<Failure> {
        self.note(rest, expected);
        NO_MATCH
    }

    /// Something else stands at the start of `rest`, and no alternative is left.
    #[cold]
    pub(super) fn unexpected(&self, rest: &str, expected: Expectation) -> nom::Err<Failure> {
        self.note(rest, expected);
        nom::Err::Failure(Failure)
    }

    /// The `length` bytes from the start of `rest` (zero: the token there) break a rule of their own.
    #[cold]
    pub(super) fn wrong(
        &self,
        rest: &str,
        length: usize,
        kind: ParseErrorKind,
        expected: Expectation,
    ) -> nom::Err<Failure> {
        self.furthest.set(Furthest {
            start: self.offset(rest),
            length,
            kind,
            expected,
        });
        nom::Err::Failure(Failure)
    }

    /// One more condition begins at `rest`.
    #[inline]
    pub(super) fn count_term(&self, rest: &str) -> Result<(), nom::Err<Failure>> {
        let terms = self.terms.get() + 1;
        self.terms.set(terms);
        if terms > self.parser.limits.terms {
            return Err(self.wrong(rest, 0, ParseErrorKind::TooManyTerms, Expectation::NONE));
        }
        Ok(())
    }

    /// The depth inside the bracket at `rest`, which stands at `depth`.
    #[inline]
    pub(super) fn deeper(&self, rest: &str, depth: usize) -> Result<usize, nom::Err<Failure>> {
        if depth >= self.parser.limits.depth.min(crate::Limits::MAXIMUM_DEPTH) {
            return Err(self.wrong(rest, 1, ParseErrorKind::TooDeep, Expectation::NONE));
        }
        Ok(depth + 1)
    }

    /// A tolerance was needed for the text from `start` to `end`, two rests of it.
    pub(super) fn tolerate(&self, leniency: &'static str, start: &str, end: &str) {
        self.tolerate_range(leniency, self.offset(start)..self.offset(end));
    }

    pub(super) fn tolerate_range(&self, leniency: &'static str, range: Range<usize>) {
        self.tolerated
            .borrow_mut()
            .push(Tolerated::new(leniency, range));
    }

    /// The tree, if nothing is left over; else the furthest failure.
    #[inline]
    pub(super) fn finish<T>(&self, read: Read<'_, T>) -> Result<T, ParseError> {
        match read {
            Ok(("", tree)) => Ok(tree),
            Ok((rest, _)) => {
                self.note(rest, Expectation::END);
                Err(self.error())
            }
            Err(_) => Err(self.error()),
        }
    }

    #[cold]
    fn error(&self) -> ParseError {
        let Furthest {
            start,
            length,
            kind,
            expected,
        } = self.furthest.get();
        ParseError::new(kind, self.source, start..start + length, expected)
    }

    /// In the order of the text; a place that two alternatives looked at counts once.
    pub(super) fn into_tolerated(self) -> Vec<Tolerated> {
        let mut tolerated = self.tolerated.into_inner();
        if tolerated.len() > 1 {
            tolerated.sort_by_key(|tolerated| (tolerated.range.start, tolerated.range.end));
            tolerated.dedup();
        }
        tolerated
    }
}

/// `SP*`; a tab counts as a space.
#[inline]
pub(super) fn space0<'a>(reading: &Reading<'_>, input: &'a str) -> &'a str {
    match input.as_bytes() {
        // The usual cases: one space, or none.
        [b' ', next, ..] if !matches!(next, b' ' | b'\t' | b'+') => {
            input.get(1..).unwrap_or_default()
        }
        [b' ' | b'\t' | b'+', ..] => spaces(reading, input),
        _ => input,
    }
}

/// What follows the spaces, which are not reported: a look ahead.
#[inline]
pub(super) fn past_spaces<'a>(reading: &Reading<'_>, input: &'a str) -> &'a str {
    let plus = reading.leniency().plus_for_space;
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t') || (plus && *byte == b'+');
    let length = input
        .as_bytes()
        .iter()
        .take_while(|byte| is_space(byte))
        .count();
    input.get(length..).unwrap_or_default()
}

/// Several of them, or other ones.
#[cold]
fn spaces<'a>(reading: &Reading<'_>, input: &'a str) -> &'a str {
    let rest = past_spaces(reading, input);
    if input
        .get(..input.len() - rest.len())
        .is_some_and(|read| read.contains('+'))
    {
        reading.tolerate("plus_for_space", input, rest);
    }
    rest
}

/// `SP+`
#[inline]
pub(super) fn space1<'a>(reading: &Reading<'_>, input: &'a str) -> Option<&'a str> {
    let rest = space0(reading, input);
    (rest.len() < input.len()).then_some(rest)
}
