//! What an administrator does from the first day on, by keyboard alone.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::driver::{Browser, CONTROL, ENTER};
use super::{account, log_in, page};
use crate::support::{Account, PEAKON};

/// As wide as a window often is.
const WIDTH: u32 = 1120;

/// Leaves a picture of the page, if pictures are asked for.
async fn picture(browser: &Browser, name: &str) {
    let Some(folder) = std::env::var_os("PICTURES") else {
        return;
    };
    browser.evaluate("document.activeElement.blur()").await;
    let picture = BASE64_STANDARD.decode(browser.picture().await).unwrap();
    let file = std::path::Path::new(&folder).join(format!("administration-{name}.png"));
    std::fs::write(file, picture).unwrap();
}

/// Goes on to a control and presses Enter.
async fn choose(browser: &Browser, name: &str, title: &str) {
    browser.tab_to(name).await;
    let title = format!("{title} – Employee provisioning – Administration");
    browser.enter(&title).await;
}

async fn text(browser: &Browser) -> String {
    let text = browser.evaluate("return document.body.innerText").await;
    text.as_str().unwrap().to_owned()
}

async fn shows(browser: &Browser, what: &str) {
    let text = text(browser).await;
    assert!(text.contains(what), "no {what:?} in {text}");
}

/// The row of the table that a text stands in.
async fn row(browser: &Browser, what: &str) -> String {
    let text = browser
        .evaluate(&format!(
            "return [...document.querySelectorAll('tbody tr')].map(row => row.innerText)
                .find(text => text.includes({})) ?? ''",
            json!(what)
        ))
        .await;
    text.as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(browser), ignore = "CHROMEDRIVER names no driver of a browser")]
async fn by_keyboard_alone() {
    let mut account = account().await;
    let browser = Browser::start().await;
    browser.set_width(WIDTH).await;
    log_in(&browser, &account).await;
    let path = "Open employee provisioning";
    choose(&browser, path, "Connect").await;
    make_a_token(&browser, &mut account).await;
    change_attributes(&browser, &account).await;
    deactivate_an_employee(&browser, &account).await;
    look_at_requests(&browser, &account).await;
    revoke_the_token(&browser, &mut account).await;
    browser.tab_to("Log out").await;
    browser.enter("Log in – Administration").await;
    shows(&browser, "You are logged out.").await;
    browser.open(&page(&account, "connect")).await;
    assert_eq!(browser.title().await, "Log in – Administration");
    assert_eq!(browser.complaints().await, [""; 0]);
    account.service.stop().await;
}

async fn make_a_token(browser: &Browser, account: &mut Account) {
    browser.tab_to("Label").await;
    browser.write("Entra ID, production").await;
    choose(browser, "Make token", "New token").await;
    // Whoever comes to a field by the tab key has all of it selected, ready to be copied.
    browser.tab_to("Bearer token").await;
    let selected = browser
        .evaluate(
            "const field = document.activeElement;
             return field.value.substring(field.selectionStart, field.selectionEnd)",
        )
        .await;
    let token = selected.as_str().unwrap().to_owned();
    assert_eq!(token.len(), 64, "{token}");
    assert!(!browser.url().await.contains(&token));
    account.token = Some(token.clone());
    account.get("/Users", &[]).await.is(200);
    choose(browser, "I have copied it", "Connect").await;
    assert!(row(browser, "Entra ID, production").await.contains("Valid"));
    let source = browser
        .evaluate("return document.documentElement.outerHTML")
        .await;
    assert!(!source.as_str().unwrap().contains(&token));
    picture(browser, "connect").await;
    browser.set_width(360).await;
    picture(browser, "connect-narrow").await;
    browser.set_width(WIDTH).await;
}

