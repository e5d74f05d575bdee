//! What the database sees of resources: a comparison document beside each one, columns that the database makes of it, and rows.

mod renewal;

use std::collections::{BTreeMap, BTreeSet};

use scim_core::error::Error;
use scim_core::resource::Resource;
use scim_core::schema::{RegisteredResourceType, SchemaRegistry};
use scim_core::service_provider::StoreError;
use scim_core::sorting::BoundSort;
use scim_core::sql::{SqlDialect, SqlEntries, SqlPage, SqlTable};
use scim_core::urn;
use serde_json::Value;

use super::fault::Fault;
use super::{GROUP, USER};
use crate::database::Dialect;

pub(super) use self::renewal::{go_with, is_current, of_another_form, renew_if_due};

/// Paths and columns, as the migrations have them.
const COLUMNS: [(&str, &str); 3] = [
    ("userName", "user_name_key"),
    ("externalId", "external_id_key"),
    ("displayName", "display_name_key"),
];
const ENTERPRISE_COLUMNS: [(&str, &str); 2] = [
    ("employeeNumber", "employee_number_key"),
    ("manager.value", "manager_key"),
];

/// In every statement for resources of one type, `$1` is the account and `$2` is the type.
const PARAMETERS_BEFORE: usize = 2;
const ACCOUNT_PARAMETER: usize = 1;

/// How the resources of each type are seen.
#[derive(Debug)]
pub(crate) struct Views {
    registry: SchemaRegistry,
    views: BTreeMap<String, Result<View, Error>>,
}

impl Views {
    pub(crate) fn new(dialect: Dialect, registry: &SchemaRegistry) -> Self {
        let view = |resource_type: &RegisteredResourceType| {
            let name = resource_type.definition().name.clone();
            (name, View::new(dialect.of_library(), resource_type))
        };
        Self {
            registry: registry.clone(),
            views: registry.resource_types().map(view).collect(),
        }
    }

    pub(super) const fn registry(&self) -> &SchemaRegistry {
        &self.registry
    }

    pub(super) fn of(&self, resource_type: &str) -> Result<&View, Fault> {
        match self.views.get(resource_type) {
            Some(Ok(view)) => Ok(view),
            Some(Err(error)) => Err(StoreError::failed(error.to_string()).into()),
            None => Err(another_registry().into()),
        }
    }
}

pub(super) fn another_registry() -> StoreError {
    StoreError::failed("the store was made for another registry")
}

/// How the database sees the resources of one type.
#[derive(Debug)]
pub(super) struct View {
    pub(super) table: SqlTable,
    resource_type: String,
    has_emails: bool,
    /// The paths whose values an index finds, and those in whose order an index has all resources.
    indexed: BTreeSet<String>,
    ordered: BTreeSet<String>,
}

impl View {
    fn new(dialect: SqlDialect, resource_type: &RegisteredResourceType) -> Result<Self, Error> {
        let name = resource_type.definition().name.clone();
        let mut table = SqlTable::new(dialect, "resources", resource_type)?
            .with_parameters_before(PARAMETERS_BEFORE)
            .with_required_column("id", "id")?;
        let mut indexed = BTreeSet::from(["id".to_owned()]);
        let mut ordered = indexed.clone();
        let plain = COLUMNS.map(|(path, column)| (path.to_owned(), column));
        let of_enterprise = ENTERPRISE_COLUMNS
            .map(|(path, column)| (format!("{}:{path}", urn::ENTERPRISE_USER), column));
        for (path, column) in plain.into_iter().chain(of_enterprise) {
            let is_required = path
                .parse()
                .ok()
                .and_then(|path| resource_type.resolve(&path).ok())
                .is_some_and(|attribute| attribute.definition().required);
            let with_column = if is_required {
                SqlTable::with_required_column
            } else {
                SqlTable::with_column
            };
            // A type that lacks the attribute, or has another one of this name, does without the column.
            if let Ok(with_one_more) = with_column(table.clone(), &path, column) {
                table = with_one_more;
                if is_required {
                    ordered.insert(path.clone());
                }
                indexed.insert(path);
            }
        }
        let entries = |table: &str, owner: &str, value: &str| {
            SqlEntries::new(table, owner)?
                .with_column("value", value)?
                .with_parameter("account", ACCOUNT_PARAMETER)
        };
        let lists = match name.as_str() {
            USER => vec![
                (
                    "emails",
                    entries("employee_emails", "employee_id", "email_key")?,
                ),
                ("groups", entries("group_members", "member_id", "group_id")?),
            ],
            GROUP => vec![(
                "members",
                entries("group_members", "group_id", "member_id")?,
            )],
            _ => Vec::new(),
        };
        for (path, entries) in lists {
            if let Ok(with_one_more) = table.clone().with_entries(path, entries) {
                table = with_one_more;
                indexed.insert(format!("{path}.value"));
            }
        }
        let has_emails = indexed.contains("emails.value");
        Ok(Self {
            indexed,
            ordered,
            table,
            resource_type: name,
            has_emails,
        })
    }

