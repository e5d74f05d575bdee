//! Bulk requests, step by step, over a store that can do everything and over one that can do nothing more than it must.

#[cfg(test)]
#[path = "../support/block_on.rs"]
mod block_on;
#[cfg(test)]
mod drive;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod messages;

#[cfg(test)]
mod bulk {
    use std::fmt::Write as _;
    use std::sync::Arc;

    use scim_core::compatibility::Compatibility;
    use scim_core::message::{BulkOperation, BulkRequest, PatchRequest};
    use scim_core::resource::Resource;
    use scim_core::schema::{
        AttributeDefinition, AttributeType, ResourceType, Schema, SchemaRegistry,
    };
    use scim_core::service_provider::{Answer, Exchange, Request, Step, StoreError};
    use scim_core::urn::{self, SchemaUrn};
    use serde_json::{Value, json};

    use crate::drive::{BASE, Fault, Service, context, group, results, statuses, user};

    /// U-7642-3-1: what one service has, another one takes in a bulk request, with its own ids.
    #[test]
    fn all_that_a_service_has_can_be_moved_to_another() {
        let from = Service::standard(true);
        from.ask(&BulkRequest::new(vec![
            BulkOperation::post("/Users", "a", user("ada", Some("bulkId:c"))),
            BulkOperation::post("/Users", "b", user("bea", Some("bulkId:a"))),
            BulkOperation::post("/Users", "c", user("cyd", Some("bulkId:b"))),
            BulkOperation::post(
                "/Groups",
                "g",
                group("Guides", &["bulkId:a", "bulkId:c", "bulkId:h"]),
            ),
            BulkOperation::post("/Groups", "h", group("Helpers", &["bulkId:g", "bulkId:b"])),
        ]));
        let mut operations = Vec::new();
        for endpoint in ["/Users", "/Groups"] {
            for start in [1, 3] {
                let query = format!("startIndex={start}&count=2");
                let page = from.answer(&Request::new("GET", endpoint).with_query(query));
                for mut resource in page["Resources"].as_array().cloned().unwrap_or_default() {
                    let id = resource["id"].as_str().unwrap().to_owned();
                    rename(&mut resource);
                    let resource = Resource::new(resource.as_object().unwrap().clone());
                    operations.push(BulkOperation::post(endpoint, id, resource));
                }
            }
        }
        assert_eq!(operations.len(), 5);
        let to = Service::standard(false);
        let response = to.ask(&BulkRequest::new(operations));
        assert_eq!(statuses(&response), [201; 5]);
        assert_eq!(to.state(), from.state());
        assert_eq!(
            to.state()["Helpers"]["members"],
            json!([{ "value": "Guides" }, { "value": "bea" }])
        );
    }

    fn rename(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    match value {
                        Value::String(id) if name == "value" => {
                            *id = BulkOperation::reference_to(id);
                        }
                        _ => rename(value),
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(rename),
            _ => {}
        }
    }

    /// Nodes, each of which has a parent, and perhaps friends.
    fn nodes() -> SchemaRegistry {
        let node = SchemaUrn::new("urn:example:params:scim:schemas:2.0:Node").unwrap();
        let parts = || {
            [
                AttributeDefinition::new("value", AttributeType::String).case_exact(true),
                AttributeDefinition::new("$ref", AttributeType::Reference),
            ]
        };
        let reference = |name: &str| {
            AttributeDefinition::new(name, AttributeType::Complex).sub_attributes(parts())
        };
        let schema = Schema::new(node.clone(), "Node")
            .attribute_added(reference("parent").required(true))
            .attribute_added(reference("friends").multi_valued(true));
        SchemaRegistry::builder()
            .schema(schema)
            .resource_type(ResourceType::new("Node", "/Nodes", node))
            .build()
            .unwrap()
    }

    fn node(parent: &str, friends: &[&str]) -> Resource {
        let friends: Vec<Value> = friends.iter().map(|id| json!({ "value": id })).collect();
        let node = json!({
            "schemas": ["urn:example:params:scim:schemas:2.0:Node"],
            "parent": { "value": parent },
            "friends": friends,
        });
        Resource::new(node.as_object().unwrap().clone())
    }

