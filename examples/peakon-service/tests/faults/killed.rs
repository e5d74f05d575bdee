//! `kill -9` while several write.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::checker::check;
use crate::database::TestDatabase;
use crate::program::Program;
use crate::writers::Work;

const KILLS: usize = 20;
const WRITERS: usize = 6;

async fn killed_under_load(database: TestDatabase) {
    let url = database.url();
    let mut program = Program::start(&url);
    let work = Work::begin(&program.client, false).await;
    for kill in 1..=KILLS {
        let before = work.done.load(Ordering::Relaxed);
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| tokio::spawn(Arc::clone(&work).write(program.client.clone())))
            .collect();
        // At another place of their work each time.
        while work.done.load(Ordering::Relaxed) < before + 20 + 3 * kill
            && !writers.iter().all(tokio::task::JoinHandle::is_finished)
        {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        program.kill();
        for writer in writers {
            writer.await.unwrap();
        }
        program = Program::start(&url);
        check(&program.client, &url, &work).await;
    }
    let ledger = work.ledger.lock().unwrap();
    println!(
        "{KILLS} kills: {} requests acknowledged, none lost; {:?}; {} employees and {} circles at the end",
        work.done.load(Ordering::Relaxed),
        ledger.acknowledged,
        ledger
            .employees
            .values()
            .filter(|states| **states != [None])
            .count(),
        ledger.circles.len(),
    );
    assert!(ledger.acknowledged.changed > 0 && ledger.acknowledged.members > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_on_sqlite() {
    killed_under_load(TestDatabase::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
async fn nothing_acknowledged_is_lost_on_postgresql() {
    killed_under_load(TestDatabase::postgresql()).await;
}
