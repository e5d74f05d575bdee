//! [`Deviation`]: what a service does in its own way.

use std::fmt;

/// More than anybody reads; a limit on what a hostile service can make a report grow to.
const MAXIMUM_REPORTED: usize = 100;

/// What a service did otherwise than the protocol has it, and how it was understood: worth a line in the log.
///
/// # Examples
///
/// ```
/// use scim_core::client::Deviation;
///
/// let deviation = Deviation::new("media_type", "the answer has no media type; it was read as JSON");
/// assert_eq!(deviation.to_string(), "media_type: the answer has no media type; it was read as JSON");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deviation {
    /// Which of the tolerances of the client, by a name that stays the same.
    pub rule: &'static str,
    /// What was found and how it was understood, without personal data.
    pub detail: String,
}

impl Deviation {
    /// A report for a tolerance.
    #[must_use]
    pub fn new(rule: &'static str, detail: impl Into<String>) -> Self {
        Self {
            rule,
            detail: detail.into(),
        }
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.detail)
    }
}

/// Each deviation once.
#[derive(Debug, Default)]
pub(super) struct Deviations(Vec<Deviation>);

impl Deviations {
    pub(super) fn note(&mut self, rule: &'static str, detail: impl Into<String>) {
        let deviation = Deviation::new(rule, detail);
        if self.0.len() < MAXIMUM_REPORTED && !self.0.contains(&deviation) {
            self.0.push(deviation);
        }
    }

    pub(super) fn all(&self) -> &[Deviation] {
        &self.0
    }
}
