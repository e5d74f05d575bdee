//! At most one entry of a list is the primary one ([RFC 7643, section 2.4](https://www.rfc-editor.org/rfc/rfc7643#section-2.4)).

use serde_json::Value;

use super::super::list::List;
use super::super::target::Target;
use super::super::value::invalid;
use super::merge::write;
use crate::error::Error;

/// Whether an entry is the primary one.
pub(in crate::patch) fn is_primary(entry: &Value) -> bool {
    entry.get("primary") == Some(&Value::Bool(true))
}

/// Makes a freshly set primary entry the only one: the others become false.
///
/// # Errors
///
/// `invalidValue`, if more than one of the fresh entries is primary.
pub(super) fn settle_primary<'r>(
    target: &Target<'r, '_>,
    list: &mut List<'_, 'r>,
    fresh: &[usize],
) -> Result<(), Error> {
    let Some(primary) = target.attribute().sub_attribute("primary") else {
        return Ok(());
    };
    let mut primaries = fresh
        .iter()
        .copied()
        .filter(|position| list.get(*position).is_some_and(is_primary));
    let Some(chosen) = primaries.next() else {
        return Ok(());
    };
    if primaries.any(|other| other != chosen) {
        return Err(invalid(
            target,
            "more than one entry would be primary; set primary on one of them",
        ));
    }
    let others: Vec<_> = list
        .live()
        .filter(|(position, entry)| *position != chosen && is_primary(entry))
        .map(|(position, _)| position)
        .collect();
    for position in others {
        list.edit(position, |members, record| {
            write(members, record, primary, Value::Bool(false));
            Ok(())
        })?;
    }
    Ok(())
}
