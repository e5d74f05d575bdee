//! What a file is, told by its beginning: for the message when somebody gave the wrong one.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::failure::Failure;

/// What a file looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Empty,
    Schema,
    ObjectMapping,
    Directory,
    Users,
    GraphError,
    Json,
    Csv,
    WebPage,
    Xml,
    State,
    Archive,
    Utf16,
    Text,
}

/// What a file is to be, by the option that takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Schema,
    Directory,
    State,
}

impl FileKind {
    /// By the first bytes of the file.
    pub(crate) fn of(start: &[u8]) -> Self {
        let start = start.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(start);
        let text = start.trim_ascii_start();
        if text.is_empty() {
            return Self::Empty;
        }
        let begins = |bytes: &[u8]| start.starts_with(bytes);
        if begins(b"SQLite format 3\0") {
            return Self::State;
        }
        if begins(b"PK\x03\x04") || begins(b"\x1F\x8B") {
            return Self::Archive;
        }
        if begins(b"\xFF\xFE") || begins(b"\xFE\xFF") {
            return Self::Utf16;
        }
        match text.first() {
            Some(b'{' | b'[') => Self::of_json(text),
            Some(b'<') => {
                let tag = text.get(..14).unwrap_or(text).to_ascii_lowercase();
                if tag.starts_with(b"<!doctype html") || tag.starts_with(b"<html") {
                    Self::WebPage
                } else {
                    Self::Xml
                }
            }
            _ => {
                let line = text.split(|byte| *byte == b'\n').next();
                let is_table =
                    line.is_some_and(|line| line.iter().any(|byte| b",;\t".contains(byte)));
                if is_table { Self::Csv } else { Self::Text }
            }
        }
    }

    fn of_json(text: &[u8]) -> Self {
        let mut names = Vec::new();
        // The beginning of a document is seldom a whole one: what could be read of it counts.
        let _ = Top(&mut names).deserialize(&mut serde_json::Deserializer::from_slice(text));
        let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
        if has(&["synchronizationRules"]) {
            Self::Schema
        } else if has(&["attributeMappings", "targetAttributeName"]) {
            Self::ObjectMapping
        } else if has(&["users", "groups", "appRoleAssignedTo", "value"]) {
            Self::Directory
        } else if has(&["userPrincipalName", "objectId", "accountEnabled"]) {
            Self::Users
        } else if has(&["directories"]) {
            // Long lists of attributes stand before the rules.
            Self::Schema
        } else if has(&["error"]) {
            Self::GraphError
        } else {
            Self::Json
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Self::Empty => "the file is empty",
            Self::Schema => "this is a synchronization schema",
            Self::ObjectMapping => "this is a part of a synchronization schema",
            Self::Directory => "this is a directory, or a list that Microsoft Graph sent",
            Self::Users => "this is a list of users",
            Self::GraphError => "this is an error that Microsoft Graph answered",
            Self::Json => "this is JSON of another kind",
            Self::Csv => "this looks like a table (CSV)",
            Self::WebPage => "this is a web page (HTML), such as a page that asks to sign in",
            Self::Xml => "this looks like XML",
            Self::State => "this is a SQLite database, such as the state",
            Self::Archive => {
                "this is a compressed file, such as a ZIP archive or an Excel workbook"
            }
            Self::Utf16 => "this is text in UTF-16",
            Self::Text => "this is text that is neither JSON nor a table",
        }
    }

    /// What to do with such a file.
    const fn way_out(self) -> Option<&'static str> {
        match self {
            Self::Schema => Some("give this file with --schema"),
            Self::Directory | Self::Users | Self::Csv => Some("give this file with --directory"),
            Self::State => Some("give the state with --state"),
            Self::Archive => Some("unpack it, or save the workbook as CSV"),
            Self::Utf16 => Some("save it as UTF-8 (PowerShell: Export-Csv -Encoding utf8)"),
            Self::Empty
            | Self::ObjectMapping
            | Self::GraphError
            | Self::Json
            | Self::WebPage
            | Self::Xml
            | Self::Text => None,
        }
    }

    /// The failure of a file of this kind where another one is wanted.
    pub(crate) fn instead_of(self, wanted: Wanted, place: &str) -> Failure {
        let problem = match self {
            Self::Empty => self.description().to_owned(),
            _ => format!("{}; {} is wanted here", self.description(), wanted.name()),
        };
        if (self, wanted) == (Self::Empty, Wanted::Directory) {
            let advice = "write the directory into it again, or name another file with --directory";
            return Failure::new(place, problem, advice);
        }
        let way_out = self.way_out().map(|way_out| format!("{way_out}; "));
        let advice = format!("{}{}", way_out.unwrap_or_default(), wanted.advice());
        Failure::new(place, problem, advice)
    }
}

