//! A filter as it is compared with the one of another request.

use scim_filter::{AttributePath, Comparison, Filter, Fold};

/// The same text for filters that differ in blanks, parentheses and the case of names and operators only
/// ([RFC 9865 §2](https://www.rfc-editor.org/rfc/rfc9865#section-2) changes the case of names from page to page).
pub(super) fn form(filter: &Filter) -> String {
    filter.fold(&mut Form)
}

struct Form;

fn name(path: &AttributePath) -> String {
    path.as_str().to_ascii_lowercase()
}

impl Fold for Form {
    type Output = String;

    fn comparison(&mut self, comparison: &Comparison) -> String {
        let (path, operator) = (name(&comparison.path), comparison.operator);
        format!("({path} {operator} {})", comparison.value)
    }

    fn present(&mut self, path: &AttributePath) -> String {
        format!("({} pr)", name(path))
    }

    fn not(&mut self, part: String) -> String {
        format!("(not {part})")
    }

    fn and(&mut self, parts: Vec<String>) -> String {
        format!("({})", parts.join(" and "))
    }

    fn or(&mut self, parts: Vec<String>) -> String {
        format!("({})", parts.join(" or "))
    }

    fn value_path(&mut self, attribute: &AttributePath, filter: String) -> String {
        format!("({}[{filter}])", name(attribute))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_filter_means_counts() {
        let form = |text: &str| form(&text.parse().unwrap());
        let first = form(r#"userName eq "Ines" and (emails[type eq "work"] or not (title pr))"#);
        assert_eq!(
            first,
            form(r#"(USERNAME EQ "Ines") AND (Emails[(Type eq "work")] OR NOT (Title PR))"#)
        );
        for other in [
            r#"userName eq "ines" and (emails[type eq "work"] or not (title pr))"#,
            r#"userName eq "Ines" and emails[type eq "work"] or not (title pr)"#,
            r#"userName ne "Ines" and (emails[type eq "work"] or not (title pr))"#,
        ] {
            assert_ne!(first, form(other), "{other}");
        }
    }
}
