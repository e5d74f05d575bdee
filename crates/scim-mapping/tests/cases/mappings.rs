//! Mappings and the exports that they come from.

use scim_core::schema::SchemaRegistry;
use scim_core::urn;
use scim_mapping::{Mapping, MissingReferences, Occasion, Rule, SynchronizationSchema};
use serde_json::{Value, json};

use super::{environment, files, record, schema, target};

#[test]
fn every_problem_of_a_mapping_is_reported() {
    for (_, file) in files("mapping") {
        for case in file["cases"].as_array().unwrap() {
            let expected = case["problems"].as_array().unwrap();
            let result = Mapping::from_object_mapping(
                &schema(&case["rules"], &Value::Null, &file["source"]),
                "User",
            );
            let Err(errors) = result else {
                assert!(expected.is_empty(), "{} was accepted", case["name"]);
                continue;
            };
            let problems: Vec<String> = errors.problems().iter().map(ToString::to_string).collect();
            assert_eq!(
                problems.len(),
                expected.len(),
                "{}: {problems:?}",
                case["name"]
            );
            for expected in expected {
                let expected = expected.as_str().unwrap();
                assert!(
                    problems.iter().any(|problem| problem.contains(expected)),
                    "{expected}: {problems:?}"
                );
            }
        }
    }
}

#[test]
fn unknown_target_attributes_are_found_by_discovery() {
    let rules = json!([
        ["[mail]", "userName", {"matchingPriority": 1}],
        ["[mail]", format!("{}:Shoe Size", urn::PEAKON_USER), {}],
    ]);
    let errors = Mapping::from_object_mapping_for(
        &schema(&rules, &Value::Null, &Value::Null),
        "User",
        &target(),
    )
    .unwrap_err();
    assert_eq!(errors.problems().len(), 1);
    assert_eq!(errors.problems()[0].rule, Some(2));
}

#[test]
fn schemas_print_back_equal() {
    for (path, value) in files("schema") {
        let schema = SynchronizationSchema::from_json(&value.to_string()).unwrap();
        assert_eq!(
            serde_json::to_value(&schema).unwrap(),
            value,
            "{}",
            path.display()
        );
    }
    let odd = json!({"version": null, "new": {"a": [1, null]}, "synchronizationRules": [{"priority": null, "objectMappings": [
        {"name": null, "flowTypes": "Add,Update", "attributeMappings": [{"source": null, "flowType": "Brand New"}]}]}]});
    let schema = SynchronizationSchema::from_json(&odd.to_string()).unwrap();
    assert_eq!(serde_json::to_value(&schema).unwrap(), odd);
}

/// Two directories, nine object mappings, and what real exports have in them: no and empty names, mappings out of use,
/// unknown values of enumerations, expressions over several lines, names with dots and slashes, JSON in texts.
#[test]
fn every_mapping_of_an_export_of_another_application_is_read_or_told_why_not() {
    let text = include_str!("schema/crm.json");
    let schema = SynchronizationSchema::from_json(text).unwrap();
    assert_eq!(schema.object_mappings().count(), 9);
    let read = |name: &str| {
        let _ = schema.check(name, &SchemaRegistry::standard());
        Mapping::from_object_mapping(&schema, name)
            .map(|mapping| mapping.rules().len())
            .map_err(|errors| errors.problems()[0].message.clone())
    };
    // By source object (one in use comes first), by the mapping's name, by target object.
    assert_eq!(read("User"), Ok(25));
    assert_eq!(read("user"), Ok(25));
    assert_eq!(read("Old users"), Ok(1));
    assert_eq!(read("Group"), Ok(3));
    assert_eq!(read("Permission sets"), Ok(1));
    assert_eq!(read("Worker"), Ok(11));
    let no_key = "this is the key of the target, which the target itself gives out";
    assert_eq!(read(""), Err(no_key.to_owned()));
    assert_eq!(read("Profile"), Err(no_key.to_owned()));
    assert_eq!(read("UserRole"), Err("no rule matches objects".to_owned()));
    let unlisted = "the source has no attribute \"WorkerID\"".to_owned();
    assert_eq!(read("Write back"), Err(unlisted));

    let users = Mapping::from_object_mapping(&schema, "User").unwrap();
    let record = record(&json!({
        "userPrincipalName": "ines.okafor@fjordlab.example", "givenName": "Ines", "surname": "Okafor", "country": "CH",
        "state": "GE", "telephoneNumber": "+41 (22) 555-01", "preferredLanguage": "fr-CH", "accountEnabled": true,
        "extension_8f3a0c1d2e4b4f6a9c0d1e2f3a4b5c6d_badgeColour": "blue", "employeeHireDate": "2024-02-29T00:00:00Z",
        "IsSoftDeleted": false,
    }));
    let values = users
        .evaluate(&record, &environment(), Occasion::Create)
        .unwrap();
    for (target, value) in [
        ("CommunityNickname", json!("Ines \"the\\great\" Okafor")),
        ("TimeZoneSidKey", json!("Europe/Zurich")),
        ("Phone", json!("+412255501")),
        ("LocaleSidKey", json!("fr_CH")),
        ("Alias", json!("ines.oka")),
        ("Level__c", json!(1)),
        ("SortOrder__c", json!(7)),
        ("BadgeColour__c", json!("blue")),
        ("HireDate__c", json!("2024-02-29")),
        ("IsActive", json!(true)),
        ("ProfileName", json!("Chatter Free User")),
    ] {
        assert_eq!(values.get(target), Some(&value), "{target}");
    }
    let references: Vec<&Rule> = users.rules().iter().filter(|rule| rule.reference).collect();
    assert_eq!(
        references[0].referenced_objects,
        ["PermissionSet", "PermissionSetGroup"]
    );
    assert_eq!(references[1].missing_references, MissingReferences::Send);

    // What a mapping keeps of its export is written again: settings, types, flow types.
    let written = users.to_schema();
    let again = Mapping::from_object_mapping(&written, "User").unwrap();
    assert_eq!(again.rules(), users.rules());
    assert_eq!(again.to_schema(), written);
    let (_, mapping) = written.object_mapping("User").unwrap();
    let (_, original) = schema.object_mapping("User").unwrap();
    assert_eq!(mapping.metadata, original.metadata);
    let source = written
        .object_definition("Azure Active Directory", "User")
        .unwrap();
    let hired = source.attribute("employeeHireDate").unwrap();
    assert_eq!(hired.r#type.value().unwrap(), "DateTime");
    let addresses = source.attribute("proxyAddresses").unwrap();
    assert_eq!(addresses.multivalued.value(), Some(&true));
    let old = Mapping::from_object_mapping(&schema, "Old users").unwrap();
    let old = old.to_schema();
    let (_, mapping) = old.object_mapping("user").unwrap();
    assert_eq!(mapping.enabled.value(), Some(&false));
}
