//! Every flag of `Compatibility` makes a difference, and says so: `cases/compatibility.json` has a request for each.

#[cfg(test)]
#[path = "support/block_on.rs"]
mod block_on;
mod support;

#[cfg(test)]
mod flags {
    use std::collections::{BTreeMap, BTreeSet};

    use chrono::DateTime;
    use scim_core::compatibility::{Compatibility, FlagKind, Preset};
    use scim_core::schema::{PeakonAttribute, PeakonAttributeKind, SchemaRegistry};
    use scim_core::service_provider::{
        AesSivSeal, CursorPaging, MemoryStore, Request, RequestContext, Response,
        ServiceDefinition, ServiceProvider,
    };
    use serde::Deserialize;
    use serde_json::{Value, json};

    use crate::block_on::block_on;
    use crate::support;

    #[derive(Deserialize)]
    struct Cases {
        /// The user that is there, `id-1`.
        stored: Value,
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Case {
        flag: String,
        /// `METHOD path?query`
        request: String,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        body: Option<Value>,
        /// Of a flag that demands: the `scimType` of the refusal. Without one it only does otherwise, and reports that.
        refused: Option<String>,
    }

    fn registry() -> SchemaRegistry {
        support::registry(&[
            PeakonAttribute::new("Salary", PeakonAttributeKind::Number),
            PeakonAttribute::new("Start Date", PeakonAttributeKind::Date),
        ])
        .unwrap()
    }

    fn answer(service: &ServiceProvider<MemoryStore>, request: Request, number: usize) -> Response {
        let now = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
        let base = "https://people.example/scim/v2";
        let context = RequestContext::new("t", "admin", now, format!("id-{number}"), base);
        block_on(service.answer(request, context))
    }

    /// What a service of this compatibility answers, and what it reports.
    fn outcome(
        stored: &Value,
        case: &Case,
        compatibility: Compatibility,
    ) -> (u16, String, Vec<&'static str>) {
        let mut definition = ServiceDefinition::new(registry());
        definition.compatibility = compatibility;
        definition.cursors = Some(CursorPaging::new(AesSivSeal::new([7; 64])));
        let service = ServiceProvider::new(definition, MemoryStore::new(registry()));
        let body = stored.to_string();
        let created = answer(&service, Request::new("POST", "/Users").with_body(body), 1);
        assert_eq!(created.status, 201, "{created:?}");
        let (method, target) = case.request.split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request = Request::new(method, path);
        request.query = (!query.is_empty()).then(|| query.to_owned());
        request.headers = case.headers.clone().into_iter().collect();
        request.body = case
            .body
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default()
            .into_bytes();
        let response = answer(&service, request, 2);
        let body = String::from_utf8(response.body.unwrap_or_default()).unwrap();
        let reported = response
            .report
            .tolerated
            .iter()
            .map(|tolerance| tolerance.what)
            .collect();
        (response.status, body, reported)
    }

    /// Against a service that tolerates and demands nothing else, so that no other flag can have made the difference.
    #[test]
    fn every_flag_makes_a_difference_and_is_reported() {
        let cases: Cases = serde_json::from_str(include_str!("cases/compatibility.json")).unwrap();
        let mut wrong = Vec::new();
        for case in &cases.cases {
            let flag = case.flag.as_str();
            let strict = support::compatibility(Some("strict")).unwrap();
            let without = outcome(&cases.stored, case, strict);
            let with = strict.with_flag(flag, true).unwrap();
            let with = outcome(&cases.stored, case, with);
            if (without.0, &without.1) == (with.0, &with.1) {
                wrong.push(format!("{flag}: {without:?} with it and without"));
            }
            if !without.2.is_empty() {
                wrong.push(format!("{flag}: strict reports {:?}", without.2));
            }
            if let Some(refused) = &case.refused {
                let body: Value = serde_json::from_str(&with.1).unwrap();
                if body["scimType"] != json!(refused) || !with.2.is_empty() {
                    wrong.push(format!("{flag}: {without:?}, {with:?}"));
                }
            } else if with.0 >= 400 || with.2.is_empty() || with.2.iter().any(|name| *name != flag)
            {
                wrong.push(format!("{flag}: {with:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let shown: BTreeSet<_> = cases.cases.iter().map(|case| case.flag.as_str()).collect();
        let all: BTreeSet<_> = Compatibility::strict()
            .flags()
            .map(|flag| flag.name)
            .collect();
        assert_eq!(shown, all);
    }

    #[test]
    fn every_flag_says_what_it_does_for_whom_and_who_says_so() {
        for flag in Compatibility::strict().flags() {
            let name = flag.name;
            assert!(flag.description.ends_with(['.', ']']), "{name}");
            assert!(!flag.sources.is_empty(), "{name}");
            assert_eq!(
                flag.clients.is_empty(),
                flag.kind == FlagKind::Demands,
                "{name}"
            );
            for preset in Preset::ALL {
                let set = Compatibility::of(preset).flags();
                let enabled = set.filter(|own| own.name == name).any(|own| own.enabled);
                assert_eq!(
                    enabled,
                    flag.presets.contains(&preset),
                    "{name} in {preset:?}"
                );
            }
            let stays_lenient = flag.kind == FlagKind::Tolerates;
            assert!(
                stays_lenient || flag.presets == [Preset::InteropProfile],
                "{name}"
            );
        }
    }

    #[test]
    fn whatever_entra_sends_with_its_flag_it_may_send_without() {
        let legacy: BTreeSet<_> = enabled(Compatibility::entra_legacy());
        let standard: BTreeSet<_> = enabled(Compatibility::standard());
        let entra = enabled(Compatibility::entra());
        assert!(standard.is_subset(&entra) && entra.is_subset(&legacy));
    }

    fn enabled(compatibility: Compatibility) -> BTreeSet<&'static str> {
        let on = compatibility.flags().filter(|flag| flag.enabled);
        on.map(|flag| flag.name).collect()
    }

    #[test]
    fn a_configuration_is_read_as_it_is_written() {
        for preset in Preset::ALL {
            for flag in Compatibility::of(preset).flags() {
                let set = Compatibility::of(preset);
                let changed = set.with_flag(flag.name, !flag.enabled).unwrap();
                for set in [set, changed] {
                    let written = serde_json::to_value(set).unwrap();
                    assert_eq!(
                        serde_json::from_value::<Compatibility>(written).unwrap(),
                        set
                    );
                }
            }
        }
        let written = serde_json::to_value(Compatibility::entra_legacy()).unwrap();
        assert_eq!(written, json!("entra_legacy"));
        let read = |value: Value| serde_json::from_value::<Compatibility>(value);
        assert_eq!(read(json!("default")).unwrap(), Compatibility::standard());
        assert_eq!(read(json!({})).unwrap(), Compatibility::standard());
        let late = json!({"empty_add": false, "preset": "okta"});
        assert!(!read(late).unwrap().empty_add);
        for wrong in [
            json!("azure"),
            json!({"emty_add": true}),
            json!({"empty_add": "yes"}),
            json!({"preset": "azure"}),
            json!(1),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
