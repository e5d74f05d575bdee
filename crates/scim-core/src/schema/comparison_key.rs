//! One rule for when two values are the same.

use std::borrow::Cow;

use caseless::Caseless;
use chrono::{DateTime, Datelike, Utc};
use serde_json::Value;
use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

use super::decimal::Decimal;
use super::instant::parse_instant;
use super::{AttributeDefinition, AttributeType};

/// The form of a text in which it is compared: by filters, in sorting, for uniqueness, and to tell the entries of an
/// attribute apart.
///
/// The rule follows from the definition of the attribute:
///
/// - Where case counts, and for references, texts are the same if their characters are (Unicode normalisation form C).
/// - Where it does not, and for the URNs in `schemas`, the full case folding of Unicode is applied as well, so that `Straße`
///   and `STRASSE` are one.
/// - `userName` is compared more widely still: compatibility characters such as wide and narrow forms count as what they
///   stand for ([RFC 7643, section 4.1.1](https://www.rfc-editor.org/rfc/rfc7643#section-4.1.1)).
/// - `password` keeps its case, and any space is a space
///   ([RFC 8265, section 4.2](https://www.rfc-editor.org/rfc/rfc8265#section-4.2), `OpaqueString`).
///
/// What the profile `UsernameCaseMapped`
/// ([RFC 8265, section 3.3](https://www.rfc-editor.org/rfc/rfc8265#section-3.3)) calls equal is equal here. Unlike the profile,
/// the rule for `userName` refuses no text, because directories hold names with spaces, and it also takes `ß` for `ss` and `①`
/// for `1`: two people rather lack a name than share one.
///
/// ```
/// use scim_core::schema::{comparison_key, user};
///
/// let user_name = user().attribute("userName").ok_or("users have a name")?;
/// assert_eq!(comparison_key(user_name, "BJensen"), comparison_key(user_name, "bjensen"));
/// assert_eq!(comparison_key(user_name, "Straße"), comparison_key(user_name, "STRASSE"));
/// // é in one and in two code points, and letters as wide as an ideograph.
/// assert_eq!(comparison_key(user_name, "Andr\u{e9}"), comparison_key(user_name, "Andre\u{301}"));
/// assert_eq!(comparison_key(user_name, "\u{ff22}\u{ff2f}"), comparison_key(user_name, "bo"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn comparison_key<'text>(
    definition: &AttributeDefinition,
    text: &'text str,
) -> Cow<'text, str> {
    ComparisonRule::of(definition).key(text)
}

/// The key of a value of any simple type: a text that is equal for values that are the same.
///
/// Texts as [`comparison_key`] makes them; numbers by value, so that `1`, `1.0` and `10e-1` are one; dateTimes as the instant
/// in UTC; binary data without padding and with the standard letters. The keys of numbers and of dateTimes are ordered by
/// byte as the values are. `None` for what is not a simple value.
///
/// ```
/// use scim_core::schema::{AttributeDefinition, AttributeType, value_key};
/// use serde_json::json;
///
/// let since = AttributeDefinition::new("since", AttributeType::DateTime);
/// let (utc, paris) = (json!("2026-01-23T04:56:22Z"), json!("2026-01-23T05:56:22+01:00"));
/// assert_eq!(value_key(&since, &utc).as_deref(), Some("2026-01-23T04:56:22.000000000Z"));
/// assert_eq!(value_key(&since, &utc), value_key(&since, &paris));
///
/// let weight = AttributeDefinition::new("weight", AttributeType::Decimal);
/// let (one, same, nine, ten) = (json!(1), json!(1.0), json!(9), json!(10));
/// assert_eq!(value_key(&weight, &one), value_key(&weight, &same));
/// assert!(value_key(&weight, &nine) < value_key(&weight, &ten));
/// ```
#[must_use]
pub fn value_key<'value>(
    definition: &AttributeDefinition,
    value: &'value Value,
) -> Option<Cow<'value, str>> {
    Some(match value {
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
        Value::Bool(true) => Cow::Borrowed("true"),
        Value::Bool(false) => Cow::Borrowed("false"),
        Value::Number(number) => Cow::Owned(Decimal::from(number).key()),
        Value::String(text) => match definition.r#type {
            AttributeType::Binary => Cow::Owned(base64_digits(text).collect()),
            AttributeType::DateTime => parse_instant(text).map_or_else(
                || composed(text),
                |instant| Cow::Owned(instant_key(instant)),
            ),
            _ => comparison_key(definition, text),
        },
    })
}

