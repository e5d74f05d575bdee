//! The disk of a SQLite file fills up, and has room again.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;

use crate::checker::{check, check_answers};
use crate::program::Program;
use crate::writers::{Work, user};

/// A program whose database lies on a small disk of its own: a tmpfs in a mount namespace that only it is in.
struct OnSmallDisk {
    program: Program,
    folder: tempfile::TempDir,
}

impl OnSmallDisk {
    fn start(megabytes: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = format!(
            "mount -t tmpfs -o size={megabytes}m none \"$0\" && exec {} \"$@\"",
            env!("CARGO_BIN_EXE_peakon-service")
        );
        let url = format!("sqlite://{}/peakon.db", folder.path().display());
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", &script]);
        command.arg(folder.path());
        let program = Program::start_by(&mut command, &url);
        Self { program, folder }
    }

    /// A file on that disk.
    fn file(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().strip_prefix("/").unwrap();
        PathBuf::from(format!("/proc/{}/root", self.program.id()))
            .join(folder)
            .join(name)
    }

    /// A copy of the database, which another program may open.
    fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        for name in ["peakon.db", "peakon.db-wal"] {
            fs::copy(self.file(name), copy.path().join(name)).unwrap();
        }
        copy
    }
}

async fn write_until(work: &Arc<Work>, disk: &OnSmallDisk, enough: impl Fn(&Work) -> bool) {
    work.stop.store(false, Ordering::Relaxed);
    let writers: Vec<_> = (0..4)
        .map(|_| tokio::spawn(Arc::clone(work).write(disk.program.client.clone())))
        .collect();
    while !enough(work) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    work.stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
}

/// Makes a file as long as there is room.
fn fill(file: &Path) {
    let mut file = fs::OpenOptions::new().append(true).open(file).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(
    not(small_disk),
    ignore = "no small disk can be mounted here, which takes `unshare --map-root-user --mount`"
)]
async fn writes_wait_for_room_and_nothing_is_lost() {
    let disk = OnSmallDisk::start(32);
    let client = &disk.program.client;
    let work = Work::begin(client, true).await;
    let ballast = disk.file("ballast");
    fs::write(&ballast, vec![0; 29 << 20]).unwrap();
    write_until(&work, &disk, |work| {
        work.ledger.lock().unwrap().acknowledged.unsure >= 10
    })
    .await;
    // No more fits. Whoever gives up a connection may free a little of the log, so the last of the room is used up first.
    fill(&ballast);
    let mut refused = None;
    for number in 0..500 {
        let name = format!("nobody-{number}");
        let answer = client
            .send(Method::POST, "/Users", Some(&user(&name, "Engineer")))
            .await;
        if answer.status != 201 {
            refused = Some((name, answer));
            break;
        }
        let mut ledger = work.ledger.lock().unwrap();
        ledger.created(&answer.id(), &name, "Engineer");
    }
    let (nobody, refused) = refused.expect("the disk is never full");
    assert!(
        refused.is_unavailable(),
        "{} {}",
        refused.status,
        refused.body
    );
    let acknowledged = work.done.load(Ordering::Relaxed);

    // Everything can be read.
    check_answers(client, &work).await;
    let found = format!("/Users?filter=userName+eq+%22{nobody}%22");
    let found = client.get(&found).await;
    assert_eq!(found.is(200).body["totalResults"], 0);

    // Room again: the same program goes on.
    fs::remove_file(ballast).unwrap();
    client
        .send(Method::POST, "/Users", Some(&user("somebody", "Engineer")))
        .await
        .is(201);
    work.ledger
        .lock()
        .unwrap()
        .unsure_names
        .insert("somebody".to_owned());
    write_until(&work, &disk, |work| {
        work.done.load(Ordering::Relaxed) >= acknowledged + 50
    })
    .await;
    check_answers(client, &work).await;

    // And after `kill -9`, whatever lay in the write-ahead log then.
    let copy = disk.copy();
    drop(disk);
    let url = format!("sqlite://{}/peakon.db", copy.path().display());
    let program = Program::start(&url);
    check(&program.client, &url, &work).await;
    println!("disk full: {:?}", work.ledger.lock().unwrap().acknowledged);
}
