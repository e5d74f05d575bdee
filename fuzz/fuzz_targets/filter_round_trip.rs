//! Any bytes: the reader answers; what it accepts prints as a text that reads as the same tree.
#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Unstructured};
use scim_filter::{Filter, Leniency, Parser};

fn check(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let peakon = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";
        for parser in [
            Parser::new(),
            Parser::new().leniency(Leniency::none()),
            Parser::new().leniency(Leniency::all()).schema(peakon),
            Parser::new().schema_with_free_names(peakon),
        ] {
            round_trip(&parser, text);
        }
    }
    if let Ok(filter) = Filter::arbitrary(&mut Unstructured::new(data)) {
        let text = filter.to_string();
        assert_eq!(text.parse::<Filter>().as_ref(), Ok(&filter), "{text}");
    }
}

fn round_trip(parser: &Parser, text: &str) {
    match parser.filter_with_report(text) {
        Ok(parsed) => {
            let printed = parsed.value.to_string();
            let again = parser.filter(&printed);
            assert_eq!(again.as_ref(), Ok(&parsed.value), "{text:?} -> {printed:?}");
            for tolerated in parsed.tolerated {
                assert!(text.get(tolerated.range).is_some());
            }
        }
        Err(error) => {
            assert!(text.get(error.range()).is_some(), "{text:?}: {error:?}");
            assert!(!format!("{error:#}").is_empty());
        }
    }
}

fuzz::target!(check);
