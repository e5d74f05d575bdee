//! The employees of the account, with what they are to the survey service now.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use http::StatusCode;
use scim_core::schema::{AttributeDefinition, AttributeType, comparison_key};
use serde::Deserialize;
use serde_json::Value;

use super::Administration;
use super::forms::{Submission, Visitor};
use super::page::{Failure, Frame, Moment};
use crate::clock;
use crate::database::{Database, Statement};

/// How many employees a page shows.
const PAGE: usize = 50;
/// Longer texts than any name are not looked for.
const LONGEST: usize = 256;
/// The greatest character: between a text and the text with this behind it are those that begin with it.
const LAST: char = char::MAX;

#[derive(Template)]
#[template(path = "employees.html")]
struct EmployeesPage<'p> {
    frame: Frame,
    employees: Vec<Employee>,
    search: &'p str,
    is_first: bool,
    next: Option<String>,
}

/// What is shown of an employee.
#[derive(Debug)]
struct Employee {
    id: String,
    name: String,
    user_name: String,
    email: String,
    status: Status,
}

/// What an employee is to the survey service at a moment.
#[derive(Clone, Copy, Debug)]
enum Status {
    Active,
    Disabled,
    NotStarted(Moment),
    Leaver(Moment),
}

impl Status {
    fn at(now: DateTime<Utc>, active: i64, starts: Option<i64>, leaves: Option<i64>) -> Self {
        let now = now.timestamp_millis();
        match (starts, leaves) {
            (_, Some(leaves)) if leaves <= now => Self::Leaver(Moment::of_milliseconds(leaves)),
            _ if active == 0 => Self::Disabled,
            (Some(starts), _) if starts > now => Self::NotStarted(Moment::of_milliseconds(starts)),
            _ => Self::Active,
        }
    }
}

/// From which employee on a page begins, by his id.
#[derive(Deserialize)]
pub(super) struct Place {
    #[serde(default)]
    after: String,
}

pub(super) async fn show(
    State(administration): State<Arc<Administration>>,
    Query(place): Query<Place>,
    visitor: Visitor,
) -> Response {
    page(&administration, &visitor, "", &place.after).await
}

/// A search is sent as a form, though it changes nothing: names and addresses of people belong in no URL.
pub(super) async fn search(
    State(administration): State<Arc<Administration>>,
    submission: Submission,
) -> Response {
    let Submission { visitor, fields } = submission;
    let (search, after) = (fields.text("search"), fields.text("after"));
    page(&administration, &visitor, search, after).await
}

async fn page(
    administration: &Administration,
    visitor: &Visitor,
    search: &str,
    after: &str,
) -> Response {
    let account = &visitor.session.account;
    let found = find(
        &administration.database,
        account,
        search,
        after,
        clock::now(),
    )
    .await;
    let (employees, next) = match found {
        Ok(found) => found,
        Err(error) => return Failure::internal(&error).response(administration),
    };
    let page = EmployeesPage {
        frame: Frame::new(administration, visitor, "employees"),
        employees,
        search,
        is_first: after.is_empty(),
        next,
    };
    page.frame.respond(administration, StatusCode::OK, &page)
}

type Row = (
    String,
    Option<String>,
    String,
    i64,
    Option<i64>,
    Option<i64>,
);

/// A page of employees in the order of their user names, and the id of the last one if there are more.
async fn find(
    database: &Database,
    account: &str,
    search: &str,
    after: &str,
    now: DateTime<Utc>,
) -> Result<(Vec<Employee>, Option<String>), sqlx::Error> {
    if search.chars().count() > LONGEST {
        return Ok((Vec::new(), None));
    }
    let query = statement(account, search, after);
    let mut transaction = database.read().await?;
    let rows: Vec<Row> = query.into_query_as().fetch_all(&mut *transaction).await?;
    let has_more = rows.len() > PAGE;
    let employees: Vec<_> = rows
        .into_iter()
        .take(PAGE)
        .map(|row| Employee::new(row, now))
        .collect();
    let last = employees.last().filter(|_| has_more);
    let next = last.map(|employee| employee.id.clone());
    Ok((employees, next))
}

fn statement(account: &str, search: &str, after: &str) -> Statement {
    let mut query = Statement::new(
        "SELECT id, user_name, document, active, starts_at, leaves_at FROM resources WHERE account = ",
    );
    query.bind(account).push(" AND resource_type = 'User'");
    if !after.is_empty() {
        query.push(" AND user_name_key > (SELECT user_name_key FROM resources WHERE account = ");
        query.bind(account).push(" AND id = ").bind(after).push(")");
    }
    if !search.is_empty() {
        let places = [
            ("id FROM resources", "user_name_key", "userName"),
            ("id FROM resources", "display_name_key", "displayName"),
            ("employee_id FROM employee_emails", "email_key", "value"),
        ];
        for (number, (table, column, attribute)) in places.into_iter().enumerate() {
            query.push(if number == 0 {
                " AND id IN (SELECT "
            } else {
                " UNION SELECT "
            });
            let definition = AttributeDefinition::new(attribute, AttributeType::String);
            let from = comparison_key(&definition, search).into_owned();
            query.push(table).push(" WHERE account = ").bind(account);
            if column != "email_key" {
                query.push(" AND resource_type = 'User'");
            }
            query.push(" AND ").push(column).push(" >= ");
            query.bind(from.as_str());
            query.push(" AND ").push(column).push(" < ");
            query.bind(format!("{from}{LAST}"));
        }
        query.push(")");
    }
    query.push(" ORDER BY user_name_key LIMIT ");
    query.bind_integer(i64::try_from(PAGE + 1).unwrap_or(i64::MAX));
    query
}

impl Employee {
    fn new((id, user_name, document, active, starts, leaves): Row, now: DateTime<Utc>) -> Self {
        let document: Value = serde_json::from_str(&document).unwrap_or_default();
        Self {
            id,
            name: name(&document),
            user_name: user_name.unwrap_or_default(),
            email: email(&document),
            status: Status::at(now, active, starts, leaves),
        }
    }
}

fn text<'d>(document: &'d Value, pointer: &str) -> Option<&'d str> {
    let text = document.pointer(pointer)?.as_str()?;
    (!text.trim().is_empty()).then_some(text)
}

fn name(document: &Value) -> String {
    let whole = text(document, "/displayName").or_else(|| text(document, "/name/formatted"));
    if let Some(whole) = whole {
        return whole.to_owned();
    }
    let parts = ["/name/givenName", "/name/familyName"];
    let parts: Vec<_> = parts
        .iter()
        .filter_map(|pointer| text(document, pointer))
        .collect();
    parts.join(" ")
}

/// The primary address, else the first.
fn email(document: &Value) -> String {
    let emails = document.get("emails").and_then(Value::as_array);
    let emails = emails.map(Vec::as_slice).unwrap_or_default();
    let primary = emails
        .iter()
        .find(|email| email.get("primary") == Some(&Value::Bool(true)));
    let email = primary.or_else(|| emails.first());
    email
        .and_then(|email| text(email, "/value"))
        .unwrap_or_default()
        .to_owned()
}
