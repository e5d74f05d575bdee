//! Against the stand-in of `tests/support/graph_service.rs`.

use scim_core::resource::Secret;
use scim_mapping::source::SourceItem;
use scim_mapping::{AssignmentExplanation, Record};
use serde_json::json;

use super::{Credentials, GraphReading, GraphSettings, GraphSource};
use graph_service::{APPLICATION, CLIENT, GraphService, SECRET, TENANT};
use scim_mapping::provisioning::{ObjectKind, SourceEnd, Unseen};

#[cfg(test)]
#[path = "../../../tests/support/graph_service.rs"]
mod graph_service;

fn settings(service: &GraphService) -> GraphSettings {
    GraphSettings {
        graph_url: service.graph_url().parse().unwrap(),
        login_url: service.login_url().parse().unwrap(),
        credentials: Credentials {
            tenant: TENANT.to_owned(),
            client_id: CLIENT.to_owned(),
            client_secret: Secret::new(SECRET),
        },
        service_principal: Some(APPLICATION.to_owned()),
        user_attributes: [
            "userPrincipalName",
            "jobTitle",
            "mobile",
            "manager",
            "IsSoftDeleted",
        ]
        .map(str::to_owned)
        .into(),
        group_attributes: ["displayName", "members"].map(str::to_owned).into(),
    }
}

async fn service() -> (GraphService, GraphSource) {
    let service = GraphService::start().await;
    {
        let mut directory = service.directory();
        for id in ["1", "2", "3", "4", "5"] {
            directory.put_user(json!({
                "id": id, "userPrincipalName": format!("u{id}@lumenhaus.example"), "jobTitle": "Steward",
                "mobilePhone": "+47 1", "city": "Oslo", "manager": {"id": "1"},
            }));
        }
        directory.put_group("g", "Europe", &["2", "3", "5"]);
        directory.put_group("h", "Others", &["4"]);
        directory.assigned = [("g".to_owned(), "Group"), ("1".to_owned(), "User")].into();
    }
    let source = GraphSource::new(settings(&service)).unwrap();
    (service, source)
}

async fn all(mut reading: GraphReading) -> (Vec<SourceItem>, SourceEnd) {
    let mut items = Vec::new();
    loop {
        let batch = reading.next().await.unwrap();
        items.extend(batch.items.into_iter().map(Result::unwrap));
        if let Some(end) = batch.end {
            return (items, end);
        }
    }
}

fn records(items: &[SourceItem]) -> Vec<&Record> {
    let mut records = Vec::new();
    for item in items {
        if let SourceItem::Record(record) = item {
            records.push(record);
        }
    }
    records
}

fn ids(items: &[SourceItem]) -> Vec<String> {
    records(items)
        .into_iter()
        .map(|record| record.text("objectId").unwrap())
        .collect()
}

#[tokio::test]
async fn everybody_is_read_page_by_page_and_then_only_what_changed() {
    let (service, source) = service().await;
    service.directory().delete_user("5");
    let (items, end) = all(source.begin(ObjectKind::User, None)).await;
    assert_eq!(ids(&items), ["1", "2", "3", "4"]);
    let removed = |id: &str, reason: &str| SourceItem::Removed {
        id: id.to_owned(),
        reason: reason.to_owned(),
    };
    assert!(
        items.contains(&removed("5", "changed")),
        "who is deleted may come back"
    );
    assert_eq!(end.unseen, Unseen::Asked);
    let first = records(&items)[0];
    assert_eq!(first.text("mobile").as_deref(), Some("+47 1"));
    assert_eq!(first.text("manager").as_deref(), Some("1"));
    assert_eq!(first.get("city"), None, "no mapping reads it");

    let link = end.watermark.unwrap();
    let (items, end) = all(source.begin(ObjectKind::User, Some(&link))).await;
    assert!(items.is_empty() && end.unseen == Unseen::Unchanged);

    let link = end.watermark.unwrap();
    {
        let mut directory = service.directory();
        directory.set("2", "jobTitle", "Director");
        directory.delete_user("3");
        directory.purge_user("4");
    }
    let (items, end) = all(source.begin(ObjectKind::User, Some(&link))).await;
    assert_eq!(ids(&items), ["2"]);
    let changed = records(&items)[0];
    assert_eq!(changed.text("jobTitle").as_deref(), Some("Director"));
    assert_eq!(
        changed.text("manager").as_deref(),
        Some("1"),
        "read as a whole"
    );
    assert!(items.contains(&removed("3", "changed")) && items.contains(&removed("4", "deleted")));
    assert!(end.unseen == Unseen::Unchanged && end.watermark.is_some_and(|next| next != link));

    for request in service.take_requests() {
        assert!(
            !request.contains(SECRET) && !request.contains("graph-token"),
            "{request}"
        );
    }
}

#[tokio::test]
async fn an_expired_delta_link_leads_back_to_the_beginning() {
    let (service, source) = service().await;
    let (_, end) = all(source.begin(ObjectKind::User, None)).await;
    service.directory().forget();
    let (items, end) = all(source.begin(ObjectKind::User, end.watermark.as_deref())).await;
    assert_eq!(ids(&items).len(), 5);
    assert_eq!(end.unseen, Unseen::Asked);
    let (items, _) = all(source.begin(ObjectKind::User, end.watermark.as_deref())).await;
    assert!(items.is_empty(), "the new link is good");
}

