//! The service as one runs it: tokens, limits, metrics, and what a failed start says.

use crate::support::{Account, TOKEN, client, employee, new_database};
use peakon_service::{Configuration, StartError, start};
use serde_json::json;
use tokio::task::JoinSet;

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
    let metrics_token = "scrape-token";
    let token = metrics_token.parse().unwrap();
    let mut account = Account::configured(|it| it.metrics_token = Some(token)).await;
    account.employee("ines@fjordlab.example", json!({})).await;
    account
        .employee("sefa@fjordlab.example", json!({"active": false}))
        .await;
    assert_eq!(account.beside("/healthz", &[]).await.is(200).body, "ok\n");
    // The token of an account is none for the metrics, which are about all of them.
    let refused = account.beside("/metrics", &[]).await;
    refused.has_error(401, "", &["Authorization: Bearer"]);
    let own = account.token.take();
    account.beside("/metrics", &[]).await.is(401);
    account.token = Some(metrics_token.to_owned());
    let metrics = account.beside("/metrics", &[]).await.is(200).body;
    account.get("/Users", &[]).await.is(401);
    account.token = own;
    let text = metrics.as_str().unwrap();
    for line in [
        "peakon_requests_total{method=\"POST\",route=\"/scim/v2/Users\",status=\"201\"} 2",
        "peakon_employees 2",
        "peakon_employees_active 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{text}");
    }
    for name in [
        "peakon_request_seconds_bucket",
        "peakon_rate_limited_total",
        "peakon_connections_open",
        "peakon_database_connections_in_use",
        "peakon_build_info",
    ] {
        assert!(text.contains(name), "{text}");
    }
    assert!(!text.contains("ines"));
    assert_eq!(account.beside("/readyz", &[]).await.is(200).body, "ready\n");
    account
        .beside("/elsewhere", &[])
        .await
        .has_error(404, "", &["/scim/v2"]);
    account.get("/Elsewhere", &[]).await.has_error(
        404,
        "",
        &["/Users", ", /Bulk, /Me, /ServiceProviderConfig"],
    );
    account.service.stop().await;
}

#[tokio::test]
async fn metrics_that_anybody_reads_do_not_tell_how_many_employees_there_are() {
    let mut account = Account::new().await;
    account.employee("ines@fjordlab.example", json!({})).await;
    for token in [None, account.token.clone()] {
        account.token = token;
        let metrics = account.beside("/metrics", &[]).await.is(200).body;
        let text = metrics.as_str().unwrap();
        assert!(text.contains("peakon_build_info"), "{text}");
        assert!(!text.contains("peakon_employees"), "{text}");
    }
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
    let request = client()
        .get(url)
        .header("Authorization", format!("Bearer {TOKEN}"));
    let text = request.send().await.unwrap().text().await.unwrap();
    let location = "https://people.example.com/hr/scim/v2/ResourceTypes/User";
    assert!(text.contains(location), "{text}");
    service.stop().await;
}

/// RFC 6585, section 4.
#[tokio::test]
async fn who_asks_too_often_is_told_when_to_go_on() {
    let mut account = Account::configured(|it| it.limits.requests_per_second = 1).await;
    // Each operation counts: a thousand are owed, and nobody waits so long here.
    let operation = json!({"method": "DELETE", "path": "/Users/nobody"});
    let bulk = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": vec![operation; 1_000],
    });
    account.post("/Bulk", bulk).await.is(200);
    let answer = account.get("/Users", &[]).await;
    let wait = answer.headers["retry-after"].to_str().unwrap();
    let wait: u32 = wait.parse().unwrap();
    assert!((1..1_000).contains(&wait), "{wait}");
    answer.has_error(429, "", &["Retry-After"]);
    account.beside("/surveys/audience", &[]).await.is(429);
    let metrics = account.beside("/metrics", &[]).await.is(200).body;
    let line = "peakon_rate_limited_total{by=\"token\"} 2";
    assert!(metrics.as_str().unwrap().contains(line), "{metrics}");

    // Another token has a bucket of its own.
    let accounts = account.service.accounts();
    let other = accounts.issue_token("default", "other", None).await;
    account.token = Some(other.unwrap().reveal().to_owned());
    account.get("/Users", &[]).await.is(200);
    account.service.stop().await;
}

#[tokio::test]
async fn many_wrong_tokens_are_refused_and_stand_in_the_way_of_no_valid_one() {
    let account = Account::new().await;
    let (client, url) = (client(), account.url("/Users", &[]));
    let mut tried = 0;
    // Many at a time, so that they come faster than a few a second on a slow machine, too.
    let refused = loop {
        let mut guesses = JoinSet::new();
        for _ in 0..50 {
            let guess = client.get(url.clone()).bearer_auth("wrong");
            guesses.spawn(async move { guess.send().await.unwrap() });
        }
        let answers = guesses.join_all().await;
        let is_wrong = |answer: &reqwest::Response| answer.status() == 401;
        tried += answers.iter().filter(|answer| is_wrong(answer)).count();
        if let Some(refused) = answers.into_iter().find(|answer| !is_wrong(answer)) {
            break refused;
        }
    };
    assert!(tried >= 20, "{tried}");
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    let text = refused.text().await.unwrap();
    assert!(text.contains("wrong tokens"), "{text}");
    account.get("/Users", &[]).await.is(200);
    account.service.stop().await;
}

#[tokio::test]
async fn an_answer_bears_the_id_of_its_request_and_the_account_keeps_its_last_ones() {
    let account = Account::new().await;
    let body = employee("ines@fjordlab.example", json!({}));
    account.post("/Users", body.clone()).await.is(201);
    let answer = account.post("/Users", body).await.is(409);
    let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
    let Account {
        service, database, ..
    } = account;
    // What waits is written when the service stops.
    service.stop().await;
    let account = Account::on(database, |_| {}).await;
    let accounts = account.service.accounts();
    let last = accounts.last_requests("default", 10).await.unwrap();
    assert_eq!(last.len(), 2, "{last:?}");
    assert_eq!(
        (last[0].request_id.as_str(), last[0].status),
        (id.as_str(), 409)
    );
    assert_eq!(last[0].scim_type.as_deref(), Some("uniqueness"));
    assert_eq!((last[1].method.as_str(), last[1].status), ("POST", 201));
    assert_eq!(last[1].route, "/scim/v2/Users");
    account.service.stop().await;
}
