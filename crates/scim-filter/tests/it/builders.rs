//! Filters written in code: nothing that goes in as a value can become syntax.

use scim_filter::{AttributePath, Filter, ParseErrorKind};

const PEAKON: &str = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";

#[test]
fn a_value_cannot_become_syntax() -> Result<(), scim_filter::ParseError> {
    let hostile = r#"x" or userName pr or a eq "\"#;
    let filter = Filter::eq(AttributePath::new("userName")?, hostile);
    let read: Filter = filter.to_string().parse()?;
    assert_eq!(read, filter);
    Ok(())
}

#[test]
fn a_name_cannot_become_syntax() {
    for hostile in [
        "",
        " ",
        "a b",
        "a.b",
        "a eq 1 or b",
        "a[b pr]",
        "urn:x:y",
        "1a",
        "é",
        "a\n",
        "a\"",
        "a pr or b",
    ] {
        let error = AttributePath::new(hostile).expect_err(hostile);
        assert_eq!(error.kind(), ParseErrorKind::InvalidName, "{hostile:?}");
    }
    for hostile in [
        "",
        " a",
        "a ",
        "a\"b",
        "a\tb",
        "a\nb",
        r#"a eq "x" or b"#,
        "a eq 1",
        "a pr or b",
        "a pr)",
        "a eq 1)",
    ] {
        let error = AttributePath::qualified(PEAKON, hostile).expect_err(hostile);
        assert_eq!(error.kind(), ParseErrorKind::InvalidName, "{hostile:?}");
    }
    for hostile in [
        "",
        "User",
        "urn:",
        ":x:y",
        "urn:x y",
        "urn:x\"",
        "urn:x:",
        "urn:x[y]",
        "urn:x&é",
        "urn:x+eq+1+or+y",
        "urn:x:title,urn:y",
        "urn:x(a",
        "a::b",
    ] {
        let path = AttributePath::new("title").expect("a name");
        let error = path.with_schema(hostile).expect_err(hostile);
        assert_eq!(error.kind(), ParseErrorKind::InvalidSchema, "{hostile:?}");
    }
}

#[test]
fn names_that_people_chose_go_in() -> Result<(), scim_filter::ParseError> {
    let parser = scim_filter::Parser::new().schema_with_free_names(PEAKON);
    for name in [
        "Job Title",
        "R&D (No. 2)",
        "Team [EU]",
        "部署",
        "A eq",
        "v1.5: x",
        "Date of Birth",
        "pr",
    ] {
        let path = AttributePath::qualified(PEAKON, name)?;
        assert_eq!(path.attribute(), name);
        let filter = Filter::eq(path.clone(), "x").and(Filter::present(path).negate());
        assert_eq!(parser.filter(&filter.to_string())?, filter, "{name}");
    }
    Ok(())
}

#[test]
fn chains_stay_flat() -> Result<(), scim_filter::ParseError> {
    let part = || AttributePath::new("a").map(Filter::present);
    let chain = part()?.or(part()?).or(part()?.or(part()?));
    assert!(matches!(&chain, Filter::Or(parts) if parts.len() == 4));
    let both = chain.clone().and(chain);
    assert_eq!(both.to_string().parse::<Filter>()?, both);
    Ok(())
}

/// What one reader takes for a name would be a condition to another who tolerates more.
#[test]
fn a_name_cannot_become_syntax_for_a_tolerant_reader() {
    for hostile in [
        "x eq 'y' or title",
        "x eq True or title",
        "x+eq+1+or+title",
        "x eq\"y",
        "x eq NULL or title",
    ] {
        let error = AttributePath::qualified(PEAKON, hostile).expect_err(hostile);
        assert_eq!(error.kind(), ParseErrorKind::InvalidName, "{hostile:?}");
    }
    for good in [
        "C++",
        "R+D",
        "Don't know",
        "True North",
        "eq",
        "R&D (No. 2)",
    ] {
        let path = AttributePath::qualified(PEAKON, good).expect(good);
        assert_eq!(path.attribute(), good);
        assert_eq!(
            path.with_sub_attribute("value").is_ok(),
            good == "eq",
            "{good:?}"
        );
    }
}

/// As long as its parts may be at most, a path would be longer than a whole one may be.
#[test]
fn no_path_is_built_that_would_be_too_long_to_read() -> Result<(), scim_filter::ParseError> {
    let mut refused = 0;
    for length in 2_030..=2_048 {
        let schema = format!("urn:{}", "x".repeat(length - 4));
        let name = "n".repeat(1_024);
        let built = AttributePath::qualified(&schema, &name)?.with_sub_attribute(&name);
        match built {
            Ok(path) => assert_eq!(path.to_string().parse::<AttributePath>()?, path),
            Err(error) => {
                assert_eq!(error.kind(), ParseErrorKind::TooLong);
                refused += 1;
            }
        }
    }
    assert_eq!(refused, 2, "4,097 and 4,098 bytes");
    Ok(())
}
