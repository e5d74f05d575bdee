//! One object on its way into the target: the steps, and what they carry.

use scim_core::resource::Resource;
use scim_core::urn;
use scim_mapping::provisioning::{
    PatchDialect, ProvisioningAnswer, ProvisioningStep, UserProvisioning, reference_step,
};
use scim_mapping::{Apply, Mapping, Rule, RuleBuilder};
use serde_json::{Value, json};

use super::{environment, files, record, schema, target};

#[test]
fn one_object_takes_these_steps() {
    let target = target();
    for (_, file) in files("plan") {
        for case in file["cases"].as_array().unwrap() {
            let schema = schema(&file["rules"], &Value::Null, &Value::Null);
            let mut mapping = Mapping::from_object_mapping_for(&schema, "User", &target).unwrap();
            if case["dialect"] == "Entra" {
                mapping = mapping.with_patch_dialect(PatchDialect::Entra);
            }
            let held: Vec<Resource> = case["target"]
                .as_array()
                .unwrap()
                .iter()
                .map(resource)
                .collect();
            let (mut provisioning, mut step) = UserProvisioning::start(
                &mapping,
                &target,
                &record(&case["record"]),
                case["link"].as_str(),
                case["softDeleted"] == true,
                &environment(),
            );
            let steps = case["steps"].as_array().unwrap();
            let mut ended = None;
            for (number, expected) in steps.iter().enumerate() {
                let name = &case["name"];
                let answer = match &step {
                    ProvisioningStep::Find { filter } => {
                        assert_eq!(expected["find"], filter.to_string(), "{name}");
                        ProvisioningAnswer::Found(held.clone())
                    }
                    ProvisioningStep::Read { id } => {
                        assert_eq!(expected["read"], id.as_str(), "{name}");
                        ProvisioningAnswer::Read(held.first().cloned())
                    }
                    ProvisioningStep::Create { body, .. } => {
                        assert_eq!(expected["create"], *body, "{name}");
                        let mut created = resource(body);
                        created.set_id("new");
                        ProvisioningAnswer::Written(Some(created))
                    }
                    ProvisioningStep::Update { id, body, .. } => {
                        assert_eq!(expected["update"], id.as_str(), "{name}: {body}");
                        assert_eq!(expected["operations"], body["Operations"], "{name}");
                        ProvisioningAnswer::Written(None)
                    }
                    ProvisioningStep::Done(outcome) => {
                        assert_eq!(expected["done"], format!("{:?}", outcome.action), "{name}");
                        assert_eq!(expected["id"], json!(outcome.id), "{name}");
                        ended = Some(number + 1);
                        break;
                    }
                    ProvisioningStep::Failed(failure) => {
                        assert_eq!(
                            expected["failed"],
                            failure.code.to_string(),
                            "{name}: {failure}"
                        );
                        ended = Some(number + 1);
                        break;
                    }
                    other => panic!("{other:?}"),
                };
                (provisioning, step) = provisioning.resume(answer);
            }
            assert_eq!(
                ended,
                Some(steps.len()),
                "{}: the steps do not end",
                case["name"]
            );
        }
    }
}

fn resource(value: &Value) -> Resource {
    Resource::new(value.as_object().unwrap().clone())
}

#[test]
fn redacted_values_stay_out_of_changes() {
    let rules = json!([["[mail]", "userName", {"matchingPriority": 1}], ["Redact([name])", "displayName", {}]]);
    let mapping =
        Mapping::from_object_mapping(&schema(&rules, &Value::Null, &Value::Null), "User").unwrap();
    let record = record(&json!({"mail": "i@fjordlab.example", "name": "Secret"}));
    let (provisioning, _) =
        UserProvisioning::start(&mapping, &target(), &record, None, false, &environment());
    let (_, step) = provisioning.resume(ProvisioningAnswer::Found(Vec::new()));
    let ProvisioningStep::Create { body, changes } = step else {
        panic!("{step:?}")
    };
    assert_eq!(body["displayName"], "Secret");
    assert_eq!(changes[1].new, Some("[Redact]".into()));
}

