//! `check` and `explain`: what a schema says, without a target.

use std::path::Path;

use scim_mapping::Severity;
use serde_json::json;

use super::{Ending, no_directory, read_mappings, read_schema};
use crate::arguments::SourceArguments;
use crate::failure::Failure;
use crate::mappings::{self, Mappings, SchemaProblem};
use crate::render::{self, Voice};
use crate::table::paragraph;

/// Names every problem of a schema, as far as the schema itself describes what Peakon takes.
pub(crate) fn check(path: &Path, voice: Voice) -> Result<Ending, Failure> {
    let name = path.display().to_string();
    let schema = read_schema(path)?;
    let problems = mappings::check(&schema);
    // What keeps the rules from being read is among the problems.
    let rows = Mappings::new(schema, &name).map_or_else(|_| Vec::new(), |read| read.rows());
    voice.document(&json!({ "rules": rows, "problems": problems }))?;
    if !rows.is_empty() {
        voice.lines(render::mapping(&rows));
    }
    for SchemaProblem { object, problem } in &problems {
        voice.lines(paragraph("  ", &format!("{object}: {problem}")));
    }
    let errors = problems
        .iter()
        .filter(|found| found.problem.severity == Severity::Error);
    let errors = errors.count();
    if problems.is_empty() {
        voice.line(&format!("{name}: no problem found"));
    } else {
        let warnings = problems.len() - errors;
        let [errors, warnings] = [counted(errors, "error"), counted(warnings, "warning")];
        voice.line(&format!("{name}: {errors}, {warnings}"));
    }
    if errors > 0 {
        voice.line("Correct the mapping in the portal, and export the schema again.");
        return Ok(Ending::NotWell);
    }
    Ok(Ending::Well)
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Why each attribute of one user has its value.
pub(crate) async fn explain(
    name: &str,
    source: &SourceArguments,
    schema: &Path,
    voice: Voice,
) -> Result<Ending, Failure> {
    let mappings = read_mappings(schema)?;
    let secret = source.secret()?;
    let source = source.open(&mappings, secret.as_ref())?;
    let source = source.ok_or_else(no_directory)?;
    let record = source.find(name).await?;
    let explanation = mappings.explain(&record, &source.assignments().await?);
    voice.document(&explanation)?;
    voice.lines(render::explanation(&explanation));
    Ok(Ending::Well)
}
