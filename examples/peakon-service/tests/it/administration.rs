//! The administration page over HTTP: every page, what it refuses, and what it never shows.

#[path = "administration/employees.rs"]
mod employees;
#[path = "administration/guard.rs"]
mod guard;
#[path = "administration/integration.rs"]
mod integration;
#[path = "administration/sessions.rs"]
mod sessions;

use crate::support::Account;
use crate::visitor::{LOGIN, PASSWORD, Visitor};

/// A service with an administrator, and him at its page.
async fn at_the_page() -> (Account, Visitor) {
    let account = Account::new().await;
    add_administrator(&account, "default", LOGIN).await;
    let visitor = Visitor::logged_in(account.service.address()).await;
    (account, visitor)
}

async fn add_administrator(account: &Account, of: &str, login: &str) {
    let accounts = account.service.accounts();
    accounts
        .add_administrator(of, login, PASSWORD)
        .await
        .unwrap();
}