#[tokio::test]
async fn throttling_and_outages_are_waited_for_and_an_expired_token_is_renewed() {
    let (service, source) = service().await;
    service.directory().throttled = 2;
    let (items, end) = all(source.begin(ObjectKind::User, None)).await;
    assert_eq!(items.len(), 5);
    service.directory().broken = 1;
    service.directory().expire_tokens();
    service.take_requests();
    all(source.begin(ObjectKind::User, end.watermark.as_deref())).await;
    let requests = service.take_requests();
    let tokens = requests
        .iter()
        .filter(|request| request.starts_with("POST token"))
        .count();
    assert_eq!(
        (tokens, requests.len()),
        (1, 4),
        "503, 401, a new token, 200: {requests:#?}"
    );
}

#[tokio::test]
async fn assignments_are_those_of_the_application_and_groups_have_their_members() {
    let (service, source) = service().await;
    let assignments = source.assignments().await.unwrap();
    assert_eq!(assignments.explain("1"), AssignmentExplanation::Direct);
    assert!(assignments.explain("5").is_assigned() && !assignments.explain("4").is_assigned());
    let (items, end) = all(source.begin(ObjectKind::Group, None)).await;
    let members =
        |items: &[SourceItem], group: usize| records(items)[group].get("members").cloned();
    assert_eq!(
        members(&items, 0),
        Some(json!([{"id": "2"}, {"id": "3"}, {"id": "5"}]))
    );
    assert_eq!(members(&items, 1), None, "nobody assigned it");

    service.directory().put_group("g", "Europe", &["3"]);
    source.assignments().await.unwrap();
    let (items, _) = all(source.begin(ObjectKind::Group, end.watermark.as_deref())).await;
    assert_eq!(members(&items, 0), Some(json!([{"id": "3"}])));
}

#[tokio::test]
async fn one_user_is_found_by_name_or_id_also_when_he_is_deleted() {
    let (service, source) = service().await;
    let found = source.find("u2@lumenhaus.example").await.unwrap().unwrap();
    assert_eq!(found.text("objectId").as_deref(), Some("2"));
    service.directory().delete_user("2");
    let found = source.read(ObjectKind::User, "2").await.unwrap().unwrap();
    assert_eq!(found.get("IsSoftDeleted"), Some(&true.into()));
    assert!(source.read(ObjectKind::User, "9").await.unwrap().is_none());
}

#[tokio::test]
async fn a_wrong_secret_is_explained_and_never_shown() {
    let (service, _) = service().await;
    let mut wrong = settings(&service);
    wrong.credentials.client_secret = Secret::new("another~s3cret");
    assert!(!format!("{wrong:?}").contains("another~s3cret"));
    let source = GraphSource::new(wrong).unwrap();
    assert!(!format!("{source:?}").contains("another~s3cret"));
    let problem = source.assignments().await.unwrap_err().to_string();
    assert!(
        problem.contains("AADSTS7000215") && problem.contains("Certificates & secrets"),
        "{problem}"
    );
    assert!(!problem.contains("another~s3cret"), "{problem}");
}

#[tokio::test]
async fn a_link_to_another_host_is_not_followed() {
    let (_service, source) = service().await;
    let elsewhere = "https://graph.elsewhere.example/v1.0/users/delta?$deltatoken=1";
    let problem = source
        .begin(ObjectKind::User, Some(elsewhere))
        .next()
        .await
        .unwrap_err()
        .to_string();
    assert!(problem.contains("leads away"), "{problem}");
}

/// A cycle reads the assignments first and the groups last: what changes between the two must stand in one of both readings.
#[tokio::test]
async fn who_joins_an_assigned_group_during_a_cycle_is_a_member_in_this_or_the_next_one() {
    let (service, source) = service().await;
    let told = |items: &[SourceItem]| {
        let groups = records(items).into_iter();
        let mut members = groups.filter_map(|group| group.get("members"));
        members.any(|members| members.to_string().contains("\"4\""))
    };
    source.assignments().await.unwrap();
    let (_, end) = all(source.begin(ObjectKind::Group, None)).await;
    for watermark in [None, end.watermark.as_deref()] {
        service
            .directory()
            .put_group("g", "Europe", &["2", "3", "5"]);
        let (_, before) = all(source.begin(ObjectKind::Group, watermark)).await;
        let watermark = watermark.and(before.watermark.as_deref());
        source.assignments().await.unwrap();
        service
            .directory()
            .put_group("g", "Europe", &["2", "3", "4", "5"]);
        let (first, end) = all(source.begin(ObjectKind::Group, watermark)).await;
        source.assignments().await.unwrap();
        let (second, _) = all(source.begin(ObjectKind::Group, end.watermark.as_deref())).await;
        assert!(
            told(&first) || told(&second),
            "{} and then {} groups",
            first.len(),
            second.len()
        );
    }
}
