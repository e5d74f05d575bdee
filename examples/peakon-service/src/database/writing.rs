//! Transactions that write. Those that wait in line for the one connection by which SQLite writes share a commit, and so the time
//! that the disk takes for it.

use std::ops::{Deref, DerefMut};

use sqlx::{Any, AnyConnection, Transaction};
use tokio::sync::OwnedSemaphorePermit;

use super::group_commit::Turn;

/// A transaction that writes. What is done in it is kept by [`commit`](Writing::commit), or else undone.
#[derive(Debug)]
pub(crate) enum Writing {
    PostgreSql(Transaction<'static, Any>, OwnedSemaphorePermit),
    Sqlite(Turn),
}

impl Writing {
    /// When this returns without an error, all that was done is on the disk.
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::PostgreSql(transaction, _permit) => transaction.commit().await,
            Self::Sqlite(turn) => turn.commit().await,
        }
    }
}

impl Deref for Writing {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        match self {
            Self::PostgreSql(transaction, _) => transaction,
            Self::Sqlite(turn) => turn,
        }
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        match self {
            Self::PostgreSql(transaction, _) => transaction,
            Self::Sqlite(turn) => turn,
        }
    }
}
