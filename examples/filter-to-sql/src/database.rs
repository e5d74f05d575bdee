//! SQLite, in memory.

use std::error::Error;

use scim_core::resource::Resource;
use scim_core::sql::{SqlQuery, SqlTable, SqlValue};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

pub(crate) struct Database {
    connection: SqliteConnection,
}

impl Database {
    /// A table with the resources and what they are compared by.
    pub(crate) async fn with(
        table: &SqlTable,
        resources: &[Resource],
    ) -> Result<Self, Box<dyn Error>> {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await?;
        let columns = table.generated_columns().join(", ");
        let definition = format!(
            "CREATE TABLE users (id TEXT PRIMARY KEY NOT NULL, resource TEXT NOT NULL, comparison TEXT NOT NULL, {columns})"
        );
        sqlx::query(AssertSqlSafe(definition))
            .execute(&mut connection)
            .await?;
        sqlx::query("CREATE INDEX users_user_name ON users (user_name)")
            .execute(&mut connection)
            .await?;
        for resource in resources {
            sqlx::query("INSERT INTO users (id, resource, comparison) VALUES (?1, ?2, ?3)")
                .bind(resource.id())
                .bind(resource.to_value().to_string())
                .bind(table.comparison_document(resource)?.to_string())
                .execute(&mut connection)
                .await?;
        }
        Ok(Self { connection })
    }

    /// The ids of those that a query finds, in its order.
    pub(crate) async fn ids(&mut self, query: &SqlQuery) -> Result<Vec<String>, sqlx::Error> {
        // Safe: no value of the filter is part of the text, and all names come from `users::table` and the schemas.
        let text = AssertSqlSafe(format!("SELECT id FROM users {}", query.clauses()));
        let parameters = query.parameters.iter();
        parameters
            .fold(
                sqlx::query_scalar(text),
                |bound, parameter| match parameter {
                    SqlValue::Text(text) => bound.bind(text),
                    SqlValue::Integer(number) => bound.bind(number),
                },
            )
            .fetch_all(&mut self.connection)
            .await
    }
}
