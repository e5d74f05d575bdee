use std::fmt;

/// Writes the functions once, and from that the enum, the table and the names.
macro_rules! functions {
    ($($(#[$document:meta])* $name:ident ($minimum:literal, $maximum:expr);)*) => {
        /// The functions which expressions may call.
        ///
        /// A text that comes from nowhere is null. Where the entry says nothing about it, null gives null.
        ///
        /// ```
        /// use scim_mapping::Function;
        ///
        /// assert_eq!(Function::from_name("PCase"), Some(Function::PCase));
        /// assert_eq!(Function::from_name("pcase"), None, "case matters");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Function {
            $($(#[$document])* $name,)*
        }

        impl Function {
            /// All functions, in the order of their names.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name as it stands in an expression.
            ///
            /// ```
            /// assert_eq!(scim_mapping::Function::ToLower.name(), "ToLower");
            /// ```
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// The fewest and the most arguments.
            pub(super) fn argument_count(self) -> (usize, usize) {
                match self { $(Self::$name => ($minimum, $maximum),)* }
            }
        }
    };
}

/// No limit but the length of the expression.
const MANY: usize = usize::MAX;

functions! {
    /// `Append(source, suffix)`: the source with the suffix behind it; null stays null.
    Append(2, 2);
    /// `BitAnd(value1, value2)`: the bits that both integers have.
    BitAnd(2, 2);
    /// `CBool(expression)`: true for a non-zero number, `True` or a true comparison; false for null.
    CBool(1, 1);
    /// `CDate(expression)`: the text as a date and time in UTC, which is also assumed where it names no zone.
    CDate(1, 1);
    /// `Coalesce(source1, source2, …)`: the first that is not null. An attribute with an empty text counts as null.
    Coalesce(1, MANY);
    /// `ConvertToBase64(source)`: the UTF-16 little-endian bytes in base64.
    ConvertToBase64(1, 1);
    /// `ConvertToUTF8Hex(source)`: the UTF-8 bytes as capital hexadecimal digits.
    ConvertToUTF8Hex(1, 1);
    /// `Count(attribute)`: how many values; 0 for null.
    Count(1, 1);
    /// `CStr(value)`: the value as a text.
    CStr(1, 1);
    /// `DateAdd(interval, value, dateTime)`: later by so many `yyyy`, `m`, `d`, `ww`, `h`, `n` or `s`; months clamp to
    /// their last day.
    DateAdd(3, 3);
    /// `DateDiff(interval, date1, date2)`: from the first to the second. Years and months count calendar fields, weeks
    /// count Sundays' weeks, the rest is elapsed time without its fraction.
    DateDiff(3, 3);
    /// `DateFromNum(value)`: the time of so many 100-nanosecond ticks since 1601.
    DateFromNum(1, 1);
    /// `FormatDateTime(source, styles?, inputFormat, outputFormat)`: a date in another .NET format. The old form with
    /// three arguments is read too. Null and empty give null; a text in another format is an error.
    FormatDateTime(3, 4);
    /// `Guid()`: a random UUID.
    Guid(0, 0);
    /// `IgnoreFlowIfNullOrEmpty(expression)`: the value; without one the target attribute is left as it is.
    IgnoreFlowIfNullOrEmpty(1, 1);
    /// `IIF(condition, valueIfTrue, valueIfFalse)`: one of two values. Null makes a comparison false.
    IIF(2, 3);
    /// `InStr(value1, value2, start?, compareType?)`: the position of the second in the first, from 1; 0 when absent.
    /// Without `compareType` case matters.
    InStr(2, 4);
    /// `IsNull(expression)`: whether the value is null; an empty text is not.
    IsNull(1, 1);
    /// `IsNullOrEmpty(expression)`: whether the value is null or an empty text.
    IsNullOrEmpty(1, 1);
    /// `IsPresent(expression)`: whether the value is neither null nor empty.
    IsPresent(1, 1);
    /// `IsString(expression)`: whether the value can be a text; null cannot, nor can several values.
    IsString(1, 1);
    /// `Item(attribute, index)`: the value at the index, from 1; null behind the last.
    Item(2, 2);
    /// `Join(separator, source1, source2, …)`: all values in one text. Null and empty ones are passed over; null when
    /// nothing remains.
    Join(2, MANY);
    /// `Left(string, numChars)`: the first characters; the whole text for a negative number, `""` for null.
    Left(2, 2);
    /// `Mid(source, start, length)`: a part of the text, from 1. The text itself for a start below 1 or a negative length.
    Mid(3, 3);
    /// `NormalizeDiacritics(source)`: Latin letters without their marks; `æ` becomes `ae`, `ø` and `œ` `oe`, `ß` `ss`.
    NormalizeDiacritics(1, 1);
    /// `Not(source)`: `False` for `True`, otherwise `True`.
    Not(1, 1);
    /// `Now()`: the present time in UTC.
    Now(0, 0);
    /// `NumFromDate(value)`: 100-nanosecond ticks since 1601.
    NumFromDate(1, 1);
    /// `PCase(source, wordSeparators?)`: each word with a capital. An apostrophe inside a word does not begin another one
    /// unless it is among the separators.
    PCase(1, 2);
    /// `RandomString(length, numbers, specials, capitals, lowerCase, charactersToAvoid?)`: a random text.
    RandomString(5, 6);
    /// `Redact(value)`: the value, which logs show as `[Redact]`.
    Redact(1, 1);
    /// `RemoveDuplicates(attribute)`: each value once, the first of equal ones; case matters.
    RemoveDuplicates(1, 1);
    /// `Replace(source, oldValue?, regexPattern?, regexGroupName?, replacementValue?, replacementAttributeName?,
    /// template?)`: five ways of replacing, chosen by which arguments are given.
    Replace(2, 7);
    /// `Split(source, delimiter)`: the parts between the delimiters, without blanks around them and without empty ones.
    Split(1, 2);
    /// `StripSpaces(source)`: the text without blanks (U+0020 only).
    StripSpaces(1, 1);
    /// `Switch(source, defaultValue?, key1, value1, …)`: the value of the first key that equals the source; the key `""`
    /// catches null. Without a default, no match gives null.
    Switch(4, MANY);
    /// `ToLower(source, culture?)`: small letters, one for one; Turkish and Azeri keep their dots.
    ToLower(1, 2);
    /// `ToUpper(source, culture?)`: capital letters, one for one; `ß` stays.
    ToUpper(1, 2);
    /// `Word(string, wordNumber, delimiters)`: the word at the number, from 1; runs of delimiters count once. `""` when
    /// there is none.
    Word(3, 3);
}

/// Functions of the language which need more than a record, and which therefore no mapping can use here.
pub(super) const UNSUPPORTED: [(&str, &str); 6] = [
    (
        "AppRoleAssignments",
        "map the role from another attribute, with Switch",
    ),
    (
        "AppRoleAssignmentsComplex",
        "map the role from another attribute, with Switch",
    ),
    (
        "AssertiveAppRoleAssignmentsComplex",
        "map the role from another attribute, with Switch",
    ),
    ("DefaultDomain", "write the domain as a text"),
    (
        "SelectUniqueValue",
        "it works for HR to Active Directory only, not for SCIM targets",
    ),
    (
        "SingleAppRoleAssignment",
        "map the role from another attribute, with Switch",
    ),
];

impl Function {
    /// The function of that name. Case matters, as it does in Entra.
    ///
    /// ```
    /// use scim_mapping::Function;
    ///
    /// assert_eq!(Function::from_name("Join"), Some(Function::Join));
    /// assert_eq!(Function::from_name("join"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|function| function.name() == name)
    }
}

impl fmt::Display for Function {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
