//! CSV with a header (RFC 4180, section 2).

use std::collections::{BTreeMap, BTreeSet};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use serde_json::{Map, Value};

use super::{Items, SourceError, SourceItem, SourceLimits};
use crate::record::Record;

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// How much the buffers grow by.
const STEP: usize = 4_096;

#[derive(Debug)]
pub(super) struct CsvReader {
    pub(super) limits: SourceLimits,
    pub(super) lists: BTreeMap<String, char>,
    reader: Reader,
    /// The first bytes, until they are enough to tell whether they are a byte order mark. The parser takes one away only
    /// when it gets it in one piece.
    beginning: Vec<u8>,
    has_begun: bool,
    header: Option<Vec<String>>,
    /// The fields of the record that is being read, one behind the other.
    fields: Vec<u8>,
    fields_length: usize,
    /// Where each of them ends.
    ends: Vec<usize>,
    ends_length: usize,
    /// The line at which the record begins.
    line: usize,
    /// The line at which the parser stands.
    next_line: usize,
    /// Whether it stands between two records.
    is_between: bool,
    records: usize,
}

impl Default for CsvReader {
    fn default() -> Self {
        Self {
            limits: SourceLimits::default(),
            lists: BTreeMap::new(),
            reader: Reader::new(),
            beginning: Vec::new(),
            has_begun: false,
            header: None,
            fields: vec![0; STEP],
            fields_length: 0,
            ends: vec![0; 64],
            ends_length: 0,
            line: 1,
            next_line: 1,
            is_between: true,
            records: 0,
        }
    }
}

impl CsvReader {
    pub(super) fn set_delimiter(&mut self, delimiter: u8) {
        self.reader = ReaderBuilder::new().delimiter(delimiter).build();
    }

    pub(super) fn push(&mut self, bytes: &[u8], items: &mut Items) {
        if self.has_begun {
            self.read(bytes, items);
            return;
        }
        self.beginning.extend_from_slice(bytes);
        if !MARK.starts_with(&self.beginning) {
            self.begin(items);
        }
    }

    fn begin(&mut self, items: &mut Items) {
        self.has_begun = true;
        let beginning = std::mem::take(&mut self.beginning);
        self.read(&beginning, items);
    }

    fn read(&mut self, mut bytes: &[u8], items: &mut Items) {
        while !bytes.is_empty() {
            let Some(read) = self.step(bytes, items) else {
                return;
            };
            bytes = bytes.get(read..).unwrap_or_default();
        }
    }

    /// Empty input tells the parser that the text has ended.
    pub(super) fn finish(&mut self, items: &mut Items) {
        self.begin(items);
        let before = items.len();
        while self.step(&[], items).is_some() {
            if items.len() > before {
                break;
            }
        }
        if self.header.is_none() && items.is_empty() {
            let message =
                "there is no header; write the names of the attributes into the first line";
            items.push(Err(self.fault("the header", message.to_owned(), true)));
        }
    }

