//! Reports for people: tables and lines of at most 80 columns.

use console::style;
use scim_mapping::provisioning::{
    CycleSummary, LogAction, LogEntry, LogStatus, LogStepStatus, ObjectKind,
};
use serde::Serialize;

use crate::{
    failure::Failure,
    mappings::{Explanation, MappingRow},
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

/// A text as it is, whoever listens.
pub(crate) fn raw(text: &str) {
    print_line(text.trim_end());
}

/// The one place from which text goes to standard error.
#[expect(
    clippy::print_stderr,
    reason = "standard error is where failures and progress belong"
)]
fn print_error(line: &str) {
    eprintln!("{line}");
}

/// Tells a person why something failed.
pub(crate) fn complain(failure: &Failure) {
    print_error(&format!("error: {failure}"));
}

/// Tells a person that something works, and should be otherwise.
pub(crate) fn warn(text: &str) {
    print_error(&format!("warning: {text}"));
}

/// Tells a person how far the work is.
pub(crate) fn note(text: &str) {
    print_error(text);
}

/// The counts of a cycle.
pub(crate) fn outcome(summary: &CycleSummary) -> Vec<String> {
    let mut table = Table::new(&[
        ("", 6, Side::Left),
        ("created", 7, Side::Right),
        ("updated", 7, Side::Right),
        ("disabled", 8, Side::Right),
        ("restored", 8, Side::Right),
        ("deleted", 7, Side::Right),
        ("skipped", 7, Side::Right),
        ("failed", 6, Side::Right),
    ]);
    let (mut waiting, mut staged) = (0, 0);
    for (name, kind) in [("users", ObjectKind::User), ("groups", ObjectKind::Group)] {
        let counts = summary.counts.get(&kind).cloned().unwrap_or_default();
        let cells = [
            counts.created,
            counts.updated,
            counts.disabled,
            counts.restored,
            counts.deleted,
            counts.skipped.values().sum(),
            counts.failed,
        ];
        let cells = cells.iter().map(ToString::to_string);
        table.row(std::iter::once(name.to_owned()).chain(cells));
        waiting += counts.pending_references;
        staged += counts.staged;
    }
    let mut lines = table.lines();
    lines.push(format!(
        "{} requests, {} of them writes; {waiting} references wait; {:.1} seconds",
        summary.requests,
        summary.writes,
        seconds(summary),
    ));
    if staged > 0 {
        lines.extend(paragraph(
            "",
            &format!("{staged} deletions wait for permission"),
        ));
    }
    if let Some(reason) = &summary.reason {
        lines.extend(paragraph("", &short_in(reason)));
    }
    lines
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
pub(crate) fn seconds(summary: &CycleSummary) -> f64 {
    (summary.ended - summary.started).num_milliseconds() as f64 / 1_000.0
}

/// What failed, and what waits.
pub(crate) fn problems<'a>(entries: impl IntoIterator<Item = &'a LogEntry>) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in entries {
        let first = match entry.provisioning_status_info.status {
            LogStatus::Failure => "  failed  ",
            LogStatus::Warning => "  warning ",
            _ => continue,
        };
        lines.extend(paragraph(
            first,
            &format!("{}: {}", named(entry), reason(entry)),
        ));
    }
    lines
}

/// Why an entry is no success: its error, or the step that was not one.
fn reason(entry: &LogEntry) -> String {
    if let Some(error) = &entry.provisioning_status_info.error_information {
        return short_in(&error.reason);
    }
    let mut steps = entry
        .provisioning_steps
        .iter()
        .filter(|step| matches!(step.status, LogStepStatus::Failure | LogStepStatus::Warning));
    let first = steps
        .next()
        .map_or_else(String::new, |step| short_in(&step.description));
    match steps.count() {
        0 => first,
        more => format!("{first}; and {more} more"),
    }
}

