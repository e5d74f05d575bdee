//! What a directory's file is written in.

use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::file_kind::{FileKind, Wanted};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Document,
    Lines,
    /// With this delimiter.
    Csv(u8),
}

impl Format {
    /// By the beginning of the file; `place` is what messages call it.
    pub(super) fn of(start: &[u8], place: &str) -> Result<Self, Failure> {
        use FileKind::{Csv, Directory, Json, Text, Users};
        let kind = FileKind::of(start);
        if !matches!(kind, Directory | Users | Json | Csv | Text) {
            return Err(kind.instead_of(Wanted::Directory, place));
        }
        let start = start.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(start);
        let text = start.trim_ascii_start();
        let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        match text.first() {
            Some(b'{') if is_user(line) => Ok(Self::Lines),
            Some(b'[' | b'{') => Ok(Self::Document),
            _ => {
                let delimiter = delimiter(line);
                if names_an_id(line, delimiter) {
                    return Ok(Self::Csv(delimiter));
                }
                let problem = "the file is no JSON, and its first line names no column `id` or `objectId`, by which users are told apart";
                Err(Failure::new(place, problem, Wanted::Directory.advice()))
            }
        }
    }
}

/// Among what begins with `{`, NDJSON has a whole user on its first line.
fn is_user(line: &[u8]) -> bool {
    let whole: Option<Map<String, Value>> = serde_json::from_slice(line).ok();
    whole.is_some_and(|object| {
        let names = ["id", "objectId"];
        names.iter().any(|name| object.contains_key(*name))
    })
}

/// The one that makes the most columns.
fn delimiter(header: &[u8]) -> u8 {
    let columns = |delimiter: u8| header.split(|byte| *byte == delimiter).count();
    let most = [b',', b';', b'\t'].into_iter().max_by_key(|delimiter| {
        // Of equals the last counts, and a comma is the first choice.
        (columns(*delimiter), *delimiter == b',')
    });
    most.unwrap_or(b',')
}

fn names_an_id(header: &[u8], delimiter: u8) -> bool {
    header.split(|byte| *byte == delimiter).any(|column| {
        let name = column.trim_ascii();
        let name = name.strip_prefix(b"\"").unwrap_or(name);
        matches!(
            name.strip_suffix(b"\"").unwrap_or(name),
            b"id" | b"objectId"
        )
    })
}
