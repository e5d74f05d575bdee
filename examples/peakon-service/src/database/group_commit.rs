//! Group commit: those who write into a file of SQLite stand in line, and share commits.
//!
//! Each of them does his work in a savepoint of one transaction, lets the next one go ahead, and stands at the end of the line again:
//! whoever comes to the front with work that is not yet committed commits it for all who have done theirs.

use std::error::Error;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::{AnyConnection, Connection as _};
use tokio::runtime::Handle;
use tokio::sync::{OwnedMappedMutexGuard, OwnedMutexGuard, watch};
use tokio::time::timeout;

use super::{PATIENCE, prepare_writer};

/// What became of a transaction. Why it failed is told to each one who was part of it.
type Outcome = Result<(), Arc<sqlx::Error>>;

/// The failure of a transaction, for each one who was part of it.
#[derive(Debug)]
struct Shared(Arc<sqlx::Error>);

impl fmt::Display for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the transaction that this change was part of failed")
    }
}

impl Error for Shared {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.0.as_ref())
    }
}

/// The line of those who write into one file.
#[derive(Clone, Debug)]
pub(super) struct GroupCommit {
    url: Arc<str>,
    /// None when it has to be opened anew, or is closed for good.
    connection: Arc<tokio::sync::Mutex<Option<AnyConnection>>>,
    /// Changed only by whoever is at the front.
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// The transaction that is open, for those who wait for its end.
    open: Option<watch::Sender<Option<Outcome>>>,
    /// Counts transactions.
    number: u64,
    work: Work,
    is_closed: bool,
}

/// How far the work of one writer is. Where the next one finds it begun, somebody has left in the middle of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Work {
    #[default]
    Done,
    Begun,
    /// All that is missing is that the savepoint ends.
    Ending,
}

/// The place at the front, and a savepoint.
#[derive(Debug)]
pub(crate) struct Turn {
    line: GroupCommit,
    number: u64,
    connection: OwnedMappedMutexGuard<Option<AnyConnection>, AnyConnection>,
}

impl GroupCommit {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.into(),
            connection: Arc::default(),
            state: Arc::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stands in line and begins.
    pub(super) async fn turn(&self) -> Result<Turn, sqlx::Error> {
        let front = timeout(PATIENCE, Arc::clone(&self.connection).lock_owned());
        let mut front = front.await.map_err(|_| sqlx::Error::PoolTimedOut)?;
        self.settle(&mut front).await;
        if self.state().is_closed {
            return Err(sqlx::Error::PoolClosed);
        }
        if front.is_none() {
            let mut connection = AnyConnection::connect(&self.url).await?;
            prepare_writer(&mut connection).await?;
            *front = Some(connection);
        }
        let Ok(connection) = OwnedMutexGuard::try_map(front, Option::as_mut) else {
            return Err(sqlx::Error::PoolClosed);
        };
        let (number, is_first) = self.begin();
        let mut turn = Turn {
            line: self.clone(),
            number,
            connection,
        };
        if is_first {
            execute(&mut turn, "BEGIN IMMEDIATE").await?;
        }
        execute(&mut turn, "SAVEPOINT work").await?;
        Ok(turn)
    }

    /// From here on whoever leaves has left work behind.
    fn begin(&self) -> (u64, bool) {
        let mut state = self.state();
        state.work = Work::Begun;
        let is_first = state.open.is_none();
        if is_first {
            state.open = Some(watch::Sender::new(None));
            state.number += 1;
        }
        (state.number, is_first)
    }

    /// Undoes what somebody has left behind in the middle of his work.
    async fn settle(&self, front: &mut Option<AnyConnection>) {
        let work = self.state().work;
        let Some(connection) = front.as_mut().filter(|_| work != Work::Done) else {
            return;
        };
        if work == Work::Ending {
            // It may have ended already.
            let _ = execute(connection, "RELEASE work").await;
        } else {
            let undone = match execute(connection, "ROLLBACK TO work").await {
                Ok(()) => execute(connection, "RELEASE work").await,
                error => error,
            };
            if let Err(error) = undone {
                return self.fail(front, error);
            }
        }
        self.state().work = Work::Done;
    }

    /// Nothing of the open transaction is kept: the connection is closed, and with it all that is undecided.
    fn fail(&self, front: &mut Option<AnyConnection>, error: sqlx::Error) {
        *front = None;
        let mut state = self.state();
        state.work = Work::Done;
        if let Some(open) = state.open.take() {
            open.send_replace(Some(Err(Arc::new(error))));
        }
    }

    /// Commits a transaction, if nobody else has done so in the meantime.
    async fn finish(self, number: u64) {
        let mut front = self.connection.lock().await;
        self.settle(&mut front).await;
        let is_open = {
            let state = self.state();
            state.open.is_some() && state.number == number
        };
        let Some(connection) = front.as_mut().filter(|_| is_open) else {
            return;
        };
        match execute(connection, "COMMIT").await {
            Err(error) => self.fail(&mut front, error),
            Ok(()) => {
                if let Some(open) = self.state().open.take() {
                    open.send_replace(Some(Ok(())));
                }
            }
        }
    }

    /// How many connections there are, and how many of them rest.
    pub(super) fn connections(&self) -> (usize, usize) {
        match self.connection.try_lock() {
            Ok(connection) => (
                usize::from(connection.is_some()),
                usize::from(connection.is_some()),
            ),
            Err(_) => (1, 0),
        }
    }

    /// Commits what is done, and lets nobody begin any more.
    pub(super) async fn close(&self) {
        self.state().is_closed = true;
        let number = self.state().number;
        self.clone().finish(number).await;
        if let Some(connection) = self.connection.lock().await.take() {
            let _ = connection.close().await;
        }
    }
}

impl Turn {
    pub(super) async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.line.state().work = Work::Ending;
        execute(&mut self, "RELEASE work").await?;
        let open = {
            let mut state = self.line.state();
            state.work = Work::Done;
            state.open.as_ref().map(watch::Sender::subscribe)
        };
        drop(self);
        let mut open = open.ok_or(sqlx::Error::PoolClosed)?;
        let outcome = open.wait_for(Option::is_some).await;
        match outcome.as_deref() {
            Ok(Some(Ok(()))) => Ok(()),
            Ok(Some(Err(error))) => Err(sqlx::Error::AnyDriverError(
                Shared(Arc::clone(error)).into(),
            )),
            _ => Err(sqlx::Error::PoolClosed),
        }
    }
}

/// The commit is nobody's own: it takes place even if whoever waits for it goes away. So does the undoing of work that was left behind.
impl Drop for Turn {
    fn drop(&mut self) {
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.line.clone().finish(self.number));
        }
    }
}

impl Deref for Turn {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.connection
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }
}

async fn execute(connection: &mut AnyConnection, text: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(text).execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
