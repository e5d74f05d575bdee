//! What the types can do, so that no change takes it away unseen.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::str::FromStr;

use scim_filter::{
    AttributePath, Comparison, ComparisonOperator, Filter, Leniency, Limits, Literal, Number,
    ParseError, ParseErrorKind, Parsed, Parser, PatchPath, Tolerated, ValueFilter, ValuePath,
};

fn is_plain<
    T: Clone + Debug + PartialEq + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static,
>() {
}
fn is_key<T: Eq + Hash>() {}
fn is_text<T: Display + FromStr<Err = ParseError>>() {}

#[test]
fn auto_traits() {
    is_plain::<Filter>();
    is_plain::<ValueFilter>();
    is_plain::<ValuePath>();
    is_plain::<Comparison>();
    is_plain::<ComparisonOperator>();
    is_plain::<Literal>();
    is_plain::<Number>();
    is_plain::<PatchPath>();
    is_plain::<AttributePath>();
    is_plain::<Parser>();
    is_plain::<Limits>();
    is_plain::<Leniency>();
    is_plain::<Parsed<Filter>>();
    is_plain::<Tolerated>();
    is_plain::<ParseError>();
    is_plain::<ParseErrorKind>();
    is_key::<Filter>();
    is_key::<AttributePath>();
    is_key::<PatchPath>();
    is_text::<Filter>();
    is_text::<ValueFilter>();
    is_text::<PatchPath>();
    is_text::<AttributePath>();
    is_text::<Number>();
    let _: Box<dyn Error + Send + Sync> = "".parse::<Filter>().expect_err("empty").into();
}

#[cfg(feature = "serde")]
#[test]
fn json_strings_tell_the_position() {
    let filter: Filter = serde_json::from_str(r#""title pr""#).expect("a filter");
    assert_eq!(
        serde_json::to_string(&filter).expect("text"),
        r#""title pr""#
    );
    let error = serde_json::from_str::<Filter>(r#""title pr x""#).expect_err("too much");
    assert!(
        error
            .to_string()
            .contains("byte 9: expected `and`, `or` or the end, found `x`"),
        "{error}"
    );
    assert!(
        serde_json::from_str::<PatchPath>("5")
            .expect_err("a number")
            .to_string()
            .contains("a SCIM PATCH path")
    );
}

#[cfg(feature = "schemars")]
#[test]
fn json_schemas_are_strings() {
    for schema in [
        schemars::schema_for!(Filter),
        schemars::schema_for!(PatchPath),
        schemars::schema_for!(ValueFilter),
        schemars::schema_for!(AttributePath),
    ] {
        assert_eq!(
            schema.get("type").and_then(serde_json::Value::as_str),
            Some("string")
        );
    }
}
