//! The employees of the account.

use serde_json::json;

use super::at_the_page;
use crate::support::{PEAKON, USER};
use crate::visitor::{PAGES, Page};

#[tokio::test]
async fn employees_are_shown_with_what_they_are_now_and_found_by_their_beginning() {
    let (account, mut visitor) = at_the_page().await;
    let attributes = format!("{PAGES}/attributes");
    let fields = [("name", "Separation Date"), ("kind", "date")];
    visitor
        .post(&attributes, &fields)
        .await
        .leads_to(&attributes);
    let page = format!("{PAGES}/employees");
    visitor
        .get(&page)
        .await
        .is(200)
        .has("There are no employees yet.");
    let with = |name: &str, attribute: &str, date: &str| json!({"displayName": name, PEAKON: {attribute: date}});
    let id = account
        .employee("active@x.example", json!({"displayName": "Ada"}))
        .await;
    let future = with("Bo", "Start Date", "2999-01-02T00:00:00Z");
    account.employee("starts@x.example", future).await;
    let past = with("Cy", "Separation Date", "2020-03-04T00:00:00Z");
    account.employee("left@x.example", past).await;
    account
        .employee(
            "none@x.example",
            json!({"name": {"familyName": "Ohm"}, "emails": []}),
        )
        .await;

    let row = |page: &Page, user_name: &str| {
        let rest = page.between(&format!("<bdi>{user_name}</bdi></td>"), "</tr>");
        rest.unwrap_or_else(|| panic!("no {user_name} in {}", page.text))
    };
    let shown = visitor.get(&page).await.is(200);
    assert!(row(&shown, "active@x.example").contains("Active</span>"));
    let starts = row(&shown, "starts@x.example");
    assert!(starts.contains("Not started yet</span>") && starts.contains("from 2 Jan 2999"));
    let left = row(&shown, "left@x.example");
    assert!(left.contains("Leaver</span>") && left.contains("since 4 Mar 2020"));
    assert!(row(&shown, "none@x.example").contains("None</span>"));
    shown.has("<bdi>Ohm</bdi>");
    let path = format!("/Users/{id}");
    account
        .patch(&path, "replace", "active", json!(false))
        .await
        .is(200);
    let shown = visitor.get(&page).await.is(200);
    assert!(row(&shown, "active@x.example").contains("Disabled</span>"));

    for (search, is_found) in [
        ("AD", true),
        ("Active@", true),
        ("active@x.example", true),
        ("x.example", false),
        ("%", false),
        ("' OR 1=1 --", false),
        (&"a".repeat(300), false),
    ] {
        let shown = visitor.post(&page, &[("search", search)]).await.is(200);
        let found = shown.text.contains("<bdi>active@x.example</bdi></td>");
        assert_eq!(found, is_found, "{search}");
        assert!(!shown.text.contains("<bdi>left@x.example</bdi></td>"));
        assert_eq!(shown.text.contains("Nobody is called so."), !is_found);
    }
    account.service.stop().await;
}

#[tokio::test]
async fn employees_come_page_by_page() {
    let (account, mut visitor) = at_the_page().await;
    let operations: Vec<_> = (0..120)
        .map(|number| {
            let name = format!("e{number:03}");
            let body = json!({"schemas": [USER], "userName": name});
            json!({"method": "POST", "path": "/Users", "bulkId": name, "data": body})
        })
        .collect();
    let bulk = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
    let body = json!({"schemas": [bulk], "Operations": operations});
    account.post("/Bulk", body).await.is(200);
    let page = format!("{PAGES}/employees");
    let names = |page: &Page| page.text.matches("data-name=\"User name\"").count();

    let first = visitor.get(&page).await.is(200);
    assert_eq!(names(&first), 50);
    let next = first.between("employees?after=", "\"").unwrap();
    let second = visitor.get(&format!("{page}?after={next}")).await.is(200);
    assert_eq!(names(&second), 50);
    let next = second.between("employees?after=", "\"").unwrap();
    let third = visitor.get(&format!("{page}?after={next}")).await.is(200);
    assert_eq!(names(&third), 20);
    third
        .has("<bdi>e119</bdi>")
        .has("First page")
        .has_not("Next page");

    let found = visitor.post(&page, &[("search", "e0")]).await.is(200);
    assert_eq!(names(&found), 50);
    found.has("There are more.").has_not("Next page");
    let found = visitor.post(&page, &[("search", "E11")]).await.is(200);
    assert_eq!(names(&found), 10);
    found.has_not("There are more.");
    let gone = visitor.get(&format!("{page}?after=nobody")).await.is(200);
    gone.has("There are no more employees.");
    account.service.stop().await;
}

#[tokio::test]
async fn the_next_page_goes_on_behind_somebody_who_has_been_deleted_meanwhile() {
    let (account, mut visitor) = at_the_page().await;
    let mut ids = Vec::new();
    for number in 10..65 {
        let name = format!("Employee{number}@x.example");
        ids.push(account.employee(&name, json!({})).await);
    }
    let first = visitor.get(&format!("{PAGES}/employees")).await.is(200);
    let after = first.between("employees?after=", "\"").unwrap();
    assert_eq!(after, ids[49]);
    account.delete(&format!("/Users/{after}")).await.is(204);
    let next = format!("{PAGES}/employees?after={after}");
    let shown = visitor.get(&next).await.is(200);
    let is_there = |number: u32| {
        let name = format!("<bdi>Employee{number}@x.example</bdi>");
        shown.text.contains(&name)
    };
    assert!(is_there(60) && is_there(64) && !is_there(58));
    account.service.stop().await;
}
