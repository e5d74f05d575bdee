//! The log: what was done to whom.

use std::path::Path;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use scim_mapping::provisioning::{CycleSummary, LogEntry};
use unicode_normalization::UnicodeNormalization as _;

use super::StateFile;
use crate::failure::Failure;

/// Entries are kept for so many days, as Entra keeps them.
const KEPT_DAYS: i64 = 30;
/// So many entries are held at a time.
const PAGE: i64 = 2_000;

/// Which entries are wanted: those that fit everything that is given.
#[derive(Debug, Clone, Default)]
pub(crate) struct LogQuery {
    /// The name or the id of an object, on either side.
    pub(crate) object: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) action: Option<String>,
    /// The id of a cycle, or its beginning.
    pub(crate) cycle: Option<String>,
    pub(crate) since: Option<DateTime<Utc>>,
    /// Before this time.
    pub(crate) until: Option<DateTime<Utc>>,
    /// The newest so many.
    pub(crate) limit: Option<u32>,
}

impl StateFile {
    /// The entries that fit, the oldest first.
    pub(crate) async fn entries(&self, query: &LogQuery) -> Result<Vec<LogEntry>, Failure> {
        let limit = query.limit.map_or(-1, i64::from);
        let mut entries = self.page(query, None, limit).await?;
        entries.reverse();
        Ok(entries.into_iter().map(|(_, entry)| entry).collect())
    }

    /// Gives every entry that fits, the newest first, whatever the limit of the query, and never holds them all.
    pub(crate) async fn each_entry(
        &self,
        query: &LogQuery,
        mut receive: impl FnMut(&LogEntry),
    ) -> Result<(), Failure> {
        let mut before = None;
        loop {
            let page = self.page(query, before, PAGE).await?;
            for (_, entry) in &page {
                receive(entry);
            }
            before = page.last().map(|(number, _)| *number);
            if before.is_none() {
                return Ok(());
            }
        }
    }

    /// So many entries with a number less than `before`, the newest first.
    async fn page(
        &self,
        query: &LogQuery,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<(i64, LogEntry)>, Failure> {
        let [since, until] = [query.since, query.until]
            .map(|time| time.map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true)));
        // Whoever is gone from the directory is known by an id only; what he was called stands in earlier entries.
        let rows: Vec<(i64, String, Option<String>)> = sqlx::query_as(
            "SELECT number, entry, CASE name WHEN '' THEN (SELECT named.name FROM log AS named \
             WHERE named.source_id = log.source_id AND named.name <> '' ORDER BY named.number DESC LIMIT 1) END \
             FROM log \
             WHERE ($1 IS NULL OR source_id IN (SELECT source_id FROM log \
             WHERE name IN ($1, $9, $10) OR principal = $1 OR source_id = $1 OR target_id = $1)) \
             AND ($2 IS NULL OR status = $2) AND ($3 IS NULL OR action = $3) \
             AND ($4 IS NULL OR substr(cycle_id, 1, length($4)) = $4) \
             AND ($5 IS NULL OR at >= $5) AND ($6 IS NULL OR at < $6) \
             AND number < coalesce($7, 9223372036854775807) ORDER BY number DESC LIMIT $8",
        )
        .bind(&query.object)
        .bind(&query.status)
        .bind(&query.action)
        .bind(&query.cycle)
        .bind(since)
        .bind(until)
        .bind(before)
        .bind(limit)
        // A directory may hold letters with their accents beside them, and a keyboard writes them as one; or the other way round.
        .bind(query.object.as_ref().map(|name| name.nfc().to_string()))
        .bind(query.object.as_ref().map(|name| name.nfd().to_string()))
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.refuse(&error))?;
        let read = |(number, row, name): (i64, String, Option<String>)| {
            let mut entry: LogEntry = serde_json::from_str(&row)?;
            if let Some(name) = name {
                entry.source_identity.display_name = name;
            }
            Ok((number, entry))
        };
        let entries = rows.into_iter().map(read);
        entries
            .collect::<Result<_, serde_json::Error>>()
            .map_err(|error| self.refuse(&error))
    }

    /// Gives entries of a plan the names that the log of a state knows: whoever is gone from the directory has an id only.
    pub(crate) async fn name_the_gone(
        path: &Path,
        entries: &mut [LogEntry],
    ) -> Result<(), Failure> {
        let mut gone = entries
            .iter_mut()
            .map(|entry| &mut entry.source_identity)
            .filter(|who| who.display_name.is_empty())
            .peekable();
        if gone.peek().is_none() || !path.exists() {
            return Ok(());
        }
        let state = Self::open_to_read(path).await?;
        for who in gone {
            let name = sqlx::query_scalar(
                "SELECT name FROM log WHERE source_id = $1 AND name <> '' ORDER BY number DESC LIMIT 1",
            )
            .bind(&who.id)
            .fetch_optional(&state.pool)
            .await
            .map_err(|error| state.refuse(&error))?;
            who.display_name = name.unwrap_or_default();
        }
        Ok(())
    }

    /// How the cycles went, the oldest first.
    pub(crate) async fn cycles(&self) -> Result<Vec<CycleSummary>, Failure> {
        let rows: Vec<String> = sqlx::query_scalar("SELECT summary FROM cycle ORDER BY number")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.refuse(&error))?;
        let cycles = rows.iter().map(|row| serde_json::from_str(row));
        cycles
            .collect::<Result<_, _>>()
            .map_err(|error| self.refuse(&error))
    }

    /// Takes out what has been kept long enough.
    pub(crate) async fn forget_old_entries(&self, now: DateTime<Utc>) -> Result<(), Failure> {
        let since = (now - TimeDelta::days(KEPT_DAYS)).to_rfc3339_opts(SecondsFormat::Millis, true);
        for statement in [
            "DELETE FROM log WHERE at < $1",
            "DELETE FROM cycle WHERE ended < $1",
        ] {
            let deleted = sqlx::query(statement)
                .bind(&since)
                .execute(&self.pool)
                .await;
            deleted.map_err(|error| self.refuse(&error))?;
        }
        Ok(())
    }
}
