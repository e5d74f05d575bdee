//! Laws that hold for every mapping, schema and source.
#![cfg_attr(
    test,
    expect(
        clippy::indexing_slicing,
        clippy::unwrap_used,
        reason = "a test may fail"
    )
)]

use std::sync::LazyLock;

use proptest::prelude::*;
use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_mapping::source::{SourceItem, SourceReader};
use scim_mapping::{
    Apply, DataType, Environment, FromScim, Mapping, Occasion, Record, Rule, RuleBuilder,
    ScopingOperator, Standing, SynchronizationSchema, TraceOutcome, ValueType,
};
use serde_json::{Value, json};

static REGISTRY: LazyLock<SchemaRegistry> = LazyLock::new(SchemaRegistry::standard);

const TARGETS: [&str; 9] = [
    "userName",
    "displayName",
    "name.givenName",
    "emails[type eq \"work\"].value",
    "emails[type eq \"work\"].display",
    "addresses[type eq \"work\"].locality",
    "active",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:Job Title",
];

fn environment() -> Environment {
    Environment::new("2026-02-03T07:05:09Z".parse().unwrap()).with_random(|| 7)
}

fn source() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[ab]".prop_map(|name| format!("[{name}]")),
        "[a-z\"\\\\ é]{0,4}"
            .prop_map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))),
        "[0-9]{1,3}",
    ];
    leaf.prop_recursive(4, 20, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone()
                .prop_map(|(left, right)| format!("Append({left}, {right})")),
            pair.clone().prop_map(|(left, right)| format!(
                "IIF({left} = {right}, {right}, ToUpper({left}))"
            )),
            pair.clone()
                .prop_map(|(left, right)| format!("Switch({left}, , {right}, {left})")),
            pair.prop_map(|(left, right)| format!(
                "Coalesce(IgnoreFlowIfNullOrEmpty({left}), CDate({right}))"
            )),
            inner.prop_map(|inner| format!("Not({inner})")),
        ]
    })
}

/// A rule for one of the targets, with anything that a rule can have.
fn rule(index: usize) -> impl Strategy<Value = RuleBuilder> {
    let kind = prop_oneof![
        "[ab]".prop_map(|name| ("direct", name)),
        "[a-z \"\\\\]{0,5}".prop_map(|text| ("constant", text)),
        source().prop_map(|text| ("expression", text)),
        Just(("none", String::new())),
    ];
    (kind, any::<[bool; 9]>(), prop::option::of("[a-z]{0,3}")).prop_map(
        move |((kind, text), flags, default)| {
            let target = TARGETS[index];
            let mut rule = match kind {
                "direct" => RuleBuilder::direct(text, target),
                "constant" => RuleBuilder::constant(text, target),
                "expression" => RuleBuilder::expression(text, target),
                _ => RuleBuilder::none(target),
            };
            if let Some(default) = default {
                rule = rule.default_value(default);
            }
            let steps: [fn(RuleBuilder) -> RuleBuilder; 9] = [
                RuleBuilder::only_during_creation,
                |rule| rule.apply(Apply::OnMultiValueAdd),
                |rule| rule.apply(Apply::OnAttributeAdd),
                RuleBuilder::send_missing_references,
                RuleBuilder::sent_always,
                RuleBuilder::remove_when_null,
                RuleBuilder::multi_valued,
                RuleBuilder::case_exact,
                |rule| rule.reference_to("Group"),
            ];
            let chosen = steps.into_iter().zip(flags).filter(|(_, flag)| *flag);
            rule = chosen.fold(rule, |rule, (step, _)| step(rule));
            if index == 0 { rule.matching(1) } else { rule }
        },
    )
}