/// An instant as a text of one length, in UTC, to the nanosecond: ordered by byte as the instants are by time.
pub(crate) fn instant_key(instant: DateTime<Utc>) -> String {
    // An offset can lead one year out of the four digits, to either side: `-` comes before the digits and `:` after them.
    let year = match instant.year() {
        ..0 => "-001".to_owned(),
        year @ 0..=9_999 => format!("{year:04}"),
        10_000.. => ":000".to_owned(),
    };
    format!("{year}{}", instant.format("-%m-%dT%H:%M:%S%.9fZ"))
}

/// The digits of a base64 text in the standard alphabet, without padding
/// ([RFC 4648](https://www.rfc-editor.org/rfc/rfc4648)).
pub(crate) fn base64_digits(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .filter(|digit| *digit != '=')
        .map(|digit| match digit {
            '-' => '+',
            '_' => '/',
            other => other,
        })
}

/// How the texts of an attribute are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ComparisonRule {
    Exact,
    Folded,
    UserName,
    Opaque,
}

impl ComparisonRule {
    pub(crate) fn of(definition: &AttributeDefinition) -> Self {
        let is = |name| definition.name.eq_ignore_ascii_case(name);
        match definition.r#type {
            // URNs are equal in any case; of other URIs the path may differ in case only.
            AttributeType::Reference if is("schemas") => Self::Folded,
            AttributeType::Reference => Self::Exact,
            _ if is("password") => Self::Opaque,
            _ if definition.case_exact => Self::Exact,
            _ if is("userName") => Self::UserName,
            _ => Self::Folded,
        }
    }

    /// Whether case makes no difference: then the key of an ASCII text is its lower case. Otherwise it is the text.
    pub(crate) const fn ignores_case(self) -> bool {
        matches!(self, Self::Folded | Self::UserName)
    }

    pub(crate) fn key(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Exact => composed(text),
            Self::Opaque => opaque(text),
            Self::Folded | Self::UserName if text.is_ascii() => {
                if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                    Cow::Owned(text.to_ascii_lowercase())
                } else {
                    Cow::Borrowed(text)
                }
            }
            // Decomposed first: folding a composed character and folding its parts must agree.
            Self::Folded => Cow::Owned(text.nfd().default_case_fold().nfc().collect()),
            // The compatibility caseless match of Unicode, definition D146.
            Self::UserName => Cow::Owned(
                text.nfd()
                    .default_case_fold()
                    .nfkd()
                    .default_case_fold()
                    .nfkc()
                    .collect(),
            ),
        }
    }
}

fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == unicode_normalization::IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

