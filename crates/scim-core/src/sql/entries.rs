//! Attributes with so many values that these are rows of a table of their own.

use super::condition::Source;
use super::expression::{Condition, Json, column, generated, quoted};
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
    parameters: Vec<(String, usize)>,
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
            parameters: Vec::new(),
        })
    }

    /// A column of this table always equals one of the parameters that
    /// [come first](super::SqlTable::with_parameters_before), counted from 1: the account, say, so that nobody's question touches
    /// the rows of another account, and an index may begin with it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Internal`](crate::error::ErrorKind::Internal): the name of the column is not 1 to 63 ASCII letters, digits
    /// and underscores, beginning with no digit. A number that is none of those parameters is told by
    /// [`SqlTable::query`](super::SqlTable::query).
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::evaluation::BoundFilter;
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::sql::{SqlDialect, SqlEntries, SqlPage, SqlTable};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let groups = registry.resource_type("Group").ok_or("no groups")?;
    /// let members = SqlEntries::new("group_members", "group_id")?
    ///     .with_column("value", "member")?
    ///     .with_parameter("account", 1)?;
    /// let table = SqlTable::new(SqlDialect::Sqlite, "groups", groups)?
    ///     .with_entries("members", members)?
    ///     .with_parameters_before(1);
    ///
    /// let filter = groups.parser().filter(r#"members.value eq "7""#)?;
    /// let filter = BoundFilter::bind(&filter, groups, &Compatibility::standard())?;
    /// let query = table.query(Some(&filter), None, SqlPage::All)?;
    /// let text = format!("SELECT resource FROM groups WHERE account = ?1 AND ({})", query.condition);
    /// assert!(text.ends_with(r#"FROM "group_members" AS "e1" WHERE "e1"."account" = ?1 AND "e1"."member" = ?2))"#));
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_parameter(mut self, column: &str, number: usize) -> Result<Self, Error> {
        self.parameters.push((checked(column)?, number));
        Ok(self)
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

    /// Which parameters of the application its rows are compared with.
    pub(super) fn parameter_numbers(&self) -> impl Iterator<Item = usize> {
        self.parameters.iter().map(|(_, number)| *number)
    }

    /// What holds of each of the rows, whatever is asked.
    pub(super) fn conditions(&self, dialect: SqlDialect, alias: &str) -> Vec<Condition> {
        let condition = |(name, number): &(String, usize)| {
            let column = column(dialect, alias, name);
            Condition::simple(format!("{column} = {}", dialect.parameter(*number)))
        };
        self.parameters.iter().map(condition).collect()
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
        let mut conditions = self.conditions(dialect, alias);
        conditions.push(Condition::simple(format!("{owner} = {id}")));
        let first = format!("{}.\"position\" = 0", quoted(alias));
        conditions.push(Condition::simple(first));
        let conditions = Condition::all(conditions).into_text();
        format!("(SELECT {key} FROM {rows} WHERE {conditions})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::SchemaRegistry;
    use crate::sql::{SqlPage, SqlTable};

    #[test]
    fn a_parameter_has_to_be_one_of_those_that_come_first() {
        let registry = SchemaRegistry::standard();
        let groups = registry.resource_type("Group").unwrap();
        for (number, is_known) in [(0, false), (1, true), (2, true), (3, false)] {
            let members = SqlEntries::new("members", "group_id").unwrap();
            let members = members.with_parameter("account", number).unwrap();
            let table = SqlTable::new(SqlDialect::Sqlite, "groups", groups).unwrap();
            let table = table.with_entries("members", members).unwrap();
            let query = table
                .with_parameters_before(2)
                .query(None, None, SqlPage::All);
            assert_eq!(query.is_ok(), is_known, "{number}");
        }
        assert!(
            SqlEntries::new("members", "group_id")
                .unwrap()
                .with_parameter("a b", 1)
                .is_err()
        );
    }
}
