//! Pages by cursor, while employees come and go.

use serde_json::json;

use crate::support::{Account, ENTERPRISE};

/// R-9865-2-8
#[tokio::test]
async fn a_walk_by_cursor_neither_skips_nor_repeats_whoever_is_there_all_the_time() {
    let mut account = Account::new().await;
    let mut there = Vec::new();
    for number in 0..9 {
        let more = json!({"title": format!("T{}", number % 3)});
        let name = format!("e{number}@fjordlab.example");
        there.push(account.employee(&name, more).await);
    }
    let mut comes = 0;
    for order in [None, Some(("sortBy", "title"))] {
        for filter in [None, Some(("filter", "title sw \"T\""))] {
            let mut seen = Vec::new();
            let mut cursor = String::new();
            let mut pages = 0;
            loop {
                let mut query = vec![("count", "4"), ("cursor", cursor.as_str())];
                query.extend(order);
                query.extend(filter);
                let page = account.get("/Users", &query).await.is(200).body;
                let resources = page["Resources"].as_array().unwrap();
                seen.extend(
                    resources
                        .iter()
                        .map(|it| it["id"].as_str().unwrap().to_owned()),
                );
                pages += 1;
                // In the middle of the walk somebody comes, somebody else goes, and the service is restarted.
                if pages == 1 {
                    let last = seen.last().unwrap().clone();
                    account.delete(&format!("/Users/{last}")).await.is(204);
                    there.retain(|id| *id != last);
                    comes += 1;
                    let name = format!("comes{comes}@fjordlab.example");
                    let new = account.employee(&name, json!({"title": "T1"})).await;
                    there.push(new);
                    account = account.restart().await;
                }
                match page["nextCursor"].as_str() {
                    Some(next) => next.clone_into(&mut cursor),
                    None => break,
                }
            }
            let mut counted = seen.clone();
            counted.sort();
            counted.dedup();
            assert_eq!(counted.len(), seen.len(), "somebody is repeated");
            // Who has just come may or may not be among them.
            let mut all_the_time = there.iter().take(there.len() - 1);
            assert!(
                all_the_time.all(|id| seen.contains(id)),
                "somebody is skipped"
            );
        }
    }
    account.service.stop().await;
}

/// R-9865-5.2-4, R-9865-4-2
#[tokio::test]
async fn a_cursor_is_sealed_and_belongs_to_its_query() {
    let account = Account::new().await;
    for number in 0..3 {
        account
            .employee(&format!("e{number}@fjordlab.example"), json!({}))
            .await;
    }
    let first = [("count", "1"), ("cursor", ""), ("sortBy", "userName")];
    let page = account.get("/Users", &first).await.is(200).body;
    let cursor = page["nextCursor"].as_str().unwrap();
    assert!(!cursor.contains("fjordlab"));
    let mut forged = cursor.to_owned();
    forged.replace_range(..1, if cursor.starts_with('A') { "B" } else { "A" });
    for query in [
        [("count", "1"), ("cursor", &forged), ("sortBy", "userName")],
        [("count", "1"), ("cursor", cursor), ("sortBy", "title")],
    ] {
        account
            .get("/Users", &query)
            .await
            .has_error(400, "invalidCursor", &["cursor"]);
    }
    let told = account
        .get("/ServiceProviderConfig", &[])
        .await
        .is(200)
        .body;
    assert_eq!(told["pagination"]["cursor"], true);
    assert_eq!(told["pagination"]["cursorTimeout"], 86_400);
    account.service.stop().await;
}

/// P-7644-3.4.2.1-1
#[tokio::test]
async fn one_query_finds_resources_of_all_types() {
    let account = Account::new().await;
    account
        .employee("ines@fjordlab.example", json!({"displayName": "Ines"}))
        .await;
    let schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
    let group = json!({"schemas": [schema], "displayName": "Ines and others"});
    account.post("/Groups", group).await.is(201);
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "displayName sw \"ines\"",
        "sortBy": "displayName",
        "attributes": ["displayName", format!("{ENTERPRISE}:department")],
    });
    let found = account.post("/.search", search).await.is(200).body;
    let names: Vec<_> = found["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["displayName"])
        .collect();
    assert_eq!(names, ["Ines", "Ines and others"]);
    account.service.stop().await;
}
