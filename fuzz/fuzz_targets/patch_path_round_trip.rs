//! Any bytes as a PATCH path, an attribute path and a selection: the reader answers, and what it accepts round-trips.
#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Unstructured};
use scim_filter::{Leniency, Parser, PatchPath};

fn check(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let peakon = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";
        for parser in [
            Parser::new(),
            Parser::new().leniency(Leniency::none()),
            Parser::new().schema(peakon),
            Parser::new().leniency(Leniency::all()).schema(peakon),
            Parser::new().schema_with_free_names(peakon),
        ] {
            round_trip(&parser, text);
        }
    }
    if let Ok(path) = PatchPath::arbitrary(&mut Unstructured::new(data)) {
        let text = path.to_string();
        assert_eq!(text.parse::<PatchPath>().as_ref(), Ok(&path), "{text}");
    }
}

fn round_trip(parser: &Parser, text: &str) {
    match parser.patch_path(text) {
        Ok(path) => {
            let printed = path.to_string();
            assert_eq!(
                parser.patch_path(&printed).as_ref(),
                Ok(&path),
                "{text:?} -> {printed:?}"
            );
        }
        Err(error) => {
            assert!(text.get(error.range()).is_some(), "{text:?}: {error:?}");
            assert!(!format!("{error:#}").is_empty());
        }
    }
    if let Ok(path) = parser.attribute_path(text) {
        assert_eq!(
            parser.attribute_path(&path.to_string()).as_ref(),
            Ok(&path),
            "{text:?}"
        );
    }
    if let Ok(selection) = parser.selection(text) {
        let printed: Vec<String> = selection.iter().map(ToString::to_string).collect();
        let printed = printed.join(",");
        assert_eq!(
            parser.selection(&printed).as_ref(),
            Ok(&selection),
            "{text:?} -> {printed:?}"
        );
    }
}

fuzz::target!(check);
