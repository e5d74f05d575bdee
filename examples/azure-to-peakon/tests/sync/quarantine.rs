//! A job that rests, and what ends that.

use serde_json::Value;

use crate::support::{Account, SECRET};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_token_puts_the_job_into_quarantine_and_a_restart_ends_it() {
    let account = Account::open().await;
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/sample/schema.json");
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/sample/directory.json");
    let state = account.state();
    let state = state.to_str().unwrap();
    let sync = [
        "sync",
        "--once",
        "--json",
        "--schema",
        schema,
        "--directory",
        directory,
        "--state",
        state,
    ];
    let refused = account.run("another-token", &sync).await;
    assert_eq!(refused.status.code(), Some(4));
    let errors = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        errors.contains("401") && !errors.contains("another-token"),
        "{errors}"
    );
    let report: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(report["cycle"]["result"], "Quarantined", "{report:#}");
    assert_eq!(
        report["notifications"].as_array().unwrap().len(),
        1,
        "{report:#}"
    );
    // It rests now, whatever the token.
    let resting = account.run(SECRET, &sync).await;
    assert_eq!(resting.status.code(), Some(4));
    let resting: Value = serde_json::from_slice(&resting.stdout).unwrap();
    let cause = resting["cause"]["reason"].as_str().unwrap();
    assert!(cause.contains("401"), "{resting:#}");
    let status = account.run(SECRET, &["status", "--state", state]).await;
    assert_eq!(status.status.code(), Some(4));
    let status = String::from_utf8(status.stdout).unwrap();
    let way_out = format!(
        "takes the token:\n    azure-to-peakon test-connection\nTo try again now, once that is mended:\n    \
         azure-to-peakon restart --state {state}\n"
    );
    assert!(status.ends_with(&way_out), "{status}");
    let restarted = account.run(SECRET, &["restart", "--state", state]).await;
    let restarted = String::from_utf8(restarted.stdout).unwrap();
    let (cleared, kept) = restarted.split_once("Kept:\n  links").unwrap();
    for part in [
        "  watermark",
        "  escrows",
        "  quarantine  the job was in quarantine",
    ] {
        assert!(cleared.contains(part), "{restarted}");
    }
    assert!(
        kept.contains("0 users and 0 groups were linked"),
        "{restarted}"
    );
    let status = account.run(SECRET, &["status", "--state", state]).await;
    let status = String::from_utf8(status.stdout).unwrap();
    assert!(
        status.contains("ended that quarantine") && !status.contains("what to do"),
        "{status}"
    );
    let report = account
        .ask(
            &sync[..2]
                .iter()
                .chain(&sync[3..])
                .copied()
                .collect::<Vec<_>>(),
        )
        .await;
    assert_eq!(report["cycle"]["result"], "Succeeded", "{report:#}");
    account.service.stop().await;
}
