//! What was done, told on the page that comes after it.

use http::{HeaderMap, HeaderValue};

use super::sessions::{cookies, set_cookie};

const COOKIE: &str = "notice";

/// What was done. A browser brings it back as a word, so that no text of a stranger can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    LoggedOut,
    TokenRevoked,
    AttributeAdded,
    AttributeRenamed,
    AttributeRetired,
    AttributeRestored,
}

impl Notice {
    const ALL: [Self; 6] = [
        Self::LoggedOut,
        Self::TokenRevoked,
        Self::AttributeAdded,
        Self::AttributeRenamed,
        Self::AttributeRetired,
        Self::AttributeRestored,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::LoggedOut => "logged-out",
            Self::TokenRevoked => "token-revoked",
            Self::AttributeAdded => "attribute-added",
            Self::AttributeRenamed => "attribute-renamed",
            Self::AttributeRetired => "attribute-retired",
            Self::AttributeRestored => "attribute-restored",
        }
    }

    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::LoggedOut => "You are logged out.",
            Self::TokenRevoked => "The token is revoked. Requests with it are refused from now on.",
            Self::AttributeAdded => {
                "The attribute is added. The directory finds it in /Schemas from now on."
            }
            Self::AttributeRenamed => {
                "The attribute is renamed. Use its new SCIM path in the mappings of the directory."
            }
            Self::AttributeRetired => {
                "The attribute is retired. Its values are kept, and come back if it is restored."
            }
            Self::AttributeRestored => "The attribute is restored, with its values.",
        }
    }

    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let (_, word) = cookies(headers).find(|(name, _)| *name == COOKIE)?;
        Self::ALL.into_iter().find(|notice| notice.word() == word)
    }

    pub(super) fn cookie(self, is_secure: bool) -> Option<HeaderValue> {
        set_cookie(COOKIE, self.word(), "; Max-Age=60", is_secure)
    }

    /// The field that makes a browser forget it: it has been told.
    pub(super) fn no_cookie(is_secure: bool) -> Option<HeaderValue> {
        set_cookie(COOKIE, "", "; Max-Age=0", is_secure)
    }
}
