mod safety;

use std::path::PathBuf;

use scim_mapping::provisioning::{
    CycleEvent, JobStatus, Link, LogEntry, ObjectKind, ResetScope, StateChange,
};
use serde_json::json;

use super::{StateFile, log::LogQuery};

const TENANT: &str = "https://a.example/scim/v2";

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    (folder, path)
}

fn link(id: &str, target: &str) -> StateChange {
    StateChange::Link {
        kind: ObjectKind::User,
        source_id: id.to_owned(),
        link: Some(Link::new(target)),
    }
}

fn gone(id: &str) -> StateChange {
    StateChange::Link {
        kind: ObjectKind::User,
        source_id: id.to_owned(),
        link: None,
    }
}

fn entry(id: &str, name: &str, action: &str, status: &str, at: &str) -> CycleEvent {
    let system = json!({ "displayName": "x" });
    let entry: LogEntry = serde_json::from_value(json!({
        "id": id, "activityDateTime": at, "jobId": "j", "cycleId": "c1-2", "changeId": id,
        "provisioningAction": action, "durationInMilliseconds": 3,
        "initiatedBy": { "displayName": "x", "initiatorType": "system" },
        "sourceSystem": system, "targetSystem": system,
        "sourceIdentity": { "id": format!("s-{name}"), "displayName": name.split('@').next(), "identityType": "User", "details": { "UserPrincipalName": name } },
        "targetIdentity": { "id": format!("t-{name}"), "displayName": "", "identityType": "User" },
        "provisioningStatusInfo": { "status": status },
        "provisioningSteps": [], "modifiedProperties": [],
    }))
    .unwrap();
    CycleEvent::Log(Box::new(entry))
}

#[tokio::test]
async fn what_is_stored_is_loaded() {
    let (folder, path) = place();
    let state = StateFile::open(&path, TENANT).await.unwrap();
    let mut status = JobStatus::default();
    status
        .watermarks
        .insert(ObjectKind::User, "https://graph.example/delta".to_owned());
    status.staged_deletions = 3;
    let changes = vec![
        link("1", "a"),
        link("2", "b"),
        link("3", "c"),
        gone("3"),
        link("2", "d"),
        StateChange::Status(Box::new(status)),
    ];
    state.store_changes(changes.clone()).await.unwrap();
    state
        .store_changes(vec![gone("1"), gone("none")])
        .await
        .unwrap();
    drop(state);

    let state = StateFile::open(&path, TENANT).await.unwrap();
    let mut expected = scim_mapping::provisioning::JobState::default();
    for change in changes.into_iter().chain([gone("1")]) {
        expected.apply(change);
    }
    let mut loaded = state.load().await.unwrap();
    assert_eq!(loaded, expected);
    assert_eq!(
        loaded
            .link(ObjectKind::User, "2")
            .unwrap()
            .target_id
            .as_deref(),
        Some("d")
    );

    let changes = loaded.restart(ResetScope::full());
    state.store_changes(changes).await.unwrap();
    assert_eq!(state.load().await.unwrap(), loaded);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap();
            let mode = file.metadata().unwrap().permissions().mode();
            assert_eq!(
                mode & 0o077,
                0,
                "others may not read {}",
                file.path().display()
            );
        }
    }
}

