//! One writer at a time: a file beside the state, which the operating system lets go of when its holder ends, however he ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The lock while it is held.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// Who holds it.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    host: String,
    process: u32,
    since: DateTime<Utc>,
}

impl Lock {
    pub(super) fn take(state: &Path) -> Result<Self, Failure> {
        let path = beside(state);
        let refuse = |problem: &dyn std::fmt::Display| {
            let advice = "name with --state a file in a folder that may be written";
            Failure::new(path.display().to_string(), problem, advice)
        };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(|error| refuse(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(state, file)),
            Err(TryLockError::Error(error)) => return Err(refuse(&error)),
        }
        let holder = Holder {
            host: host(),
            process: std::process::id(),
            since: Utc::now(),
        };
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| serde_json::to_writer(&mut file, &holder).map_err(std::io::Error::from))
            .and_then(|()| file.flush());
        written.map_err(|error| refuse(&error))?;
        Ok(Self { _file: file })
    }
}

fn held(state: &Path, mut file: File) -> Failure {
    let mut text = String::new();
    let read = file.read_to_string(&mut text).ok();
    let holder: Option<Holder> = read.and_then(|_| serde_json::from_str(&text).ok());
    let problem = holder.map_or_else(
        || "another process is at work with this state".to_owned(),
        |holder| {
            let since = holder.since.to_rfc3339_opts(SecondsFormat::Secs, true);
            format!(
                "process {} on {} is at work with this state since {since}",
                holder.process, holder.host
            )
        },
    );
    let advice = "wait until it is done, or end it; `status` and `log` work meanwhile";
    Failure::new(state.display().to_string(), problem, advice).of_a_busy_state()
}

fn beside(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn host() -> String {
    let from_system = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let named = from_system
        .or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok());
    named.map_or_else(|| "this machine".to_owned(), |name| name.trim().to_owned())
}
