//! Which texts `scim_v2` takes and ours does not, and the other way round: `disagreements.json` has each with its reason, and this
//! test holds the list against both parsers.

#[cfg(test)]
mod acceptance {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::str::FromStr as _;

    use serde::Deserialize;
    use serde_json::Value;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Disagreement {
        filter: String,
        /// Whether ours takes it; `scim_v2` does not then.
        ours: bool,
        reason: String,
    }

    fn case_files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                case_files(&path, found);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                found.push(path);
            }
        }
    }

    /// Every filter of the cases that the grammar alone decides: no schema is named to the parser.
    fn corpus() -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/scim-filter/tests/cases");
        let mut files = Vec::new();
        case_files(&root, &mut files);
        let mut corpus = Vec::new();
        for file in files {
            let cases: Vec<Value> =
                serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
            let alone = cases.iter().filter(|case| {
                case.get("schemas").is_none() && case.get("schemasWithFreeNames").is_none()
            });
            corpus.extend(alone.filter_map(|case| Some(case.get("filter")?.as_str()?.to_owned())));
        }
        corpus.sort();
        corpus.dedup();
        assert!(corpus.len() > 150, "{} filters", corpus.len());
        corpus
    }

    #[test]
    fn every_disagreement_has_its_reason_and_no_other_is_listed() {
        let listed: Vec<Disagreement> =
            serde_json::from_str(include_str!("disagreements.json")).unwrap();
        let mut listed: BTreeMap<String, (bool, String)> = listed
            .into_iter()
            .map(|entry| (entry.filter, (entry.ours, entry.reason)))
            .collect();
        let mut wrong = Vec::new();
        for filter in corpus() {
            let ours = scim_filter::Filter::from_str(&filter).is_ok();
            let theirs = scim_v2::filter::Filter::from_str(&filter).is_ok();
            match (ours != theirs, listed.remove(&filter)) {
                (false, None) => {}
                (true, Some((said, reason))) if said == ours && !reason.is_empty() => {}
                (true, _) => wrong.push(
                    serde_json::json!({"filter": filter, "ours": ours, "reason": ""}).to_string(),
                ),
                (false, Some(_)) => wrong.push(format!("both agree on {filter:?}: {ours}")),
            }
        }
        wrong.extend(
            listed
                .keys()
                .map(|filter| format!("no case has {filter:?}")),
        );
        assert!(wrong.is_empty(), "\n{}", wrong.join(",\n"));
    }
}
