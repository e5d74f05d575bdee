//! Any text as an export of Graph's `synchronizationSchema`: what is read is written back with nothing lost, and becomes a
//! mapping or a list of problems.
#![cfg_attr(fuzzing, no_main)]

use scim_mapping::{Mapping, SynchronizationSchema};
use serde_json::Value;

fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(schema) = SynchronizationSchema::from_json(text) else {
        return;
    };
    let read = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}'))
        .expect("it was read before");
    assert_eq!(
        serde_json::to_value(&schema).expect("what was read can be written"),
        read
    );
    if let Err(errors) = Mapping::from_object_mapping(&schema, "User") {
        assert!(!errors.problems().is_empty());
    }
}

fuzz::target!(check);
