//! Regular expressions of .NET, translated for an engine that runs in linear time.
//!
//! What is spelt differently is rewritten; what the engine cannot do, or does otherwise, is refused with its place.

use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;

use regex::{Regex, RegexBuilder};

/// What a compiled pattern may need, in bytes.
const COMPILED: usize = 1 << 20;

/// Compiles a pattern of .NET; the error says what cannot be run, and where in the pattern.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    let translated = Translation::of(pattern).map_err(|(position, reason)| {
        format!("the regular expression {pattern:?} cannot be used: {reason}, at its character {position}")
    })?;
    RegexBuilder::new(&translated)
        .size_limit(COMPILED)
        .dfa_size_limit(COMPILED)
        .nest_limit(64)
        .build()
        .map_err(|error| {
            let reason = match error {
                regex::Error::CompiledTooBig(_) => {
                    "it grows too large; repeat less often".to_owned()
                }
                other => {
                    // The library prints the pattern and a caret over several lines; the last line has the reason.
                    let text = other.to_string();
                    let last = text.lines().last().unwrap_or_default();
                    last.trim_start_matches("error: ").to_owned()
                }
            };
            format!("the regular expression {pattern:?} cannot be used: {reason}")
        })
}

const NO_LOOKING: &str = "is not supported, since it cannot run in linear time; capture the surrounding text in a group instead";

/// Unicode's general categories, but for surrogates, which no text has.
const CATEGORIES: [&str; 36] = [
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc",
    "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C",
    "Cc", "Cf", "Co", "Cn",
];

struct Translation<'pattern> {
    rest: Peekable<Chars<'pattern>>,
    /// How many characters have been read.
    position: usize,
    result: String,
}

type Step = Result<(), (usize, String)>;

impl<'pattern> Translation<'pattern> {
    fn of(pattern: &'pattern str) -> Result<String, (usize, String)> {
        let mut translation = Self {
            rest: pattern.chars().peekable(),
            position: 0,
            result: String::with_capacity(pattern.len()),
        };
        while let Some(character) = translation.next() {
            match character {
                '\\' => translation.escape(false)?,
                '[' => translation.class()?,
                '(' => translation.group()?,
                '{' => translation.brace(),
                other => translation.result.push(other),
            }
        }
        Ok(translation.result)
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.next()?;
        self.position += 1;
        Some(next)
    }

    fn next_if(&mut self, wanted: char) -> bool {
        let found = self.rest.next_if_eq(&wanted).is_some();
        self.position += usize::from(found);
        found
    }

    fn refuse(&self, reason: impl Into<String>) -> Step {
        Err((self.position, reason.into()))
    }

    fn escape(&mut self, in_class: bool) -> Step {
        let Some(escaped) = self.next() else {
            return self.refuse("a backslash stands at the end");
        };
        match escaped {
            '0' => {
                let digits: String = std::iter::from_fn(|| self.octal_digit()).take(2).collect();
                let code = u32::from_str_radix(&digits, 8).unwrap_or(0);
                self.code(code);
            }
            '1'..='9' if !in_class => {
                return self.refuse(format!("the back-reference `\\{escaped}` {NO_LOOKING}"));
            }
            'k' => return self.refuse(format!("the back-reference `\\k` {NO_LOOKING}")),
            'G' => {
                return self
                    .refuse("`\\G`, the end of the match before, is not supported; leave it out");
            }
            'Z' if !in_class => {
                return self
                    .refuse("`\\Z` is not supported; write `$` or `\\z`, the end of the text");
            }
            'e' => self.result.push_str("\\x1B"),
            'b' if in_class => self.result.push_str("\\x08"),
            'c' => match self.next().filter(char::is_ascii_alphabetic) {
                Some(letter) => {
                    let code = u32::from(letter.to_ascii_uppercase()) - 64;
                    self.code(code);
                }
                None => return self.refuse("`\\c` needs a letter"),
            },
            'p' | 'P' => return self.category(escaped),
            // The engine reads these two as the edges of words.
            '<' | '>' => self.result.push(escaped),
            'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'b' | 'B' | 'A' | 'z' | 'n' | 'r' | 't' | 'f'
            | 'v' | 'a' | 'x' | 'u' => self.result.extend(['\\', escaped]),
            letter if letter.is_alphanumeric() || letter == '_' => {
                return self.refuse(format!("`\\{letter}` is no escape that .NET knows"));
            }
            other if other.is_ascii() => self.result.extend(['\\', other]),
            other => self.result.push(other),
        }
        Ok(())
    }

