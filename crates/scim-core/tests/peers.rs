//! What real clients send and other implementations get wrong: `cases/peers`, each case with the place where it was seen.
//!
//! A case says what comes of it under `strict`, `standard` and `entra_legacy`, and under another preset where that is not as
//! under the one next to it.

mod support;

#[cfg(test)]
mod peers {
    use std::collections::{BTreeMap, BTreeSet};

    use scim_core::compatibility::{Compatibility, Tolerance};
    use scim_core::error::Error;
    use scim_core::evaluation::BoundFilter;
    use scim_core::message::PatchRequest;
    use scim_core::patch;
    use scim_core::resource::{Resource, User};
    use scim_core::schema::{
        PeakonAttribute, PeakonAttributeKind, RegisteredResourceType, SchemaRegistry,
        ValidationContext,
    };
    use scim_core::urn;
    use serde::Deserialize;
    use serde_json::{Map, Value, json};

    use crate::support;

    fn registry() -> SchemaRegistry {
        support::registry(&[
            PeakonAttribute::new("Job Title", PeakonAttributeKind::Option),
            PeakonAttribute::new("Salary", PeakonAttributeKind::Number),
        ])
        .unwrap()
    }

    fn resource_type<'r>(registry: &'r SchemaRegistry, name: &str) -> &'r RegisteredResourceType {
        registry.resource_type(name).unwrap()
    }

    /// What comes of a case under one preset.
    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outcome {
        /// The keyword of the error.
        error: Option<String>,
        /// The operation that the error names.
        operation: Option<usize>,
        /// What is different afterwards; null is absent. Everything else is as it was.
        #[serde(default)]
        after: Map<String, Value>,
        /// The flags that the report names, each once.
        #[serde(default)]
        tolerated: BTreeSet<String>,
    }

    impl Outcome {
        fn error(error: &Error) -> Self {
            Self {
                error: error.kind().scim_type().map(str::to_owned),
                operation: error.operation(),
                ..Self::default()
            }
        }
    }

    /// The members that differ.
    fn difference(before: &Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
        let gone = before.keys().filter(|name| !after.contains_key(*name));
        let gone = gone.map(|name| (name.clone(), Value::Null));
        let other = after
            .iter()
            .filter(|(name, value)| before.get(*name) != Some(value));
        gone.chain(other.map(|(name, value)| (name.clone(), value.clone())))
            .collect()
    }

    /// Every preset, and the one whose outcome is the same where a case does not say otherwise.
    const PRESETS: [(&str, &str); 6] = [
        ("strict", "strict"),
        ("interop_profile", "strict"),
        ("standard", "standard"),
        ("okta", "standard"),
        ("entra_legacy", "entra_legacy"),
        ("entra", "entra_legacy"),
    ];

    fn said<'o, T>(outcomes: &'o BTreeMap<String, T>, preset: &str, like: &str) -> &'o T {
        let said = outcomes.get(preset).or_else(|| outcomes.get(like));
        said.unwrap_or_else(|| panic!("no outcome under {like}"))
    }

    /// The outcome of a case under each preset, against the one that it says.
    fn compare(
        label: &str,
        expected: &BTreeMap<String, Outcome>,
        run: impl Fn(Compatibility) -> Outcome,
        wrong: &mut Vec<String>,
    ) {
        for (preset, like) in PRESETS {
            let expected = said(expected, preset, like);
            let compatibility = support::compatibility(Some(preset)).unwrap();
            let on = compatibility.flags().filter(|flag| flag.enabled);
            let on: BTreeSet<_> = on.map(|flag| flag.name.to_owned()).collect();
            let outcome = run(compatibility);
            if !outcome.tolerated.is_subset(&on) {
                wrong.push(format!("{label}, {preset}: tolerates what is off"));
            }
            if outcome != *expected {
                wrong.push(format!(
                    "{label}, {preset}: {outcome:?} instead of {expected:?}"
                ));
            }
        }
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Operations {
        #[serde(rename = "about")]
        _about: String,
        /// The resources before, by the name of their type.
        before: BTreeMap<String, Map<String, Value>>,
        cases: Vec<OperationCase>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct OperationCase {
        number: usize,
        /// Where it was seen.
        sources: Vec<String>,
        name: String,
        on: String,
        /// What the resource has besides; null takes away.
        #[serde(default)]
        given: Map<String, Value>,
        operations: Vec<Value>,
        outcomes: BTreeMap<String, Outcome>,
    }

    /// A report goes into logs, so what was sent as a value does not stand in it. True, false and null may.
    fn tell_nothing(tolerated: &[Tolerance], sent: &Value) -> bool {
        match sent {
            Value::String(text) => {
                text.len() < 3
                    || text.eq_ignore_ascii_case("false")
                    || tolerated
                        .iter()
                        .all(|tolerance| !tolerance.detail.contains(text.as_str()))
            }
            Value::Number(number) => {
                let number = number.to_string();
                number.len() < 3
                    || tolerated
                        .iter()
                        .all(|tolerance| !tolerance.detail.contains(&number))
            }
            Value::Array(values) => values.iter().all(|value| tell_nothing(tolerated, value)),
            Value::Object(members) => members.values().all(|value| tell_nothing(tolerated, value)),
            Value::Null | Value::Bool(_) => true,
        }
    }

    fn apply(
        case: &OperationCase,
        before: &Map<String, Value>,
        compatibility: Compatibility,
        registry: &SchemaRegistry,
    ) -> Outcome {
        let resource_type = resource_type(registry, &case.on);
        let body = json!({"schemas": [urn::PATCH_OP], "Operations": case.operations});
        let mut before = before.clone();
        before.extend(case.given.clone());
        before.retain(|_, value| !value.is_null());
        let result = PatchRequest::read_with_report(&body, resource_type, &compatibility).and_then(
            |(request, mut tolerated)| {
                let patched = patch::apply(
                    &request,
                    &Resource::new(before.clone()),
                    resource_type,
                    &compatibility,
                )?;
                tolerated.extend(patched.tolerated);
                Ok((patched.resource, tolerated))
            },
        );
        match result {
            Err(error) => Outcome::error(&error),
            Ok((resource, tolerated)) => {
                let values = case.operations.iter().map(|operation| &operation["value"]);
                for value in values {
                    assert!(
                        tell_nothing(&tolerated, value),
                        "{}: {tolerated:?}",
                        case.name
                    );
                }
                Outcome {
                    after: difference(&before, resource.attributes()),
                    tolerated: tolerated
                        .iter()
                        .map(|tolerance| tolerance.what.to_owned())
                        .collect(),
                    ..Outcome::default()
                }
            }
        }
    }

    #[test]
    fn operations_give_the_right_answer_or_the_right_error() {
        let file: Operations =
            serde_json::from_str(include_str!("cases/peers/operations.json")).unwrap();
        let registry = registry();
        let mut wrong = Vec::new();
        for (index, case) in file.cases.iter().enumerate() {
            assert_eq!(case.number, index + 1, "{}", case.name);
            assert!(!case.sources.is_empty(), "{}", case.name);
            let label = format!("{} {}", case.number, case.name);
            compare(
                &label,
                &case.outcomes,
                |compatibility| apply(case, &file.before[&case.on], compatibility, &registry),
                &mut wrong,
            );
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Bodies {
        #[serde(rename = "about")]
        _about: String,
        cases: Vec<BodyCase>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct BodyCase {
        sources: Vec<String>,
        name: String,
        on: String,
        body: Map<String, Value>,
        outcomes: BTreeMap<String, Outcome>,
    }

    #[test]
    fn bodies_are_read_without_loss_or_refused() {
        let file: Bodies = serde_json::from_str(include_str!("cases/peers/bodies.json")).unwrap();
        let registry = registry();
        let mut wrong = Vec::new();
        for case in &file.cases {
            assert!(!case.sources.is_empty(), "{}", case.name);
            let resource_type = resource_type(&registry, &case.on);
            let read = |compatibility: Compatibility| {
                let body = Value::Object(case.body.clone());
                match resource_type.read(body, ValidationContext::Create, &compatibility) {
                    Err(report) => Outcome::error(&Error::from(report)),
                    Ok((resource, tolerated)) => {
                        let values = case.body.iter().filter(|(name, _)| *name != "schemas");
                        for (_, value) in values {
                            assert!(
                                tell_nothing(&tolerated, value),
                                "{}: {tolerated:?}",
                                case.name
                            );
                        }
                        Outcome {
                            after: difference(&case.body, resource.attributes()),
                            tolerated: tolerated
                                .iter()
                                .map(|tolerance| tolerance.what.to_owned())
                                .collect(),
                            ..Outcome::default()
                        }
                    }
                }
            };
            compare(&case.name, &case.outcomes, read, &mut wrong);
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filters {
        #[serde(rename = "about")]
        _about: String,
        /// The users, by name.
        users: BTreeMap<String, Map<String, Value>>,
        cases: Vec<FilterCase>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct FilterCase {
        sources: Vec<String>,
        filter: String,
        /// Another filter that means the same.
        same_as: Option<String>,
        /// By preset: the names of the users that match, or the keyword of the error.
        outcomes: BTreeMap<String, Found>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Found {
        Users(BTreeSet<String>),
        Error(String),
    }

    fn find(
        filter: &str,
        users: &BTreeMap<String, Map<String, Value>>,
        compatibility: &Compatibility,
        registry: &SchemaRegistry,
    ) -> Found {
        let resource_type = resource_type(registry, "User");
        let parsed = resource_type
            .parser()
            .leniency(compatibility.leniency())
            .filter(filter);
        let bound = parsed
            .map_err(|failure| Error::from_filter(&failure))
            .and_then(|filter| BoundFilter::bind(&filter, resource_type, compatibility));
        match bound {
            Err(error) => Found::Error(error.kind().scim_type().unwrap_or("none").to_owned()),
            Ok(bound) => {
                let matching = users
                    .iter()
                    .filter(|(_, user)| bound.matches(&Resource::new((*user).clone())));
                Found::Users(matching.map(|(name, _)| name.clone()).collect())
            }
        }
    }

    #[test]
    fn filters_find_whom_they_mean_or_are_refused() {
        let file: Filters = serde_json::from_str(include_str!("cases/peers/filters.json")).unwrap();
        let registry = registry();
        let mut wrong = Vec::new();
        for case in &file.cases {
            let filter = &case.filter;
            assert!(
                !case.sources.is_empty() && !case.outcomes.is_empty(),
                "{filter}"
            );
            for (preset, like) in PRESETS {
                let expected = said(&case.outcomes, preset, like);
                let compatibility = support::compatibility(Some(preset)).unwrap();
                let found = find(filter, &file.users, &compatibility, &registry);
                if found != *expected {
                    wrong.push(format!(
                        "{filter}, {preset}: {found:?} instead of {expected:?}"
                    ));
                }
                if let Some(same) = &case.same_as
                    && find(same, &file.users, &compatibility, &registry) != found
                {
                    wrong.push(format!("{filter}, {preset}: otherwise than {same}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Fixed structs that know no other attribute lose it; and what was not sent is not sent on.
    #[test]
    fn a_typed_user_loses_nothing_and_adds_nothing() {
        let sent = json!({
            "schemas": [urn::USER, "urn:example:acme:2.0:User"],
            "userName": "ann",
            "shoeSize": 40,
            "emails": [{"value": "a@example.com", "type": "custom", "verified": true}],
            "urn:example:acme:2.0:User": {"badge": "7"},
        });
        let user: User = serde_json::from_value(sent.clone()).unwrap();
        assert_eq!(serde_json::to_value(&user).unwrap(), sent);
        assert_eq!(user.user_name, "ann");
    }
}
