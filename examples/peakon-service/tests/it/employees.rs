//! Employees over SCIM: created, found, changed, refused, kept.

use crate::support::{Account, ENTERPRISE, PEAKON, employee};
use serde_json::json;

#[tokio::test]
async fn an_employee_is_created_found_by_his_own_attribute_and_changed_by_its_path() {
    let account = Account::new().await;
    let answer = account
        .post(
            "/Users",
            employee(
                "ines@fjordlab.example",
                json!({PEAKON: {"Job Title": "Engineer", "Salary": 5100}}),
            ),
        )
        .await
        .is(201);
    let id = answer.body["id"].as_str().unwrap().to_owned();
    let location = format!("{}/Users/{id}", account.service.base_url());
    assert_eq!(answer.headers["location"], location.as_str());
    assert_eq!(answer.body["meta"]["location"], location);
    assert_eq!(answer.body[PEAKON]["Job Title"], "Engineer");
    account
        .employee(
            "sefa@fjordlab.example",
            json!({PEAKON: {"Job Title": "CFO"}}),
        )
        .await;

    let is_cto = format!("{PEAKON}:Job Title eq \"CTO\"");
    assert!(account.ids("/Users", &is_cto).await.is_empty());
    let path = format!("/Users/{id}");
    account
        .patch(
            &path,
            "Replace",
            &format!("{PEAKON}:Job Title"),
            json!("CTO"),
        )
        .await
        .is(200);
    assert_eq!(account.ids("/Users", &is_cto).await, [id.as_str()]);
    let read = account.get(&path, &[]).await.is(200);
    assert_eq!(
        read.body[PEAKON],
        json!({"Job Title": "CTO", "Salary": 5100})
    );
    account.service.stop().await;
}

#[tokio::test]
async fn every_indexed_attribute_finds_without_regard_to_case_where_the_schema_says_so() {
    let account = Account::new().await;
    let manager = account.employee("sefa@fjordlab.example", json!({})).await;
    let id = account
        .employee(
            "Ines@Fjordlab.example",
            json!({
                "externalId": "X-7",
                "displayName": "Inès Straße",
                ENTERPRISE: {"employeeNumber": "A42", "manager": {"value": manager}},
            }),
        )
        .await;
    for filter in [
        format!("id eq \"{id}\""),
        "userName eq \"INES@fjordlab.EXAMPLE\"".to_owned(),
        "externalId eq \"X-7\"".to_owned(),
        "displayName eq \"INÈS STRASSE\"".to_owned(),
        "emails eq \"ines@fjordlab.example\"".to_owned(),
        "emails.value eq \"ines@fjordlab.example\"".to_owned(),
        "emails[type eq \"work\"].value eq \"ines@fjordlab.example\"".to_owned(),
        "emails[type eq \"work\" and value eq \"ines@fjordlab.example\"]".to_owned(),
        format!("{ENTERPRISE}:employeeNumber eq \"a42\""),
        format!("id eq \"{id}\" and {ENTERPRISE}:manager.value eq \"{manager}\""),
        format!("{ENTERPRISE}:manager eq \"{manager}\""),
        "name.familyName eq \"okafor\" and userName sw \"ines\"".to_owned(),
    ] {
        assert_eq!(
            account.ids("/Users", &filter).await,
            [id.as_str()],
            "{filter}"
        );
    }
    for filter in [
        "externalId eq \"x-7\"",
        "userName eq \"ines\"",
        "emails[type eq \"home\"].value eq \"ines@fjordlab.example\"",
    ] {
        assert!(account.ids("/Users", filter).await.is_empty(), "{filter}");
    }
    account
        .get("/Users", &[("filter", "shoeSize eq 1")])
        .await
        .has_error(400, "invalidFilter", &["shoeSize"]);
    account.service.stop().await;
}

