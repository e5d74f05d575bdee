//! What could have stood at a place, gathered without allocation while reading.

/// A set of things that the grammar allows at one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expectation(u32);

impl Expectation {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ATTRIBUTE: Self = Self(1);
    pub(crate) const SUB_ATTRIBUTE: Self = Self(1 << 1);
    pub(crate) const SCHEMA: Self = Self(1 << 2);
    pub(crate) const NOT: Self = Self(1 << 3);
    pub(crate) const GROUP: Self = Self(1 << 4);
    pub(crate) const BRACKET: Self = Self(1 << 5);
    pub(crate) const SPACE: Self = Self(1 << 6);
    pub(crate) const OPERATOR: Self = Self(1 << 7);
    pub(crate) const PRESENT: Self = Self(1 << 8);
    pub(crate) const VALUE: Self = Self(1 << 9);
    pub(crate) const AND: Self = Self(1 << 10);
    pub(crate) const OR: Self = Self(1 << 11);
    pub(crate) const GROUP_END: Self = Self(1 << 12);
    pub(crate) const BRACKET_END: Self = Self(1 << 13);
    pub(crate) const COMMA: Self = Self(1 << 14);
    pub(crate) const END: Self = Self(1 << 15);
    pub(crate) const COLON: Self = Self(1 << 16);

    /// In the order in which they are told.
    const WORDS: [(Self, &'static str); 17] = [
        (Self::ATTRIBUTE, "an attribute name"),
        (Self::SUB_ATTRIBUTE, "a sub-attribute name"),
        (Self::SCHEMA, "the URN of a schema"),
        (Self::COLON, "`:` and an attribute name"),
        (Self::NOT, "`not (`"),
        (Self::GROUP, "`(`"),
        (Self::BRACKET, "`[`"),
        (Self::SPACE, "a space"),
        (Self::OPERATOR, "an operator"),
        (Self::PRESENT, "`pr`"),
        (Self::VALUE, "a value"),
        (Self::AND, "`and`"),
        (Self::OR, "`or`"),
        (Self::GROUP_END, "`)`"),
        (Self::BRACKET_END, "`]`"),
        (Self::COMMA, "`,`"),
        (Self::END, "the end"),
    ];

    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) fn words(self) -> impl Iterator<Item = &'static str> {
        Self::WORDS
            .into_iter()
            .filter(move |(expectation, _)| self.contains(*expectation))
            .map(|(_, word)| word)
    }
}
