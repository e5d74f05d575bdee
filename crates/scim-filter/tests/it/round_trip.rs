//! G-1-1 and G-1-7: printing is the inverse of reading, on random trees and on random texts.

use proptest::collection::vec;
use proptest::prelude::*;
use scim_filter::{
    AttributePath, Comparison, ComparisonOperator, Filter, Leniency, Literal, Number, Parser,
    PatchPath, ValueFilter, ValuePath,
};

fn path() -> impl Strategy<Value = AttributePath> {
    let name = r"\$?[a-zA-Z][a-zA-Z0-9_$-]{0,6}";
    let schema = prop::option::of(prop_oneof![
        "urn:[a-z]{1,3}:[a-z]{1,3}(:[12]\\.0:[A-Z][a-z]{1,4})?",
        // RFC 3986, section 2.
        "[a-z][a-z0-9+.-]{0,3}:[a-z](:?[a-z0-9._~!$&'*;=@/?#%-]|\\+[0-9.]|\\([a-z:.]{0,3}\\)){0,9}",
        "[a-z]{1,5}://(me@)?\\[[0-9a-f:.]{1,9}\\](:[0-9]{1,4})?/[a-z]{0,4}",
    ]);
    (schema, name, prop::option::of(name)).prop_map(|(schema, attribute, sub_attribute)| {
        let mut path = AttributePath::new(attribute).expect("a name");
        if let Some(name) = sub_attribute {
            path = path.with_sub_attribute(name).expect("a name");
        }
        match schema {
            Some(schema) => path.with_schema(&schema).expect(&schema),
            None => path,
        }
    })
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Boolean),
        any::<i64>().prop_map(Literal::from),
        any::<f64>()
            .prop_filter_map("finite", Number::from_f64)
            .prop_map(Literal::Number),
        any::<String>().prop_map(Literal::String),
    ]
}

fn comparison() -> impl Strategy<Value = Comparison> {
    (
        path(),
        prop::sample::select(&ComparisonOperator::ALL[..]),
        literal(),
    )
        .prop_map(|(path, operator, value)| Comparison::new(path, operator, value))
}

fn value_filter() -> impl Strategy<Value = ValueFilter> {
    let leaf = prop_oneof![
        comparison().prop_map(ValueFilter::Comparison),
        path().prop_map(ValueFilter::Present),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4)
                .prop_map(|parts| parts.into_iter().reduce(ValueFilter::and).expect("two")),
            vec(inner.clone(), 2..4)
                .prop_map(|parts| parts.into_iter().reduce(ValueFilter::or).expect("two")),
            inner.prop_map(ValueFilter::negate),
        ]
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        comparison().prop_map(Filter::Comparison),
        path().prop_map(Filter::Present),
        (path(), value_filter())
            .prop_map(|(path, filter)| Filter::ValuePath(ValuePath::new(path, filter))),
    ];
    leaf.prop_recursive(5, 32, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4)
                .prop_map(|parts| parts.into_iter().reduce(Filter::and).expect("two")),
            vec(inner.clone(), 2..4)
                .prop_map(|parts| parts.into_iter().reduce(Filter::or).expect("two")),
            inner.prop_map(Filter::negate),
        ]
    })
}

/// The text without the parenthesis at `open` and the one that closes it.
fn without_parentheses(text: &str, open: usize) -> Option<String> {
    let (before, from_open) = text.split_at_checked(open)?;
    let mut depth = 0;
    let close = from_open.find(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0
    })?;
    let inner = from_open.get(1..close)?;
    Some(format!("{before}{inner}{}", from_open.get(close + 1..)?))
}

proptest! {
    #[test]
    fn a_printed_filter_reads_as_itself(filter in filter()) {
        let text = filter.to_string();
        prop_assert_eq!(&text.parse::<Filter>().expect(&text), &filter);
        let strict = Parser::new().leniency(Leniency::none());
        prop_assert_eq!(&strict.filter(&text).expect(&text), &filter);
        let lenient = Parser::new().leniency(Leniency::all());
        prop_assert_eq!(&lenient.filter(&text).expect(&text), &filter);
    }

    #[test]
    fn a_printed_value_filter_reads_as_itself(filter in value_filter()) {
        let text = filter.to_string();
        prop_assert_eq!(text.parse::<ValueFilter>().expect(&text), filter);
    }

    #[test]
    fn a_printed_path_reads_as_itself(attribute in path(), filter in value_filter(), sub in prop::option::of("[a-z]{1,5}")) {
        let path = PatchPath::ValuePath { attribute, filter, sub_attribute: sub };
        let text = path.to_string();
        prop_assert_eq!(text.parse::<PatchPath>().expect(&text), path);
    }

    /// No pair of parentheses in the canonical text can be left out: the text without them means something else or nothing.
    #[test]
    fn no_parentheses_can_be_left_out(filter in filter()) {
        let text = filter.to_string();
        // Parentheses in strings and in URNs are no syntax.
        let holds_others = |word: &str| word.trim_start_matches('(').trim_end_matches([')', ']']).contains(['(', ')']);
        if !text.contains('"') && !text.split([' ', '[']).any(holds_others) {
            for (open, _) in text.match_indices('(') {
                let without = without_parentheses(&text, open).expect("balanced");
                let other = without.parse::<Filter>().ok();
                prop_assert_ne!(other.as_ref(), Some(&filter));
            }
        }
    }

    #[test]
    fn no_text_does_harm(text in any::<String>()) {
        let _ = text.parse::<Filter>().map_err(|error| format!("{error:#}"));
        let _ = text.parse::<PatchPath>().map_err(|error| format!("{error:#}"));
        let _ = Parser::new().selection(&text).map_err(|error| format!("{error:#}"));
    }

    #[test]
    fn no_likely_text_does_harm(parts in vec(prop::sample::select(vec![
        "a", "userName", "urn:x:2.0:User:", "Job Title", ".", "[", "]", "(", ")", " ", "  ", " and ", " or ", "not ", " pr", " eq ", "+",
        "\"x\"", "\"", "'", "\\u00e9", "1", "-1.5e3", "01", "true", "True", "null", "é", "日", ",", ":", "\t", "$ref",
    ]), 0..24)) {
        let text = parts.concat();
        for parser in [Parser::new(), Parser::new().leniency(Leniency::all()), Parser::new().schema_with_free_names("urn:x:2.0:User")] {
            match parser.filter(&text) {
                Ok(filter) => prop_assert_eq!(parser.filter(&filter.to_string()).expect("printed"), filter),
                Err(error) => {
                    prop_assert!(text.get(error.range()).is_some(), "{:?} {:?}", text, error);
                    let _ = format!("{error:#}");
                }
            }
            if let Ok(path) = parser.patch_path(&text) {
                prop_assert_eq!(parser.patch_path(&path.to_string()).expect("printed"), path);
            }
        }
    }
}
