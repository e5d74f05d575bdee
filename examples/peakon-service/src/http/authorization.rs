//! Bearer tokens in requests ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)).

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::token::Fingerprint;

/// What the `Authorization` field says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Credentials {
    /// The right token.
    Right,
    /// A wrong token, or something else than one bearer token.
    Wrong,
    /// None.
    Missing,
}

impl Credentials {
    /// The challenge for who has not shown the right token: without an error code if he showed none.
    pub(super) const fn challenge(&self) -> &'static str {
        match self {
            Self::Missing => r#"Bearer realm="scim""#,
            Self::Right | Self::Wrong => r#"Bearer realm="scim", error="invalid_token""#,
        }
    }
}

/// Judges the header fields of a request; a token in the query is not looked at.
pub(super) fn credentials(headers: &HeaderMap, expected: &Fingerprint) -> Credentials {
    let mut fields = headers.get_all(AUTHORIZATION).iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return if headers.contains_key(AUTHORIZATION) {
            Credentials::Wrong
        } else {
            Credentials::Missing
        };
    };
    let token = field.to_str().ok().and_then(|text| text.split_once(' '));
    match token {
        Some((scheme, token))
            if scheme.eq_ignore_ascii_case("Bearer")
                && Fingerprint::of(token).is_same_as(expected) =>
        {
            Credentials::Right
        }
        _ => Credentials::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fields: &[&str], judgement: &Credentials) {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(AUTHORIZATION, field.parse().unwrap());
        }
        assert_eq!(
            credentials(&headers, &Fingerprint::of("abc")),
            *judgement,
            "{fields:?}"
        );
    }

    /// H-6750-3
    #[test]
    fn one_bearer_token_and_nothing_else() {
        check(&[], &Credentials::Missing);
        check(&["Bearer abc"], &Credentials::Right);
        check(&["bearer abc"], &Credentials::Right);
        for wrong in [
            "Bearer abcd",
            "Bearer  abc",
            "Bearer",
            "Basic abc",
            "abc",
            "",
        ] {
            check(&[wrong], &Credentials::Wrong);
        }
        check(&["Bearer abc", "Bearer abc"], &Credentials::Wrong);
    }
}
