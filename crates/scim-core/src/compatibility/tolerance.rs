//! [`Tolerance`].

use super::Compatibility;

/// More than anybody reads; a limit on what one hostile request can make a report grow to.
const MAXIMUM_REPORTED: usize = 100;

/// The report that a flag decided the outcome: which one, where, and what was made of it.
///
/// ```
/// use scim_core::compatibility::Tolerance;
///
/// let tolerance = Tolerance::new("booleans_as_text", "active", "\"True\" was read as true");
/// assert_eq!(tolerance.to_string(), "active: \"True\" was read as true (booleans_as_text)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {detail} ({what})")]
#[non_exhaustive]
pub struct Tolerance {
    /// The name of the flag of [`Compatibility`] that allowed it.
    pub what: &'static str,
    /// The attribute, in path notation, or the part of the request.
    pub path: String,
    /// How it was understood. Texts that were sent are not repeated.
    pub detail: String,
}

impl Tolerance {
    /// A report for a flag, a place and what was done.
    ///
    /// ```
    /// use scim_core::compatibility::Tolerance;
    ///
    /// assert_eq!(Tolerance::new("empty_add", "emails", "nothing added").what, "empty_add");
    /// ```
    #[must_use]
    pub fn new(what: &'static str, path: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            what,
            path: path.into(),
            detail: detail.into(),
        }
    }
}

/// The flags in use, and the report of what they have allowed so far.
#[derive(Debug)]
pub(crate) struct Tolerating<'t> {
    pub(crate) compatibility: &'t Compatibility,
    pub(crate) tolerated: &'t mut Vec<Tolerance>,
}

impl Tolerating<'_> {
    /// What is made of something, and what had to be tolerated for it.
    pub(crate) fn report<T, E>(
        compatibility: &Compatibility,
        make: impl FnOnce(&mut Tolerating<'_>) -> Result<T, E>,
    ) -> Result<(T, Vec<Tolerance>), E> {
        let mut tolerated = Vec::new();
        let result = make(&mut Tolerating {
            compatibility,
            tolerated: &mut tolerated,
        })?;
        Ok((result, tolerated))
    }

    pub(crate) fn note(
        &mut self,
        what: &'static str,
        path: impl Into<String>,
        detail: impl Into<String>,
    ) {
        if self.tolerated.len() >= MAXIMUM_REPORTED {
            return;
        }
        let tolerance = Tolerance::new(what, path, detail);
        if !self.tolerated.contains(&tolerance) {
            self.tolerated.push(tolerance);
        }
    }

    /// What the parser of filters and paths tolerated in the text at this place.
    pub(crate) fn note_parsed(&mut self, path: &str, habits: &[scim_filter::Tolerated]) {
        // A name with blanks stands in a schema, or nothing is found by it.
        let deviates =
            |habit: &&scim_filter::Tolerated| habit.leniency != "attribute_names_with_spaces";
        for habit in habits.iter().filter(deviates) {
            let (start, end) = (habit.range.start, habit.range.end);
            self.note(habit.leniency, path, format!("bytes {start} to {end}"));
        }
    }
}
