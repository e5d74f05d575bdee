//! What an account asks of its employees beyond the schema.

use scim_core::error::{Error, ErrorKind};
use scim_core::resource::Resource;
use scim_core::urn;
use serde_json::Value;
use sqlx::AnyConnection;

use super::USER;
use super::document::text_of;
use super::fault::Fault;
use super::writing::Write;
use crate::accounts::EmployeeRules;

/// What an account asks of its employees, as of a revision of the account.
#[derive(Debug)]
pub(super) struct Rules {
    employees: EmployeeRules,
    email_domains: Vec<String>,
    revision: Option<i64>,
}

impl Rules {
    pub(super) const TOLERANT: Self = Self {
        employees: EmployeeRules::Tolerant,
        email_domains: Vec::new(),
        revision: None,
    };

    pub(super) const fn new(
        employees: EmployeeRules,
        email_domains: Vec<String>,
        revision: i64,
    ) -> Self {
        Self {
            employees,
            email_domains,
            revision: Some(revision),
        }
    }

    /// A request may have been read by schemas that are no longer the account's: then it is not written.
    pub(super) async fn expect_revision(
        &self,
        connection: &mut AnyConnection,
        account: &str,
    ) -> Result<(), Fault> {
        let Some(revision) = self.revision else {
            return Ok(());
        };
        let now: Option<i64> = sqlx::query_scalar("SELECT revision FROM accounts WHERE id = $1")
            .bind(account)
            .fetch_optional(connection)
            .await?;
        if now == Some(revision) {
            return Ok(());
        }
        let detail = "the account's attributes or settings have changed while the request was carried out; send it again";
        Err(Error::new(ErrorKind::Conflict, detail).into())
    }

    pub(super) fn check(&self, write: &Write<'_>) -> Result<(), Fault> {
        if !write.is(USER) {
            return Ok(());
        }
        let employee = &write.resource;
        if self.employees == EmployeeRules::Peakon
            && addresses(employee).next().is_none()
            && employee_number(employee).is_none()
        {
            let detail = "an e-mail address or an employee number is needed, by which the employee is known; send one of them";
            return Err(Fault::invalid_value("emails", detail.to_owned()));
        }
        for address in addresses(employee) {
            let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
            let is_allowed = |allowed: &String| allowed.eq_ignore_ascii_case(domain);
            if !self.email_domains.is_empty() && !self.email_domains.iter().any(is_allowed) {
                let detail = format!(
                    "an address of this domain is not allowed in this account; those of {} are",
                    self.email_domains.join(", ")
                );
                return Err(Fault::invalid_value("emails.value", detail));
            }
        }
        Ok(())
    }
}

fn addresses(employee: &Resource) -> impl Iterator<Item = &str> {
    let entries = employee.get("emails").and_then(Value::as_array);
    let entries = entries.into_iter().flatten();
    entries
        .filter_map(|entry| entry.get("value").and_then(Value::as_str))
        .filter(|address| !address.is_empty())
}

fn employee_number(employee: &Resource) -> Option<String> {
    let enterprise = employee.extension(urn::ENTERPRISE_USER)?;
    text_of(enterprise.get("employeeNumber")).filter(|number| !number.is_empty())
}
