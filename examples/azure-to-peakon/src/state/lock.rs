//! One writer at a time: a file beside the state, which the operating system lets go of when its holder ends, however he ends.

use std::fmt::{self, Display, Formatter};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The lock while it is held.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

/// Who holds it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Holder {
    host: String,
    process: u32,
    since: DateTime<Utc>,
    /// Whether it holds the lock between its cycles too, so that nobody need wait for its end.
    #[serde(default)]
    stays: bool,
}

/// As part of a sentence: who it is, and where.
impl Display for Holder {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "process {} on {}", self.process, self.host)
    }
}

impl Lock {
    pub(super) fn take(state: &Path, stays: bool) -> Result<Self, Failure> {
        let path = beside(state);
        let refuse = |problem: &dyn Display| {
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
            stays,
        };
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| serde_json::to_writer(&mut file, &holder).map_err(std::io::Error::from))
            .and_then(|()| file.flush());
        written.map_err(|error| refuse(&error))?;
        Ok(Self { file })
    }
}

/// Whoever reads a name there has to look whether its process is still at work; after an orderly end there is none.
impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

/// The `sync` that is at work with the state until somebody ends it, if there is one.
pub(super) fn keeper(state: &Path) -> Option<Holder> {
    let mut file = File::open(beside(state)).ok()?;
    let holder = holder(&mut file).filter(|holder| holder.stays)?;
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)).then_some(holder)
}

fn holder(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn held(state: &Path, mut file: File) -> Failure {
    let holder = holder(&mut file);
    let problem = holder.as_ref().map_or_else(
        || "another process is at work with this state".to_owned(),
        |holder| {
            let since = holder.since.to_rfc3339_opts(SecondsFormat::Secs, true);
            format!("{holder} is at work with this state since {since}")
        },
    );
    let advice = if holder.is_some_and(|holder| holder.stays) {
        "it is a `sync` that keeps the state between its cycles too: end it, by Ctrl-C or by stopping its service, run this again, \
         and then start it again; `status` and `log` work meanwhile"
    } else {
        "wait until it is done, or end it; `status` and `log` work meanwhile"
    };
    Failure::new(state.display().to_string(), problem, advice).of_a_busy_state()
}

/// Beside the file itself, by whatever links one comes to it.
fn beside(named: &Path) -> PathBuf {
    let state = named.canonicalize();
    let state = state.as_deref().unwrap_or(named);
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
