//! `check` and `explain`: what a schema says, without a target.

use std::io::Write;
use std::path::Path;

use serde_json::json;

use super::{Ending, read_mappings};
use crate::arguments::SourceArguments;
use crate::failure::Failure;
use crate::mappings::Mappings;
use crate::render::{self, Voice};
use crate::source::{FileSource, Source};
use crate::story;

/// Names every problem of a schema.
pub(crate) fn check(path: &Path, voice: Voice) -> Result<Ending, Failure> {
    let mappings = read_mappings(path)?;
    voice.document(&json!({ "rules": mappings.rows() }))?;
    voice.lines(render::mapping(&mappings.rows()));
    voice.line(&format!("{}: no problem found", path.display()));
    Ok(Ending::Well)
}

/// Why each attribute of one user has its value.
pub(crate) async fn explain(
    name: &str,
    source: &SourceArguments,
    schema: Option<&Path>,
    voice: Voice,
) -> Result<Ending, Failure> {
    let mappings = match schema {
        Some(path) => read_mappings(path)?,
        None => Mappings::from_json(story::SCHEMA, "sample/schema.json")?,
    };
    let secret = source.secret()?;
    let sample = sample()?;
    let source = match source.open(&mappings, secret.as_ref())? {
        Some(source) => source,
        None => Source::File(FileSource::open(sample.path())?),
    };
    let record = source.find(name).await?;
    let explanation = mappings.explain(&record, &source.assignments().await?);
    voice.document(&explanation)?;
    voice.lines(render::explanation(&explanation));
    Ok(Ending::Well)
}

/// The sample's directory as a file, since a directory is one.
fn sample() -> Result<tempfile::NamedTempFile, Failure> {
    let written = tempfile::NamedTempFile::new()
        .and_then(|mut file| file.write_all(story::DIRECTORY.as_bytes()).map(|()| file));
    written.map_err(|error| {
        Failure::new(
            "the temporary folder",
            error,
            "set TMPDIR to one that can be written",
        )
    })
}
