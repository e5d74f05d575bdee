//! The one kind of error that reaches a person: the place, what is wrong there, and the way out.

use std::fmt::{self, Display, Formatter};

use scim_mapping::provisioning::{
    CycleResult, CycleSummary, Failure as ProvisioningFailure, FailureCode, Obstacle,
};
use serde_json::{Value, json};

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
    Source,
    Target(FailureCode),
    Quarantine,
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

    /// The directory cannot be read.
    pub(crate) fn of_the_source(mut self) -> Self {
        if self.kind == Kind::Run {
            self.kind = Kind::Source;
        }
        self
    }

    /// The target cannot be used, for a reason that the log has this code for.
    pub(crate) fn of_the_target(mut self, code: FailureCode) -> Self {
        self.kind = Kind::Target(code);
        self
    }

    /// Why a cycle failed, or put the job into quarantine; none for any other cycle.
    pub(crate) fn of_a_cycle(summary: &CycleSummary) -> Option<Self> {
        let advice = summary.advice.clone().unwrap_or_default();
        let mut failure = Self::new("the cycle", summary.reason.as_ref()?, advice);
        if summary.result == CycleResult::Quarantined {
            failure.kind = Kind::Quarantine;
        }
        Some(failure)
    }

    /// What the log tells of it when it keeps a cycle from its work; none when there is no cycle to tell of.
    pub(crate) fn obstacle(&self) -> Option<(Obstacle, ProvisioningFailure)> {
        let (obstacle, code) = match self.kind {
            Kind::Target(code) => (Obstacle::Target, code),
            Kind::Source => (Obstacle::Source, FailureCode::ImportSkipped),
            Kind::Run => (Obstacle::Application, FailureCode::InternalError),
            Kind::CommandLine | Kind::BusyState | Kind::Quarantine => return None,
        };
        let reason = format!("{}: {}", self.place, self.problem);
        Some((
            obstacle,
            ProvisioningFailure::new(code, reason, self.advice.as_str()),
        ))
    }

    /// The same for a program.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "place": self.place,
            "problem": self.problem,
            "advice": self.advice,
            "exitCode": self.exit_code(),
        })
    }

    /// The exit code that the help of the program explains.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Run | Kind::Source | Kind::Target(_) => 1,
            Kind::CommandLine => 2,
            Kind::Quarantine => 4,
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
