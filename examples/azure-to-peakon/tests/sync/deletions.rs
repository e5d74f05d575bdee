//! Deletions that are meant, and those that are not.

use serde_json::{Value, json};

use crate::support::Account;

/// Everybody of the sample has left but one.
const FEW: &str = r#"{"users": [{"id": "1", "userPrincipalName": "a@b.example", "employeeId": "700001", "givenName": "A", "surname": "B"}]}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_knows_what_the_next_cycle_is_allowed_to_delete() {
    let account = Account::open().await;
    account.job(&["sync", "--once"]).await;
    let before = account.users().await;
    let directory = account.folder().join("few.json");
    std::fs::write(&directory, FEW).unwrap();
    let state = account.state();
    let state = state.to_str().unwrap();
    for is_allowed in [false, true] {
        if is_allowed {
            account
                .ask(&["restart", "--state", state, "--force-deletes"])
                .await;
        }
        let planned = account
            .job_from(&directory, &["plan", "--deletion-threshold", "10"])
            .await;
        let report: Value = serde_json::from_slice(&planned.stdout).unwrap();
        let users = &report["cycle"]["counts"]["User"];
        let [staged, deleted] = ["staged", "deleted"].map(|count| users[count].as_u64().unwrap());
        assert_eq!(
            (staged > 300, deleted > 300),
            (!is_allowed, is_allowed),
            "{users:#}"
        );
    }
    let told = account
        .job_in_words(&directory, &["plan", "--deletion-threshold", "10"])
        .await;
    // Whom the directory does not name any more the log does, and nobody else is before them.
    let mut deleted = told.lines().take(200);
    let is_named = |line: &str| {
        line.starts_with("would delete  ") && !line.contains(|c: char| c.is_ascii_digit())
    };
    assert!(deleted.all(is_named), "{told}");
    assert_eq!(account.users().await, before);
    // A plan uses nothing up, and the cycle does.
    let allowed = async || account.ask(&["status", "--state", state]).await["forceDeletes"].clone();
    assert_eq!(allowed().await, true);
    let arguments = ["sync", "--once", "--deletion-threshold", "10"];
    let forced = account.job_from(&directory, &arguments).await;
    assert_eq!(forced.status.code(), Some(0));
    assert_eq!((account.users().await, allowed().await), (1, json!(false)));
    account.service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_without_anybody_deletes_everybody_only_if_that_is_meant() {
    let account = Account::open().await;
    account.job(&["sync", "--once"]).await;
    let before = account.users().await;
    let directory = account.folder().join("header.csv");
    std::fs::write(&directory, "objectId,userPrincipalName,employeeId\r\n").unwrap();
    for command in [&["plan"][..], &["sync", "--once"]] {
        let failed = account.job_from(&directory, command).await;
        let said = String::from_utf8_lossy(&failed.stderr).into_owned();
        assert_eq!(failed.status.code(), Some(1), "{said}");
        assert!(
            said.contains("header.csv: there is no user")
                && said.contains("--allow-empty-directory"),
            "{said}"
        );
        assert_eq!(account.users().await, before);
    }
    let arguments = ["sync", "--once", "--allow-empty-directory"];
    let meant = account.job_from(&directory, &arguments).await;
    let said = String::from_utf8_lossy(&meant.stderr).into_owned();
    assert_eq!(meant.status.code(), Some(0), "{said}");
    assert_eq!(account.users().await, 0);
    account.service.stop().await;
}
