//! One rule for when two texts are the same.

use std::borrow::Cow;

use caseless::Caseless;
use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

use super::AttributeDefinition;

/// The form of a text in which it is compared: by filters, in sorting, and for uniqueness.
///
/// Where case counts, texts are the same if their characters are (Unicode normalisation form C). Where it does not,
/// the full case folding of Unicode is applied as well, so that `Straße` and `STRASSE` are one.
///
/// ```
/// use scim_core::schema::{comparison_key, user};
///
/// let user_name = user().attribute("userName").ok_or("users have a name")?;
/// assert_eq!(comparison_key(user_name, "BJensen"), comparison_key(user_name, "bjensen"));
/// assert_eq!(comparison_key(user_name, "Straße"), comparison_key(user_name, "STRASSE"));
/// // é in one and in two code points.
/// assert_eq!(comparison_key(user_name, "Andr\u{e9}"), comparison_key(user_name, "Andre\u{301}"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn comparison_key<'text>(
    definition: &AttributeDefinition,
    text: &'text str,
) -> Cow<'text, str> {
    if definition.case_exact {
        if text.is_ascii() || is_nfc_quick(text.chars()) == unicode_normalization::IsNormalized::Yes
        {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(text.nfc().collect())
        }
    } else if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        }
    } else {
        // Decomposed first: folding a composed character and folding its parts must agree.
        Cow::Owned(text.nfd().default_case_fold().nfc().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::AttributeType;
    use proptest::prelude::*;

    #[test]
    fn case_counts_only_where_the_schema_says_so() {
        let exact = AttributeDefinition::new("id", AttributeType::String).case_exact(true);
        assert_ne!(comparison_key(&exact, "AbC"), comparison_key(&exact, "abc"));
        assert_eq!(comparison_key(&exact, "e\u{301}"), "\u{e9}");
    }

    #[test]
    fn folding_is_full_and_canonical() {
        let folded = AttributeDefinition::new("title", AttributeType::String);
        for (left, right) in [
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("ﬀ", "FF"),
            ("Å", "A\u{30a}"),
            ("\u{1f80}", "ἀι"),
        ] {
            assert_eq!(
                comparison_key(&folded, left),
                comparison_key(&folded, right),
                "{left} {right}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(text in any::<String>(), case_exact in any::<bool>()) {
            let definition = AttributeDefinition::new("a", AttributeType::String).case_exact(case_exact);
            let key = comparison_key(&definition, &text).into_owned();
            prop_assert_eq!(comparison_key(&definition, &key), key.as_str());
        }
    }
}