/// Entries of the log, with what changed, and if wanted with the steps.
pub(crate) fn entries<'a>(
    entries: impl IntoIterator<Item = &'a LogEntry>,
    with_steps: bool,
) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in entries {
        let status = &entry.provisioning_status_info;
        let action = format!("{:<9}", action(entry));
        let action = match status.status {
            LogStatus::Failure => style(action).red(),
            LogStatus::Warning => style(action).yellow(),
            _ => style(action),
        };
        let mut heading = paragraph("         ", &named(entry));
        if let Some(first) = heading.first_mut() {
            *first = format!("{action}{}", first.trim_start());
        }
        lines.extend(heading);
        if let Some(error) = &status.error_information {
            let text = format!("{}: {}", error.error_code, short_in(&error.reason));
            lines.extend(paragraph("    ", &text));
            if !error.recommended_action.is_empty() {
                lines.extend(paragraph(
                    "    what to do: ",
                    &short_in(&error.recommended_action),
                ));
            }
        }
        if with_steps {
            for step in &entry.provisioning_steps {
                let text = format!("{:?}: {}", step.status, short_in(&step.description));
                lines.extend(paragraph(
                    &format!("    {:<20} ", format!("{:?}", step.provisioning_step_type)),
                    &text,
                ));
            }
        }
        for property in &entry.modified_properties {
            let new = property.new_value.as_deref().unwrap_or("(nothing)");
            let text = match entry.provisioning_action {
                LogAction::Create => new.to_owned(),
                _ => format!(
                    "{} → {new}",
                    property.old_value.as_deref().unwrap_or("(nothing)")
                ),
            };
            let path = short(&property.display_name);
            if console::measure_text_width(&path) > 30 {
                lines.extend(paragraph("    ", &path));
                lines.extend(paragraph(&" ".repeat(36), &text));
            } else {
                let path = console::pad_str(&path, 32, console::Alignment::Left, None);
                lines.extend(paragraph(&format!("    {path}"), &text));
            }
        }
    }
    lines
}

/// One line of the log for each entry.
pub(crate) fn log_lines(entries: &[LogEntry]) -> Vec<String> {
    let line = |entry: &LogEntry| {
        let time = entry.activity_date_time.format("%Y-%m-%d %H:%M:%S");
        let status = entry.provisioning_status_info.status.to_string();
        let status = format!("{status:<8}");
        let status = match entry.provisioning_status_info.status {
            LogStatus::Failure => style(status).red(),
            LogStatus::Warning => style(status).yellow(),
            _ => style(status),
        };
        let reason = entry.provisioning_status_info.error_information.as_ref();
        let reason = reason.map_or_else(String::new, |error| format!(": {}", error.error_code));
        format!(
            "{time}  {:<9} {status} {}{reason}",
            action(entry),
            named(entry)
        )
    };
    entries.iter().map(line).collect()
}

fn action(entry: &LogEntry) -> &'static str {
    if entry.provisioning_status_info.status == LogStatus::Failure {
        return "failed";
    }
    match entry.provisioning_action {
        LogAction::Create => "created",
        LogAction::Update => "updated",
        LogAction::Delete => "deleted",
        LogAction::Disable => "disabled",
        LogAction::StagedDelete => "staged",
        _ => "other",
    }
}

fn named(entry: &LogEntry) -> String {
    let identity = &entry.source_identity;
    if identity.display_name.is_empty() {
        identity.id.clone()
    } else {
        identity.display_name.clone()
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

/// Where each attribute of one user comes from. What is indented stays so.
pub(crate) fn explanation(explanation: &Explanation) -> Vec<String> {
    let account = if explanation.is_enabled {
        "is enabled"
    } else {
        "is disabled or deleted"
    };
    let mut text = format!(
        "{}: the account {account}\n{}",
        explanation.name, explanation.scope
    );
    for attribute in &explanation.trace.attributes {
        text.push_str(&attribute.to_string());
    }
    let indented = |line: &str| {
        let indent = line.len() - line.trim_start().len();
        paragraph(&" ".repeat(indent), short_in(line).trim_start())
    };
    text.lines().flat_map(indented).collect()
}
