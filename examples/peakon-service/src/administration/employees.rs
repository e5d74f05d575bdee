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
use sqlx::AnyConnection;

use super::Administration;
use super::forms::{Submission, Visitor};
use super::page::{Failure, Frame, Moment};
use crate::clock;
use crate::database::{Database, Statement};

/// How many employees a page shows.
const PAGE: usize = 50;
/// One more: so it is known whether there are more.
const LIMIT: i64 = 51;
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
    page(&administration, &visitor, fields.text("search"), "").await
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

/// Employees in the order of their user names, no more than a page, and the id of the last one if there are more.
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
    let mut transaction = database.read().await?;
    let query = if !search.is_empty() {
        beginning_with(account, search)
    } else if after.is_empty() {
        everybody(account, None)
    } else {
        match place_of(&mut transaction, account, after).await? {
            Some(place) => everybody(account, Some(&place)),
            // Nobody was ever called so.
            None => return Ok((Vec::new(), None)),
        }
    };
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

const COLUMNS: &str = "SELECT resources.id, resources.user_name, resources.document, resources.active, \
                       resources.starts_at, resources.leaves_at FROM ";

/// The user name of an employee, as it is compared: also of one who has been deleted since he was shown.
async fn place_of(
    connection: &mut AnyConnection,
    account: &str,
    id: &str,
) -> Result<Option<String>, sqlx::Error> {
    let statement = "SELECT user_name_key FROM resources WHERE account = $1 AND id = $2";
    let place: Option<(Option<String>,)> = sqlx::query_as(statement)
        .bind(account)
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some((place,)) = place {
        return Ok(place);
    }
    let statement = "SELECT user_name FROM former_employees WHERE account = $1 AND id = $2";
    let user_name: Option<String> = sqlx::query_scalar(statement)
        .bind(account)
        .bind(id)
        .fetch_optional(connection)
        .await?;
    Ok(user_name.map(|user_name| key("userName", &user_name)))
}

/// A text as it is compared.
fn key(attribute: &str, text: &str) -> String {
    let definition = AttributeDefinition::new(attribute, AttributeType::String);
    comparison_key(&definition, text).into_owned()
}

/// Everybody behind a place in the order of the user names.
fn everybody(account: &str, place: Option<&str>) -> Statement {
    let mut query = Statement::new(COLUMNS);
    query.push("resources WHERE account = ").bind(account);
    query.push(" AND resource_type = 'User'");
    if let Some(place) = place {
        query.push(" AND user_name_key > ").bind(place);
    }
    end(query)
}

/// Those whose user name, name or e-mail address begins with a text. Each is looked for in an index, and no further than a page
/// needs, so that it takes no longer among a million.
fn beginning_with(account: &str, search: &str) -> Statement {
    let places = [
        ("id FROM resources", "user_name_key", "userName"),
        ("id FROM resources", "display_name_key", "displayName"),
        ("employee_id FROM employee_emails", "email_key", "value"),
    ];
    let mut query = Statement::new(COLUMNS);
    query.push("(");
    for (number, (table, column, attribute)) in places.into_iter().enumerate() {
        let from = key(attribute, search);
        query.push(if number == 0 { "" } else { " UNION " });
        query.push("SELECT * FROM (SELECT ").push(table);
        query.push(" WHERE account = ").bind(account);
        if column != "email_key" {
            query.push(" AND resource_type = 'User'");
        }
        query.push(" AND ").push(column).push(" >= ");
        query.bind(from.as_str());
        query.push(" AND ").push(column).push(" < ");
        query.bind(format!("{from}{LAST}"));
        query.push(" ORDER BY ").push(column).push(" LIMIT ");
        query
            .bind_integer(LIMIT)
            .push(") AS found_by_")
            .push(column);
    }
    // In this order SQLite goes from those found to their rows, and not through everybody.
    query.push(") AS found CROSS JOIN resources WHERE resources.account = ");
    query.bind(account).push(" AND resources.id = found.id");
    end(query)
}

fn end(mut query: Statement) -> Statement {
    query.push(" ORDER BY resources.user_name_key LIMIT ");
    query.bind_integer(LIMIT);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_database::TestDatabase;

    #[tokio::test]
    async fn indexes_find_a_page_and_whoever_is_searched_for() {
        let database = TestDatabase::sqlite();
        let database = Database::open(&database.url()).await.unwrap();
        let mut connection = database.read().await.unwrap();
        for (query, order_is_made) in [
            (everybody("fjordlab", None), false),
            (everybody("fjordlab", Some("ines")), false),
            (beginning_with("fjordlab", "ines"), true),
        ] {
            let plan = query.plan(&mut connection).await;
            assert!(!plan.contains("SCAN resources"), "{plan}");
            assert!(!plan.contains("SCAN employee_emails"), "{plan}");
            assert!(plan.contains("user_name_key>?") || !order_is_made, "{plan}");
            assert_eq!(
                plan.contains("USE TEMP B-TREE FOR ORDER BY"),
                order_is_made,
                "{plan}"
            );
        }
    }

    #[test]
    fn the_status_is_that_of_the_moment() {
        let now = DateTime::from_timestamp_millis(1000).unwrap_or_default();
        let word = |active, starts, leaves| match Status::at(now, active, starts, leaves) {
            Status::Active => "active",
            Status::Disabled => "disabled",
            Status::NotStarted(_) => "not started",
            Status::Leaver(_) => "leaver",
        };
        assert_eq!(word(1, None, None), "active");
        assert_eq!(word(1, Some(1000), Some(1001)), "active");
        assert_eq!(word(1, Some(1001), None), "not started");
        assert_eq!(word(0, Some(1001), None), "disabled");
        assert_eq!(word(0, None, Some(1000)), "leaver");
    }
}
