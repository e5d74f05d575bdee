//! References from one employee to another: the manager, and the account's attributes of the kind "employee". And those of
//! resource types beside employees and groups, whose schemas say what refers to what.

use std::collections::BTreeMap;

use scim_core::peakon::{EmployeeReference, NamedBy, PeakonAccount};
use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use scim_core::urn;
use serde_json::{Map, Value, json};
use sqlx::AnyConnection;

use super::document::{Document, caseless_key, text_of};
use super::fault::Fault;

/// A reference that names an employee who exists.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    path: String,
    value: String,
    target_id: String,
}

/// Finds whom each reference of an employee means, and writes the manager as his id.
///
/// A value that stays what it was goes on meaning the employee it meant, even if he has another e-mail address now.
pub(super) async fn find_all(
    connection: &mut AnyConnection,
    account: &str,
    id: &str,
    resource: &mut Resource,
    peakon: &PeakonAccount,
) -> Result<Vec<Reference>, Fault> {
    let known: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT path, value, target_id FROM resource_references
          WHERE account = $1 AND resource_id = $2",
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
    for reference in peakon.references(resource) {
        let path = reference.path.to_string();
        let target_id = match known.get(&path) {
            Some((value, target_id)) if *value == reference.employee => target_id.clone(),
            _ => find(connection, account, &reference).await?,
        };
        let value = match reference.named_by {
            NamedBy::Id => {
                set_manager(resource, &target_id);
                target_id.clone()
            }
            NamedBy::EmailAddress => reference.employee,
        };
        references.push(Reference {
            path,
            value,
            target_id,
        });
    }
    Ok(references)
}

/// The references that a schema knows: entries with the id of a resource in `value` (RFC 7643, section 2.4).
pub(super) fn of_schema(
    resource: &Resource,
    resource_type: &RegisteredResourceType,
) -> Vec<Reference> {
    let mut references = BTreeMap::new();
    for attribute in resource_type.attributes() {
        let definition = attribute.attribute();
        let names_types = definition
            .sub_attribute("$ref")
            .is_some_and(|uri| !uri.reference_types.is_empty());
        if attribute.sub_attribute().is_some() || !names_types {
            continue;
        }
        let entries = match attribute.value_in(resource) {
            Some(Value::Array(entries)) => entries.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => continue,
        };
        let path = attribute.canonical_path();
        for id in entries
            .iter()
            .filter_map(|entry| text_of(entry.get("value")))
        {
            let reference = Reference {
                path: path.clone(),
                value: id.clone(),
                target_id: id.clone(),
            };
            references.insert((path.clone(), id), reference);
        }
    }
    references.into_values().collect()
}

/// Keeps these references of a resource and no others.
pub(super) async fn save(
    connection: &mut AnyConnection,
    account: &str,
    id: &str,
    references: &[Reference],
) -> Result<(), Fault> {
    sqlx::query("DELETE FROM resource_references WHERE account = $1 AND resource_id = $2")
        .bind(account)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    for reference in references {
        sqlx::query(
            "INSERT INTO resource_references (account, resource_id, path, value, target_id)
             VALUES ($1, $2, $3, $4, $5)",
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
    connection: &mut AnyConnection,
    account: &str,
    reference: &EmployeeReference,
) -> Result<String, Fault> {
    let text = &reference.employee;
    let may_be_id = reference.named_by == NamedBy::Id;
    if may_be_id {
        let by_id: Option<String> = sqlx::query_scalar(
            "SELECT id FROM resources WHERE account = $1 AND id = $2 AND resource_type = 'User'",
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
          WHERE account = $1 AND resource_type = 'User' AND user_name_key = $2
          UNION
         SELECT employee_id FROM employee_emails WHERE account = $1 AND email_key = $2
          LIMIT 2",
    )
    .bind(account)
    .bind(caseless_key(text))
    .fetch_all(&mut *connection)
    .await?;
    match (found.pop(), found.is_empty()) {
        (Some(id), true) => Ok(id),
        (Some(_), false) => Err(Fault::invalid_value(
            reference.path.as_str(),
            format!(
                "`{text}` is an address of several employees; name one of them by {}",
                if may_be_id {
                    "his id"
                } else {
                    "his user name or an address that is his alone"
                }
            ),
        )),
        (None, _) => Err(reference.missing().into()),
    }
}

fn set_manager(resource: &mut Resource, id: &str) {
    let attributes = resource.attributes_mut();
    if let Some(Value::Object(enterprise)) = attributes.get_mut(urn::ENTERPRISE_USER) {
        enterprise.insert("manager".to_owned(), json!({ "value": id }));
    }
}

/// Takes a reference to somebody away, and its extension too if nothing else stands in it.
pub(super) fn clear(document: &mut Document, path: &str, id: &str) {
    let in_extension = document.keys().find_map(|urn| {
        let name = path.strip_prefix(urn.as_str())?.strip_prefix(':')?;
        Some((urn.clone(), name))
    });
    let Some((urn, name)) = in_extension else {
        clear_in(document, path, id);
        return;
    };
    let Some(Value::Object(extension)) = document.get_mut(&urn) else {
        return;
    };
    clear_in(extension, name, id);
    if extension.is_empty() {
        document.remove(&urn);
        if let Some(Value::Array(schemas)) = document.get_mut("schemas") {
            schemas.retain(|schema| schema.as_str() != Some(&urn));
        }
    }
}

fn clear_in(attributes: &mut Map<String, Value>, name: &str, id: &str) {
    let is_of_id = |entry: &Value| text_of(entry.get("value")).as_deref() == Some(id);
    let is_empty = match attributes.get_mut(name) {
        Some(Value::Array(entries)) => {
            entries.retain(|entry| !is_of_id(entry));
            entries.is_empty()
        }
        _ => true,
    };
    if is_empty {
        attributes.remove(name);
    }
}

/// Fills in what an answer tells about managers: where they are found and what they are called.
pub(super) fn complete_manager(
    document: &mut Document,
    base_url: &str,
    display_names: &BTreeMap<String, String>,
) {
    let Some(id) = manager_id(document) else {
        return;
    };
    let mut complete = Map::new();
    complete.insert("$ref".to_owned(), json!(format!("{base_url}/Users/{id}")));
    if let Some(name) = display_names.get(&id) {
        complete.insert("displayName".to_owned(), json!(name));
    }
    complete.insert("value".to_owned(), json!(id));
    if let Some(Value::Object(enterprise)) = document.get_mut(urn::ENTERPRISE_USER) {
        enterprise.insert("manager".to_owned(), Value::Object(complete));
    }
}

/// The id of a document's manager.
pub(super) fn manager_id(document: &Document) -> Option<String> {
    let enterprise = document.get(urn::ENTERPRISE_USER)?;
    text_of(enterprise.get("manager")?.get("value"))
}
