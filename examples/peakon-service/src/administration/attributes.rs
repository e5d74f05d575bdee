//! The attributes that the account has defined for its employees.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};
use serde::Deserialize;

use super::Administration;
use super::connect::sentence;
use super::forms::{Submission, Visitor};
use super::notice::Notice;
use super::page::{Failure, Frame, Moment, Problem, Problems, see_other};
use super::to_its_end::to_its_end;
use crate::accounts::{AccountAttribute, AccountError, Accounts, deciding};

const SECTION: &str = "attributes";
const PAGE: &str = "/integrations/employee-provisioning/attributes";
/// The kinds: as a form sends them, by name, and with what that means.
const KINDS: [Choice; 5] = [
    Choice {
        kind: PeakonAttributeKind::Option,
        word: "option",
        name: "Option",
        meaning: " (one of a list)",
    },
    Choice {
        kind: PeakonAttributeKind::Text,
        word: "text",
        name: "Text",
        meaning: "",
    },
    Choice {
        kind: PeakonAttributeKind::Date,
        word: "date",
        name: "Date",
        meaning: "",
    },
    Choice {
        kind: PeakonAttributeKind::Number,
        word: "number",
        name: "Number",
        meaning: " (whole)",
    },
    Choice {
        kind: PeakonAttributeKind::Employee,
        word: "employee",
        name: "Employee",
        meaning: " (by e-mail address or user name)",
    },
];

#[derive(Clone, Copy)]
struct Choice {
    kind: PeakonAttributeKind,
    word: &'static str,
    name: &'static str,
    meaning: &'static str,
}

#[derive(Template)]
#[template(path = "attributes.html")]
struct AttributesPage<'p> {
    frame: Frame,
    attributes: Vec<AttributeRow>,
    kinds: [Choice; 5],
    name: &'p str,
    kind: &'p str,
    problems: Problems,
}

impl AttributesPage<'_> {
    fn is_chosen(&self, kind: &str) -> bool {
        self.kind == kind
    }
}

/// What is shown of an attribute.
struct AttributeRow {
    name: String,
    kind: &'static str,
    path: String,
    retired: Option<Moment>,
    /// Whether it is neither renamed nor retired.
    stays: bool,
}

impl From<AccountAttribute> for AttributeRow {
    fn from(attribute: AccountAttribute) -> Self {
        let kind = KINDS.iter().find(|kind| kind.kind == attribute.kind);
        Self {
            stays: deciding(&attribute.name).is_some(),
            name: attribute.name,
            kind: kind.map_or("", |kind| kind.name),
            path: attribute.path,
            retired: attribute.retired_at.map(Moment),
        }
    }
}

#[derive(Template)]
#[template(path = "rename.html")]
struct RenamePage<'p> {
    frame: Frame,
    attribute: AttributeRow,
    new_name: &'p str,
    problems: Problems,
}

#[derive(Template)]
#[template(path = "retire.html")]
struct RetirePage {
    frame: Frame,
    attribute: AttributeRow,
    problems: Problems,
}

/// Which attribute a page is about. In the query, for browsers would take a name such as `..` for a step in a path.
#[derive(Deserialize)]
pub(super) struct About {
    #[serde(default)]
    name: String,
}

pub(super) async fn show(
    State(administration): State<Arc<Administration>>,
    visitor: Visitor,
) -> Response {
    page(&administration, &visitor, "", "option", Problems::default()).await
}

async fn page(
    administration: &Administration,
    visitor: &Visitor,
    name: &str,
    kind: &str,
    problems: Problems,
) -> Response {
    let attributes = administration.accounts.attributes(&visitor.session.account);
    let attributes = match attributes.await {
        Ok(attributes) => attributes,
        Err(error) => return Failure::internal(&error).response(administration),
    };
    let page = AttributesPage {
        frame: Frame::new(administration, visitor, SECTION),
        attributes: attributes.into_iter().map(AttributeRow::from).collect(),
        kinds: KINDS,
        name,
        kind,
        problems,
    };
    let status = page.problems.status();
    page.frame.respond(administration, status, &page)
}

pub(super) async fn add(
    State(administration): State<Arc<Administration>>,
    submission: Submission,
) -> Response {
    let Submission { visitor, fields } = submission;
    let (name, kind) = (fields.text("name"), fields.text("kind"));
    let chosen = KINDS.iter().find(|known| known.word == kind);
    let outcome = match chosen {
        Some(kind) => {
            let attribute = PeakonAttribute::new(name, kind.kind);
            let account = &visitor.session.account;
            let added = administration.accounts.add_attribute(account, attribute);
            outcome(added.await, "name")
        }
        None => Err(Ok(Problem {
            field: "kind",
            text: "Choose the kind of its values.".to_owned(),
        })),
    };
    match outcome {
        Ok(()) => see_other(&administration, PAGE, Some(Notice::AttributeAdded)),
        Err(Ok(problem)) => {
            page(
                &administration,
                &visitor,
                name,
                kind,
                Problems::one(problem),
            )
            .await
        }
        Err(Err(failure)) => failure.response(&administration),
    }
}

