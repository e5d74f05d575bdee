//! How the pages look and read, each in light and dark, on a wide and on a narrow screen.

use super::driver::Browser;
use super::{ACCOUNT, account, log_in, page};
use crate::support::Account;

/// The pages that have more than a question.
const PAGES: [&str; 7] = [
    "connect",
    "attributes",
    "attributes/rename?name=Job+Title",
    "attributes/retire?name=Job+Title",
    "requests",
    "employees",
    "../nothing",
];

async fn urls(account: &Account) -> Vec<String> {
    let tokens = account.service.accounts().tokens(ACCOUNT).await.unwrap();
    let revoke = format!("tokens/{}/revoke", tokens[0].id);
    let start = format!("http://{}/administration", account.service.address());
    let of_integration = PAGES.iter().copied().chain([revoke.as_str()]);
    let mut urls: Vec<_> = of_integration.map(|name| page(account, name)).collect();
    urls.extend([format!("{start}/login"), format!("{start}/integrations")]);
    urls
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(browser), ignore = "CHROMEDRIVER names no driver of a browser")]
async fn a_screen_reader_is_told_what_everything_is() {
    let account = account().await;
    let browser = Browser::start().await;
    log_in(&browser, &account).await;
    for url in urls(&account).await {
        browser.open(&url).await;
        let tree = browser.accessible().await;
        let count = |role: &str| tree.iter().filter(|(known, _)| known == role).count();
        assert_eq!(count("main"), 1, "{url}");
        if !url.ends_with("login") && !url.ends_with("nothing") {
            assert_eq!(
                (count("banner"), count("navigation") >= 1),
                (1, true),
                "{url}"
            );
        }
        for (role, name) in &tree {
            let is_control = [
                "button",
                "link",
                "textbox",
                "searchbox",
                "combobox",
                "table",
                "navigation",
                "region",
            ]
            .contains(&role.as_str());
            assert!(
                !is_control || !name.trim().is_empty(),
                "{url}: a nameless {role}"
            );
        }
        let found = browser
            .evaluate(
                "return [document.documentElement.lang, document.querySelectorAll('h1').length,
                    document.querySelectorAll('th:not([scope]), table:not(:has(caption))').length,
                    document.scripts.length + document.querySelectorAll('[style]').length]",
            )
            .await;
        assert_eq!(found, serde_json::json!(["en", 1, 0, 0]), "{url}");
    }
    account.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(browser), ignore = "CHROMEDRIVER names no driver of a browser")]
async fn nothing_is_wider_than_the_screen() {
    let account = account().await;
    let accounts = account.service.accounts();
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
    accounts.issue_token(ACCOUNT, long, None).await.unwrap();
    account
        .employee(&format!("{long}@fjordlab.example"), serde_json::json!({}))
        .await;
    let browser = Browser::start().await;
    log_in(&browser, &account).await;
    for width in [320, 360, 768, 1280] {
        browser.set_width(width).await;
        for url in urls(&account).await {
            browser.open(&url).await;
            let wide = browser
                .evaluate("return document.documentElement.scrollWidth - window.innerWidth")
                .await;
            assert!(
                wide.as_i64().unwrap() <= 0,
                "{url} is {wide} too wide for {width}"
            );
        }
    }
    account.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(
    not(all(browser, axe)),
    ignore = "CHROMEDRIVER names no driver of a browser, or AXE_CORE no file axe.min.js"
)]
async fn axe_finds_no_fault_in_light_and_dark() {
    let account = account().await;
    let browser = Browser::start().await;
    log_in(&browser, &account).await;
    let axe = std::fs::read_to_string(std::env::var("AXE_CORE").unwrap()).unwrap();
    for scheme in ["light", "dark"] {
        browser.set_scheme(scheme).await;
        for width in [360, 1280] {
            browser.set_width(width).await;
            for url in urls(&account).await {
                browser.open(&url).await;
                browser.evaluate(&axe).await;
                let faults = browser
                    .evaluate_later(
                        "axe.run(document).then(found => done(found.violations.map(fault =>
                            [fault.id, fault.help, fault.nodes.map(node => node.html + ' ' + node.failureSummary)])))",
                    )
                    .await;
                assert_eq!(
                    faults,
                    serde_json::json!([]),
                    "{url} in {scheme}: {faults:#}"
                );
            }
        }
    }
    account.service.stop().await;
}
