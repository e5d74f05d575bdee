use std::fmt;

/// Writes the functions once, and from that the enum, the table and the names.
macro_rules! functions {
    ($($(#[$document:meta])* $name:ident ($minimum:literal, $maximum:expr, $parameters:literal);)*) => {
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

            /// The name with the parameters; `?` marks one that may be left out or empty, `…` one that may be repeated.
            ///
            /// ```
            /// assert_eq!(scim_mapping::Function::Left.signature(), "Left(string, numChars)");
            /// ```
            #[must_use]
            pub fn signature(self) -> &'static str {
                match self { $(Self::$name => concat!(stringify!($name), "(", $parameters, ")"),)* }
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
    Append(2, 2, "source, suffix");
    /// `AppRoleAssignmentsComplex([appRoleAssignments])`: each role that the user has in the application, as an element with
    /// `primary` (always false), `type`, `displayName` and `value`; null without a role.
    AppRoleAssignmentsComplex(1, 1, "[appRoleAssignments]");
    /// `AssertiveAppRoleAssignmentsComplex([appRoleAssignments])`: the same with `display` in place of `displayName`. A
    /// mapping that uses it replaces the target's roles, so that those taken away disappear.
    AssertiveAppRoleAssignmentsComplex(1, 1, "[appRoleAssignments]");
    /// `BitAnd(value1, value2)`: the bits that both integers have.
    BitAnd(2, 2, "value1, value2");
    /// `CBool(expression)`: true for a non-zero number, `True` or a true comparison; false for null and an empty text.
    CBool(1, 1, "expression");
    /// `CDate(expression)`: the text as a date and time in UTC, which is also assumed where it names no zone.
    CDate(1, 1, "expression");
    /// `Coalesce(source1, source2, …)`: the first that is not null. An attribute with an empty text counts as null.
    Coalesce(1, MANY, "source1, source2, …");
    /// `ConvertToBase64(source)`: the UTF-16 little-endian bytes in base64.
    ConvertToBase64(1, 1, "source");
    /// `ConvertToUTF8Hex(source)`: the UTF-8 bytes as capital hexadecimal digits.
    ConvertToUTF8Hex(1, 1, "source");
    /// `Count(attribute)`: how many values; 0 for null.
    Count(1, 1, "attribute");
    /// `CStr(value)`: the value as a text.
    CStr(1, 1, "value");
    /// `DateAdd(interval, value, dateTime)`: later by so many `yyyy`, `m`, `d`, `ww`, `h`, `n` or `s`; months clamp to
    /// their last day.
    DateAdd(3, 3, "interval, value, dateTime");
    /// `DateDiff(interval, date1, date2)`: from the first to the second. Years and months count calendar fields, weeks
    /// count Sundays' weeks, the rest is elapsed time without its fraction.
    DateDiff(3, 3, "interval, date1, date2");
    /// `DateFromNum(value)`: the time of so many 100-nanosecond ticks since 1601, up to the year 9999.
    DateFromNum(1, 1, "value");
    /// `FormatDateTime(source, styles?, inputFormat, outputFormat)`: a date in another .NET format. The old form with
    /// three arguments is read too. Null and empty give null; a text in another format is an error.
    FormatDateTime(3, 4, "source, styles?, inputFormat, outputFormat");
    /// `Guid()`: a random UUID.
    Guid(0, 0, "");
    /// `IgnoreFlowIfNullOrEmpty(expression)`: the value; without one the target attribute is left as it is.
    IgnoreFlowIfNullOrEmpty(1, 1, "expression");
    /// `IIF(condition, valueIfTrue, valueIfFalse)`: one of two values. Null makes a comparison false.
    IIF(2, 3, "condition, valueIfTrue, valueIfFalse");
    /// `InStr(value1, value2, start?, compareType?)`: the position of the second in the first, from 1; 0 when absent.
    /// Without `compareType` case matters.
    InStr(2, 4, "value1, value2, start?, compareType?");
    /// `IsNull(expression)`: whether the value is null; an empty text is not.
    IsNull(1, 1, "expression");
    /// `IsNullOrEmpty(expression)`: whether the value is null or an empty text.
    IsNullOrEmpty(1, 1, "expression");
    /// `IsPresent(expression)`: whether the value is neither null nor empty.
    IsPresent(1, 1, "expression");
    /// `IsString(expression)`: whether the value can be a text; null cannot, nor can several values.
    IsString(1, 1, "expression");
    /// `Item(attribute, index)`: the value at the index, from 1; null behind the last.
    Item(2, 2, "attribute, index");
    /// `Join(separator, source1, source2, …)`: all values in one text. Null and empty ones are passed over; null when
    /// nothing remains.
    Join(2, MANY, "separator, source1, source2, …");
    /// `Left(string, numChars)`: the first characters; the whole text for a negative number, `""` for null.
    Left(2, 2, "string, numChars");
    /// `Mid(source, start, length)`: a part of the text, from 1. The text itself for a start below 1 or a negative length.
    Mid(3, 3, "source, start, length");
    /// `NormalizeDiacritics(source)`: Latin letters without their marks; `æ` becomes `ae`, `ø` and `œ` `oe`, `ß` `ss`.
    NormalizeDiacritics(1, 1, "source");
    /// `Not(source)`: `False` for `True`, otherwise `True`.
    Not(1, 1, "source");
    /// `Now()`: the present time in UTC.
    Now(0, 0, "");
    /// `NumFromDate(value)`: 100-nanosecond ticks since 1601.
    NumFromDate(1, 1, "value");
    /// `PCase(source, wordSeparators?)`: each word with a capital. An apostrophe inside a word does not begin another one
    /// unless it is among the separators.
    PCase(1, 2, "source, wordSeparators?");
    /// `RandomString(length, numbers, specials, capitals, lowerCase, charactersToAvoid?)`: a random text.
    RandomString(5, 6, "length, numbers, specials, capitals, lowerCase, charactersToAvoid?");
    /// `Redact(value)`: the value, which logs show as `[Redact]`.
    Redact(1, 1, "value");
    /// `RemoveDuplicates(attribute)`: each value once, the first of equal ones; case matters.
    RemoveDuplicates(1, 1, "attribute");
    /// `Replace(source, oldValue?, regexPattern?, regexGroupName?, replacementValue?, replacementAttributeName?,
    /// template?)`: five ways of replacing, chosen by which arguments are given.
    Replace(2, 7, "source, oldValue?, regexPattern?, regexGroupName?, replacementValue?, replacementAttributeName?, template?");
    /// `SelectUniqueValue(rule1, rule2, …)`: the first value that no object of the target has. Only
    /// [`Evaluation`](crate::Evaluation) can ask the target. It must be the outermost call. Null and empty values are passed
    /// over; when every value is taken, that is an error.
    SelectUniqueValue(2, MANY, "rule1, rule2, …");
    /// `SingleAppRoleAssignment([appRoleAssignments])`: the first role that the user has in the application: its value, or
    /// its display name when it has none; null without a role.
    SingleAppRoleAssignment(1, 1, "[appRoleAssignments]");
    /// `Split(source, delimiter)`: the parts between the delimiters, without blanks around them and without empty ones.
    Split(1, 2, "source, delimiter?");
    /// `StripSpaces(source)`: the text without blanks (U+0020 only).
    StripSpaces(1, 1, "source");
    /// `Switch(source, defaultValue?, key1, value1, …)`: the value of the first key that equals the source; the key `""`
    /// catches null. Without a default, no match gives null.
    Switch(4, MANY, "source, defaultValue?, key1, value1, …");
    /// `ToLower(source, culture?)`: small letters, one for one; Turkish and Azeri keep their dots.
    ToLower(1, 2, "source, culture?");
    /// `ToUpper(source, culture?)`: capital letters, one for one; `ß` stays.
    ToUpper(1, 2, "source, culture?");
    /// `Word(string, wordNumber, delimiters)`: the word at the number, from 1; runs of delimiters count once. `""` when
    /// there is none.
    Word(3, 3, "string, wordNumber, delimiters");
}

/// Functions of older lists and of sibling dialects, with what to write instead.
pub(super) const UNSUPPORTED: [(&str, &str); 17] = [
    (
        "AppRoleAssignments",
        "write SingleAppRoleAssignment or AppRoleAssignmentsComplex",
    ),
    (
        "ConvertFromBase64",
        "only cloud sync knows it; give the attribute its plain value at the source",
    ),
    (
        "CNum",
        "write the text itself; texts of digits are compared as numbers",
    ),
    (
        "CRef",
        "map the reference attribute directly, without an expression",
    ),
    ("Contains", "write InStr(value, sought) > 0"),
    ("DefaultDomain", "write the domain as a text"),
    ("DNComponent", "write Word(dn, number, \",=\")"),
    ("Error", "leave the value null and let the target refuse it"),
    ("IsNothing", "write IsNull"),
    (
        "Len",
        "compare with \"\" or use Left; the language does not count characters",
    ),
    ("LTrim", "write Replace with the pattern \"^\\\\s+\""),
    (
        "PadLeft",
        "write Replace(Join(\"\", \"0000\", value), , \"(.*?)(?<n>.{0,4})$\", , \"${n}\", , )",
    ),
    ("PadRight", "write Left(Append(value, \"    \"), 4)"),
    ("Prepend", "write Join(\"\", prefix, value)"),
    (
        "Right",
        "write Replace(value, , \"(.*?)(?<n>.{0,4})$\", , \"${n}\", , )",
    ),
    ("RTrim", "write Replace with the pattern \"\\\\s+$\""),
    ("Trim", "write Replace with the pattern \"^\\\\s+|\\\\s+$\""),
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