#[tokio::test]
async fn pages_are_stable_and_totals_right() {
    let account = Account::new().await;
    for number in 0..7 {
        account
            .employee(
                &format!("e{number}@fjordlab.example"),
                json!({"title": format!("T{}", number % 2)}),
            )
            .await;
    }
    let mut seen = Vec::new();
    for start in ["1", "4", "7", "9"] {
        for filter in [None, Some("userName sw \"e\"")] {
            let mut query = vec![("startIndex", start), ("count", "3")];
            query.extend(filter.map(|filter| ("filter", filter)));
            let page = account.get("/Users", &query).await.is(200).body;
            assert_eq!(page["totalResults"], 7);
            let resources = page["Resources"].as_array().unwrap();
            assert_eq!(page["itemsPerPage"], resources.len());
            if filter.is_none() {
                seen.extend(
                    resources
                        .iter()
                        .map(|it| it["userName"].as_str().unwrap().to_owned()),
                );
            }
        }
    }
    let expected: Vec<_> = (0..7)
        .map(|number| format!("e{number}@fjordlab.example"))
        .collect();
    seen.sort();
    assert_eq!(seen, expected);

    let query = [
        ("sortBy", "title"),
        ("sortOrder", "descending"),
        ("count", "4"),
    ];
    let sorted = account.get("/Users", &query).await.is(200).body;
    let titles: Vec<_> = sorted["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["title"].clone())
        .collect();
    assert_eq!(titles, ["T1", "T1", "T1", "T0"]);
    account.service.stop().await;
}

#[tokio::test]
async fn what_belongs_to_somebody_else_is_refused() {
    let account = Account::new().await;
    account.employee("ines@fjordlab.example", json!({})).await;
    let other = account.employee("sefa@fjordlab.example", json!({})).await;
    let same_name = employee("INES@fjordlab.example", json!({"emails": []}));
    account.post("/Users", same_name).await.has_error(
        409,
        "uniqueness",
        &["userName", "find that resource"],
    );
    let same_email = employee(
        "ines2",
        json!({"emails": [{"value": "Ines@fjordlab.example"}]}),
    );
    account
        .post("/Users", same_email)
        .await
        .has_error(409, "uniqueness", &["emails.value"]);
    let path = format!("/Users/{other}");
    account
        .patch(&path, "replace", "userName", json!("ines@fjordlab.example"))
        .await
        .has_error(409, "uniqueness", &["userName"]);
    // Nothing was written, and one's own values are no conflict.
    assert_eq!(
        account.get("/Users", &[]).await.is(200).body["totalResults"],
        2
    );
    account
        .put(&path, employee("SEFA@fjordlab.example", json!({})))
        .await
        .is(200);
    account.service.stop().await;
}

#[tokio::test]
async fn references_must_name_somebody_who_exists() {
    let account = Account::new().await;
    let two_steps = [
        "e-mail address or user name",
        "two steps",
        "first create",
        "PATCH",
    ];
    for (path, body) in [
        (
            format!("{PEAKON}:Mentor"),
            json!({PEAKON: {"Mentor": "nobody@fjordlab.example"}}),
        ),
        (
            format!("{ENTERPRISE}:manager"),
            json!({ENTERPRISE: {"manager": {"value": "nobody@fjordlab.example"}}}),
        ),
    ] {
        let texts: Vec<&str> = two_steps.into_iter().chain([path.as_str()]).collect();
        let answer = account
            .post("/Users", employee("ines@fjordlab.example", body))
            .await;
        answer.has_error(400, "invalidValue", &texts);
    }
    assert_eq!(account.get("/Users", &[]).await.body["totalResults"], 0);

    let sefa = account
        .employee("sefa@fjordlab.example", json!({"displayName": "Sefa L"}))
        .await;
    let ines = account.employee("ines@fjordlab.example", json!({})).await;
    let path = format!("/Users/{ines}");
    account
        .patch(
            &path,
            "add",
            &format!("{PEAKON}:Mentor"),
            json!("Sefa@fjordlab.example"),
        )
        .await
        .is(200);
    // By e-mail address; kept as the id. Entra sends a bare text.
    account
        .patch(
            &path,
            "Add",
            &format!("{ENTERPRISE}:manager"),
            json!("sefa@fjordlab.example"),
        )
        .await
        .is(200);
    let read = account.get(&path, &[]).await.is(200).body;
    let reference = format!("{}/Users/{sefa}", account.service.base_url());
    assert_eq!(
        read[ENTERPRISE]["manager"],
        json!({"value": sefa, "$ref": reference, "displayName": "Sefa L"})
    );
    assert_eq!(read[PEAKON]["Mentor"], "Sefa@fjordlab.example");

    // A new address of the mentor changes nothing for who refers to him by the old one.
    let new_address = json!([{"value": "sefa.l@fjordlab.example", "type": "work"}]);
    let sefa_path = format!("/Users/{sefa}");
    account
        .patch(
            &sefa_path,
            "replace",
            "userName",
            json!("sefa.l@fjordlab.example"),
        )
        .await
        .is(200);
    account
        .patch(&sefa_path, "replace", "emails", new_address)
        .await
        .is(200);
    account
        .patch(&path, "replace", "title", json!("Steward"))
        .await
        .is(200);

    account.delete(&sefa_path).await.is(204);
    account.delete(&sefa_path).await.has_error(404, "", &[]);
    let left = account.get(&path, &[]).await.is(200).body;
    assert!(
        left.get(ENTERPRISE).is_none() && left.get(PEAKON).is_none(),
        "{left}"
    );
    assert_ne!(left["meta"]["version"], read["meta"]["version"]);
    account.service.stop().await;
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let account = Account::new().await;
    let id = account
        .employee(
            "ines@fjordlab.example",
            json!({PEAKON: {"Job Title": "CTO"}}),
        )
        .await;
    let path = format!("/Users/{id}");
    let before = account.get(&path, &[]).await.is(200).body;
    let account = account.restart().await;
    let after = account.get(&path, &[]).await.is(200).body;
    assert_eq!(after["meta"]["version"], before["meta"]["version"]);
    assert_eq!(after[PEAKON], before[PEAKON]);
    assert_eq!(account.audience(None).await, ["ines@fjordlab.example"]);
    account.service.stop().await;
}

#[tokio::test]
async fn concurrent_changes_of_one_employee_all_take_effect() {
    let account = Account::new().await;
    let id = account.employee("ines@fjordlab.example", json!({})).await;
    let path = format!("/Users/{id}");
    let (title, nick, locale) = tokio::join!(
        account.patch(&path, "replace", "title", json!("Steward")),
        account.patch(&path, "replace", "nickName", json!("Ini")),
        account.patch(&path, "replace", "locale", json!("en-GB")),
    );
    for answer in [title, nick, locale] {
        answer.is(200);
    }
    let read = account.get(&path, &[]).await.is(200).body;
    assert_eq!(
        (&read["title"], &read["nickName"], &read["locale"]),
        (&json!("Steward"), &json!("Ini"), &json!("en-GB"))
    );
    account.service.stop().await;
}

#[tokio::test]
async fn many_changes_of_one_employee_queue_and_all_take_effect() {
    let account = std::sync::Arc::new(Account::new().await);
    let id = account.employee("ines@fjordlab.example", json!({})).await;
    let path = format!("/Users/{id}");
    let mut changes = tokio::task::JoinSet::new();
    for number in 0..32 {
        let (account, path) = (std::sync::Arc::clone(&account), path.clone());
        changes.spawn(async move {
            let phone = json!([{"value": format!("+45 {number}"), "type": "other"}]);
            let answer = account.patch(&path, "add", "phoneNumbers", phone).await;
            answer.status
        });
    }
    while let Some(status) = changes.join_next().await {
        assert_eq!(status.unwrap(), 200);
    }
    let read = account.get(&path, &[]).await.is(200).body;
    assert_eq!(read["phoneNumbers"].as_array().unwrap().len(), 32);
}

/// PostgreSQL's indexes hold less than SQLite's; what one of them could not keep, neither keeps.
#[tokio::test]
async fn a_text_that_is_too_long_to_be_found_is_refused() {
    let account = Account::new().await;
    // No two parts are alike, so that it cannot be kept in less.
    let parts = (0..2_000_u32).map(|number| number.wrapping_mul(2_654_435_761).to_string());
    let long = parts.collect::<Vec<_>>().concat();
    let id = account.employee("ines@fjordlab.example", json!({})).await;
    for more in [
        json!({ "userName": long }),
        json!({ "displayName": long }),
        json!({ "externalId": long }),
        json!({"emails": [{ "value": long }]}),
        json!({ENTERPRISE: {"employeeNumber": long}}),
    ] {
        let refused = account
            .post("/Users", employee("sefa@fjordlab.example", more))
            .await;
        refused.has_error(400, "invalidValue", &["at most 2000"]);
    }
    account
        .patch(&format!("/Users/{id}"), "replace", "title", json!(long))
        .await
        .is(200);
    let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "x", "members": [{"value": long}]});
    account
        .post("/Groups", body)
        .await
        .has_error(400, "invalidValue", &["members"]);
    account.service.stop().await;
}
