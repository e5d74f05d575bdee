//! Every flag of `Compatibility` makes a difference, and says so: `cases/compatibility.json` has a request for each.

mod support;

#[cfg(test)]
mod flags {
    use std::collections::{BTreeMap, BTreeSet};
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use chrono::DateTime;
    use scim_core::compatibility::Compatibility;
    use scim_core::schema::{PeakonAttribute, PeakonAttributeKind, SchemaRegistry};
    use scim_core::service_provider::{
        MemoryStore, Request, RequestContext, Response, ServiceDefinition, ServiceProvider,
    };
    use serde::Deserialize;
    use serde_json::Value;

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
        /// Whether the response's report names the flag: it does where something is held that was not sent so.
        #[serde(default = "yes")]
        reported: bool,
    }

    fn yes() -> bool {
        true
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
        let mut future = pin!(service.answer(request, context));
        loop {
            let mut task = Context::from_waker(Waker::noop());
            if let Poll::Ready(response) = future.as_mut().poll(&mut task) {
                return response;
            }
        }
    }

    /// What a service of this compatibility answers, and what it reports.
    fn outcome(
        stored: &Value,
        case: &Case,
        compatibility: Compatibility,
    ) -> (u16, String, Vec<&'static str>) {
        let mut definition = ServiceDefinition::new(registry());
        definition.compatibility = compatibility;
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
                wrong.push(format!(
                    "{flag}: {} with it and without: {}",
                    with.0, with.1
                ));
            }
            if with.2.contains(&flag) != case.reported {
                wrong.push(format!("{flag}: reported {:?}", with.2));
            }
            if !without.2.is_empty() {
                wrong.push(format!("{flag}: strict reports {:?}", without.2));
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
}
