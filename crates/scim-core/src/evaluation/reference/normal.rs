//! The normal form of a URI ([RFC 3986, section 6.2](https://www.rfc-editor.org/rfc/rfc3986#section-6.2)).

use std::borrow::Cow;

/// The form in which equal URIs are the same text: scheme and host in lower case, percent-encoding only where it is needed and in
/// capitals, without `.` and `..` segments, and without a port that the scheme implies. What is not well-formed stays as it is.
pub(super) fn normal(uri: &str) -> Cow<'_, str> {
    if is_normal(uri) {
        return Cow::Borrowed(uri);
    }
    let (scheme, rest) = split_scheme(uri);
    let scheme = scheme.map(str::to_ascii_lowercase);
    let (rest, suffix) = split_before(rest, &['?', '#']);
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = split_before(rest, &['/']);
            (Some(authority), path)
        }
        None => (None, rest),
    };
    let mut normal = String::with_capacity(uri.len() + 1);
    if let Some(scheme) = &scheme {
        normal.push_str(scheme);
        normal.push(':');
    }
    if let Some(authority) = authority {
        normal.push_str("//");
        push_authority(&mut normal, authority, scheme.as_deref());
    }
    let was_rooted = path.starts_with('/');
    let path = decoded(path);
    let is_hierarchical = scheme.is_none() || path.starts_with('/');
    let path = if is_hierarchical {
        without_dots(&path)
    } else {
        path.into_owned()
    };
    // Without this, its start would be read as a host, as the root or as a scheme.
    if authority.is_none() && path.starts_with("//") {
        normal.push_str("/.");
    } else if scheme.is_none()
        && authority.is_none()
        && (path.starts_with('/') != was_rooted || split_scheme(&path).0.is_some())
    {
        normal.push_str("./");
    }
    normal.push_str(&path);
    if authority.is_some() && path.is_empty() {
        normal.push('/');
    }
    normal.push_str(&decoded(suffix));
    Cow::Owned(normal)
}

/// Most are: nobody pays for those that are not.
fn is_normal(uri: &str) -> bool {
    let (scheme, rest) = split_scheme(uri);
    let authority = rest
        .strip_prefix("//")
        .map(|rest| split_before(rest, &['/', '?', '#']));
    let is_lower = |text: &str| !text.bytes().any(|byte| byte.is_ascii_uppercase());
    !uri.contains('%')
        && !rest.contains("/.")
        && !rest.starts_with('.')
        && scheme.is_none_or(is_lower)
        && authority.is_none_or(|(authority, path)| {
            is_lower(authority) && !authority.contains(':') && path.starts_with('/')
        })
}

fn split_scheme(uri: &str) -> (Option<&str>, &str) {
    let is_scheme = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    };
    match uri.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
        _ => (None, uri),
    }
}

/// What stands before the first of these characters, and the rest.
fn split_before<'u>(text: &'u str, characters: &[char]) -> (&'u str, &'u str) {
    text.split_at(text.find(characters).unwrap_or(text.len()))
}

fn push_authority(normal: &mut String, authority: &str, scheme: Option<&str>) {
    let host = match authority.rsplit_once('@') {
        Some((user, host)) => {
            normal.push_str(&decoded(user));
            normal.push('@');
            host
        }
        None => authority,
    };
    let implied = match scheme {
        Some("http") => ":80",
        Some("https") => ":443",
        _ => ":",
    };
    let host = host.strip_suffix(implied).unwrap_or(host);
    let host = host.strip_suffix(':').unwrap_or(host);
    // Letters that were encoded are no capitals either; the digits of what stays encoded are.
    normal.push_str(&decoded(&decoded(host).to_ascii_lowercase()));
}

/// Characters that need no percent-encoding as they are, the others in capitals.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split('%');
    let mut decoded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part
            .get(..2)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            Some(code)
                if code.is_ascii_alphanumeric() || matches!(code, b'-' | b'.' | b'_' | b'~') =>
            {
                decoded.push(char::from(code));
            }
            Some(_) => {
                let digits = part.get(..2).unwrap_or_default();
                decoded.push('%');
                decoded.push_str(&digits.to_ascii_uppercase());
            }
            None => decoded.push('%'),
        }
        decoded.push_str(match code {
            Some(_) => part.get(2..).unwrap_or_default(),
            None => part,
        });
    }
    Cow::Owned(decoded)
}

/// A path without the segments that stand for another place: those at the start of a relative one lead out of it, and stay.
fn without_dots(path: &str) -> String {
    let (root, relative) = match path.strip_prefix('/') {
        Some(relative) => ("/", relative),
        None => ("", path),
    };
    let mut segments: Vec<&str> = Vec::new();
    let mut ends_in_place = false;
    for segment in relative.split('/') {
        ends_in_place = matches!(segment, "." | "..");
        match segment {
            "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => drop(segments.pop()),
            ".." if !root.is_empty() => {}
            other => segments.push(other),
        }
    }
    if ends_in_place && segments.last().is_some_and(|last| *last != "..") {
        segments.push("");
    }
    format!("{root}{}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{normal, split_before, split_scheme};

    /// C-7643-2.4-7; the examples of RFC 3986, sections 5.2.4 and 6.2.2 among them.
    #[test]
    fn the_same_in_one_form() {
        for (uri, expected) in [
            ("HTTPS://H/a/../b", "https://h/b"),
            (
                "eXAMPLE://a/./b/../b/%63/%7bfoo%7d",
                "example://a/b/c/%7Bfoo%7D",
            ),
            ("http://h/a/b/c/./../../g", "http://h/a/g"),
            ("http://h/../a/..", "http://h/"),
            ("http://example.com", "http://example.com/"),
            ("http://example.com:/", "http://example.com/"),
            (
                "https://Ann@EXAMPLE.com:443/X?q=/./",
                "https://Ann@example.com/X?q=/./",
            ),
            ("http://example.com:8080/", "http://example.com:8080/"),
            ("https://[::1]:443/Users/1", "https://[::1]/Users/1"),
            ("https://h/a%2Fb%zz%", "https://h/a%2Fb%zz%"),
            ("../Users/x/../%31", "../Users/1"),
            ("./Users/1", "Users/1"),
            ("URN:Example:a%2e", "urn:Example:a."),
            ("/Users/1", "/Users/1"),
            ("", ""),
        ] {
            assert_eq!(normal(uri), expected, "{uri}");
        }
    }

    proptest! {
        #[test]
        fn a_well_formed_normal_form_is_its_own(uri in r"(https?:|HTTP:)?(//([aA]{1,2}@)?[aA]{0,2}(:[0-9]{0,3})?)?(/[aB.]{0,3}){0,4}(/(%[2347][0-9a-fA-F]|a|:){0,3})?[?#a]{0,2}") {
            // Two slashes of the path may have come to stand where a host is expected, with what no port is.
            let authority = split_scheme(&uri).1.strip_prefix("//").unwrap_or_default();
            let port = split_before(authority, &['/', '?', '#']).0.split_once(':');
            prop_assume!(port.is_none_or(|(_, port)| port.bytes().all(|digit| digit.is_ascii_digit())));
            let once = normal(&uri).into_owned();
            prop_assert_eq!(normal(&once), once.as_str());
        }
    }
}
