//! Several accounts in one service: whose request it is, and that nobody sees what is another's.

use peakon_service::NewAccount;
use serde_json::json;

use crate::support::{Account, PEAKON};

#[tokio::test]
async fn a_token_decides_the_account_and_ends_when_it_is_revoked() {
    let mut account = Account::new().await;
    let accounts = account.service.accounts().clone();
    accounts.create(NewAccount::new("nordlys")).await.unwrap();
    let first = accounts.issue_token("nordlys", "directory", None).await;
    let second = accounts.issue_token("nordlys", "next", None).await.unwrap();
    let third = accounts.issue_token("nordlys", "one more", None).await;
    assert!(third.unwrap_err().to_string().contains("revoke the older"));
    let own = account.employee("ines@fjordlab.example", json!({})).await;

    account.token = Some(first.unwrap().reveal().to_owned());
    let theirs = account.employee("ines@fjordlab.example", json!({})).await;
    account.get(&format!("/Users/{own}"), &[]).await.is(404);
    account.get(&format!("/Users/{theirs}"), &[]).await.is(200);
    let issued = accounts.tokens("nordlys").await.unwrap();
    let directory = issued
        .iter()
        .find(|token| token.label == "directory")
        .unwrap();
    accounts
        .revoke_token("nordlys", &directory.id)
        .await
        .unwrap();
    account.get("/Users", &[]).await.is(401);
    account.token = Some(second.reveal().to_owned());
    account.get(&format!("/Users/{theirs}"), &[]).await.is(200);
    account.service.stop().await;
}

#[tokio::test]
async fn attributes_are_renamed_retired_and_restored_with_their_values() {
    let account = Account::new().await;
    let accounts = account.service.accounts().clone();
    account.employee("sefa@fjordlab.example", json!({})).await;
    let own = json!({PEAKON: {"Job Title": "CTO", "Mentor": "sefa@fjordlab.example"}});
    let id = account.employee("ines@fjordlab.example", own).await;
    let path = format!("/Users/{id}");
    let before = account.get(&path, &[]).await.is(200).body;

    accounts
        .rename_attribute("default", "job title", "Position")
        .await
        .unwrap();
    accounts
        .rename_attribute("default", "Mentor", "Guide")
        .await
        .unwrap();
    let renamed = account.get(&path, &[]).await.is(200).body;
    assert_eq!(
        renamed[PEAKON],
        json!({"Guide": "sefa@fjordlab.example", "Position": "CTO"})
    );
    assert_ne!(renamed["meta"]["version"], before["meta"]["version"]);
    assert_eq!(
        account
            .ids("/Users", &format!("{PEAKON}:Position eq \"cto\""))
            .await,
        [id.as_str()]
    );
    let old = format!("{PEAKON}:Job Title eq \"CTO\"");
    account.get("/Users", &[("filter", &old)]).await.has_error(
        400,
        "invalidFilter",
        &["Job Title"],
    );

    for name in ["Position", "Guide"] {
        accounts.retire_attribute("default", name).await.unwrap();
    }
    let retired = account.get(&path, &[]).await.is(200).body;
    assert!(retired.get(PEAKON).is_none(), "{retired}");
    let schema = account
        .get(&format!("/Schemas/{PEAKON}"), &[])
        .await
        .is(200)
        .body;
    assert!(!schema.to_string().contains("Position"));
    for name in ["Position", "Guide"] {
        accounts.restore_attribute("default", name).await.unwrap();
    }
    let restored = account.get(&path, &[]).await.is(200).body;
    assert_eq!(restored[PEAKON], renamed[PEAKON]);
    assert_eq!(restored["schemas"], before["schemas"]);
    account.service.stop().await;
}
