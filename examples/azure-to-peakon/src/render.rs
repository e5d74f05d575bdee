//! Reports for people: tables and lines of at most 80 columns, but for a path or another word that is longer.

mod entry;
mod output;

use console::style;
use scim_mapping::provisioning::{CycleSummary, ObjectKind};

pub(crate) use self::entry::{entries, log_lines, planned, problems};
pub(crate) use self::output::{Voice, complain, is_lost, note, raw, warn, warn_of};
use crate::{
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

/// The counts of a cycle: what was done, or of a plan what would be.
pub(crate) fn outcome(summary: &CycleSummary) -> Vec<String> {
    let names = if summary.plan {
        [
            "create", "update", "disable", "restore", "delete", "skip", "fail",
        ]
    } else {
        [
            "created", "updated", "disabled", "restored", "deleted", "skipped", "failed",
        ]
    };
    let first = if summary.plan { "would" } else { "" };
    let columns = names.map(|name| (name, name.len().max(6), Side::Right));
    let columns: Vec<_> = std::iter::once((first, 6, Side::Left))
        .chain(columns)
        .collect();
    let mut table = Table::new(&columns);
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
    let writes = if summary.plan {
        format!("no write, and {} would follow", summary.planned_writes)
    } else {
        format!("{} of them writes", summary.writes)
    };
    lines.push(format!(
        "{} requests, {writes}; {waiting} references wait; {:.1} seconds",
        summary.requests,
        seconds(summary),
    ));
    if staged > 0 {
        lines.extend(paragraph(
            "",
            &format!("{staged} deletions wait for permission"),
        ));
    }
    lines
}

/// What is to be done next, and what to type for it.
pub(crate) fn commands(commands: &[(String, String)]) -> Vec<String> {
    let lines = commands.iter();
    // A command that is broken into lines cannot be copied.
    let lines = lines.flat_map(|(purpose, command)| {
        let mut lines = paragraph("  ", &format!("{purpose}:"));
        lines.push(format!("    {command}"));
        lines
    });
    lines.collect()
}

/// Why a cycle failed or put the job into quarantine, and what to do; nothing for any other.
pub(crate) fn cause(summary: &CycleSummary) -> Vec<String> {
    let Some(reason) = &summary.reason else {
        return Vec::new();
    };
    let mut lines = paragraph("", &short_in(reason));
    if let Some(advice) = &summary.advice {
        lines.extend(paragraph("  what to do: ", &short_in(advice)));
    }
    lines
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
pub(crate) fn seconds(summary: &CycleSummary) -> f64 {
    (summary.ended - summary.started).num_milliseconds() as f64 / 1_000.0
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