#[tokio::test]
async fn the_log_answers_questions() {
    let (_folder, path) = place();
    let state = StateFile::open(&path, TENANT).await.unwrap();
    let events = vec![
        entry(
            "1",
            "ines@a.example",
            "create",
            "success",
            "2026-02-03T07:00:00Z",
        ),
        entry(
            "2",
            "olu@a.example",
            "create",
            "failure",
            "2026-02-03T07:01:00Z",
        ),
        entry(
            "3",
            "ines@a.example",
            "update",
            "success",
            "2026-02-03T08:00:00Z",
        ),
    ];
    state.store(events).await.unwrap();
    let ask = async |change: &dyn Fn(&mut LogQuery)| {
        let mut query = LogQuery::default();
        change(&mut query);
        let entries = state.entries(&query).await.unwrap();
        entries
            .into_iter()
            .map(|entry| entry.id)
            .collect::<Vec<_>>()
            .concat()
    };
    assert_eq!(ask(&|_| {}).await, "123");
    assert_eq!(ask(&|query| query.limit = Some(2)).await, "23");
    assert_eq!(
        ask(&|query| query.object = Some("INES@a.example".to_owned())).await,
        "13"
    );
    assert_eq!(
        ask(&|query| query.object = Some("t-olu@a.example".to_owned())).await,
        "2"
    );
    assert_eq!(
        ask(&|query| query.status = Some("failure".to_owned())).await,
        "2"
    );
    assert_eq!(
        ask(&|query| query.action = Some("create".to_owned())).await,
        "12"
    );
    assert_eq!(
        ask(&|query| query.cycle = Some("c1".to_owned())).await,
        "123"
    );
    assert_eq!(ask(&|query| query.cycle = Some("c2".to_owned())).await, "");
    assert_eq!(
        ask(&|query| query.since = Some("2026-02-03T07:01:00Z".parse().unwrap())).await,
        "23"
    );
    assert_eq!(
        ask(&|query| query.until = Some("2026-02-03T07:01:00Z".parse().unwrap())).await,
        "1"
    );
    let mut all = String::new();
    let query = LogQuery {
        limit: Some(1),
        ..LogQuery::default()
    };
    state
        .each_entry(&query, |entry| all.push_str(&entry.id))
        .await
        .unwrap();
    assert_eq!(all, "321");
    // Whoever is gone has no name any more: he keeps the one that he had.
    let mut gone = entry(
        "4",
        "ines@a.example",
        "stagedDelete",
        "skipped",
        "2026-02-03T09:00:00Z",
    );
    if let CycleEvent::Log(entry) = &mut gone {
        entry.source_identity.display_name.clear();
    }
    state.store(vec![gone]).await.unwrap();
    let staged = LogQuery {
        action: Some("stagedDelete".to_owned()),
        ..LogQuery::default()
    };
    let staged = state.entries(&staged).await.unwrap();
    assert_eq!(staged[0].source_identity.display_name, "ines");
    state
        .forget_old_entries("2026-03-05T07:30:00Z".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(ask(&|_| {}).await, "34");
}

#[tokio::test]
async fn a_name_is_found_however_its_accents_are_written() {
    let (_folder, path) = place();
    let state = StateFile::open(&path, TENANT).await.unwrap();
    let at = "2026-02-03T07:00:00Z";
    let decomposed = entry("1", "Zoe\u{301}@a.example", "create", "success", at);
    let composed = entry("2", "Andr\u{e9}@a.example", "create", "success", at);
    state.store(vec![decomposed, composed]).await.unwrap();
    for (name, id) in [
        ("Zo\u{e9}", "1"),
        ("Zoe\u{301}", "1"),
        ("Andre\u{301}", "2"),
    ] {
        let query = LogQuery {
            object: Some(name.to_owned()),
            ..LogQuery::default()
        };
        let found = state.entries(&query).await.unwrap();
        assert_eq!(found.len(), 1, "{name}");
        assert_eq!(found[0].id, id, "{name}");
    }
}

#[tokio::test]
async fn more_than_is_written_and_read_at_a_time_is_kept_in_its_order() {
    let (_folder, path) = place();
    let state = StateFile::open(&path, TENANT).await.unwrap();
    let mut changes: Vec<_> = (0..2_500)
        .map(|number| link(&number.to_string(), "a"))
        .collect();
    changes.extend([gone("7"), link("8", "b"), gone("9"), link("9", "c")]);
    state.store_changes(changes).await.unwrap();
    let loaded = state.load().await.unwrap();
    assert_eq!(loaded.links[&ObjectKind::User].len(), 2_499);
    let target = |id| loaded.link(ObjectKind::User, id)?.target_id.as_deref();
    let targets = ["6", "7", "8", "9", "2499"].map(target);
    assert_eq!(targets, [Some("a"), None, Some("b"), Some("c"), Some("a")]);
}

#[tokio::test]
async fn a_second_writer_is_told_who_is_at_work_and_a_reader_is_let_in() {
    let (_folder, path) = place();
    let first = StateFile::open(&path, TENANT).await.unwrap();
    let failure = StateFile::open(&path, TENANT).await.unwrap_err();
    assert_eq!(failure.exit_code(), 5);
    let problem = failure.to_string();
    assert!(
        problem.contains(&format!("process {} on ", std::process::id()))
            && problem.contains(" since 20"),
        "{problem}"
    );
    first.store_changes(vec![link("1", "a")]).await.unwrap();
    let reader = StateFile::open_to_read(&path).await.unwrap();
    assert!(
        reader
            .load()
            .await
            .unwrap()
            .link(ObjectKind::User, "1")
            .is_some()
    );
    assert!(StateFile::keeper(&path).is_none(), "it comes to an end");
    drop(first);
    let first = StateFile::open_to_stay(&path, TENANT).await.unwrap();
    let keeper = StateFile::keeper(&path).unwrap().to_string();
    assert!(
        keeper.starts_with(&format!("process {} on ", std::process::id())),
        "{keeper}"
    );
    let problem = StateFile::open_to_restart(&path).await.unwrap_err();
    assert_eq!(problem.exit_code(), 5);
    assert!(problem.to_string().contains("end it"), "{problem}");
    drop(first);
    assert!(StateFile::keeper(&path).is_none());
    StateFile::open(&path, TENANT).await.unwrap();
}

#[tokio::test]
async fn files_that_are_something_else_are_refused_and_left_alone() {
    let (folder, path) = place();
    drop(StateFile::open(&path, TENANT).await.unwrap());
    let problem = StateFile::open(&path, "https://b.example/scim")
        .await
        .unwrap_err()
        .to_string();
    assert!(
        problem.contains("belongs to https://a.example/scim/v2, not to https://b.example/scim"),
        "{problem}"
    );
    for (text, told) in [
        (
            "{\n  \"version\": 1, \"tenantUrl\": \"https://a.example\"}",
            "an earlier version kept",
        ),
        ("name,mail\n", "a table (CSV); a state is wanted here"),
    ] {
        let path = folder.path().join("other");
        std::fs::write(&path, text).unwrap();
        let problem = StateFile::open(&path, TENANT)
            .await
            .unwrap_err()
            .to_string();
        assert!(
            problem.contains(told) && problem.contains("--state"),
            "{problem}"
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    let other = folder.path().join("other.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&other)
        .create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::raw_sql("CREATE TABLE other (x)")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let problem = StateFile::open(&other, TENANT)
        .await
        .unwrap_err()
        .to_string();
    assert!(problem.contains("another program"), "{problem}");
    assert!(
        StateFile::open_to_read(&folder.path().join("none"))
            .await
            .is_err()
    );
}
