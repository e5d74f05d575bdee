//! What the generator knows of a country.

/// A name as its owner writes it, and in the letters of a sign-in name.
pub(crate) type Name = (&'static str, &'static str);

/// Where people live, how they are called, and what they speak.
#[derive(Debug)]
pub(crate) struct Country {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) city: &'static str,
    pub(crate) language: &'static str,
    pub(crate) phone: &'static str,
    /// The group whose members are assigned; people of a country without one are assigned one by one.
    pub(crate) group: Option<&'static str>,
    /// Whether its systems store accents as combining characters (NFD).
    pub(crate) decomposed: bool,
    pub(crate) given: &'static [Name],
    pub(crate) family: &'static [Name],
}
