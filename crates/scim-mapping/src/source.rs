//! Records out of files and answers: users of Microsoft Graph, CSV and NDJSON, read piece by piece.
//!
//! Nothing here opens a file or a connection: whoever has bytes pushes them, in pieces of any size, and gets the records
//! that are complete. A record that is at fault is one error among the items, and reading goes on behind it; where the text
//! itself is broken, reading ends with that error.
//!
//! ```
//! use scim_mapping::source::{SourceItem, SourceReader};
//!
//! let mut reader = SourceReader::csv();
//! let mut items = reader.push(b"userPrincipalName,jobTitle\nines@fjordlab.example,Data Ste");
//! items.extend(reader.push(b"ward\nsefa@fjordlab.example,\n"));
//! items.extend(reader.finish());
//! let records: Vec<_> = items
//!     .into_iter()
//!     .map(|item| match item? {
//!         SourceItem::Record(record) => Ok(record),
//!         other => panic!("CSV has records only, not {other:?}"),
//!     })
//!     .collect::<Result<_, scim_mapping::source::SourceError>>()?;
//! assert_eq!(records[0].text("jobTitle").as_deref(), Some("Data Steward"));
//! assert_eq!(records[1].get("jobTitle"), None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod csv;
mod graph;
mod lines;
mod position;

use std::fmt;

use serde_json::Value;

use self::csv::CsvReader;
use self::graph::GraphReader;
use self::lines::LineReader;
use crate::record::{Record, RecordError};

/// What was read.
///
/// ```
/// use scim_mapping::source::{SourceItem, SourceReader};
///
/// let mut reader = SourceReader::graph();
/// let items = reader.push(br#"{"value": [{"id": "7", "@removed": {"reason": "deleted"}}], "@odata.deltaLink": "https://graph.example/d"}"#);
/// let items: Result<Vec<_>, _> = items.into_iter().collect();
/// assert_eq!(items?, [
///     SourceItem::Removed { id: "7".to_owned(), reason: "deleted".to_owned() },
///     SourceItem::DeltaLink("https://graph.example/d".to_owned()),
/// ]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SourceItem {
    /// An object.
    Record(Record),
    /// An object that is gone (`@removed` of a delta page).
    Removed {
        /// Its object id.
        id: String,
        /// `changed` when it can be restored, `deleted` when it cannot; empty if nothing is said.
        reason: String,
    },
    /// Where the next page is (`@odata.nextLink`).
    NextLink(String),
    /// Where the changes from now on are (`@odata.deltaLink`): what a cycle stores as its watermark.
    DeltaLink(String),
}

/// What is wrong with a record, or with the text as a whole.
///
/// ```
/// use scim_mapping::source::SourceReader;
///
/// let error = SourceReader::ndjson().push(b"{\"id\": \"1\"}\n{\"id\" \"2\"}\n").remove(1).unwrap_err();
/// assert_eq!((error.line, error.column, error.path.as_str()), (2, 7, "record 2"));
/// assert_eq!(error.to_string(), "line 2, column 7, record 2: expected `:`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct SourceError {
    /// The line, from 1.
    pub line: usize,
    /// The column in bytes, from 1; 0 when only the line is known.
    pub column: usize,
    /// The record, and what of it is known: `value[3]`, `record 2`.
    pub path: String,
    /// What was found, and what to do.
    pub message: String,
    /// Whether nothing more will be read.
    pub is_final: bool,
}

impl fmt::Display for SourceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}", self.line)?;
        if self.column > 0 {
            write!(formatter, ", column {}", self.column)?;
        }
        if !self.path.is_empty() {
            write!(formatter, ", {}", self.path)?;
        }
        write!(formatter, ": {}", self.message)
    }
}

/// How much one record may be.
///
/// ```
/// let limits = scim_mapping::source::SourceLimits::default();
/// assert_eq!((limits.record_bytes, limits.columns), (1 << 20, 1_000));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceLimits {
    /// The most bytes of a record, and of a member beside the records.
    pub record_bytes: usize,
    /// The most columns of a CSV file.
    pub columns: usize,
}

impl Default for SourceLimits {
    fn default() -> Self {
        Self {
            record_bytes: 1 << 20,
            columns: 1_000,
        }
    }
}

type Items = Vec<Result<SourceItem, SourceError>>;

/// Reads records out of bytes that come in pieces.
///
/// See the example of the [module](self).
#[derive(Debug)]
pub struct SourceReader {
    format: Format,
    is_over: bool,
}

#[derive(Debug)]
enum Format {
    Graph(GraphReader),
    Csv(Box<CsvReader>),
    Lines(LineReader),
}

impl SourceReader {
    /// Users of Microsoft Graph: a JSON array of users, or pages `{"value": […]}` with links, one behind the other.
    ///
    /// ```
    /// use scim_mapping::source::{SourceItem, SourceReader};
    ///
    /// let items = SourceReader::graph().push(br#"[{"id": "1", "mobilePhone": "+47 1"}]"#);
    /// let Some(Ok(SourceItem::Record(record))) = items.first() else { panic!("a record") };
    /// assert_eq!(record.text("mobile").as_deref(), Some("+47 1"));
    /// ```
    #[must_use]
    pub fn graph() -> Self {
        Self::new(Format::Graph(GraphReader::default()))
    }