/// What was done, or a rule that is against it, or a failure.
fn outcome(
    result: Result<(), AccountError>,
    field: &'static str,
) -> Result<(), Result<Problem, Failure>> {
    match result {
        Ok(()) => Ok(()),
        Err(error @ (AccountError::Refused(_) | AccountError::Attributes(_))) => {
            let text = sentence(&error.to_string());
            Err(Ok(Problem { field, text }))
        }
        Err(error) => Err(Err(Failure::internal(&error))),
    }
}

async fn find(
    administration: &Administration,
    visitor: &Visitor,
    name: &str,
) -> Result<AttributeRow, Failure> {
    let attributes = administration.accounts.attributes(&visitor.session.account);
    let attributes = attributes
        .await
        .map_err(|error| Failure::internal(&error))?;
    let mut attributes = attributes.into_iter();
    let attribute = attributes.find(|attribute| attribute.name == name);
    attribute.map(AttributeRow::from).ok_or(Failure::NotFound)
}

pub(super) async fn ask_to_rename(
    State(administration): State<Arc<Administration>>,
    Query(about): Query<About>,
    visitor: Visitor,
) -> Response {
    rename_page(
        &administration,
        &visitor,
        &about.name,
        &about.name,
        Problems::default(),
    )
    .await
}

async fn rename_page(
    administration: &Administration,
    visitor: &Visitor,
    name: &str,
    new_name: &str,
    problems: Problems,
) -> Response {
    match find(administration, visitor, name).await {
        Ok(attribute) => {
            let page = RenamePage {
                frame: Frame::new(administration, visitor, SECTION),
                attribute,
                new_name,
                problems,
            };
            let status = page.problems.status();
            page.frame.respond(administration, status, &page)
        }
        Err(failure) => failure.response(administration),
    }
}

pub(super) async fn rename(
    State(administration): State<Arc<Administration>>,
    submission: Submission,
) -> Response {
    let Submission { visitor, fields } = submission;
    let (name, new_name) = (fields.exact("name"), fields.text("new_name").to_owned());
    change(&administration, &visitor, name, Change::Rename { new_name }).await
}

pub(super) async fn ask_to_retire(
    State(administration): State<Arc<Administration>>,
    Query(about): Query<About>,
    visitor: Visitor,
) -> Response {
    retire_page(&administration, &visitor, &about.name, Problems::default()).await
}

async fn retire_page(
    administration: &Administration,
    visitor: &Visitor,
    name: &str,
    problems: Problems,
) -> Response {
    match find(administration, visitor, name).await {
        Ok(attribute) => {
            let page = RetirePage {
                frame: Frame::new(administration, visitor, SECTION),
                attribute,
                problems,
            };
            let status = page.problems.status();
            page.frame.respond(administration, status, &page)
        }
        Err(failure) => failure.response(administration),
    }
}

pub(super) async fn retire(
    State(administration): State<Arc<Administration>>,
    submission: Submission,
) -> Response {
    let Submission { visitor, fields } = submission;
    change(
        &administration,
        &visitor,
        fields.exact("name"),
        Change::Retire,
    )
    .await
}

pub(super) async fn restore(
    State(administration): State<Arc<Administration>>,
    submission: Submission,
) -> Response {
    let Submission { visitor, fields } = submission;
    change(
        &administration,
        &visitor,
        fields.exact("name"),
        Change::Restore,
    )
    .await
}

/// What is asked to be done to an attribute.
#[derive(Clone)]
enum Change {
    Rename { new_name: String },
    Retire,
    Restore,
}

impl Change {
    async fn make(
        self,
        accounts: Accounts,
        account: String,
        name: String,
    ) -> Result<(), AccountError> {
        match self {
            Self::Rename { new_name } => {
                accounts.rename_attribute(&account, &name, &new_name).await
            }
            Self::Retire => accounts.retire_attribute(&account, &name).await,
            Self::Restore => accounts.restore_attribute(&account, &name).await,
        }
    }
}

/// Does it, or shows the page that asked again, with what is against it.
async fn change(
    administration: &Administration,
    visitor: &Visitor,
    name: &str,
    change: Change,
) -> Response {
    if let Err(failure) = find(administration, visitor, name).await {
        return failure.response(administration);
    }
    let (field, notice) = match change {
        Change::Rename { .. } => ("new_name", Notice::AttributeRenamed),
        Change::Retire => ("retire", Notice::AttributeRetired),
        Change::Restore => ("name", Notice::AttributeRestored),
    };
    let (accounts, account) = (
        administration.accounts.clone(),
        visitor.session.account.clone(),
    );
    let changed = to_its_end(change.clone().make(accounts, account, name.to_owned())).await;
    let problems = match outcome(changed, field) {
        Ok(()) => return see_other(administration, PAGE, Some(notice)),
        Err(Err(failure)) => return failure.response(administration),
        Err(Ok(problem)) => Problems::one(problem),
    };
    match change {
        Change::Rename { new_name } => {
            rename_page(administration, visitor, name, &new_name, problems).await
        }
        Change::Retire => retire_page(administration, visitor, name, problems).await,
        Change::Restore => page(administration, visitor, "", "option", problems).await,
    }
}
