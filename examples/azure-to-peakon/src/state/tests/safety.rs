//! One writer, whole ends of cycles, and commits that last.

use scim_mapping::provisioning::{CycleEvent, CycleSummary};
use serde_json::json;

use super::{StateFile, TENANT, link, place};

/// By whatever way one comes to a file, there is one lock for it.
#[cfg(unix)]
#[tokio::test]
async fn a_symbolic_link_to_the_state_leads_to_no_second_writer() {
    for is_there in [false, true] {
        let (folder, path) = place();
        if is_there {
            drop(StateFile::open(&path, TENANT).await.unwrap());
        }
        let link = folder.path().join("link.db");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        for (first, second) in [(&link, &path), (&path, &link)] {
            let held = StateFile::open_to_stay(first, TENANT).await.unwrap();
            let busy = StateFile::open(second, TENANT).await.unwrap_err();
            assert_eq!(busy.exit_code(), 5, "{busy}");
            assert!(StateFile::keeper(second).is_some());
            drop(held);
            assert!(StateFile::keeper(second).is_none());
        }
    }
}

#[tokio::test]
async fn a_permission_ends_together_with_the_cycle_that_it_was_for() {
    let (_folder, path) = place();
    let state = StateFile::open(&path, TENANT).await.unwrap();
    let end = |result: &str| -> CycleSummary {
        let now = "2026-02-03T07:00:00Z";
        serde_json::from_value(json!({
            "cycle": { "kind": "Initial" }, "cycleId": "c1", "started": now, "ended": now, "counts": {}, "requests": 0, "writes": 0,
            "plan": false, "plannedWrites": 0, "result": result,
        }))
        .unwrap()
    };
    for (result, is_kept) in [
        ("Stopped", true),
        ("Failed", true),
        ("EntryLevelErrors", false),
        ("Quarantined", false),
        ("Succeeded", false),
    ] {
        state.force_deletes().await.unwrap();
        state.conclude(Vec::new(), &end(result)).await.unwrap();
        assert_eq!(state.forces_deletes().await.unwrap(), is_kept, "{result}");
    }
    assert_eq!(state.cycles().await.unwrap().len(), 5);
    // What the end leaves and the permission are stored together, or neither of them.
    state.force_deletes().await.unwrap();
    let full = "CREATE TRIGGER broken BEFORE UPDATE OF force_deletes ON job BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    sqlx::raw_sql(full).execute(&state.pool).await.unwrap();
    let events = vec![CycleEvent::State(link("1", "a"))];
    assert!(state.conclude(events, &end("Succeeded")).await.is_err());
    assert!(state.load().await.unwrap().links.is_empty());
    assert!(state.forces_deletes().await.unwrap());
}

#[tokio::test]
async fn what_is_stored_outlives_a_power_failure() {
    let (_folder, path) = place();
    let state = StateFile::open(&path, TENANT).await.unwrap();
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
        .fetch_one(&state.pool)
        .await
        .unwrap();
    assert_eq!(synchronous, 2, "FULL: each commit waits for the disk");
}
