//! `If-Match` and `If-None-Match` ([RFC 7644 §3.14](https://www.rfc-editor.org/rfc/rfc7644#section-3.14)), and the
//! versions they are compared with.

use super::request::Request;
use crate::compatibility::Tolerating;

/// The conditions under which a request is to be carried out.
///
/// Tags are compared weakly on both fields: the versions of SCIM are weak tags, which HTTP's strong comparison would
/// never match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Preconditions {
    if_match: Option<Tags>,
    if_none_match: Option<Tags>,
}

/// What the conditions say about the resource as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The request may go on.
    Holds,
    /// A condition fails: 412.
    Fails,
    /// The client's copy is still good: 304 for a read, 412 for a write.
    Unchanged,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Tags {
    /// `*`: any version, so long as the resource exists.
    Any,
    /// Opaque tags, without the mark of weakness and the quotes.
    Listed(Vec<String>),
}

impl Preconditions {
    pub(super) fn of(request: &Request, tolerating: &mut Tolerating<'_>) -> Self {
        Self {
            if_match: Tags::of(request, "If-Match", tolerating),
            if_none_match: Tags::of(request, "If-None-Match", tolerating),
        }
    }

    /// Those of an operation in a bulk request, whose `version` works as `If-Match`
    /// ([RFC 7644 §3.7](https://www.rfc-editor.org/rfc/rfc7644#section-3.7)).
    pub(super) fn of_version(version: Option<&str>, tolerating: &mut Tolerating<'_>) -> Self {
        Self {
            if_match: version.map(|version| Tags::read(&[version], "version", tolerating)),
            if_none_match: None,
        }
    }

    /// Whether the resource has to be seen before the request can be carried out.
    pub(super) const fn any(&self) -> bool {
        self.if_match.is_some() || self.if_none_match.is_some()
    }

    /// Whether the client named the version it wants to change, so that a changed resource is an answer, not a reason
    /// to try again.
    pub(super) const fn names_version(&self) -> bool {
        matches!(self.if_match, Some(Tags::Listed(_)))
    }

    /// `If-Match` is judged before `If-None-Match` (RFC 9110 §13.2.2).
    pub(super) fn judge(&self, version: Option<&str>) -> Verdict {
        if self
            .if_match
            .as_ref()
            .is_some_and(|tags| !tags.contain(version))
        {
            Verdict::Fails
        } else if self
            .if_none_match
            .as_ref()
            .is_some_and(|tags| tags.contain(version))
        {
            Verdict::Unchanged
        } else {
            Verdict::Holds
        }
    }
}

impl Tags {
    fn of(request: &Request, name: &str, tolerating: &mut Tolerating<'_>) -> Option<Self> {
        let values: Vec<&str> = request.header_values(name).collect();
        (!values.is_empty()).then(|| Self::read(&values, name, tolerating))
    }

    fn read(values: &[&str], name: &str, tolerating: &mut Tolerating<'_>) -> Self {
        let tags: Vec<&str> = values.iter().flat_map(|value| split(value)).collect();
        if tags.contains(&"*") {
            return Self::Any;
        }
        let unquoted = tolerating.compatibility.unquoted_entity_tags;
        if unquoted && tags.iter().any(|tag| !tag.ends_with('"')) {
            let detail = "a tag without quotes was read";
            tolerating.note("unquoted_entity_tags", name, detail);
        }
        let readable = tags
            .into_iter()
            .filter(|tag| unquoted || tag.ends_with('"'));
        Self::Listed(readable.map(|tag| opaque(tag).to_owned()).collect())
    }

    fn contain(&self, version: Option<&str>) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(tags) => {
                version.is_some_and(|version| tags.iter().any(|tag| tag == opaque(version)))
            }
        }
    }
}

/// The tags of one field value. A comma inside quotes belongs to its tag.
fn split(value: &str) -> Vec<&str> {
    let mut quoted = false;
    value
        .split(|character| {
            quoted ^= character == '"';
            character == ',' && !quoted
        })
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .collect()
}

/// A tag without the mark of weakness and the quotes, which some clients leave out.
fn opaque(tag: &str) -> &str {
    let tag = tag.trim();
    let tag = tag
        .strip_prefix("W/")
        .or_else(|| tag.strip_prefix("w/"))
        .unwrap_or(tag);
    tag.strip_prefix('"')
        .and_then(|tag| tag.strip_suffix('"'))
        .unwrap_or(tag)
}

/// The version of a resource that was just created.
pub(super) const FIRST_VERSION: &str = "W/\"1\"";

/// The version that follows `version`: versions count the effective changes of a resource
/// ([RFC 7644 §3.14](https://www.rfc-editor.org/rfc/rfc7644#section-3.14)).
///
/// A version which some other program wrote is not a number; counting then starts anew, which differs from it too.
///
/// ```
/// use scim_core::service_provider::next_version;
///
/// assert_eq!(next_version(Some("W/\"9\"")), "W/\"10\"");
/// ```
#[must_use]
pub fn next_version(version: Option<&str>) -> String {
    version
        .and_then(|version| opaque(version).parse::<u64>().ok())
        .and_then(|count| count.checked_add(1))
        .map_or_else(
            || FIRST_VERSION.to_owned(),
            |count| format!("W/\"{count}\""),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compatibility::Compatibility;

    fn preconditions(request: &Request, compatibility: Compatibility) -> Preconditions {
        Preconditions::of(
            request,
            &mut Tolerating {
                compatibility: &compatibility,
                tolerated: &mut Vec::new(),
            },
        )
    }

    fn verdict(name: &str, value: &str, version: Option<&str>) -> Verdict {
        let request = Request::new("GET", "/").with_header(name, value);
        preconditions(&request, Compatibility::standard()).judge(version)
    }

    #[test]
    fn weak_tags_match_whatever_their_dress() {
        for value in ["W/\"3\"", "\"3\"", "3", "\"1\", W/\"3\"", "*"] {
            assert_eq!(
                verdict("If-Match", value, Some("W/\"3\"")),
                Verdict::Holds,
                "{value}"
            );
            assert_eq!(
                verdict("if-none-match", value, Some("W/\"3\"")),
                Verdict::Unchanged,
                "{value}"
            );
        }
    }

    #[test]
    fn other_tags_do_not_match() {
        for value in ["W/\"33\"", "\"\"", "", "\"1,3\"", "W/"] {
            assert_eq!(
                verdict("If-Match", value, Some("W/\"3\"")),
                Verdict::Fails,
                "{value}"
            );
            assert_eq!(
                verdict("If-None-Match", value, Some("W/\"3\"")),
                Verdict::Holds,
                "{value}"
            );
        }
        assert_eq!(verdict("If-Match", "W/\"3\"", None), Verdict::Fails);
    }

    #[test]
    fn tags_without_quotes_are_a_tolerance() {
        let request = Request::new("GET", "/").with_header("If-Match", "3");
        assert_eq!(
            preconditions(&request, Compatibility::strict()).judge(Some("W/\"3\"")),
            Verdict::Fails
        );
    }

    #[test]
    fn versions_count() {
        assert_eq!(next_version(Some("W/\"9\"")), "W/\"10\"");
        assert_eq!(next_version(Some("abc")), FIRST_VERSION);
        assert_eq!(
            next_version(Some(&format!("W/\"{}\"", u64::MAX))),
            FIRST_VERSION
        );
        assert_eq!(next_version(None), FIRST_VERSION);
    }
}
