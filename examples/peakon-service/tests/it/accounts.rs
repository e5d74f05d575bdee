//! Several accounts in one service: whose request it is, and that nobody sees what is another's.

use peakon_service::{AccountSettings, NewAccount};
use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
use serde_json::{Value, json};

use crate::support::{Account, ENTERPRISE, PEAKON, employee};

/// P-7644-6.1-1
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

fn settings(settings: Value) -> AccountSettings {
    serde_json::from_value(settings).unwrap()
}

#[tokio::test]
async fn what_decides_who_is_surveyed_keeps_its_name_and_kind() {
    let account = Account::new().await;
    let accounts = account.service.accounts().clone();
    let refused = |outcome: Result<(), peakon_service::AccountError>, text: &str| {
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    };
    let decides = "decides by its name who receives a survey";
    refused(
        accounts
            .rename_attribute("default", "start date", "Begin")
            .await,
        decides,
    );
    refused(
        accounts
            .rename_attribute("default", "Salary", "separation date")
            .await,
        decides,
    );
    refused(
        accounts.retire_attribute("default", "Start Date").await,
        decides,
    );
    let text = PeakonAttribute::new("separation date", PeakonAttributeKind::Text);
    refused(
        accounts.add_attribute("default", text).await,
        "of the kind date",
    );
    let date = PeakonAttribute::new("separation date", PeakonAttributeKind::Date);
    accounts.add_attribute("default", date).await.unwrap();
    let gone = json!({PEAKON: {"Separation Date": "2020-02-03T00:00:00Z"}});
    account.employee("ines@fjordlab.example", gone).await;
    assert!(account.audience(None).await.is_empty());

    // Other names that cannot be.
    let level = |name: &str| PeakonAttribute::new(name, PeakonAttributeKind::Option);
    refused(
        accounts.add_attribute("default", level("job title")).await,
        "`Job Title` already",
    );
    refused(
        accounts.add_attribute("default", level("a:b")).await,
        "colon",
    );
    refused(
        accounts
            .rename_attribute("default", "Salary", "Mentor")
            .await,
        "`Mentor` already",
    );
    refused(
        accounts.rename_attribute("default", "Rota", "Shift").await,
        "no attribute `Rota`",
    );
    accounts
        .retire_attribute("default", "Salary")
        .await
        .unwrap();
    refused(
        accounts.add_attribute("default", level("SALARY")).await,
        "restore it instead",
    );
    refused(
        accounts.retire_attribute("default", "Salary").await,
        "restore it first",
    );
    refused(
        accounts.restore_attribute("default", "Mentor").await,
        "is in use",
    );
    let path = format!("{PEAKON}:Salary");
    account.get("/Users", &[("sortBy", &path)]).await.is(400);
    for number in accounts.attributes("default").await.unwrap().len()..200 {
        let attribute = level(&format!("Level {number}"));
        accounts.add_attribute("default", attribute).await.unwrap();
    }
    refused(
        accounts.add_attribute("default", level("One More")).await,
        "at most 200",
    );
    account.service.stop().await;
}

#[tokio::test]
async fn a_mentor_who_goes_while_the_attribute_is_retired_does_not_come_back() {
    let account = Account::new().await;
    let accounts = account.service.accounts().clone();
    let sefa = account.employee("sefa@fjordlab.example", json!({})).await;
    account.employee("olu@fjordlab.example", json!({})).await;
    let mentor = |mentor: &str| json!({PEAKON: {"Mentor": mentor}});
    let ines = account
        .employee("ines@fjordlab.example", mentor("sefa@fjordlab.example"))
        .await;
    let anna = account
        .employee("anna@fjordlab.example", mentor("olu@fjordlab.example"))
        .await;
    accounts
        .retire_attribute("default", "Mentor")
        .await
        .unwrap();
    account.delete(&format!("/Users/{sefa}")).await.is(204);
    accounts
        .restore_attribute("default", "Mentor")
        .await
        .unwrap();
    let ines = account
        .get(&format!("/Users/{ines}"), &[])
        .await
        .is(200)
        .body;
    assert!(ines.get(PEAKON).is_none(), "{ines}");
    let anna = account
        .get(&format!("/Users/{anna}"), &[])
        .await
        .is(200)
        .body;
    assert_eq!(anna[PEAKON]["Mentor"], "olu@fjordlab.example");
    account.service.stop().await;
}

#[tokio::test]
async fn an_account_may_ask_of_its_employees_what_peakon_asks() {
    let account = Account::new().await;
    let accounts = account.service.accounts().clone();
    let number = |number: &str| json!({ENTERPRISE: {"employeeNumber": number}});
    account
        .employee("ines@fjordlab.example", number("A1"))
        .await;
    let sefa = account
        .employee("sefa@fjordlab.example", number("a1"))
        .await;
    let peakon = settings(json!({"employeeRules": "peakon", "emailDomains": ["fjordlab.example"]}));
    let error = accounts
        .change_settings("default", |it| *it = peakon.clone())
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("2 employees have the same employee number")
    );
    let path = format!("/Users/{sefa}");
    let number_path = format!("{ENTERPRISE}:employeeNumber");
    account
        .patch(&path, "replace", &number_path, json!("A2"))
        .await
        .is(200);
    accounts
        .change_settings("default", |it| *it = peakon)
        .await
        .unwrap();

    // The numbers that were there before count too.
    let taken = account
        .patch(&path, "replace", &number_path, json!("a1"))
        .await;
    taken.has_error(409, "uniqueness", &["employeeNumber"]);
    let mut nameless = employee("olu@fjordlab.example", json!({}));
    nameless.as_object_mut().unwrap().remove("name");
    account
        .post("/Users", nameless)
        .await
        .has_error(400, "invalidValue", &["name"]);
    let half = employee(
        "olu@fjordlab.example",
        json!({"name": {"givenName": "Olu"}}),
    );
    account
        .post("/Users", half)
        .await
        .has_error(400, "invalidValue", &["familyName"]);
    let unknown = employee("olu", json!({"emails": []}));
    let needed = "an e-mail address or an employee number is needed";
    account
        .post("/Users", unknown)
        .await
        .has_error(400, "invalidValue", &[needed]);
    let mut numbered = number("A3");
    numbered["emails"] = json!([]);
    account.employee("olu", numbered).await;
    account
        .patch(&path, "remove", "emails", json!(null))
        .await
        .is(200);
    account
        .patch(&path, "remove", &number_path, json!(null))
        .await
        .has_error(400, "invalidValue", &[needed]);
    let elsewhere = employee("olu@elsewhere.example", json!({}));
    account
        .post("/Users", elsewhere)
        .await
        .has_error(400, "invalidValue", &["fjordlab.example"]);
    account.service.stop().await;
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let mut account = Account::new().await;
    let accounts = account.service.accounts().clone();
    let soon = chrono::Utc::now() + chrono::TimeDelta::milliseconds(1500);
    let token = accounts
        .issue_token("default", "for now", Some(soon))
        .await
        .unwrap();
    account.token = Some(token.reveal().to_owned());
    let url = account.url("/Users", &[]);
    while account
        .send(reqwest::Method::GET, url.clone(), None)
        .await
        .status
        .as_u16()
        != 401
    {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(chrono::Utc::now() >= soon);
    // It does not count among those that are valid.
    accounts
        .issue_token("default", "the next", None)
        .await
        .unwrap();
    account.service.stop().await;
}
