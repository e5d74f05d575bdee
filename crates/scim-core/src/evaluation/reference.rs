//! When two URIs refer to the same thing.

mod normal;

use normal::normal;

/// Whether two references are equal although their texts differ: they may be written otherwise than in their normal form, resource
/// URIs may differ in a version segment
/// ([RFC 7643, section 2.4](https://www.rfc-editor.org/rfc/rfc7643#section-2.4)), and where both name resources of this
/// service (`resolvable`) one may be relative to the base that the other spells out.
pub(crate) fn same_reference(left: &str, right: &str, resolvable: bool) -> bool {
    let (left, right) = (normal(left), normal(right));
    if without_version(&left).eq(without_version(&right)) {
        return true;
    }
    resolvable
        && match (is_absolute(&left), is_absolute(&right)) {
            (true, false) => ends_with_segments(&left, &right),
            (false, true) => ends_with_segments(&right, &left),
            _ => false,
        }
}

/// The segments that two references to one thing have in common, each after a slash.
#[cfg(feature = "sql")]
pub(crate) fn path(uri: &str) -> String {
    joined(without_version(&normal(uri)))
}

/// With which segments an absolute reference ends if this relative one is to mean the same. Those of an absolute reference, and
/// those that are too few to name a resource, mean nothing.
#[cfg(feature = "sql")]
pub(crate) fn tail(uri: &str) -> Option<String> {
    let uri = normal(uri);
    let is_enough = !is_absolute(&uri) && named_segments(&uri).count() >= 2;
    is_enough.then(|| joined(named_segments(&uri)))
}

#[cfg(feature = "sql")]
fn joined<'u>(segments: impl Iterator<Item = &'u str>) -> String {
    let mut joined = String::new();
    for segment in segments {
        joined.push('/');
        joined.push_str(segment);
    }
    joined
}

pub(crate) fn is_absolute(uri: &str) -> bool {
    uri.contains("://")
}

fn without_version(uri: &str) -> impl DoubleEndedIterator<Item = &str> {
    uri.split('/').filter(|segment| !is_version(segment))
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix(['v', 'V']).is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether the segments of the absolute URI end with those of the relative one: a resource type and an id at the least.
fn ends_with_segments(absolute: &str, relative: &str) -> bool {
    let mut segments = without_version(absolute).rev();
    named_segments(relative).count() >= 2
        && named_segments(relative)
            .rev()
            .all(|segment| segments.next() == Some(segment))
}

fn named_segments(relative: &str) -> impl DoubleEndedIterator<Item = &str> {
    without_version(relative).filter(|segment| !matches!(*segment, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::same_reference;

    #[test]
    fn a_version_segment_makes_no_difference() {
        assert!(same_reference(
            "https://h/Users/1",
            "https://h/v2/Users/1",
            false
        ));
        assert!(same_reference(
            "https://h/v1/Users/1",
            "https://h/v2/Users/1",
            false
        ));
        assert!(!same_reference(
            "https://h/Users/1",
            "https://h/Users/2",
            true
        ));
    }

    #[test]
    fn a_relative_reference_to_a_resource_is_resolved() {
        assert!(same_reference(
            "https://h/scim/v2/Users/1",
            "/Users/1",
            true
        ));
        assert!(same_reference("Users/1", "https://h/scim/v2/Users/1", true));
        assert!(!same_reference(
            "https://h/scim/v2/Users/1",
            "/Users/1",
            false
        ));
        assert!(!same_reference("https://h/scim/v2/Users/1", "1", true));
    }
}
