//! Resources of Graph beside the schema, and files of other origin where a folder with them is named.

use scim_mapping::graph;
use scim_mapping::{Mapping, SchemaError, SynchronizationSchema};
use serde_json::Value;

use super::files;

/// Reads the text as the resource that `name` begins with, and writes it again.
fn again(name: &str, text: &str) -> Result<Value, SchemaError> {
    macro_rules! read_as {
        ($($start:literal => $resource:ident,)*) => {
            match name {
                $(name if name.starts_with($start) => {
                    serde_json::to_value(graph::$resource::from_json(text)?).unwrap()
                })*
                // No resource is known for it, which the comparison tells.
                _ => Value::Null,
            }
        };
    }
    Ok(read_as! {
        "directorydefinition" => DirectoryDefinition,
        "filteroperators" => FilterOperatorSchemaCollection,
        "functions" => AttributeMappingFunctionSchemaCollection,
        "objectdefinition" => ObjectDefinition,
        "objectmapping" => ObjectMapping,
        "parseexpression-request" => ParseExpressionRequest,
        "parseexpression-response" => ParseExpressionResponse,
        "synchronizationjob" => SynchronizationJob,
        "synchronizationtemplate" => SynchronizationTemplate,
        "constructed" => SynchronizationSchema,
    })
}

#[test]
fn resources_beside_the_schema_print_back_equal() {
    for (path, file) in files("graph") {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(again(name, &file.to_string()).unwrap(), file, "{name}");
    }
}

#[test]
#[ignore = "reads the folder that GRAPH_FILES names, with files of Graph that are not part of this repository"]
fn files_of_other_origin_print_back_equal() {
    let folder = std::env::var("GRAPH_FILES").unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            let file: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(again(name, &text).unwrap(), file, "{name}");
            println!("{name}: equal");
        }
    }
}

#[test]
fn what_stands_in_an_unexpected_place_is_refused_by_its_path() {
    for (_, file) in files("schema_refused") {
        for case in file["cases"].as_array().unwrap() {
            let error = SynchronizationSchema::from_json(&case["schema"].to_string()).unwrap_err();
            assert_eq!(error.path(), case["path"].as_str().unwrap(), "{error}");
            let told = case["told"].as_str().unwrap();
            assert!(error.to_string().contains(told), "{error}");
        }
    }
}

#[test]
fn everything_that_is_odd_but_possible_is_kept() {
    for (_, file) in files("schema_kept") {
        for case in file["cases"].as_array().unwrap() {
            let text = case["schema"].to_string();
            let schema = SynchronizationSchema::from_json(&text).unwrap();
            assert_eq!(
                serde_json::to_value(&schema).unwrap(),
                case["schema"],
                "{}",
                case["name"]
            );
        }
    }
}

#[test]
fn the_text_wins_over_the_parameters() {
    for (_, file) in files("source_tree") {
        for case in file["cases"].as_array().unwrap() {
            let export = serde_json::json!({"synchronizationRules": [{"objectMappings": [{
                "sourceObjectName": "User",
                "attributeMappings": [
                    {"targetAttributeName": "displayName", "source": case["source"]},
                    {"targetAttributeName": "userName", "matchingPriority": 1, "source": {"expression": "[mail]"}},
                ],
            }]}]});
            let schema = SynchronizationSchema::from_json(&export.to_string()).unwrap();
            let mapping = Mapping::from_object_mapping(&schema, "User").unwrap();
            assert_eq!(
                mapping.rules()[0].source.to_string(),
                case["used"].as_str().unwrap()
            );
            let told: Vec<String> = schema
                .check("User", &scim_core::schema::SchemaRegistry::standard())
                .into_iter()
                .map(|problem| problem.message)
                .collect();
            let expected: Vec<String> = case["warning"]
                .as_str()
                .map(|difference| format!("the text of the expression and the rest of the export disagree: {difference}; the text is used"))
                .into_iter()
                .collect();
            assert_eq!(told, expected, "{}", case["name"]);
        }
    }
}
