//! A statement that is put together from parts, in the same text for both databases.

use std::fmt::Write as _;

use scim_core::sql::SqlValue;
use sqlx::any::AnyArguments;
use sqlx::query::{Query, QueryAs};
use sqlx::{Any, AssertSqlSafe};

use super::Dialect;

/// A text of our own and the values of its parameters, which are never part of the text.
#[derive(Debug, Default)]
pub(crate) struct Statement {
    text: String,
    parameters: Vec<SqlValue>,
}

impl Statement {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            parameters: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub(crate) fn bind(&mut self, value: impl Into<String>) -> &mut Self {
        self.add(SqlValue::Text(value.into()))
    }

    pub(crate) fn bind_integer(&mut self, value: i64) -> &mut Self {
        self.add(SqlValue::Integer(value))
    }

    /// That what stands before is one of the texts of a JSON array.
    pub(crate) fn bind_one_of(&mut self, dialect: Dialect, texts: String) -> &mut Self {
        self.parameters.push(SqlValue::Text(texts));
        let condition = dialect.one_of(&format!("${}", self.parameters.len()));
        self.push(&condition)
    }

    /// The values of parameters whose marks are part of a text that was pushed.
    pub(crate) fn extend(&mut self, values: Vec<SqlValue>) -> &mut Self {
        self.parameters.extend(values);
        self
    }

    fn add(&mut self, value: SqlValue) -> &mut Self {
        self.parameters.push(value);
        let _ = write!(self.text, "${}", self.parameters.len());
        self
    }

    /// Asks how many rows a statement finds, instead of the rows.
    pub(crate) fn counting(mut self) -> Self {
        self.text = format!("SELECT COUNT(*) FROM ({}) AS found", self.text);
        self
    }

    pub(crate) fn into_query_as<T>(self) -> QueryAs<'static, Any, T, AnyArguments>
    where
        T: for<'r> sqlx::FromRow<'r, sqlx::any::AnyRow>,
    {
        let mut query = sqlx::query_as(AssertSqlSafe(self.text));
        for parameter in self.parameters {
            query = match parameter {
                SqlValue::Text(text) => query.bind(text),
                SqlValue::Integer(number) => query.bind(number),
            };
        }
        query
    }

    pub(crate) fn into_query(self) -> Query<'static, Any, AnyArguments> {
        let mut query = sqlx::query(AssertSqlSafe(self.text));
        for parameter in self.parameters {
            query = match parameter {
                SqlValue::Text(text) => query.bind(text),
                SqlValue::Integer(number) => query.bind(number),
            };
        }
        query
    }

    /// How the database goes about it.
    #[cfg(test)]
    pub(crate) async fn plan(mut self, connection: &mut sqlx::AnyConnection) -> String {
        use sqlx::Row as _;

        let (explain, column) = match Dialect::of(connection) {
            Dialect::Sqlite => ("EXPLAIN QUERY PLAN ", 3),
            Dialect::PostgreSql => ("EXPLAIN ", 0),
        };
        self.text.insert_str(0, explain);
        let query = self.into_query().persistent(false);
        let rows = query.fetch_all(connection).await.unwrap();
        let lines = rows.iter().map(|row| row.get::<String, _>(column) + "\n");
        lines.collect()
    }
}
