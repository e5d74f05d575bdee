//! Two writers of one resource.

use reqwest::Method;
use serde_json::json;

use crate::support::{Account, employee, patch_of};

/// P-7644-3.14-8
#[tokio::test]
async fn of_two_writers_who_saw_the_same_version_one_is_told() {
    let account = Account::new().await;
    let id = account.employee("ines@fjordlab.example", json!({})).await;
    let path = format!("/Users/{id}");
    for round in 0..8 {
        let seen = account.get(&path, &[]).await.is(200);
        let version = seen.headers["etag"].to_str().unwrap().to_owned();
        let change = async |title: &str| {
            let body = patch_of("replace", "title", json!(format!("{title} {round}")));
            let url = account.url(&path, &[]);
            let answer = account
                .send_if(Method::PATCH, url, Some(&version), Some(body))
                .await;
            answer.status.as_u16()
        };
        let replace = async || {
            let body = employee(
                "ines@fjordlab.example",
                json!({"title": format!("PUT {round}")}),
            );
            let url = account.url(&path, &[]);
            let answer = account
                .send_if(Method::PUT, url, Some(&version), Some(body))
                .await;
            answer.status.as_u16()
        };
        let (one, other, third) = tokio::join!(change("A"), change("B"), replace());
        let mut statuses = [one, other, third];
        let winner = ["A", "B", "PUT"][statuses.iter().position(|it| *it == 200).unwrap()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412, 412]);
        let held = account.get(&path, &[]).await.is(200).body;
        assert_eq!(held["title"], format!("{winner} {round}"));
        let url = account.url(&path, &[]);
        let late = account
            .send_if(Method::DELETE, url, Some(&version), None)
            .await;
        late.has_error(412, "", &[]);
    }
    account.service.stop().await;
}
