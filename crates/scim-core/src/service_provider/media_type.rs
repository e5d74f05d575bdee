//! Which media types a request may have and which one an answer gets
//! ([RFC 7644 §3.8](https://www.rfc-editor.org/rfc/rfc7644#section-3.8)).

use super::request::Request;

/// The media type of SCIM.
pub(super) const SCIM: &str = "application/scim+json";
/// The media type that the answer gets if the client accepts this one only.
pub(super) const JSON: &str = "application/json";

/// How much a client cares for its `Accept` field being unusable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Acceptable {
    /// One of the two that can be sent.
    MediaType(&'static str),
    /// Neither.
    None,
}

/// What the client accepts: SCIM's own media type wherever possible.
pub(super) fn acceptable(request: &Request) -> Acceptable {
    let ranges: Vec<&str> = request
        .header_values("Accept")
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|range| !range.is_empty())
        .collect();
    if ranges.is_empty() || accepts(&ranges, SCIM) {
        Acceptable::MediaType(SCIM)
    } else if accepts(&ranges, JSON) {
        Acceptable::MediaType(JSON)
    } else {
        Acceptable::None
    }
}

/// Whether the most specific range that covers `media_type` has a weight above zero.
fn accepts(ranges: &[&str], media_type: &str) -> bool {
    let specificity = |range: &str| match range {
        "*/*" => Some(0),
        "application/*" => Some(1),
        _ => (range == media_type).then_some(2),
    };
    ranges
        .iter()
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next()?.to_ascii_lowercase();
            let weight = parts
                .filter_map(|parameter| {
                    parameter
                        .strip_prefix("q=")
                        .or_else(|| parameter.strip_prefix("Q="))
                })
                .find_map(|weight| weight.trim().parse::<f32>().ok())
                .unwrap_or(1.0);
            Some((specificity(&name)?, weight))
        })
        .max_by_key(|(specificity, _)| *specificity)
        .is_some_and(|(_, weight)| weight > 0.0)
}

/// Whether a body of this `Content-Type` is read; a body without one is taken for SCIM.
pub(super) fn readable(content_type: Option<&str>, lenient: bool) -> bool {
    let Some(content_type) = content_type else {
        return true;
    };
    let name = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    matches!(name.as_str(), SCIM | JSON)
        || (lenient && (name.is_empty() || name == "text/json" || name.ends_with("+json")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, expected: Acceptable) {
        assert_eq!(
            acceptable(&Request::new("GET", "/").with_header("Accept", accept)),
            expected,
            "{accept}"
        );
    }

    #[test]
    fn scim_is_sent_wherever_it_is_accepted() {
        for accept in [
            "",
            "*/*",
            "application/*",
            "application/json, */*;q=0.1",
            "APPLICATION/SCIM+JSON; charset=utf-8",
        ] {
            check(accept, Acceptable::MediaType(SCIM));
        }
    }

    #[test]
    fn plain_json_is_sent_if_nothing_else_is_accepted() {
        for accept in [
            "application/json",
            "text/html, application/json;q=0.5",
            "application/scim+json;q=0, */*",
        ] {
            check(accept, Acceptable::MediaType(JSON));
        }
    }

    #[test]
    fn neither_may_be_acceptable() {
        for accept in [
            "text/html",
            "*/*;q=0",
            "application/json;q=0, application/scim+json;q=0.0, */*",
        ] {
            check(accept, Acceptable::None);
        }
    }

    #[test]
    fn bodies_are_json() {
        for content_type in [
            None,
            Some("application/json"),
            Some("Application/SCIM+JSON;charset=UTF-8"),
        ] {
            assert!(readable(content_type, false), "{content_type:?}");
        }
        for content_type in ["text/json", "application/merge-patch+json", ""] {
            assert!(
                !readable(Some(content_type), false) && readable(Some(content_type), true),
                "{content_type}"
            );
        }
        for content_type in [
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
        ] {
            assert!(!readable(Some(content_type), true), "{content_type}");
        }
    }
}
