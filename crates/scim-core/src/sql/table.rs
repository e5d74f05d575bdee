//! [`SqlTable`]: where the resources of one type are kept.

mod query;
mod stored;

use super::entries::SqlEntries;
use super::expression::{Json, column, quoted};
use super::{SqlDialect, document};
use crate::error::{Error, ErrorKind};
use crate::evaluation::Place;
use crate::schema::{AttributeReference, AttributeType, RegisteredResourceType};

/// The table that keeps the resources of one type, and what its columns mean.
///
/// Names are put into quotes, so `PostgreSQL` tells upper case from lower case.
///
/// # Examples
///
/// See the [module](super).
#[derive(Clone, Debug)]
pub struct SqlTable {
    pub(super) dialect: SqlDialect,
    resource_type: RegisteredResourceType,
    name: String,
    id: String,
    document: String,
    columns: Vec<Column>,
    entries: Vec<(String, SqlEntries)>,
    pub(super) parameters_before: usize,
}

#[derive(Clone, Debug)]
struct Column {
    path: String,
    reference: AttributeReference,
    name: String,
    always_assigned: bool,
}

impl SqlTable {
    /// A table, or the alias that it has in the query, with the columns `id` for the id and `comparison` for the comparison
    /// document.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Internal`]: the name is not 1 to 63 ASCII letters, digits and underscores, beginning with no digit.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::sql::{SqlDialect, SqlTable};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// assert!(SqlTable::new(SqlDialect::Sqlite, "users", users).is_ok());
    /// assert!(SqlTable::new(SqlDialect::Sqlite, "users\" --", users).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(
        dialect: SqlDialect,
        name: &str,
        resource_type: &RegisteredResourceType,
    ) -> Result<Self, Error> {
        Ok(Self {
            dialect,
            resource_type: resource_type.clone(),
            name: checked(name)?,
            id: "id".to_owned(),
            document: "comparison".to_owned(),
            columns: Vec::new(),
            entries: Vec::new(),
            parameters_before: 0,
        })
    }

    /// Other names for the column of the id and that of the comparison document.
    ///
    /// # Errors
    ///
    /// As for [`SqlTable::new`].
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::sql::{SqlDialect, SqlPage, SqlTable};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let table = SqlTable::new(SqlDialect::Sqlite, "users", users)?.with_names("user_id", "keys")?;
    /// assert_eq!(table.query(None, None, SqlPage::All)?.order, r#""users"."user_id" ASC"#);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_names(mut self, id: &str, comparison: &str) -> Result<Self, Error> {
        self.id = checked(id)?;
        self.document = checked(comparison)?;
        Ok(self)
    }

    /// An attribute with a single value has a column of its own, which holds the same text as the comparison document, or NULL.
    ///
    /// Declare it as in [`SqlTable::generated_columns`], and put an index on it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Internal`]: no schema of the resource type has the attribute; it has several values, is complex, a
    /// reference or never shown; or the name of the column is not 1 to 63 ASCII letters, digits and underscores, beginning with
    /// no digit.
    ///
    /// # Examples
    ///
    /// See the [module](super).
    pub fn with_column(self, path: &str, column: &str) -> Result<Self, Error> {
        self.with(path, column, false)
    }

    /// As [`SqlTable::with_column`], for an attribute that every resource has, with a text that is not empty, as `userName` is.
    /// Then an index serves an order as well.
    ///
    /// # Errors
    ///
    /// As for [`SqlTable::with_column`].
    ///
    /// # Examples
    ///
    /// See the [module](super).
    pub fn with_required_column(self, path: &str, column: &str) -> Result<Self, Error> {
        self.with(path, column, true)
    }

    fn with(mut self, path: &str, column: &str, always_assigned: bool) -> Result<Self, Error> {
        let reference = self.resolve(path)?;
        let definition = reference.definition();
        let has_one_text = !reference.attribute().multi_valued
            && !definition.multi_valued
            && !matches!(
                definition.r#type,
                AttributeType::Complex | AttributeType::Reference
            )
            && !crate::evaluation::is_hidden(&reference);
        if !has_one_text {
            return Err(misuse(
                "a column is for an attribute with a single value that is neither complex nor a reference nor hidden",
            )
            .with_path(path));
        }
        self.columns.push(Column {
            path: reference.canonical_path(),
            reference,
            name: checked(column)?,
            always_assigned,
        });
        Ok(self)
    }

    /// The values of a complex attribute are rows of a table of their own, and not part of the comparison document.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Internal`]: no schema of the resource type has the attribute, it is not complex or has a single value, or
    /// there is a column for a sub-attribute that does not exist, has several values, or is a reference or a date.
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
    /// let members = SqlEntries::new("group_members", "group_id")?.with_column("value", "member")?;
    /// let table = SqlTable::new(SqlDialect::Sqlite, "groups", groups)?.with_entries("members", members)?;
    ///
    /// let filter = groups.parser().filter(r#"members.value eq "7""#)?;
    /// let filter = BoundFilter::bind(&filter, groups, &Compatibility::standard())?;
    /// assert_eq!(
    ///     table.query(Some(&filter), None, SqlPage::All)?.condition,
    ///     r#""groups"."id" IN (SELECT "e1"."group_id" FROM "group_members" AS "e1" WHERE "e1"."member" = ?1)"#,
    /// );
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_entries(mut self, path: &str, entries: SqlEntries) -> Result<Self, Error> {
        let reference = self.resolve(path)?;
        let definition = reference.attribute();
        let is_list = reference.sub_attribute().is_none()
            && definition.multi_valued
            && definition.r#type == AttributeType::Complex;
        if !is_list {
            return Err(
                misuse("rows are for an attribute that is complex and has several values")
                    .with_path(path),
            );
        }
        for (name, _) in entries.column_names() {
            let has_one_text = definition.sub_attribute(name).is_some_and(|sub_attribute| {
                !sub_attribute.multi_valued && document::is_text(sub_attribute)
            });
            if !has_one_text {
                return Err(misuse(
                    "a column is for a sub-attribute with a single value that is neither a reference nor a date",
                )
                .with_path(format!("{path}.{name}")));
            }
        }
        self.entries.push((reference.canonical_path(), entries));
        Ok(self)
    }

    /// So many parameters of the application's own come first, so the first one here has the next number.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::evaluation::BoundFilter;
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::sql::{SqlDialect, SqlPage, SqlTable};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let filter = BoundFilter::bind(&users.parser().filter("title eq \"CTO\"")?, users, &Compatibility::standard())?;
    ///
    /// let table = SqlTable::new(SqlDialect::PostgreSql, "users", users)?.with_parameters_before(1);
    /// let query = table.query(Some(&filter), None, SqlPage::All)?;
    /// let text = format!("SELECT resource FROM users WHERE tenant = $1 AND ({})", query.condition);
    /// assert!(text.ends_with(r#"AND ((("users"."comparison" ->> 'title') COLLATE "C") = $2)"#));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn with_parameters_before(mut self, count: usize) -> Self {
        self.parameters_before = count;
        self
    }

    fn resolve(&self, path: &str) -> Result<AttributeReference, Error> {
        let parsed = self.resource_type.parser().attribute_path(path);
        parsed
            .map_err(|failure| failure.to_string())
            .and_then(|path| {
                self.resource_type
                    .resolve(&path)
                    .map_err(|unknown| unknown.told_to_programmer())
            })
            .map_err(|detail| misuse(&detail).with_path(path))
    }

    /// The attribute at a place that a filter or an order found.
    pub(super) fn attribute(&self, place: &Place) -> Result<&AttributeReference, Error> {
        let container = match &place.container {
            None => Some(self.resource_type.base()),
            Some(urn) => self.resource_type.extension_container(urn),
        };
        container
            .and_then(|container| container.attribute(&place.attribute))
            .ok_or_else(foreign)
    }

    /// Where the comparison document has the attribute.
    pub(super) fn json(&self, reference: &AttributeReference) -> Json {
        self.json_in(
            format!("{}.{}", quoted(&self.name), quoted(&self.document)),
            reference,
        )
    }

    fn json_in(&self, document: String, reference: &AttributeReference) -> Json {
        let document = Json::new(self.dialect, document);
        let container = match reference.container() {
            None => document,
            Some(urn) => document.member(&super::key::member_name(urn.as_str())),
        };
        container.member(&super::key::member_name(&reference.attribute().name))
    }

    pub(super) fn entries_of(&self, reference: &AttributeReference) -> Option<&SqlEntries> {
        if self.entries.is_empty() {
            return None;
        }
        let path = reference.container().map_or_else(
            || reference.attribute().name.clone(),
            |urn| format!("{urn}:{}", reference.attribute().name),
        );
        self.entries
            .iter()
            .find(|(known, _)| *known == path)
            .map(|(_, entries)| entries)
    }

    /// The column of a path, as a key to compare.
    pub(super) fn column_of(&self, path: &str) -> Option<String> {
        self.columns
            .iter()
            .find(|column| column.path == path)
            .map(|found| column(self.dialect, &self.name, &found.name))
    }

    pub(super) fn is_always_assigned(&self, path: &str) -> bool {
        self.columns
            .iter()
            .any(|column| column.path == path && column.always_assigned)
    }

    /// The column of the id.
    pub(super) fn id(&self) -> String {
        format!("{}.{}", quoted(&self.name), quoted(&self.id))
    }

    /// The id as a key to compare.
    pub(super) fn id_key(&self) -> String {
        column(self.dialect, &self.name, &self.id)
    }
}

/// A name, if it can stand between quotation marks in any database.
pub(super) fn checked(name: &str) -> Result<String, Error> {
    let is_word = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let starts_well = name
        .bytes()
        .next()
        .is_some_and(|byte| !byte.is_ascii_digit());
    if is_word && starts_well && name.len() <= 63 {
        return Ok(name.to_owned());
    }
    let shown: String = name.chars().take(63).collect();
    let rest = if shown.len() < name.len() { "…" } else { "" };
    Err(misuse(&format!(
        "{shown:?}{rest} is no name of a table or column, which is 1 to 63 ASCII letters, digits and underscores, and \
         begins with no digit"
    )))
}

/// A mistake of the service itself.
fn misuse(detail: &str) -> Error {
    Error::new(ErrorKind::Internal, detail)
}

/// What is asked was bound for another resource type than that of the table.
pub(super) fn foreign() -> Error {
    misuse("the filter or the order was bound for another resource type than that of the table")
}
