//! Attributes with so many values that these are rows of a table of their own.

use super::condition::Source;
use super::expression::{Json, column, generated, quoted};
use super::table::checked;
use super::{SqlDialect, key};
use crate::error::Error;

/// A table with one row for each value of a multi-valued complex attribute, such as the members of groups.
///
/// Each row has the id of its resource in the column `owner`, its number from 0 on in a column `position`, and one value of
/// [`SqlTable::entries`](super::SqlTable::entries) as JSON in a column `entry`. An index on a column of its own finds the groups
/// of one member among millions.
///
/// # Examples
///
/// See [`SqlTable::with_entries`](super::SqlTable::with_entries).
#[derive(Clone, Debug)]
pub struct SqlEntries {
    table: String,
    owner: String,
    columns: Vec<(String, String)>,
}

impl SqlEntries {
    /// A table by its name, and the column that holds the id of the resource.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Internal`](crate::error::ErrorKind::Internal): one of the names is not 1 to 63 ASCII letters, digits and
    /// underscores, beginning with no digit.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::sql::SqlEntries;
    ///
    /// assert!(SqlEntries::new("group_members", "group_id").is_ok());
    /// assert!(SqlEntries::new("group members; --", "group_id").is_err());
    /// ```
    pub fn new(table: &str, owner: &str) -> Result<Self, Error> {
        Ok(Self {
            table: checked(table)?,
            owner: checked(owner)?,
            columns: Vec::new(),
        })
    }

    /// The sub-attribute with this name has a column of its own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Internal`](crate::error::ErrorKind::Internal): the name of the column is not 1 to 63 ASCII letters, digits
    /// and underscores, beginning with no digit.
    ///
    /// # Examples
    ///
    /// See [`SqlTable::with_entries`](super::SqlTable::with_entries).
    pub fn with_column(mut self, sub_attribute: &str, column: &str) -> Result<Self, Error> {
        self.columns
            .push((sub_attribute.to_owned(), checked(column)?));
        Ok(self)
    }

    /// The columns of [`SqlEntries::with_column`] as a definition of the table has them: the database fills them by itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::sql::{SqlDialect, SqlEntries};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let members = SqlEntries::new("group_members", "group_id")?.with_column("value", "member")?;
    /// assert_eq!(
    ///     members.generated_columns(SqlDialect::Sqlite),
    ///     [r#""member" TEXT GENERATED ALWAYS AS (json_extract("entry", '$."value"')) STORED"#],
    /// );
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn generated_columns(&self, dialect: SqlDialect) -> Vec<String> {
        let entry = Json::new(dialect, quoted("entry"));
        self.column_names()
            .map(|(name, column)| {
                generated(
                    dialect,
                    column,
                    &entry.member(&key::member_name(name)).text(),
                )
            })
            .collect()
    }

    pub(super) fn column_names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns
            .iter()
            .map(|(sub_attribute, column)| (sub_attribute.as_str(), column.as_str()))
    }

    pub(super) fn column(
        &self,
        sub_attribute: &str,
        dialect: SqlDialect,
        alias: &str,
    ) -> Option<String> {
        self.column_names()
            .find(|(known, _)| known.eq_ignore_ascii_case(sub_attribute))
            .map(|(_, name)| column(dialect, alias, name))
    }

    /// One of the rows, as an element of the attribute.
    pub(super) fn element(&self, dialect: SqlDialect, alias: String) -> Source<'_> {
        let entry = format!("{}.\"entry\"", quoted(&alias));
        Source {
            json: Json::new(dialect, entry),
            column: None,
            row: Some((self, alias)),
        }
    }

    /// The column with the id of the resource, and what stands after FROM.
    pub(super) fn rows(&self, alias: &str) -> (String, String) {
        let alias = quoted(alias);
        let owner = format!("{alias}.{}", quoted(&self.owner));
        (owner, format!("{} AS {alias}", quoted(&self.table)))
    }

    /// The key by which a resource is sorted: that of its first entry.
    pub(super) fn first(
        &self,
        dialect: SqlDialect,
        id: &str,
        sub_attribute: &str,
        form: Option<&str>,
    ) -> String {
        let alias = "e1";
        let (owner, rows) = self.rows(alias);
        let entry = self
            .element(dialect, alias.to_owned())
            .json
            .member(&key::member_name(sub_attribute));
        let key = match form {
            Some(form) => entry.member(form).text(),
            None => self
                .column(sub_attribute, dialect, alias)
                .unwrap_or_else(|| entry.text()),
        };
        format!(
            "(SELECT {key} FROM {rows} WHERE {owner} = {id} AND {}.\"position\" = 0)",
            quoted(alias)
        )
    }
}