    /// P-7644-3.7.1-1: a required reference is never left out; what it refers to is created first.
    #[test]
    fn a_required_reference_is_there_from_the_beginning() {
        let post = |name: &str, parent: &str, friends: &[&str]| {
            BulkOperation::post("/Nodes", name, node(parent, friends))
        };
        for is_able in [true, false] {
            let service = Service::new(nodes(), is_able);
            let response = service.ask(&BulkRequest::new(vec![
                post("a", "bulkId:b", &["bulkId:c"]),
                post("b", "bulkId:c", &["bulkId:a"]),
                post("c", "root", &["bulkId:a", "bulkId:b"]),
            ]));
            assert_eq!(statuses(&response), [201; 3]);
            let c = service.answer(&Request::new("GET", "/Nodes/id-3"));
            assert_eq!(
                c["friends"],
                json!([{ "value": "id" }, { "value": "id-2" }])
            );
            let circle = [
                post("a", "bulkId:b", &[]),
                post("b", "bulkId:a", &[]),
                post("own", "bulkId:own", &[]),
            ];
            let service = Service::new(nodes(), is_able);
            let response = service.ask(&BulkRequest::new(circle.to_vec()));
            // Only a store that keeps all at once can have them.
            let expected = if is_able { 201 } else { 409 };
            assert_eq!(statuses(&response), [expected; 3]);
            let found = service.answer(&Request::new("GET", "/Nodes"));
            assert_eq!(found["totalResults"], if is_able { 3 } else { 0 });
            let detail = results(&response)[0]["response"]["detail"]
                .as_str()
                .map(str::to_owned);
            assert_eq!(
                detail.is_some_and(|detail| detail.contains("required")),
                !is_able
            );
        }
    }

    /// P-7644-3.7.3-7: the version of what was created in a circle is the one that it has in the end.
    #[test]
    fn the_version_told_is_the_one_that_is_held() {
        for is_able in [true, false] {
            let service = Service::standard(is_able);
            let response = service.ask(&BulkRequest::new(vec![
                BulkOperation::post("/Groups", "a", group("A", &["bulkId:b"])),
                BulkOperation::post("/Groups", "b", group("B", &["bulkId:a"])),
            ]));
            for result in results(&response) {
                let path = result["location"]
                    .as_str()
                    .unwrap()
                    .strip_prefix(BASE)
                    .unwrap();
                let held = service.answer(&Request::new("GET", path));
                assert_eq!(held["meta"]["version"], result["version"]);
            }
        }
    }

    /// P-7644-3.12-9: what failed inside is for the operator, operation by operation; what was tolerated, too.
    #[test]
    fn the_report_tells_of_every_operation() {
        let mut service = Service::standard(true);
        service.definition.compatibility = Compatibility::entra_legacy();
        let patch = json!({
            "schemas": [urn::PATCH_OP],
            "Operations": [{ "op": "Add", "path": "active", "value": "True" }],
        });
        let patch: PatchRequest = serde_json::from_value(patch).unwrap();
        let mut second = BulkOperation::patch("/Users/1", &patch);
        second.data.as_mut().unwrap()["Operations"][0]["op"] = "Add".into();
        let request = BulkRequest::new(vec![BulkOperation::delete("/Users/0"), second]);
        let response = service.run(&request, Fault::From(0)).response.unwrap();
        assert_eq!(statuses(&response), [500, 500]);
        let text = String::from_utf8(response.body.clone().unwrap()).unwrap();
        assert!(!text.contains("out of order"), "{text}");
        assert_eq!(
            response.report.failure.unwrap().to_string(),
            "operation 0: step 0 is out of order; operation 1: step 1 is out of order"
        );
        let told: Vec<_> = response
            .report
            .tolerated
            .iter()
            .map(|told| told.path.as_str())
            .collect();
        assert_eq!(told, ["Operations[1].Operations[0].op"]);
    }

    /// C-7643-9.2-1: no secret of an operation stands in a log.
    #[test]
    fn a_bulk_request_does_not_show_its_secrets() {
        let mut service = Service::standard(true);
        service.definition.change_password = true;
        let mut resource = user("ines", None);
        resource
            .attributes_mut()
            .insert("password".to_owned(), "tr0ub4dor".into());
        let request = BulkRequest::new(vec![
            BulkOperation::post("/Users", "a", resource.clone()),
            BulkOperation::put("/Users/bulkId:a", resource),
        ]);
        assert!(!format!("{request:?}").contains("tr0ub4dor"));
        let mut shown = String::new();
        service.watch(&request, |exchange, step| {
            let _ = write!(shown, "{exchange:?} {step:?}");
        });
        assert!(
            shown.contains("Insert") && !shown.contains("tr0ub4dor"),
            "{shown}"
        );
    }

    #[test]
    fn an_answer_to_another_step_ends_the_exchange() {
        let service = Service::standard(true);
        let request = BulkRequest::new(vec![
            BulkOperation::delete("/Users/1"),
            BulkOperation::delete("/Users/2"),
        ]);
        let request = Request::new("POST", "/Bulk")
            .with_header("Content-Type", "application/scim+json")
            .with_body(serde_json::to_vec(&request).unwrap());
        let (exchange, step) = Exchange::start(&Arc::new(service.definition), &request, context());
        assert!(matches!(step, Step::Delete { .. }));
        let (exchange, step) = exchange.resume(Answer::Stored(Err(StoreError::Stale)));
        assert!(matches!(step, Step::Done(response) if response.status == 500));
        let (_, step) = exchange.resume(Answer::Deleted(Ok(())));
        assert!(matches!(step, Step::Done(response) if response.status == 500));
    }
}