fn mapping() -> impl Strategy<Value = Mapping> {
    let rules: Vec<_> = (0..TARGETS.len()).map(rule).collect();
    let clauses = prop::collection::vec(
        (
            prop::sample::select(vec![
                ScopingOperator::Equals,
                ScopingOperator::NotEquals,
                ScopingOperator::IsNull,
                ScopingOperator::IsNotNull,
                ScopingOperator::RegexMatch,
                ScopingOperator::GreaterThan,
                ScopingOperator::ExistsIn,
            ]),
            "[ab]",
            "[0-9]{1,2}",
        ),
        0..3,
    );
    (rules, prop::collection::vec(clauses, 0..3)).prop_map(|(rules, groups)| {
        let builder = Mapping::builder("User", "urn:ietf:params:scim:schemas:core:2.0:User")
            .name("Users")
            .directories("Microsoft Entra ID", "Peakon")
            .source_attribute("a", ValueType::several(DataType::String))
            .source_attribute("b", ValueType::single(DataType::Integer))
            .metadata("Disposition", "\"Normal\"");
        let builder = rules
            .into_iter()
            .fold(builder, scim_mapping::MappingBuilder::rule);
        let builder = groups
            .iter()
            .enumerate()
            .fold(builder, |builder, (index, clauses)| {
                let clauses = clauses.iter().map(|(operator, name, operand)| {
                    let takes = !matches!(
                        operator,
                        ScopingOperator::IsNull | ScopingOperator::IsNotNull
                    );
                    (name.as_str(), *operator, takes.then_some(operand.as_str()))
                });
                builder.scope(format!("group {index}"), clauses)
            });
        builder.build().unwrap()
    })
}

