//! Attribute paths as values: parts, order, case.

use std::collections::{BTreeSet, hash_map::DefaultHasher};
use std::hash::{Hash, Hasher};

use scim_filter::{AttributePath, Literal, Number, ParseError, Parser, PatchPath};

fn hash<T: Hash>(path: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}

/// P-7644-3.10-3
#[test]
fn case_does_not_matter_and_is_kept() -> Result<(), ParseError> {
    let small: AttributePath = "urn:x:core:2.0:User:name.familyName".parse()?;
    let capital: AttributePath = "URN:X:CORE:2.0:USER:NAME.FAMILYNAME".parse()?;
    assert_eq!(small, capital);
    assert_eq!(hash(&small), hash(&capital));
    assert_eq!(small.cmp(&capital), std::cmp::Ordering::Equal);
    assert_eq!(capital.to_string(), "URN:X:CORE:2.0:USER:NAME.FAMILYNAME");
    Ok(())
}

#[test]
fn equal_texts_with_different_parts_differ() -> Result<(), ParseError> {
    let text = "urn:x:A.B";
    let split = Parser::new().attribute_path(text)?;
    let whole = Parser::new()
        .schema_with_free_names("urn:x")
        .attribute_path(text)?;
    assert_eq!(split.as_str(), whole.as_str());
    assert_ne!(split, whole);
    assert_ne!(split.cmp(&whole), std::cmp::Ordering::Equal);
    Ok(())
}

#[test]
fn paths_are_ordered() -> Result<(), ParseError> {
    let names = ["b", "a", "a.b", "urn:x:y:a", "B.a"];
    let paths = names
        .iter()
        .map(|name| name.parse())
        .collect::<Result<BTreeSet<AttributePath>, _>>()?;
    let ordered: Vec<String> = paths.iter().map(ToString::to_string).collect();
    assert_eq!(ordered, ["a", "a.b", "b", "B.a", "urn:x:y:a"]);
    Ok(())
}

#[test]
fn builders_make_what_the_parser_reads() -> Result<(), ParseError> {
    let built = AttributePath::new("name")?
        .with_sub_attribute("givenName")?
        .with_schema("urn:x:y")?;
    assert_eq!(built, "urn:x:y:name.givenName".parse()?);
    let moved = built.with_sub_attribute("familyName")?;
    assert_eq!(moved.to_string(), "urn:x:y:name.familyName");
    Ok(())
}

#[test]
fn a_selection_holds_attributes_and_schemas() -> Result<(), ParseError> {
    let selection = Parser::new()
        .schema("urn:x:y")
        .selection("urn:x:y,urn:x:y:a , b.c")?;
    assert!(matches!(
        selection.as_slice(),
        [
            PatchPath::Schema(_),
            PatchPath::Attribute(_),
            PatchPath::Attribute(_)
        ]
    ));
    Ok(())
}

#[test]
fn numbers_keep_their_text_and_compare_by_value() -> Result<(), ParseError> {
    let number = |text: &str| text.parse::<Number>();
    for (smaller, greater) in [
        ("-2", "-1"),
        ("-1", "0"),
        ("0", "0.1"),
        ("9", "10"),
        ("1e2", "101"),
        ("99", "1e2"),
        ("-1e400", "-1e399"),
        ("1e-400", "1e-399"),
        ("12345678901234567890123", "12345678901234567890124"),
        ("0.1", "0.11"),
    ] {
        assert!(
            number(smaller)?.compare(&number(greater)?).is_lt(),
            "{smaller} {greater}"
        );
        assert!(
            number(greater)?.compare(&number(smaller)?).is_gt(),
            "{greater} {smaller}"
        );
    }
    for (left, right) in [
        ("1", "1.0"),
        ("0", "-0"),
        ("100", "1e2"),
        ("0.01", "1E-2"),
        ("0", "0e999"),
    ] {
        assert!(
            number(left)?.compare(&number(right)?).is_eq(),
            "{left} {right}"
        );
        assert_ne!(Literal::from(number(left)?), Literal::from(number(right)?));
    }
    assert!(
        number("").is_err()
            && number("01").is_err()
            && number("1 ").is_err()
            && number("NaN").is_err()
    );
    Ok(())
}

#[test]
fn patch_paths_are_equal_without_regard_to_case() -> Result<(), ParseError> {
    for (left, right, are_equal) in [
        ("emails[type pr].value", "Emails[TYPE pr].VALUE", true),
        ("urn:x:core:2.0:User", "URN:X:core:2.0:user", true),
        ("emails[type pr].value", "emails[type pr]", false),
        ("emails[type pr].value", "emails[type pr].display", false),
        ("emails[type pr]", "emails", false),
        ("urn:x:core:2.0:User", "urn:x:core:2.0:Group", false),
    ] {
        let (left, right): (PatchPath, PatchPath) = (left.parse()?, right.parse()?);
        assert_eq!(left == right, are_equal, "{left} and {right}");
        assert_eq!(hash(&left) == hash(&right), are_equal, "{left} and {right}");
    }
    Ok(())
}
