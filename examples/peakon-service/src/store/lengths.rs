//! Texts by which resources are found: PostgreSQL's indexes hold some 2,700 bytes of one, so both databases take less than that.

use scim_core::resource::Resource;
use scim_core::schema::UniqueKey;
use scim_core::urn;
use serde_json::Value;

use super::fault::Fault;

/// The longest such text, in bytes.
const MOST: usize = 2_000;

pub(super) fn check(
    resource: &Resource,
    keys: &[UniqueKey],
    emails: &[Value],
) -> Result<(), Fault> {
    for path in ["userName", "externalId", "displayName"] {
        check_value(path, resource.get(path))?;
    }
    if let Some(enterprise) = resource.extension(urn::ENTERPRISE_USER) {
        let path = format!("{}:employeeNumber", urn::ENTERPRISE_USER);
        check_value(&path, enterprise.get("employeeNumber"))?;
    }
    for email in emails {
        check_value("emails.value", email.get("value"))?;
    }
    for key in keys {
        check_text(&key.path, &key.key)?;
    }
    Ok(())
}

/// Members, who may have ids that nobody gave them.
pub(super) fn check_members(members: &[Value]) -> Result<(), Fault> {
    let mut ids = members.iter().map(|member| member.get("value"));
    ids.try_for_each(|id| check_value("members.value", id))
}

fn check_value(path: &str, value: Option<&Value>) -> Result<(), Fault> {
    value
        .and_then(Value::as_str)
        .map_or(Ok(()), |text| check_text(path, text))
}

fn check_text(path: &str, text: &str) -> Result<(), Fault> {
    if text.len() <= MOST {
        return Ok(());
    }
    let detail = format!(
        "the text has {} bytes, and one by which resources are found has at most {MOST}; send a shorter one",
        text.len()
    );
    Err(Fault::invalid_value(path, detail))
}
