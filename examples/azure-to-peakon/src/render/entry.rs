//! Entries of the log for people.

use console::style;
use scim_mapping::provisioning::{LogAction, LogEntry, LogStatus, LogStepStatus};

use super::{short, short_in};
use crate::table::paragraph;

/// What an entry about no object and no system is about.
const JOB: &str = "the job";

/// What failed, what waits, and what to do about it: each advice once.
pub(crate) fn problems<'a>(entries: impl IntoIterator<Item = &'a LogEntry>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut told = Vec::new();
    for entry in entries {
        let first = match entry.provisioning_status_info.status {
            LogStatus::Failure => "  failed  ",
            LogStatus::Warning => "  warning ",
            _ => continue,
        };
        lines.extend(paragraph(first, &with_name(entry, "", &reason(entry))));
        told.push(entry);
    }
    lines.extend(advice(told));
    lines
}

/// What to do about entries: each advice once.
fn advice<'a>(entries: impl IntoIterator<Item = &'a LogEntry>) -> Vec<String> {
    let mut told: Vec<&str> = Vec::new();
    let mut lines = Vec::new();
    for entry in entries {
        let error = entry.provisioning_status_info.error_information.as_ref();
        if let Some(error) = error.filter(|error| !error.recommended_action.is_empty())
            && !told.contains(&error.recommended_action.as_str())
        {
            told.push(&error.recommended_action);
            let text = short_in(&error.recommended_action);
            lines.extend(paragraph("  what to do: ", &text));
        }
    }
    lines
}

/// The object and why it is no success. A reason for which the whole job failed begins with its place already.
fn with_name(entry: &LogEntry, code: &str, reason: &str) -> String {
    let name = named(entry);
    if name == JOB || reason.starts_with(&format!("{name}: ")) {
        return format!("{code}{reason}");
    }
    format!("{name}: {code}{reason}")
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
    written(entries, with_steps, |entry| format!("{:<9}", action(entry)))
}

/// The first so many entries of a plan, with what would change. What cannot be undone comes first, and who would be left
/// as he is only counts: else a plan that compares everybody hides the few who change behind all others.
pub(crate) fn planned(entries: &[LogEntry], shown: usize) -> Vec<String> {
    // What is held back is skipped as well, and is what somebody has to decide on.
    let (skipped, mut changes): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| {
        entry.provisioning_status_info.status == LogStatus::Skipped
            && entry.provisioning_action != LogAction::StagedDelete
    });
    changes.sort_by_key(|entry| urgency(entry));
    let first = changes.iter().take(shown).copied();
    let mut lines = written(first, false, |entry| format!("{:<14}", intention(entry)));
    for (count, what) in [
        (
            changes.len().saturating_sub(shown),
            "more; --json shows all of them",
        ),
        (skipped.len(), "would be skipped; --json names them"),
    ] {
        if count > 0 {
            lines.extend(paragraph("", &format!("and {count} {what}")));
        }
    }
    lines
}

/// The less, the sooner somebody has to know of it.
fn urgency(entry: &LogEntry) -> u8 {
    if entry.provisioning_status_info.status == LogStatus::Failure {
        return 0;
    }
    match entry.provisioning_action {
        LogAction::Delete => 1,
        LogAction::StagedDelete => 2,
        LogAction::Disable => 3,
        LogAction::Create => 4,
        LogAction::Update => 5,
        _ => 6,
    }
}

fn written<'a>(
    entries: impl IntoIterator<Item = &'a LogEntry>,
    with_steps: bool,
    words: fn(&LogEntry) -> String,
) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in entries {
        let status = &entry.provisioning_status_info;
        let action = words(entry);
        let indent = " ".repeat(action.len());
        let action = match status.status {
            LogStatus::Failure => style(action).red(),
            LogStatus::Warning => style(action).yellow(),
            _ => style(action),
        };
        let mut heading = paragraph(&indent, &named(entry));
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
        let reason = match &entry.provisioning_status_info.error_information {
            Some(error) if entry.provisioning_status_info.status == LogStatus::Failure => {
                let code = format!("{}: ", error.error_code);
                let text = with_name(entry, &code, &short_in(&error.reason));
                return format!("{time}  {:<9} {status} {text}", action(entry));
            }
            Some(error) => format!(": {}", error.error_code),
            // A warning about what was done has no code.
            None if entry.provisioning_status_info.status == LogStatus::Warning => {
                format!(": {}", reason(entry))
            }
            None => String::new(),
        };
        format!(
            "{time}  {:<9} {status} {}{reason}",
            action(entry),
            named(entry)
        )
    };
    let failures = entries
        .iter()
        .filter(|entry| entry.provisioning_status_info.status == LogStatus::Failure);
    entries.iter().map(line).chain(advice(failures)).collect()
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
        _ => match entry.provisioning_status_info.status {
            LogStatus::Warning => "waits",
            LogStatus::Skipped => "skipped",
            _ => "other",
        },
    }
}