    /// Reads up to the end of a record or of the input; tells how many bytes, or none when reading is over.
    fn step(&mut self, bytes: &[u8], items: &mut Items) -> Option<usize> {
        // The parser passes over line breaks between records too, but does not tell where the next one begins.
        if self.is_between {
            let blank = |byte: &&u8| matches!(byte, b'\r' | b'\n');
            let blanks = bytes.iter().take_while(blank).count();
            if blanks > 0 {
                self.count_lines(bytes, blanks);
                return Some(blanks);
            }
            self.is_between = bytes.is_empty();
            self.line = self.next_line;
        }
        let output = self.fields.get_mut(self.fields_length..)?;
        let ends = self.ends.get_mut(self.ends_length..)?;
        let (result, read, written, ended) = self.reader.read_record(bytes, output, ends);
        self.fields_length += written;
        self.ends_length += ended;
        self.count_lines(bytes, read);
        if let Some(message) = self.beyond_limits() {
            let path = format!("record {}", self.records + 1);
            items.push(Err(self.fault(&path, message, true)));
            return None;
        }
        match result {
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() + STEP, 0),
            ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
            ReadRecordResult::Record => {
                let is_over = self.end_record(items);
                self.fields_length = 0;
                self.ends_length = 0;
                self.is_between = true;
                if is_over {
                    return None;
                }
            }
            ReadRecordResult::End => return None,
        }
        Some(read)
    }

    fn count_lines(&mut self, bytes: &[u8], read: usize) {
        let breaks = bytes.iter().take(read).filter(|byte| **byte == b'\n');
        self.next_line += breaks.count();
    }

    fn beyond_limits(&self) -> Option<String> {
        if self.fields_length > self.limits.record_bytes {
            return Some(format!(
                "the record has more than {} bytes; raise the limit, or look for a quotation mark that is not closed",
                self.limits.record_bytes
            ));
        }
        (self.ends_length > self.limits.columns).then(|| {
            format!(
                "there are more than {} columns; raise the limit, or look at the delimiter",
                self.limits.columns
            )
        })
    }

    fn fault(&self, path: &str, message: String, is_final: bool) -> SourceError {
        SourceError {
            line: self.line,
            column: 0,
            path: path.to_owned(),
            message,
            is_final,
        }
    }

    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.ends.get(..self.ends_length).unwrap_or_default();
        let starts = std::iter::once(&0).chain(ends);
        starts
            .zip(ends)
            .map(|(start, end)| self.fields.get(*start..*end).unwrap_or_default())
    }

    /// Whether reading is over.
    fn end_record(&mut self, items: &mut Items) -> bool {
        let texts: Result<Vec<&str>, usize> = self
            .fields()
            .enumerate()
            .map(|(index, field)| std::str::from_utf8(field).map_err(|_| index))
            .collect();
        let Some(header) = &self.header else {
            return match texts
                .map_err(|column| self.not_text(column))
                .and_then(header)
            {
                Ok(names) => {
                    self.header = Some(names);
                    false
                }
                Err(message) => {
                    items.push(Err(self.fault("the header", message, true)));
                    true
                }
            };
        };
        let item = match texts {
            Err(column) => Err(self.not_text(column)),
            Ok(texts) if texts.len() != header.len() => Err(format!(
                "there are {} values for {} columns; look for a delimiter too many, or a quotation mark",
                texts.len(),
                header.len()
            )),
            Ok(texts) => {
                let attributes: Map<String, Value> = header
                    .iter()
                    .zip(texts)
                    .filter(|(_, text)| !text.is_empty())
                    .map(|(name, text)| (name.clone(), self.value(name, text)))
                    .collect();
                Ok(SourceItem::Record(Record::new(attributes)))
            }
        };
        self.records += 1;
        let path = format!("record {}", self.records);
        items.push(item.map_err(|message| self.fault(&path, message, false)));
        false
    }

    fn value(&self, name: &str, text: &str) -> Value {
        match self.lists.get(name) {
            Some(separator) => text
                .split(*separator)
                .map(str::trim)
                .filter(|value| !value.is_empty())
                .collect(),
            None => Value::from(text),
        }
    }

    fn not_text(&self, column: usize) -> String {
        let name = self.header.as_ref().and_then(|header| header.get(column));
        let column = name.map_or_else(
            || format!("column {}", column + 1),
            |name| format!("\"{name}\""),
        );
        format!("{column} is not UTF-8; save the file as UTF-8")
    }
}

fn header(names: Vec<&str>) -> Result<Vec<String>, String> {
    let mut seen = BTreeSet::new();
    let mut header = Vec::new();
    for (index, name) in names.into_iter().enumerate() {
        let name = name.trim();
        if name.is_empty() {
            return Err(format!("the column {} has no name; give it one", index + 1));
        }
        if !seen.insert(name) {
            return Err(format!(
                "two columns are called \"{name}\"; rename one of them"
            ));
        }
        header.push(name.to_owned());
    }
    Ok(header)
}
