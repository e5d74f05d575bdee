//! What happens when one of both sides ends in the middle of a cycle: nobody is created twice, nothing is lost.

use std::io::{BufRead, BufReader};

use serde_json::Value;
use stage::{KILLS, PEOPLE, Stage, interrupt, signal};

#[cfg(test)]
#[path = "support/gate.rs"]
mod gate;
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
        let before = stage.writes().await;
        let mut child = stage.start_a_cycle();
        // At another moment each time: during the creations at first, and during changes later.
        let more = 1 + u64::try_from(kills * 5 % 31).unwrap();
        if stage.wait_for_writes(&mut child, before + more).await {
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
    stage.becomes_quiet_and_equal(&title).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_is_killed_twenty_times_and_the_target_becomes_equal_all_the_same() {
    let mut stage = Stage::open().await;
    let mut kills = 0;
    let mut generation = 0;
    while kills < KILLS {
        stage.write_directory(&format!("Title {generation}"));
        if stage.state().exists() {
            stage.time_passes().await;
        }
        let mut before = stage.writes().await;
        let mut child = stage.start_a_cycle();
        let more = 1 + u64::try_from(kills * 5 % 31).unwrap();
        while stage.wait_for_writes(&mut child, before + more).await && kills < KILLS {
            stage.kill_the_service().await;
            // The new process has not counted anything.
            before = 0;
            kills += 1;
        }
        // Whatever came of it: the next cycles mend it.
        child.wait().unwrap();
        generation += 1;
    }
    let title = format!("Title {generation}");
    stage.write_directory(&title);
    stage.becomes_quiet_and_equal(&title).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_before_it_is_stored() {
    let stage = Stage::open().await;
    // Makes the file of the state.
    stage.write_directory_of_nobody();
    let output = Stage::finished(stage.start_a_cycle()).await;
    assert_eq!(output.status.code(), Some(0));
    // As on a disk that is full, or when the process is killed just there.
    stage
        .change_the_state("CREATE TRIGGER full BEFORE INSERT ON link BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
        .await;
    stage.write_directory("Title");
    let output = Stage::finished(stage.start_a_cycle()).await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("the disk is full"), "{said}");
    let page: Value =
        serde_json::from_str(&stage.get("/scim/v2/Users?count=1").await.unwrap()).unwrap();
    assert_eq!(
        page["totalResults"], 0,
        "created, and the state has nothing of it"
    );
    stage.change_the_state("DROP TRIGGER full").await;
    stage.becomes_quiet_and_equal("Title").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_ends_the_cycle_in_good_order_and_the_next_run_goes_on() {
    let (stage, gate) = Stage::with_a_gate(10).await;
    stage.write_directory("Title");
    let mut child = stage.command_in_words().arg("--once").spawn().unwrap();
    gate.holds().await;
    let said = interrupt(&mut child);
    gate.open();
    let output = Stage::finished(child).await;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(130), "{told}");
    assert!(told.contains("UTC (Stopped)"), "{told}");
    assert_eq!(said.lines().count(), 0, "nothing else is complained about");
    // What was done is kept: as many links as employees.
    let page: Value =
        serde_json::from_str(&stage.get("/scim/v2/Users?count=1").await.unwrap()).unwrap();
    let status = stage.ask(&["status"]);
    assert_eq!(status["status"]["lastCycle"]["result"], "Stopped");
    assert_eq!(status["links"]["users"], page["totalResults"]);
    let before = page["totalResults"].as_u64().unwrap();
    assert!(before > 10, "the answers that were kept back came to it");

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
    assert!(created > 0, "the signal came in the middle");
    stage.becomes_quiet_and_equal("Title").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_ctrl_c_waits_for_no_answer_and_the_next_run_goes_on() {
    let (stage, gate) = Stage::with_a_gate(10).await;
    stage.write_directory("Title");
    let mut child = stage.command_in_words().arg("--once").spawn().unwrap();
    gate.holds().await;
    let _said = interrupt(&mut child);
    signal(&child, "-INT");
    // No answer comes meanwhile.
    assert_eq!(child.wait().unwrap().code(), Some(130));
    gate.open();
    stage.becomes_quiet_and_equal("Title").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_does_not_wait_for_a_service_that_answers_nothing() {
    let mut stage = Stage::open().await;
    stage.write_directory("Title");
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    stage.lead_to(silent.local_addr().unwrap());
    let mut child = stage.command_in_words().arg("--once").spawn().unwrap();
    let _connection = silent.accept().unwrap();
    let asked = std::time::Instant::now();
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(
        asked.elapsed().as_secs() < 30,
        "it would be given up after 60"
    );
    let status = stage.ask(&["status"]);
    assert_eq!(status["status"]["lastCycle"], Value::Null, "none has begun");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_between_two_cycles_ends_with_130_as_in_one() {
    for name in ["-INT", "-TERM"] {
        let stage = Stage::open().await;
        stage.write_directory("Title");
        let mut child = stage
            .command_in_words()
            .args(["--interval", "40"])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let sleeps = BufReader::new(output)
            .lines()
            .map(Result::unwrap)
            .any(|line| line.starts_with("The next cycle begins at "));
        assert!(sleeps);
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(130), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_is_told_who_is_at_work() {
    let stage = Stage::open().await;
    stage.write_directory("Title");
    // It sleeps between its cycles, and holds the state meanwhile.
    let mut first = stage.command().args(["--interval", "40"]).spawn().unwrap();
    // The state is held long before the first write.
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
