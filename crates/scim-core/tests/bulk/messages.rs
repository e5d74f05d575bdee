//! The messages of bulk requests.

use scim_core::message::{BulkOperation, BulkOperationResult, BulkRequest};
use scim_core::resource::User;
use serde_json::json;

/// A-44, P-7644-3.7.3-3
#[test]
fn the_status_of_an_operation_is_a_string_and_is_read_in_every_known_form() {
    let written = serde_json::to_value(BulkOperationResult::new(201)).unwrap();
    assert_eq!(written, json!({ "status": "201" }));
    for status in [
        json!("412"),
        json!(412),
        json!({ "code": "412", "description": "changed" }),
        json!({ "code": 412 }),
    ] {
        let read: BulkOperationResult =
            serde_json::from_value(json!({ "method": "PUT", "status": status })).unwrap();
        assert_eq!(read.status, 412);
    }
    for status in [
        json!("4120"),
        json!(7),
        json!({}),
        json!({ "code": null }),
        json!(["412"]),
        json!(null),
    ] {
        assert!(
            serde_json::from_value::<BulkOperationResult>(json!({ "status": status })).is_err(),
            "{status}"
        );
    }
}

/// P-7644-3.7-2, P-7644-3.7-5, P-7644-3.7-9, P-7644-3.7-10, P-7644-3.7.2-1
#[test]
fn a_bulk_request() {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "failOnErrors": 3,
        "Operations": [
            { "method": "POST", "path": "/Users", "bulkId": "a",
              "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ines" } },
            { "method": "DELETE", "path": "/Users/42", "version": "W/\"7\"" },
        ],
    });
    let read: BulkRequest = serde_json::from_value(body.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), body);
    let mut made = BulkRequest::new(vec![
        BulkOperation::post("/Users", "a", User::new("ines").into()),
        BulkOperation::delete("/Users/42").with_version("W/\"7\""),
    ]);
    made.fail_on_errors = 3.try_into().ok();
    assert_eq!(read, made);
    assert_eq!(BulkOperation::reference_to("a"), "bulkId:a");
    for (member, value) in [
        ("failOnErrors", json!(0)),
        ("failOnErrors", json!(-1)),
        ("Operations", json!({})),
        (
            "Operations",
            json!([{ "method": "GET", "path": "/Users/42" }]),
        ),
        ("Operations", json!([{ "method": "PUT" }])),
    ] {
        let mut body = body.clone();
        body[member] = value;
        assert!(
            serde_json::from_value::<BulkRequest>(body).is_err(),
            "{member}"
        );
    }
}
