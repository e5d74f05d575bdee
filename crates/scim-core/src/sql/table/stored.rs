//! What is stored.

use serde_json::Value;

use super::{Column, SqlTable};
use crate::error::Error;
use crate::resource::Resource;
use crate::sql::expression::{generated, quoted};
use crate::sql::{document, order};

impl SqlTable {
    /// The comparison document of a resource, to be stored beside it: the same shape, but each value is the text by which it is
    /// compared, and what nobody may ask for is left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidValue`](crate::error::ErrorKind::InvalidValue), naming the attribute: a value does not have the type of its attribute, which is so for no
    /// resource that was [read](crate::schema::RegisteredResourceType::read) by its schemas; or the id is not in Unicode's normalisation form C.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::resource::Resource;
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::sql::{SqlDialect, SqlTable};
    /// use serde_json::json;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let user = json!({"id": "Ab1", "userName": "BJensen", "active": true, "password": "t0ps3cret"});
    /// let user = Resource::new(user.as_object().cloned().ok_or("no object")?);
    /// let document = SqlTable::new(SqlDialect::Sqlite, "users", users)?.comparison_document(&user)?;
    /// assert_eq!(document, json!({"id": "Ab1", "userName": "bjensen", "active": "true"}));
    /// # Ok(())
    /// # }
    /// ```
    pub fn comparison_document(&self, resource: &Resource) -> Result<Value, Error> {
        let attributes = self
            .resource_type
            .attributes()
            .filter(|reference| self.entries_of(reference).is_none());
        document::document(resource, attributes).map(Value::Object)
    }

    /// The values of an attribute that has a table of its own, one for each row, in the order of their positions.
    ///
    /// # Errors
    ///
    /// As for [`SqlTable::comparison_document`]; and [`ErrorKind::Internal`](crate::error::ErrorKind::Internal) if no schema of the resource type has the attribute.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::resource::Resource;
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::sql::{SqlDialect, SqlEntries, SqlTable};
    /// use serde_json::json;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let groups = registry.resource_type("Group").ok_or("no groups")?;
    /// let members = SqlEntries::new("group_members", "group_id")?;
    /// let table = SqlTable::new(SqlDialect::Sqlite, "groups", groups)?.with_entries("members", members)?;
    /// let group = json!({"id": "1", "members": [{"value": "7", "type": "User"}]});
    /// let group = Resource::new(group.as_object().cloned().ok_or("no object")?);
    /// assert_eq!(table.comparison_document(&group)?, json!({"id": "1"}));
    /// assert_eq!(table.entries("members", &group)?, [json!({"value": "7", "type": "user"})]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn entries(&self, path: &str, resource: &Resource) -> Result<Vec<Value>, Error> {
        let reference = self.resolve(path)?;
        match reference.value_in(resource) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(value) => document::elements(reference.attribute(), value, path),
        }
    }

    /// The columns of [`SqlTable::with_column`] as a definition of the table has them: the database fills them by itself.
    ///
    /// # Examples
    ///
    /// See the [module](crate::sql).
    #[must_use]
    pub fn generated_columns(&self) -> Vec<String> {
        let definition = |column: &Column| {
            let leaf = order::sort_leaf(
                &column.reference,
                &self.json_in(quoted(&self.document), &column.reference),
            );
            generated(self.dialect, &column.name, &leaf)
        };
        self.columns.iter().map(definition).collect()
    }
}
