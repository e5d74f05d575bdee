//! What happens when one of both sides ends in the middle of a cycle: nobody is created twice, nothing is lost.

use std::process::Command;

use serde_json::Value;
use stage::{KILLS, PEOPLE, Stage};

#[cfg(test)]
#[path = "support/stage.rs"]
mod stage;

/// The service in a process of its own, so that it can be killed.
#[tokio::test]
#[ignore = "is the service that the other tests start and kill"]
async fn serve() {
    let database = std::env::var(stage::DATABASE).unwrap();
    let address: std::net::SocketAddr = std::env::var(stage::ADDRESS).unwrap().parse().unwrap();
    let configuration =
        peakon_service::Configuration::new(address, database, stage::TOKEN.parse().unwrap());
    let _service = peakon_service::start(configuration).await.unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tool_is_killed_twenty_times_and_the_target_becomes_equal_all_the_same() {
    let stage = Stage::open().await;
    let mut kills = 0;
    let mut generation = 0;
    while kills < KILLS {
        let title = format!("Title {generation}");
        stage.write_directory(&title);
        let mut child = stage.start_a_cycle();
        // At another moment each time: during the creations at first, and during changes later.
        let more = 1 + u64::try_from(kills * 5 % 31).unwrap();
        if stage.wait_for_writes(&mut child, more).await {
            child.kill().unwrap();
            kills += 1;
            generation += usize::from(kills % 4 == 0);
        } else {
            // Everybody has this title: only another one leaves something to write.
            generation += 1;
        }
        child.wait().unwrap();
    }
    let title = format!("Title {generation}");
    stage.write_directory(&title);
    stage.run_until_quiet().await;
    stage.compare(&title).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_is_killed_twenty_times_and_the_target_becomes_equal_all_the_same() {
    let mut stage = Stage::open().await;
    let mut kills = 0;
    let mut generation = 0;
    while kills < KILLS {
        stage.write_directory(&format!("Title {generation}"));
        if stage.state().exists() {
            stage.ask(&["restart", "--clear", "escrows,quarantine"]);
        }
        let mut child = stage.start_a_cycle();
        let more = 1 + u64::try_from(kills * 5 % 31).unwrap();
        while stage.wait_for_writes(&mut child, more).await && kills < KILLS {
            stage.kill_the_service().await;
            kills += 1;
        }
        // Whatever came of it: the next cycles mend it.
        child.wait().unwrap();
        generation += 1;
    }
    let title = format!("Title {generation}");
    stage.write_directory(&title);
    stage.run_until_quiet().await;
    stage.compare(&title).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_ends_the_cycle_in_good_order_and_the_next_run_goes_on() {
    let stage = Stage::open().await;
    stage.write_directory("Title");
    let mut child = stage.start_a_cycle();
    assert!(
        stage.wait_for_writes(&mut child, 10).await,
        "there is more to do than that"
    );
    let process = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &process])
            .status()
            .unwrap()
            .success()
    );
    let output = Stage::finished(child).await;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{errors}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["cycle"]["result"], "Stopped");
    // What was done is kept: as many links as employees.
    let page: Value =
        serde_json::from_str(&stage.get("/scim/v2/Users?count=1").await.unwrap()).unwrap();
    let status = stage.ask(&["status"]);
    assert_eq!(status["links"]["users"], page["totalResults"]);
    let before = page["totalResults"].as_u64().unwrap();

    let output = Stage::finished(stage.start_a_cycle()).await;
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let created = report["cycle"]["counts"]["User"]["created"]
        .as_u64()
        .unwrap();
    assert_eq!(
        before + created,
        u64::try_from(PEOPLE).unwrap(),
        "{report:#}"
    );
    stage.run_until_quiet().await;
    stage.compare("Title").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_between_two_cycles_ends_with_130_as_in_one() {
    for signal in ["-INT", "-TERM"] {
        let stage = Stage::open().await;
        stage.write_directory("Title");
        let mut child = stage
            .command_in_words()
            .args(["--interval", "40"])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let sleeps = std::io::BufRead::lines(std::io::BufReader::new(output))
            .map(Result::unwrap)
            .any(|line| line.starts_with("The next cycle begins at "));
        assert!(sleeps);
        let process = child.id().to_string();
        let killed = Command::new("kill").args([signal, &process]).status();
        assert!(killed.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_is_told_who_is_at_work() {
    let stage = Stage::open().await;
    stage.write_directory("Title");
    // It sleeps between its cycles, and holds the state meanwhile.
    let mut first = stage.command().args(["--interval", "40"]).spawn().unwrap();
    assert!(stage.wait_for_writes(&mut first, 1).await);
    let second = Stage::finished(stage.start_a_cycle()).await;
    assert_eq!(second.status.code(), Some(5));
    let errors = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        errors.contains(&format!("process {} on ", first.id())),
        "{errors}"
    );
    let status = stage.ask(&["status"]);
    assert!(
        status["links"]["users"].is_u64(),
        "one may look meanwhile: {status:#}"
    );
    // A holder who is dead holds nothing.
    first.kill().unwrap();
    first.wait().unwrap();
    let third = Stage::finished(stage.start_a_cycle()).await;
    assert_eq!(
        third.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&third.stderr)
    );
}
