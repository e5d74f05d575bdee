//! Queries that no index answers cost what they look at, and no more than they may.

use peakon_service::NewAccount;
use serde_json::json;

use crate::support::{Account, PEAKON};

const EMPLOYEES: usize = 30;
/// For each of 30 employees three conditions, and not four.
const STEPS: u64 = 100;

async fn account() -> Account {
    let account = Account::configured(|it| it.limits.filter_steps = STEPS).await;
    for number in 10..10 + EMPLOYEES {
        let name = format!("e{number}@fjordlab.example");
        account.employee(&name, json!({"title": "CTO"})).await;
    }
    account
}

fn alternatives(condition: &str, count: usize) -> String {
    vec![condition; count].join(" or ")
}

#[tokio::test]
async fn a_query_costs_the_resources_that_its_indexed_conditions_leave_times_its_conditions() {
    let account = account().await;
    let titles = |count| alternatives("title co \"x\"", count);
    let job_title = format!("{PEAKON}:Job Title pr");
    for (filter, costs) in [
        // 30 x 3 and 30 x 4.
        (titles(3), None),
        (titles(4), Some("title")),
        (alternatives("not (title eq \"CTO\")", 4), Some("title")),
        (alternatives(&job_title, 4), Some("Job Title")),
        (alternatives("userName co \"e\"", 4), Some("userName")),
        (
            alternatives("emails.value ew \"e\"", 4),
            Some("emails.value"),
        ),
        // What the evaluator decides.
        (
            alternatives("groups.display co \"x\"", 4),
            Some("groups.display"),
        ),
        // An index leaves 1, 10 and 30 of them.
        (
            format!("userName eq \"e10@fjordlab.example\" and ({})", titles(90)),
            None,
        ),
        (format!("userName sw \"e1\" and ({})", titles(9)), None),
        (
            format!("userName sw \"e1\" and ({})", titles(10)),
            Some("title"),
        ),
        (
            format!("userName sw \"e\" and ({})", titles(3)),
            Some("title"),
        ),
        // One who is found nine times is counted nine times, for nine conditions: 81. Eleven are too many: 121.
        (
            alternatives("userName eq \"e10@fjordlab.example\"", 9),
            None,
        ),
        (
            alternatives("emails[value eq \"e10@fjordlab.example\"]", 9),
            None,
        ),
        (
            alternatives("userName eq \"e10@fjordlab.example\"", 11),
            Some("11 times"),
        ),
        // One index answers it by itself.
        ("userName sw \"e\"".to_owned(), None),
    ] {
        let answer = account
            .get("/Users", &[("filter", &filter), ("count", "1")])
            .await;
        match costs {
            None => drop(answer.is(200)),
            Some(named) => {
                let way_out = "`eq` or `sw` on one of displayName, emails.value, ";
                answer.has_error(400, "tooMany", &[named, "may cost 100 ", way_out]);
            }
        }
    }
    account.service.stop().await;
}

#[tokio::test]
async fn an_order_that_no_index_has_counts_as_a_condition() {
    let account = account().await;
    let filter = alternatives("title co \"x\"", 3);
    let by = |sort_by| [("filter", filter.as_str()), ("sortBy", sort_by)];
    account.get("/Users", &by("userName")).await.is(200);
    let answer = account.get("/Users", &by("nickName")).await;
    answer.has_error(400, "tooMany", &["`title`", "`nickName`"]);
    account
        .get("/Users", &[("sortBy", "nickName")])
        .await
        .is(200);
    account.service.stop().await;
}

#[tokio::test]
async fn nobody_else_makes_a_query_cost_more() {
    let mut account = account().await;
    let accounts = account.service.accounts().clone();
    accounts.create(NewAccount::new("nordlys")).await.unwrap();
    let token = accounts.issue_token("nordlys", "directory", None).await;
    let filter = alternatives("displayName co \"x\"", 90);
    account.get("/Users", &[("filter", &filter)]).await.is(400);
    // There are no groups here, and nobody there.
    account.get("/Groups", &[("filter", &filter)]).await.is(200);
    account.token = Some(token.unwrap().reveal().to_owned());
    account.get("/Users", &[("filter", &filter)]).await.is(200);
    account.employee("one@nordlys.example", json!({})).await;
    account.get("/Users", &[("filter", &filter)]).await.is(200);
    account.service.stop().await;
}

/// 100 steps are ten members, at ten steps each.
#[tokio::test]
async fn several_groups_bring_no_more_members_than_an_answer_may() {
    let account = account().await;
    let ids = account.ids("/Users", "userName sw \"e\"").await;
    for (name, members) in [("Small", &ids[..4]), ("Large", &ids[4..15])] {
        let members: Vec<_> = members.iter().map(|id| json!({"value": id})).collect();
        let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name, "members": members});
        account.post("/Groups", group).await.is(201);
    }
    let answer = account.get("/Groups", &[]).await;
    let way_out = "excludedAttributes=members";
    answer.has_error(
        400,
        "tooMany",
        &["these 2 groups", "more than 10 members", way_out],
    );
    let answer = account
        .get("/Groups", &[("excludedAttributes", "members")])
        .await;
    drop(answer.is(200));
    let one = account
        .get("/Groups", &[("filter", "displayName eq \"Large\"")])
        .await
        .is(200);
    assert_eq!(
        one.body["Resources"][0]["members"].as_array().map(Vec::len),
        Some(11)
    );
    account.service.stop().await;
}
