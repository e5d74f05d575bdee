//! The state as rows.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use scim_mapping::provisioning::{
    CycleEvent, CycleResult, CycleSummary, JobState, JobStatus, LogEntry, Notification, ObjectKind,
    StateChange,
};
use serde_json::{Value, json};
use sqlx::{Sqlite, SqliteConnection, SqlitePool, Transaction};

/// So many rows are written, or read, at a time: what stands between a value and its row takes more room than both.
const AT_A_TIME: usize = 1_000;

/// A row's key, and what it is to be; nothing if it is to go.
type Changes = BTreeMap<(ObjectKind, String), Option<String>>;

/// What is to be written together. Of changes to the same row the last one counts.
#[derive(Debug, Default)]
struct Rows {
    links: Changes,
    escrow: Changes,
    status: Option<String>,
    log: Vec<Value>,
    notifications: Vec<Value>,
}

/// Writes all of it, or nothing; with the events of a cycle's end also how it went.
pub(super) async fn store(
    pool: &SqlitePool,
    events: Vec<CycleEvent>,
    end: Option<&CycleSummary>,
) -> Result<(), sqlx::Error> {
    let mut transaction: Option<Transaction<'_, Sqlite>> = None;
    let mut events = events.into_iter();
    while events.len() > 0 {
        let mut rows = Rows::default();
        for event in events.by_ref().take(AT_A_TIME) {
            match event {
                CycleEvent::State(change) => rows.change(change),
                CycleEvent::Log(entry) => rows.log(&entry),
                CycleEvent::Notify(notification) => rows.notify(&notification),
                _ => {}
            }
        }
        if rows.is_empty() {
            continue;
        }
        let connection = match &mut transaction {
            Some(transaction) => transaction,
            None => transaction.insert(pool.begin().await?),
        };
        rows.store(connection).await?;
    }
    if let Some(summary) = end {
        let connection = match &mut transaction {
            Some(transaction) => transaction,
            None => transaction.insert(pool.begin().await?),
        };
        conclude(connection, summary).await?;
    }
    match transaction {
        Some(transaction) => transaction.commit().await,
        None => Ok(()),
    }
}

