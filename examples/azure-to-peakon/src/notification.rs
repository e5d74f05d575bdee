//! E-mails that tell administrators what they have to know: a quarantine, too many deletions, recovery, and giving up.
//!
//! The cycle says once per condition that there is something to tell. Whoever runs it keeps that until [`send`] has succeeded,
//! and tries again after the next cycle; no cycle waits for a mail server, or fails with it.

mod letter;
mod server;

use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use lettre::message::{Mailbox, Mailboxes};
use scim_core::resource::Secret;
use scim_mapping::provisioning::Notification;
use url::Url;

pub(crate) use self::letter::command_lines;
use crate::arguments::secret::Places;
use crate::failure::Failure;
use server::Server;

/// Who is told, and by which mail server.
#[derive(Debug, Args)]
#[command(next_help_heading = "E-mails to administrators")]
pub(crate) struct NotificationArguments {
    /// A file that holds the URL of the mail server.
    #[arg(
        long,
        help = "A file that holds the URL of the mail server, such as smtps://user:password@host, or smtp://…?tls=required for \
                STARTTLS; without it the environment variable SMTP_URL",
        env = "SMTP_URL_FILE",
        value_name = "FILE",
        conflicts_with = "smtp_url"
    )]
    smtp_url_file: Option<PathBuf>,
    /// The URL itself; process lists then show the password in it
    #[arg(long, value_name = "URL")]
    smtp_url: Option<Secret>,
    /// The sender of notifications
    #[arg(long, env = "MAIL_FROM", value_name = "ADDRESS", value_parser = whole::<Mailbox>)]
    mail_from: Option<Mailbox>,
    /// The recipients of notifications, separated by commas
    #[arg(long, env = "MAIL_TO", value_name = "ADDRESSES", value_parser = whole::<Mailboxes>)]
    mail_to: Option<Mailboxes>,
}

/// What the e-mails say about the job.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    /// Where Peakon serves SCIM.
    pub(crate) tenant_url: String,
    /// The file of the state, as it is named on the command line.
    pub(crate) state: String,
    /// Whether the `sync` that tells goes on, and keeps the state from other commands.
    pub(crate) stays: bool,
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
        let url = self.url()?;
        let missing = [
            (
                url.is_none(),
                "the mail server (SMTP_URL or --smtp-url-file)",
            ),
            (
                self.mail_from.is_none(),
                "the sender (--mail-from or MAIL_FROM)",
            ),
            (
                self.mail_to.is_none(),
                "the recipients (--mail-to or MAIL_TO)",
            ),
        ];
        let (Some(url), Some(from), Some(to)) = (&url, &self.mail_from, &self.mail_to) else {
            let missing = missing.iter().filter(|(is_missing, _)| *is_missing);
            let names: Vec<&str> = missing.map(|(_, name)| *name).collect();
            if names.len() == 3 {
                return Ok(None);
            }
            let problem = format!("missing: {}", names.join(", "));
            let advice = "give all three, or none of them to send no e-mails";
            return Err(
                Failure::new("e-mails to administrators", problem, advice).of_the_command_line()
            );
        };
        Ok(Some(Settings {
            server: Server::new(url, Vec::new())?,
            from: from.clone(),
            to: to.clone(),
            job,
        }))
    }

    /// Only a URL with a password in it is a secret.
    fn url(&self) -> Result<Option<Secret>, Failure> {
        if let Some(url) = &self.smtp_url
            && Url::parse(url.expose()).is_ok_and(|url| url.password().is_none())
        {
            return Ok(Some(url.clone()));
        }
        let places = Places {
            what: "the URL of the mail server",
            on_command_line: self.smtp_url.as_ref(),
            option: "--smtp-url",
            file: self.smtp_url_file.as_deref(),
            file_option: "--smtp-url-file",
            variable: "SMTP_URL",
        };
        places.given()
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
