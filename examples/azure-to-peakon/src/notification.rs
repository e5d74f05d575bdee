//! E-mails that tell administrators what they have to know: a quarantine, too many deletions, recovery, and giving up.
//!
//! The cycle says once per condition that there is something to tell. Whoever runs it keeps that until [`send`] has succeeded,
//! and tries again after the next cycle; no cycle waits for a mail server, or fails with it.

mod letter;
mod server;

use std::fmt::Display;
use std::str::FromStr;

use clap::Args;
use lettre::message::{Mailbox, Mailboxes};
use scim_mapping::provisioning::Notification;

pub(crate) use self::letter::command_lines;
use crate::failure::Failure;
use server::{Server, SmtpUrl};

/// Who is told, and by which mail server.
#[derive(Debug, Args)]
#[command(next_help_heading = "E-mails to administrators")]
pub(crate) struct NotificationArguments {
    /// The mail server for notifications.
    #[arg(
        long,
        env = "SMTP_URL",
        hide_env_values = true,
        help = "The mail server for notifications: smtps://user:password@host, or smtp://…?tls=required for STARTTLS. \
                A password belongs into the environment, since process lists show command lines",
        value_name = "URL",
        requires = "mail_from",
        requires = "mail_to"
    )]
    smtp_url: Option<SmtpUrl>,
    /// The sender of notifications
    #[arg(
        long,
        env = "MAIL_FROM",
        value_name = "ADDRESS",
        value_parser = whole::<Mailbox>,
        requires = "smtp_url"
    )]
    mail_from: Option<Mailbox>,
    /// The recipients of notifications, separated by commas
    #[arg(
        long,
        env = "MAIL_TO",
        value_name = "ADDRESSES",
        value_parser = whole::<Mailboxes>,
        requires = "smtp_url"
    )]
    mail_to: Option<Mailboxes>,
}

/// What the e-mails say about the job.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    /// Where Peakon serves SCIM.
    pub(crate) tenant_url: String,
    /// The file of the state, as it is named on the command line.
    pub(crate) state: String,
}

/// A mail server, a sender, recipients, and the job that they are told of.
#[derive(Debug)]
pub(crate) struct Settings {
    server: Server,
    from: Mailbox,
    to: Mailboxes,
    job: Job,
}

impl NotificationArguments {
    /// None when nobody is to be told. Nothing is sent yet.
    pub(crate) fn settings(&self, job: Job) -> Result<Option<Settings>, Failure> {
        let (Some(url), Some(from), Some(to)) = (&self.smtp_url, &self.mail_from, &self.mail_to)
        else {
            return Ok(None);
        };
        Ok(Some(Settings {
            server: Server::new(url, Vec::new())?,
            from: from.clone(),
            to: to.clone(),
            job,
        }))
    }
}

/// Addresses, of which none is left out because something before it cannot be read: lettre reads as far as it can.
fn whole<T: FromStr + Display>(text: &str) -> Result<T, String> {
    let letters = |text: &str| {
        let is_letter =
            |character: &char| !character.is_whitespace() && !"\"\\<>,".contains(*character);
        text.chars().filter(is_letter).collect::<String>()
    };
    match text.parse::<T>() {
        Ok(read) if !letters(text).is_empty() && letters(&read.to_string()) == letters(text) => {
            Ok(read)
        }
        _ => Err(
            "give addresses such as ops@fjordlab.example, or \"IT, Oslo\" <it@fjordlab.example>"
                .to_owned(),
        ),
    }
}

/// Sends one e-mail. Sent twice, it is the same message to whoever receives it.
pub(crate) async fn send(settings: &Settings, notification: &Notification) -> Result<(), Failure> {
    let letter = letter::write(&settings.from, &settings.to, &settings.job, notification)?;
    settings.server.send(letter).await
}

#[cfg(test)]
mod tests;