    /// What is stored beside a resource.
    pub(super) fn document(&self, resource: &Resource) -> Result<String, Fault> {
        Ok(self.table.comparison_document(resource)?.to_string())
    }

    /// The e-mail addresses of an employee as they are compared.
    pub(super) fn emails(&self, employee: &Resource) -> Result<Vec<Value>, Fault> {
        if !self.has_emails {
            return Ok(Vec::new());
        }
        Ok(self.table.entries("emails", employee)?)
    }

    /// Whether the database sees what stands at a path. It does not where an answer is completed from what others are called.
    pub(super) fn sees(&self, path: &str) -> bool {
        match self.entry_of_others(path) {
            Some(sub_attribute) => matches!(sub_attribute, "" | ".value"),
            None => true,
        }
    }

    /// Whether an index finds the values at a path.
    pub(super) fn has_index(&self, path: &str) -> bool {
        self.indexed.contains(path)
    }

    /// Whether an index has all resources in the order of a path.
    pub(super) fn has_order(&self, path: &str) -> bool {
        self.ordered.contains(path)
    }

    /// The paths whose values an index finds.
    pub(super) fn indexed(&self) -> impl Iterator<Item = &str> {
        self.indexed.iter().map(String::as_str)
    }

    /// Whether the database knows an order.
    pub(super) fn sorts_by(&self, sort: &BoundSort) -> bool {
        let is_list_of_others = matches!(self.resource_type.as_str(), USER | GROUP)
            && matches!(sort.path().split('.').next(), Some("groups" | "members"));
        self.sees(sort.path())
            && !is_list_of_others
            && self.table.query(None, Some(sort), SqlPage::All).is_ok()
    }

    /// What follows in a path behind an attribute that refers to others.
    fn entry_of_others<'p>(&self, path: &'p str) -> Option<&'p str> {
        match self.resource_type.as_str() {
            GROUP => path.strip_prefix("members"),
            USER => path.strip_prefix("groups").or_else(|| {
                path.strip_prefix(urn::ENTERPRISE_USER)?
                    .strip_prefix(":manager")
            }),
            _ => None,
        }
        .filter(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

#[cfg(test)]
mod tests {
    use scim_core::schema::SchemaRegistry;

    use super::*;

    #[test]
    fn the_migrations_have_the_columns_of_the_library() {
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type(USER).unwrap();
        for (dialect, migrations) in [
            (
                SqlDialect::Sqlite,
                include_str!("../../migrations/sqlite/0006_comparison.sql"),
            ),
            (
                SqlDialect::PostgreSql,
                include_str!("../../migrations/postgresql/0001_employees_and_groups.sql"),
            ),
        ] {
            let view = View::new(dialect, users).unwrap();
            let columns = view.table.generated_columns();
            let emails = SqlEntries::new("employee_emails", "employee_id").unwrap();
            let emails = emails.with_column("value", "email_key").unwrap();
            let columns = columns
                .into_iter()
                .filter(|column| !column.starts_with("\"id\""));
            for column in columns.chain(emails.generated_columns(dialect)) {
                assert!(migrations.contains(&column), "{column}");
            }
        }
    }

    #[test]
    fn the_database_does_not_see_what_others_are_called() {
        let registry = SchemaRegistry::standard();
        let view = |name: &str| {
            View::new(SqlDialect::Sqlite, registry.resource_type(name).unwrap()).unwrap()
        };
        let manager = format!("{}:manager", urn::ENTERPRISE_USER);
        let (users, groups) = (view(USER), view(GROUP));
        for path in [
            "groups",
            "groups.value",
            "userName",
            &manager,
            &format!("{manager}.value"),
        ] {
            assert!(users.sees(path), "{path}");
        }
        for path in ["groups.display", "groups.type", &format!("{manager}.$ref")] {
            assert!(!users.sees(path), "{path}");
        }
        assert!(groups.sees("members.value") && !groups.sees("members.type"));
    }
}