fn opaque(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let spaces = |c| match c {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            ' '
        }
        other => other,
    };
    Cow::Owned(text.chars().map(spaces).nfc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn text(name: &str) -> AttributeDefinition {
        AttributeDefinition::new(name, AttributeType::String)
    }

    #[track_caller]
    fn assert_same(definition: &AttributeDefinition, same: bool, left: &str, right: &str) {
        assert_eq!(
            comparison_key(definition, left) == comparison_key(definition, right),
            same,
            "{left} {right}"
        );
    }

    #[test]
    fn case_counts_only_where_the_schema_says_so() {
        let exact = text("id").case_exact(true);
        assert_same(&exact, false, "AbC", "abc");
        assert_eq!(comparison_key(&exact, "e\u{301}"), "\u{e9}");
        let reference = AttributeDefinition::new("$ref", AttributeType::Reference);
        assert_same(&reference, false, "/Users/A", "/Users/a");
        let schemas = AttributeDefinition::new("schemas", AttributeType::Reference);
        assert_same(&schemas, true, "urn:Ietf:x", "URN:ietf:x");
    }

    #[test]
    fn folding_is_full_and_canonical() {
        let folded = text("title");
        for (left, right) in [
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("ﬀ", "FF"),
            ("Å", "A\u{30a}"),
            ("\u{1f80}", "ἀι"),
        ] {
            assert_same(&folded, true, left, right);
        }
        // Wide letters are other letters, but for user names.
        assert_same(&folded, false, "\u{ff22}\u{ff2f}", "bo");
    }

    /// A-49; the pairs of RFC 8265, section 3.3 and what a fallback has to know besides.
    #[test]
    fn user_names_have_a_rule_of_their_own() {
        let user_name = text("userName");
        for (left, right) in [
            ("\u{ff22}Jensen", "bjensen"),
            ("juliet@example.com", "JULIET@EXAMPLE.COM"),
            ("fußball", "FUSSBALL"),
            ("Σ", "ς"),
            ("Barbara Jensen", "barbara\u{a0}jensen"),
            ("\u{fb01}nn", "Finn"),
            ("\u{212b}sa", "\u{e5}SA"),
        ] {
            assert_same(&user_name, true, left, right);
        }
        assert_same(&user_name, false, "henri", "henrii");
        assert_same(&user_name.clone().case_exact(true), false, "Bo", "bo");
    }

    #[test]
    fn any_space_of_a_password_is_a_space() {
        let password = text("password");
        assert_same(&password, true, "a\u{3000}b", "a b");
        assert_same(&password, false, "A b", "a b");
        assert_same(&password, false, "\u{ff22}", "B");
    }

    #[test]
    fn values_that_are_the_same_have_one_key() {
        for (kind, left, right, same) in [
            (AttributeType::Integer, json!(1), json!(1.0), true),
            (AttributeType::Decimal, json!(0.1), json!(1e-1), true),
            (
                AttributeType::Integer,
                json!(9_007_199_254_740_993_i64),
                json!(9_007_199_254_740_992.0),
                false,
            ),
            (
                AttributeType::DateTime,
                json!("2011-05-13T04:42:34Z"),
                json!("2011-05-13t06:42:34.000+02:00"),
                true,
            ),
            (
                AttributeType::DateTime,
                json!("yesterday"),
                json!("Yesterday"),
                false,
            ),
            (AttributeType::Binary, json!("-_8="), json!("+/8"), true),
            (AttributeType::Binary, json!("ab"), json!("AB"), false),
            (AttributeType::Boolean, json!(true), json!(false), false),
        ] {
            let definition = AttributeDefinition::new("a", kind);
            let keys = (
                value_key(&definition, &left),
                value_key(&definition, &right),
            );
            assert!(keys.0.is_some());
            assert_eq!(keys.0 == keys.1, same, "{left} {right}");
        }
        for none in [json!(null), json!([1]), json!({})] {
            assert_eq!(value_key(&text("a"), &none), None);
        }
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(
            text in any::<String>(),
            name in prop::sample::select(vec!["a", "userName", "password"]),
            case_exact in any::<bool>(),
        ) {
            let definition = AttributeDefinition::new(name, AttributeType::String).case_exact(case_exact);
            let key = comparison_key(&definition, &text).into_owned();
            prop_assert_eq!(comparison_key(&definition, &key), key.as_str());
        }

        /// What the rule for other attributes takes for the same, the one for user names does too.
        #[test]
        fn user_names_are_compared_more_widely(text in any::<String>()) {
            let folded = comparison_key(&self::text("title"), &text).into_owned();
            let user_name = self::text("userName");
            prop_assert_eq!(comparison_key(&user_name, &folded), comparison_key(&user_name, &text));
        }
    }
}
