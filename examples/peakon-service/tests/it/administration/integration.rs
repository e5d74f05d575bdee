//! Tokens and attributes: what they are good for, and what is said about those that cannot be.

use serde_json::json;

use super::at_the_page;
use crate::support::{Account, PEAKON, hold};
use crate::visitor::{PAGES, Page, Visitor};

#[tokio::test]
async fn a_token_is_shown_once_and_works_until_it_is_revoked() {
    let (mut account, mut visitor) = at_the_page().await;
    let connect = format!("{PAGES}/connect");
    let page = visitor.get(&connect).await.is(200);
    assert_eq!(
        page.value_of("scim-url").unwrap(),
        account.service.base_url()
    );
    page.has("command line").has("Valid").has_not("s3cret");

    let fields = [("label", "Okta, production"), ("lifetime", "90")];
    let page = visitor
        .post(&format!("{PAGES}/tokens"), &fields)
        .await
        .is(200);
    assert_eq!(page.headers["cache-control"], "no-store");
    let token = page.value_of("token").unwrap();
    assert_eq!(page.text.matches(&token).count(), 1);
    account.token = Some(token.clone());
    account.get("/Users", &[]).await.is(200);

    let page = visitor.get(&connect).await.is(200);
    let page = page.has("Okta, production").has_not(&token);
    page.has("Revoke one of them before you make another");
    let page = visitor.get(&format!("{PAGES}/tokens")).await;
    page.leads_to(&connect);
    let third = [("label", "third"), ("lifetime", "0")];
    let page = visitor
        .post(&format!("{PAGES}/tokens"), &third)
        .await
        .is(422);
    page.has("<title>Error: ")
        .has("<a href=\"#label\">")
        .has("value=\"third\"");

    let page = visitor.get(&connect).await;
    let rest = page
        .between("<bdi>Okta, production</bdi>", "Revoke")
        .unwrap();
    let path = rest
        .split_once("href=\"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0;
    visitor.get(path).await.is(200).has("This cannot be undone");
    visitor.post(path, &[]).await.leads_to(&connect);
    let page = visitor.get(&connect).await;
    page.has("The token is revoked.")
        .has_not("Okta, production");
    account.get("/Users", &[]).await.is(401);
    visitor.get(path).await.is(404);
    visitor.post(path, &[]).await.is(404);
    account.service.stop().await;
}

#[tokio::test]
async fn a_token_needs_a_label_and_a_lifetime() {
    let (account, mut visitor) = at_the_page().await;
    let path = format!("{PAGES}/tokens");
    for (label, lifetime, field) in [
        ("", "90", "label"),
        ("x", "", "lifetime"),
        ("x", "100000", "lifetime"),
        (&"x".repeat(101), "0", "label"),
    ] {
        let fields = [("label", label), ("lifetime", lifetime)];
        let page = visitor.post(&path, &fields).await.is(422);
        page.has(&format!("<a href=\"#{field}\">"))
            .has(&format!("id=\"{field}-problem\""));
    }
    account.service.stop().await;
}

#[tokio::test]
async fn an_attribute_is_added_used_renamed_retired_and_restored() {
    let (account, mut visitor) = at_the_page().await;
    let page = format!("{PAGES}/attributes");
    let fields = [("name", "Cost Centre"), ("kind", "option")];
    visitor.post(&page, &fields).await.leads_to(&page);
    let shown = visitor.get(&page).await.is(200);
    let shown = shown.has("The attribute is added.");
    shown.has(&format!("<bdi>{PEAKON}:Cost Centre</bdi>"));
    visitor.get(&page).await.has_not("The attribute is added.");

    let schema = format!("/Schemas/{PEAKON}");
    let answer = account.get(&schema, &[]).await.is(200);
    assert!(answer.body.to_string().contains("\"Cost Centre\""));
    let id = account.employee("ines@fjordlab.example", json!({})).await;
    let user = format!("/Users/{id}");
    let path = format!("{PEAKON}:Cost Centre");
    account
        .patch(&user, "add", &path, json!("4711"))
        .await
        .is(200);

    let fields = [("name", "Cost Centre"), ("new_name", "Cost Unit")];
    let listed = visitor.get(&page).await.is(200);
    for (name, is_offered) in [("Job%20Title", true), ("Start%20Date", false)] {
        for action in ["rename", "retire"] {
            let link = format!("{action}?name={name}");
            assert_eq!(listed.text.contains(&link), is_offered, "{link}");
        }
    }
    let ask = format!("{page}/rename?name=Cost%20Centre");
    visitor.get(&ask).await.is(200).has("value=\"Cost Centre\"");
    let rename = format!("{page}/rename");
    visitor.post(&rename, &fields).await.leads_to(&page);
    let body = account.get(&user, &[]).await.is(200).body;
    assert_eq!(body[PEAKON], json!({"Cost Unit": "4711"}));

    let fields = [("name", "Cost Unit")];
    let ask = format!("{page}/retire?name=Cost%20Unit");
    visitor
        .get(&ask)
        .await
        .is(200)
        .has("come back if it is restored");
    visitor
        .post(&format!("{page}/retire"), &fields)
        .await
        .leads_to(&page);
    let shown = visitor.get(&page).await.is(200);
    shown.has("The attribute is retired.").has("Retired</span>");
    let body = account.get(&user, &[]).await.is(200).body;
    assert_eq!(body.get(PEAKON), None);
    visitor
        .post(&format!("{page}/restore"), &fields)
        .await
        .leads_to(&page);
    let body = account.get(&user, &[]).await.is(200).body;
    assert_eq!(body[PEAKON], json!({"Cost Unit": "4711"}));
    account.service.stop().await;
}

#[tokio::test]
async fn what_the_account_does_not_allow_is_said_beside_the_field() {
    let (account, mut visitor) = at_the_page().await;
    let page = format!("{PAGES}/attributes");
    let has_problem = |page: Page, field: &str| {
        page.is(422)
            .has("<h2>There is a problem</h2>")
            .has(&format!("<a href=\"#{field}\">"));
    };
    for (name, kind, field) in [
        ("", "text", "name"),
        ("job title", "text", "name"),
        ("a:b", "text", "name"),
        ("Level", "", "kind"),
        (&"x".repeat(257), "text", "name"),
    ] {
        let fields = [("name", name), ("kind", kind)];
        has_problem(visitor.post(&page, &fields).await, field);
    }
    let fields = [("name", "Salary"), ("new_name", "JOB TITLE")];
    has_problem(
        visitor.post(&format!("{page}/rename"), &fields).await,
        "new_name",
    );
    // It decides who receives a survey.
    let fields = [("name", "Start Date")];
    has_problem(
        visitor.post(&format!("{page}/retire"), &fields).await,
        "retire",
    );
    for path in ["rename", "retire", "restore"] {
        let fields = [("name", "Nothing"), ("new_name", "Something")];
        visitor
            .post(&format!("{page}/{path}"), &fields)
            .await
            .is(404);
    }
    visitor
        .get(&format!("{page}/rename?name=Nothing"))
        .await
        .is(404);
    visitor.get(&format!("{page}/retire")).await.is(404);
    account.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_takes_long_is_told_on_a_page() {
    let (account, before) = at_the_page().await;
    let Account {
        service, database, ..
    } = account;
    service.stop().await;
    let account = Account::on(database, |it| it.limits.request_seconds = 1).await;
    let mut visitor = Visitor::new(account.service.address());
    visitor.cookies = before.cookies;
    visitor.form_key = before.form_key;
    let held = hold(&account.database).await;
    let fields = [("name", "Salary"), ("new_name", "Pay")];
    let rename = format!("{PAGES}/attributes/rename");
    let page = visitor.post(&rename, &fields).await.is(503);
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert!(page.headers.contains_key("content-security-policy"));
    page.has("Not finished yet")
        .has("look at the page Attributes");
    held.give_back().await;
    account.service.stop().await;
}
