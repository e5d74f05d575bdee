//! What the service must hold, worked out from the directory by hand: not by the mapping that is put to the test.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Value, json};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::directory::{Directory, GraphUser, is_enabled, user_name};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PEAKON: &str = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";

/// How somebody must stand in Peakon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Active,
    /// An employee who receives no surveys.
    Inactive,
    /// Never created.
    Absent,
}

/// One person of the directory.
#[derive(Debug)]
pub(crate) struct Expected<'a> {
    pub(crate) id: &'a str,
    pub(crate) user: &'a GraphUser,
    pub(crate) standing: Standing,
}

impl Expected<'_> {
    pub(crate) fn user_name(&self) -> &str {
        user_name(self.user)
    }
}

/// Everybody in the directory; `known` are the `userName`s that Peakon held before the cycle.
pub(crate) fn people<'a>(directory: &'a Directory, known: &BTreeSet<String>) -> Vec<Expected<'a>> {
    let assigned = directory.assigned();
    directory
        .users()
        .map(|(id, user)| {
            let active = assigned.contains(id) && passes_the_filter(user) && is_enabled(user);
            let standing = if active {
                Standing::Active
            } else if known.contains(&user_name(user).to_lowercase()) {
                Standing::Inactive
            } else {
                Standing::Absent
            };
            Expected { id, user, standing }
        })
        .collect()
}

/// Six digits as employee number, or an apprentice.
fn passes_the_filter(user: &GraphUser) -> bool {
    let number = text(user, "employeeId").unwrap_or_default();
    let numbered = number.len() == 6 && number.bytes().all(|byte| byte.is_ascii_digit());
    numbered || extension(user, "extensionAttribute5") == Some("apprentice")
}

fn text<'a>(user: &'a GraphUser, name: &str) -> Option<&'a str> {
    user.get(name).and_then(Value::as_str)
}

fn extension<'a>(user: &'a GraphUser, name: &str) -> Option<&'a str> {
    user.get("onPremisesExtensionAttributes")?
        .get(name)?
        .as_str()
}

pub(crate) fn manager_id(user: &GraphUser) -> Option<&str> {
    user.get("manager")?.get("id")?.as_str()
}

pub(crate) fn mentor(user: &GraphUser) -> Option<&str> {
    extension(user, "extensionAttribute4")
}

/// Every attribute: its name, what must be there, and what is there. Without a value in the directory nothing may be there,
/// unless the rules name a default.
#[expect(
    clippy::too_many_lines,
    reason = "a table with a row for each attribute"
)]
pub(crate) fn attributes<'e>(
    expected: &Expected<'_>,
    employee: &'e Value,
) -> Vec<(&'static str, Option<Value>, Option<&'e Value>)> {
    let user = expected.user;
    let core = |name: &str| employee.get(name);
    let named = |name: &str| employee.get("name").and_then(|names| names.get(name));
    let enterprise = |name: &str| employee.get(ENTERPRISE).and_then(|object| object.get(name));
    let peakon = |name: &str| employee.get(PEAKON).and_then(|object| object.get(name));
    let full_name = [text(user, "givenName"), text(user, "surname")];
    let full_name = full_name
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let formal_name = format!(
        "{}, {}",
        text(user, "surname").unwrap_or_default(),
        text(user, "givenName").unwrap_or_default()
    );
    let department = text(user, "department");
    let held = held_before(expected.user_name());
    vec![
        (
            "userName",
            text(user, "userPrincipalName").map(Value::from),
            core("userName"),
        ),
        ("externalId", Some(json!(expected.id)), core("externalId")),
        ("displayName", Some(json!(full_name)), core("displayName")),
        (
            "name.formatted",
            Some(json!(without_diacritics(&formal_name))),
            named("formatted"),
        ),
        (
            // Set when somebody is created, and left alone from then on.
            "preferredLanguage",
            held.is_none()
                .then(|| json!(text(user, "preferredLanguage").unwrap_or("en"))),
            core("preferredLanguage"),
        ),
        (
            "userType",
            text(user, "employeeType").map(Value::from),
            core("userType"),
        ),
        (
            "name.givenName",
            text(user, "givenName").map(Value::from),
            named("givenName"),
        ),
        (
            "name.familyName",
            text(user, "surname").map(Value::from),
            named("familyName"),
        ),
        (
            "work e-mail",
            text(user, "mail").map(Value::from),
            work(employee, "emails"),
        ),
        (
            "mobile phone",
            text(user, "mobilePhone").map(Value::from),
            typed(employee, "phoneNumbers", "mobile"),
        ),
        (
            "work phone",
            first_phone(user),
            work(employee, "phoneNumbers"),
        ),
        (
            "employeeNumber",
            text(user, "employeeId").map(Value::from),
            enterprise("employeeNumber"),
        ),
        (
            "department",
            department.map(Value::from),
            enterprise("department"),
        ),
        (
            "organization",
            Some(json!("Lumenhaus")),
            enterprise("organization"),
        ),
        (
            "Job Title",
            // The default is for who is created; who was there keeps what he had.
            match (text(user, "jobTitle"), held) {
                (Some(title), _) => Some(json!(title)),
                (None, Some(held)) => job_title_of(held).map(Value::from),
                (None, None) => Some(json!("Employee")),
            },
            peakon("Job Title"),
        ),
        (
            "Department",
            Some(json!(department.unwrap_or("No department"))),
            peakon("Department"),
        ),
        (
            "Business Unit",
            extension(user, "extensionAttribute3").map(Value::from),
            peakon("Business Unit"),
        ),
        (
            "Date of Birth",
            extension(user, "extensionAttribute1").and_then(iso_date),
            peakon("Date of Birth"),
        ),
        (
            "Start Date",
            text(user, "employeeHireDate").map(Value::from),
            peakon("Start Date"),
        ),
        (
            "Salary",
            extension(user, "extensionAttribute2").and_then(whole_number),
            peakon("Salary"),
        ),
    ]
}

