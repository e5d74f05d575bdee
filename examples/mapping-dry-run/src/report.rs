//! What is printed.

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
    /// What would be sent; none when a rule failed.
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
        for user in &self.users {
            text.push_str(&format!("# {}\n\n", user.name));
            let scope = user.scope.to_string();
            let scope = if with_traces {
                scope.as_str()
            } else {
                scope.lines().next().unwrap_or_default()
            };
            text.push_str(scope.trim_end());
            text.push('\n');
            if user.scope.standing == Standing::In
                && let Some(document) = &user.document
            {
                let document = serde_json::to_string_pretty(document).unwrap_or_default();
                text.push_str(&format!("\n{document}\n"));
            }
            if with_traces {
                text.push_str(&format!("\n{}", user.trace));
            }
            text.push('\n');
        }
        for problem in &self.problems {
            text.push_str(&format!("{problem}\n"));
        }
        for failure in &self.failures {
            text.push_str(&format!("{failure}\n"));
        }
        let errors = self
            .problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .count();
        text.push_str(&format!(
            "{} users, {} errors, {} warnings, {} failures\n",
            self.users.len(),
            errors,
            self.problems.len() - errors,
            self.failures.len()
        ));
        text
    }
}