    /// CSV with a header, whose names are those that mappings use. Every value is a text, and an empty one is none. A quotation
    /// mark that is not closed is a final error with its line, because everything behind it would count as one value.
    ///
    /// ```
    /// use scim_mapping::source::SourceReader;
    ///
    /// let items = SourceReader::csv().push(b"mail,mail\n");
    /// let error = items[0].clone().unwrap_err();
    /// assert_eq!(error.to_string(), "line 1, the header: two columns are called \"mail\"; rename one of them");
    /// ```
    #[must_use]
    pub fn csv() -> Self {
        Self::new(Format::Csv(Box::default()))
    }

    /// NDJSON: one JSON object on a line, whose names are those that mappings use.
    ///
    /// ```
    /// use scim_mapping::source::SourceReader;
    ///
    /// assert_eq!(SourceReader::ndjson().push(b"{\"mail\": \"a\"}\n\n{\"mail\": \"b\"}\n").len(), 2);
    /// ```
    #[must_use]
    pub fn ndjson() -> Self {
        Self::new(Format::Lines(LineReader::default()))
    }

    fn new(format: Format) -> Self {
        Self {
            format,
            is_over: false,
        }
    }

    /// The same reader with limits of one's own.
    ///
    /// ```
    /// use scim_mapping::source::{SourceLimits, SourceReader};
    ///
    /// let mut limits = SourceLimits::default();
    /// limits.record_bytes = 8;
    /// let items = SourceReader::ndjson().with_limits(limits).push(b"{\"mail\": \"ines\"}");
    /// assert!(items[0].is_err());
    /// ```
    #[must_use]
    pub fn with_limits(mut self, limits: SourceLimits) -> Self {
        match &mut self.format {
            Format::Graph(reader) => reader.limits = limits,
            Format::Csv(reader) => reader.limits = limits,
            Format::Lines(reader) => reader.limits = limits,
        }
        self
    }

    /// The same CSV reader for files with another delimiter, such as `;` or a tab. Other formats have none.
    ///
    /// ```
    /// use scim_mapping::source::SourceReader;
    ///
    /// assert!(SourceReader::csv().with_delimiter(b';').push(b"mail;city\na;Oslo\n")[0].is_ok());
    /// ```
    #[must_use]
    pub fn with_delimiter(mut self, delimiter: u8) -> Self {
        if let Format::Csv(reader) = &mut self.format {
            reader.set_delimiter(delimiter);
        }
        self
    }

    /// The same CSV reader for a column with several values in one field.
    ///
    /// ```
    /// use scim_mapping::source::{SourceItem, SourceReader};
    ///
    /// let mut reader = SourceReader::csv().with_list("proxyAddresses", '|');
    /// let items = reader.push(b"proxyAddresses\na|b\n");
    /// let Some(Ok(SourceItem::Record(record))) = items.first() else { panic!("a record") };
    /// assert_eq!(record.get("proxyAddresses"), Some(&serde_json::json!(["a", "b"])));
    /// ```
    #[must_use]
    pub fn with_list(mut self, column: impl Into<String>, separator: char) -> Self {
        if let Format::Csv(reader) = &mut self.format {
            reader.lists.insert(column.into(), separator);
        }
        self
    }

    /// Takes the next bytes, and gives what has become complete. After a final error it gives nothing more.
    ///
    /// ```
    /// use scim_mapping::source::SourceReader;
    ///
    /// let mut reader = SourceReader::ndjson();
    /// assert!(reader.push(b"{\"mail\": ").is_empty());
    /// assert_eq!(reader.push(b"\"a\"}\n").len(), 1);
    /// ```
    pub fn push(&mut self, bytes: &[u8]) -> Items {
        let mut items = Vec::new();
        if !self.is_over {
            match &mut self.format {
                Format::Graph(reader) => reader.push(bytes, &mut items),
                Format::Csv(reader) => reader.push(bytes, &mut items),
                Format::Lines(reader) => reader.push(bytes, &mut items),
            }
        }
        self.look_for_the_end(&items);
        items
    }

    /// Says that no more bytes come, and gives the last record, or the error that the text ends in the middle.
    ///
    /// ```
    /// use scim_mapping::source::SourceReader;
    ///
    /// let mut reader = SourceReader::graph();
    /// assert!(reader.push(b"[{\"id\": ").is_empty());
    /// assert_eq!(
    ///     reader.finish()[0].clone().unwrap_err().to_string(),
    ///     "line 1, column 9, value[0]: the text ends in the middle; read it again from its source"
    /// );
    /// ```
    pub fn finish(&mut self) -> Items {
        let mut items = Vec::new();
        if !self.is_over {
            match &mut self.format {
                Format::Graph(reader) => reader.finish(&mut items),
                Format::Csv(reader) => reader.finish(&mut items),
                Format::Lines(reader) => reader.finish(&mut items),
            }
        }
        self.is_over = true;
        items
    }

    fn look_for_the_end(&mut self, items: &Items) {
        self.is_over |= items
            .iter()
            .any(|item| item.as_ref().is_err_and(|error| error.is_final));
    }
}

/// A user of Graph, or that he is gone.
fn graph_item(user: &Value) -> Result<SourceItem, RecordError> {
    if let (Some(removed), Some(id)) =
        (user.get("@removed"), user.get("id").and_then(Value::as_str))
    {
        let reason = removed.get("reason").and_then(Value::as_str);
        return Ok(SourceItem::Removed {
            id: id.to_owned(),
            reason: reason.unwrap_or_default().to_owned(),
        });
    }
    Record::from_graph_user(user).map(SourceItem::Record)
}

/// The message alone; the place stands behind it.
fn json_message(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    whole
        .split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned()
}
