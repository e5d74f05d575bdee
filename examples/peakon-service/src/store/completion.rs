//! What an answer tells beside the document: the groups of an employee, what his manager is called, the members of a group.

use std::collections::BTreeMap;

use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::RequestContext;
use scim_core::urn;
use serde_json::{Value, json};
use sqlx::AnyConnection;

use super::document::{Document, text_of};
use super::fault::Fault;
use super::references::{complete_manager, manager_id};
use super::{GROUP, USER};
use crate::database::{Dialect, Statement};

/// Completes documents of one type: employees with a fixed number of queries for all of them, groups with one for each. What the answer
/// leaves out is not asked for: a group may have a hundred thousand members.
pub(super) async fn complete(
    connection: &mut AnyConnection,
    context: &RequestContext,
    registry: &SchemaRegistry,
    resource_type: &str,
    mut documents: Vec<Document>,
) -> Result<Vec<Resource>, Fault> {
    if resource_type == GROUP && !context.leaves_out("members") {
        for document in &mut documents {
            let Some(id) = text_of(document.get("id")) else {
                continue;
            };
            let members = members(connection, context, registry, &id).await?;
            if !members.is_empty() {
                document.insert("members".to_owned(), Value::Array(members));
            }
        }
    } else if resource_type == USER {
        let mut groups = if context.leaves_out("groups") {
            ByOwner::new()
        } else {
            groups(connection, context, ids(&documents)?).await?
        };
        let manager = format!("{}:manager", urn::ENTERPRISE_USER);
        let names = if context.leaves_out(&manager) {
            BTreeMap::new()
        } else {
            manager_names(connection, context, &documents).await?
        };
        for document in &mut documents {
            complete_manager(document, &context.base_url, &names);
            add(document, "groups", &mut groups);
        }
    }
    Ok(documents.into_iter().map(Resource::new).collect())
}

/// Values by the id of the resource that they belong to.
type ByOwner = BTreeMap<String, Vec<Value>>;

fn add(document: &mut Document, name: &str, values: &mut ByOwner) {
    let id = text_of(document.get("id")).unwrap_or_default();
    if let Some(values) = values.remove(&id) {
        document.insert(name.to_owned(), Value::Array(values));
    }
}

/// The ids as a JSON array: one bound parameter for any number of them.
pub(super) fn ids(documents: &[Document]) -> Result<String, serde_json::Error> {
    serde_json::to_string(
        &documents
            .iter()
            .filter_map(|it| it.get("id"))
            .collect::<Vec<_>>(),
    )
}

/// The id of the member, his entry as it was sent if he did not exist, and what and who he is if he does.
type MemberRow = (String, Option<String>, Option<String>, Option<String>);

/// One group has ten members, another one a hundred thousand. PostgreSQL takes the right way for each of them if it is asked for one
/// group, and makes the plan for this one: a plan for any group, or for several at once, reads all members of all groups.
async fn members(
    connection: &mut AnyConnection,
    context: &RequestContext,
    registry: &SchemaRegistry,
    group_id: &str,
) -> Result<Vec<Value>, Fault> {
    let query = members_of(&context.tenant, group_id).into_query_as();
    let rows: Vec<MemberRow> = query.persistent(false).fetch_all(connection).await?;
    let mut members = Vec::with_capacity(rows.len());
    for (id, sent, resource_type, display) in rows {
        members.push(match (resource_type, sent) {
            (Some(resource_type), _) => {
                let endpoint = registry
                    .resource_type(&resource_type)
                    .map_or("", |known| known.definition().endpoint.trim_matches('/'));
                let mut member = json!({
                    "$ref": format!("{}/{endpoint}/{id}", context.base_url),
                    "type": resource_type,
                    "value": id,
                });
                set_display(&mut member, display);
                member
            }
            (None, Some(sent)) => serde_json::from_str(&sent)?,
            (None, None) => json!({ "value": id }),
        });
    }
    Ok(members)
}

pub(super) fn members_of(account: &str, group_id: &str) -> Statement {
    let mut statement = Statement::new(
        "SELECT membership.member_id, membership.sent, member.resource_type, member.display_name
           FROM group_members AS membership
           LEFT JOIN resources AS member
             ON member.account = membership.account AND member.id = membership.member_id
          WHERE membership.account = ",
    );
    statement
        .bind(account)
        .push(" AND membership.group_id = ")
        .bind(group_id)
        .push(" ORDER BY membership.position");
    statement
}

async fn groups(
    connection: &mut AnyConnection,
    context: &RequestContext,
    employee_ids: String,
) -> Result<ByOwner, sqlx::Error> {
    let statement = groups_of(Dialect::of(connection), &context.tenant, employee_ids);
    let query = statement.into_query_as();
    let rows: Vec<(String, String, Option<String>)> = query.fetch_all(connection).await?;
    let mut groups = ByOwner::new();
    for (employee_id, id, display) in rows {
        let mut group = json!({
            "$ref": format!("{}/Groups/{id}", context.base_url),
            "type": "direct",
            "value": id,
        });
        set_display(&mut group, display);
        groups.entry(employee_id).or_default().push(group);
    }
    Ok(groups)
}

pub(super) fn groups_of(dialect: Dialect, account: &str, employee_ids: String) -> Statement {
    let mut statement = Statement::new(
        "SELECT membership.member_id, resources.id, resources.display_name
           FROM group_members AS membership
           JOIN resources
             ON resources.account = membership.account AND resources.id = membership.group_id
          WHERE membership.account = ",
    );
    statement
        .bind(account)
        .push(" AND membership.member_id")
        .bind_one_of(dialect, employee_ids)
        .push(" ORDER BY membership.member_id, resources.sequence");
    statement
}

fn set_display(entry: &mut Value, display: Option<String>) {
    if let (Some(entry), Some(display)) = (entry.as_object_mut(), display) {
        entry.insert("display".to_owned(), Value::String(display));
    }
}

async fn manager_names(
    connection: &mut AnyConnection,
    context: &RequestContext,
    documents: &[Document],
) -> Result<BTreeMap<String, String>, Fault> {
    let ids: Vec<String> = documents.iter().filter_map(manager_id).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids = serde_json::to_string(&ids)?;
    let query = names_of(Dialect::of(connection), &context.tenant, ids).into_query_as();
    let rows: Vec<(String, String)> = query.fetch_all(connection).await?;
    Ok(rows.into_iter().collect())
}

pub(super) fn names_of(dialect: Dialect, account: &str, ids: String) -> Statement {
    let mut statement = Statement::new("SELECT id, display_name FROM resources WHERE account = ");
    statement
        .bind(account)
        .push(" AND id")
        .bind_one_of(dialect, ids)
        .push(" AND display_name IS NOT NULL");
    statement
}
