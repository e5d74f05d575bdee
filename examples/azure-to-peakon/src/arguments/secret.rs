//! Secrets: from the environment, a file, or a prompt. A command line is none of the places where they are safe.

use std::io::IsTerminal;
use std::path::Path;

use console::Term;
use scim_core::resource::Secret;

use crate::{failure::Failure, render};

/// Larger files are no tokens.
const LARGEST: u64 = 64 << 10;

/// Where a secret may come from.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    /// What it is, in a sentence.
    pub(crate) what: &'a str,
    pub(crate) on_command_line: Option<&'a Secret>,
    pub(crate) option: &'a str,
    pub(crate) file: Option<&'a Path>,
    pub(crate) file_option: &'a str,
    pub(crate) variable: &'a str,
}

impl Places<'_> {
    /// The secret from the first place that has one; in the end a person is asked.
    pub(super) fn secret(&self) -> Result<Secret, Failure> {
        if let Some(secret) = self.given()? {
            return Ok(secret);
        }
        if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
            let terminal = Term::stderr();
            let asked = terminal
                .write_str(&format!("{}: ", self.what))
                .and_then(|()| terminal.read_secure_line());
            let text = asked.map_err(|error| {
                Failure::new("the terminal", error, "use an environment variable")
            })?;
            return self.checked(text.trim(), "the terminal");
        }
        let advice = format!(
            "set {}, or name a file with {}",
            self.variable, self.file_option
        );
        Err(Failure::new(self.what, "it is missing", advice).of_the_command_line())
    }

    /// The secret from the command line, a file or the environment; none if it is in none of them.
    pub(crate) fn given(&self) -> Result<Option<Secret>, Failure> {
        if let Some(secret) = self.on_command_line {
            render::warn(&format!(
                "{} shows a secret to everybody who lists processes; use {}, or {} FILE",
                self.option, self.variable, self.file_option
            ));
            return self.checked(secret.expose(), self.option).map(Some);
        }
        if let Some(path) = self.file {
            let place = path.display().to_string();
            let refuse = |problem: &dyn std::fmt::Display| {
                Failure::new(
                    &place,
                    problem,
                    "name a file that holds the secret and nothing else",
                )
                .of_the_command_line()
            };
            let size = std::fs::metadata(path)
                .map_err(|error| refuse(&error))?
                .len();
            if size > LARGEST {
                return Err(refuse(&"the file is too large for a secret"));
            }
            let text = std::fs::read_to_string(path).map_err(|error| refuse(&error))?;
            return self.checked(text.trim(), &place).map(Some);
        }
        match std::env::var(self.variable) {
            Ok(text) => self.checked(&text, self.variable).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Refuses what no header and no URL can carry; the text itself is not repeated.
    fn checked(&self, text: &str, place: &str) -> Result<Secret, Failure> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Secret::new(text));
        }
        let problem = format!(
            "{} is printable ASCII without blanks, and not empty",
            self.what
        );
        let advice = format!(
            "copy it again from where it was made, into {} or a file",
            self.variable
        );
        Err(Failure::new(place, problem, advice).of_the_command_line())
    }
}