#[test]
fn a_rule_changes_what_its_flow_type_says() {
    let target = target();
    for (_, file) in files("change") {
        for case in file["cases"].as_array().unwrap() {
            let stored = [
                json!({"target": "userName", "source": {"constant": "ines"}, "matchingPriority": 1}),
                case["rule"].clone(),
            ];
            let rules = stored.map(|rule| serde_json::from_value::<Rule>(rule).unwrap());
            let mapping = Mapping::new(rules.to_vec());
            let again = Mapping::from_object_mapping(&mapping.to_schema(), "User").unwrap();
            assert_eq!(again.rules(), mapping.rules());
            let mut held = resource(&case["held"]);
            held.set_id("7");
            let held = json!({"userName": "ines", "schemas": [urn::USER]})
                .as_object()
                .unwrap()
                .clone()
                .into_iter()
                .chain(held.attributes().clone())
                .collect();
            let record = record(&case["record"]);
            let (machine, _) =
                UserProvisioning::start(&mapping, &target, &record, None, false, &environment());
            let (_, step) = machine.resume(ProvisioningAnswer::Found(vec![Resource::new(held)]));
            let operations = match step {
                ProvisioningStep::Update { request, .. } => {
                    serde_json::to_value(&request).unwrap()["Operations"].clone()
                }
                ProvisioningStep::Done(_) => json!([]),
                other => panic!("{other:?}"),
            };
            assert_eq!(operations, case["operations"], "{}", case["name"]);
        }
    }
}

#[test]
fn what_is_added_to_a_list_is_told_as_the_list_that_comes_of_it() {
    let users = target();
    let mapping = Mapping::builder("User", urn::USER)
        .rule(RuleBuilder::direct("mail", "userName").matching(1))
        .rule(RuleBuilder::direct("groups", "entitlements").apply(Apply::OnValueAdd))
        .build_for(&users)
        .unwrap();
    let ines = record(&json!({"mail": "ines", "groups": ["b"]}));
    let held = json!({"id": "7", "userName": "ines", "entitlements": [{"value": "a"}]});
    let (machine, _) =
        UserProvisioning::start(&mapping, &users, &ines, None, false, &environment());
    let (_, step) = machine.resume(ProvisioningAnswer::Found(vec![resource(&held)]));
    let ProvisioningStep::Update { changes, .. } = step else {
        panic!("{step:?}")
    };
    assert_eq!(changes[0].old, Some(json!([{"value": "a"}])));
    assert_eq!(
        changes[0].new,
        Some(json!([{"value": "a"}, {"value": "b"}]))
    );
}

#[test]
fn a_reference_to_an_object_that_is_not_there_waits_unless_the_rule_sends_it_all_the_same() {
    let users = target();
    let manager = format!("{}:manager", urn::ENTERPRISE_USER);
    for sends in [false, true] {
        let rule = RuleBuilder::direct("manager", manager.as_str());
        let rule = if sends {
            rule.send_missing_references()
        } else {
            rule
        };
        let mapping = Mapping::builder("User", urn::USER)
            .rule(RuleBuilder::direct("mail", "userName").matching(1))
            .rule(rule)
            .build_for(&users)
            .unwrap();
        let again = Mapping::from_object_mapping_for(&mapping.to_schema(), "User", &users).unwrap();
        assert_eq!(again.rules(), mapping.rules());
        let ines = record(&json!({"mail": "ines", "manager": "81d4e7aa"}));
        let held = resource(&json!({"id": "7", "userName": "ines"}));
        let step = reference_step(
            &mapping,
            &users,
            &ines,
            "7",
            &|_| None,
            &held,
            &environment(),
        );
        let step = step.unwrap();
        assert_eq!(step.pending.is_empty(), sends);
        let Some(ProvisioningStep::Update { request, .. }) = step.update else {
            assert!(!sends);
            continue;
        };
        assert_eq!(
            serde_json::to_value(&request).unwrap()["Operations"],
            json!([{"op": "add", "path": manager, "value": {"value": "81d4e7aa"}}])
        );
    }
}
