//! From the program over its cycle and its state to a mail server: what administrators have to know they are told, and once.
//!
//! Each cycle is a process of its own, so that what has been told is known from the state alone.

use std::path::Path;

use mail_parser::MessageParser;
use peakon_service::RunningService;
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tempfile::TempDir;
use tokio::process::Command;

use super::mail_server::{Received, Sink};
use super::support::{self, TOKEN, everybody, half, mail, program, said, service, sink};

/// A cycle in quarantine is due only hours later: the state says that this time is over.
const DUE: &str =
    "UPDATE job SET status = json_set(status, '$.quarantine.nextCycleAt', '2026-01-01T00:00:00Z')";
/// 28 days and a minute ago.
const FOUR_WEEKS_AGO: &str = "UPDATE job SET status = json_set(status, '$.quarantine.since',
    strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-28 days', '-1 minute'))";

/// A job whose administrators get e-mails.
struct Watched {
    folder: TempDir,
    service: RunningService,
    sink: Sink,
    seen: usize,
}

/// Subject and text of an e-mail.
struct Told {
    subject: String,
    text: String,
}

impl Watched {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            service: service(folder.path()).await,
            sink: sink(folder.path()).await,
            folder,
            seen: 0,
        }
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// One cycle that ends with this exit code.
    async fn cycle(&self, token: &str, directory: &Path, code: i32) {
        let mut command = self.job(token, directory);
        said(&command.arg("--once").output().await.unwrap(), code);
    }

    fn job(&self, token: &str, directory: &Path) -> Command {
        let mut command = program(&self.service, self.folder(), token);
        support::job(&mut command, directory);
        command.args(mail(self.folder(), self.sink.port));
        command
    }

    /// What a command tells as JSON.
    async fn ask(&self, command: &str) -> Value {
        let mut program = program(&self.service, self.folder(), TOKEN);
        let output = program.args([command, "--json"]).output().await.unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    async fn change_the_state(&self, statement: &'static str) {
        let options =
            SqliteConnectOptions::new().filename(self.folder().join("azure-to-peakon.db"));
        let state = SqlitePool::connect_with(options).await.unwrap();
        sqlx::raw_sql(statement).execute(&state).await.unwrap();
        state.close().await;
    }

    /// The e-mails since the last time.
    fn told(&mut self) -> Vec<Told> {
        let received = self.sink.received();
        let new = &received[self.seen..];
        self.seen = received.len();
        let read = |mail: &Received| {
            assert!(mail.is_encrypted && mail.has_logged_in);
            assert_eq!(mail.recipients, ["ops@fjordlab.example"]);
            let message = MessageParser::default().parse(&mail.message).unwrap();
            Told {
                subject: message.subject().unwrap().to_owned(),
                text: message.body_text(0).unwrap().into_owned(),
            }
        };
        new.iter().map(read).collect()
    }

    /// One e-mail, with this end of its subject and these parts of its text.
    #[track_caller]
    fn was_told(&mut self, subject: &str, parts: &[&str]) {
        let told = self.told();
        let subjects: Vec<&str> = told.iter().map(|told| told.subject.as_str()).collect();
        assert_eq!(subjects.len(), 1, "{subjects:?}");
        let target = self.service.base_url();
        assert_eq!(subjects[0], format!("Provisioning to {target} {subject}"));
        for part in parts {
            assert!(
                told[0].text.contains(part),
                "{part:?} is missing in: {}",
                told[0].text
            );
        }
    }

    #[track_caller]
    fn was_not_told(&mut self) {
        let told = self.told();
        assert!(told.is_empty(), "{}", told[0].subject);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quarantine_its_end_and_its_end_for_good_are_told_once_each() {
    let everybody = everybody();
    let mut job = Watched::new().await;
    job.cycle(TOKEN, &everybody, 0).await;
    job.was_not_told();

    job.cycle("another-token", &everybody, 4).await;
    let way_out = "    azure-to-peakon restart --state azure-to-peakon.db";
    job.was_told(
        "is in quarantine",
        &["401", "    azure-to-peakon test-connection", way_out],
    );
    // It rests, and then it fails again: nobody is told of the same twice.
    job.cycle("another-token", &everybody, 4).await;
    job.was_not_told();
    job.change_the_state(DUE).await;
    job.cycle("another-token", &everybody, 4).await;
    job.was_not_told();
    let status = job.ask("status").await;
    assert_eq!(status["status"]["quarantine"]["cycles"], 2, "{status:#}");

    job.change_the_state(DUE).await;
    job.cycle(TOKEN, &everybody, 0).await;
    job.was_told(
        "works again",
        &["There is nothing to do", "azure-to-peakon status"],
    );
    job.cycle(TOKEN, &everybody, 0).await;
    job.was_not_told();

    // What comes again is told again.
    job.cycle("another-token", &everybody, 4).await;
    job.was_told("is in quarantine", &["401"]);
    job.change_the_state(FOUR_WEEKS_AGO).await;
    job.change_the_state(DUE).await;
    job.cycle("another-token", &everybody, 4).await;
    job.was_told("is given up", &["401", "no longer tried", way_out]);
    let status = job.ask("status").await;
    assert!(status["status"]["disabledSince"].is_string(), "{status:#}");
    // It is switched off now, also for a token that would be right.
    job.change_the_state(DUE).await;
    job.cycle(TOKEN, &everybody, 4).await;
    let stays = job.job(TOKEN, &everybody).kill_on_drop(true).output().await;
    said(&stays.unwrap(), 4);
    job.was_not_told();
    job.ask("restart").await;
    job.cycle(TOKEN, &everybody, 0).await;
    job.was_not_told();
    job.service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deletions_that_were_stopped_and_that_all_is_well_again_are_told_once_each() {
    let everybody = everybody();
    let mut job = Watched::new().await;
    job.cycle(TOKEN, &everybody, 0).await;
    let half = half(job.folder(), &everybody);
    job.cycle(TOKEN, &half, 4).await;
    let status = job.ask("status").await;
    let staged = &status["status"]["stagedDeletions"];
    job.was_told(
        &format!("would disable or delete {staged} objects"),
        &[
            "threshold of 5",
            "    azure-to-peakon log --action stagedDelete --state azure-to-peakon.db",
            "    azure-to-peakon restart --force-deletes --state azure-to-peakon.db",
        ],
    );
    // The next cycle finds them gone as well, and is stopped again.
    job.change_the_state(DUE).await;
    job.cycle(TOKEN, &half, 4).await;
    job.was_not_told();
    let status = job.ask("status").await;
    assert_eq!(status["status"]["quarantine"]["cycles"], 2, "{status:#}");

    job.change_the_state(DUE).await;
    job.cycle(TOKEN, &everybody, 0).await;
    job.was_told("works again", &["There is nothing to do"]);
    job.cycle(TOKEN, &everybody, 0).await;
    job.was_not_told();

    job.cycle(TOKEN, &half, 4).await;
    job.was_told(&format!("would disable or delete {staged} objects"), &[]);
    job.service.stop().await;
}
