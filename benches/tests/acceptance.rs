//! Which texts `scim_v2` takes and ours does not, and the other way round: `peers/scim_v2.json` has each with its reason, and this
//! test holds the list against both parsers.

#[cfg(test)]
mod acceptance {
    use std::collections::BTreeMap;
    use std::str::FromStr as _;

    use serde::Deserialize;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Disagreement {
        filter: String,
        /// Whether ours takes it; `scim_v2` does not then.
        ours: bool,
        reason: String,
    }

    #[test]
    fn every_disagreement_has_its_reason_and_no_other_is_listed() {
        let listed: Vec<Disagreement> =
            serde_json::from_str(include_str!("../peers/scim_v2.json")).unwrap();
        let mut listed: BTreeMap<String, (bool, String)> = listed
            .into_iter()
            .map(|entry| (entry.filter, (entry.ours, entry.reason)))
            .collect();
        let mut wrong = Vec::new();
        let corpus = benches::filter_corpus().unwrap();
        assert!(corpus.len() > 150, "{} filters", corpus.len());
        for filter in corpus {
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
