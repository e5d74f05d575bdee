//! What a request made of a resource that it was applied to in place.

use std::fmt;

use crate::compatibility::Tolerance;
use crate::resource::Resource;

use super::AttributeChange;
use super::session::Journal;

/// A request applied to a resource in place. The resource is changed; dropping this leaves it so.
///
/// It holds what the request wrote over, and no copy of anything else, so one member more in a group of a hundred thousand
/// is noted as one entry.
///
/// # Examples
///
/// See [`apply_in_place`](super::apply_in_place).
pub struct Applied<'r> {
    pub(super) resource: &'r mut Resource,
    pub(super) journal: Journal<'r>,
    pub(super) tolerated: Vec<Tolerance>,
}

/// Without the values that the request wrote over.
impl fmt::Debug for Applied<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Applied")
            .field("resource", &self.resource)
            .field("tolerated", &self.tolerated)
            .finish_non_exhaustive()
    }
}

impl Applied<'_> {
    /// Whether nothing is different, so that version and time of change stay as they are.
    ///
    /// # Examples
    ///
    /// See [`apply_in_place`](super::apply_in_place).
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.journal.touched.is_empty()
    }

    /// The resource as it is now.
    ///
    /// # Examples
    ///
    /// See [`apply_in_place`](super::apply_in_place).
    #[must_use]
    pub const fn resource(&self) -> &Resource {
        self.resource
    }

    /// What is different, by path. Made when it is asked for.
    ///
    /// # Examples
    ///
    /// See [`apply_in_place`](super::apply_in_place).
    #[must_use]
    pub fn changes(&self) -> Vec<AttributeChange> {
        let attributes = self.resource.attributes();
        let touched = self.journal.touched.iter();
        touched.map(|touched| touched.change(attributes)).collect()
    }

    /// What was not sent as the RFC has it, and how it was understood.
    ///
    /// # Examples
    ///
    /// See [`apply_in_place`](super::apply_in_place).
    #[must_use]
    pub fn tolerated(&self) -> &[Tolerance] {
        &self.tolerated
    }

    /// Makes the resource what it was before the request, bit by bit: for a change that could not be stored.
    ///
    /// # Examples
    ///
    /// See [`apply_in_place`](super::apply_in_place).
    pub fn undo(self) {
        self.journal.undo(self.resource.attributes_mut());
    }
}
