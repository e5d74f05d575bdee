//! [`Compatibility`]: named tolerances for what real clients send, and [`Tolerance`], the report of each use.

#[macro_use]
mod declare;

mod configuration;
mod flag;
mod flags;
mod preset;
mod tolerance;

pub use flag::{CompatibilityFlag, FlagKind};
pub use flags::Compatibility;
pub use preset::Preset;
pub use tolerance::Tolerance;

pub(crate) use tolerance::Tolerating;

use crate::error::ErrorKind;

impl Compatibility {
    /// The kind of error for a name or URN that no schema knows; the RFCs have a different one for each place.
    pub(crate) const fn unknown_name(&self, otherwise: ErrorKind) -> ErrorKind {
        if self.unknown_names_are_invalid_syntax {
            ErrorKind::InvalidSyntax
        } else {
            otherwise
        }
    }

    /// What this set of flags lets the parser of filters and paths tolerate.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    ///
    /// assert!(Compatibility::standard().leniency().attribute_names_with_spaces);
    /// assert!(!Compatibility::strict().leniency().literals_in_any_case);
    /// ```
    #[must_use]
    pub const fn leniency(&self) -> scim_filter::Leniency {
        let mut leniency = scim_filter::Leniency::none();
        // Peakon's own attributes have them, and no other text can mean the same.
        leniency.attribute_names_with_spaces = true;
        leniency.filter_after_value_path = self.filter_after_value_path;
        leniency.literals_in_any_case = self.literals_in_any_case;
        leniency.operator_before_quote = self.operator_before_quote;
        leniency.plus_for_space = self.plus_for_space;
        leniency.single_quoted_strings = self.single_quoted_strings;
        leniency
    }
}
