//! Any text as an expression of Entra's mappings: an answer, or an error inside the text; print is the inverse of read; and
//! evaluation ends without a panic.
#![cfg_attr(fuzzing, no_main)]

use scim_mapping::{Environment, Expression, Record};
use serde_json::json;

fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let expression: Expression = match text.parse() {
        Ok(expression) => expression,
        Err(error) => {
            assert!(text.get(error.range()).is_some(), "{error:?}");
            assert!(!format!("{error:#}").is_empty());
            return;
        }
    };
    let printed = expression.to_string();
    assert_eq!(printed.parse().as_ref(), Ok(&expression), "{printed}");
    let record = Record::default()
        .with("mail", "ines.okafor@fjordlab.example")
        .with("displayName", "Ine\u{301}s O'Kafor 李")
        .with("employeeHireDate", "2024-02-29T00:00:00Z")
        .with("number", "-7")
        .with(
            "proxyAddresses",
            json!(["SMTP:a@b.example", "smtp:c@d.example"]),
        );
    let environment =
        Environment::new(chrono::DateTime::UNIX_EPOCH).with_random(|| 0x0123_4567_89AB_CDEF);
    // What it evaluates to is for the cases to say.
    let _ = expression.evaluate(&record, &environment);
}

fuzz::target!(check);