async fn change_attributes(browser: &Browser, account: &Account) {
    choose(browser, "Attributes", "Attributes").await;
    browser.tab_to("Name").await;
    browser.write("Cost Centre").await;
    choose(browser, "Add attribute", "Attributes").await;
    shows(browser, "The attribute is added.").await;
    let schema = account
        .get(&format!("/Schemas/{PEAKON}"), &[])
        .await
        .is(200);
    assert!(schema.body.to_string().contains("\"Cost Centre\""));

    choose(browser, "Rename Cost Centre", "Rename an attribute").await;
    browser.tab_to("New name").await;
    browser.press_with(CONTROL, 'a').await;
    browser.write("Cost Unit").await;
    choose(browser, "Rename attribute", "Attributes").await;
    shows(browser, &format!("{PEAKON}:Cost Unit")).await;

    choose(browser, "Retire Salary", "Retire an attribute").await;
    choose(browser, "Retire attribute", "Attributes").await;
    assert!(row(browser, "User:Salary").await.contains("Retired"));
    let schema = account
        .get(&format!("/Schemas/{PEAKON}"), &[])
        .await
        .is(200);
    assert!(!schema.body.to_string().contains("\"Salary\""));
    browser.open(&page(account, "attributes")).await;
    picture(browser, "attributes").await;
    choose(browser, "Restore Salary", "Attributes").await;
    assert!(row(browser, "User:Salary").await.contains("In use"));

    // A script would open a window, which the driver tells.
    browser.tab_to("Name").await;
    let hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    browser.write(hostile).await;
    choose(browser, "Add attribute", "Attributes").await;
    shows(browser, &format!("{PEAKON}:{hostile}")).await;
    let name = format!("Retire {hostile}");
    choose(browser, &name, "Retire an attribute").await;
    shows(browser, hostile).await;
    choose(browser, "Keep it", "Attributes").await;

    browser.tab_to("Name").await;
    browser.write("job title").await;
    choose(browser, "Add attribute", "Error: Attributes").await;
    browser
        .tab_to("There is an attribute `Job Title` already; take another name.")
        .await;
    browser.press(&[ENTER]).await;
    assert_eq!(browser.focused().await, "Name");
    // The browser tells of every answer that is an error.
    assert_eq!(browser.complaints().await.len(), 1);
}

async fn deactivate_an_employee(browser: &Browser, account: &Account) {
    choose(browser, "Employees", "Employees").await;
    assert!(row(browser, "Ingrid").await.contains("Active"));
    assert!(row(browser, "Daniel").await.contains("Not started yet"));
    let ids = account
        .ids("/Users", "displayName eq \"Ingrid Solberg\"")
        .await;
    let path = format!("/Users/{}", ids[0]);
    account
        .patch(&path, "replace", "active", json!(false))
        .await
        .is(200);
    browser.tab_to("Search").await;
    browser.write("ingrid").await;
    browser.press(&[ENTER]).await;
    browser
        .wait_for("document.querySelectorAll('tbody tr').length === 1")
        .await;
    assert!(row(browser, "Ingrid").await.contains("Disabled"));
    assert!(!browser.url().await.contains("ingrid"));
    browser.open(&page(account, "employees")).await;
    picture(browser, "employees").await;
    browser.set_scheme("dark").await;
    picture(browser, "employees-dark").await;
    browser.set_scheme("light").await;
}

async fn look_at_requests(browser: &Browser, account: &Account) {
    let filter = [("filter", "nickName eq")];
    account.get("/Users", &filter).await.is(400);
    choose(browser, "Requests", "Requests").await;
    // They are written down together, a moment after they were answered.
    for _ in 0..60 {
        if !row(browser, "invalidFilter").await.is_empty() {
            break;
        }
        choose(browser, "Requests", "Requests").await;
    }
    let refused = row(browser, "invalidFilter").await;
    assert!(refused.contains("400 refused"), "{refused}");
    let done = row(browser, "PATCH").await;
    assert!(done.contains("200 done") && done.contains("ms"), "{done}");
    assert!(!text(browser).await.contains("ingrid"));
    picture(browser, "requests").await;
}

async fn revoke_the_token(browser: &Browser, account: &mut Account) {
    choose(browser, "Connect", "Connect").await;
    let name = "Revoke Entra ID, production";
    choose(browser, name, "Revoke a token").await;
    choose(browser, "Revoke token", "Connect").await;
    shows(browser, "The token is revoked.").await;
    account.get("/Users", &[]).await.is(401);
}
