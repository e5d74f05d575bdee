//! References from one employee to another: the manager, and the account's attributes of the kind "employee".

use std::collections::BTreeMap;

use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
use scim_core::urn;
use serde_json::{Map, Value, json};
use sqlx::SqliteConnection;

use super::document::{Document, caseless_key, text_of};
use super::fault::Fault;

/// An attribute whose value is another employee.
#[derive(Clone, Debug)]
pub(super) struct ReferenceAttribute {
    extension: &'static str,
    name: String,
    path: String,
}

impl ReferenceAttribute {
    pub(super) fn manager() -> Self {
        Self::new(urn::ENTERPRISE_USER, "manager")
    }

    fn new(extension: &'static str, name: &str) -> Self {
        Self {
            extension,
            name: name.to_owned(),
            path: format!("{extension}:{name}"),
        }
    }

    /// The manager, and the attributes of the kind "employee".
    pub(super) fn of_account(attributes: &[PeakonAttribute]) -> Vec<Self> {
        let own = attributes
            .iter()
            .filter(|attribute| attribute.kind == PeakonAttributeKind::Employee)
            .map(|attribute| Self::new(urn::PEAKON_USER, &attribute.name));
        std::iter::once(Self::manager()).chain(own).collect()
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The manager is an object that holds his id; the account's own attributes are texts.
    fn is_manager(&self) -> bool {
        self.extension == urn::ENTERPRISE_USER
    }

    fn text(&self, document: &Document) -> Option<String> {
        let value = document.get(self.extension)?.get(&self.name)?;
        text_of(if self.is_manager() {
            value.get("value")
        } else {
            Some(value)
        })
    }

    fn set_manager(&self, document: &mut Document, id: &str) {
        if let Some(Value::Object(extension)) = document.get_mut(self.extension) {
            extension.insert(self.name.clone(), json!({ "value": id }));
        }
    }

    /// Takes the attribute away, and the extension too if nothing else stands in it.
    pub(super) fn clear(&self, document: &mut Document) {
        let Some(Value::Object(extension)) = document.get_mut(self.extension) else {
            return;
        };
        extension.remove(&self.name);
        if extension.is_empty() {
            document.remove(self.extension);
            if let Some(Value::Array(schemas)) = document.get_mut("schemas") {
                schemas.retain(|schema| schema.as_str() != Some(self.extension));
            }
        }
    }
}

/// A reference that names an employee who exists.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    path: String,
    value: String,
    target_id: String,
}

/// Finds whom each reference of a document means, and writes the manager as his id.
///
/// A value that stays what it was goes on meaning the employee it meant, even if he has another e-mail address now.
pub(super) async fn find_all(
    connection: &mut SqliteConnection,
    account: &str,
    id: &str,
    document: &mut Document,
    attributes: &[ReferenceAttribute],
) -> Result<Vec<Reference>, Fault> {
    let known: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT path, value, target_id FROM employee_references
          WHERE account = ?1 AND employee_id = ?2",
    )
    .bind(account)
    .bind(id)
    .fetch_all(&mut *connection)
    .await?;
    let known: BTreeMap<String, (String, String)> = known
        .into_iter()
        .map(|(path, value, target)| (path, (value, target)))
        .collect();
    let mut references = Vec::new();
    for attribute in attributes {
        let Some(text) = attribute.text(document) else {
            continue;
        };
        let target_id = match known.get(&attribute.path) {
            Some((value, target_id)) if *value == text => target_id.clone(),
            _ => find(connection, account, attribute, &text).await?,
        };
        let value = if attribute.is_manager() {
            attribute.set_manager(document, &target_id);
            target_id.clone()
        } else {
            text
        };
        references.push(Reference {
            path: attribute.path.clone(),
            value,
            target_id,
        });
    }
    Ok(references)
}

/// Keeps these references of an employee and no others.
pub(super) async fn save(
    connection: &mut SqliteConnection,
    account: &str,
    id: &str,
    references: &[Reference],
) -> Result<(), Fault> {
    sqlx::query("DELETE FROM employee_references WHERE account = ?1 AND employee_id = ?2")
        .bind(account)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    for reference in references {
        sqlx::query(
            "INSERT INTO employee_references (account, employee_id, path, value, target_id)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )
        .bind(account)
        .bind(id)
        .bind(&reference.path)
        .bind(&reference.value)
        .bind(&reference.target_id)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The id of the one employee whom a text means: by id (the manager only), by user name or by e-mail address.
async fn find(
    connection: &mut SqliteConnection,
    account: &str,
    attribute: &ReferenceAttribute,
    text: &str,
) -> Result<String, Fault> {
    if attribute.is_manager() {
        let by_id: Option<String> = sqlx::query_scalar(
            "SELECT id FROM resources WHERE account = ?1 AND id = ?2 AND resource_type = 'User'",
        )
        .bind(account)
        .bind(text)
        .fetch_optional(&mut *connection)
        .await?;
        if let Some(id) = by_id {
            return Ok(id);
        }
    }
    let mut found: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM resources
          WHERE account = ?1 AND resource_type = 'User' AND user_name_key = ?2
          UNION
         SELECT employee_id FROM employee_emails WHERE account = ?1 AND email_key = ?2
          LIMIT 2",
    )
    .bind(account)
    .bind(caseless_key(text))
    .fetch_all(&mut *connection)
    .await?;
    let (path, name) = (&attribute.path, &attribute.name);
    match (found.pop(), found.is_empty()) {
        (Some(id), true) => Ok(id),
        (Some(_), false) => Err(Fault::invalid_value(
            path,
            format!(
                "`{text}` is an address of several employees; name one of them by {}",
                if attribute.is_manager() {
                    "his id"
                } else {
                    "his user name or an address that is his alone"
                }
            ),
        )),
        (None, _) => Err(Fault::invalid_value(
            path,
            format!(
                "`{text}` is neither {} of an employee. An employee must exist before he is referred to, \
                 so do it in two steps: first create everybody without `{name}`, then set `{name}` by PATCH",
                if attribute.is_manager() {
                    "the id nor the e-mail address or user name"
                } else {
                    "the e-mail address nor the user name"
                }
            ),
        )),
    }
}

/// Fills in what an answer tells about managers: where they are found and what they are called.
pub(super) fn complete_manager(
    document: &mut Document,
    base_url: &str,
    display_names: &BTreeMap<String, String>,
) {
    let manager = document
        .get_mut(urn::ENTERPRISE_USER)
        .and_then(|enterprise| enterprise.get_mut("manager"))
        .and_then(Value::as_object_mut);
    let Some(manager) = manager else { return };
    let Some(id) = text_of(manager.get("value")) else {
        return;
    };
    let mut complete = Map::new();
    complete.insert("$ref".to_owned(), json!(format!("{base_url}/Users/{id}")));
    if let Some(name) = display_names.get(&id) {
        complete.insert("displayName".to_owned(), json!(name));
    }
    complete.insert("value".to_owned(), json!(id));
    *manager = complete;
}

/// The id of a document's manager.
pub(super) fn manager_id(document: &Document) -> Option<String> {
    ReferenceAttribute::manager().text(document)
}