/// What a plan says that would be done.
fn intention(entry: &LogEntry) -> &'static str {
    if entry.provisioning_status_info.status == LogStatus::Failure {
        return "would fail";
    }
    match entry.provisioning_action {
        LogAction::Create => "would create",
        LogAction::Update => "would update",
        LogAction::Delete => "would delete",
        LogAction::Disable => "would disable",
        LogAction::StagedDelete => "would stage",
        _ => match entry.provisioning_status_info.status {
            LogStatus::Warning => "would wait",
            LogStatus::Skipped => "would skip",
            _ => "other",
        },
    }
}

/// The object, or the system that the entry is about.
fn named(entry: &LogEntry) -> String {
    let names = [
        &entry.source_identity.display_name,
        &entry.source_identity.id,
        &entry.target_identity.display_name,
    ];
    let name = names.into_iter().find(|name| !name.is_empty());
    name.map_or_else(|| JOB.to_owned(), Clone::clone)
}

#[cfg(test)]
mod tests {
    use super::{log_lines, planned};
    use scim_mapping::provisioning::LogEntry;
    use serde_json::{Value, json};

    fn entry(action: &str, status: &Value) -> LogEntry {
        let system = json!({ "displayName": "x" });
        let step = |status: &str, text: &str| json!({"name": "n", "provisioningStepType": "export", "status": status, "description": text});
        serde_json::from_value(json!({
            "id": "c.1", "activityDateTime": "2026-02-03T07:05:09Z", "jobId": "j", "cycleId": "c", "changeId": "c.1",
            "provisioningAction": action, "durationInMilliseconds": 3,
            "initiatedBy": { "displayName": "x", "initiatorType": "system" },
            "sourceSystem": system, "targetSystem": system,
            "sourceIdentity": { "id": "1", "displayName": "Ines", "identityType": "User" },
            "targetIdentity": { "id": "7", "identityType": "User" },
            "provisioningStatusInfo": status, "modifiedProperties": [],
            "provisioningSteps": [step("success", "updated"), step("warning", "another value at title"), step("warning", "b")],
        }))
        .unwrap()
    }

    fn text(lines: &[String]) -> String {
        console::strip_ansi_codes(&lines.join("\n")).into_owned()
    }

    #[test]
    fn a_plan_names_whom_it_would_hold_back_and_counts_who_stays_as_he_is() {
        let skipped = json!({"status": "skipped"});
        let changed = json!({"status": "success"});
        let plan = [
            entry("other", &skipped),
            entry("update", &changed),
            entry("stagedDelete", &skipped),
            entry("delete", &changed),
            entry("other", &skipped),
        ];
        let told = text(&planned(&plan, 200));
        let firsts: Vec<&str> = told
            .lines()
            .filter(|line| line.starts_with("would") || line.starts_with("and"))
            .collect();
        assert!(firsts[0].starts_with("would delete"), "{told}");
        assert!(firsts[1].starts_with("would stage"), "{told}");
        assert!(firsts[2].starts_with("would update"), "{told}");
        assert_eq!(
            firsts[3], "and 2 would be skipped; --json names them",
            "{told}"
        );
        assert_eq!(firsts.len(), 4, "{told}");
    }

    #[test]
    fn a_line_tells_why_something_is_no_success() {
        let coded = |status: &str| {
            json!({"status": status, "errorInformation": {
                "errorCode": "UnresolvedReference", "reason": "r", "errorCategory": "c", "recommendedAction": "a",
            }})
        };
        for (status, end) in [
            (json!({"status": "success"}), "success  Ines"),
            (
                json!({"status": "warning"}),
                "warning  Ines: another value at title; and 1 more",
            ),
            (coded("warning"), "warning  Ines: UnresolvedReference"),
            (
                coded("failure"),
                "failure  Ines: UnresolvedReference: r\n  what to do: a",
            ),
        ] {
            let line = text(&log_lines(&[entry("update", &status)]));
            assert!(line.ends_with(end), "{line}");
        }
    }
}
