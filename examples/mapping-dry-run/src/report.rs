//! What is printed.

use std::fmt::{self, Write as _};

use scim_mapping::{MappingProblem, ScopeExplanation, Severity, Standing, Trace};
use serde::Serialize;
use serde_json::Value;

/// Everything that a run has found.
#[derive(Default, Serialize)]
pub(crate) struct Report {
    /// What is wrong with the mapping.
    pub(crate) problems: Vec<MappingProblem>,
    /// What went wrong with the export, a file or a user.
    pub(crate) failures: Vec<String>,
    pub(crate) users: Vec<User>,
}

#[derive(Serialize)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) scope: ScopeExplanation,
    /// The rule that leaves the user out, if one does.
    pub(crate) left_out: Option<String>,
    /// What would be sent; none when a rule failed or leaves the user out.
    pub(crate) document: Option<Value>,
    pub(crate) trace: Trace,
}

impl Report {
    pub(crate) fn is_fine(&self, strict: bool) -> bool {
        let counts = |problem: &&MappingProblem| strict || problem.severity == Severity::Error;
        self.failures.is_empty() && !self.problems.iter().any(|problem| counts(&problem))
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    pub(crate) fn to_text(&self, with_traces: bool) -> String {
        let mut text = String::new();
        // Writing into a text cannot fail.
        let _ = self.write(&mut text, with_traces);
        text
    }

    fn write(&self, text: &mut String, with_traces: bool) -> fmt::Result {
        for user in &self.users {
            writeln!(text, "# {}\n", user.name)?;
            let scope = user.scope.to_string();
            let scope = if with_traces {
                scope.as_str()
            } else {
                scope.lines().next().unwrap_or_default()
            };
            writeln!(text, "{}", scope.trim_end())?;
            if let Some(rule) = &user.left_out {
                writeln!(text, "left out: {rule}")?;
            }
            if user.scope.standing == Standing::In
                && let Some(document) = &user.document
            {
                let document = serde_json::to_string_pretty(document).unwrap_or_default();
                writeln!(text, "\n{document}")?;
            }
            if with_traces {
                write!(text, "\n{}", user.trace)?;
            }
            writeln!(text)?;
        }
        for problem in &self.problems {
            writeln!(text, "{problem}")?;
        }
        for failure in &self.failures {
            writeln!(text, "{failure}")?;
        }
        let is_error = |problem: &&MappingProblem| problem.severity == Severity::Error;
        let errors = self.problems.iter().filter(is_error).count();
        let counts = [
            (self.users.len(), "user"),
            (errors, "error"),
            (self.problems.len() - errors, "warning"),
            (self.failures.len(), "failure"),
        ];
        let counts = counts.map(|(count, what)| {
            let end = if count == 1 { "" } else { "s" };
            format!("{count} {what}{end}")
        });
        writeln!(text, "{}", counts.join(", "))
    }
}
