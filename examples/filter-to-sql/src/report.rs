//! An answer as text.

use std::fmt::Write as _;

use scim_core::sql::{SqlDialect, SqlQuery, SqlValue};

use crate::answer::Answer;

pub(crate) fn of(answer: &Answer) -> String {
    let mut text = String::new();
    for (dialect, query) in &answer.queries {
        write_query(&mut text, *dialect, query);
    }
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "SQLite finds {} of {} users:",
        answer.found.len(),
        answer.samples
    );
    for user in &answer.found {
        let name = user.get("userName").and_then(|name| name.as_str());
        let _ = writeln!(
            text,
            "  {:2} {}",
            user.id().unwrap_or_default(),
            name.unwrap_or_default()
        );
    }
    text.push_str(if answer.agrees() {
        "scim-core's evaluation says the same\n"
    } else {
        "scim-core's evaluation says something else: this is a fault, please report it\n"
    });
    text
}

fn write_query(text: &mut String, dialect: SqlDialect, query: &SqlQuery) {
    let (name, mark) = match dialect {
        SqlDialect::PostgreSql => ("PostgreSQL", '$'),
        _ => ("SQLite", '?'),
    };
    let SqlQuery {
        condition, order, ..
    } = query;
    let _ = writeln!(text, "{name}\n  WHERE {condition}\n  ORDER BY {order}");
    for (number, parameter) in (1..).zip(&query.parameters) {
        let _ = match parameter {
            SqlValue::Text(value) => writeln!(text, "  {mark}{number} = {value:?}"),
            SqlValue::Integer(value) => writeln!(text, "  {mark}{number} = {value}"),
        };
    }
    text.push('\n');
}
