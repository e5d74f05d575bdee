//! Notifications that nobody has been told of yet.

use scim_mapping::provisioning::Notification;

use super::StateFile;
use crate::failure::Failure;

impl StateFile {
    /// Those that wait, by their numbers, the oldest first.
    pub(crate) async fn waiting_notifications(&self) -> Result<Vec<(i64, Notification)>, Failure> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT number, notification FROM notification ORDER BY number")
                .fetch_all(&self.pool)
                .await
                .map_err(|error| self.refuse(&error))?;
        let read = |(number, text): (i64, String)| Ok((number, serde_json::from_str(&text)?));
        let read = rows
            .into_iter()
            .map(read)
            .collect::<Result<_, serde_json::Error>>();
        read.map_err(|error| self.refuse(&error))
    }

    /// Somebody has been told.
    pub(crate) async fn forget_notification(&self, number: i64) -> Result<(), Failure> {
        sqlx::query("DELETE FROM notification WHERE number = $1")
            .bind(number)
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(|error| self.refuse(&error))
    }
}