/// Keeps how a cycle went, and takes back the permission that was for it.
async fn conclude(
    connection: &mut SqliteConnection,
    summary: &CycleSummary,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO cycle (ended, summary) VALUES ($1, $2)")
        .bind(summary.ended.to_rfc3339_opts(SecondsFormat::Millis, true))
        .bind(json!(summary).to_string())
        .execute(&mut *connection)
        .await?;
    // The permission is for a cycle that gets to its end, however it ends.
    if matches!(
        summary.result,
        CycleResult::Succeeded | CycleResult::EntryLevelErrors | CycleResult::Quarantined
    ) {
        sqlx::query("UPDATE job SET force_deletes = 0")
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

impl Rows {
    fn change(&mut self, change: StateChange) {
        match change {
            StateChange::Link {
                kind,
                source_id,
                link,
            } => {
                let link = link.map(|link| json!(link).to_string());
                self.links.insert((kind, source_id), link);
            }
            StateChange::Escrow {
                kind,
                source_id,
                entry,
            } => {
                let entry = entry.map(|entry| json!(entry).to_string());
                self.escrow.insert((kind, source_id), entry);
            }
            StateChange::Status(status) => self.status = Some(json!(status).to_string()),
        }
    }

    fn log(&mut self, entry: &LogEntry) {
        let at = entry
            .activity_date_time
            .to_rfc3339_opts(SecondsFormat::Millis, true);
        let action = json!(entry.provisioning_action);
        let status = json!(entry.provisioning_status_info.status);
        self.log.push(json!([
            at,
            entry.cycle_id,
            entry.source_identity.id,
            entry.target_identity.id,
            entry.source_identity.display_name,
            entry.source_identity.details.get("UserPrincipalName"),
            action,
            status,
            json!(entry).to_string(),
        ]));
    }

    /// Kept until somebody has been told.
    fn notify(&mut self, notification: &Notification) {
        self.notifications.push(json!(notification));
    }

    fn is_empty(&self) -> bool {
        let rows = self.links.len() + self.escrow.len() + self.log.len() + self.notifications.len();
        rows == 0 && self.status.is_none()
    }

    async fn store(self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let statements = [
            (
                self.links,
                "INSERT INTO link SELECT value->>0, value->>1, value->>2 FROM json_each($1) WHERE true \
                 ON CONFLICT DO UPDATE SET link = excluded.link",
                "DELETE FROM link WHERE (kind, source_id) IN (SELECT value->>0, value->>1 FROM json_each($1))",
            ),
            (
                self.escrow,
                "INSERT INTO escrow SELECT value->>0, value->>1, value->>2 FROM json_each($1) WHERE true \
                 ON CONFLICT DO UPDATE SET entry = excluded.entry",
                "DELETE FROM escrow WHERE (kind, source_id) IN (SELECT value->>0, value->>1 FROM json_each($1))",
            ),
        ];
        for (changes, insert, delete) in statements {
            let (mut put, mut gone) = (Vec::new(), Vec::new());
            for ((kind, source_id), row) in changes {
                match row {
                    Some(row) => put.push(json!([kind.as_str(), source_id, row])),
                    None => gone.push(json!([kind.as_str(), source_id])),
                }
            }
            for (rows, statement) in [(put, insert), (gone, delete)] {
                if !rows.is_empty() {
                    let rows = Value::from(rows).to_string();
                    sqlx::query(statement)
                        .bind(rows)
                        .execute(&mut *connection)
                        .await?;
                }
            }
        }
        if !self.log.is_empty() {
            sqlx::query(
                "INSERT INTO log (at, cycle_id, source_id, target_id, name, principal, action, status, entry) \
                 SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8 FROM json_each($1)",
            )
            .bind(Value::from(self.log).to_string())
            .execute(&mut *connection)
            .await?;
        }
        for notification in self.notifications {
            sqlx::query("INSERT INTO notification (notification) VALUES ($1)")
                .bind(notification.to_string())
                .execute(&mut *connection)
                .await?;
        }
        if let Some(status) = self.status {
            sqlx::query("UPDATE job SET status = $1")
                .bind(status)
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}

/// Any error on the way from a row to a value.
type AnyError = Box<dyn std::error::Error + Send + Sync>;

pub(super) async fn load(pool: &SqlitePool) -> Result<JobState, AnyError> {
    let mut state = JobState::default();
    let status: Option<Option<String>> = sqlx::query_scalar("SELECT status FROM job")
        .fetch_optional(pool)
        .await?;
    if let Some(status) = status.flatten() {
        state.status = serde_json::from_str::<JobStatus>(&status)?;
    }
    each_row(pool, Table::Link, &mut |kind, source_id, row| {
        let link = Some(serde_json::from_str(row)?);
        state.apply(StateChange::Link {
            kind,
            source_id,
            link,
        });
        Ok(())
    })
    .await?;
    each_row(pool, Table::Escrow, &mut |kind, source_id, row| {
        let entry = Some(serde_json::from_str(row)?);
        state.apply(StateChange::Escrow {
            kind,
            source_id,
            entry,
        });
        Ok(())
    })
    .await?;
    Ok(state)
}

#[derive(Clone, Copy)]
enum Table {
    Link,
    Escrow,
}

/// Gives each row to `receive`, in the order of the keys.
async fn each_row(
    pool: &SqlitePool,
    table: Table,
    receive: &mut (dyn FnMut(ObjectKind, String, &str) -> Result<(), serde_json::Error> + Send),
) -> Result<(), AnyError> {
    let query = match table {
        Table::Link => {
            "SELECT kind, source_id, link FROM link WHERE (kind, source_id) > ($1, $2) ORDER BY kind, source_id LIMIT $3"
        }
        Table::Escrow => {
            "SELECT kind, source_id, entry FROM escrow WHERE (kind, source_id) > ($1, $2) ORDER BY kind, source_id LIMIT $3"
        }
    };
    let mut last = (String::new(), String::new());
    loop {
        let rows: Vec<(String, String, String)> = sqlx::query_as(query)
            .bind(&last.0)
            .bind(&last.1)
            .bind(i64::try_from(AT_A_TIME)?)
            .fetch_all(pool)
            .await?;
        match rows.last() {
            Some((kind, source_id, _)) => last = (kind.clone(), source_id.clone()),
            None => return Ok(()),
        }
        for (kind, source_id, row) in rows {
            receive(serde_json::from_value(Value::from(kind))?, source_id, &row)?;
        }
    }
}
