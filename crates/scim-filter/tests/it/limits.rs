//! P-7644-3.4.2.2-26: nothing that is sent can exhaust the stack, the memory or the time of the reader.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use scim_filter::{Filter, Limits, ParseErrorKind, Parser, PatchPath};

fn hash(filter: &Filter) -> u64 {
    let mut hasher = DefaultHasher::new();
    filter.hash(&mut hasher);
    hasher.finish()
}

fn kind(text: &str) -> ParseErrorKind {
    text.parse::<Filter>().expect_err("beyond a limit").kind()
}

/// Runs on a thread whose stack is as small as any that servers use.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(work)
        .expect("a thread")
        .join()
        .expect("no overflow");
}

#[test]
fn open_brackets_fail_at_once() {
    on_a_small_stack(|| {
        for opening in ["(", "not(", "not (", "(not(", "a[", "a[("] {
            let text = opening.repeat(100_000 / opening.len());
            assert!(
                matches!(
                    kind(&text),
                    ParseErrorKind::TooDeep | ParseErrorKind::NestedValuePath
                ),
                "{opening}"
            );
        }
    });
}

#[test]
fn a_tree_at_the_greatest_depth_needs_a_bounded_stack() {
    on_a_small_stack(|| {
        let depth = Limits::MAXIMUM_DEPTH;
        let text = format!("{}a pr{}", "not (".repeat(depth), ")".repeat(depth));
        let mut limits = Limits::new();
        limits.depth = usize::MAX;
        let parser = Parser::new().limits(limits);
        let filter = parser.filter(&text).expect("at the limit");
        let clone = filter.clone();
        assert_eq!(clone, filter);
        assert_eq!(filter.to_string(), text);
        assert!(format!("{filter:?}").len() > depth);
        assert!(format!("{filter:#?}").len() > depth);
        assert_eq!(hash(&clone), hash(&filter));
        let deeper = format!("not ({text})");
        assert_eq!(
            parser.filter(&deeper).expect_err("deeper").kind(),
            ParseErrorKind::TooDeep
        );
    });
}

#[test]
fn a_tree_of_the_greatest_width_needs_a_bounded_stack() {
    on_a_small_stack(|| {
        let terms = Limits::new().terms;
        for operator in [" or ", " and "] {
            let text = vec!["a pr"; terms].join(operator);
            let filter: Filter = text.parse().expect("at the limit");
            let clone = filter.clone();
            assert_eq!(clone, filter);
            assert_eq!(hash(&clone), hash(&filter));
            assert_eq!(filter.to_string(), text);
            assert!(format!("{filter:?}").len() > terms);
        }
    });
}

#[test]
fn printing_and_reading_again_a_mixed_tree_at_the_limit() {
    let terms = Limits::new().terms;
    let text = vec!["(a pr or b pr)"; terms / 2].join(" and ");
    let filter: Filter = text.parse().expect("at the limit");
    assert_eq!(filter.to_string(), text);
    assert_eq!(text.parse::<Filter>().as_ref(), Ok(&filter));
}

#[test]
fn nesting_costs_linear_time() {
    let text = format!("{}a pr{}", "(".repeat(60), ")".repeat(60));
    assert_eq!(
        text.parse::<Filter>().expect("60 levels").to_string(),
        "a pr"
    );
}

#[test]
fn a_thousand_identifiers_are_read() {
    for terms in [100, 1_000] {
        let text = vec![r#"id eq "2819c223-7f76-453a-919d-413861904646""#; terms].join(" or ");
        let filter: Filter = text.parse().expect("under the limits");
        assert!(matches!(&filter, Filter::Or(parts) if parts.len() == terms));
        assert_eq!(filter.to_string(), text);
    }
}

#[test]
fn too_many_terms_and_too_many_bytes() {
    let terms = Limits::new().terms;
    let at_the_limit = vec!["a pr"; terms].join(" or ");
    assert!(at_the_limit.parse::<Filter>().is_ok());
    assert_eq!(
        kind(&format!("{at_the_limit} or a pr")),
        ParseErrorKind::TooManyTerms
    );
    let in_brackets = format!("a[{at_the_limit} or a pr]");
    let error = in_brackets
        .parse::<PatchPath>()
        .expect_err("in a path as well");
    assert_eq!(error.kind(), ParseErrorKind::TooManyTerms);
    assert_eq!(
        kind(&" ".repeat(Limits::new().bytes + 1)),
        ParseErrorKind::TooLong
    );
    let secret = "ж".repeat(Limits::new().bytes);
    let error = format!("a eq \"{secret}\"")
        .parse::<Filter>()
        .expect_err("a long text");
    assert!(!error.to_string().contains('ж'), "{}", error.found());
    assert_eq!(
        kind(&format!("{} pr", "a".repeat(5_000))),
        ParseErrorKind::TooLong
    );
    let many = vec!["a"; terms + 1].join(",");
    let error = Parser::new().selection(&many).expect_err("a long list");
    assert_eq!(error.kind(), ParseErrorKind::TooManyTerms);
}

#[test]
fn looking_for_the_end_of_a_name_is_bounded() {
    let urn = "urn:x:2.0:User";
    let parser = Parser::new().schema_with_free_names(urn);
    for unit in [
        "[",
        "[a pr or ",
        " eq \"\\",
        " eq ",
        " pr ",
        "[not(",
        "urn:x:2.0:User:",
        // Found by the fuzzer: each bracket was read ahead, and within it each further one again.
        ":[urn:x:2.0:User:`&D a eq b",
        "[urn:x:2.0:User:a",
        "[b pr or urn:x:2.0:User:a",
        "[b eq 1] x or urn:x:2.0:User:a",
    ] {
        let text = format!("{urn}:a{}", unit.repeat(200_000 / unit.len()));
        // Whatever the answer: it comes.
        let _ = parser.filter(&text);
        let _ = parser.patch_path(&text);
        let _ = text.parse::<Filter>();
    }
}
