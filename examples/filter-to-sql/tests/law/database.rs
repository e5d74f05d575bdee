//! A real database, reached in the same way whichever it is.

use std::error::Error;

use scim_core::evaluation::BoundFilter;
use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use scim_core::sorting::BoundSort;
use scim_core::sql::{SqlDialect, SqlEntries, SqlPage, SqlQuery, SqlTable, SqlValue};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// One way to keep the resources of a type.
pub(crate) struct Layout {
    name: String,
    /// The batch of resources is the application's own parameter.
    pub(crate) table: SqlTable,
    entries: Option<Entries>,
}

struct Entries {
    path: &'static str,
    table: String,
    columns: Vec<String>,
}

impl Layout {
    /// Everything in the comparison document.
    pub(crate) fn plain(
        dialect: SqlDialect,
        resource_type: &RegisteredResourceType,
    ) -> Outcome<Self> {
        let name = format!("{}_plain", resource_type.definition().name);
        Ok(Self {
            table: SqlTable::new(dialect, &name, resource_type)?.with_parameters_before(1),
            name,
            entries: None,
        })
    }

    /// With columns of their own for some attributes, and a table of its own for one.
    pub(crate) fn indexed(
        dialect: SqlDialect,
        resource_type: &RegisteredResourceType,
    ) -> Outcome<Self> {
        let kind = resource_type.definition().name.as_str();
        let (assigned, columns, path, sub_attributes): (&str, &[&str], _, &[&str]) = match kind {
            "User" => (
                "userName",
                &[
                    "externalId",
                    "title",
                    "active",
                    "name.familyName",
                    "meta.lastModified",
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
                    "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:Job Title",
                    "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:Salary",
                ],
                "emails",
                &["value", "type", "primary"],
            ),
            "Odd" => (
                "userName",
                &[
                    "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:O'Brien",
                    "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:50%",
                    "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:naïve 😀",
                ],
                "phoneNumbers",
                &["type"],
            ),
            "Group" => ("displayName", &["externalId"], "members", &["value"]),
            _ => (
                "label",
                &["weight", "count", "made", "image", "exact"],
                "stamps",
                &["kind"],
            ),
        };
        let name = format!("{kind}_indexed");
        let mut table = SqlTable::new(dialect, &name, resource_type)?
            .with_parameters_before(1)
            .with_required_column(assigned, "assigned")?;
        for (number, path) in columns.iter().enumerate() {
            table = table.with_column(path, &format!("column_{number}"))?;
        }
        let entry_table = format!("{kind}_entries");
        let mut entries = SqlEntries::new(&entry_table, "owner")?;
        for sub_attribute in sub_attributes {
            entries = entries.with_column(sub_attribute, sub_attribute)?;
        }
        Ok(Self {
            entries: Some(Entries {
                path,
                table: entry_table,
                columns: entries.generated_columns(dialect),
            }),
            table: table.with_entries(path, entries)?,
            name,
        })
    }
}

pub(crate) struct Database {
    dialect: SqlDialect,
    connection: AnyConnection,
}

impl Database {
    /// Nothing that is done to it outlives the connection.
    pub(crate) async fn open(dialect: SqlDialect, url: &str) -> Outcome<Self> {
        sqlx::any::install_default_drivers();
        let connection = AnyConnection::connect(url).await?;
        Ok(Self {
            dialect,
            connection,
        })
    }

    async fn execute(&mut self, text: String, values: &[SqlValue]) -> Outcome<()> {
        let query = values.iter().fold(
            sqlx::query(AssertSqlSafe(text)),
            |query, value| match value {
                SqlValue::Text(text) => query.bind(text.clone()),
                SqlValue::Integer(number) => query.bind(*number),
            },
        );
        query.execute(&mut self.connection).await?;
        Ok(())
    }

    const fn types(&self) -> (&'static str, &'static str) {
        match self.dialect {
            SqlDialect::PostgreSql => ("TEXT COLLATE \"C\"", "JSONB"),
            _ => ("TEXT", "TEXT"),
        }
    }

    pub(crate) async fn create(&mut self, layout: &Layout) -> Outcome<()> {
        let (text, json) = self.types();
        let mut columns = vec![
            "\"batch\" BIGINT NOT NULL".to_owned(),
            format!("\"id\" {text} NOT NULL"),
            format!("\"comparison\" {json} NOT NULL"),
        ];
        columns.extend(layout.table.generated_columns());
        let text_of_table = format!(
            "CREATE TEMPORARY TABLE \"{}\" ({})",
            layout.name,
            columns.join(", ")
        );
        self.execute(text_of_table, &[]).await?;
        let Some(entries) = &layout.entries else {
            return Ok(());
        };
        let mut columns = vec![
            format!("\"owner\" {text} NOT NULL"),
            "\"position\" BIGINT NOT NULL".to_owned(),
            format!("\"entry\" {json} NOT NULL"),
        ];
        columns.extend(entries.columns.iter().cloned());
        let text_of_table = format!(
            "CREATE TEMPORARY TABLE \"{}\" ({})",
            entries.table,
            columns.join(", ")
        );
        self.execute(text_of_table, &[]).await
    }