fn record() -> impl Strategy<Value = Record> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i16>().prop_map(Value::from),
        "[a-zé ]{0,4}".prop_map(Value::from),
        prop::collection::vec("[a-z]{1,2}", 0..3).prop_map(Value::from),
    ];
    (value.clone(), value).prop_map(|(a, b)| Record::default().with("a", a).with("b", b))
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // serde_json reads longer fractions only nearly.
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z@.]{1,5}", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Every place in a document, as a JSON pointer.
fn places(value: &Value, place: &str, all: &mut Vec<String>) {
    all.push(place.to_owned());
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(member, &format!("{place}/{name}"), all);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                places(value, &format!("{place}/{index}"), all);
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn a_mapping_is_read_back_from_its_schema(mapping in mapping()) {
        let text = mapping.to_schema().to_json().unwrap();
        let again = Mapping::from_object_mapping(&SynchronizationSchema::from_json(&text).unwrap(), "User").unwrap();
        prop_assert_eq!(again, mapping);
    }

    #[test]
    fn a_rule_is_read_back_from_where_it_is_stored(mapping in mapping()) {
        for rule in mapping.rules() {
            let stored = serde_json::to_string(rule).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Rule>(&stored).unwrap(), rule);
        }
    }

    #[test]
    fn a_trace_tells_what_evaluation_does(mapping in mapping(), record in record(), create in any::<bool>()) {
        let occasion = if create { Occasion::Create } else { Occasion::Update };
        let trace = mapping.trace(&record, &environment(), occasion);
        let own = |trace: &scim_mapping::AttributeTrace| !trace.is_reference;
        let set: Vec<(usize, Value)> = trace.attributes.iter().filter(|trace| own(trace)).filter_map(|trace| {
            match &trace.outcome {
                TraceOutcome::Set { value } => Some((trace.rule, value.clone())),
                TraceOutcome::Removed => Some((trace.rule, Value::Null)),
                _ => None,
            }
        }).collect();
        let failed: Vec<usize> = trace.attributes.iter().filter(|trace| own(trace))
            .filter(|trace| matches!(trace.outcome, TraceOutcome::Failed { .. })).map(|trace| trace.rule).collect();
        match mapping.evaluate(&record, &environment(), occasion) {
            Ok(attributes) => {
                prop_assert!(failed.is_empty());
                let given: Vec<(usize, Value)> =
                    attributes.iter().map(|attribute| (attribute.rule + 1, attribute.value.clone())).collect();
                prop_assert_eq!(given, set);
            }
            Err(errors) => {
                let rules: Vec<usize> = errors.failures().iter().map(|failure| failure.rule + 1).collect();
                prop_assert_eq!(rules, failed);
            }
        }
    }

    #[test]
    fn scope_is_explained_as_it_is_decided(mapping in mapping(), record in record()) {
        let standing = mapping.explain_scope(&record, None).standing;
        prop_assert_eq!(standing, match mapping.in_scope(&record) {
            Ok(true) => Standing::In,
            Ok(false) => Standing::Out,
            Err(_) => Standing::Unclear,
        });
    }

    #[test]
    fn out_and_back_gives_what_the_mapping_can_carry(mapping in mapping(), record in record()) {
        let users = REGISTRY.resource_type("User").unwrap();
        let Ok(out) = mapping.evaluate(&record, &environment(), Occasion::Create) else { return Ok(()) };
        let document = out.document(users);
        let object = Resource::new(document.as_object().unwrap().clone());
        let (back, not_carried) = FromScim::new(&mapping, users).read(&object, &environment());
        // What came back makes the same attribute again, unless the rule is told as not carrying it.
        let again = mapping.trace(&back, &environment(), Occasion::Create);
        for attribute in out.iter() {
            let rule = &mapping.rules()[attribute.rule];
            if rule.source_attributes().is_empty() || not_carried.iter().any(|told| told.rule == attribute.rule + 1) {
                continue;
            }
            if attribute.value == json!("") || attribute.value == json!([]) {
                continue;
            }
            let TraceOutcome::Set { value } = &again.attributes[attribute.rule].outcome else {
                return Err(TestCaseError::fail(format!("{attribute:?} {back:?}")));
            };
            prop_assert_eq!(value, &attribute.value);
        }
    }

    #[test]
    fn direct_rules_give_back_the_record(texts in prop::collection::vec("[a-zA-Z0-9é ]{1,8}", TARGETS.len()), enabled in any::<bool>()) {
        let users = REGISTRY.resource_type("User").unwrap();
        let mut builder = Mapping::builder("Employee", "User");
        let mut record = Record::default();
        for (index, (target, text)) in TARGETS.iter().zip(&texts).enumerate() {
            // The standard users have no Peakon extension.
            if target.contains("peakon") { continue }
            let name = format!("field{index}");
            let mut rule = RuleBuilder::direct(name.clone(), *target);
            if *target == "active" {
                rule = rule.data_type(DataType::Boolean);
                record = record.with(name, enabled);
            } else {
                record = record.with(name, text.as_str());
            }
            builder = builder.rule(if index == 0 { rule.matching(1) } else { rule });
        }
        let mapping = builder.build_for(users).unwrap();
        let document = mapping.evaluate(&record, &environment(), Occasion::Create).unwrap().document(users);
        let object = Resource::new(document.as_object().unwrap().clone());
        let (back, not_carried) = FromScim::new(&mapping, users).read(&object, &environment());
        prop_assert_eq!(back, record);
        prop_assert!(not_carried.is_empty());
    }

    #[test]
    fn a_changed_export_is_kept_or_refused_by_its_path(place in any::<prop::sample::Index>(), value in json_value(), adds in any::<bool>()) {
        let mut export: Value = serde_json::from_str(include_str!("cases/schema/peakon.json")).unwrap();
        let mut all = Vec::new();
        places(&export, "", &mut all);
        let place = export.pointer_mut(place.get(&all).as_str()).unwrap();
        match place {
            Value::Object(members) if adds => { members.insert("brandNew".to_owned(), value); }
            place => *place = value,
        }
        match SynchronizationSchema::from_json(&export.to_string()) {
            Ok(schema) => {
                prop_assert!(serde_json::to_value(&schema).unwrap() == export);
                for (_, mapping) in schema.object_mappings() {
                    let name = mapping.source_object_name.value().cloned().unwrap_or_default();
                    let _ = schema.check(&name, &REGISTRY);
                }
            }
            Err(error) => prop_assert!(!error.message().is_empty()),
        }
    }

    #[test]
    fn pieces_do_not_matter(bytes in prop::collection::vec(prop::sample::select(b"[]{},:\"\\\n\r ;1aid\xEF\xBB\xBF\xC3".to_vec()), 0..80), size in 1..9_usize, format in 0..3_usize) {
        let reader = || match format {
            0 => SourceReader::graph(),
            1 => SourceReader::csv(),
            _ => SourceReader::ndjson(),
        };
        let read = |size: usize| -> Vec<Result<SourceItem, scim_mapping::source::SourceError>> {
            let mut reader = reader();
            let mut items: Vec<_> = bytes.chunks(size).flat_map(|piece| reader.push(piece)).collect();
            items.extend(reader.finish());
            items
        };
        prop_assert_eq!(read(size), read(1000));
    }
}
