//! The one kind of error that reaches a person: the place, what is wrong there, and the way out.

use std::fmt::{self, Display, Formatter};

/// Why a run ends.
#[derive(Debug)]
pub(crate) struct Failure {
    place: String,
    problem: String,
    advice: String,
    command_line: bool,
}

impl Failure {
    pub(crate) fn new(
        place: impl Into<String>,
        problem: impl Display,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            place: place.into(),
            problem: problem.to_string(),
            advice: advice.into(),
            command_line: false,
        }
    }

    /// The command line is wrong, rather than what it led to.
    pub(crate) fn of_the_command_line(mut self) -> Self {
        self.command_line = true;
        self
    }

    /// 2 for a wrong command line, 1 for a failed run.
    pub(crate) const fn exit_code(&self) -> u8 {
        if self.command_line { 2 } else { 1 }
    }
}

impl Display for Failure {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}: {}\n  what to do: {}",
            self.place, self.problem, self.advice
        )
    }
}

impl std::error::Error for Failure {}
