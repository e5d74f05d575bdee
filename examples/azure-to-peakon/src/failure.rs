//! The one kind of error that reaches a person: the place, what is wrong there, and the way out.

use std::fmt::{self, Display, Formatter};

/// Why a run ends.
#[derive(Debug)]
pub(crate) struct Failure {
    place: String,
    problem: String,
    advice: String,
    kind: Kind,
}

/// What a scheduler has to know of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Run,
    CommandLine,
    BusyState,
    Refusal,
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
            kind: Kind::Run,
        }
    }

    /// The command line is wrong, rather than what it led to.
    pub(crate) fn of_the_command_line(mut self) -> Self {
        self.kind = Kind::CommandLine;
        self
    }

    /// Another process is at work with the same state.
    pub(crate) fn of_a_busy_state(mut self) -> Self {
        self.kind = Kind::BusyState;
        self
    }

    /// The target lets nobody in who comes with this token.
    pub(crate) fn of_a_refusal(mut self) -> Self {
        self.kind = Kind::Refusal;
        self
    }

    pub(crate) fn is_refusal(&self) -> bool {
        self.kind == Kind::Refusal
    }

    /// What is wrong, without the place and the way out.
    pub(crate) fn problem(&self) -> &str {
        &self.problem
    }

    /// The exit code that the help of the program explains.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Run | Kind::Refusal => 1,
            Kind::CommandLine => 2,
            Kind::BusyState => 5,
        }
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
