//! A store that fails, a store that others use at the same time, and a driver that goes away.

use scim_core::message::{BulkOperation, BulkRequest};
use serde_json::Value;

use crate::drive::{Fault, Service, group, results, statuses, user};

/// Three groups in a circle, one of which has a member of its own, between a user and one who has him as his manager.
fn request() -> BulkRequest {
    BulkRequest::new(vec![
        BulkOperation::post("/Users", "before", user("before", None)),
        BulkOperation::post("/Groups", "a", group("A", &["bulkId:b", "bulkId:before"])),
        BulkOperation::post("/Groups", "b", group("B", &["bulkId:c"])),
        BulkOperation::post("/Groups", "c", group("C", &["bulkId:a", "bulkId:b"])),
        BulkOperation::post("/Users", "after", user("after", Some("bulkId:before"))),
    ])
}

fn names(service: &Service) -> Vec<String> {
    service.state().into_iter().map(|(name, _)| name).collect()
}

fn is_done(result: &Value) -> bool {
    result["status"] == "201"
}

/// P-7644-3.7.1-1, P-7644-3.7-16: if any step fails, nothing of the circle is there, and nothing of it is called a success.
#[test]
fn a_circle_that_fails_at_any_step_leaves_nothing_behind() {
    for is_able in [true, false] {
        let steps = Service::standard(is_able)
            .run(&request(), Fault::None)
            .steps;
        assert_eq!(
            steps,
            if is_able { 3 } else { 9 },
            "two references close the circle"
        );
        for at in 0..steps {
            let service = Service::standard(is_able);
            let response = service.run(&request(), Fault::At(at)).response.unwrap();
            let results = results(&response);
            assert_eq!(results.len(), 5);
            let done: Vec<_> = results[1..4].iter().map(is_done).collect();
            assert!(
                done == [true; 3] || done == [false; 3],
                "step {at}: {results:?}"
            );
            let mut expected = Vec::new();
            for (name, place) in [("A", 1), ("B", 2), ("C", 3), ("after", 4), ("before", 0)] {
                if is_done(&results[place]) {
                    expected.push(name);
                } else {
                    assert!(results[place].get("location").is_none(), "step {at}");
                }
            }
            assert_eq!(names(&service), expected, "step {at}");
            assert!(response.report.failure.is_some(), "step {at}");
        }
    }
}

/// P-7644-3.7.1-1: even what could not be taken back is not called a success, and the operator is told.
#[test]
fn a_store_that_goes_down_for_good_is_not_called_a_success() {
    for is_able in [true, false] {
        let steps = Service::standard(is_able)
            .run(&request(), Fault::None)
            .steps;
        for from in 0..steps {
            let service = Service::standard(is_able);
            let response = service.run(&request(), Fault::From(from)).response.unwrap();
            let results = results(&response);
            let complete = service.state();
            for (name, place) in [("A", 1), ("B", 2), ("C", 3)] {
                // What stays behind fails with 500, not with the failure of another.
                assert!(
                    complete.get(name).is_none()
                        || is_done(&results[place])
                        || results[place]["status"] == "500"
                );
            }
            let failure = response.report.failure.unwrap().to_string();
            assert!(
                failure.contains(&format!("step {from} is out of order")),
                "{failure}"
            );
        }
    }
}

/// P-7644-3.14-8: a change that came in between is not lost, and the references are added to it.
#[test]
fn the_references_are_added_to_whatever_is_there_by_then() {
    let steps = Service::standard(false).run(&request(), Fault::None).steps;
    let undisturbed = Service::standard(false);
    undisturbed.ask(&request());
    for at in 0..steps {
        let service = Service::standard(false);
        let response = service.run(&request(), Fault::Stale(at)).response.unwrap();
        assert_eq!(statuses(&response), [201; 5], "step {at}");
        assert_eq!(service.state(), undisturbed.state(), "step {at}");
    }
    let service = Service::standard(false);
    let response = service
        .run(&request(), Fault::AlwaysStale)
        .response
        .unwrap();
    assert_eq!(statuses(&response), [201, 429, 409, 409, 201]);
    assert_eq!(names(&service), ["after", "before"]);
}

/// P-7644-3.7-16: a bulk request is not atomic, but each of its operations is, and so is a circle where the store can do it.
#[test]
fn a_driver_that_goes_away_leaves_whole_operations() {
    for is_able in [true, false] {
        let steps = Service::standard(is_able)
            .run(&request(), Fault::None)
            .steps;
        let whole = Service::standard(is_able);
        whole.ask(&request());
        let whole = whole.state();
        for at in 0..steps {
            let service = Service::standard(is_able);
            assert!(
                service
                    .run(&request(), Fault::Abandoned(at))
                    .response
                    .is_none()
            );
            let state = service.state();
            assert!(state.keys().all(|name| whole.contains_key(name)));
            if is_able {
                assert!(
                    state
                        .iter()
                        .all(|(name, resource)| whole[name] == *resource),
                    "step {at}: {state:?}"
                );
                assert!(
                    ["A", "B", "C"]
                        .iter()
                        .all(|name| state.contains_key(*name) == state.contains_key("A"))
                );
            }
        }
    }
}
