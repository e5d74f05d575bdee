//! The state as rows.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use scim_mapping::provisioning::{
    JobState, JobStatus, LogEntry, Notification, ObjectKind, StateChange,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sqlx::SqlitePool;

/// A row's key, and what it is to be; nothing if it is to go.
type Changes = BTreeMap<(ObjectKind, String), Option<String>>;

/// What is to be written together. Of changes to the same row the last one counts.
#[derive(Debug, Default)]
pub(super) struct Rows {
    links: Changes,
    escrow: Changes,
    status: Option<String>,
    log: Vec<Value>,
    notifications: Vec<Value>,
}

impl Rows {
    pub(super) fn change(&mut self, change: StateChange) {
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

    pub(super) fn log(&mut self, entry: &LogEntry) {
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
    pub(super) fn notify(&mut self, notification: &Notification) {
        self.notifications.push(json!(notification));
    }

    pub(super) async fn store(self, pool: &SqlitePool) -> Result<(), sqlx::Error> {
        let rows = self.links.len() + self.escrow.len() + self.log.len() + self.notifications.len();
        if rows == 0 && self.status.is_none() {
            return Ok(());
        }
        let mut transaction = pool.begin().await?;
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
                        .execute(&mut *transaction)
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
            .execute(&mut *transaction)
            .await?;
        }
        for notification in self.notifications {
            sqlx::query("INSERT INTO notification (notification) VALUES ($1)")
                .bind(notification.to_string())
                .execute(&mut *transaction)
                .await?;
        }
        if let Some(status) = self.status {
            sqlx::query("UPDATE job SET status = $1")
                .bind(status)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await
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
    for (kind, source_id, link) in rows(pool, "SELECT kind, source_id, link FROM link").await? {
        let link = Some(link);
        state.apply(StateChange::Link {
            kind,
            source_id,
            link,
        });
    }
    for (kind, source_id, entry) in rows(pool, "SELECT kind, source_id, entry FROM escrow").await? {
        let entry = Some(entry);
        state.apply(StateChange::Escrow {
            kind,
            source_id,
            entry,
        });
    }
    Ok(state)
}

async fn rows<T: DeserializeOwned>(
    pool: &SqlitePool,
    query: &'static str,
) -> Result<Vec<(ObjectKind, String, T)>, AnyError> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(query).fetch_all(pool).await?;
    let read = |(kind, source_id, row): (String, String, String)| -> Result<_, AnyError> {
        let kind = serde_json::from_value(Value::from(kind))?;
        Ok((kind, source_id, serde_json::from_str(&row)?))
    };
    rows.into_iter().map(read).collect()
}
