//! What a failure of the database means, and what may be said about it.

use std::error::Error;

/// Whether a failure comes from a database that cannot be reached now: the same may succeed in a moment.
pub(crate) fn is_database_away(error: &(dyn Error + 'static)) -> bool {
    match of_database(error) {
        Some(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => true,
        Some(sqlx::Error::Database(error)) => {
            // PostgreSQL, class 08: the connection failed; class 53: it has no room left; class 57P: it goes down, or comes up.
            // 55P03: another one held a lock for too long; 57014: a statement took too long.
            // SQLite, 5: another process writes; 13: the disk is full.
            let code = error.code().unwrap_or_default();
            ["08", "53", "57P"]
                .iter()
                .any(|class| code.len() == 5 && code.starts_with(class))
                || matches!(&*code, "55P03" | "57014" | "5" | "13")
        }
        _ => false,
    }
}

/// Whether somebody else holds what is needed, and has for longer than a request waits.
pub(crate) fn is_held(error: &(dyn Error + 'static)) -> bool {
    let Some(sqlx::Error::Database(error)) = of_database(error) else {
        return false;
    };
    matches!(error.code().as_deref(), Some("55P03" | "5"))
}

/// A failure as the log may show it: a database repeats values in some of its messages, and so does what reads JSON.
pub(crate) fn described(error: &(dyn Error + 'static)) -> String {
    if let Some(sqlx::Error::Database(error)) = of_database(error) {
        let code = error.code().unwrap_or_default();
        // Class 22: what is wrong with a value.
        let message = if code.starts_with("22") {
            "a value cannot be used"
        } else {
            error.message()
        };
        return format!("the database failed: {message} ({code})");
    }
    if let Some(error) = in_chain::<serde_json::Error>(error) {
        let (line, column) = (error.line(), error.column());
        return format!(
            "a text in the database is not the JSON that is needed: line {line}, column {column}"
        );
    }
    error.to_string()
}

/// The code and the text by which the server refused, if it did.
pub(super) fn by_server(error: &(dyn Error + 'static)) -> Option<(String, String)> {
    let Some(sqlx::Error::Database(error)) = of_database(error) else {
        return None;
    };
    let code = error.code().unwrap_or_default().into_owned();
    Some((code, error.message().to_owned()))
}

fn of_database<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e sqlx::Error> {
    match in_chain(error) {
        // The failure of a commit that several changes shared.
        Some(sqlx::Error::AnyDriverError(cause)) => of_database(cause.as_ref()),
        found => found,
    }
}

fn in_chain<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut error = Some(error);
    while let Some(current) = error {
        if let Some(found) = current.downcast_ref() {
            return Some(found);
        }
        error = current.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use scim_core::service_provider::StoreError;

    #[test]
    fn a_database_that_is_away_is_told_from_one_that_refuses() {
        let away = |error: sqlx::Error| is_database_away(&StoreError::Failed(error.into()));
        assert!(away(sqlx::Error::PoolTimedOut));
        assert!(away(sqlx::Error::PoolClosed));
        assert!(away(std::io::Error::other("reset").into()));
        assert!(!away(sqlx::Error::RowNotFound));
        assert!(!is_database_away(&std::io::Error::other(
            "not the database"
        )));
    }

    #[test]
    fn what_is_wrong_with_a_text_is_told_without_it() {
        let error = serde_json::from_str::<u8>("\"ines\"").unwrap_err();
        assert!(error.to_string().contains("ines"));
        let told = described(&StoreError::Failed(error.into()));
        assert!(
            told.contains("column 6") && !told.contains("ines"),
            "{told}"
        );
    }
}
