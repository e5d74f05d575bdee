//! Reports for people: tables and lines of at most 80 columns.

use console::style;
use serde::Serialize;
use serde_json::Value;

use crate::{
    failure::Failure,
    mappings::{Explanation, MappingRow},
    report::{Action, CycleReport, Entry},
    table::{Side, Table, paragraph},
};

const SHORT_NAMES: [(&str, &str); 2] = [
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:",
        "enterprise:",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:",
        "peakon:",
    ),
];

/// A path with the two long schema names cut short; [`short_names`] says how.
pub(crate) fn short(path: &str) -> String {
    let shorter = SHORT_NAMES
        .iter()
        .find_map(|(long, short)| path.strip_prefix(long).map(|rest| format!("{short}{rest}")));
    shorter.unwrap_or_else(|| path.to_owned())
}

/// A text in which the long schema names are cut short.
fn short_in(text: &str) -> String {
    SHORT_NAMES
        .iter()
        .fold(text.to_owned(), |text, (long, short)| {
            text.replace(long, short)
        })
}

/// What the short names stand for.
pub(crate) fn short_names() -> Vec<String> {
    SHORT_NAMES
        .iter()
        .flat_map(|(long, short)| paragraph(&format!("{short:<12}"), long))
        .collect()
}

/// The one place from which text goes to standard output.
#[expect(
    clippy::print_stdout,
    reason = "what a person asked for goes to standard output"
)]
fn print_line(line: &str) {
    println!("{line}");
}

/// Tells a person why something failed.
#[expect(
    clippy::print_stderr,
    reason = "standard error is where a failure belongs"
)]
pub(crate) fn complain(failure: &Failure) {
    eprintln!("error: {failure}");
}

/// The counts of a cycle, who waits, and what failed.
pub(crate) fn outcome(report: &CycleReport) -> Vec<String> {
    let mut table = Table::new(&[
        ("", 8, Side::Left),
        ("created", 7, Side::Right),
        ("updated", 7, Side::Right),
        ("disabled", 8, Side::Right),
        ("restored", 8, Side::Right),
        ("skipped", 7, Side::Right),
        ("failed", 6, Side::Right),
    ]);
    for (name, tally) in [("users", report.users), ("groups", report.groups)] {
        let counts = [
            tally.created,
            tally.updated,
            tally.disabled,
            tally.restored,
            tally.skipped,
            tally.failed,
        ];
        let cells = counts.iter().map(ToString::to_string);
        table.row(std::iter::once(name.to_owned()).chain(cells));
    }
    let mut lines = table.lines();
    lines.push(format!(
        "{} requests, {} of them writes; {} references wait; {:.1} seconds",
        report.requests, report.writes, report.pending_references, report.seconds
    ));
    for problem in &report.problems {
        let detail = format!("{}: {}", problem.name, short_in(&problem.detail));
        lines.extend(paragraph(
            if problem.pending {
                "  waits   "
            } else {
                "  failed  "
            },
            &detail,
        ));
    }
    lines
}

/// Every change of the given entries, with old and new value.
pub(crate) fn changes<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in entries {
        lines.extend(paragraph(
            &format!("{:<9}", entry.action.name()),
            &entry.name,
        ));
        for change in &entry.changes {
            let new = change
                .new_name
                .clone()
                .unwrap_or_else(|| shown(change.new.as_ref()));
            let text = match entry.action {
                Action::Created => new,
                _ => format!("{} → {new}", shown(change.old.as_ref())),
            };
            let path = short(&change.path);
            if console::measure_text_width(&path) > 30 {
                lines.extend(paragraph("    ", &path));
                lines.extend(paragraph(&" ".repeat(36), &text));
            } else {
                lines.extend(paragraph(
                    &format!(
                        "    {}",
                        console::pad_str(&path, 32, console::Alignment::Left, None)
                    ),
                    &text,
                ));
            }
        }
    }
    lines
}

/// A value as a person reads it.
pub(crate) fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "(nothing)".to_owned(),
        Some(Value::String(text)) => text.clone(),
        // A reference: his name says more than his id.
        Some(Value::Object(reference)) if reference.contains_key("value") => {
            let name = reference
                .get("displayName")
                .or_else(|| reference.get("value"));
            shown(name)
        }
        Some(other) => other.to_string(),
    }
}

const SHOWN: usize = 8;

/// One line for one thing that was checked.
pub(crate) fn verdict(name: &str, passed: bool, differences: &[String]) -> Vec<String> {
    let word = if passed {
        style("ok    ").green()
    } else {
        style("FAILED").red()
    };
    let mut lines = paragraph("        ", name);
    if let Some(first) = lines.first_mut() {
        *first = format!("{word}  {}", first.trim_start());
    }
    for difference in differences.iter().take(SHOWN) {
        lines.extend(paragraph("          ", difference));
    }
    if differences.len() > SHOWN {
        lines.push(format!("          and {} more", differences.len() - SHOWN));
    }
    lines
}

/// The mapping as a table.
pub(crate) fn mapping(rows: &[MappingRow]) -> Vec<String> {
    let mut table = Table::new(&[
        ("Peakon", 28, Side::Left),
        ("from the directory", 35, Side::Left),
        ("applies", 13, Side::Left),
    ]);
    for row in rows {
        let mut applies = row.apply.to_owned();
        if row.matching > 0 {
            applies = format!("matches ({})", row.matching);
        } else if row.reference {
            "afterwards".clone_into(&mut applies);
        }
        let source = match &row.default_value {
            Some(default) => format!("{} or at first \"{default}\"", row.source),
            None => row.source.clone(),
        };
        table.row([short(&row.target), source, applies]);
    }
    let mut lines = table.lines();
    lines.extend(short_names());
    lines
}

/// Who listens: a person, or a program that reads one JSON document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Voice {
    json: bool,
}

impl Voice {
    pub(crate) const fn new(json: bool) -> Self {
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

/// Where each attribute of one user comes from.
pub(crate) fn explanation(explanation: &Explanation) -> Vec<String> {
    let scope = if explanation.in_scope {
        "is provisioned"
    } else {
        "is not provisioned"
    };
    let mut lines = paragraph("", &format!("{} {scope}", explanation.name));
    for reason in &explanation.reasons {
        lines.extend(paragraph("  ", reason));
    }
    for attribute in &explanation.attributes {
        lines.extend(paragraph("", &short(&attribute.target)));
        lines.extend(paragraph("    = ", &shown(attribute.value.as_ref())));
        lines.extend(paragraph("    from ", &attribute.because));
    }
    lines
}