impl Wanted {
    const fn name(self) -> &'static str {
        match self {
            Self::Schema => "a synchronization schema",
            Self::Directory => "a directory",
            Self::State => "a state",
        }
    }

    /// How to come by such a file, and which option takes it.
    pub(crate) const fn advice(self) -> &'static str {
        match self {
            Self::Schema => {
                "--schema and `check` take what the portal downloads: Provisioning > Mappings > Review your schema here"
            }
            Self::State => {
                "name another file with --state: the next cycle then matches everybody again, and creates nobody twice"
            }
            Self::Directory => {
                "--directory takes JSON with `users`, and where wanted `groups` and `appRoleAssignedTo`, each a list as Microsoft \
                 Graph sends it; or users only, as NDJSON, or as CSV with the names of the attributes in its first line"
            }
        }
    }
}

/// Collects the names at the top of a JSON document; of a list, those of its first entry.
struct Top<'a>(&'a mut Vec<String>);

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object, or a list of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key()? {
            self.0.push(name);
            members.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        list.next_element_seed(Top(self.0)).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::FileKind::{
        Archive, Csv, Directory, Empty, GraphError, Json, ObjectMapping, Schema, State, Text,
        Users, Utf16, WebPage, Xml,
    };
    use super::{FileKind, Wanted};

    #[test]
    fn files_are_told_apart_by_their_beginning() {
        let cases: [(&[u8], FileKind); 21] = [
            (b"", Empty),
            (b"\xEF\xBB\xBF \r\n", Empty),
            (br#"{"id": "x", "synchronizationRules": ["#, Schema),
            (br#"{"id": "x", "directories": [{"id": "y", "#, Schema),
            (
                br#"{"sourceObjectName": "User", "attributeMappings": []}"#,
                ObjectMapping,
            ),
            (br#"[{"targetAttributeName": "userName"}]"#, ObjectMapping),
            (br#"{"users": [{"id": "1"}, {"#, Directory),
            (
                br#"{"@odata.context": "c", "value": [{"id": "1"}]}"#,
                Directory,
            ),
            (
                br#"[{"id": "1", "userPrincipalName": "a@b.example"}]"#,
                Users,
            ),
            (b"{\"objectId\": \"1\"}\n{\"objectId\": \"2\"}\n", Users),
            (br#"{"error": {"code": "Unauthorized"}}"#, GraphError),
            (br"{}", Json),
            (br"[[[[7", Json),
            (b"id;mail\n1;a@b.example\n", Csv),
            (b"\n<!DOCTYPE HTML><title>Sign in</title>", WebPage),
            (b"<html lang=en>", WebPage),
            (b"<?xml version='1.0'?>", Xml),
            (b"SQLite format 3\0", State),
            (b"PK\x03\x04", Archive),
            (b"\xFF\xFEi\0d\0", Utf16),
            (b"userName\n", Text),
        ];
        for (start, kind) in cases {
            assert_eq!(
                FileKind::of(start),
                kind,
                "{}",
                String::from_utf8_lossy(start)
            );
        }
        let deep = b"[".repeat(60_000);
        assert_eq!(FileKind::of(&deep), Json);
    }

    #[test]
    fn the_wrong_file_is_told_with_the_option_that_takes_it() {
        let told = Directory
            .instead_of(Wanted::Schema, "directory.json")
            .to_string();
        assert_eq!(
            told,
            "directory.json: this is a directory, or a list that Microsoft Graph sent; a synchronization schema is wanted here\n  \
             what to do: give this file with --directory; --schema and `check` take what the portal downloads: \
             Provisioning > Mappings > Review your schema here"
        );
        let told = Schema
            .instead_of(Wanted::Directory, "schema.json")
            .to_string();
        assert!(
            told.contains("with --schema; --directory takes JSON with `users`"),
            "{told}"
        );
    }
}