    pub(crate) async fn insert(
        &mut self,
        layout: &Layout,
        batch: i64,
        resource: &Resource,
    ) -> Outcome<()> {
        let id = resource.id().ok_or("a resource has an id")?;
        let document = layout.table.comparison_document(resource)?.to_string();
        let (marks, json) = match self.dialect {
            SqlDialect::PostgreSql => (["$1", "$2"], "CAST($3 AS JSONB)"),
            _ => (["?1", "?2"], "?3"),
        };
        let [first, second] = marks;
        self.execute(
            format!("INSERT INTO \"{}\" (\"batch\", \"id\", \"comparison\") VALUES ({first}, {second}, {json})", layout.name),
            &[SqlValue::Integer(batch), SqlValue::Text(id.to_owned()), SqlValue::Text(document)],
        )
        .await?;
        let Some(entries) = &layout.entries else {
            return Ok(());
        };
        for (position, entry) in (0..).zip(layout.table.entries(entries.path, resource)?) {
            self.execute(
                format!(
                    "INSERT INTO \"{}\" (\"position\", \"owner\", \"entry\") VALUES ({first}, {second}, {json})",
                    entries.table
                ),
                &[SqlValue::Integer(position), SqlValue::Text(id.to_owned()), SqlValue::Text(entry.to_string())],
            )
            .await?;
        }
        Ok(())
    }

    /// The ids that a query yields, in its order.
    pub(crate) async fn ask(
        &mut self,
        layout: &Layout,
        batch: i64,
        filter: Option<&BoundFilter>,
        sort: Option<&BoundSort>,
        page: SqlPage<'_>,
    ) -> Outcome<Vec<String>> {
        let query = layout.table.query(filter, sort, page)?;
        let rows = self
            .run("", layout, batch, &query)
            .await
            .map_err(|error| format!("{error}\n{}\n{:?}", query.clauses(), query.parameters))?;
        rows.iter()
            .map(|row| Ok(row.try_get::<String, _>(0)?))
            .collect()
    }

    /// Indexes on two of the columns of users.
    pub(crate) async fn add_indexes(&mut self, layout: &Layout) -> Outcome<()> {
        let entries = layout.entries.as_ref().ok_or("no entries")?;
        for text in [
            format!(
                "CREATE INDEX users_by_name ON \"{}\" (\"batch\", \"assigned\", \"id\")",
                layout.name
            ),
            format!(
                "CREATE INDEX entries_by_value ON \"{}\" (\"value\")",
                entries.table
            ),
        ] {
            self.execute(text, &[]).await?;
        }
        if self.dialect == SqlDialect::PostgreSql {
            // A table without rows is read as a whole, unless that is forbidden.
            for method in ["enable_seqscan", "enable_sort", "enable_hashjoin"] {
                self.execute(format!("SET {method} = off"), &[]).await?;
            }
        }
        Ok(())
    }

    /// How the database goes about a query.
    pub(crate) async fn plan(
        &mut self,
        layout: &Layout,
        filter: Option<&BoundFilter>,
        sort: Option<&BoundSort>,
        page: SqlPage<'_>,
    ) -> Outcome<String> {
        let query = layout.table.query(filter, sort, page)?;
        let (explain, column) = match self.dialect {
            SqlDialect::PostgreSql => ("EXPLAIN ", 0),
            _ => ("EXPLAIN QUERY PLAN ", 3),
        };
        let rows = self.run(explain, layout, 1, &query).await?;
        let lines = rows.iter().map(|row| row.try_get::<String, _>(column));
        Ok(lines.collect::<Result<Vec<_>, _>>()?.join("\n"))
    }

    async fn run(
        &mut self,
        explain: &str,
        layout: &Layout,
        batch: i64,
        query: &SqlQuery,
    ) -> Result<Vec<AnyRow>, sqlx::Error> {
        let mark = match self.dialect {
            SqlDialect::PostgreSql => "$1",
            _ => "?1",
        };
        let SqlQuery {
            condition,
            order,
            limit,
            ..
        } = query;
        let text = format!(
            "{explain}SELECT \"id\" FROM \"{}\" WHERE \"batch\" = {mark} AND ({condition}) ORDER BY {order} {limit}",
            layout.name
        );
        let sent = sqlx::query(AssertSqlSafe(text))
            .persistent(false)
            .bind(batch);
        query
            .parameters
            .iter()
            .fold(sent, |sent, value| match value {
                SqlValue::Text(text) => sent.bind(text.clone()),
                SqlValue::Integer(number) => sent.bind(*number),
            })
            .fetch_all(&mut self.connection)
            .await
    }
}
