//! One object on its way into the target: the steps, and what they carry.

use scim_core::resource::Resource;
use scim_mapping::Mapping;
use scim_mapping::provisioning::{
    PatchDialect, ProvisioningAnswer, ProvisioningStep, UserProvisioning,
};
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
