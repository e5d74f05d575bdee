//! [`Presence`]: absent, null, or set.

use serde_json::Value;

use super::Resource;

/// What a JSON object says of a member.
///
/// For the state of a resource null and an empty array are the same as absent
/// ([RFC 7643, section 2.5](https://www.rfc-editor.org/rfc/rfc7643#section-2.5)); so a typed resource has two states, and
/// [`read`](crate::schema::RegisteredResourceType::read) leaves nulls out. The three differ in what a client *asks*: in the
/// value of a PATCH operation without path, where absent leaves an attribute alone and null clears it
/// ([RFC 7644, section 3.5.2.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2.3)), and in a JSON object as it came.
///
/// ```
/// use scim_core::resource::{Presence, Resource};
///
/// let asked: Resource = serde_json::from_str(r#"{ "title": null, "nickName": "Babs" }"#)?;
/// assert_eq!(asked.presence("TITLE"), Presence::Null);
/// assert_eq!(asked.presence("nickName"), Presence::Set(&"Babs".into()));
/// assert_eq!(asked.presence("locale"), Presence::Absent);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "JSON has no fourth state of a member"
)]
pub enum Presence<'r> {
    /// There is no such member.
    Absent,
    /// The member is null.
    Null,
    /// The member has a value, which may be an empty array or text.
    Set(&'r Value),
}

/// Without the value, which may be a secret.
impl std::fmt::Debug for Presence<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Null => "Null",
            Self::Set(_) => "Set([redacted])",
        })
    }
}

impl Resource {
    /// Whether the top-level member with this name, without regard to ASCII case, is absent, null, or set.
    #[must_use]
    pub fn presence(&self, name: &str) -> Presence<'_> {
        match self.get(name) {
            None => Presence::Absent,
            Some(Value::Null) => Presence::Null,
            Some(value) => Presence::Set(value),
        }
    }
}
