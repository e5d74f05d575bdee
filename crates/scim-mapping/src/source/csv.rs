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
    /// The first bytes, until they are enough to tell whether they are a byte order mark.
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
    delimiter: u8,
    quotation: Quotation,
    /// The line of the last quotation mark that opened a field.
    quoted_since: usize,
    /// The first line at which text stands behind a field's closing quotation mark, in the record that is being read.
    text_behind_quotation: Option<usize>,
    records: usize,
}

/// Where in a field the parser stands. It takes a field whose quotation mark is not closed for one that ends with the file,
/// and does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quotation {
    /// Nothing of the field is read yet.
    None,
    /// Between its quotation marks.
    Open,
    /// Behind one, which closes the field or is the first of two that stand for one.
    Closed,
    /// In a field, or the rest of one, that is not quoted.
    Past,
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
            delimiter: b',',
            quotation: Quotation::None,
            quoted_since: 1,
            text_behind_quotation: None,
            records: 0,
        }
    }
}

impl CsvReader {
    pub(super) fn set_delimiter(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
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
        let text = beginning.strip_prefix(MARK).unwrap_or(&beginning);
        self.read(text, items);
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
        if self.quotation == Quotation::Open {
            items.push(Err(self.not_closed()));
            return;
        }
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
                self.follow(bytes, blanks);
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
        self.follow(bytes, read);
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
                self.text_behind_quotation = None;
                if is_over {
                    return None;
                }
            }
            ReadRecordResult::End => return None,
        }
        Some(read)
    }

    /// Counts lines, and follows quotation marks.
    fn follow(&mut self, bytes: &[u8], read: usize) {
        for byte in bytes.iter().take(read) {
            self.quotation = match (self.quotation, *byte) {
                (Quotation::None, b'"') => {
                    self.quoted_since = self.next_line;
                    Quotation::Open
                }
                (Quotation::Open, b'"') => Quotation::Closed,
                (Quotation::Closed, b'"') | (Quotation::Open, _) => Quotation::Open,
                (_, b'\r' | b'\n') => Quotation::None,
                (_, byte) if byte == self.delimiter => Quotation::None,
                (Quotation::Closed, _) => {
                    self.text_behind_quotation.get_or_insert(self.next_line);
                    Quotation::Past
                }
                (Quotation::None | Quotation::Past, _) => Quotation::Past,
            };
            self.next_line += usize::from(*byte == b'\n');
        }
    }

    fn beyond_limits(&self) -> Option<String> {
        if self.fields_length > self.limits.record_bytes {
            let way_out = if self.quotation == Quotation::Open {
                format!(
                    "close the quotation mark that opens in line {}",
                    self.quoted_since
                )
            } else {
                "look for a quotation mark that is not closed".to_owned()
            };
            return Some(format!(
                "the record has more than {} bytes; raise the limit, or {way_out}",
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

    fn not_closed(&self) -> SourceError {
        let path = match self.header {
            Some(_) => format!("record {}", self.records + 1),
            None => "the header".to_owned(),
        };
        let message = "a quotation mark opens here and is not closed up to the end of the file; close it, or double it where it \
                       belongs to the value";
        SourceError {
            line: self.quoted_since,
            ..self.fault(&path, message.to_owned(), true)
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
        let texts: Result<Vec<&str>, String> = match self.text_behind_quotation {
            Some(line) => Err(format!(
                "text stands behind a closing quotation mark in line {line}; double each one that belongs to a value, and look for \
                 one before it that is not closed"
            )),
            None => self
                .fields()
                .enumerate()
                .map(|(index, field)| std::str::from_utf8(field).map_err(|_| self.not_text(index)))
                .collect(),
        };
        let Some(header) = &self.header else {
            return match texts.and_then(header) {
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
            Err(message) => Err(message),
            Ok(texts) if texts.len() != header.len() => Err(format!(
                "there {} for {}; look for a delimiter too many, or a quotation mark",
                match texts.len() {
                    1 => "is 1 value".to_owned(),
                    values => format!("are {values} values"),
                },
                match header.len() {
                    1 => "1 column".to_owned(),
                    columns => format!("{columns} columns"),
                },
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

#[cfg(test)]
mod tests {
    use super::{CsvReader, Quotation};
    use csv_core::{ReadRecordResult, Reader};

    fn records(text: &str) -> usize {
        let (mut reader, mut output, mut ends) = (Reader::new(), [0; 64], [0; 64]);
        let (mut rest, mut written, mut count) = (text.as_bytes(), 0, 0);
        loop {
            let (result, read, more, _) =
                reader.read_record(rest, &mut output[written..], &mut ends);
            rest = &rest[read..];
            written += more;
            match result {
                ReadRecordResult::End => return count,
                ReadRecordResult::Record => (count, written) = (count + 1, 0),
                _ => {}
            }
        }
    }

    #[test]
    fn quotation_marks_are_followed_as_the_parser_takes_them() {
        let mut texts = vec![String::new()];
        for _ in 0..5 {
            let longer =
                |text: &String| [',', '"', 'a', '\r', '\n'].map(|next| format!("{text}{next}"));
            texts = texts.iter().flat_map(longer).collect();
            for text in &texts {
                // A line more is a record more, but between quotation marks.
                let is_open = records(&format!("{text}\nb")) == records(&format!("{text}\nb\nb"));
                let mut reader = CsvReader::default();
                reader.follow(text.as_bytes(), text.len());
                assert_eq!(reader.quotation == Quotation::Open, is_open, "{text:?}");
            }
        }
    }
}