/// What Peakon had of somebody before the directory was connected.
fn held_before(user_name: &str) -> Option<&'static Value> {
    static EMPLOYEES: LazyLock<Vec<Value>> = LazyLock::new(|| {
        let mut document: Value = serde_json::from_str(super::EMPLOYEES).unwrap_or_default();
        match document.get_mut("employees").map(Value::take) {
            Some(Value::Array(employees)) => employees,
            _ => Vec::new(),
        }
    });
    let is_named = |employee: &&Value| {
        employee
            .get("userName")
            .is_some_and(|name| name == user_name)
    };
    EMPLOYEES.iter().find(is_named)
}

/// Latin letters without their marks, as a directory in English spells them; other scripts as they are.
fn without_diacritics(text: &str) -> String {
    let mut plain = String::new();
    for character in text.nfd() {
        let is_mark_of_latin = is_combining_mark(character)
            && plain.ends_with(|last: char| last.is_ascii_alphabetic());
        match character {
            _ if is_mark_of_latin => {}
            'ø' => plain.push_str("oe"),
            'Ø' => plain.push_str("OE"),
            'æ' => plain.push_str("ae"),
            'Æ' => plain.push_str("AE"),
            'ß' => plain.push_str("ss"),
            'ł' => plain.push('l'),
            'Ł' => plain.push('L'),
            'ı' => plain.push('i'),
            other => plain.push(other),
        }
    }
    plain.nfc().collect()
}

/// `17/03/1994` → `1994-03-17T00:00:00Z`.
fn iso_date(text: &str) -> Option<Value> {
    let mut parts = text.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Some(json!(format!("{year}-{month}-{day}T00:00:00Z")))
}

fn whole_number(text: &str) -> Option<Value> {
    text.parse::<i64>().ok().map(Value::from)
}

fn first_phone(user: &GraphUser) -> Option<Value> {
    user.get("businessPhones")?.as_array()?.first().cloned()
}

fn work<'e>(employee: &'e Value, list: &str) -> Option<&'e Value> {
    typed(employee, list, "work")
}

fn typed<'e>(employee: &'e Value, list: &str, kind: &str) -> Option<&'e Value> {
    let mut elements = employee.get(list)?.as_array()?.iter();
    elements
        .find(|element| element.get("type").and_then(Value::as_str) == Some(kind))?
        .get("value")
}

pub(crate) fn manager_of(employee: &Value) -> Option<&str> {
    employee
        .get(ENTERPRISE)?
        .get("manager")?
        .get("value")?
        .as_str()
}

pub(crate) fn mentor_of(employee: &Value) -> Option<&str> {
    employee.get(PEAKON)?.get("Mentor")?.as_str()
}

pub(crate) fn job_title_of(employee: &Value) -> Option<&str> {
    employee.get(PEAKON)?.get("Job Title")?.as_str()
}