    /// `\p{Lu}`. The engine knows scripts and other properties too, some of them by the names of .NET's blocks.
    fn category(&mut self, letter: char) -> Step {
        if !self.next_if('{') {
            return self.refuse(format!(
                "`\\{letter}` needs a category, such as `\\{letter}{{Lu}}`"
            ));
        }
        let mut name = String::new();
        loop {
            match self.next() {
                Some('}') => break,
                Some(character) => name.push(character),
                None => return self.refuse(format!("the brace of `\\{letter}{{` is not closed")),
            }
        }
        if !CATEGORIES.contains(&name.as_str()) {
            return self.refuse(format!(
                "`\\{letter}{{{name}}}` is not supported; use a general category, one of {}, or write the characters as `[\\u0370-\\u03FF]`",
                CATEGORIES.join(", ")
            ));
        }
        self.result.extend(['\\', letter, '{']);
        self.result.push_str(&name);
        self.result.push('}');
        Ok(())
    }

    fn code(&mut self, code: u32) {
        // Writing to a String cannot fail.
        let _ = write!(self.result, "\\x{{{code:X}}}");
    }

    fn octal_digit(&mut self) -> Option<char> {
        let digit = self.rest.next_if(|digit| ('0'..='7').contains(digit))?;
        self.position += 1;
        Some(digit)
    }

    /// The inside of brackets, where the engine knows sets in sets and operators which are plain characters in .NET.
    fn class(&mut self) -> Step {
        let start = self.position;
        self.result.push('[');
        if self.next_if('^') {
            self.result.push('^');
        }
        let mut first = true;
        loop {
            match self.next() {
                None => return Err((start, "the bracket `[` is not closed".to_owned())),
                Some(']') if first => self.result.push_str("\\]"),
                Some(']') => {
                    self.result.push(']');
                    return Ok(());
                }
                Some('\\') => self.escape(true)?,
                // .NET's subtraction, such as [a-z-[aeiou]].
                Some('-') if !first && self.next_if('[') => {
                    self.result.push_str("--");
                    self.class()?;
                }
                Some('-') if self.rest.peek() == Some(&'-') => {
                    self.result.push_str("-\\-");
                    self.next();
                }
                Some(literal @ ('[' | '&' | '~')) => self.result.extend(['\\', literal]),
                // Under the option `x` the engine passes over these, and .NET does not.
                Some(literal) if literal == '#' || literal.is_whitespace() => {
                    self.code(u32::from(literal));
                }
                Some(other) => self.result.push(other),
            }
            first = false;
        }
    }

    fn group(&mut self) -> Step {
        if !self.next_if('?') {
            self.result.push('(');
            return Ok(());
        }
        match self.next() {
            Some(':') => self.result.push_str("(?:"),
            Some('=') => return self.refuse(format!("the look-ahead `(?=` {NO_LOOKING}")),
            Some('!') => return self.refuse(format!("the look-ahead `(?!` {NO_LOOKING}")),
            Some('>') => return self.refuse(format!("the atomic group `(?>` {NO_LOOKING}")),
            Some('(') => return self.refuse(format!("the conditional `(?(` {NO_LOOKING}")),
            Some('#') => loop {
                match self.next() {
                    Some(')') => break,
                    Some(_) => {}
                    None => return self.refuse("the comment `(?#` is not closed"),
                }
            },
            Some('<') => match self.rest.peek() {
                Some('=') => {
                    return self.refuse(format!("the look-behind `(?<=` {NO_LOOKING}"));
                }
                Some('!') => {
                    return self.refuse(format!("the look-behind `(?<!` {NO_LOOKING}"));
                }
                _ => self.name('>')?,
            },
            Some('\'') => self.name('\'')?,
            Some(option) => {
                self.result.extend(['(', '?']);
                return self.options(option);
            }
            None => return self.refuse("the group `(?` is not finished"),
        }
        Ok(())
    }

