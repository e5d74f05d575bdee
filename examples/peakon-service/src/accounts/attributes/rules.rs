//! What the attributes of an account may be.

use scim_core::peakon::PeakonAccount;
use scim_core::schema::{PeakonAttribute, PeakonAttributeKind};

use crate::accounts::AccountError;

/// How many attributes an account has at most, retired ones among them.
const MOST: usize = 200;
/// They decide who receives a survey, and are known by their names.
const DECIDING: [&str; 2] = ["Start Date", "Separation Date"];

/// The attributes as they can be, those that decide who receives a survey in the spelling by which they are known.
pub(crate) fn checked(
    mut attributes: Vec<PeakonAttribute>,
) -> Result<Vec<PeakonAttribute>, AccountError> {
    if attributes.len() > MOST {
        return Err(AccountError::refused(format!(
            "an account has at most {MOST} attributes, retired ones among them; rename one that is not needed any more"
        )));
    }
    for attribute in &mut attributes {
        let Some(deciding) = deciding(&attribute.name) else {
            continue;
        };
        deciding.clone_into(&mut attribute.name);
        if attribute.kind != PeakonAttributeKind::Date {
            return Err(AccountError::refused(format!(
                "`{deciding}` decides who receives a survey, so it is of the kind date"
            )));
        }
    }
    PeakonAccount::new(attributes.clone()).schema()?;
    Ok(attributes)
}

/// The attribute that decides who receives a survey, if this is the name of one.
pub(crate) fn deciding(name: &str) -> Option<&'static str> {
    DECIDING
        .into_iter()
        .find(|deciding| deciding.eq_ignore_ascii_case(name))
}

pub(super) fn refuse_if_deciding(name: &str, what: &str) -> Result<(), AccountError> {
    match deciding(name) {
        None => Ok(()),
        Some(deciding) => Err(AccountError::refused(format!(
            "`{deciding}` decides by its name who receives a survey, so it cannot be {what}"
        ))),
    }
}
