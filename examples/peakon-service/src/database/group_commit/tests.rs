use std::time::{Duration, Instant};

use sqlx::Row as _;
use tokio::task::JoinSet;

use super::*;

/// A file with a table whose values are never twice.
async fn line() -> (tempfile::TempDir, GroupCommit) {
    sqlx::any::install_default_drivers();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/line.db?mode=rwc", folder.path().display());
    let line = GroupCommit::new(&url);
    let mut turn = line.turn().await.unwrap();
    execute(&mut turn, "CREATE TABLE kept (value INTEGER UNIQUE)")
        .await
        .unwrap();
    turn.commit().await.unwrap();
    (folder, line)
}

async fn keep(connection: &mut AnyConnection, value: i64) -> Result<(), sqlx::Error> {
    let insert = sqlx::query("INSERT INTO kept VALUES ($1)").bind(value);
    insert.execute(connection).await?;
    Ok(())
}

/// What is on the disk, as another connection sees it.
async fn kept(line: &GroupCommit) -> Vec<i64> {
    let mut connection = AnyConnection::connect(&line.url).await.unwrap();
    let rows = sqlx::query("SELECT value FROM kept ORDER BY value");
    let rows = rows.fetch_all(&mut connection).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn those_who_wait_share_a_commit_and_who_fails_fails_alone() {
    let (_folder, line) = line().await;
    let before = line.state().number;
    let mut first = line.turn().await.unwrap();
    keep(&mut first, 0).await.unwrap();
    let mut others = JoinSet::new();
    for value in 1..10 {
        let line = line.clone();
        others.spawn(async move {
            let mut turn = line.turn().await?;
            keep(&mut turn, value).await?;
            // The fifth one is there already.
            keep(&mut turn, if value == 5 { 0 } else { 100 + value }).await?;
            turn.commit().await
        });
    }
    // They are in line behind the first one.
    tokio::task::yield_now().await;
    first.commit().await.unwrap();
    let mut failures = 0;
    while let Some(done) = others.join_next().await {
        failures += i32::from(done.unwrap().is_err());
    }
    assert_eq!(failures, 1);
    assert_eq!(line.state().number, before + 1, "one transaction for all");
    let expected: Vec<i64> = (0..10).filter(|value| *value != 5).collect();
    let kept = kept(&line).await;
    assert_eq!(kept[..9], expected);
    assert_eq!(kept.len(), 17);
}

#[tokio::test]
async fn who_leaves_in_the_middle_leaves_nothing_behind() {
    let (_folder, line) = line().await;
    let mut leaving = line.turn().await.unwrap();
    keep(&mut leaving, 1).await.unwrap();
    drop(leaving);
    let mut turn = line.turn().await.unwrap();
    keep(&mut turn, 2).await.unwrap();
    turn.commit().await.unwrap();
    assert_eq!(kept(&line).await, [2]);
    // The last one to leave does not hold the file.
    let mut leaving = line.turn().await.unwrap();
    keep(&mut leaving, 3).await.unwrap();
    drop(leaving);
    let mut other = AnyConnection::connect(&line.url).await.unwrap();
    execute(&mut other, "PRAGMA busy_timeout = 10000")
        .await
        .unwrap();
    keep(&mut other, 4).await.unwrap();
    assert_eq!(kept(&line).await, [2, 4]);
}

#[tokio::test]
async fn a_commit_takes_place_though_nobody_waits_for_it() {
    let (_folder, line) = line().await;
    let mut turn = line.turn().await.unwrap();
    keep(&mut turn, 1).await.unwrap();
    let mut commit = Box::pin(turn.commit());
    // As far as to the first time that it waits, and no farther.
    let _ = futures_poll(&mut commit).await;
    drop(commit);
    line.close().await;
    assert_eq!(kept(&line).await, [1]);
    assert!(matches!(line.turn().await, Err(sqlx::Error::PoolClosed)));
}

async fn futures_poll<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_ready())
    })
    .await
}

#[tokio::test]
async fn a_transaction_that_is_lost_fails_for_all_who_were_part_of_it() {
    let (_folder, line) = line().await;
    let mut first = line.turn().await.unwrap();
    keep(&mut first, 1).await.unwrap();
    let second = {
        let line = line.clone();
        tokio::spawn(async move {
            let mut turn = line.turn().await.unwrap();
            // As SQLite does by itself when the disk is full.
            execute(&mut turn, "ROLLBACK").await.unwrap();
            turn.commit().await.is_err()
        })
    };
    tokio::task::yield_now().await;
    let error = first.commit().await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("that this change was part of failed")
    );
    let told = crate::database::failure::described(&error);
    assert!(told.starts_with("the database failed: "), "{told}");
    assert!(second.await.unwrap());
    assert!(kept(&line).await.is_empty());
    // The next one begins anew.
    let mut turn = line.turn().await.unwrap();
    keep(&mut turn, 2).await.unwrap();
    turn.commit().await.unwrap();
    assert_eq!(kept(&line).await, [2]);
}

/// `cargo test --release -p peakon-service --lib shared_commits -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures the disk; it has no verdict"]
async fn what_shared_commits_are_worth() {
    for writers in [1, 16] {
        let (_folder, line) = line().await;
        let mut running = JoinSet::new();
        let begin = Instant::now();
        for writer in 0..writers {
            let line = line.clone();
            running.spawn(async move {
                let mut done = 0_i64;
                while begin.elapsed() < Duration::from_secs(5) {
                    let mut turn = line.turn().await.unwrap();
                    keep(&mut turn, writer + done * 1000).await.unwrap();
                    turn.commit().await.unwrap();
                    done += 1;
                }
                done
            });
        }
        let done: i64 = running.join_all().await.into_iter().sum();
        let commits = line.state().number;
        println!(
            "{writers} writers: {} changes per second, {commits} commits for {done}",
            done / 5
        );
    }
}
