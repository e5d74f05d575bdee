//! Users of Microsoft Graph: JSON that is cut into its records while it comes in.

use serde_json::Value;

use super::position::Position;
use super::{Items, SourceError, SourceItem, SourceLimits, graph_item, json_message};

#[derive(Debug, Default)]
pub(super) struct GraphReader {
    pub(super) limits: SourceLimits,
    state: State,
    position: Position,
    /// What is being collected: a record, a name, or the value of a member.
    part: Part,
    records: usize,
}

/// What is expected next. A page is an array of users, or an object with one in its member `value`.
#[derive(Clone, Debug, Default, PartialEq)]
enum State {
    /// A page, or nothing more.
    #[default]
    Page,
    /// The name of a member, or the end of the object.
    Name { first: bool },
    /// The colon behind a name.
    Colon { name: String },
    /// The value of a member.
    Value { name: String },
    /// A comma or the end of the object.
    AfterValue,
    /// A record, or the end of the array.
    Record { first: bool, in_object: bool },
    /// A comma or the end of the array.
    AfterRecord { in_object: bool },
}

#[derive(Debug, Default)]
struct Part {
    bytes: Vec<u8>,
    start: Position,
    depth: usize,
    in_text: bool,
    escaped: bool,
}

/// How a part stands after a byte.
#[derive(PartialEq)]
enum Progress {
    Open,
    /// The byte was its last.
    Complete,
    /// A number or word ended before the byte.
    CompleteBefore,
}

impl Part {
    fn push(&mut self, byte: u8) -> Progress {
        if self.in_text {
            self.bytes.push(byte);
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => {
                    self.in_text = false;
                    if self.depth == 0 {
                        return Progress::Complete;
                    }
                }
                _ => {}
            }
            return Progress::Open;
        }
        if self.depth == 0 && !self.bytes.is_empty() {
            let ends = byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}');
            if ends {
                return Progress::CompleteBefore;
            }
        }
        self.bytes.push(byte);
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Progress::Complete;
                }
            }
            _ => {}
        }
        Progress::Open
    }
}

impl GraphReader {
    pub(super) fn push(&mut self, bytes: &[u8], items: &mut Items) {
        for byte in bytes {
            if let Err(error) = self.byte(*byte, items) {
                items.push(Err(error));
                return;
            }
            self.position.advance(*byte);
        }
    }

    pub(super) fn finish(&mut self, items: &mut Items) {
        if self.state != State::Page {
            let message = "the text ends in the middle; read it again from its source";
            items.push(Err(self.fault(self.position, message.to_owned(), true)));
        }
    }

    fn fault(&self, position: Position, message: String, is_final: bool) -> SourceError {
        let path = match &self.state {
            State::Record { .. } | State::AfterRecord { .. } => format!("value[{}]", self.records),
            State::Value { name } => name.clone(),
            _ => String::new(),
        };
        SourceError {
            line: position.line,
            column: position.column,
            path,
            message,
            is_final,
        }
    }

    fn expected(&self, what: &str) -> SourceError {
        self.fault(self.position, format!("expected {what}"), true)
    }

    fn byte(&mut self, byte: u8, items: &mut Items) -> Result<(), SourceError> {
        if !self.part.bytes.is_empty() {
            return self.collect(byte, items);
        }
        // The three bytes of a byte order mark count as blanks before a page.
        let is_mark = self.state == State::Page && matches!(byte, 0xEF | 0xBB | 0xBF);
        if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') || is_mark {
            return Ok(());
        }
        self.state = match (self.state.clone(), byte) {
            (State::Page, b'[') => {
                self.records = 0;
                State::Record {
                    first: true,
                    in_object: false,
                }
            }
            (State::Page, b'{') => {
                self.records = 0;
                State::Name { first: true }
            }
            (State::Page, _) => {
                return Err(self.expected("an array of users, or an object with one in `value`"));
            }
            (State::Name { first: true } | State::AfterValue, b'}')
            | (
                State::AfterRecord { in_object: false }
                | State::Record {
                    first: true,
                    in_object: false,
                },
                b']',
            ) => State::Page,
            (State::Name { .. }, b'"') => return self.collect(byte, items),
            (State::Name { .. }, _) => return Err(self.expected("the name of a member")),
            (State::Colon { name }, b':') => State::Value { name },
            (State::Colon { .. }, _) => return Err(self.expected("`:`")),
            (State::Value { name }, b'[') if name == "value" => State::Record {
                first: true,
                in_object: true,
            },
            (State::Value { .. }, b',' | b']' | b'}' | b':') => {
                return Err(self.expected("a value"));
            }
            (State::AfterValue, b',') => State::Name { first: false },
            (State::AfterValue, _) => return Err(self.expected("`,` or `}`")),
            (
                State::AfterRecord { in_object: true }
                | State::Record {
                    first: true,
                    in_object: true,
                },
                b']',
            ) => State::AfterValue,
            (State::AfterRecord { in_object }, b',') => State::Record {
                first: false,
                in_object,
            },
            (State::AfterRecord { .. }, _) => return Err(self.expected("`,` or `]`")),
            (State::Record { .. }, b',' | b']' | b'}' | b':') => {
                return Err(self.expected("a user"));
            }
            (State::Record { .. } | State::Value { .. }, _) => return self.collect(byte, items),
        };
        Ok(())
    }

    /// Adds a byte to the part that is being collected, and uses the part when it is complete.
    fn collect(&mut self, byte: u8, items: &mut Items) -> Result<(), SourceError> {
        if self.part.bytes.is_empty() {
            self.part.start = self.position;
        }
        let progress = self.part.push(byte);
        if self.part.bytes.len() > self.limits.record_bytes {
            let message = format!(
                "there are more than {} bytes; raise the limit, or ask for fewer properties with $select",
                self.limits.record_bytes
            );
            return Err(self.fault(self.part.start, message, true));
        }
        if progress == Progress::Open {
            return Ok(());
        }
        let part = std::mem::take(&mut self.part);
        self.use_part(&part, items)?;
        if progress == Progress::CompleteBefore {
            return self.byte(byte, items);
        }
        Ok(())
    }

    fn use_part(&mut self, part: &Part, items: &mut Items) -> Result<(), SourceError> {
        let value = serde_json::from_slice::<Value>(&part.bytes).map_err(|error| {
            let position = part.start.of(&error);
            self.fault(position, json_message(&error), true)
        })?;
        self.state = match self.state.clone() {
            State::Record { in_object, .. } => {
                let item = graph_item(&value)
                    .map_err(|error| self.fault(part.start, error.to_string(), false));
                items.push(item);
                self.records += 1;
                State::AfterRecord { in_object }
            }
            State::Value { name } => {
                match (name.as_str(), value) {
                    ("@odata.nextLink", Value::String(link)) => {
                        items.push(Ok(SourceItem::NextLink(link)));
                    }
                    ("@odata.deltaLink", Value::String(link)) => {
                        items.push(Ok(SourceItem::DeltaLink(link)));
                    }
                    ("value", _) => {
                        return Err(self.fault(
                            part.start,
                            "expected an array of users".to_owned(),
                            true,
                        ));
                    }
                    _ => {}
                }
                State::AfterValue
            }
            _ => State::Colon {
                name: value.as_str().unwrap_or_default().to_owned(),
            },
        };
        Ok(())
    }
}
