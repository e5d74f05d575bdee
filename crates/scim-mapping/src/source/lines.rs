//! NDJSON.

use serde_json::Value;

use super::position::Position;
use super::{Items, SourceError, SourceItem, SourceLimits, json_message};
use crate::record::{Record, RecordError};

#[derive(Debug, Default)]
pub(super) struct LineReader {
    pub(super) limits: SourceLimits,
    line: Vec<u8>,
    finished: usize,
    records: usize,
}

impl LineReader {
    pub(super) fn push(&mut self, bytes: &[u8], items: &mut Items) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if self.line.len() > self.limits.record_bytes + 2 {
                items.push(Err(SourceError {
                    line: self.finished + 1,
                    column: 0,
                    path: format!("record {}", self.records + 1),
                    message: format!(
                        "the record has more than {} bytes; raise the limit, or look for a missing line break",
                        self.limits.record_bytes
                    ),
                    is_final: true,
                }));
                return;
            }
            if part.last() == Some(&b'\n') {
                self.end_line(items);
            }
        }
    }

    pub(super) fn finish(&mut self, items: &mut Items) {
        self.end_line(items);
    }

    fn end_line(&mut self, items: &mut Items) {
        let line = std::mem::take(&mut self.line);
        self.finished += 1;
        let text = if self.finished == 1 {
            line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&line)
        } else {
            &line
        };
        // An error at the line break would be told as one of the next line.
        let text = text.trim_ascii_end();
        if text.is_empty() {
            return;
        }
        self.records += 1;
        let start = Position {
            line: self.finished,
            column: 1,
        };
        let fault = |position: Position, message: String| {
            Err(SourceError {
                line: position.line,
                column: position.column,
                path: format!("record {}", self.records),
                message,
                is_final: false,
            })
        };
        items.push(match serde_json::from_slice::<Value>(text) {
            Ok(Value::Object(attributes)) => Ok(SourceItem::Record(Record::new(attributes))),
            Ok(other) => fault(start, RecordError::not_an_object(&other).to_string()),
            Err(error) => fault(start.of(&error), json_message(&error)),
        });
    }
}
