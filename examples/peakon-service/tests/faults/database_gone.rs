//! The database goes away under load, and comes back.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use reqwest::Method;
use sqlx::{AnyConnection, Connection as _};

use crate::checker::check;
use crate::database::TestDatabase;
use crate::program::Program;
use crate::writers::{Work, user};

/// A PostgreSQL server of one's own, stopped when this is dropped.
struct Cluster {
    folder: tempfile::TempDir,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let cluster = Self {
            folder: tempfile::tempdir().unwrap(),
            programs: programs(),
            port: listener.local_addr().unwrap().port(),
        };
        drop(listener);
        if is_root() {
            let folder = cluster.folder.path();
            run(Command::new("chown").arg("postgres").arg(folder));
        }
        let mut initdb = cluster.command("initdb");
        run(initdb.args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C"]));
        cluster.resume();
        cluster
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// A program of PostgreSQL on this cluster. It refuses to be run by root.
    fn command(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.arg("-D").arg(self.folder.path().join("data"));
        command.current_dir(self.folder.path());
        command
    }

    fn resume(&self) {
        let folder = self.folder.path().display();
        let options = format!("-p {} -k {folder} -c listen_addresses=127.0.0.1", self.port);
        let log = self.folder.path().join("log");
        let mut start = self.command("pg_ctl");
        run(start
            .args(["-w", "-o", &options, "-l"])
            .arg(log)
            .arg("start"));
    }

    /// As a crash: nobody is waited for, and nothing put in order.
    fn stop(&self) {
        run(self.command("pg_ctl").args(["-m", "immediate", "stop"]));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        let stop = stop.args(["-m", "immediate", "stop"]);
        let _ = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.trim_ascii() == b"0"
}

/// Where `initdb` is: Debian keeps it out of the PATH.
fn programs() -> PathBuf {
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let debian = debian.map(|version| version.unwrap().path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian
        .chain(std::env::split_paths(&path))
        .find(|folder: &PathBuf| Path::exists(&folder.join("initdb")))
        .expect("initdb, of PostgreSQL's server package")
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.stdout(Stdio::null()).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {error}");
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
async fn postgresql_crashes_and_comes_back() {
    let cluster = Cluster::start();
    let url = cluster.url();
    let program = Program::start(&url);
    let client = &program.client;
    let work = Work::begin(client, true).await;
    let writers: Vec<_> = (0..4)
        .map(|_| tokio::spawn(Arc::clone(&work).write(client.clone())))
        .collect();
    let more = async |requests: usize| {
        let enough = work.done.load(Ordering::Relaxed) + requests;
        while work.done.load(Ordering::Relaxed) < enough {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    for crash in 0..2 {
        more(100).await;
        cluster.stop();
        let gone = user(&format!("gone-{crash}"), "Engineer");
        let (written, read) = tokio::join!(
            client.send(Method::POST, "/Users", Some(&gone)),
            client.get("/Users?count=1"),
        );
        for answer in [written, read] {
            assert!(answer.is_unavailable(), "{} {}", answer.status, answer.body);
        }
        cluster.resume();
        // The same process goes on by itself. The limit is for a service that does not.
        let began = Instant::now();
        while client.get("/Users?count=1").await.status != 200 {
            assert!(began.elapsed() < Duration::from_mins(1), "it stays away");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    more(100).await;
    work.stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    check(client, &url, &work).await;
    println!(
        "two crashes of PostgreSQL: {:?}",
        work.ledger.lock().unwrap().acknowledged
    );
}

/// Somebody else holds the file, as a backup does or a curious administrator.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_sqlite_file_is_waited_for() {
    let database = TestDatabase::sqlite();
    let program = Program::start(&database.url());
    let client = program.client.clone();
    // What a process writes when it serves an account for the first time.
    client.get("/Users").await.is(200);
    sqlx::any::install_default_drivers();
    let mut other = AnyConnection::connect(&database.url()).await.unwrap();
    let held = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let writing = tokio::spawn({
        let client = client.clone();
        async move {
            let body = user("ines", "Engineer");
            client.send(Method::POST, "/Users", Some(&body)).await
        }
    });
    // Whoever reads does not wait.
    client.get("/Users").await.is(200);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!writing.is_finished(), "nobody can write now");
    held.rollback().await.unwrap();
    writing.await.unwrap().is(201);
}
