//! What an e-mail says: what happened and since when, what to do, and the commands for it.

use chrono::SecondsFormat;
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Mailboxes, SinglePart};
use scim_mapping::provisioning::{Condition, Notification, QuarantineReason};

use super::Job;
use crate::failure::Failure;

/// No mail program shows more of a subject.
const LONGEST_SUBJECT: usize = 200;
/// More than the library ever says.
const LONGEST_TEXT: usize = 20_000;

pub(super) fn write(
    from: &Mailbox,
    to: &Mailboxes,
    job: &Job,
    notification: &Notification,
) -> Result<Message, Failure> {
    let mut builder = Message::builder()
        .from(from.clone())
        .subject(subject(&notification.subject))
        .message_id(Some(message_id(from, notification)))
        // RFC 3834: nobody's absence is answered to this.
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    for recipient in to.iter() {
        builder = builder.to(recipient.clone());
    }
    builder
        .singlepart(SinglePart::plain(text(job, notification)))
        .map_err(|error| Failure::new("the notification", error, "check --mail-from and --mail-to"))
}

/// The same for the same notification: a second copy of it can be told from a second notification.
fn message_id(from: &Mailbox, notification: &Notification) -> String {
    let domain = from.email.domain();
    let domain = if domain.is_ascii() {
        domain
    } else {
        "localhost"
    };
    let condition = match notification.condition {
        Condition::Quarantined(reason) => reason.to_string(),
        other => format!("{other:?}"),
    };
    let at = notification.at.format("%Y%m%dT%H%M%S%.6f");
    format!("<{at}.{condition}@{domain}>")
}

fn text(job: &Job, notification: &Notification) -> String {
    let happened: String = notification
        .text
        .chars()
        .filter(|character| *character == '\n' || !is_unseen(*character))
        .take(LONGEST_TEXT)
        .collect();
    let at = notification.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut text = format!(
        "{}\n\nTime: {at}\nTarget: {}\nState: {}\n",
        happened.trim(),
        seen(&job.tenant_url),
        seen(&job.state)
    );
    for (purpose, command) in command_lines(notification.condition, &job.state, job.stays) {
        text.extend(["\n", &purpose, ":\n    ", &command, "\n"]);
    }
    text.push_str("\nazure-to-peakon tells this once. It tells again when something changes.\n");
    text
}

/// What is done about a condition, and what to type for it; `stays` if a `sync` goes on meanwhile, which keeps the state.
pub(crate) fn command_lines(
    condition: Condition,
    state: &str,
    stays: bool,
) -> Vec<(String, String)> {
    let state = quoted(&seen(state));
    let keeper = match condition {
        _ if !stays => "",
        // It ends by itself.
        Condition::GivenUp => " (and then start `sync` again)",
        _ => " (first end the `sync` that is at work, and afterwards start it again)",
    };
    let line = |(purpose, command): &(&'static str, &'static str)| {
        let mut line = format!("azure-to-peakon {command}");
        if *command != "test-connection" {
            line.extend([" --state ", &state]);
        }
        let keeper = if command.starts_with("restart") {
            keeper
        } else {
            ""
        };
        (format!("{purpose}{keeper}"), line)
    };
    commands(condition).iter().map(line).collect()
}

/// What is done about a condition, and by which commands.
fn commands(condition: Condition) -> &'static [(&'static str, &'static str)] {
    const STATUS: (&str, &str) = ("How the job stands", "status");
    const FAILED: (&str, &str) = ("What failed, and why", "log --status failure");
    match condition {
        Condition::Quarantined(QuarantineReason::EncounteredQuarantineException) => &[
            (
                "Whether Peakon answers and takes the token",
                "test-connection",
            ),
            STATUS,
            ("To try again now, once that is mended", "restart"),
        ],
        Condition::TooManyDeletes | Condition::Quarantined(QuarantineReason::TooManyDeletes) => &[
            (
                "Who would be disabled or deleted",
                "log --action stagedDelete",
            ),
            (
                "If that is right, to let the next cycle do it",
                "restart --force-deletes",
            ),
            (
                "If it is wrong, put them back in scope, or correct the mapping; then",
                "restart",
            ),
        ],
        Condition::Recovered => &[STATUS],
        Condition::GivenUp => &[FAILED, ("To begin again, once that is mended", "restart")],
        _ => &[
            FAILED,
            STATUS,
            ("To try again now, once that is mended", "restart"),
        ],
    }
}

/// One line, whatever names are in it.
fn subject(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    seen(&words.join(" "))
        .chars()
        .take(LONGEST_SUBJECT)
        .collect()
}

fn seen(text: &str) -> String {
    text.chars()
        .filter(|character| !is_unseen(*character))
        .collect()
}

/// Characters that move, hide or end other text: controls, line separators, and what turns the direction of writing.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// As a shell takes it.
fn quoted(path: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "-_./:\\".contains(character);
    if !path.is_empty() && path.chars().all(is_plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}
