//! The service as one runs it: tokens, limits, metrics, and what a failed start says.

use crate::support::{Account, TOKEN, employee, new_database};
use peakon_service::{Configuration, StartError, start};
use serde_json::json;

/// C-7643-5-6, P-7644-2-2, P-7644-2-6, P-7644-2.2-1, P-7644-4-8, H-6750-1, H-6750-2
#[tokio::test]
async fn the_token_is_needed_except_for_what_describes_the_service() {
    let mut account = Account::new().await;
    account.token = Some("wrong".to_owned());
    let answer = account.get("/Users", &[]).await;
    assert_eq!(
        answer.headers["www-authenticate"],
        "Bearer realm=\"scim\", error=\"invalid_token\""
    );
    answer.has_error(401, "", &["Authorization: Bearer"]);
    account.token = None;
    let answer = account.get("/Users", &[("access_token", TOKEN)]).await;
    assert_eq!(answer.headers["www-authenticate"], "Bearer realm=\"scim\"");
    answer.has_error(401, "", &[]);
    account
        .beside("/surveys/audience", &[])
        .await
        .has_error(401, "", &[]);
    account.get("/Schemas", &[]).await.is(401);
    account.get("/ServiceProviderConfig", &[]).await.is(200);
    let url = account.url("/ServiceProviderConfig", &[]);
    account.send(reqwest::Method::HEAD, url, None).await.is(200);
    account.service.stop().await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let account = Account::new().await;
    let body = employee(
        "ines@fjordlab.example",
        json!({"title": "x".repeat(2 << 20)}),
    );
    account
        .post("/Users", body)
        .await
        .has_error(413, "", &["1048576"]);
    account.service.stop().await;
}

#[tokio::test]
async fn health_and_metrics_tell_counts_and_nothing_else() {
    let account = Account::new().await;
    account.employee("ines@fjordlab.example", json!({})).await;
    account
        .employee("sefa@fjordlab.example", json!({"active": false}))
        .await;
    assert_eq!(account.beside("/healthz", &[]).await.is(200).body, "ok\n");
    let metrics = account.beside("/metrics", &[]).await.is(200).body;
    let text = metrics.as_str().unwrap();
    for line in [
        "peakon_requests_total{method=\"POST\",status=\"201\"} 2",
        "peakon_employees 2",
        "peakon_employees_active 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{text}");
    }
    assert!(!text.contains("ines"));
    account
        .beside("/elsewhere", &[])
        .await
        .has_error(404, "", &["/scim/v2"]);
    account.service.stop().await;
}

#[tokio::test]
async fn a_port_in_use_is_told_and_leaves_no_file_behind() {
    let account = Account::new().await;
    let folder = tempfile::tempdir().unwrap();
    let listen = account.service.address();
    let url = format!("sqlite://{}/peakon.db", folder.path().display());
    let taken = Configuration::new(listen, url, TOKEN.parse().unwrap());
    let error = start(taken).await.unwrap_err();
    assert!(matches!(error, StartError::Listen { .. }));
    assert!(
        error.to_string().contains(&listen.to_string())
            && error.to_string().contains("another port")
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    account.service.stop().await;
}

#[tokio::test]
async fn locations_begin_with_the_public_url() {
    let database = new_database();
    let listen = ([127, 0, 0, 1], 0).into();
    let mut configuration = Configuration::new(listen, database.url(), TOKEN.parse().unwrap());
    configuration.public_url = Some("https://people.example.com/hr/".parse().unwrap());
    let service = start(configuration).await.unwrap();
    assert_eq!(service.base_url(), "https://people.example.com/hr/scim/v2");
    let url = format!("http://{}/scim/v2/ResourceTypes/User", service.address());
    let request = reqwest::Client::new()
        .get(url)
        .header("Authorization", format!("Bearer {TOKEN}"));
    let text = request.send().await.unwrap().text().await.unwrap();
    let location = "https://people.example.com/hr/scim/v2/ResourceTypes/User";
    assert!(text.contains(location), "{text}");
    service.stop().await;
}