    fn name(&mut self, end: char) -> Step {
        let mut name = String::new();
        loop {
            match self.next() {
                Some(character) if character == end => break,
                Some('-') => {
                    return self.refuse(format!("a balancing group {NO_LOOKING}"));
                }
                Some(character) if character.is_alphanumeric() || character == '_' => {
                    name.push(character);
                }
                _ => return self.refuse("a group's name has letters, digits and `_` only"),
            }
        }
        if name.chars().next().is_none_or(char::is_numeric) {
            return self
                .refuse("a group's name begins with a letter here; numbers follow by themselves");
        }
        self.result.push_str("(?<");
        self.result.push_str(&name);
        self.result.push('>');
        Ok(())
    }

    fn options(&mut self, first: char) -> Step {
        let mut option = first;
        loop {
            match option {
                'i' | 'm' | 's' | 'x' | '-' => self.result.push(option),
                'n' => {
                    return self.refuse(
                        "the option `n` is not supported; write `(?:` for groups without a number",
                    );
                }
                ':' | ')' => {
                    self.result.push(option);
                    return Ok(());
                }
                other => {
                    return self.refuse(format!("`(?{other}` begins no group that .NET knows"));
                }
            }
            match self.next() {
                Some(next) => option = next,
                None => return self.refuse("the group `(?` is not finished"),
            }
        }
    }

    /// A brace that begins no repetition stands for itself in .NET.
    fn brace(&mut self) {
        let mut ahead = self.rest.clone();
        let mut digits = 0;
        while ahead.next_if(char::is_ascii_digit).is_some() {
            digits += 1;
        }
        if ahead.next_if_eq(&',').is_some() {
            while ahead.next_if(char::is_ascii_digit).is_some() {}
        }
        if digits > 0 && ahead.next() == Some('}') {
            self.result.push('{');
        } else {
            self.result.push_str("\\{");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Translation, compile};

    #[test]
    fn what_is_spelt_differently_is_rewritten() {
        for (pattern, translated) in [
            ("(?'cc'\\d+)", "(?<cc>\\d+)"),
            ("[(?'a]", "[(?'a]"),
            ("[a-z-[aeiou]]", "[a-z--[aeiou]]"),
            ("[[&&~]", "[\\[\\&\\&\\~]"),
            ("[]x]", "[\\]x]"),
            ("[+--]", "[+-\\-]"),
            ("\\<b\\>", "<b>"),
            ("\\@", "\\@"),
            ("a{2}{x}", "a{2}\\{x}"),
            ("(?#note)a", "a"),
            ("\\e\\cA\\012", "\\x1B\\x{1}\\x{A}"),
            ("(?i-s:a)", "(?i-s:a)"),
            ("\\p{Lu}[^\\P{Nd}]", "\\p{Lu}[^\\P{Nd}]"),
            ("(?x)[ #a]", "(?x)[\\x{20}\\x{23}a]"),
        ] {
            assert_eq!(Translation::of(pattern).as_deref(), Ok(translated));
            compile(pattern).unwrap();
        }
    }

    #[test]
    fn what_cannot_run_in_linear_time_is_refused() {
        for (pattern, part) in [
            ("a(?=b)", "look-ahead `(?=`"),
            ("a(?!b)", "look-ahead `(?!`"),
            ("(?<=a)b", "look-behind `(?<=`"),
            ("(?<!a)b", "look-behind `(?<!`"),
            ("(?>a)", "atomic"),
            ("(a)\\1", "back-reference `\\1`"),
            ("(?<n>a)\\k<n>", "back-reference `\\k`"),
            ("(?(a)b|c)", "conditional"),
            ("(?<a-b>c)", "balancing"),
            ("(?n)a", "option `n`"),
            ("(?P<a>b)", "begins no group"),
            ("a\\Z", "`\\Z`"),
            ("\\y", "no escape"),
            ("(?<1>a)", "begins with a letter"),
            ("[a", "not closed"),
            ("(", "unclosed group"),
            (
                "\\p{IsGreek}",
                "`\\p{IsGreek}` is not supported; use a general category",
            ),
            ("\\pL", "needs a category"),
            ("\\p{L", "brace of `\\p{` is not closed"),
            ("a(?#note", "comment `(?#` is not closed"),
            ("(((a{100}){100}){100}){100}", "too large"),
        ] {
            let error = compile(pattern).unwrap_err();
            assert!(error.contains(part), "{pattern}: {error}");
        }
    }
}
