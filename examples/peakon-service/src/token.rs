//! The bearer token of an account.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::random::{NoRandomness, hexadecimal, written};

/// A bearer token ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)), which `Debug` does not show.
///
/// ```
/// use peakon_service::Token;
///
/// let token: Token = "s3cret-token".parse()?;
/// assert_eq!(format!("{token:?}"), "Token(not shown)");
/// assert_eq!(token.reveal(), "s3cret-token");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Token(String);

/// Text that cannot be a bearer token. The text itself is not repeated: it may be a secret with a typing mistake.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Nothing at all.
    #[error("the token is empty: give one, or leave it out")]
    Empty,
    /// A character that an `Authorization` header cannot carry in a bearer token.
    #[error(
        "character {position} of the token is none of those that a bearer token may have \
         (letters, digits, `-._~+/`, and `=` at the end; RFC 6750, section 2.1)"
    )]
    Character {
        /// Which character, counted from 1.
        position: usize,
    },
}

impl Token {
    /// Makes a token of 256 random bits.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    ///
    /// ```
    /// let token = peakon_service::Token::generate()?;
    /// assert_eq!(token.reveal().len(), 64);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn generate() -> Result<Self, NoRandomness> {
        hexadecimal::<32>().map(Self)
    }

    /// The token itself, to be sent in a request or shown once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.0)
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let body = text.trim_end_matches('=');
        if body.is_empty() {
            return Err(TokenError::Empty);
        }
        let allowed =
            |character: char| character.is_ascii_alphanumeric() || "-._~+/".contains(character);
        match body.chars().position(|character| !allowed(character)) {
            Some(index) => Err(TokenError::Character {
                position: index + 1,
            }),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(not shown)")
    }
}

/// What is kept of a token: its SHA-256 hash.
#[derive(Clone)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// As hexadecimal digits.
    pub(crate) fn written(&self) -> String {
        written(self.0)
    }

    /// The part by which it is looked up. It says nothing about the token: that would have to be found for a hash.
    pub(crate) fn prefix(&self) -> String {
        written(self.0.into_iter().take(8))
    }

    /// Whether this is how it is written, in a time that does not depend on where they differ.
    pub(crate) fn is_written(&self, text: &str) -> bool {
        let own = self.written();
        let difference = own
            .bytes()
            .zip(text.bytes())
            .fold(0, |sum, (a, b)| sum | (a ^ b));
        std::hint::black_box(difference) == 0 && own.len() == text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_it() {
        let token = Token::generate().unwrap();
        assert!(!format!("{token:?}").contains(token.reveal()));
    }

    /// P-7644-7.4-1: 256 bits.
    #[test]
    fn a_token_cannot_be_guessed() {
        let (one, other) = (Token::generate().unwrap(), Token::generate().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.reveal().len(), 64);
        assert!(one.reveal().bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn only_the_same_text_has_the_same_fingerprint() {
        let fingerprint = Fingerprint::of("abc");
        let is_that_of = |text: &str| fingerprint.is_written(&Fingerprint::of(text).written());
        assert!(is_that_of("abc"));
        assert!(!is_that_of("abd"));
        assert!(!is_that_of(""));
        assert!(!fingerprint.is_written(&fingerprint.prefix()));
    }

    #[test]
    fn says_where_a_token_is_malformed() {
        assert!(matches!("".parse::<Token>(), Err(TokenError::Empty)));
        assert!(matches!("==".parse::<Token>(), Err(TokenError::Empty)));
        assert!(matches!(
            "ab c".parse::<Token>(),
            Err(TokenError::Character { position: 3 })
        ));
        assert!("YWJj-._~+/==".parse::<Token>().is_ok());
    }
}
