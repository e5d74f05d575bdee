//! Logging in, and how long it lasts.

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};

use super::{add_administrator, at_the_page};
use crate::support::Account;
use crate::visitor::{LOGIN, PAGES, PASSWORD, Visitor};

async fn execute(account: &Account, statement: String) -> u64 {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&account.database.url())
        .await
        .unwrap();
    let done = sqlx::query(AssertSqlSafe(statement)).execute(&mut connection);
    done.await.unwrap().rows_affected()
}

#[tokio::test]
async fn without_an_administrator_the_page_says_how_to_make_one() {
    let account = Account::new().await;
    let mut visitor = Visitor::new(account.service.address());
    visitor
        .get("/administration")
        .await
        .leads_to("/administration/integrations");
    visitor
        .get("/administration/integrations")
        .await
        .leads_to("/administration/login");
    let page = visitor.get("/administration/login").await.is(200);
    page.has("peakon-service administrator add");
    add_administrator(&account, "default", LOGIN).await;
    let page = visitor.get("/administration/login").await.is(200);
    page.has_not("peakon-service administrator add");
    account.service.stop().await;
}

#[tokio::test]
async fn wrong_passwords_and_unknown_logins_are_answered_alike_and_limited() {
    let account = Account::new().await;
    add_administrator(&account, "default", LOGIN).await;
    let mut visitor = Visitor::new(account.service.address());
    let wrong = visitor.log_in(LOGIN, "wrong").await.is(422).text;
    let unknown = visitor.log_in("nobody", PASSWORD).await.is(422).text;
    assert_eq!(wrong.replace(LOGIN, "nobody"), unknown);
    assert!(unknown.contains("aria-invalid") && unknown.contains("<title>Error: Log in"));
    visitor.log_in(LOGIN, &"x".repeat(5000)).await.is(422);
    for _ in 0..9 {
        visitor.log_in(LOGIN, "wrong").await.is(422);
    }
    // Now not even the right one.
    let refused = visitor.log_in(LOGIN, PASSWORD).await.is(429);
    let seconds = refused.headers["retry-after"].to_str().unwrap();
    assert!((1..=900).contains(&seconds.parse::<u32>().unwrap()));
    account.service.stop().await;
}

#[tokio::test]
async fn a_session_has_a_new_secret_and_ends_for_good() {
    let account = Account::new().await;
    add_administrator(&account, "default", LOGIN).await;
    let mut visitor = Visitor::new(account.service.address());
    let page = visitor.get("/administration/login").await;
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
    let before = visitor.cookies.clone();
    visitor.log_in(LOGIN, PASSWORD).await.is(303);
    let after = visitor.cookies.clone();
    assert_ne!(before, after);
    visitor.get("/administration/integrations").await.is(200);

    visitor
        .post("/administration/logout", &[])
        .await
        .leads_to("/administration/login");
    let page = visitor.get("/administration/login").await.is(200);
    page.has("<p class=\"notice\" role=\"status\">You are logged out.");
    let page = visitor.get("/administration/login").await.is(200);
    page.has_not("You are logged out.");
    for cookies in [before, after] {
        visitor.cookies = cookies;
        visitor
            .get("/administration/integrations")
            .await
            .leads_to("/administration/login");
    }
    account.service.stop().await;
}

#[tokio::test]
async fn a_session_expires_unused_and_ends_in_any_case() {
    for column in ["expires_at", "ends_at"] {
        let (account, mut visitor) = at_the_page().await;
        let statement = format!("UPDATE sessions SET {column} = 1");
        assert_eq!(execute(&account, statement).await, 1);
        let path = format!("{PAGES}/attributes");
        visitor.get(&path).await.leads_to("/administration/login");
        let fields = [("name", "Late"), ("kind", "text")];
        visitor
            .post(&path, &fields)
            .await
            .leads_to("/administration/login");
        visitor.log_in(LOGIN, PASSWORD).await.is(303);
        visitor.get(&path).await.is(200).has_not("Late");
        // What was over is cleared away.
        assert_eq!(
            execute(&account, "DELETE FROM sessions".to_owned()).await,
            1
        );
        account.service.stop().await;
    }
}

#[tokio::test]
async fn the_use_of_a_session_is_written_down_and_any_process_knows_it() {
    let (account, mut visitor) = at_the_page().await;
    let soon = format!(
        "UPDATE sessions SET expires_at = expires_at - {}",
        29 * 60_000
    );
    execute(&account, soon).await;
    visitor.get("/administration/integrations").await.is(200);
    let later = "DELETE FROM sessions WHERE expires_at > ends_at - 690 * 60000 - 60000";
    let account = account.restart().await;
    let cookies = visitor.cookies;
    let mut visitor = Visitor::new(account.service.address());
    visitor.cookies = cookies;
    visitor.get("/administration/integrations").await.is(200);
    assert_eq!(execute(&account, later.to_owned()).await, 1);
    account.service.stop().await;
}
