//! The administration page in a real browser: by keyboard alone, in light and dark, on wide and narrow screens, and as a screen
//! reader is told of it.
//!
//! `CHROMEDRIVER` names the driver; `AXE_CORE` a file `axe.min.js` of npm's `axe-core`; with `PICTURES` naming a folder, the story
//! leaves its pictures there.

#[path = "browser/driver.rs"]
mod driver;
#[path = "browser/looks.rs"]
mod looks;
#[path = "browser/story.rs"]
mod story;

use peakon_service::NewAccount;
use serde_json::json;

use self::driver::Browser;
use crate::support::{Account, PEAKON, client_builder};
use crate::visitor::{LOGIN, PAGES, PASSWORD};

/// Who works at the account that the pictures show, under which user name, and since when.
const EMPLOYEES: [(&str, &str, &str); 9] = [
    ("Aino Lehtonen", "aino.lehtonen", "2019-04-01"),
    ("Amara Okafor", "amara.okafor", "2021-09-15"),
    ("Bjørn Halvorsen", "bjorn.halvorsen", "2016-01-04"),
    ("Chloé Dubois", "chloe.dubois", "2023-02-01"),
    ("Daniel Reyes", "daniel.reyes", "2999-03-01"),
    ("Elif Yılmaz", "elif.yilmaz", "2020-06-08"),
    ("Ingrid Solberg", "ingrid.solberg", "2014-08-18"),
    ("João Almeida", "joao.almeida", "2022-11-21"),
    ("Mei Tanaka", "mei.tanaka", "2018-05-02"),
];
const ACCOUNT: &str = "fjordlab";

/// An account with employees and an administrator.
async fn account() -> Account {
    let mut account = Account::new().await;
    let accounts = account.service.accounts();
    let mut new = NewAccount::new(ACCOUNT);
    "Fjordlab".clone_into(&mut new.name);
    accounts.create(new).await.unwrap();
    let added = accounts.add_administrator(ACCOUNT, LOGIN, PASSWORD).await;
    added.unwrap();
    let token = accounts.issue_token(ACCOUNT, "Entra ID, test", None).await;
    account.token = Some(token.unwrap().reveal().to_owned());
    for (name, user_name, start) in EMPLOYEES {
        let more = json!({
            "displayName": name,
            PEAKON: {"Job Title": "Engineer", "Start Date": format!("{start}T00:00:00Z")},
        });
        let user_name = format!("{user_name}@fjordlab.example");
        account.employee(&user_name, more).await;
    }
    account
}

/// Opens the administration and logs in by keyboard alone.
async fn log_in(browser: &Browser, account: &Account) {
    let address = account.service.address();
    browser
        .open(&format!("http://{address}/administration"))
        .await;
    assert_eq!(browser.title().await, "Log in – Administration");
    browser.tab_to("Login").await;
    browser.write(LOGIN).await;
    browser.tab_to("Password").await;
    browser.write(PASSWORD).await;
    browser.enter("Integrations – Administration").await;
}

/// The URL of a page of employee provisioning.
fn page(account: &Account, name: &str) -> String {
    format!("http://{}{PAGES}/{name}", account.service.address())
}
