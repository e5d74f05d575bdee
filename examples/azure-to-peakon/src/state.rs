//! What one cycle leaves to the next, and the log of what was done: a SQLite file with one writer at a time.

mod file;
mod lock;
pub(crate) mod log;
mod outbox;
mod rows;

use std::path::Path;

use scim_mapping::provisioning::{CycleEvent, CycleSummary, JobState, StateChange};
use sqlx::SqlitePool;

use self::lock::{Holder, Lock};
use crate::failure::Failure;

/// The state of one job, open to be changed.
#[derive(Debug)]
pub(crate) struct StateFile {
    place: String,
    pool: SqlitePool,
    /// Held as long as this lives, or the process.
    _lock: Option<Lock>,
}

impl StateFile {
    /// Opens the file, or makes it, for the one process that may change it.
    pub(crate) async fn open(path: &Path, tenant_url: &str) -> Result<Self, Failure> {
        let state = Self::open_to_write(path, false).await?;
        state.claim(tenant_url).await?;
        Ok(state)
    }

    /// The same for a process that keeps it until somebody ends it.
    pub(crate) async fn open_to_stay(path: &Path, tenant_url: &str) -> Result<Self, Failure> {
        let state = Self::open_to_write(path, true).await?;
        state.claim(tenant_url).await?;
        Ok(state)
    }

    /// Opens a file that is there, whatever the target, to change it.
    pub(crate) async fn open_to_restart(path: &Path) -> Result<Self, Failure> {
        must_exist(path)?;
        Self::open_to_write(path, false).await
    }

    async fn open_to_write(path: &Path, stays: bool) -> Result<Self, Failure> {
        file::look_at(path)?;
        file::create(path)?;
        let lock = Lock::take(path, stays)?;
        let pool = file::open(path, true).await?;
        Ok(Self {
            place: path.display().to_string(),
            pool,
            _lock: Some(lock),
        })
    }

    /// Opens a file that is there, to look at it; also while another process changes it.
    pub(crate) async fn open_to_read(path: &Path) -> Result<Self, Failure> {
        must_exist(path)?;
        file::look_at(path)?;
        Ok(Self {
            place: path.display().to_string(),
            pool: file::open(path, false).await?,
            _lock: None,
        })
    }

    /// The state that a plan goes out from, and whether the deletions of the next cycle are allowed: nothing, if there is no file.
    pub(crate) async fn load_to_plan(
        path: &Path,
        tenant_url: &str,
    ) -> Result<(JobState, bool), Failure> {
        file::look_at(path)?;
        if !path.exists() {
            return Ok((JobState::default(), false));
        }
        let state = Self::open_to_read(path).await?;
        state.check_tenant(tenant_url).await?;
        Ok((state.load().await?, state.forces_deletes().await?))
    }

    /// The `sync` that is at work with a state until somebody ends it, if there is one.
    pub(crate) fn keeper(path: &Path) -> Option<Holder> {
        lock::keeper(path)
    }

    /// What messages call it: its path.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// Whether an administrator has allowed the deletions of the next cycle.
    pub(crate) async fn forces_deletes(&self) -> Result<bool, Failure> {
        sqlx::query_scalar("SELECT force_deletes FROM job")
            .fetch_one(&self.pool)
            .await
            .map_err(|error| self.refuse(&error))
    }

    /// Allows them; the end of that cycle takes it back.
    pub(crate) async fn force_deletes(&self) -> Result<(), Failure> {
        sqlx::query("UPDATE job SET force_deletes = 1")
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(|error| self.refuse(&error))
    }

    /// The target that the state belongs to.
    pub(crate) async fn tenant_url(&self) -> Result<String, Failure> {
        sqlx::query_scalar("SELECT tenant_url FROM job")
            .fetch_one(&self.pool)
            .await
            .map_err(|error| self.refuse(&error))
    }

    /// Writes what a cycle says is to be kept: all of it, or nothing.
    pub(crate) async fn store(&self, events: Vec<CycleEvent>) -> Result<(), Failure> {
        rows::store(&self.pool, events, None)
            .await
            .map_err(|error| self.refuse(&error))
    }

    /// Writes what the end of a cycle leaves, together with how it went.
    pub(crate) async fn conclude(
        &self,
        events: Vec<CycleEvent>,
        summary: &CycleSummary,
    ) -> Result<(), Failure> {
        rows::store(&self.pool, events, Some(summary))
            .await
            .map_err(|error| self.refuse(&error))
    }

    /// Writes changes that come from elsewhere than a cycle.
    pub(crate) async fn store_changes(&self, changes: Vec<StateChange>) -> Result<(), Failure> {
        self.store(changes.into_iter().map(CycleEvent::State).collect())
            .await
    }

    /// Everything that is kept.
    pub(crate) async fn load(&self) -> Result<JobState, Failure> {
        rows::load(&self.pool)
            .await
            .map_err(|error| self.refuse(&*error))
    }

    async fn claim(&self, tenant_url: &str) -> Result<(), Failure> {
        sqlx::query("INSERT INTO job (id, tenant_url) VALUES (1, $1) ON CONFLICT DO NOTHING")
            .bind(tenant_url)
            .execute(&self.pool)
            .await
            .map_err(|error| self.refuse(&error))?;
        self.check_tenant(tenant_url).await
    }

    async fn check_tenant(&self, tenant_url: &str) -> Result<(), Failure> {
        let held = self.tenant_url().await?;
        if held == tenant_url {
            return Ok(());
        }
        let problem = format!("the state belongs to {held}, not to {tenant_url}");
        Err(Failure::new(&self.place, problem, file::ADVICE))
    }

    fn refuse(&self, problem: &dyn std::fmt::Display) -> Failure {
        Failure::new(&self.place, problem, file::ADVICE)
    }
}

fn must_exist(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        return Ok(());
    }
    let advice = "name with --state the file that `sync` uses; it makes one in its first cycle";
    Err(Failure::new(
        path.display().to_string(),
        "there is no such file",
        advice,
    ))
}

#[cfg(test)]
mod tests;
