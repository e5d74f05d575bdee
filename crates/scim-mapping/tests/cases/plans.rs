//! One object on its way into the target: the steps, and what they carry.

use scim_core::resource::Resource;
use scim_core::urn;
use scim_mapping::provisioning::{PatchDialect, TargetOperation};
use scim_mapping::{Apply, Mapping, Rule, RuleBuilder};
use serde_json::{Value, json};

use super::one_object::provision;
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
            let mut record = record(&case["record"]);
            if case["softDeleted"] == true {
                record = record.with("IsSoftDeleted", true);
            }
            let link = case["link"].as_str();
            let one = provision(&mapping, &target, &record, &held, link, &environment());
            let name = &case["name"];
            let mut requests = one.requests.iter();
            for expected in case["steps"].as_array().unwrap() {
                if let Some(done) = expected.get("done") {
                    assert_eq!(*done, one.outcome.as_str(), "{name}");
                    assert_eq!(expected["id"], json!(one.target_id), "{name}");
                    continue;
                }
                if let Some(code) = expected.get("failed") {
                    let info = &one.entries[0].provisioning_status_info;
                    let error = info.error_information.as_ref().unwrap();
                    assert_eq!(*code, error.error_code.as_str(), "{name}");
                    continue;
                }
                match requests.next().unwrap() {
                    TargetOperation::Find { filter } => {
                        assert_eq!(expected["find"], filter.to_string(), "{name}");
                    }
                    TargetOperation::Read { id, .. } => {
                        assert_eq!(expected["read"], id.as_str(), "{name}");
                    }
                    TargetOperation::Create { body } => {
                        assert_eq!(expected["create"], *body, "{name}");
                    }
                    TargetOperation::Patch { id, body, .. } => {
                        assert_eq!(expected["update"], id.as_str(), "{name}: {body}");
                        assert_eq!(expected["operations"], body["Operations"], "{name}");
                    }
                    other => panic!("{name}: {other:?}"),
                }
            }
            assert!(requests.next().is_none(), "{name}: more is asked");
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
    let one = provision(&mapping, &target(), &record, &[], None, &environment());
    let Some(TargetOperation::Create { body }) = one.requests.last() else {
        panic!("a create")
    };
    assert_eq!(body["displayName"], "Secret");
    assert_eq!(one.change("displayName"), Some((None, Some("[Redact]"))));
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
            let held = [Resource::new(held)];
            let one = provision(&mapping, &target, &record, &held, None, &environment());
            let operations = one.operations();
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
    let one = provision(
        &mapping,
        &users,
        &ines,
        &[resource(&held)],
        None,
        &environment(),
    );
    let (old, new) = one.change("entitlements").unwrap();
    assert_eq!(old, Some(r#"[{"value":"a"}]"#));
    assert_eq!(new, Some(r#"[{"value":"a"},{"value":"b"}]"#));
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
        let one = provision(&mapping, &users, &ines, &[held], None, &environment());
        let expected = if sends {
            json!([{"op": "add", "path": manager, "value": {"value": "81d4e7aa"}}])
        } else {
            json!([])
        };
        assert_eq!(one.operations(), expected);
    }
}
