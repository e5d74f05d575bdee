//! The one way out of the program: text or one JSON document to standard output, problems and progress to standard error.

use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use console::style;
use serde::Serialize;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::table::paragraph;

/// Whether a program listens, which reads JSON. It is decided once, before anything is said.
static IS_JSON: AtomicBool = AtomicBool::new(false);
/// Whether something that was to be said is lost, other than because nobody listens any more.
static IS_LOST: AtomicBool = AtomicBool::new(false);

/// Who listens: a person, or a program that reads one JSON document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Voice {
    json: bool,
}

impl Voice {
    /// The voice of this run. From now on problems are told in the same form.
    pub(crate) fn new(json: bool) -> Self {
        IS_JSON.store(json, Ordering::Relaxed);
        Self { json }
    }

    /// A program listens.
    pub(crate) const fn is_json(self) -> bool {
        self.json
    }

    pub(crate) fn heading(self, text: &str) {
        if !self.json {
            print_line("");
            print_line(&style(text).bold().to_string());
        }
    }

    pub(crate) fn line(self, text: &str) {
        self.lines(paragraph("", text));
    }

    pub(crate) fn lines(self, lines: impl IntoIterator<Item = String>) {
        if !self.json {
            for line in lines {
                print_line(&line);
            }
        }
    }

    /// One JSON document, for a program only.
    pub(crate) fn document(self, document: &impl Serialize) -> Result<(), Failure> {
        if !self.json {
            return Ok(());
        }
        let text = serde_json::to_string_pretty(document)
            .map_err(|error| Failure::new("the report", error, "tell the authors"))?;
        print_line(&text);
        Ok(())
    }
}

/// A text as it is, whoever listens.
pub(crate) fn raw(text: &str) {
    print_line(text.trim_end());
}

/// Tells why something failed.
pub(crate) fn complain(failure: &Failure) {
    problem("error", &failure.to_json(), &failure.to_string());
}

/// Tells that something works, and should be otherwise.
pub(crate) fn warn(text: &str) {
    problem("warning", &json!({ "problem": text }), text);
}

/// Tells that a part of the work could not be done, while the rest is.
pub(crate) fn warn_of(failure: &Failure) {
    problem("warning", &failure.to_json(), &failure.to_string());
}

/// Tells a person how far the work is.
pub(crate) fn note(text: &str) {
    print_error(text);
}

/// Whether something could not be said although somebody listens: the disk behind standard output may be full.
pub(crate) fn is_lost() -> bool {
    IS_LOST.load(Ordering::Relaxed)
}

/// One object on one line for a program, a text for a person.
fn problem(kind: &str, document: &Value, text: &str) {
    if IS_JSON.load(Ordering::Relaxed) {
        print_error(&json!({ kind: document }).to_string());
    } else {
        print_error(&format!("{kind}: {text}"));
    }
}

/// Whoever closes the pipe, as `head` does, has read enough: the work goes on, and nothing more is said.
fn print_line(line: &str) {
    let mut output = io::stdout().lock();
    let written = writeln!(output, "{line}").and_then(|()| output.flush());
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
        && !IS_LOST.swap(true, Ordering::Relaxed)
    {
        let advice = "see that there is room where standard output goes";
        complain(&Failure::new("standard output", error, advice));
    }
}

/// What cannot be said on standard error can be said nowhere.
fn print_error(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
