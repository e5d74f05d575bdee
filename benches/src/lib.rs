//! Criterion benches of the workspace, and the texts that ours and its rivals are held against.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

/// Every filter of scim-filter's case files that the grammar alone decides, in order and once: no schema is named to the parser.
///
/// # Errors
///
/// A case file cannot be read, or is not JSON.
pub fn filter_corpus() -> io::Result<Vec<String>> {
    let mut corpus = Vec::new();
    gather(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/scim-filter/tests/cases"),
        &mut corpus,
    )?;
    corpus.sort();
    corpus.dedup();
    Ok(corpus)
}

fn gather(folder: &Path, corpus: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, corpus)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let cases: Vec<Value> = serde_json::from_str(&fs::read_to_string(path)?)?;
            let alone = cases.iter().filter(|case| {
                case.get("schemas").is_none() && case.get("schemasWithFreeNames").is_none()
            });
            corpus.extend(alone.filter_map(|case| Some(case.get("filter")?.as_str()?.to_owned())));
        }
    }
    Ok(())
}
